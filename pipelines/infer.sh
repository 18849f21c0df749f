#!/usr/bin/env bash
# Sort the JPEGs of a folder or of an archive (tar or zip), with weights that are there already: one line of
# probabilities for each galaxy.
#
#     pipelines/infer.sh weights.safetensors IMAGES probs.tsv
#
# Only the lines are kept: pictures go from the decoder to the network through pipes. The answers are means over the
# eight views of a galaxy, its quarter turns and their mirror images.
set -euo pipefail

weights=${1:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}
images=${2:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}
out=${3:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}

pictures() { # prints the names of the inputs, each followed by NUL
    if [ -d "$images" ]; then
        find -L "$images" -maxdepth 1 -type f \( -iname '*.jpg' -o -iname '*.jpeg' \) -print0 | LC_ALL=C sort -z
    else
        printf '%s\0' "$images"
    fi
}

# A damaged picture is named and left out: gz-decode then exits with status 3, and the script goes on.
{ pictures | gz-decode --gray --files-from - --null || [ $? -eq 3 ]; } |
    gz-prep --quiet |
    gz-infer --weights "$weights" --views 8 --output "$out"
