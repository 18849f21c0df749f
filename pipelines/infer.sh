#!/usr/bin/env bash
# Sort the pictures of a folder or of an archive (tar or zip), with weights that are there already: one line of
# probabilities for each galaxy.
#
#     pipelines/infer.sh weights.safetensors IMAGES probs.tsv
#
# Only the lines are kept: pictures go from the decoder to the network through pipes. The answers are means over the
# eight views of a galaxy, its quarter turns and their mirror images. An old OUT.tsv stays as it is unless all goes well.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'WEIGHTS IMAGES OUT.tsv' 'Sort pictures (a folder of pictures, or a tar or zip archive of them) with weights that gz-train has written:
a line of probabilities for each galaxy.' -- "$@"
weights=${operands[0]} out=${operands[2]}
find_pictures "${operands[1]}"
[ -f "$weights" ] || die "$weights: there are no such weights"

classify_pictures() {
    {
        { gz-decode --quiet --gray --files-from "$work/pictures" --null || [ $? -eq 3 ]; } |
            gz-prep --quiet |
            gz-infer --weights "$weights" --views 8 --output "${to[0]}"
    } 2> "$said" && check_some_read "$(sed 1d "${to[0]}" | wc -l)"
}
produce "$out" classify_pictures
[ "$out" = - ] || say_pictures "$(sed 1d "$out" | wc -l)"
finish
