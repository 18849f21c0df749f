#!/usr/bin/env bash
# Sort a long list of pictures in shards (consecutive parts of the list). slurm-infer.sh and ssh-infer.sh use this
# script; with it, you can use any other queue by hand.
#
#     pipelines/shard-infer.sh plan WEIGHTS LIST OUT     cut LIST into shards, and print the numbers of those to be done
#     pipelines/shard-infer.sh run OUT N                 sort shard N, unless that is done
#     pipelines/shard-infer.sh join OUT                  check that nothing is lost, and join the shards
#
# LIST names a JPEG, or an archive of JPEGs (tar or zip), on each line. OUT/shards/N is shard N of it. Its results in
# OUT are
#
#     probs.N.tsv      a line for each galaxy; this file appears when the shard is done
#     tally.N.tsv      how many pictures each input had, and how many of them were skipped
#     skipped.N.txt    what was skipped, and why
#
# join makes probs.tsv and skipped.txt of them, in the order of LIST, as from one run over the whole list.
#
# SHARDS=100 (the most), DECODE=--gray, PREP=, INFER='--views 8' (options of gz-decode, gz-prep and gz-infer): plan
# stores these in OUT, and run uses the stored ones. Pictures of several sizes need the same --crop in all shards.
set -euo pipefail

usage="usage: shard-infer.sh plan WEIGHTS LIST OUT | run OUT N | join OUT"
die() {
    echo "shard-infer: $*" >&2
    exit 1
}

# The settings are written last: if plan died before, it begins anew.
plan() {
    local weights=$1 list=$2 out=$3 twice settings
    [ -s "$list" ] || die "$list: no such list, or an empty one"
    twice=$(LC_ALL=C sort "$list" | uniq -d | grep -m 1 . || true)
    [ -z "$twice" ] || die "$list: '$twice' is there twice"
    mkdir -p "$out"
    settings=$(printf '%s=%q\n' weights "$(realpath "$weights")" checksum "$(sha256sum < "$weights")" \
        list "$(sha256sum < "$list")" decode "${DECODE---gray}" prep "${PREP-}" infer "${INFER---views 8}")
    if [ -e "$out/settings" ]; then
        [ "$settings" = "$(< "$out/settings")" ] || die "$out was begun with another list, other weights or options"
    else
        rm -rf "$out/shards"
        mkdir "$out/shards"
        grep . "$list" | awk -v all="$(grep -c . "$list")" -v most="${SHARDS:-100}" -v folder="$out/shards/" '
            BEGIN { n = most < all ? most : all }
            { print > (folder (int((NR - 1) * n / all) + 1)) }'
        echo "$settings" > "$out/settings"
    fi
    for n in $(numbers "$out"); do [ -e "$out/probs.$n.tsv" ] || echo "$n"; done
}

numbers() {
    seq "$(find "$1/shards" -type f | wc -l)"
}

# A shard is done if its tally lists its inputs in their order, with as many pictures as there are lines, and as many
# skipped ones as are named.
check() { # OUT, N, the file of its lines
    local out=$1 n=$2 lines=$3 pictures skipped
    cmp -s <(sed 1d "$out/tally.$n.tsv" | cut -f 3-) "$out/shards/$n" || die "shard $n: the tally is not of its inputs"
    read -r pictures skipped < <(awk -F '\t' 'NR > 1 { p += $1; s += $2 } END { printf "%.0f %.0f\n", p, s }' "$out/tally.$n.tsv")
    lines=$(sed '/^#/d' "$lines" | wc -l)
    [ "$lines" -eq "$pictures" ] || die "shard $n: $pictures pictures, but $lines lines"
    lines=$(wc -l < "$out/skipped.$n.txt")
    [ "$lines" -eq "$skipped" ] || die "shard $n: $skipped skipped, but $lines named"
}

run() {
    local out=$1 n=$2 weights decode prep infer
    [ -e "$out/shards/$n" ] || die "$out has no shard $n"
    [ ! -e "$out/probs.$n.tsv" ] || return 0
    # shellcheck source=/dev/null
    . "$out/settings"
    # shellcheck disable=SC2086 # the options may have several words
    { gz-decode --quiet $decode --files-from "$out/shards/$n" --tally "$out/tally.$n.tsv" 2> "$out/skipped.$n.txt" ||
        [ $? -eq 3 ] || { cat "$out/skipped.$n.txt" >&2; false; }; } |
        gz-prep --quiet $prep |
        gz-infer --quiet $infer --weights "$weights" --output "$out/probs.$n.part"
    check "$out" "$n" "$out/probs.$n.part"
    mv "$out/probs.$n.part" "$out/probs.$n.tsv"
}

join() {
    local out=$1 n missing=
    for n in $(numbers "$out"); do [ -e "$out/probs.$n.tsv" ] || missing+=" $n"; done
    [ -z "$missing" ] || die "$out: not done yet:$missing; start the same command again"
    for n in $(numbers "$out"); do
        check "$out" "$n" "$out/probs.$n.tsv"
        if [ "$n" -eq 1 ]; then cat "$out/probs.$n.tsv"; else sed 1d "$out/probs.$n.tsv"; fi
    done > "$out/probs.part"
    for n in $(numbers "$out"); do cat "$out/skipped.$n.txt"; done > "$out/skipped.txt"
    mv "$out/probs.part" "$out/probs.tsv"
    echo "shard-infer: $out: $(sed '/^#/d' "$out/probs.tsv" | wc -l) galaxies sorted, $(wc -l < "$out/skipped.txt") inputs skipped"
}

case ${1:-}/$# in
plan/4 | run/3 | join/2) "$@" ;;
*)
    echo "$usage" >&2
    exit 2
    ;;
esac
