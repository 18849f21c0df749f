# Images a second, the peer's, the ratio, and the share of the limit.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

# Squares of the pictures in a list, as the scripts make them; png-gray and png-colour are those of the same as PNGs.
decode() { # work
    local list=$work/list
    [[ $1 != png-* ]] || list=$work/pngs
    case $1 in
    *gray) gz-decode -q --gray --square 0.3 --size 64 --files-from "$list" > "$work/prep.npy" ;;
    *colour) gz-decode -q --square 0.5 --size 64 --files-from "$list" > "$work/prep.npy" ;;
    esac
}
# The pictures of the list, as PNGs of the same colours.
make_pngs() {
    mkdir "$work/png"
    "$PYTHON" -B "$top/tests/python/call.py" pngs of_jpegs "$work/list" "$work/png"
    find "$work/png" -name '*.png' | LC_ALL=C sort > "$work/pngs"
}
ours() { # work
    case $1 in
    train) rate 4000 gz-train -q --network "$network" --batch-norm none -o /dev/null "$work/train.npy" ;;
    infer) rate 4000 gz-infer -q -w "$work/w" "$work/train.npy" ;;
    *) rate "$n" decode "$1" ;;
    esac
}
# The peers time themselves, without their start-up: that favours them.
torch() { "$PYTHON" "$PEERS/peer_torch.py" speed "$jobs"; }
# Pillow cuts 212 pixels, half of 424: for gray more than the square, which it shrinks, but does not decode less.
pillow() { # work
    local list=$work/list
    [[ $1 != png-* ]] || list=$work/pngs
    xargs -s 2000000 "$PYTHON" "$PEERS/peer_pillow.py" "$jobs" "${1#png-}" < "$list"
}

# What arithmetic or decoding alone would allow: products of matrices for all multiplications as they are defined.
"$tools/limits" "$work/list" > "$work/limits"
macs=$(gz-train --describe --network "$network" | awk '$1 == "all" { print $NF }')
limit() { # work
    awk -v work="$1" -v macs="$macs" '
        $1 == "sgemm" && work == "train" { print $2 * 1e9 / (2 * 3 * macs) }
        $1 == "sgemm" && work == "infer" { print $2 * 1e9 / (2 * macs) }
        $1 == work { print $2 }' "$work/limits" | grep . || echo 0
}

works=${WORKS:-train infer gray colour $(! have_pillow || echo png-gray png-colour)} # Pillow makes the PNGs
[[ $works != *png* ]] || make_pngs
for ((run = 0; run < RUNS; run++)); do
    for job in $works; do ours "$job" >> "$work/ours.$job"; done
    if [[ $works =~ train|infer ]] && have_torch; then
        torch | sed -n 's/.*train \([0-9]*\) infer \([0-9]*\).*/\1 \2/p' | { read -r train infer
            echo "$train" >> "$work/peer.train"
            echo "$infer" >> "$work/peer.infer"; }
    fi
    for job in $works; do
        case $job in
        *gray | *colour) ! have_pillow || pillow "$job" | sed 's/.* \([0-9]*\) images.*/\1/' >> "$work/peer.$job" ;;
        esac
    done
done

printf '%-10s %10s %10s %8s %14s %8s   (%s processors, medians of %s runs; sgemm %s GFLOP/s)\n' \
    work images/s "peer's" ratio 'limit' share "$jobs" "$RUNS" "$(sed -n 's/sgemm //p' "$work/limits")"
for job in $works; do
    own=$(median < "$work/ours.$job")
    peer='-' ratio='not installed'
    if [ -s "$work/peer.$job" ]; then
        peer=$(printf %.0f "$(median < "$work/peer.$job")")
        ratio=$(printf %.2f "$(paste "$work/ours.$job" "$work/peer.$job" | awk '{print $1 / $2}' | median)")
    fi
    awk -v job="$job" -v own="$own" -v peer="$peer" -v ratio="$ratio" -v limit="$(limit "$job")" 'BEGIN {
        printf "%-10s %10.0f %10s %8s", job, own, peer, ratio
        if (limit) printf " %14.0f %7.0f%%", limit, 100 * own / limit
        print "" }'
done
echo
