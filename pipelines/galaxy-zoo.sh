#!/usr/bin/env bash
# The whole experiment: from pictures and the volunteers' votes to a network, its accuracy, and the picture of all
# galaxies sorted by shape.
#
#     pipelines/galaxy-zoo.sh IMAGES VOTES OUT
#
# OUT gets, in this order: galaxies.npy (small gray pictures), train.npy and valid.npy, history.tsv,
# weights.safetensors, examples.png and examples-augmented.png (the first pictures before and after augmentation),
# network.txt, accuracy.png, probs.tsv, score.txt (of the galaxies that were held out), colour.npy, triangle.png with
# its index triangle.tsv, corner-CLASS.png, and the folder atlas, a page to walk through the triangle. Each is made from
# what its step names below; when that changes, it is made again, and otherwise not. So after an interruption, start the
# same command again.
#
# Galaxies that are of no class, if there are enough of them, are examples of one more class, "other" (--other none:
# there is no such class).
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

options 'IMAGES VOTES OUT' "The whole experiment: from pictures (a folder, a tar or zip archive) and the volunteers' votes to
a network, its accuracy, and the picture of all galaxies sorted by shape." "${learning[@]}" CORNERS= DRY_RUN= -- "$@"
images=${operands[0]} votes=${operands[1]} out=${operands[2]}
need gnuplot

find_pictures "$images" "$out"
check_votes "$votes"
check_first
check_settings "$votes"
lock "$out"

montage() { gz-montage --quiet --number 32 --output "${to[0]}" "${from[0]}" 2> "$said"; }
augmented_montage() {
    gz-augment --quiet --size "$SIZE" --no-shuffle "${from[0]}" 2> "$said" > "$work/augmented.npy" &&
        gz-montage --quiet --number 32 --output "${to[0]}" "$work/augmented.npy" 2> "$said"
}
describe() {
    gz-train --describe --size "$SIZE" ${NETWORK:+--network "$NETWORK"} "${from[0]}" > "${to[0]}" 2> "$said"
}
plot() { "$here/plot-history.sh" "${from[0]}" "${to[0]}"; }
classify() {
    gz-infer --views "$(views_of_network)" --weights "${from[0]}" --train "${from[2]}" --valid "${from[3]}" --output "${to[0]}" "${from[1]}" 2> "$said"
}
score() {
    { gz-infer --quiet --views "$(views_of_network)" --weights "${from[0]}" "${from[1]}" |
        gz-score ${OTHER:+--other "$OTHER"} > "${to[0]}"; } 2> "$said"
}
# Where there are galaxies of no class, the accuracy is told without them and with them.
say_accuracy() {
    local classes
    classes=$(class_names "$out/probs.tsv" | grep -vxF -- "$OTHER" | paste -sd , | sed 's/,/, /g')
    awk -v other="$OTHER" -v classes="$classes" '
        NR == 1 { all = $2 }
        NR == 3 { accuracy = $0; sub(/^accuracy */, "", accuracy) }
        /^clean  / { clean = $2 }
        /^AUROC  / { auroc = $2 }
        /^accuracy, clean  / { sub(/^accuracy, clean */, ""); apart = $0 }
        END {
            print "validation accuracy " (apart ? apart " of the " clean " galaxies of " classes : accuracy)
            if (apart) {
                print "with \"" other "\" it is " accuracy " of all " all " galaxies"
                print "the AUROC of telling the " clean " from the others is " auroc
            }
        }' "$out/score.txt"
}

# A page to walk through the triangle. What it leaves out, gz-label and gz-triangle have named: rows that can't be read,
# and pictures without probabilities. Labelled are the galaxies on which the volunteers agree. Without Leaflet there is no
# atlas.
atlas() {
    gz-atlas --probs "${from[1]}" --labels "${from[2]}" --labels "${from[3]}" --table "${from[4]}" "$@" --output "${to[0]}" "${from[0]}" 2> "$said" || [ $? -eq 3 ] || return
    rm -f "$said"
}

step galaxies.npy : "$work/listing" : prepare_pictures --square 0.3 --gray --margin --size "$SIZE"
# So far the names of all pictures decided, those that can't be read among them.
[ -n "$planned" ] || choose_other "$out/galaxies.npy" "$votes"
learn_weights "$out/galaxies.npy" "$votes"
step examples.png : "$out/train.npy" : montage
step examples-augmented.png : "$out/train.npy" : augmented_montage
step network.txt : "$out/train.npy" : describe
step accuracy.png : "$out/history.tsv" : plot
step probs.tsv : "$out/weights.safetensors" "$out/galaxies.npy" "$out/train.npy" "$out/valid.npy" : classify
step score.txt : "$out/weights.safetensors" "$out/valid.npy" : score
[ -n "$DRY_RUN" ] || say_accuracy
step colour.npy : "$work/listing" : prepare_pictures --square 0.5 --size "$SIZE"
draw_pictures "$out/colour.npy" "$out/probs.tsv"
if [ -z "$drawn" ]; then
    forget atlas
elif [ -e "${GZ_LEAFLET:-/usr/share/javascript/leaflet}/leaflet.min.js" ]; then
    step atlas : "$out/colour.npy" "$out/probs.tsv" "$out/train.npy" "$out/valid.npy" "$votes" : atlas "${corners[@]}"
else
    say 'there is no atlas: Leaflet is missing (apt-get install libjs-leaflet)'
    forget atlas
fi

if [ -z "$DRY_RUN" ]; then
    read=$(count_records "$out/galaxies.npy")
    say_pictures "$read"
    say_labelled "$read"
    [ -z "$drawn" ] ||
        echo "open $out/triangle.png$([ ! -e "$out/atlas/index.html" ] || echo " and $out/atlas/index.html")"
fi
finish "$out/skipped.txt"
