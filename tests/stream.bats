#!/usr/bin/env bats
# The stream as others see it: NumPy (python/stream_checks.py), coreutils, GNU parallel, many writers.

load helpers

# gz-prep that changes nothing: 4x4 gray stays 4x4 gray.
pass() { gz-prep -c 4 -s 4 "$@"; }

# table.npy: ten records of 4x4 gray, ids g0 ... g9, as np.save writes a table, without end chunk; ten.npy: the same as
# gz programs write them.
setup_file() {
    cd "$FILES" || return
    check make_table
    pass --partial table.npy > ten.npy
}

setup() {
    cp "$FILES"/*.npy "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
    chunk=$((128 + 48 + 4 + 16))
}

check() { py stream_checks "$@"; }

@test "NumPy reads what the programs write: version 1.0, sorted keys, padding, one record a chunk, the end" {
    check as_written ten.npy
}

@test "a reader that follows the manual page, without NumPy, agrees" {
    head -c $((chunk * 7)) ten.npy > cut.npy
    check plainly_read ten.npy cut.npy
}

@test "a reader by somebody else agrees, too" {
    need_shared peers/galaxy_stream.py
    head -c $((chunk * 7)) ten.npy > cut.npy
    check read_by_peer "$SHARED/peers" ten.npy cut.npy
}

@test "the programs read what NumPy writes: any sizes of chunks, orders of keys, versions, quotes" {
    check foreign
    for f in chunks version2 order; do pass $f.npy | cmp - ten.npy; done
    fails 'gz-prep -c 4 -s 4 table.npy -o out.npy' 'table.npy: incomplete: no end chunk after 10 records'
    pass --partial table.npy | cmp - ten.npy
}

@test "unknown fields stay as they are: nested, arrays, big-endian, before and after the pixels" {
    check rich rich.npy
    pass rich.npy > same.npy
    gz-prep -c 4 -s 2 rich.npy > small.npy
    check rich_kept rich.npy same.npy small.npy
}

@test "what can't be used is refused by name, with its place" {
    refuse() { # fields, what the message says
        check zero bad.npy "$1"
        fails 'gz-prep bad.npy -o out.npy' "bad.npy: byte 0: $2"
    }
    refuse "[('id', 'S48')]" "there is no field 'pixels'"
    refuse "[('pixels', 'u1', (4, 4, 1))]" "there is no field 'id'"
    refuse "[('id', 'S49'), ('pixels', 'u1', (4, 4, 1))]" "field 'id' is not text of at most 48 bytes"
    refuse "[('id', 'S4'), ('pixels', 'f8', (4, 4, 1))]" "field 'pixels' has type '<f8' (not |u1 or <f4)"
    refuse "[('id', 'S4'), ('fov', 'f8'), ('pixels', 'u1', (4, 4, 1))]" "field 'fov' has type '<f8' (not <f4)"
    refuse "[('id', 'S4'), ('pixels', 'u1', (4, 4))]" "field 'pixels' is not (height, width, channels)"
    refuse "[('id', 'S4'), ('pixels', 'u1', (4, 4, 2))]" "field 'pixels' has 2 channels (not 1 or 3)"
    refuse "'u1'" "header byte *: descr is not a list of fields: a plain array; see Arrays in gz-stream(5)"
    refuse "'f4'" "header byte *: descr is not a list of fields: a plain array of floats; see Arrays in gz-stream(5)"
    refuse "[('id', 'S4'), ('when', 'M8[s]'), ('pixels', 'u1', (4, 4, 1))]" "*field 'when' has an unknown type*"
}

@test "a field of view that can't be is refused by its record" {
    for fov in nan -1 1e30; do
        check viewed viewed.npy $fov
        fails 'gz-prep -c 4 -s 4 viewed.npy -o out.npy' \
            'viewed.npy: record 2 (g1): the field of view (fov) is *, not from 0 to 10'
    done
    check viewed viewed.npy 0
    pass viewed.npy > out.npy
}

@test "huge numbers in a header are refused at once" {
    for shape in '(4611686018427387904,)' '(99999999999999999999999,)' '(1, 1)'; do
        check claim huge.npy "$shape"
        fails 'gz-prep huge.npy -o out.npy' 'huge.npy: byte 0: *'
    done
    for sides in 65536,4,1 65535,65535,1 4294967296,4294967296,1; do
        check claim_pixels huge.npy $sides
        fails 'gz-prep huge.npy -o out.npy' 'huge.npy: byte 0: *'
    done
    # More records promised than there can be: what is there is read, and nothing is allocated for the others.
    check claim huge.npy '(4611686018427387903,)' table.npy
    fails 'gz-prep -c 4 -s 4 huge.npy -o out.npy' 'huge.npy: after record 10 (g9): byte *: incomplete: *'
}

@test "a header alone costs no more memory than three of the records it speaks of" {
    need_unsanitized
    check claim_pixels huge.npy 8192,8192,3
    for command in 'gz-prep -j 2' 'gz-augment -q -j 2 -e 2' 'gz-augment -q -j 2 --no-shuffle'; do
        run -1 --separate-stderr bash -c "ulimit -v 800000; $command huge.npy -o out"
        one_line "${command%% *}: huge.npy: byte *: incomplete: it ends within a record"
    done
}

@test "float pixels that are not numbers, infinite, or outside 0 to 1, are refused by name" {
    for value in nan inf -inf -0.5 1.5 255; do
        check wild f.npy $value
        fails "gz-prep -q -c 4 -s 4 --partial f.npy -o out.npy" \
            "f.npy: record 1 (a): a pixel is *, not a number from 0 to 1"
    done
    check wild f.npy 0.5
    pass --partial f.npy > out.npy
}

# ---- cutting and joining ----

@test "of a stream that is cut at any byte the whole records come, without an end chunk: exit 1, one line" {
    head -c $chunk ten.npy | pass --partial > one.npy
    size=$(stat -c %s one.npy)
    for ((n = 0; n < size; n++)); do
        head -c $n one.npy | gz-prep -c 4 -s 4 > out.npy 2> message && status=0 || status=$?
        whole=$((n / chunk * chunk))
        { [ $status -eq 1 ] && [ "$(wc -l < message)" -eq 1 ] && head -c $whole one.npy | cmp -s - out.npy; } ||
            { echo "cut at $n: exit $status, $(cat message)"; false; }
    done
    gz-prep -c 4 -s 4 one.npy > out.npy
}

@test "lost records before, between and after joined files are noticed, and whole ones are taken" {
    rest() { tail -c +$((chunk + 1)) ten.npy; } # without its first
    middle() { head -c $((chunk * 4)) ten.npy; tail -c +$((chunk * 5 + 1)) ten.npy; }
    no_end() { head -c $((chunk * 10)) ten.npy; }
    whole() { cat ten.npy; }
    pass ten.npy ten.npy | stream ids - | wc -l | grep -qx 20
    cat ten.npy ten.npy ten.npy | pass | stream ids - | wc -l | grep -qx 30
    pass < ten.npy | pass - ten.npy | stream ids - | wc -l | grep -qx 20
    for damage in rest middle no_end; do
        for order in "$damage whole whole" "whole $damage whole" "whole whole $damage"; do
            for part in $order; do $part; done > joined.npy
            fails 'gz-prep -c 4 -s 4 joined.npy -o out.npy' 'joined.npy: incomplete: *'
            pass --partial joined.npy > out.npy
        done
    done
}

@test "a producer that died is noticed without pipefail" {
    run -1 --separate-stderr bash -c '(gz-prep -c 4 -s 4 ten.npy | head -c 1000) | gz-prep -c 4 -s 4 |
        gz-prep -c 4 -s 4 > out.npy'
    [ "${#stderr_lines[@]}" -eq 2 ]
    head -c $((chunk * 5)) ten.npy | cmp - out.npy
}

@test "head -c and split -b give fragments" {
    head -c $((chunk * 3)) ten.npy | pass --partial > out.npy
    [ "$(ids out.npy)" = 'g0 g1 g2' ]
    split -b $((chunk * 4)) ten.npy part.
    for p in part.*; do pass --partial $p; done > all.npy
    stream pixels all.npy > got
    stream pixels ten.npy | cmp - got
    cat part.* | pass | cmp - ten.npy
    split -b $((chunk * 4)) --filter='gz-prep -c 4 -s 4 --partial' ten.npy | stream pixels - | cmp - got
}

@test "fields that change in the middle are an error, unless the table is empty" {
    check mixed
    pass mixed.npy | cmp - ten.npy
    run -1 --separate-stderr pass ten.npy other.npy -o out.npy
    one_line "gz-prep: other.npy: byte 0: the records' fields are not those of the records before"
}

# ---- GNU parallel and many writers ----

@test "GNU parallel cuts at the chunks" {
    need_command parallel
    for _ in $(seq 40); do head -c $((chunk * 10)) ten.npy; done > many.npy
    pass --partial many.npy > want.npy
    stream pixels want.npy > want
    magic=$(printf '\223NUMPY\001')
    parallel -k -j2 --pipe --block 20k --recstart "$magic" --recend '' gz-prep -c 4 -s 4 --partial < many.npy > got.npy
    stream pixels got.npy | cmp - want
    parallel -k -j2 --pipepart -a many.npy --block $((chunk * 100)) --recend '' gz-prep -c 4 -s 4 --partial > got.npy
    stream pixels got.npy | cmp - want
}

@test "eight writers into one pipe leave every record whole" {
    need_command cjpeg
    load jpegs
    picture 100 100 1 p.ppm
    cjpeg -outfile p.jpg p.ppm
    for i in $(seq 240); do ln p.jpg r$i.jpg; done
    # Each writes about 30 records of 30 kB, more than the pipe takes at once.
    find . -name 'r*.jpg' -print0 | xargs -0 -n 30 -P 8 gz-decode -j 2 | cat > out.npy
    [ "$(stream ids out.npy | LC_ALL=C sort)" = "$(seq -f r%.0f 240 | LC_ALL=C sort)" ]
    gz-decode r1.jpg | stream pixels - > one
    for _ in $(seq 240); do cat one; done > want
    stream pixels out.npy | cmp - want
    gz-prep -s 8 out.npy > small.npy
}

@test "a lock that a pipe doesn't take is no harm, any other is an error" {
    need_strace
    traced fcntl error=EINVAL gz-prep -c 4 -s 4 ten.npy | cmp - ten.npy
    pipe 'traced fcntl error=EBADF:when=5+ gz-prep -j 1 -c 4 -s 4 ten.npy | cat > /dev/null'
    [ "$status" -eq 1 ]
}

@test "short reads and interrupted ones lose nothing" {
    for n in {0..60}; do tail -c +$((n * 37 + 1)) ten.npy | head -c 37; done | pass | cmp - ten.npy
    need_strace
    prep=(-P "$PWD/ten.npy" gz-prep -j 1 -c 4 -s 4 "$PWD/ten.npy")
    traced read error=EINTR:when=1 "${prep[@]}" | cmp - ten.npy
    run -1 --separate-stderr traced read error=EIO:when=2 "${prep[@]}" -o out.npy
    one_line "gz-prep: */ten.npy: after record 10 (g9): read error: Input/output error"
}
