# What the parts share: sourced by tests/bench/bench, which sets the variables.
# shellcheck shell=bash disable=SC2154 # what it uses, tests/bench/bench has set

# ---- time ----

# seconds COMMAND...: how long it takes. If it fails, what it said is shown.
seconds() {
    local begin end
    begin=$(date +%s%N)
    "$@" > "$work/out" 2> "$work/err" || { cat "$work/err" >&2; echo "bench: failed: $*" >&2; return 1; }
    end=$(date +%s%N)
    awk -v t=$((end - begin)) 'BEGIN { print t / 1e9 }'
}
# rate N COMMAND...: N over the seconds that the command takes.
rate() {
    local t
    t=$(seconds "${@:2}") || return
    awk -v n="$1" -v t="$t" 'BEGIN { print n / t }'
}
# Of numbers, a line each; of none it fails.
median() {
    sort -g | awk '{ v[NR] = $1 } END { if (!NR) exit 1
        print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
# The median of the ratios of the numbers of two files, line by line.
ratio() { paste "$1" "$2" | awk '{ print $1 / $2 }' | median; }

# ---- peers ----

peer() { "$PYTHON" "$top/tests/bench/peer_$1.py" "${@:2}"; } # name, arguments
# What they are; empty where they are missing.
torch=$(peer torch version 2> /dev/null || true)
pillow=$(peer pillow version 2> /dev/null || true)
# Say what isn't measured, in the form that packaging/release-check collects.
skip() { echo "bench # skip $1"; }

describe_machine() {
    local model commit
    model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
    commit=$(git -C "$top" describe --always --dirty 2> /dev/null || echo unknown)
    printf '%-12s%s\n' processor "${model:-$(uname -m)}, $jobs used, kernels $(about_gz kernels | cut -d ' ' -f 1)" \
        programs "$(gz-prep --version), commit $commit" peers "${torch:-no PyTorch}, ${pillow:-no Pillow}" \
        pictures "$(wc -l < "$work/all") in ${IMAGES:-a simulated survey}" \
        runs "$RUNS, of which figures are medians; with a ratio above 1 ours is faster"
    echo
    [ -n "$torch" ] || skip 'all beside PyTorch: python3-torch is missing'
    [ -n "$pillow" ] || skip 'all beside Pillow, and PNGs, which Pillow makes: python3-pil is missing'
}
# On a terminal, say what runs.
progress() { [ ! -t 2 ] || printf '\r\e[Kbench: %s\r' "$*" >&2; }
about_gz() { { gz doctor || true; } | sed -n "s/^$1  *//p"; } # what
jobs=$(about_gz processors)

# ---- work to do ----

# The network that gz-train would learn with these options, in its words: those of its table but for the last layer.
words_of_network() {
    gz-train --describe "$@" | awk 'NR > 1 && $1 != "all" {
        word = $1
        n = $2
        sub(/.*x/, "", n)
        if (sub(/[0-9]+$/, "", word) && word ~ /^(conv|dense)$/) word = word n
        text = text before
        before = (text == "" ? "" : " ") (word ~ /^dropout/ ? $1 : word)
    } END { print text }'
}
# So many names of pictures, from the start again where there are too few.
names() { # how many
    awk -v n="$1" '{ name[NR] = $0 } END { for (i = 0; i < n; i++) print name[i % NR + 1] }' "$work/list"
}
# A stream several times: streams one after the other are again a stream.
repeat() { # stream, times
    local i
    for ((i = 0; i < $2; i++)); do cat "$1"; done
}
