#!/usr/bin/env bash
# Measure how good a recipe is on galaxies that its networks have never seen. Every galaxy is tested once.
#
#     pipelines/cross-validate.sh galaxies.npy votes.csv OUT
#
# A hash of the id divides the galaxies into --folds parts. Each part in turn is the test set: a network learns from
# the others. One in --valid of these is its validation set, which chooses the epoch and the temperature; the test set
# decides nothing. OUT/table.tsv gets a line for each fold and a last one over the answers to all galaxies, with its
# 95 % interval. OUT/fold-K has the weights, OUT/probs-1.tsv and OUT/probs-8.tsv the answers with one view and with
# eight views.
#
# --keep 0/20 sets this part of all galaxies aside: they are used for nothing. When the recipe is chosen, --final (with
# the same --keep) trains once more, on all other galaxies, and reports on those that were set aside.
#
# After an interruption, start the same command again: folds that are done aren't made again. Another recipe (other
# galaxies, votes, settings or programs) needs another OUT; OUT/recipe says which recipe an OUT is of.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'GALAXIES.npy VOTES.csv OUT' 'Measure how good a recipe is: every galaxy is tested once, by a network that has not seen it.' \
    FOLDS=5 VALID=19 KEEP= FINAL= EPOCHS=$epochs SEED=1 AGREEMENT=0.9 SIZE=64 NETWORK= LABEL= OTHER=none BALANCE=0 FIRST= FIRST_LABEL= AUGMENT= TRAIN= DRY_RUN= -- "$@"
galaxies=${operands[0]} votes=${operands[1]} out=${operands[2]}
folds=$FOLDS

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
part=$VALID
for n in "$folds" ${KEEP:+"${KEEP#*/}"}; do
    for ((d = 2; d <= part; d++)); do
        ((part % d || n % d)) || wrong_usage "--valid $part and $n parts have the divisor $d"
    done
done
[ -z "$KEEP" ] || [[ $(others "$KEEP") == [0-9]* ]] || wrong_usage "--keep $KEEP leaves no galaxy to learn from"
[ -z "$FINAL" ] || [ -n "$KEEP" ] || wrong_usage '--final needs --keep, the parts that were set aside'
used=()
[ -z "$KEEP" ] || used=(--fold "$(others "$KEEP")")

check_files "$galaxies" "$votes" ${FIRST:+"$FIRST"}
# The first fold decides for all, which must have the same classes.
HOLD_OUT=$VALID choose_other "$galaxies" "$votes" "${used[@]}" --fold "$(others "0/$folds")"
check_settings "$votes"
lock "$out"
# Until a fold is done, another recipe may begin here.
answered=("$out"/*/probs-8.tsv)
if [ ! -e "${answered[0]}" ]; then
    [ -n "$DRY_RUN" ] || rm -f "$out/recipe"
elif [ ! -e "$out/recipe" ]; then
    die "$out holds results, but not the recipe that they are of; choose another folder"
fi
hold_recipe "$out" "$(
    # FINAL is not a part of the recipe: with it, the folds stay as they are.
    for setting in FOLDS VALID KEEP EPOCHS SEED AGREEMENT SIZE NETWORK BALANCE AUGMENT TRAIN; do echo "$setting=${!setting}"; done
    # shellcheck disable=SC2086 # words
    mapfile -t inputs < <(named_files $LABEL $FIRST_LABEL $TRAIN)
    for setting in LABEL OTHER FIRST_LABEL; do [ -z "${!setting}" ] || echo "$setting=${!setting}"; done
    for file in "$galaxies" "$votes" ${FIRST:+"$FIRST"} "${inputs[@]}"; do echo "${file##*/} $(checksum "$file")"; done
    for file in gz-label gz-augment gz-train gz-infer; do echo "$file $(checksum "$(type -P "$file")")"; done
)"
[ -n "$DRY_RUN" ] || say_other

label() { # file, more options of gz-label
    label_stream "$votes" --quiet --agreement "$AGREEMENT" --output "$1" "${@:2}" "$galaxies" 2> "$work/said" ||
        { [ $? -eq 3 ] && cat "$work/said" >> "$out/.made/votes.skipped"; } || failed "$1" "$work/said" 1
}

# run_fold FOLDER LEARN... -- TEST...: LEARN and TEST are options of gz-label that choose the galaxies.
run_fold() {
    local folder=$1 learn=() words views
    shift
    while [ "$1" != -- ]; do learn+=("$1") && shift; done
    shift
    if [ -e "$folder/probs-1.tsv" ] && [ -e "$folder/probs-8.tsv" ]; then
        [ -n "$DRY_RUN" ] || tidy "$folder"
        return
    fi
    [ -z "$DRY_RUN" ] || { echo "$program: would make $folder" && return; }
    say "making $folder"
    # Of a fold that was done and has lost one of its answers, the rest is of no use.
    if [ -e "$folder/probs-1.tsv" ] || [ -e "$folder/probs-8.tsv" ]; then
        rm -f "$folder"/{weights,first}.safetensors "$folder/history.tsv" "$folder"/probs-[18].tsv
    fi
    mkdir -p "$folder"
    export EPOCHS SEED AGREEMENT SIZE NETWORK BALANCE FIRST FIRST_LABEL AUGMENT TRAIN
    words="$LABEL ${OTHER:+--other $OTHER} ${learn[*]}"
    GZ_WITHIN=1 HOLD_OUT=$VALID LABEL=$words OTHER=none must "$here/learn.sh" "$galaxies" "$votes" "$folder"
    [ ! -e "$folder/skipped.txt" ] || cat "$folder/skipped.txt" >> "$out/.made/votes.skipped"
    label "$folder/test.npy" "$@"
    for views in 1 8; do
        must gz-infer --quiet --views "$views" --weights "$folder/weights.safetensors" \
            --output "$folder/probs-$views.tsv" "$folder/test.npy"
    done
    tidy "$folder"
}
tidy() { rm -rf "$1"/{train,valid,test,first}.npy "$1/skipped.txt" "$1/.made"; } # folder

row() { # name, folder: a line of the table
    for views in 1 8; do must gz-score --pairs --output "$work/score-$views" "$2/probs-$views.tsv"; done
    paste "$work/score-1" "$work/score-8" |
        awk -v name="$1" '{ one[$1] = $2; eight[$3] = $4 }
            END { printf "%s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\n", name, one["galaxies"], one["accuracy"],
                eight["accuracy"], eight["accuracy.low"], eight["accuracy.high"], eight["log-loss"],
                eight["calibration-error"] }'
}
header=$'#fold\tgalaxies\tone-view\teight-views\tlow\thigh\tlog-loss\tcalibration-error'

done_with() { # table
    cat "$1"
    [ ! -e "$out/.made/votes.skipped" ] || skips=("$out/.made/votes.skipped")
    finish "$out/skipped.txt"
}
if [ -n "$FINAL" ]; then
    run_fold "$out/final" "${used[@]}" -- --fold "$KEEP"
    dry_run "$out/final.tsv"
    { echo "$header" && row "$KEEP" "$out/final"; } > "$out/final.tsv.part"
    mv "$out/final.tsv.part" "$out/final.tsv"
    done_with "$out/final.tsv"
fi

for k in $(seq 0 $((folds - 1))); do
    run_fold "$out/fold-$k" "${used[@]}" --fold "$(others "$k/$folds")" -- "${used[@]}" --fold "$k/$folds"
done
dry_run "$out/table.tsv"
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
done_with "$out/table.tsv"
