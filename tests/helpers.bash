# What all bats files load: the programs on PATH, a folder of its own for each test, readers of what programs write, and
# the checks that more than one program is put to.

bats_require_minimum_version 1.5.0

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
GZ_BIN=$(realpath -m "${GZ_BIN:-$ROOT/bin}")
GZ_BUILD=$(realpath -m "${GZ_BUILD:-$ROOT/build}")
export GZ_BIN GZ_BUILD PATH="$GZ_BIN:$PATH"
export OPENBLAS_NUM_THREADS=1 LC_ALL=C
export PYTHON=${PYTHON:-/usr/bin/python3} PYTHONDONTWRITEBYTECODE=1
[ -z "$GZ_SANITIZED" ] || export GZ_WEB=$ROOT/web # elsewhere gz-atlas finds it beside bin
SHARED=$ROOT/../shared  # real galaxies and hostile files, where they are at hand
FILES=$BATS_FILE_TMPDIR # what setup_file of a bats file made

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# ---- what a test needs, or it is skipped ----

# A file or folder of SHARED.
need_shared() {
    [ -e "$SHARED/$1" ] || skip "no shared/$1 here"
}

need_command() {
    type -P "$1" > /dev/null || skip "no $1 here"
}

need_module() { # of Python
    py importlib import_module "$1" > /dev/null 2>&1 || skip "no python3-$1 here"
}

# Sanitizers take memory of their own, and reserve more than there is.
need_unsanitized() {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
}

# strace that may trace; the thread sanitizer's own reads and writes would be counted.
need_strace() {
    need_command strace
    [[ $GZ_SANITIZED != *tsan* ]] || skip "a build with sanitizers"
    strace -qq -o /dev/null -e trace=read true 2> /dev/null || skip "strace can't trace here"
}

# The address sanitizer can't look for leaks in a process that strace traces.
strace() {
    ASAN_OPTIONS=detect_leaks=0 command strace "$@"
}

# traced CALL FAULT [-P FILE] COMMAND: calls of this kind fail, on that file only if one is named.
traced() {
    strace -f -qq -o /dev/null -e "trace=$1" -e "inject=$1:$2" "${@:3}"
}
export -f strace traced

# ---- other readers: tests/python ----

# The values of all tensors of a weights file, without its metadata.
tensors() { # weights
    tail -c "+$((9 + $(od -An -tu8 -N8 "$1")))" "$1"
}

# py MODULE FUNCTION [WORD ...]: call a function of tests/python/MODULE.py (see call.py).
py() {
    "$PYTHON" "$ROOT/tests/python/call.py" "$@"
}

# stream FUNCTION FILE: ids, pixels, shape or means of a stream, by NumPy.
stream() { py stream "$@"; }

# shapes FILE N SEED [PARAMETER=WORD ...]: a stream of N small labelled pictures (see shapes.py).
shapes() { py shapes write "$@"; }

# The ids of a stream, in one line.
ids() { stream ids "$1" | paste -sd ' '; }

# ---- ways to run ----

# pipe 'cmd | cmd': run, under pipefail.
pipe() {
    run bash -c "set -o pipefail; $1"
}

# Wait until a command succeeds, a minute at most: sanitizers on a busy machine are slow.
await() {
    for _ in {1..2400}; do
        if "$@"; then return; fi
        sleep 0.025
    done
    return 1
}

# A command for bash -c that keeps what follows it within 400 MB; sanitizers reserve more.
little_memory() {
    [ -n "$GZ_SANITIZED" ] && echo : || echo 'ulimit -v 400000'
}

# peak FILE COMMAND ...: run the command; the most memory that it took, in kB, goes to FILE.
peak() {
    command time -q -f %M -o "$@"
}

# Random numbers are the same in each run; GZ_SEED asks for others. The seed is printed where a test fails.
seeded() {
    RANDOM=${GZ_SEED:-1}
    echo "GZ_SEED=${GZ_SEED:-1}"
}

# picked=(a number from 0 to $1 - 1). In a subshell it would not be that of the seed.
pick() {
    picked=$(((RANDOM * 32768 + RANDOM) % $1))
}

# ---- checks ----

# The last run printed one line on stderr that matches (use run --separate-stderr).
one_line() {
    [ "${#stderr_lines[@]}" -eq 1 ] || { printf 'stderr: %s\n' "${stderr_lines[@]}"; return 1; }
    [[ ${stderr_lines[0]} == $1 ]] || { printf 'stderr: %s\n' "${stderr_lines[0]}"; return 1; }
}

# fails COMMAND MESSAGE: status 1, and one line that matches, after the name of the command's first program of ours.
fails() {
    local program=gz-${1#*gz-}
    run --separate-stderr bash -c "$1"
    [ "$status" -eq 1 ] || { echo "$1: exit $status"; return 1; }
    one_line "${program%% *}: $2" || { echo "$1"; return 1; }
}

# wrong_usage COMMAND OPTIONS ...: with each of OPTIONS in the place of the word OPTIONS, the command prints one line on
# stderr and nothing else, and ends with status 2.
wrong_usage() {
    local options
    for options in "${@:2}"; do
        run --separate-stderr bash -c "${1/OPTIONS/$options}" < /dev/null
        [ "$status" -eq 2 ] || { echo "$options: exit $status"; return 1; }
        [ -z "$output" ] || { echo "$options: $output"; return 1; }
        one_line "${1%% *}: *" || { echo "$options"; return 1; }
    done
}

# refuses STATUS COMMAND: standard input has lines WORDS|MESSAGE. With these words after it, the command ends with the
# status and one line that matches.
refuses() {
    local words message
    while IFS='|' read -r words message; do
        # shellcheck disable=SC2086
        run --separate-stderr $2 $words < /dev/null
        [ "$status" -eq "$1" ] || { echo "$words: exit $status"; return 1; }
        one_line "${2%% *}: $message" || { echo "$words"; return 1; }
    done
}

# bad_streams COMMAND: with something in the place of STREAM that is not a stream, one line says so, and the status is
# 1.
bad_streams() {
    fails "${1/STREAM/missing.npy}" 'missing.npy: No such file or directory' &&
        fails "${1/STREAM/.}" '.: Is a directory' &&
        fails "${1/STREAM/} < /dev/null" 'standard input: incomplete: no end chunk after 0 records' &&
        fails "${1/STREAM/} <&-" 'standard input: read error: Bad file descriptor'
}

# bad_output COMMAND: where standard output is full or closed, one line says so, and the status is 1.
bad_output() {
    fails "$1 > /dev/full" 'standard output: write error: No space left on device' &&
        fails "$1 >&-" 'standard output: write error: Bad file descriptor'
}

# tells_help PROGRAM: the usage and the version go to standard output.
tells_help() {
    local option
    for option in -h --help -V --version; do
        run -0 --separate-stderr "$1" "$option"
        [ -z "$stderr" ]
        [[ ${lines[0]} == *$1* ]]
    done
    run -1 bash -c "$1 -h > /dev/full"
}

# terminal PROGRAM FILE: at a terminal a program neither writes binary data nor waits for input.
terminal() {
    need_command script
    run -2 script -qec "$1 $2" /dev/null
    [[ $output == *'binary data is not written to a terminal'* ]]
    run -2 script -qec "$1 -o x.npy" /dev/null
    [[ $output == *"usage: $1"* ]]
    [ ! -e x.npy ]
}
