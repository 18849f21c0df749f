# From JPEGs to triangle.png, in one pipeline, beside the script; and each stage by itself.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

# The colour pictures are kept on their way: the triangle needs them again once all probabilities are there.
composite() {
    gz-decode -q -c 212 --files-from "$work/all" | gz-prep -q --colour -c 212 | tee "$work/colour.npy" |
        gz-prep -q -c 64 | gz-infer -q -w "$work/w.default" > "$work/probs.tsv" && draw
}
prepare() { gz-decode -q -c 212 --files-from "$work/all" | gz-prep -q --colour -c 212 > "$work/colour.npy"; }
infer() { gz-prep -q -c 64 "$work/colour.npy" | gz-infer -q -w "$work/w.default" > "$work/probs.tsv"; }
draw() { gz-triangle -q -p "$work/probs.tsv" -o "$work/triangle.png" "$work/colour.npy"; }

beside=$([ -z "$torch" ] || [ -z "$pillow" ] || echo yes)
for ((run = 0; run < RUNS; run++)); do
    progress "composite: run $((run + 1)) of $RUNS"
    seconds composite >> "$work/ours.composite"
    [ -z "$beside" ] ||
        peer composite "${spec[default]}" "$jobs" "$work/all" "$work/peer.png" >> "$work/peer.composite"
    for stage in prepare infer draw; do seconds $stage >> "$work/stage.$stage"; done
done

column() { cut -d ' ' -f "$1" "$work/peer.composite" | median; }
line() { # name, file of ours, column of the peer's
    [ -z "$beside" ] || peers=$(column "$3")
    awk -v name="$1" -v ours="$(median < "$2")" -v peers="$peers" -v ratio="$4" 'BEGIN {
        printf "%-10s %9.1f %9s %7s\n", name, ours, peers == "-" ? "-" : sprintf("%.1f", peers), ratio }'
}
peers='-' ratio='-'
[ -z "$beside" ] || ratio=$(printf %.2f "$(ratio <(cut -d ' ' -f 1 "$work/peer.composite") "$work/ours.composite")")
printf '%-10s %9s %9s %7s   (%s galaxies, from pictures to the triangle)\n' seconds ours "script's" ratio \
    "$(wc -l < "$work/all")"
line all "$work/ours.composite" 1 "$ratio"
line '  prepare' "$work/stage.prepare" 2 ''
line '  infer' "$work/stage.infer" 3 ''
line '  draw' "$work/stage.draw" 4 ''
[ -n "$beside" ] || skip 'composite beside a script: it needs python3-torch and python3-pil'
