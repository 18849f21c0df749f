#!/usr/bin/env bash
# Draw the triangle of all galaxies and its three corners close up, in colour.
#
#     pipelines/picture.sh colour.npy probs.tsv OUT
#
# Makes OUT/triangle.png, its index OUT/triangle.tsv, and OUT/corner-CLASS.png. Files that are there aren't made
# again.
set -euo pipefail

colour=${1:?usage: picture.sh COLOUR.npy PROBS.tsv OUT}
probs=${2:?usage: picture.sh COLOUR.npy PROBS.tsv OUT}
out=${3:?usage: picture.sh COLOUR.npy PROBS.tsv OUT}

draw() { # picture, options of gz-triangle
    [ -e "$1" ] && return
    # A galaxy without probabilities (one that was added later, for example) is named: gz-triangle then exits with
    # status 3, and the script goes on.
    gz-triangle --quiet --probs "$probs" "${@:2}" --output "$1" "$colour" || [ $? -eq 3 ]
}

draw "$out/triangle.png" --index "$out/triangle.tsv"
# The three columns after the id are the classes; a label may follow.
for class in $(head -n 1 "$probs" | cut -f 2-4); do
    draw "$out/corner-$class.png" --corner "$class"
done
