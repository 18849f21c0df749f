#!/usr/bin/env bash
# Galaxies on which the volunteers agree with each other and not with the network: as a table and as a contact sheet.
#
#     pipelines/disagree.sh WEIGHTS GALAXIES.npy VOTES.csv OUT
#
# OUT/disagree.tsv gets the probability lines of the --number most confident disagreements, the first the most confident,
# with the volunteers' class in the column label; OUT/disagree.png shows these galaxies in this order, with their votes,
# from the stream --pictures where it is given (colour.npy, say), or else from GALAXIES.
#
# A galaxy that was learned from would be answered as the volunteers did: only those of the parts --fold are asked about,
# which learn.sh holds out. --fold 0/1 asks about all.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'WEIGHTS GALAXIES.npy VOTES.csv OUT' 'Show the galaxies on which the volunteers agree with each other and not with the network.' \
    NUMBER=36 PICTURES= AGREEMENT=0.9 FOLD=0/10 VIEWS=8 DRY_RUN= -- "$@"
weights=${operands[0]} galaxies=${operands[1]} votes=${operands[2]} out=${operands[3]}
pictures=${PICTURES:-$galaxies}
check_files "$weights" "$galaxies" "$votes" "$pictures"
dry_run "$out/disagree.tsv" "$out/disagree.png"
lock "$out"

disagreements() {
    {
        { gz-label --quiet --votes "$votes" --agreement "$AGREEMENT" --fold "$FOLD" "$galaxies" || [ $? -eq 3 ]; } |
            gz-infer --quiet --views "$VIEWS" --weights "$weights" |
            gz-score --worst "$NUMBER" > "$work/worst.tsv"
    } 2> "$said"
}
# The pictures of these galaxies with their votes, in the order of the lines: a table of one row chooses one.
sheet() {
    local id
    gz-label --quiet --votes "$votes" --agreement "$AGREEMENT" --fold "$FOLD" --output "$work/all.npy" "$pictures" 2> /dev/null ||
        [ $? -eq 3 ] || return
    cut -f 1 "$work/worst.tsv" | sed 1d | while IFS= read -r id; do
        # shellcheck disable=SC2001
        { sed -n 1p "$votes" && grep -E "^\"?$(sed 's/[].[*^$+?(){}|\\]/\\&/g' <<< "$id")\"?[,[:blank:]]" "$votes"; } > "$work/one.csv"
        gz-label --quiet --votes "$work/one.csv" --agreement "$AGREEMENT" "$work/all.npy"
    done | gz-montage --quiet --number "$NUMBER" --output "${to[0]}"
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
