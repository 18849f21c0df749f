#!/usr/bin/env bash
# Learn from the volunteers' votes. The result is weights.safetensors, and history.tsv, a table of all epochs.
#
#     pipelines/learn.sh galaxies.npy votes.csv OUT
#
# A tenth of the galaxies on which the volunteers agree is held out (fold 0 of 10, chosen by a hash of the id). The
# others are turned and mirrored at random, anew in each epoch. A checkpoint is written after each epoch:
# started again with the same settings after an interruption, the script goes on from there, and ends with the same
# weights.
#
# Galaxies that are of no class, if there are enough of them, are examples of one more class, "other" (--other none:
# there is no such class).
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'GALAXIES.npy VOTES.csv OUT' "Learn from the volunteers' votes what class a galaxy has." "${learning[@]}" DRY_RUN= -- "$@"
galaxies=${operands[0]} votes=${operands[1]} out=${operands[2]}
check_files "$galaxies" "$votes" ${FIRST:+"$FIRST"}
choose_other "$galaxies" "$votes"
check_settings "$votes"
lock "$out"

learn_weights "$galaxies" "$votes"
[ -n "$DRY_RUN" ] || say_labelled "$(count_records "$galaxies")"
finish "$out/skipped.txt"
