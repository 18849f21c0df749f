#!/usr/bin/env bats
# The tree itself: rooms, headers, scripts and tests, what make installs.

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

@test "scripts and tests are shellcheck clean" {
    need_command shellcheck
    cd "$ROOT"
    shellcheck -x pipelines/*.sh tests/tools/{check-rooms,coverage,result-hashes,run-tests,smoke,sum-tap} \
        tests/fuzz/{run,keep,make-corpus} tests/cluster/{check-cluster,install,rehearse,*.bash} \
        tests/bench/{bench,*.bash} .ci/run packaging/{container,deb,dist,needs,release-check,*/*.bash} weights/make-*
    # Tests have variables of bats and of other files, and match patterns.
    shellcheck -x -S warning -s bats -e SC2034,SC2053,SC2154 tests/*.bats tests/*.bash tests/cluster/*.bats
}

# The files of tests/ that people write.
texts() { find tests -type f ! -path 'tests/fuzz/corpus/*' ! -path '*/__pycache__/*'; }

# too_long N FILE ...: fail and name the lines of more than N columns.
too_long() {
    awk -v most="$1" 'length > most { print FILENAME ":" FNR ": " length; bad = 1 } END { exit bad }' "${@:2}"
}

@test "no line of tests and scripts is longer than 120 columns, none of C longer than 100" {
    cd "$ROOT"
    mapfile -t files < <(texts)
    mapfile -t packaging < <(find packaging debian -type f ! -name "*.log" ! -path "debian/gz-toolchain/*")
    too_long 120 Makefile .ci/run "${packaging[@]}" "${files[@]}"
    too_long 100 lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch]
    cd "$BATS_TEST_TMPDIR"
    printf '%0120d\n%0121d\n' 0 0 > long
    run -1 too_long 120 long
    [ "$output" = 'long:2: 121' ]
}

@test "Python is in files, not in the strings of other tests" {
    cd "$ROOT"
    mapfile -t files < <(texts)
    python='PYTHON["'\''}]* (-B )?-(c|( |$))|python3 -(c|( |$))'
    run -1 grep -nE "$python" "${files[@]}"
    bad=('"$PYTHON" -'c "'\$PYTHON' -" '${PYTHON} -B -' '"$PYTHON" file.py') # three, and one that is not
    [ "$(printf '%s\n' "${bad[@]}" | grep -cE "$python")" -eq 3 ]
}

@test "no line of a test is unable to fail" {
    "$ROOT/tests/tools/unnoticed" "$ROOT"/tests/*.bats "$ROOT"/tests/*/*.bats
    printf '    %s\n' '[ a = b ] && [ c = c ]' '! true' 'run false' 'cmp a b && one_line c' '[ a = b ] || true' \
        'run -1 false' '[ a = b ] || { cmp a b && rm a; }' 'fails a b && check c' > bad.bats
    run -1 "$ROOT/tests/tools/unnoticed" bad.bats
    [ "$(cut -d: -f 2 <<< "$output" | paste -sd ' ')" = '1 2 4 6 7 8' ]
}

@test "the checks of helpers.bash fail where they should" {
    printf "load $ROOT/tests/helpers\n" > bad.bats
    while IFS= read -r line; do printf '@test "%s" { %s; }\n' "${line//[\"\$]/}" "$line" >> bad.bats; done << 'END'
fails 'gz-prep --version' '*'
fails 'gz-prep missing.npy' 'missing.npy: another message'
wrong_usage 'gz-prep OPTIONS' --version
wrong_usage 'gz-prep OPTIONS' --unknown missing.npy
bad_streams 'gz-score STREAM'
bad_output true
refuses 1 gz-prep <<< 'missing.npy|missing.npy: another message'
refuses 2 gz-prep <<< 'missing.npy|*'
tells_help true
terminal true
stream ids /dev/null
py gz_label same_ids missing.npy missing.csv 0 0
END
    run -1 bats --tap bad.bats
    [ "$(grep -c '^not ok' <<< "$output")" -eq 12 ]
}

@test "make install puts programs, pages and pipelines below DESTDIR, make uninstall takes them away" {
    need_unsanitized
    make -s -C "$ROOT" install DESTDIR="$PWD/root" PREFIX=/usr
    for p in "$ROOT"/cmd/gz.c "$ROOT"/cmd/gz-*.c; do
        p=$(basename "$p" .c)
        [ "$(root/usr/bin/"$p" --version)" = "$("$p" --version)" ]
    done
    [ -e root/usr/share/man/man1/gz-prep.1 ]
    [ -e root/usr/share/man/man5/gz-stream.5 ]
    [ -x root/usr/share/gz/pipelines/galaxy-zoo.sh ]
    make -s -C "$ROOT" uninstall DESTDIR="$PWD/root" PREFIX=/usr
    [ -z "$(find root ! -type d)" ]
}

@test "make compdb is JSON that names every source" {
    make -s -C "$ROOT" compdb
    py tree names_sources "$ROOT/compile_commands.json" lib/stream/npy.c cmd/gz-prep.c tests/unit/npy.c
}
