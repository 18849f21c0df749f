#!/usr/bin/env bash
# Make a stream of small gray pictures from those of a folder or of an archive (tar or zip). Learning and sorting
# begin with such a stream.
#
#     pipelines/prepare.sh IMAGES galaxies.npy [option of gz-prep ...]
#
# Pictures of a folder and of those below it are taken in the order of their names, in gray unless --colour is among the
# options. As many processes as there are processors decode them, 200 files at a time. `parallel -k` writes their streams
# in the order of the names; streams one after the other are a stream. A damaged picture is named and left out, and the
# exit status is then 3.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'IMAGES OUT.npy [option of gz-prep ...]' 'Make a stream of small pictures from JPEGs or PNGs (a folder, a tar or zip archive): gray, or in colour with --colour.' -- "$@"
need parallel
find_pictures "${operands[0]}"

gray=--gray prep=()
for option in "${operands[@]:2}"; do
    case $option in
    --colour | --color) gray='' && prep+=(--colour) ;;
    --gray | --grey) ;;
    *) prep+=("$option") ;;
    esac
done
produce "${operands[1]}" prepare_pictures "$gray" "${prep[@]}"
[ "${operands[1]}" = - ] || say_pictures "$(count_records "${operands[1]}")"
finish
