#!/usr/bin/env bash
# Which labels are probably wrong? Every galaxy is classified by a network that has not learned from it, and the galaxies
# whose label that network contradicts with most confidence come first.
#
#     pipelines/audit.sh galaxies.npy votes.csv OUT
#
# cross-validate.sh trains these networks, in OUT. If it has done so with the same settings, nothing is trained again.
# OUT/audit.tsv lists all labelled galaxies, the most suspicious first, with an empty column, corrected, for a person to
# fill in. OUT/audit.png shows the first --number of them, from the stream --pictures where it is given (colour.npy,
# say), with the label and what the network suggests. OUT/label-errors.tsv estimates how many labels of each class are
# wrong. See gz-score(1), Wrong labels.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'GALAXIES.npy VOTES.csv OUT' 'Find the galaxies whose label is most likely wrong.' \
    NUMBER=64 PICTURES= FOLDS=5 VALID=19 EPOCHS=$epochs SEED=1 AGREEMENT=0.9 SIZE=64 NETWORK= LABEL= BALANCE=0 FIRST= FIRST_LABEL= AUGMENT= TRAIN= -- "$@"
galaxies=${operands[0]} votes=${operands[1]} out=${operands[2]}
pictures=${PICTURES:-$galaxies}
check_files "$galaxies" "$votes" "$pictures"

# A person's work is never written over, however it was saved: only a list that is still as it was written.
[ ! -e "$out/audit.tsv" ] || grep -sqxF "$(checksum "$out/audit.tsv")" "$out/.made/audit.tsv" ||
    die "$out/audit.tsv has corrections; give it another name first"

export FOLDS VALID EPOCHS SEED AGREEMENT SIZE NETWORK LABEL BALANCE FIRST FIRST_LABEL AUGMENT TRAIN
KEEP='' FINAL='' DRY_RUN='' OTHER=none GZ_WITHIN=1 must "$here/cross-validate.sh" "$galaxies" "$votes" "$out"
lock "$out"

probs=$out/probs-$(views_of_network).tsv
# The sum is there before the list has its name, and those of former lists stay: a kill in between does no harm.
list() { gz-score --quiet --audit --output "${to[0]}" "$probs" 2> "$said" && checksum "${to[0]}" >> "$out/.made/audit.tsv"; }
estimate() { gz-score --quiet --label-errors --output "${to[0]}" "$probs" 2> "$said"; }
sheet() {
    awk -F '\t' -v OFS='\t' '{ print $1, NR == 1 ? "text" : $2 " -> " $3 }' "$out/audit.tsv" > "$work/captions.tsv"
    gz-montage --quiet --number "$NUMBER" --captions "$work/captions.tsv" --output "${to[0]}" "$pictures" 2> "$said"
}
produce "$out/label-errors.tsv" estimate
produce "$out/audit.tsv" list
produce "$out/audit.png" sheet
cat "$out/label-errors.tsv"
echo "open $out/audit.png"
[ ! -e "$out/skipped.txt" ] || skips+=("$out/skipped.txt")
finish
