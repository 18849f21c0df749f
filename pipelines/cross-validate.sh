#!/usr/bin/env bash
# Measure how good a recipe is on galaxies that its networks have never seen. Every galaxy is tested once.
#
#     pipelines/cross-validate.sh galaxies.npy votes.csv OUT
#
# A hash of the id divides the galaxies into FOLDS parts. Each part in turn is the test set: a network learns from
# the others. One in VALID of these is its validation set, which chooses the epoch and the temperature; the test set
# decides nothing. OUT/table.tsv gets a line for each fold and a last one over the answers to all galaxies, with its
# 95 % interval. OUT/fold-K has the weights, OUT/probs-1.tsv and OUT/probs-8.tsv the answers with one view and with
# eight views.
#
# KEEP=0/20 sets this part of all galaxies aside: they are used for nothing. When the recipe is chosen, FINAL=1 (with
# the same KEEP) trains once more, on all other galaxies, and reports on those that were set aside.
#
# A file that is there isn't made again: after an interruption, start the same command again. Another recipe needs
# another OUT; OUT/recipe says which recipe an OUT is of.
#
# FOLDS=5, VALID=19, KEEP= (none), FINAL= ; EPOCHS, SEED, AGREEMENT, SIZE, NETWORK, AUGMENT and TRAIN as in learn.sh.
set -euo pipefail

galaxies=${1:?usage: cross-validate.sh GALAXIES.npy VOTES.csv OUT}
votes=${2:?usage: cross-validate.sh GALAXIES.npy VOTES.csv OUT}
out=${3:?usage: cross-validate.sh GALAXIES.npy VOTES.csv OUT}
here=$(dirname "$(readlink -f "$0")")
folds=${FOLDS:-5}
mkdir -p "$out"

# FINAL is not a part of the recipe: with it, the folds stay as they are.
recipe=$(for name in FOLDS VALID KEEP EPOCHS SEED AGREEMENT SIZE NETWORK AUGMENT TRAIN; do echo "$name=${!name:-}"; done)
[ -e "$out/recipe" ] || echo "$recipe" > "$out/recipe"
diff "$out/recipe" - <<< "$recipe" >&2 || { echo "cross-validate: $out is of another recipe" >&2 && exit 1; }

others() { # parts such as 0/20 or 3-4/20: prints all other parts of the same 20
    local parts=${1%/*} n=${1#*/} part range
    for part in $(seq 0 $((n - 1))); do
        for range in ${parts//,/ }; do
            ((part >= ${range%-*} && part <= ${range#*-})) && continue 2
        done
        echo "$part"
    done | paste -sd , | sed "s|\$|/$n|"
}

# If VALID and FOLDS had a common divisor, a validation part would overlap some folds completely and others not at
# all.
part=${VALID:-19}
for n in "$folds" ${KEEP:+"${KEEP#*/}"}; do
    for ((d = 2; d <= part; d++)); do
        ((part % d || n % d)) || { echo "cross-validate: VALID=$part and $n parts have the divisor $d" >&2 && exit 2; }
    done
done
used=()
[ -n "${KEEP:-}" ] && used=(--fold "$(others "$KEEP")")

label() { # file, more options of gz-label
    [ -e "$1" ] ||
        gz-label --quiet --votes "$votes" --agreement "${AGREEMENT:-0.9}" --output "$1" "${@:2}" "$galaxies"
}

# run_fold FOLDER LEARN... -- TEST...: LEARN and TEST are options of gz-label that choose the galaxies.
run_fold() {
    local folder=$1 learn=() views
    shift
    while [ "$1" != -- ]; do learn+=("$1") && shift; done
    shift
    [ -e "$folder/probs-8.tsv" ] && return
    echo "cross-validate: $folder" >&2
    mkdir -p "$folder"
    if [ ! -e "$folder/weights.safetensors" ]; then
        label "$folder/train.npy" "${learn[@]}" --fold "1-$((part - 1))/$part"
        label "$folder/valid.npy" "${learn[@]}" --fold "0/$part"
        "$here/learn.sh" "$galaxies" "$votes" "$folder"
    fi
    label "$folder/test.npy" "$@"
    for views in 1 8; do
        gz-infer --quiet --views $views --weights "$folder/weights.safetensors" \
            --output "$folder/probs-$views.tsv" "$folder/test.npy"
    done
    rm -f "$folder"/{train,valid,test}.npy
}

row() { # name, folder: a line of the table
    paste <(gz-score --pairs "$2/probs-1.tsv") <(gz-score --pairs "$2/probs-8.tsv") |
        awk -v name="$1" '{ one[$1] = $2; eight[$3] = $4 }
            END { printf "%s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\n", name, one["galaxies"], one["accuracy"],
                eight["accuracy"], eight["accuracy.low"], eight["accuracy.high"], eight["log-loss"],
                eight["calibration-error"] }'
}
header=$'#fold\tgalaxies\tone-view\teight-views\tlow\thigh\tlog-loss\tcalibration-error'

if [ -n "${FINAL:-}" ]; then
    : "${KEEP:?FINAL needs KEEP, the parts that were set aside}"
    run_fold "$out/final" "${used[@]}" -- --fold "$KEEP"
    { echo "$header" && row "$KEEP" "$out/final"; } > "$out/final.tsv.part"
    mv "$out/final.tsv.part" "$out/final.tsv"
    cat "$out/final.tsv"
    exit
fi

for k in $(seq 0 $((folds - 1))); do
    run_fold "$out/fold-$k" "${used[@]}" --fold "$(others "$k/$folds")" -- "${used[@]}" --fold "$k/$folds"
done
for views in 1 8; do
    cat "$out"/fold-*/probs-$views.tsv > "$out/probs-$views.tsv.part"
    mv "$out/probs-$views.tsv.part" "$out/probs-$views.tsv"
done
{
    echo "$header"
    for k in $(seq 0 $((folds - 1))); do row "$k" "$out/fold-$k"; done
    row all "$out"
} > "$out/table.tsv.part"
mv "$out/table.tsv.part" "$out/table.tsv"
cat "$out/table.tsv"
