#!/usr/bin/env bash
# Sort the pictures of a folder or of an archive (tar or zip), with weights that are there already: one line of
# probabilities for each galaxy.
#
#     pipelines/infer.sh weights.safetensors IMAGES probs.tsv
#     pipelines/infer.sh sdss IMAGES probs.tsv                    # ready weights, by name: gz-ready(7)
#
# The weights say which square of each picture the network sees, so the pictures may have different sizes. Only the
# lines are kept: pictures go from the decoder to the network through pipes. The answers are means over the eight views
# of a galaxy, its quarter turns and their mirror images, unless --views 1 says otherwise. An old OUT.tsv stays as it is
# unless all goes well.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'WEIGHTS IMAGES OUT.tsv' 'Sort pictures (a folder of pictures, or a tar or zip archive of them) with weights that gz-train has written, or with ready ones:
a line of probabilities for each galaxy.' VIEWS=8 DRY_RUN= -- "$@"
find_output "${operands[2]}" '#id' 'table of probabilities'
out=$output
find_pictures "${operands[1]}"
find_weights "${operands[0]}"
[ -f "$weights" ] || die "$weights: there are no such weights"
dry_run "$out"

classify_pictures() {
    {
        may_skip gz-decode --quiet --like "$weights" --files-from "$work/pictures" --null |
            may_skip gz-infer --weights "$weights" --views "$VIEWS" --output "${to[0]}"
    } 2> "$said" || return
    # Weights of earlier versions: this is no complaint about a picture.
    grep "^gz-infer: the weights don't say" "$said" >&2 || true
    sed -i "/^gz-infer: the weights don't say/d" "$said"
    check_some_read "$(sed 1d "${to[0]}" | wc -l)"
}
produce "$out" classify_pictures
[ "$out" = - ] || say_pictures "$(sed 1d "$out" | wc -l)"
finish
