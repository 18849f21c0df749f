#!/usr/bin/env bash
# The whole experiment: from JPEGs and the volunteers' votes to a network, its accuracy, and the picture of all
# galaxies sorted by shape.
#
#     pipelines/galaxy-zoo.sh IMAGES VOTES OUT
#
# OUT gets, in this order: galaxies.npy (small gray pictures), train.npy and valid.npy, history.tsv,
# weights.safetensors, examples.png and examples-augmented.png (the first pictures before and after augmentation),
# network.txt, accuracy.png, probs.tsv, score.txt (of the galaxies that were held out), colour.npy, triangle.png with
# its index triangle.tsv, and corner-CLASS.png. A file appears when it is complete, and a file that is there isn't
# made again. So after an interruption, start the same command again.
#
# EPOCHS, SEED, AGREEMENT, SIZE, NETWORK, AUGMENT and TRAIN as in learn.sh.
set -euo pipefail

images=${1:?usage: galaxy-zoo.sh IMAGES VOTES OUT}
votes=${2:?usage: galaxy-zoo.sh IMAGES VOTES OUT}
out=${3:?usage: galaxy-zoo.sh IMAGES VOTES OUT}
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$out"

step() { # file, command that makes it: runs the command if the file is not there
    [ -e "$1" ] && return
    echo "galaxy-zoo: $1" >&2
    shift
    "$@"
}
into() { # file, command that writes to stdout: the file appears when the command is done
    local file=$1
    shift
    "$@" > "$file.part"
    mv "$file.part" "$file"
}

step "$out/galaxies.npy" "$here/prepare.sh" "$images" "$out/galaxies.npy" --margin --size "${SIZE:-64}"
step "$out/weights.safetensors" "$here/learn.sh" "$out/galaxies.npy" "$votes" "$out"
step "$out/examples.png" gz-montage -q -n 32 -o "$out/examples.png" "$out/train.npy"
augmented() {
    gz-augment -q --size "${SIZE:-64}" --no-shuffle -o "$out/augmented.part" "$out/train.npy"
    gz-montage -q -n 32 -o "$out/examples-augmented.png" "$out/augmented.part"
    rm "$out/augmented.part"
}
step "$out/examples-augmented.png" augmented
step "$out/network.txt" into "$out/network.txt" \
    gz-train --describe --size "${SIZE:-64}" ${NETWORK:+--network "$NETWORK"} "$out/train.npy"
step "$out/accuracy.png" "$here/plot-history.sh" "$out/history.tsv" "$out/accuracy.png"
step "$out/probs.tsv" gz-infer -q --views 8 --weights "$out/weights.safetensors" --output "$out/probs.tsv" "$out/galaxies.npy"
held_out() {
    gz-infer -q --views 8 --weights "$out/weights.safetensors" "$out/valid.npy" | gz-score
}
step "$out/score.txt" into "$out/score.txt" held_out
step "$out/colour.npy" "$here/prepare.sh" "$images" "$out/colour.npy" --colour --size "${SIZE:-64}"
"$here/picture.sh" "$out/colour.npy" "$out/probs.tsv" "$out"

sed -n 's/^accuracy  */validation accuracy /p' "$out/score.txt"
ls "$out"/*.png
