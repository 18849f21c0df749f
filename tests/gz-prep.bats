#!/usr/bin/env bats
# gz-prep: the centre of each picture, shrunken, gray.

load helpers

stream() { "$PYTHON" "$ROOT/tests/tools/stream.py" "$@"; }

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    "$PYTHON" - << 'END'
import numpy as np
def save(name, pixels):
    kind = np.dtype([('id', 'S48'), ('view', '<u4'), ('pixels', pixels.dtype, pixels.shape[1:])])
    t = np.zeros(len(pixels), kind)
    t['id'] = [b'g%d' % i for i in range(len(t))]
    t['view'] = range(len(t))
    t['pixels'] = pixels
    with open(name, 'wb') as f:
        np.save(f, t)
        np.save(f, np.zeros((0, len(t)), kind))
r = np.random.RandomState(1)
colour = r.randint(0, 256, (5, 53, 61, 3)).astype('u1')
save('colour.npy', colour)
save('gray.npy', colour[..., :1])
save('floats.npy', r.rand(5, 53, 61, 3).astype('f4'))
save('galaxy.npy', r.randint(0, 256, (2, 424, 424, 3)).astype('u1'))
square = r.randint(0, 256, (1, 53, 53, 3)).astype('u1')
turns = [np.rot90(m, k, (1, 2)) for m in (square, square[:, :, ::-1]) for k in range(4)]
save('turns.npy', np.concatenate(turns))
save('floatturns.npy', (np.concatenate(turns) / 255).astype('f4'))
END
}

setup() {
    cp "$BATS_FILE_TMPDIR"/*.npy "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

# ---- options ----

@test "-h, --help and the version go to stdout, exit 0" {
    for o in -h --help -V --version; do
        run -0 --separate-stderr gz-prep $o
        [ -z "$stderr" ]
        [[ ${lines[0]} == *gz-prep* ]]
    done
}

@test "wrong options: one line, exit 2" {
    for o in -x --unknown --marg --margin=1 --crop -c '-c 0' '-s 0' '-s 1025' '-s x' '-j 0' '-j 257' '--siz 5' -mx; do
        # shellcheck disable=SC2086
        run --separate-stderr gz-prep $o < gray.npy
        [ $status -eq 2 ] || { echo "$o: $status"; false; }
        [ -z "$output" ]
        one_line 'gz-prep: *'
    done
}

# ---- pixels ----

@test "424x424 colour becomes 64x64 gray, 92x92 with --margin" {
    [ "$(gz-prep galaxy.npy | stream shape -)" = '|u1 (64, 64, 1) 2' ]
    [ "$(gz-prep --margin galaxy.npy | stream shape -)" = '|u1 (92, 92, 1) 2' ]
    [ "$(gz-prep --colour -s 32 galaxy.npy | stream shape -)" = '|u1 (32, 32, 3) 2' ]
    [ "$(gz-prep --color floats.npy -s 9 | stream shape -)" = '<f4 (9, 9, 3) 5' ]
    [ "$(gz-prep --colour gray.npy -s 9 | stream shape -)" = '|u1 (9, 9, 1) 5' ]
}

@test "pixels are the exact area average, held against NumPy's" {
    for f in colour gray floats galaxy; do
        for o in '' '-c 53 -s 10' '-c 20 -s 7' '-c 9 -s 30 -m'; do
            # shellcheck disable=SC2086
            gz-prep $o $f.npy > small.npy
            # shellcheck disable=SC2086
            gz-prep --colour $o $f.npy > colour3.npy
            "$PYTHON" - $f.npy small.npy colour3.npy $o << 'END'
import sys
import numpy as np
def load(name):
    with open(name, 'rb') as f:
        a = [np.load(f)]
        while f.peek(1):
            a.append(np.load(f))
    return np.concatenate([x for x in a if x.ndim == 1])['pixels'].astype('f8')
name, gray, colour, *o = sys.argv[1:]
full = load(name)
height, width = full.shape[1:3]
size = int(o[o.index('-s') + 1]) if '-s' in o else 64
small, small3 = load(gray), load(colour)
border = (small.shape[1] - size) // 2
def weights(side, crop):
    step = crop / size
    begin = (side - crop) / 2 + (np.arange(small.shape[1])[:, None] - border) * step
    low, high = np.arange(side, dtype='f8'), np.arange(1, side + 1, dtype='f8')
    low[0], high[-1] = -1e9, 1e9
    return np.clip(np.minimum(high, begin + step) - np.maximum(low, begin), 0, None) / step
def average(default):
    crop = int(o[o.index('-c') + 1]) if '-c' in o else default
    return np.einsum('iy,njyk->njik', weights(width, crop), np.einsum('iy,nyxk->nixk', weights(height, crop), full))
want = average(min(height, width) // 2)
floats = name == 'floats.npy'
assert abs(small3 - want).max() <= (1e-7 if floats else 0.5 + 1e-9), abs(small3 - want).max()
want = average(min(height, width) * 3 // 10)
if full.shape[3] == 3:
    want = want @ [[0.299], [0.587], [0.114]]
assert abs(small - want).max() <= (1e-5 if floats else 0.505), abs(small - want).max()
END
        done
    done
}

@test "the eight orientations of a picture become the eight orientations of the result, to the bit" {
    for f in turns floatturns; do
        for o in '-s 7' '-s 8' '-c 20 -s 7' '-c 21 -s 8' '-c 53 -s 16 --colour' '-c 20 -s 8 -m'; do
            # shellcheck disable=SC2086
            gz-prep $o $f.npy > small.npy
            "$PYTHON" - << 'END'
import numpy as np
with open('small.npy', 'rb') as f:
    p = np.stack([np.load(f)['pixels'][0] for _ in range(8)])
for k in range(8):
    want = p[0] if k < 4 else p[0][:, ::-1]
    assert (np.rot90(want, k % 4).tobytes() == p[k].tobytes()), k
END
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

@test "0.3 of a few pixels is one at least" {
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

@test "a crop larger than the picture: one line, exit 1" {
    run -1 --separate-stderr gz-prep -c 54 colour.npy
    one_line "gz-prep: colour.npy: can't crop 54 pixels out of 53x61"
    run -1 --separate-stderr gz-prep -m -s 1000 colour.npy
    one_line "gz-prep: colour.npy: the result's side 1416 is not in 1 to 1024"
}

@test "no stream, half a stream, a folder, a missing file: one line, exit 1" {
    run -1 --separate-stderr gz-prep < /dev/null
    one_line 'gz-prep: standard input: incomplete: no end chunk after 0 records'
    run -1 --separate-stderr gz-prep missing.npy
    one_line 'gz-prep: missing.npy: No such file or directory'
    run -1 --separate-stderr gz-prep .
    one_line 'gz-prep: .: Is a directory'
    run -1 --separate-stderr gz-prep "$ROOT/Makefile"
    one_line 'gz-prep: */Makefile: byte 0: not a NumPy chunk (wrong magic)'
    head -c 30000 colour.npy > cut.npy
    run -1 --separate-stderr gz-prep cut.npy -o out.npy
    one_line 'gz-prep: cut.npy: after record 3 (g2): byte 30000: incomplete: it ends within a record'
    [ ! -e out.npy ]
    gz-prep --partial cut.npy -s 9 | stream ids - | paste -sd ' ' | grep -qx 'g0 g1 g2'
}

