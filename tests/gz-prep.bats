#!/usr/bin/env bats
# gz-prep, against NumPy (python/gz_prep.py): the centre of each picture, shrunken, gray.

load helpers

setup_file() {
    cd "$FILES" || return
    check pictures
}

setup() {
    cp "$FILES"/*.npy "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

check() { py gz_prep "$@"; }

# ---- options ----

@test "-h, --help and the version go to stdout, exit 0" {
    tells_help gz-prep
}

@test "wrong options are refused: one line, exit 2" {
    wrong_usage 'gz-prep OPTIONS gray.npy' -x --unknown --marg --margin=1 --crop -c '-c 0' '-s 0' '-s 1025' '-s x' \
        '-j 0' '-j 257' '--siz 5' -mx
}

# ---- pixels ----

@test "a colour picture of 424x424 becomes 64x64 gray, 92x92 with --margin" {
    [ "$(gz-prep galaxy.npy | stream shape -)" = '|u1 (64, 64, 1) 2' ]
    [ "$(gz-prep --margin galaxy.npy | stream shape -)" = '|u1 (92, 92, 1) 2' ]
    [ "$(gz-prep --colour -s 32 galaxy.npy | stream shape -)" = '|u1 (32, 32, 3) 2' ]
    [ "$(gz-prep --color floats.npy -s 9 | stream shape -)" = '<f4 (9, 9, 3) 5' ]
    [ "$(gz-prep --colour gray.npy -s 9 | stream shape -)" = '|u1 (9, 9, 1) 5' ]
}

@test "pixels are the exact average over areas, held against NumPy's" {
    # Crop, size, margin; the first row has the defaults.
    while read -r crop size margin; do
        for f in colour gray floats galaxy; do
            options="${crop:+-c $crop} ${size:+-s $size} $margin"
            # shellcheck disable=SC2086
            gz-prep $options $f.npy > small.npy
            # shellcheck disable=SC2086
            gz-prep --colour $options $f.npy > colour3.npy
            check averages $f.npy small.npy colour3.npy ${size:+size=$size} ${crop:+crop=$crop}
        done
    done << 'END'

53 10
20 7
9 30 -m
END
}

@test "the eight orientations of a picture become the eight orientations of the result, to the bit" {
    for f in turns floatturns; do
        for o in '-s 7' '-s 8' '-c 20 -s 7' '-c 21 -s 8' '-c 53 -s 16 --colour' '-c 20 -s 8 -m'; do
            # shellcheck disable=SC2086
            gz-prep $o $f.npy > small.npy
            check orientations small.npy
        done
    done
}

@test "the centre of a margin record is the record without margin" {
    for f in colour floats; do
        for o in '-s 10' '-s 9 -c 20' '-s 9 --colour'; do
            # shellcheck disable=SC2086
            gz-prep $o $f.npy | stream pixels - > want
            # shellcheck disable=SC2086
            gz-prep --margin $o $f.npy > margin.npy
            stream crop "$(sed 's/-s \([0-9]*\).*/\1/' <<< "$o")" margin.npy | cmp - want
        done
    done
}

@test "the same size is the identity" {
    gz-prep --colour -c 53 -s 53 turns.npy | stream pixels - > got
    stream pixels turns.npy | cmp - got
    gz-prep -s 9 colour.npy > once.npy
    gz-prep -c 9 -s 9 once.npy | cmp - once.npy
}

@test "0.3 of a few pixels is one pixel at least" {
    gz-prep -c 53 -s 3 gray.npy > tiny.npy
    gz-prep -s 1 tiny.npy > got.npy
    gz-prep -c 1 -s 1 tiny.npy | cmp - got.npy
}

@test "the same bytes whatever -j is" {
    for _ in $(seq 200); do cat colour.npy; done > many.npy
    gz-prep -j 1 many.npy > one
    for j in 2 3 8; do gz-prep -j $j many.npy | cmp - one; done
}

# ---- wrong pictures, wrong streams ----

@test "a crop larger than the picture is an error: one line, exit 1" {
    run -1 --separate-stderr gz-prep -c 54 colour.npy
    one_line "gz-prep: colour.npy: can't crop 54 pixels out of 53x61"
    run -1 --separate-stderr gz-prep -m -s 1000 colour.npy
    one_line "gz-prep: colour.npy: the result's side 1416 is not in 1 to 1024"
}

@test "what is not a stream, half a stream, a folder and a missing file are errors: one line, exit 1" {
    bad_streams 'gz-prep STREAM'
    fails "gz-prep '$ROOT/Makefile'" '*/Makefile: byte 0: not a NumPy chunk (wrong magic)'
    head -c 30000 colour.npy > cut.npy
    fails 'gz-prep cut.npy -o out.npy' 'cut.npy: after record 3 (g2): byte 30000: incomplete: it ends within a record'
    [ ! -e out.npy ]
    gz-prep --partial cut.npy -s 9 > out.npy
    [ "$(ids out.npy)" = 'g0 g1 g2' ]
}

@test "of half a stream the whole records come, without an end chunk" {
    head -c 30000 colour.npy > cut.npy
    run -1 bash -c 'gz-prep -s 9 cut.npy > out.npy'
    run -1 --separate-stderr gz-prep -c 9 -s 9 out.npy -o again.npy
    one_line 'gz-prep: out.npy: incomplete: no end chunk after 3 records'
    gz-prep -s 9 colour.npy | head -c $((3 * (52 + 81 + 128))) | cmp - out.npy
}

@test "an empty stream stays empty, and has the shape of the result" {
    check empty empty.npy
    [ "$(gz-prep empty.npy | stream shape -)" = '|u1 (64, 64, 1) 0' ]
    [ "$(gz-prep --partial < /dev/null | stream shape -)" = '|u1 (64, 64, 1) 0' ]
}

@test "stdout is closed, or the disk is full: one line, exit 1" {
    bad_output 'gz-prep colour.npy'
    fails 'gz-prep colour.npy -o no/such.npy' 'no/such.npy: No such file or directory'
}

@test "a reader that leaves early ends it quietly" {
    run -141 --separate-stderr bash -c 'set -o pipefail
        (for _ in {1..10000}; do cat colour.npy; done) 2> /dev/null | gz-prep | head -c 10000 > /dev/null'
    [ -z "$stderr" ]
}

@test "a terminal is neither written to nor waited for" {
    terminal gz-prep colour.npy
}

@test "in a live pipe a record comes out before the next goes in" {
    gz-prep -s 9 colour.npy > small.npy
    chunk=$((128 + 52 + 81)) half=70
    mkfifo in out
    gz-prep -c 9 -s 9 < in > out &
    exec 7> in 8< out
    # Each time the rest of a record and the beginning of the next: the whole one must come out.
    head -c $half small.npy >&7
    for i in 0 1 2; do
        tail -c +$((chunk * i + half + 1)) small.npy | head -c $chunk >&7
        timeout 60 head -c $chunk <&8 > got
        tail -c +$((chunk * i + 1)) small.npy | head -c $chunk | cmp - got
    done
    exec 7>&- 8<&-
    wait || true
}

@test "memory doesn't grow with the stream" {
    need_command time
    need_unsanitized
    for n in 1 100; do
        for _ in $(seq $n); do cat galaxy.npy; done | peak kb$n gz-prep -j 2 -o out.npy
    done
    [ "$(< kb100)" -lt $(($(< kb1) + 8000)) ]
}
