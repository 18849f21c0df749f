#!/usr/bin/env bats
# The tree itself: rooms, headers, scripts, what make installs.

load helpers

@test "the rooms of lib/ and their files use each other one way only" {
    "$ROOT/tests/tools/check-rooms" "$GZ_BUILD"
}

@test "every header compiles alone, and all of them together" {
    make -s -C "$ROOT" check-headers
}

@test "the sources are formatted" {
    need_command clang-format
    make -s -C "$ROOT" format-check
}

@test "scripts are shellcheck clean" {
    need_command shellcheck
    cd "$ROOT"
    shellcheck -x pipelines/*.sh tests/tools/{check-rooms,coverage,result-hashes,run-tests,sum-tap} tests/fuzz/{run,keep,make-corpus} \
        tests/cluster/{check-cluster,install,rehearse,*.bash} tests/bench/{bench,*.bash} .ci/run
}

@test "no test says something without anybody noticing that it is wrong" {
    "$ROOT/tests/tools/unnoticed" "$ROOT"/tests/*.bats "$ROOT"/tests/*/*.bats
    printf '    %s\n' '[ a = b ] && [ c = c ]' '! true' 'run false' 'cmp a b && one_line c' '[ a = b ] || true' 'run -1 false' \
        '[ a = b ] || { cmp a b && rm a; }' > bad.bats
    run -1 "$ROOT/tests/tools/unnoticed" bad.bats
    [ "$(cut -d: -f 2 <<< "$output" | paste -sd ' ')" = '1 2 4 6 7' ]
}

@test "make install puts programs, pages and pipelines below DESTDIR, make uninstall takes them away" {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    make -s -C "$ROOT" install DESTDIR="$PWD/root" PREFIX=/usr
    for p in "$ROOT"/cmd/gz-*.c; do
        p=$(basename "$p" .c)
        [ "$(root/usr/bin/"$p" --version)" = "$("$p" --version)" ]
    done
    [ -e root/usr/share/man/man1/gz-prep.1 ]
    [ -e root/usr/share/man/man5/gz-stream.5 ]
    [ -x root/usr/share/gz/pipelines/galaxy-zoo.sh ]
    make -s -C "$ROOT" uninstall DESTDIR="$PWD/root" PREFIX=/usr
    [ -z "$(find root -type f)" ]
}

@test "make compdb is JSON that names every source" {
    make -s -C "$ROOT" compdb
    "$PYTHON" -c "
import json
names = {e['file'] for e in json.load(open('$ROOT/compile_commands.json'))}
assert {'lib/stream/npy.c', 'cmd/gz-prep.c', 'tests/unit/npy.c'} <= names, names"
}
