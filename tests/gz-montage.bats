#!/usr/bin/env bats
# gz-montage: sheets read by a PNG reader of a few lines, pixels found again where they should be.

load helpers

setup_file() {
    export PYTHONPATH=$BATS_FILE_TMPDIR PYTHONDONTWRITEBYTECODE=1
    cat > "$BATS_FILE_TMPDIR/gz.py" << 'END'
import subprocess, struct, zlib, numpy as np

def stream(n, shape=(128, 128, 1), votes=None, view=None, kind='u1', ids=None, seed=1):
    fields = [('id', 'S48'), ('view', '<u4')]
    if votes is not None:
        fields += [('votes', [(c, '<f4') for c in ('spiral', 'edge-on', 'round')])]
    a = np.zeros(n, fields + [('pixels', kind, shape)])
    a['id'] = ids or ['g%d' % i for i in range(n)]
    a['pixels'] = np.random.default_rng(seed).integers(1, 256, a['pixels'].shape)
    if votes is not None:
        a['votes'] = votes
    if view is not None:
        a['view'] = view
    return a

def write(path, a):
    with open(path, 'wb') as f:
        for r in a:
            np.save(f, r.reshape(1))
        np.save(f, np.zeros((0, len(a)), a.dtype))

def png(path):
    b, at, data = open(path, 'rb').read(), 8, b''
    while at < len(b):
        n, kind = struct.unpack('>I4s', b[at:at + 8])
        if kind == b'IHDR':
            w, h = struct.unpack('>II', b[at + 8:at + 16])
        if kind == b'IDAT':
            data += b[at + 8:at + 8 + n]
        at += 12 + n
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(h, 1 + 3 * w)
    out = np.zeros((h + 1, w + 1, 3), int)
    for y in range(h):
        kind, row, up = rows[y, 0], rows[y, 1:].reshape(w, 3).astype(int), out[y, 1:]
        if kind == 0:
            out[y + 1, 1:] = row
        elif kind == 1:
            out[y + 1, 1:] = np.cumsum(row, 0) & 255
        elif kind == 2:
            out[y + 1, 1:] = (row + up) & 255
        else:
            for x in range(w):
                a, b_, c = out[y + 1, x], up[x], out[y, x]
                p = a + b_ - c
                pa, pb, pc = abs(p - a), abs(p - b_), abs(p - c)
                guess = (a + b_) // 2 if kind == 3 else np.where(
                    (pa <= pb) & (pa <= pc), a, np.where(pb <= pc, b_, c))
                out[y + 1, x + 1] = (row[x] + guess) & 255
    return out[1:, 1:]
END
}

# Make a stream: the arguments of gz.stream.
stream() {
    $PYTHON -c "from gz import *; write('s.npy', stream($1))"
}

size() {
    file "$1" | sed 's/.*data, \([0-9]*\) x \([0-9]*\),.*/\1 \2/'
}

@test "bare: every pixel of every picture, in order, in a grid" {
    stream '7, (130, 140, 3)'
    gz-montage -b -c 3 s.npy > m.png
    $PYTHON -c '
from gz import *
m, a = png("m.png"), stream(7, (130, 140, 3))["pixels"]
height, width = m.shape[0] // 3, m.shape[1] // 3
assert (width, height) == (148, 138) and m.shape == (3 * 138, 3 * 148, 3)
for i in range(7):
    y, x = i // 3 * height + 4, i % 3 * width + 4
    assert (m[y:y + 130, x:x + 140] == a[i]).all()
    m[y:y + 130, x:x + 140] = 0
assert not m.any()'
}

@test "ids stand below their pictures, not in them" {
    stream '4, ids=["g0", "g2", "g3", "g5"]'
    gz-montage -c 2 s.npy > m.png
    $PYTHON -c '
from gz import *
m, a = png("m.png"), stream(4)["pixels"]
height, width = m.shape[0] // 2, m.shape[1] // 2
texts = []
for i in range(4):
    y, x = i // 2 * height + 4, i % 2 * width + 4
    assert (m[y:y + 128, x:x + 128] == a[i]).all()
    texts.append(m[y + 128:y - 4 + height, x:x + 128].copy())
    assert texts[-1].any()
    m[y:y - 4 + height, x:x + 128] = 0
assert not m.any()
assert all((texts[i] != texts[j]).any() for i in range(4) for j in range(i))
# the g is the same ink in all
assert all((t[:, :63] == texts[0][:, :63]).all() for t in texts)'
}

@test "a second line for the class, and for the view" {
    stream '4, votes=[(.2, .7, .1)] * 4'
    gz-montage s.npy > class.png
    stream '4, votes=[(.2, .7, .1)] * 4, view=3'
    gz-montage s.npy > both.png
    stream '4, view=3'
    gz-montage s.npy > view.png
    stream '4'
    gz-montage s.npy > none.png
    [ "$(size class.png)" = "$(size both.png)" ]
    [ "$(size class.png)" = "$(size view.png)" ]
    [ "$(size none.png)" != "$(size class.png)" ]
    run ! cmp -s class.png both.png
    run ! cmp -s class.png view.png
}

@test "the class is the one with most votes" {
    for votes in '.2, .7, .1' '.3, .4, .3' '.7, .2, .1'; do
        stream "2, votes=[($votes)] * 2"
        gz-montage s.npy > "m${votes:1:1}.png"
    done
    cmp m2.png m3.png
    run ! cmp -s m2.png m7.png
}

