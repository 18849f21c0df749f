#!/usr/bin/env bash
# Make a stream of small gray pictures from the JPEGs of a folder or of an archive (tar or zip). Learning and sorting
# begin with such a stream.
#
#     pipelines/prepare.sh IMAGES galaxies.npy [option of gz-prep ...]
#
# A folder is decoded by as many processes as there are processors, 200 files at a time, in gray unless --colour is
# among the options. `parallel -k` writes their streams in the order of the names; streams one after the other are a
# stream. A damaged picture is named and left out: gz-decode then exits with status 3, and the script goes on.
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
    # shellcheck disable=SC2086 # an empty $gray must not become an operand
    gz-decode --quiet $gray -- "$images" || [ $? -eq 3 ]
}

if [ -d "$images" ]; then folder; else archive; fi |
    gz-prep --quiet "$@" --output "$out"
