# Time to accuracy: minutes of learning with all defaults until so many of a tenth that is held out are right. One run.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

: "${votes:?the part accuracy needs VOTES=table for IMAGES}"
beside=$([ -z "$torch" ] || [ -z "$LONG" ] || echo yes)

gz-decode -q --gray --square 0.3 --size 64 --margin --files-from "$work/all" > "$work/galaxies.npy"
label() { gz-label -q -v "$votes" "$@" "$work/galaxies.npy" || [ $? -eq 3 ]; } # 3: some have no votes
label --fold 1-9/10 > "$work/learned.npy"
label --fold 0/10 > "$work/held-out.npy"

# Both write a line an epoch: seconds since the beginning, accuracy. Ours count from the start of the programs, the
# peer's from when all pictures are in memory. Both turn and mirror the pictures as they learn.
learn_ours() {
    local begin=$EPOCHREALTIME
    gz-augment -q -e "$epochs" --size 64 "$work/learned.npy" |
        gz-train --validate "$work/held-out.npy" -o "$work/weights" 2>&1 | tee "$work/err" | while IFS= read -r line; do
        [[ ! $line =~ accuracy\ ([0-9.]+) ]] || echo "$begin $EPOCHREALTIME ${BASH_REMATCH[1]}"
    done | awk '{ printf "%.2f %s\n", $2 - $1, $3 }'
}
progress 'accuracy: ours'
learn_ours > "$work/times.ours" || { cat "$work/err" >&2 && exit 1; }
progress "accuracy: PyTorch's"
[ -z "$beside" ] ||
    peer torch accuracy "${spec[default]}" "$epochs" "$jobs" "$work/learned.npy" "$work/held-out.npy" \
        > "$work/times.peer"

# Seconds and epoch when an accuracy was first reached, or dashes; of "all", when learning ended, and the best accuracy.
reached() { # file, accuracy
    awk -v mark="$2" 'mark != "all" && $2 >= mark { print $1, "epoch " NR; found = 1; exit }
        { if ($2 > best) best = $2; end = $1 }
        END { if (!found) print mark == "all" ? end " best " best : "- -" }' "$1"
}
# The number of a stream's records, which its end chunk tells.
count() { tail -c 256 "$1" | grep -aoE "'shape': \(0, [0-9]+" | grep -oE '[0-9]+$'; }
printf '%-9s %24s %24s %7s   (%s galaxies learned in %s epochs, %s held out)\n' minutes ours "PyTorch's" ratio \
    "$(count "$work/learned.npy")" "$epochs" "$(count "$work/held-out.npy")"
for mark in 0.96 0.97 0.98 all; do
    read -r ours about <<< "$(reached "$work/times.ours" $mark)"
    peers='-' peers_about='-'
    [ -z "$beside" ] || read -r peers peers_about <<< "$(reached "$work/times.peer" $mark)"
    awk -v mark=$mark -v ours="$ours" -v about="$about" -v peers="$peers" -v peers_about="$peers_about" '
        function minutes(t, about) { return t == "-" ? "-" : sprintf("%.2f (%s)", t / 60, about) }
        BEGIN { ratio = ours == "-" || peers == "-" ? "-" : sprintf("%.2f", peers / ours)
            printf "%-9s %24s %24s %7s\n", mark, minutes(ours, about), minutes(peers, peers_about), ratio }'
done
[ -n "$LONG" ] || skip "PyTorch's time to accuracy: LONG=1 asks for it"
