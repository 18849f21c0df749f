#!/usr/bin/env bats
# The stream as others see it: NumPy, coreutils, GNU parallel, many writers.

load helpers

stream() { "$PYTHON" "$ROOT/tests/tools/stream.py" "$@"; }

# gz-prep that changes nothing: 4x4 gray stays 4x4 gray.
pass() { gz-prep -c 4 -s 4 "$@"; }

# ten.npy: ten records of 4x4 gray, ids g0 ... g9, as gz programs write them; table.npy: the same as
# np.save of a whole table, without end chunk.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    "$PYTHON" - << 'END'
import numpy as np
kind = np.dtype([('id', 'S48'), ('view', '<u4'), ('pixels', 'u1', (4, 4, 1))])
t = np.zeros(10, kind)
t['id'] = [b'g%d' % i for i in range(10)]
t['view'] = range(10)
t['pixels'] = np.random.RandomState(1).randint(0, 256, (10, 4, 4, 1))
np.save('table.npy', t)
END
    export PATH="${GZ_BIN:-$ROOT/bin}:$PATH"
    pass --partial table.npy > ten.npy
}

setup() {
    cp "$BATS_FILE_TMPDIR"/*.npy "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
    chunk=$((128 + 48 + 4 + 16))
}

# numpy CODE: run it with np, save(f, table) and end(f, n, table) at hand.
numpy() {
    "$PYTHON" - << END
import sys, numpy as np
from numpy.lib import format as npy
def load(path):
    with open(path, 'rb') as f:
        parts = []
        while f.peek(1):
            parts.append(np.load(f))
    return parts
def end(f, n, kind):
    np.save(f, np.zeros((0, n), kind))
table = np.load('table.npy')
$1
END
}

@test "NumPy reads what the programs write: version, keys, padding, one record a chunk, the end" {
    numpy "
parts = load('ten.npy')
assert [p.shape for p in parts] == [(1,)] * 10 + [(0, 10)]
assert (np.concatenate(parts[:10]) == table).all()
raw, at = open('ten.npy', 'rb').read(), 0
for p in parts:
    assert raw[at:at + 8] == b'\x93NUMPY\x01\x00'
    n = 10 + int.from_bytes(raw[at + 8:at + 10], 'little')
    text = raw[at + 10:at + n].decode()
    assert n % 64 == 0 and text.endswith('\n') and not text[:-1].strip(' ').endswith('\n')
    assert text.startswith('{\'descr\': [(\'id\', \'|S48\'), ')
    assert text.index('descr') < text.index('fortran_order') < text.index('shape')
    at += n + p.nbytes
assert at == len(raw)
"
}

@test "an independent reader of the format agrees" {
    need_shared peers/galaxy_stream.py
    PYTHONPATH=$SHARED/peers numpy "
import galaxy_stream
with open('ten.npy', 'rb') as f:
    got = np.array(list(galaxy_stream.records(f)), table.dtype)
assert (got == table).all()
assert (galaxy_stream.table('ten.npy')[['id', 'view']][:10] == table[['id', 'view']]).all()
"
    head -c $((chunk * 7)) ten.npy > cut.npy
    PYTHONPATH=$SHARED/peers run numpy "
import galaxy_stream
list(galaxy_stream.records(open('cut.npy', 'rb')))"
    [ $status -ne 0 ]
    [[ $output == *'incomplete stream'* ]]
}

@test "the programs read what NumPy writes: any chunks, orders, versions, quotes" {
    numpy "
with open('chunks.npy', 'wb') as f:
    for a, b in (0, 3), (3, 3), (3, 4), (4, 10):
        np.save(f, table[a:b])
    end(f, 10, table.dtype)
with open('version2.npy', 'wb') as f:
    npy.write_array(f, table, version=(2, 0))
    end(f, 10, table.dtype)
def header(f, text, version=1, pad=0):
    text = text.encode() + b' ' * pad
    f.write(b'\x93NUMPY' + bytes([version, 0]) + len(text).to_bytes(2 * version, 'little') + text)
order = '{\"shape\":(10,),\"descr\":%s,\"fortran_order\":False}' % str(table.dtype.descr).replace(\"'\", '\"')
with open('order.npy', 'wb') as f:
    header(f, order)
    f.write(table.tobytes())
    header(f, order.replace('(10,)', '(0,10)'), 2, 3000)
"
    for f in chunks version2 order; do pass $f.npy | cmp - ten.npy; done
    run -1 --separate-stderr pass table.npy -o out.npy
    one_line 'gz-prep: table.npy: incomplete: no end chunk after 10 records'
    pass --partial table.npy | cmp - ten.npy
}

@test "unknown fields ride through unchanged: nested, sub-arrays, big-endian, before and after" {
    numpy "
kind = np.dtype([('flux', '>f8'), ('sub', '<i2', (2, 3)), ('id', 'S12'), ('sky', [('ra', '<f8'), ('pos', [('x', 'u1'), ('y', 'S3', (2,))])]),
    ('pixels', 'u1', (4, 4, 1)), ('flag', '?'), ('name', '<U3'), ('votes', [('a', '<f4'), ('b', '<f4')]), ('z', '<c16'), (\"it's\", 'V5')])
t = np.frombuffer(np.random.RandomState(2).bytes(7 * kind.itemsize), kind).copy()
t['id'] = [b'r%d' % i for i in range(7)]
t['name'] = 'abc'
t['flag'] = True
t['votes'] = (0.25, 0.75)
np.save('rich.npy', t)
end(open('rich.npy', 'ab'), 7, kind)"
    pass rich.npy > same.npy
    gz-prep -c 4 -s 2 rich.npy > small.npy
    numpy "
t = load('rich.npy')[0]
same, small = load('same.npy')[:-1], load('small.npy')[:-1]
assert len(same) == len(small) == 7
for k in range(7):
    assert same[k].dtype == t.dtype and same[k].tobytes() == t[k].tobytes()
    assert small[k].dtype.names == t.dtype.names and small[k]['pixels'].shape == (1, 2, 2, 1)
    for name in t.dtype.names:
        if name != 'pixels':
            assert small[k][name].dtype == t[name].dtype and small[k][name].tobytes() == t[name][k:k + 1].tobytes(), name
"
}

@test "what can't be used is refused by name, with its place" {
    refuse() { # descr, what the message says
        numpy "
t = np.zeros(1, $1)
with open('bad.npy', 'wb') as f:
    np.save(f, t)
    end(f, 1, t.dtype)"
        run -1 --separate-stderr gz-prep bad.npy -o out.npy
        one_line "gz-prep: bad.npy: byte 0: $2"
    }
    refuse "[('id', 'S48')]" "there is no field 'pixels'"
    refuse "[('pixels', 'u1', (4, 4, 1))]" "there is no field 'id'"
    refuse "[('id', 'S49'), ('pixels', 'u1', (4, 4, 1))]" "field 'id' is no text of at most 48 bytes"
    refuse "[('id', 'S4'), ('pixels', 'f8', (4, 4, 1))]" "field 'pixels' has type '<f8' (not |u1 or <f4)"
    refuse "[('id', 'S4'), ('pixels', 'u1', (4, 4))]" "field 'pixels' is no (height, width, channels)"
    refuse "[('id', 'S4'), ('pixels', 'u1', (4, 4, 2))]" "field 'pixels' has 2 channels (not 1 or 3)"
    refuse "'f4'" "header byte *: descr is not a list of fields"
    refuse "[('id', 'S4'), ('when', 'M8[s]'), ('pixels', 'u1', (4, 4, 1))]" "*field 'when' has an unknown type*"
}

@test "huge numbers in a header are refused at once" {
    for shape in '(4611686018427387904,)' '(99999999999999999999999,)' '(1, 1)'; do
        numpy "
text = str({'descr': table.dtype.descr, 'fortran_order': False}).encode()[:-1] + b\", 'shape': $shape, }\"
open('huge.npy', 'wb').write(b'\x93NUMPY\x01\0' + len(text).to_bytes(2, 'little') + text)"
        run -1 --separate-stderr gz-prep huge.npy -o out.npy
        one_line 'gz-prep: huge.npy: byte 0: *'
    done
    for dims in 65536,4,1 65535,65535,1 4294967296,4294967296,1; do
        numpy "
text = b\"{'descr': [('id', '|S4'), ('pixels', '|u1', ($dims))], 'fortran_order': False, 'shape': (1,), }\"
open('huge.npy', 'wb').write(b'\x93NUMPY\x01\0' + len(text).to_bytes(2, 'little') + text)"
        run -1 --separate-stderr gz-prep huge.npy -o out.npy
        one_line 'gz-prep: huge.npy: byte 0: *'
    done
    # More records promised than there can be: read on to the end, nothing allocated.
    numpy "
text = str({'descr': table.dtype.descr, 'fortran_order': False}).encode()[:-1] + b\", 'shape': (4611686018427387903,), }\"
open('huge.npy', 'wb').write(b'\x93NUMPY\x01\0' + len(text).to_bytes(2, 'little') + text + table.tobytes())"
    run -1 --separate-stderr pass huge.npy -o out.npy
    one_line 'gz-prep: huge.npy: after record 10 (g9): byte *: incomplete: *'
}

@test "a header alone costs no more memory than the one record it speaks of" {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    numpy "
text = b\"{'descr': [('id', '|S4'), ('pixels', '|u1', (8192, 8192, 3))], 'fortran_order': False, 'shape': (1,), }\"
open('huge.npy', 'wb').write(b'\x93NUMPY\x01\0' + len(text).to_bytes(2, 'little') + text)"
    for command in 'gz-prep -j 2' 'gz-augment -q -j 2 -e 2' 'gz-augment -q -j 2 --no-shuffle'; do
        run -1 --separate-stderr bash -c "ulimit -v 600000; $command huge.npy -o out"
        one_line "${command%% *}: huge.npy: byte *: incomplete: it ends within a record"
    done
}

@test "no numbers and infinite ones in float pixels are no harm" {
    numpy "
kind = np.dtype([('id', 'S4'), ('pixels', '<f4', (4, 4, 1))])
t = np.zeros(1, kind)
t['id'] = b'a'
t['pixels'].flat = [np.nan, np.inf, -np.inf, -1, 2, 1e-40, 0.5, 1] * 2
np.save('f.npy', t)"
    pass --partial f.npy > out.npy
    numpy "
p = load('out.npy')[0]['pixels'].ravel()
assert (p == np.array([0, 1, 0, 0, 1, 0, 0.5, 1] * 2, 'f4')).all(), p"
}

# ---- cutting and joining ----

@test "cut at any byte: exit 1, one line, whole records passed on, no end chunk" {
    head -c $chunk ten.npy > one.npy
    numpy "end(open('one.npy', 'ab'), 1, table.dtype)"
    size=$(stat -c %s one.npy)
    for ((n = 0; n < size; n++)); do
        head -c $n one.npy | gz-prep -c 4 -s 4 > out.npy 2> message && status=0 || status=$?
        whole=$((n / chunk * chunk))
        { [ $status -eq 1 ] && [ "$(wc -l < message)" -eq 1 ] && head -c $whole one.npy | cmp -s - out.npy; } ||
            { echo "cut at $n: exit $status, $(cat message)"; false; }
    done
    gz-prep -c 4 -s 4 one.npy > out.npy
}

@test "lost records before, between and after joined files are noticed, whole ones never doubted" {
    rest() { tail -c +$((chunk + 1)) ten.npy; }       # without its first
    middle() { head -c $((chunk * 4)) ten.npy; tail -c +$((chunk * 5 + 1)) ten.npy; }
    no_end() { head -c $((chunk * 10)) ten.npy; }
    pass ten.npy ten.npy | stream ids - | wc -l | grep -qx 20
    cat ten.npy ten.npy ten.npy | pass | stream ids - | wc -l | grep -qx 30
    pass < ten.npy | pass - ten.npy | stream ids - | wc -l | grep -qx 20
    for damage in rest middle no_end; do
        for order in "$damage; cat ten.npy ten.npy" "cat ten.npy; $damage; cat ten.npy" "cat ten.npy ten.npy; $damage"; do
            eval "$order" > joined.npy
            run -1 --separate-stderr pass joined.npy -o out.npy
            one_line 'gz-prep: joined.npy: incomplete: *'
            pass --partial joined.npy > out.npy
        done
    done
}

@test "a producer that died is noticed without pipefail" {
    run -1 --separate-stderr bash -c '(gz-prep -c 4 -s 4 ten.npy | head -c 1000) | gz-prep -c 4 -s 4 | gz-prep -c 4 -s 4 > out.npy'
    [ "${#stderr_lines[@]}" -eq 2 ]
    head -c $((chunk * 5)) ten.npy | cmp - out.npy
}

@test "head -c and split -b give fragments" {
    head -c $((chunk * 3)) ten.npy | pass --partial | stream ids - | paste -sd ' ' | grep -qx 'g0 g1 g2'
    split -b $((chunk * 4)) ten.npy part.
    for p in part.*; do pass --partial $p; done > all.npy
    stream pixels all.npy > got
    stream pixels ten.npy | cmp - got
    cat part.* | pass | cmp - ten.npy
    split -b $((chunk * 4)) --filter='gz-prep -c 4 -s 4 --partial' ten.npy | stream pixels - | cmp - got
}

@test "fields that change in the middle are an error, of an empty table not" {
    numpy "
other = np.dtype([('id', 'S48'), ('view', '<u4'), ('pixels', 'u1', (2, 8, 1))])
with open('mixed.npy', 'wb') as f:
    end(f, 0, other)
    np.save(f, table)
    np.save(f, np.zeros(0, other))
    end(f, 10, table.dtype)
    end(f, 0, other)
t = np.zeros(1, other)
t['id'] = b'x'
np.save('other.npy', t)"
    pass mixed.npy | cmp - ten.npy
    run -1 --separate-stderr pass ten.npy other.npy -o out.npy
    one_line "gz-prep: other.npy: byte 0: the records' fields are not those of the records before"
}

# ---- GNU parallel and many writers ----

@test "GNU parallel cuts at the chunks" {
    need_command parallel
    for _ in $(seq 40); do head -c $((chunk * 10)) ten.npy; done > many.npy
    stream_pixels() { stream pixels "$1"; }
    pass --partial many.npy > want.npy
    stream pixels want.npy > want
    magic=$(printf '\223NUMPY\001')
    parallel -k -j2 --pipe --block 20k --recstart "$magic" --recend '' gz-prep -c 4 -s 4 --partial < many.npy > got.npy
    stream pixels got.npy | cmp - want
    parallel -k -j2 --pipepart -a many.npy --block $((chunk * 100)) --recend '' gz-prep -c 4 -s 4 --partial > got.npy
    stream pixels got.npy | cmp - want
}

@test "eight writers into one pipe: every record whole, every record there" {
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
    strace -f -qq -o /dev/null -e trace=fcntl -e inject=fcntl:error=EINVAL gz-prep -c 4 -s 4 ten.npy | cmp - ten.npy
    run -1 bash -c 'set -o pipefail; strace -f -qq -o /dev/null -e trace=fcntl -e inject=fcntl:error=EBADF:when=5+ gz-prep -j 1 -c 4 -s 4 ten.npy | cat > /dev/null'
}

@test "short reads and interrupted ones lose nothing" {
    (while IFS= read -r n; do tail -c +$((n * 37 + 1)) ten.npy | head -c 37; done < <(seq 0 60)) | pass | cmp - ten.npy
    need_strace
    strace -f -qq -o /dev/null -P "$PWD/ten.npy" -e trace=read -e inject=read:error=EINTR:when=1 gz-prep -j 1 -c 4 -s 4 "$PWD/ten.npy" | cmp - ten.npy
    run -1 --separate-stderr strace -f -qq -o /dev/null -P "$PWD/ten.npy" -e trace=read -e inject=read:error=EIO:when=2 gz-prep -j 1 -c 4 -s 4 "$PWD/ten.npy" -o out.npy
    one_line "gz-prep: */ten.npy: after record 10 (g9): read error: Input/output error"
}
