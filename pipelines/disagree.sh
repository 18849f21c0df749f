#!/usr/bin/env bash
# Galaxies on which the volunteers agree with each other and not with the network: as a table and as a contact sheet.
#
#     pipelines/disagree.sh WEIGHTS GALAXIES.npy VOTES.csv OUT
#
# OUT/disagree.tsv gets the probability lines of the --number most confident disagreements, the first the most confident,
# with the volunteers' class in the column label; OUT/disagree.png shows these galaxies in this order, with that class,
# from the stream --pictures where it is given (colour.npy, say), or else from GALAXIES.
#
# A network mostly repeats the labels that it has learned. So only the galaxies of --fold are used, which by default are
# those that learn.sh holds out; --fold 0/1 uses all.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'WEIGHTS GALAXIES.npy VOTES.csv OUT' 'Show the galaxies on which the volunteers agree with each other and not with the network.' \
    NUMBER=36 PICTURES= AGREEMENT=0.9 FOLD=0/10 LABEL= VIEWS=8 DRY_RUN= -- "$@"
galaxies=${operands[1]} votes=${operands[2]} out=${operands[3]}
pictures=${PICTURES:-$galaxies}
find_weights "${operands[0]}"
check_files "$weights" "$galaxies" "$votes" "$pictures"
dry_run "$out/disagree.tsv" "$out/disagree.png"
lock "$out"

disagreements() {
    # shellcheck disable=SC2086 # LABEL are words
    {
        may_skip gz-label --quiet --votes "$votes" --agreement "$AGREEMENT" --fold "$FOLD" $LABEL "$galaxies" |
            may_skip gz-infer --quiet --views "$VIEWS" --weights "$weights" |
            gz-score --worst "$NUMBER" > "$work/worst.tsv"
    } 2> "$said"
}
# The pictures of these galaxies, in the order of the lines, each with its label.
sheet() {
    awk -F '\t' -v OFS='\t' 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "label") label = i } { print $1, $label }' \
        "$work/worst.tsv" > "$work/captions.tsv"
    gz-montage --quiet --number "$NUMBER" --captions "$work/captions.tsv" --output "${to[0]}" "$pictures" 2> "$said"
}
said=$work/said status=0
run disagreements || status=$?
[ $status -eq 0 ] || failed "$out" "$said" $status
if [ -s "$said" ]; then mv "$said" "$work/disagree.skipped" && skips=("$work/disagree.skipped"); fi
n=$(sed 1d "$work/worst.tsv" | wc -l)
say "$n galaxies on which the network and the volunteers disagree"
copy() { cp "$work/worst.tsv" "${to[0]}"; }
produce "$out/disagree.tsv" copy
if [ "$n" -gt 0 ]; then
    produce "$out/disagree.png" sheet
    echo "open $out/disagree.png"
else
    rm -f "$out/disagree.png"
fi
finish
