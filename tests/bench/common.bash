# What the benchmarks share: sourced by tests/bench/bench, which makes $work and says where $images are.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

# rate N COMMAND...: N over the seconds that the command takes.
rate() {
    local seconds
    seconds=$(seconds "${@:2}")
    awk -v n="$1" -v t="$seconds" 'BEGIN{print n / t}'
}
# seconds COMMAND...: how long it takes. Its words are kept in $work/err.
seconds() {
    local begin end
    begin=$(date +%s%N)
    "$@" > "$work/out" 2> "$work/err"
    end=$(date +%s%N)
    awk -v t=$((end - begin)) 'BEGIN{print t / 1e9}'
}
median() { sort -g | awk '{v[NR]=$1} END{print NR % 2 ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2}'; }

have_module() { "$PYTHON" -B "$top/tests/python/call.py" importlib import_module "$1" > /dev/null 2>&1; }
have_torch() { [ -e "$PEERS/peer_torch.py" ] && have_module torch; }
have_pillow() { [ -e "$PEERS/peer_pillow.py" ] && have_module PIL; }

# Names of pictures, so many, from the start again where there are too few.
names() { # how many
    awk -v n="$1" '{name[NR]=$0} END{for (i=0; i<n; i++) print name[i % NR + 1]}' "$work/list"
}
# A stream of n records, from one of 1,000: streams one after the other are again a stream.
repeat() { # stream, how many thousands
    local i
    for ((i = 0; i < $2; i++)); do cat "$1"; done
}
