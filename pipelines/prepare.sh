#!/usr/bin/env bash
# Make a stream of small gray pictures from those of a folder or of an archive (tar or zip). Learning and sorting
# begin with such a stream. Pictures are JPEGs, PNGs and FITS files, whose names say so.
#
#     pipelines/prepare.sh IMAGES galaxies.npy [option of gz-decode ...]
#
# Pictures of a folder and of those below it are taken in the order of their names, in gray unless --colour is among the
# options. Of each, the square in the middle is shrunken to 64 pixels: 0.3 of its shorter side, with --colour 0.5, or what
# the options --square, --crop, --size and --margin say; `--like weights.safetensors` takes all of that from weights. So
# the pictures may have different sizes. A damaged picture is named and left out, and the exit status is then 3.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'IMAGES OUT.npy [option of gz-decode ...]' 'Make a stream of small pictures from JPEGs, PNGs or FITS files (a folder, a tar or zip archive): gray, or in colour with --colour.' DRY_RUN= -- "$@"
find_output "${operands[1]}" $'\x93NUM' stream
find_pictures "${operands[0]}"
dry_run "$output"

gray=--gray more=()
for option in "${operands[@]:2}"; do
    case $option in
    --colour | --color) gray='' ;;
    --gray | --grey) ;;
    *) more+=("$option") ;;
    esac
done
produce "$output" prepare_pictures --size 64 ${gray:+"$gray"} "${more[@]}"
[ "$output" = - ] || say_pictures "$(count_records "$output")"
finish
