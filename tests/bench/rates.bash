# Images a second, the peer's, the ratio, and the share of the limit.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

# A row is a work and, unless that is the default, a network, as in infer-8-cyclic. infer-8 takes eight views of each
# picture. gray and colour are squares of the pictures in the list, as the scripts make them; png-gray and png-colour
# those of the same pictures as PNGs, which Pillow makes.
rows='train infer infer-8 train-cyclic infer-cyclic infer-8-cyclic train-original infer-original gray colour'
rows=${WORKS:-$rows ${pillow:+png-gray png-colour}}

network_of() { [[ $1 =~ -(cyclic|original)$ ]] && echo "${BASH_REMATCH[1]}" || echo default; } # row
views_of() { [[ $1 != infer-8* ]] && echo 1 || echo 8; }
list_of() { [[ $1 != png-* ]] && echo "$work/list" || echo "$work/pngs"; }
share_of() { [[ $1 != *gray ]] && echo 0.5 || echo 0.3; }

make_pngs() {
    mkdir "$work/png"
    "$PYTHON" "$top/tests/python/call.py" pngs of_jpegs "$work/list" "$work/png"
    find "$work/png" -name '*.png' | sort > "$work/pngs"
}

ours() { # row
    local network options=(-q)
    network=$(network_of "$1")
    case $1 in
    train*)
        [ "$network" = original ] && options+=(--preset original) || options+=(--network "${spec[$network]}")
        rate $((copies * records)) gz-train "${options[@]}" -o /dev/null "$work/train.npy"
        ;;
    infer*) rate $((copies * records)) gz-infer -q --views "$(views_of "$1")" -w "$work/w.$network" "$work/train.npy" ;;
    *)
        [[ $1 != *gray ]] || options+=(--gray)
        rate "$(wc -l < "$(list_of "$1")")" gz-decode "${options[@]}" --square "$(share_of "$1")" --size 64 \
            --files-from "$(list_of "$1")" -o "$work/prep.npy"
        ;;
    esac
}

has_peer() { case $1 in train* | infer*) [ -n "$torch" ] ;; *) [ -n "$pillow" ] ;; esac; } # row
peers() { # row
    local network
    network=$(network_of "$1")
    case $1 in
    train*) peer torch train "${spec[$network]}" "${network/cyclic/default}" "$jobs" "$peer_seconds" ;;
    infer*) peer torch infer "${spec[$network]}" "$(views_of "$1")" "$jobs" "$peer_seconds" ;;
    *) peer pillow "${1#png-}" "$(share_of "$1")" "$jobs" "$(list_of "$1")" ;;
    esac
}

# What arithmetic or decoding alone would allow: products of matrices for all multiplications as they are defined. The
# quarter turns among eight views are in a cyclic network already, so that its eight are two.
"$tools/limits" "$work/list" > "$work/limits"
multiplications() { # row
    local network times
    network=$(network_of "$1")
    times=$(views_of "$1")
    [[ $1 != infer-8-cyclic ]] || times=2
    [[ $1 != train* ]] || times=3
    gz-train --describe --network "${spec[$network]}" | awk -v times="$times" '$1 == "all" { print times * $NF }'
}
limit() { # row
    case $1 in
    train* | infer*) awk -v n="$(multiplications "$1")" '$1 == "sgemm" { print $2 * 1e9 / (2 * n) }' "$work/limits" ;;
    *) awk -v row="$1" '$1 == row { print $2 }' "$work/limits" ;;
    esac
}

[[ $rows != *png* ]] || make_pngs
for ((run = 0; run < RUNS; run++)); do
    for row in $rows; do
        progress "rates: run $((run + 1)) of $RUNS: $row"
        ours "$row" >> "$work/ours.$row"
        ! has_peer "$row" || peers "$row" >> "$work/peer.$row"
    done
done

printf '%-15s %9s %9s %7s %9s %7s   (sgemm %s GFLOP/s)\n' images/s ours "peer's" ratio limit share \
    "$(sed -n 's/sgemm //p' "$work/limits")"
for row in $rows; do
    own=$(median < "$work/ours.$row")
    peers='-' ratio='-'
    if has_peer "$row"; then
        peers=$(median < "$work/peer.$row")
        ratio=$(ratio "$work/ours.$row" "$work/peer.$row")
    fi
    awk -v row="$row" -v own="$own" -v peers="$peers" -v ratio="$ratio" -v limit="$(limit "$row")" 'BEGIN {
        if (peers != "-") { peers = sprintf("%.0f", peers); ratio = sprintf("%.2f", ratio) }
        printf "%-15s %9.0f %9s %7s", row, own, peers, ratio
        if (limit) printf " %9.0f %6.0f%%", limit, 100 * own / limit
        print "" }'
done
