#!/usr/bin/env bash
# Learn from the volunteers' votes. The result is weights.safetensors, and history.tsv, a table of all epochs.
#
#     pipelines/learn.sh galaxies.npy votes.csv OUT
#
# A tenth of the galaxies on which the volunteers agree is held out (fold 0 of 10, chosen by a hash of the id). The
# others are turned and mirrored at random, anew in each of EPOCHS epochs. A checkpoint is written after each epoch:
# started again after an interruption, the script goes on from there, and ends with the same weights.
#
# EPOCHS=30, SEED=1, AGREEMENT=0.9, SIZE=64 (pixels that the network sees), NETWORK= (its layers, as for gz-train
# --network), AUGMENT= and TRAIN= (further options of gz-augment and gz-train).
set -euo pipefail

galaxies=${1:?usage: learn.sh GALAXIES.npy VOTES.csv OUT}
votes=${2:?usage: learn.sh GALAXIES.npy VOTES.csv OUT}
out=${3:?usage: learn.sh GALAXIES.npy VOTES.csv OUT}
mkdir -p "$out"

label() { # fold, file: makes the file unless it is there
    [ -e "$2" ] || gz-label --votes "$votes" --agreement "${AGREEMENT:-0.9}" --fold "$1" --output "$2" "$galaxies"
}
label 1-9/10 "$out/train.npy"
label 0/10 "$out/valid.npy"

more=()
[ -n "${NETWORK:-}" ] && more+=(--network "$NETWORK")
[ -e "$out/checkpoint" ] && more+=(--resume "$out/checkpoint")

# shellcheck disable=SC2086 # AUGMENT and TRAIN may have several words
gz-augment --quiet --epochs "${EPOCHS:-30}" --seed "${SEED:-1}" --size "${SIZE:-64}" ${AUGMENT:-} "$out/train.npy" |
    gz-train --seed "${SEED:-1}" --validate "$out/valid.npy" --log "$out/history.tsv" \
        --checkpoint "$out/checkpoint" "${more[@]}" ${TRAIN:-} --output "$out/weights.safetensors"
rm -f "$out/checkpoint"
