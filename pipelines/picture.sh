#!/usr/bin/env bash
# Draw the triangle of all galaxies and its three corners close up, in colour.
#
#     pipelines/picture.sh colour.npy probs.tsv OUT
#
# Makes OUT/triangle.png, its index OUT/triangle.tsv, and OUT/corner-CLASS.png. Of more classes than three, the first
# stand at the corners, or those that --corners names.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'COLOUR.npy PROBS.tsv OUT' 'Draw the triangle of all galaxies and its three corners close up.' CORNERS= DRY_RUN= -- "$@"
out=${operands[2]}
check_files "${operands[0]}" "${operands[1]}"
[[ $(head -c 3 "${operands[1]}" | tr -d '\0') == '#id' ]] || die "${operands[1]}: is no table of probabilities (gz-infer)"
classes=$(class_names "${operands[1]}" | wc -l)
[ "$classes" -ge 3 ] || die "${operands[1]}: there is no picture of $classes classes: gz-triangle needs three"
lock "$out"

draw_pictures "${operands[0]}" "${operands[1]}"
[ -n "$DRY_RUN" ] || [ -z "$drawn" ] || echo "open $out/triangle.png"
finish "$out/skipped.txt"