@test "half a stream: what is whole is passed on, without an end chunk" {
    head -c 30000 colour.npy > cut.npy
    run -1 bash -c 'gz-prep -s 9 cut.npy > out.npy'
    run -1 --separate-stderr gz-prep -c 9 -s 9 out.npy -o again.npy
    one_line 'gz-prep: out.npy: incomplete: no end chunk after 3 records'
    gz-prep -s 9 colour.npy | head -c $((3 * (52 + 81 + 128))) | cmp - out.npy
}

@test "an empty stream stays one, of the shape to come" {
    "$PYTHON" -c "
import numpy as np
np.save('empty.npy', np.zeros((0, 0), [('id', 'S48'), ('pixels', 'u1', (0, 0, 3))]))"
    [ "$(gz-prep empty.npy | stream shape -)" = '|u1 (64, 64, 1) 0' ]
    [ "$(gz-prep --partial < /dev/null | stream shape -)" = '|u1 (64, 64, 1) 0' ]
}

@test "closed stdin and stdout, a full disk: one line, exit 1" {
    run -1 --separate-stderr bash -c 'gz-prep <&-'
    one_line 'gz-prep: standard input: read error: Bad file descriptor'
    run -1 --separate-stderr bash -c 'gz-prep colour.npy >&-'
    one_line 'gz-prep: standard output: write error: Bad file descriptor'
    run -1 --separate-stderr bash -c 'gz-prep < colour.npy > /dev/full'
    one_line 'gz-prep: standard output: write error: No space left on device'
    run -1 --separate-stderr gz-prep colour.npy -o no/such.npy
    one_line 'gz-prep: no/such.npy: No such file or directory'
}

@test "a reader that leaves early ends it quietly" {
    run -141 --separate-stderr bash -c 'set -o pipefail; (while cat colour.npy; do :; done) 2> /dev/null | gz-prep | head -c 10000 > /dev/null'
    [ -z "$stderr" ]
}

@test "no binary to a terminal, no waiting at one" {
    need_command script
    run -2 script -qec 'gz-prep colour.npy' /dev/null
    [[ $output == *'binary data is not written to a terminal'* ]]
    run -2 script -qec 'gz-prep -o x.npy' /dev/null
    [[ $output == *'usage: gz-prep'* ]]
    [ ! -e x.npy ]
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
    [ -x /usr/bin/time ] && [ -z "$GZ_SANITIZED" ] || skip "no time here, or a build with sanitizers"
    for n in 1 100; do
        for _ in $(seq $n); do cat galaxy.npy; done | /usr/bin/time -f %M -o peak$n gz-prep -j 2 -o out.npy
    done
    [ "$(cat peak100)" -lt $(($(cat peak1) + 8000)) ]
}
