# Images a second, the peer's, the ratio, and the share of the limit.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

decode() { # gray or colour
    local gray=--gray colour=
    [ "$1" = gray ] || { gray=; colour=--colour; }
    # shellcheck disable=SC2086 # an empty one is none
    gz-decode -q $gray -c 212 --files-from "$work/list" | gz-prep -q -c 212 $colour > "$work/prep.npy"
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
pillow() { xargs -s 2000000 "$PYTHON" "$PEERS/peer_pillow.py" "$jobs" "$1" < "$work/list"; }

# What arithmetic or decoding alone would allow: products of matrices for all multiplications as they are defined.
"$tools/limits" "$work/list" > "$work/limits"
macs=$(gz-train --describe --network "$network" | awk '$1 == "all" { print $NF }')
limit() { # work
    awk -v work="$1" -v macs="$macs" '
        $1 == "sgemm" && work == "train" { print $2 * 1e9 / (2 * 3 * macs) }
        $1 == "sgemm" && work == "infer" { print $2 * 1e9 / (2 * macs) }
        $1 == work { print $2 }' "$work/limits"
}

works=${WORKS:-train infer gray colour}
for ((run = 0; run < RUNS; run++)); do
    for job in $works; do ours "$job" >> "$work/ours.$job"; done
    if [[ $works =~ train|infer ]] && have_torch; then
        torch | sed -n 's/.*train \([0-9]*\) infer \([0-9]*\).*/\1 \2/p' | { read -r train infer
            echo "$train" >> "$work/peer.train"
            echo "$infer" >> "$work/peer.infer"; }
    fi
    for job in $works; do
        case $job in
        gray | colour) ! have_pillow || pillow "$job" | sed 's/.* \([0-9]*\) images.*/\1/' >> "$work/peer.$job" ;;
        esac
    done
done

printf '%-8s %10s %10s %8s %14s %8s   (%s processors, medians of %s runs; sgemm %s GFLOP/s)\n' \
    work images/s "peer's" ratio 'limit' share "$jobs" "$RUNS" "$(sed -n 's/sgemm //p' "$work/limits")"
for job in $works; do
    own=$(median < "$work/ours.$job")
    peer='-' ratio='not installed'
    if [ -s "$work/peer.$job" ]; then
        peer=$(printf %.0f "$(median < "$work/peer.$job")")
        ratio=$(printf %.2f "$(paste "$work/ours.$job" "$work/peer.$job" | awk '{print $1 / $2}' | median)")
    fi
    awk -v job="$job" -v own="$own" -v peer="$peer" -v ratio="$ratio" -v limit="$(limit "$job")" \
        'BEGIN { printf "%-8s %10.0f %10s %8s %14.0f %7.0f%%\n", job, own, peer, ratio, limit, 100 * own / limit }'
done
echo
