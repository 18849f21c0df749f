#!/usr/bin/env bash
# Sort a folder of JPEGs, or an archive of them (tar or zip), with weights that are there already: one line of probabilities a galaxy.
#
#     pipelines/infer.sh weights.safetensors IMAGES probs.tsv
#
# Nothing is kept but the lines: pictures flow from the decoder to the network. Each galaxy is looked at in
# its eight flips and quarter turns.
set -euo pipefail

weights=${1:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}
images=${2:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}
out=${3:?usage: infer.sh WEIGHTS IMAGES OUT.tsv}

pictures() { # names that end with NUL
    if [ -d "$images" ]; then
        find -L "$images" -maxdepth 1 -type f \( -iname '*.jpg' -o -iname '*.jpeg' \) -print0 | LC_ALL=C sort -z
    else
        printf '%s\0' "$images"
    fi
}

# A damaged picture is named and left out: status 3 is no reason to stop.
{ pictures | gz-decode --gray --files-from - --null || [ $? -eq 3 ]; } |
    gz-prep --quiet |
    gz-infer --weights "$weights" --views 8 --output "$out"
