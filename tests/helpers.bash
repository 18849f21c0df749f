# What all bats files load: the programs on PATH, a folder of its own for each test, small inputs.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH="${GZ_BIN:-$ROOT/bin}:$PATH"
export OPENBLAS_NUM_THREADS=1 LC_ALL=C
export PYTHON=${PYTHON:-/usr/bin/python3}
SHARED=$ROOT/../shared # real galaxies and hostile files, where they are at hand

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# Skip what needs a file or folder of SHARED that isn't there.
need_shared() {
    [ -e "$SHARED/$1" ] || skip "no shared/$1 here"
}

need_command() {
    type -P "$1" > /dev/null || skip "no $1 here"
}

# strace that may trace; the thread sanitizer's own reads and writes would be counted.
need_strace() {
    need_command strace
    [[ $GZ_SANITIZED != *tsan* ]] || skip "a build with sanitizers"
    strace -qq -o /dev/null -e trace=read true 2> /dev/null || skip "strace can't trace here"
}

# The address sanitizer can't look for leaks where strace looks on.
strace() {
    ASAN_OPTIONS=detect_leaks=0 command strace "$@"
}
export -f strace

# run -N semantics for pipelines: pipe 'cmd | cmd' under pipefail.
pipe() {
    run bash -c "set -o pipefail; $1"
}

# Wait until a command succeeds, a minute at most: with sanitizers, on a busy machine, that is no long time.
await() {
    for _ in {1..2400}; do
        if "$@"; then return; fi
        sleep 0.025
    done
    return 1
}

# The last run printed one line on stderr that matches (use run --separate-stderr).
one_line() {
    [ "${#stderr_lines[@]}" -eq 1 ] || { printf 'stderr: %s\n' "${stderr_lines[@]}"; return 1; }
    [[ ${stderr_lines[0]} == $1 ]] || { printf 'stderr: %s\n' "${stderr_lines[0]}"; return 1; }
}
