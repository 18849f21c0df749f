#!/usr/bin/env bash
# Make a stream of small gray pictures from a folder of JPEGs, or an archive of them (tar or zip): the form that learning
# and sorting start from.
#
#     pipelines/prepare.sh IMAGES galaxies.npy [option of gz-prep ...]
#
# The file names of a folder go to as many decoders as there are processors, 200 at a time, in gray unless --colour is
# among the options. `parallel -k` puts their streams into the order of the names, and streams one after the other are
# again a stream. A damaged picture is named and left out (exit status 3 of gz-decode), which is no reason to stop.
set -euo pipefail

images=${1:?usage: prepare.sh IMAGES OUT.npy [option of gz-prep ...]}
out=${2:?usage: prepare.sh IMAGES OUT.npy [option of gz-prep ...]}
shift 2
gray=--gray
for option in "$@"; do
    [[ $option != --colour ]] || gray=
done

folder() {
    find -L "$images" -maxdepth 1 -type f \( -iname '*.jpg' -o -iname '*.jpeg' \) -print0 |
        LC_ALL=C sort -z |
        parallel --no-notice --null --keep-order --max-args 200 \
            "gz-decode --jobs 1 $gray -- {} || [ \$? -eq 3 ]"
}
archive() {
    # shellcheck disable=SC2086 # an empty one is none
    gz-decode --quiet $gray -- "$images" || [ $? -eq 3 ]
}

if [ -d "$images" ]; then folder; else archive; fi |
    gz-prep --quiet "$@" --output "$out"
