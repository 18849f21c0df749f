#!/usr/bin/env bash
# Sort a long list of pictures in shards (consecutive parts of the list). slurm-infer.sh and ssh-infer.sh use this
# script; with it, you can use any other queue by hand.
#
#     pipelines/shard-infer.sh plan WEIGHTS LIST OUT     cut LIST into shards, and print the numbers of those to be done
#     pipelines/shard-infer.sh run OUT N                 sort shard N, unless that is done
#     pipelines/shard-infer.sh join OUT                  check that nothing is lost, and join the shards
#
# LIST names a picture, or an archive of pictures (tar or zip), on each line. OUT/shards/N is shard N of it. Its results in
# OUT are
#
#     probs.N.tsv      a line for each galaxy; this file appears when the shard is done
#     tally.N.tsv      how many pictures each input had, and how many of them were skipped
#     skipped.N.txt    what was skipped, and why
#
# join makes probs.tsv and skipped.txt of them, in the order of LIST, as from one run over the whole list.
#
# plan stores its options in OUT, and run uses the stored ones.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"

options 'COMMAND [OPERAND ...]' 'Sort a long list of pictures shard by shard. The commands are

  plan WEIGHTS LIST OUT   cut LIST into shards; say the numbers of those to be done
  run OUT N               sort shard N, unless it is done
  join OUT                see that nothing is lost, and put the shards together' \
    SHARDS=100 DECODE= PREP= 'INFER=--views 8' -- "$@"

# The settings are written last: if plan died before, it begins anew.
plan() {
    local weights list=$2 out=$3 twice taken
    find_weights "$1"
    [ -f "$weights" ] || die "$weights: there are no such weights"
    [ -s "$list" ] || die "$list: there is no such list, or it is empty"
    twice=$(LC_ALL=C sort "$list" | uniq -d | grep -m 1 . || true)
    [ -z "$twice" ] || die "$list: '$twice' is there twice"
    mkdir -p "$out"
    taken=$(printf '%s=%q\n' weights "$(realpath "$weights")" checksum "$(sha256sum < "$weights")" \
        list "$(sha256sum < "$list")" decode "$DECODE" prep "$PREP" infer "$INFER")
    if [ -e "$out/settings" ]; then
        [ "$taken" = "$(< "$out/settings")" ] || die "$out was begun with another list, other weights or options"
    else
        rm -rf "$out/shards"
        mkdir "$out/shards"
        grep . "$list" | awk -v all="$(grep -c . "$list")" -v most="$SHARDS" -v folder="$out/shards/" '
            BEGIN { n = most < all ? most : all }
            { print > (folder (int((NR - 1) * n / all) + 1)) }'
        echo "$taken" > "$out/settings"
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

sort_shard() {
    local out=$1 n=$2 weights decode prep infer
    [ -e "$out/shards/$n" ] || die "$out has no shard $n"
    [ ! -e "$out/probs.$n.tsv" ] || return 0
    # shellcheck source=/dev/null
    . "$out/settings"
    must classify "$out" "$n"
    check "$out" "$n" "$out/probs.$n.part"
    mv "$out/probs.$n.part" "$out/probs.$n.tsv"
}
classify() { # OUT, N
    # The weights say how pictures must be prepared. gz-decode does that at once, unless there are options of gz-prep.
    local like=1
    [ -z "$prep" ] || like=
    # shellcheck disable=SC2086 # the options are words
    { gz-decode --quiet ${like:+--like "$weights"} $decode --files-from "$out/shards/$n" --tally "$out/tally.$n.tsv" \
        2> "$out/skipped.$n.txt" || [ $? -eq 3 ] || { cat "$out/skipped.$n.txt" >&2; false; }; } |
        { if [ -n "$like" ]; then cat; else gz-prep --quiet --like "$weights" $prep; fi; } |
        gz-infer --quiet $infer --weights "$weights" --output "$out/probs.$n.part"
}

join() {
    local out=$1 n missing='' skipped
    [ -d "$out/shards" ] || die "$out has no shards"
    for n in $(numbers "$out"); do [ -e "$out/probs.$n.tsv" ] || missing+=" $n"; done
    [ -z "$missing" ] || die "$out: not done yet:$missing; start the same command again"
    for n in $(numbers "$out"); do
        check "$out" "$n" "$out/probs.$n.tsv"
        if [ "$n" -eq 1 ]; then cat "$out/probs.$n.tsv"; else sed 1d "$out/probs.$n.tsv"; fi
    done > "$out/probs.part"
    for n in $(numbers "$out"); do cat "$out/skipped.$n.txt"; done > "$out/skipped.txt"
    mv "$out/probs.part" "$out/probs.tsv"
    skipped=$(wc -l < "$out/skipped.txt")
    echo "shard-infer: $out: $(sed '/^#/d' "$out/probs.tsv" | wc -l) galaxies sorted, $skipped inputs skipped"
    [ "$skipped" -eq 0 ] || exit 3
}

case ${operands[0]}/${#operands[@]} in
plan/4) plan "${operands[@]:1}" ;;
run/3) sort_shard "${operands[@]:1}" ;;
join/2) join "${operands[1]}" ;;
*) wrong_usage 'plan WEIGHTS LIST OUT, run OUT N, or join OUT is needed' ;;
esac