@test "-n, fewer records than that, columns" {
    stream '10, (20, 20, 1)'
    gz-montage -b -s 20 s.npy > all.png
    [ "$(size all.png)" = "112 84" ] # 4 x 3 pictures of 20 + 8
    gz-montage -b -s 20 -n 4 s.npy > four.png
    [ "$(size four.png)" = "56 56" ]
    gz-montage -b -s 20 -n 4 -c 9 s.npy > row.png
    [ "$(size row.png)" = "112 28" ]
    gz-montage -b -s 20 -c 1 s.npy > column.png
    [ "$(size column.png)" = "28 280" ]
}

@test "small pictures are enlarged, large ones stay, --size rules" {
    stream '1, (64, 64, 1)'
    gz-montage -b s.npy > m.png
    [ "$(size m.png)" = "136 136" ]
    stream '1, (212, 424, 3)'
    gz-montage -b s.npy > m.png
    [ "$(size m.png)" = "432 220" ]
    gz-montage -b -s 106 s.npy > m.png
    [ "$(size m.png)" = "114 61" ]
    $PYTHON -c '
from gz import *
a = stream(1, (212, 424, 3))["pixels"][0].reshape(53, 4, 106, 4, 3).mean((1, 3))
assert abs(png("m.png")[4:57, 4:110] - a).max() <= .51'
}

@test "gray and colour, bytes and floats: the same sheet" {
    $PYTHON -c '
from gz import *
g = stream(3)
write("g.npy", g)
c, f = stream(3, (128, 128, 3)), stream(3, kind="<f4")
c["pixels"], f["pixels"] = g["pixels"], g["pixels"] / np.float32(255)
write("c.npy", c), write("f.npy", f)'
    for s in g c f; do gz-montage $s.npy > $s.png; done
    cmp g.png c.png
    cmp g.png f.png
}

@test "--stretch makes the sky black and the middle bright" {
    $PYTHON -c '
from gz import *
a = stream(1)
y, x = np.mgrid[:128, :128] - 63.5
a["pixels"][0, :, :, 0] = 40 + 80 * np.exp(-(y * y + x * x) / 200) + np.random.default_rng(1).normal(0, 2, (128, 128))
write("s.npy", a)'
    gz-montage -b --stretch s.npy > m.png
    $PYTHON -c '
from gz import *
m = png("m.png")[4:-4, 4:-4, 0]
assert m[:20].mean() < 4 and m[60:68, 60:68].mean() > 230, (m[:20].mean(), m[60:68, 60:68].mean())'
}

@test "a long id is shortened so that it stays under its picture" {
    stream '2, ids=["587722981742084097" * 2 + "000000000%03d" % i for i in range(2)]'
    gz-montage -c 2 -s 64 s.npy > m.png
    $PYTHON -c '
from gz import *
m = png("m.png")[68:]
assert m[:, 4:68].any() and m[:, 76:140].any()
m[:, 4:68] = m[:, 76:140] = 0
assert not m.any()'
}

@test "what stands behind the last picture isn't read" {
    stream '20, (20, 20, 1)'
    gz-montage -n 5 s.npy > a.png
    head -c 4000 s.npy > cut.npy
    gz-montage -n 5 cut.npy > b.png
    cmp a.png b.png
    run -1 bash -c 'yes "$(printf x)" | gz-montage > c.png'
    run -141 bash -c 'set -o pipefail; (for i in {1..500}; do cat s.npy; done) | gz-montage -n 5 > c.png'
    cmp a.png c.png
}

@test "the same bytes every time, by -o and by stdout" {
    stream '9'
    gz-montage s.npy > a.png
    gz-montage -o b.png < s.npy
    cmp a.png b.png
}

@test "bad input: one line, status 1, no sheet" {
    stream '3'
    head -c 20000 s.npy > cut.npy
    $PYTHON -c 'from gz import *; write("empty.npy", stream(0))'
    while IFS='|' read -r operand message; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr gz-montage -o m.png $operand < /dev/null
        [ ! -e m.png ]
        one_line "gz-montage: $message"
    done << 'END'
cut.npy|cut.npy: after record 1 (g0): *incomplete: it ends within a record
empty.npy|empty.npy: no picture to draw
-|standard input: incomplete: no end chunk after 0 records
none.npy|none.npy: No such file or directory
.|.: Is a directory
-o no/such.png s.npy|no/such.png: No such file or directory
END
    gz-montage --partial cut.npy > m.png
    [ "$(size m.png)" = "136 $(size m.png | cut -d' ' -f2)" ]
}

@test "wrong usage is refused" {
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-montage $options < /dev/null
        one_line "gz-montage: $message"
    done << 'END'
-n 0|--number '0' is no whole number from 1 to 1000000
-c x|--columns 'x' is no whole number from 1 to 65536
-s 5000|--size '5000' is no whole number from 1 to 4096
--scale 3|unknown option '--scale' (see gz-montage -h)
-n|option '-n' needs a value (see gz-montage -h)
END
}

@test "a full disk, a closed output, a closed input" {
    stream '3'
    run -1 --separate-stderr bash -c 'gz-montage s.npy > /dev/full'
    one_line "gz-montage: standard output: write error: No space left on device"
    run -1 --separate-stderr bash -c 'gz-montage s.npy >&-'
    [ "${#stderr_lines[@]}" -eq 1 ]
    run -1 --separate-stderr bash -c 'gz-montage <&-'
    [ "${#stderr_lines[@]}" -eq 1 ]
}
