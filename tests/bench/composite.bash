# From JPEGs to triangle.png, in one pipeline, against the script; and each stage by itself.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

find -L "$images" -name '*.jpg' | LC_ALL=C sort > "$work/all"
galaxies=$(wc -l < "$work/all")

# The colour pictures are kept on their way: the triangle needs them again once all probabilities are there.
composite() {
    gz-decode -q -c 212 --files-from "$work/all" | gz-prep -q --colour -c 212 | tee "$work/colour.npy" |
        gz-prep -q -c 64 | gz-infer -q -w "$work/w" > "$work/probs.tsv"
    gz-triangle -q -p "$work/probs.tsv" -o "$work/triangle.png" "$work/colour.npy"
}
prepare() { gz-decode -q -c 212 --files-from "$work/all" | gz-prep -q --colour -c 212 > "$work/colour.npy"; }
infer() { gz-prep -q -c 64 "$work/colour.npy" | gz-infer -q -w "$work/w" > "$work/probs.tsv"; }
draw() { gz-triangle -q -p "$work/probs.tsv" -o "$work/triangle.png" "$work/colour.npy"; }

for ((run = 0; run < RUNS; run++)); do
    seconds composite >> "$work/ours.composite"
    for stage in prepare infer draw; do seconds $stage >> "$work/stage.$stage"; done
    if have_torch && have_pillow && [ -e "$PEERS/peer_triangle.py" ]; then
        "$PYTHON" "$PEERS/peer_triangle.py" "$work/all" "$work/peer.png" | tee "$work/peer.said" |
            sed 's/.*all \([0-9.]*\) s.*/\1/' >> "$work/peer.composite"
    fi
done
printf 'composite of %s galaxies: %.1f s' "$galaxies" "$(median < "$work/ours.composite")"
if [ -s "$work/peer.composite" ]; then
    printf ', script %.1f s, share %.2f' "$(median < "$work/peer.composite")" \
        "$(paste "$work/ours.composite" "$work/peer.composite" | awk '{print $1 / $2}' | median)"
else
    printf ', script not installed'
fi
echo
for stage in prepare infer draw; do
    printf '    %-8s by itself %6.1f s\n' $stage "$(median < "$work/stage.$stage")"
done
[ ! -s "$work/peer.said" ] || sed 's/^/    the script, last run: /' "$work/peer.said"
echo
