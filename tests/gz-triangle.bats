#!/usr/bin/env bats
# gz-triangle: its PNG read by a reader of a few lines (zlib and the PNG specification), its places
# worked out again by NumPy.

load helpers

setup_file() {
    export PYTHONPATH=$BATS_FILE_TMPDIR PYTHONDONTWRITEBYTECODE=1
    cat > "$BATS_FILE_TMPDIR/gz.py" << 'END'
import struct, zlib, numpy as np

def write(path, ids, pixels, view=None, kind='u1'):
    a = np.zeros(len(ids), [('id', 'S48'), ('view', '<u4'), ('pixels', kind, pixels[0].shape)])
    a['id'], a['pixels'] = ids, pixels
    if view is not None:
        a['view'] = view
    with open(path, 'wb') as f:
        np.save(f, a)
        np.save(f, np.zeros((0, len(a)), a.dtype))

def lines(path, ids, p, classes=('spiral', 'edge-on', 'round')):
    with open(path, 'w') as f:
        print('#id', *classes, sep='\t', file=f)
        for i, q in zip(ids, p):
            print(i, *('%.6f' % x for x in q), sep='\t', file=f)

def png(path):
    b, at, data = open(path, 'rb').read(), 8, b''
    assert b[:8] == b'\x89PNG\r\n\x1a\n'
    while at < len(b):
        n, kind = struct.unpack('>I4s', b[at:at + 8])
        body = b[at + 8:at + 8 + n]
        assert struct.unpack('>I', b[at + 8 + n:at + 12 + n])[0] == zlib.crc32(kind + body)
        at += 12 + n
        if kind == b'IHDR':
            w, h, depth, colour, _, _, interlace = struct.unpack('>IIBBBBB', body)
            assert (depth, colour, interlace) == (8, 2, 0)
        elif kind == b'IDAT':
            data += body
        else:
            assert kind == b'IEND' and at == len(b)
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(h, 1 + 3 * w)
    out = np.zeros((h + 1, w + 1, 3), int)  # a black column on the left, a black row above
    for y in range(h):
        kind, row = rows[y, 0], rows[y, 1:].reshape(w, 3).astype(int)
        up = out[y, 1:]
        if kind == 2:
            out[y + 1, 1:] = (row + up) & 255
        elif kind == 0:
            out[y + 1, 1:] = row
        elif kind == 1:
            out[y + 1, 1:] = np.cumsum(row, 0) & 255
        else:
            for x in range(w):
                a, b_, c = out[y + 1, x], up[x], out[y, x]
                if kind == 3:
                    guess = (a + b_) // 2
                else:
                    p = a + b_ - c
                    pa, pb, pc = abs(p - a), abs(p - b_), abs(p - c)
                    guess = np.where((pa <= pb) & (pa <= pc), a, np.where(pb <= pc, b_, c))
                out[y + 1, x + 1] = (row[x] + guess) & 255
    return out[1:, 1:]

def spots(n, side=24, channels=3, seed=1):
    """A bright spot in the middle, on sky with noise."""
    r = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    light = 180 * np.exp(-(y * y + x * x) / 6)
    sky = 12 + 3 * r.standard_normal((n, side, side, channels))
    return np.clip(light[None, :, :, None] + sky, 0, 255).astype('u1')

def survey(n, seed=2):
    r = np.random.default_rng(seed)
    ids = ['%d' % (587722981742084097 + i) for i in range(n)]
    return ids, r.dirichlet([.3, .3, .3], n)

def index(path):
    t = [l.rstrip('\n').split('\t') for l in open(path)]
    assert t[0] == ['#id', 'x', 'y', 'size'], t[0]
    return [r[0] for r in t[1:]], np.array([[float(v) for v in r[1:]] for r in t[1:]])
END
    cd "$BATS_FILE_TMPDIR" || return
    $PYTHON -c '
from gz import *
ids, p = survey(300)
write("s.npy", ids, spots(300)), lines("s.tsv", ids, p)'
}

link() {
    ln -sf "$BATS_FILE_TMPDIR"/s.* .
}

@test "the size asked for, a picture that file knows, and nothing said" {
    link
    run -0 --separate-stderr gz-triangle -p s.tsv -s 500 -o t.png s.npy
    [ -z "$output" ]
    [ -z "$stderr" ]
    run -0 file t.png
    [[ $output == *"PNG image data, 500 x "*"8-bit/color RGB, non-interlaced" ]]
}

@test "index and picture agree: each galaxy's brightest pixel is in the middle of its square" {
    link
    gz-triangle -p s.tsv -s 500 --index i.tsv s.npy > t.png
    $PYTHON -c '
from gz import *
t, (ids, at) = png("t.png"), index("i.tsv")
assert ids == sorted(survey(300)[0])
for x, y, size in at:
    box = t[int(y - size / 2):int(y + size / 2), int(x - size / 2):int(x + size / 2)].sum(2)
    assert box.max() > 400, box.max()
    middle = np.argwhere(box == box.max()).mean(0) + .5
    assert abs(middle - size / 2).max() < size / 8, middle
# apart from the names in the upper and the lower band, all light is in some square
light = t.sum(2) > 0
for x, y, size in at:
    light[int(y - size / 2):int(y + size / 2), int(x - size / 2):int(x + size / 2)] = False
rows = np.flatnonzero(light.any(1))
top, bottom = at[:, 1].min() - at[0, 2] / 2, at[:, 1].max() + at[0, 2] / 2
assert light.sum() > 500 and not ((rows >= top) & (rows < bottom)).any()'
}

@test "every galaxy has its cell in the triangle, in rows of 1 to 24" {
    link
    gz-triangle -p s.tsv -s 900 --index i.tsv s.npy > t.png
    $PYTHON -c '
from gz import *
ids, at = index("i.tsv")
y = np.sort(at[:, 1])
rows = np.split(y, np.flatnonzero(np.diff(y) > 2) + 1)
assert len(rows) == 24 and all(len(r) <= 24 - i for i, r in enumerate(rows))
d = np.hypot(*(at[:, None, :2] - at[None, :, :2]).transpose(2, 0, 1)) + 1e9 * np.eye(300)
pitch = (at[:, 0].max() - at[:, 0].min()) / 23
assert abs(d.min() - pitch) < 2, (d.min(), pitch)'
}

@test "first class below, second upper left, third upper right" {
    printf '#id\tspiral\tedge-on\tround\nlow\t1\t0\t0\nleft\t0\t1\t0\nright\t0\t0\t1\n' > p.tsv
    $PYTHON -c 'from gz import *; write("s.npy", ["right", "low", "left"], spots(3))'
    gz-triangle -p p.tsv --index i.tsv s.npy > t.png
    $PYTHON -c '
from gz import *
ids, at = index("i.tsv")
(left, low, right) = at[:, :2]
assert ids == ["left", "low", "right"] and left[0] < low[0] < right[0] and left[1] == right[1] < low[1]
assert abs(np.hypot(*(low - left)) - np.hypot(*(right - left))) < 2'
}

@test "scattered: exact places, as NumPy works them out" {
    link
    gz-triangle -p s.tsv -s 900 --scatter --index i.tsv s.npy > t.png
    $PYTHON -c '
from gz import *
ids, p = survey(300)
p = p / p.sum(1)[:, None]
a = {i: v for i, v in zip(*index("i.tsv"))}
at = np.array([a[i][:2] for i in ids])
corner, rest, *_ = np.linalg.lstsq(p, at, rcond=None)
assert np.abs(p @ corner - at).max() < 1, np.abs(p @ corner - at).max()
low, left, right = corner
assert abs(left[1] - right[1]) < 1 and abs(np.hypot(*(low - left)) - np.hypot(*(right - left))) < 2'
}

@test "the order of lines and records changes no byte" {
    link
    $PYTHON -c '
from gz import *
ids, p = survey(300)
q, a = np.random.default_rng(3).permutation(300), spots(300)
write("r.npy", [ids[i] for i in q], a[q])'
    (head -1 s.tsv; tail -n +2 s.tsv | tac) > r.tsv
    for o in -q --scatter --corner=round; do
        gz-triangle -p s.tsv -s 400 "$o" s.npy > a.png
        gz-triangle -p r.tsv -s 400 "$o" r.npy > b.png
        cmp a.png b.png
    done
}

@test "bytes and floats, gray and colour: the same picture" {
    $PYTHON -c '
from gz import *
ids, p = survey(40)
g = spots(40, channels=1)
lines("p.tsv", ids, p)
write("g1.npy", ids, g), write("g3.npy", ids, g.repeat(3, 3))
f = g.astype("f4") / 255
write("f1.npy", ids, f, kind="<f4"), write("f3.npy", ids, f.repeat(3, 3), kind="<f4")'
    for s in g1 g3 f1 f3; do gz-triangle -p p.tsv -s 300 $s.npy > $s.png; done
    cmp g1.png g3.png
    cmp g1.png f1.png
    cmp g1.png f3.png
}

@test "pictures that aren't square, large ones, and one pixel" {
    $PYTHON -c '
from gz import *
ids, p = survey(5)
lines("p.tsv", ids, p)
write("w.npy", ids, np.pad(spots(5), ((0, 0), (0, 0), (30, 30), (0, 0)), constant_values=12))
write("b.npy", ids, spots(5, 300)), write("o.npy", ids, spots(5, 1)), write("s.npy", ids, spots(5))'
    for s in w b o s; do gz-triangle -p p.tsv -s 300 $s.npy > $s.png; done
    $PYTHON -c '
from gz import *
a, b = png("w.png"), png("s.png")
assert abs(a - b).max() < 60 and abs(a - b).mean() < 1, (abs(a - b).max(), abs(a - b).mean())'
}

@test "no square frames: sky is black whatever its level was" {
    link
    $PYTHON -c '
from gz import *
ids, p = survey(300)
a = spots(300).astype(int)
write("t.npy", ids, np.clip(a + [40, 60, 25], 0, 255).astype("u1"))'
    gz-triangle -p s.tsv -s 500 --index i.tsv t.npy > t.png
    $PYTHON -c '
from gz import *
t, (ids, at) = png("t.png").sum(2), index("i.tsv")
for x, y, size in at:
    box = t[int(y - size / 2):int(y + size / 2), int(x - size / 2):int(x + size / 2)]
    edge = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
    assert np.median(edge) <= 6 and np.median(edge) < box.max() / 50'
}

@test "what reaches the border of a picture fades out before it" {
    $PYTHON -c '
from gz import *
a = spots(1)
a[:, :, :8] = 200
write("s.npy", ["x"], a), lines("p.tsv", ["x"], np.eye(3)[:1])'
    gz-triangle -p p.tsv -s 300 --index i.tsv s.npy > t.png
    $PYTHON -c '
from gz import *
t, (_, [(x, y, size)]) = png("t.png").sum(2), index("i.tsv")
box = t[int(y - size / 2):int(y + size / 2), int(x - size / 2):int(x + size / 2)]
edge = np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]])
assert edge.max() <= 12 and box.max() > 500, (edge.max(), box.max(), size)'
}

@test "a corner close up shows the same neighbours, larger" {
    link
    gz-triangle -p s.tsv -s 800 --index w.tsv s.npy > w.png
    gz-triangle -p s.tsv -s 800 --corner edge-on --zoom 4 --index c.tsv s.npy > c.png
    [ "$(file -b w.png)" = "$(file -b c.png)" ]
    $PYTHON -c '
from gz import *
w, c = (dict(zip(*index(f))) for f in ("w.tsv", "c.tsv"))
assert 10 < len(c) < 100
base = min(c, key=lambda i: c[i][0] + c[i][1])
for i in c:
    assert abs((c[i] - c[base])[:2] - 4 * (w[i] - w[base])[:2]).max() <= 4
    assert abs(c[i][2] - 4 * w[i][2]) <= 4
# who is missing lies far off
assert min(np.hypot(*(w[i] - w[base])[:2]) for i in w if i not in c) > max(
    np.hypot(*(w[i] - w[base])[:2]) for i in c) / 2'
}

@test "more rows leave everybody nearer to the place" {
    link
    gz-triangle -p s.tsv -s 900 --index a.tsv s.npy > a.png
    gz-triangle -p s.tsv -s 900 -r 60 --index b.tsv s.npy > b.png
    gz-triangle -p s.tsv -s 900 -r 60 --scatter --index c.tsv s.npy > c.png
    gz-triangle -p s.tsv -s 900 --scatter --index d.tsv s.npy > d.png
    $PYTHON -c '
from gz import *
a, b, c, d = (index(x + ".tsv")[1][:, :2] for x in "abcd")
far, near = np.hypot(*(a - d).T).mean(), np.hypot(*(b - c).T).mean()
assert near < far / 2, (near, far)'
    run -1 --separate-stderr gz-triangle -p s.tsv -r 23 s.npy
    one_line "gz-triangle: 300 galaxies in a triangle of 23 rows"
}

@test "what is missing on either side is named and counted, and the rest is drawn" {
    link
    $PYTHON -c '
from gz import *
ids, p = survey(300)
write("half.npy", ids[:290] + ["stranger"] + ids[:2], spots(293))'
    run -3 --separate-stderr gz-triangle -p s.tsv -s 300 --index i.tsv -o t.png half.npy
    [ "${#stderr_lines[@]}" -eq 15 ]
    [ "${stderr_lines[0]}" = "gz-triangle: half.npy: record 291 (stranger): no prediction for this galaxy" ]
    [ "${stderr_lines[1]}" = "gz-triangle: half.npy: record 292 (587722981742084097): another picture of this galaxy is drawn already" ]
    [ "${stderr_lines[3]}" = "gz-triangle: s.tsv: no picture for a prediction (587722981742084387)" ]
    [ "${stderr_lines[13]}" = "gz-triangle: 10 predictions not drawn" ]
    [ "${stderr_lines[14]}" = "gz-triangle: 3 records not drawn" ]
    [ "$(tail -n +2 i.tsv | wc -l)" -eq 290 ]
}

@test "no more than ten of a side are named" {
    link
    $PYTHON -c 'from gz import *; write("few.npy", survey(300)[0][:20], spots(20))'
    run -3 --separate-stderr gz-triangle -p s.tsv -s 300 -o t.png few.npy
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "gz-triangle: 280 predictions not drawn" ]
    # each galaxy has the place that it has among all others
    gz-triangle -p s.tsv -s 300 --index all.tsv -o u.png s.npy
    run -3 gz-triangle -p s.tsv -s 300 --index few.tsv -o t.png few.npy
    [ "$(sort all.tsv few.tsv | uniq -d | wc -l)" -eq 21 ]
}

@test "a prediction that comes twice counts once" {
    link
    tail -1 s.tsv > last
    cat s.tsv last > twice.tsv
    run -3 --separate-stderr gz-triangle -p twice.tsv -s 300 -o t.png s.npy
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[0]} == "gz-triangle: twice.tsv: a second prediction for a galaxy ($(cut -f1 last))" ]]
    gz-triangle -p s.tsv -s 300 -o u.png s.npy
    cmp t.png u.png
}

@test "nothing to draw: no picture" {
    link
    $PYTHON -c 'from gz import *; write("x.npy", ["a", "b"], spots(2))'
    run -1 --separate-stderr gz-triangle -p s.tsv -o t.png x.npy
    [ ! -e t.png ]
    [ "${stderr_lines[-1]}" = "gz-triangle: no galaxy has both a picture and a prediction" ]
}

@test "three classes, whatever their names; no other number" {
    link
    sed '1s/.*/#id\tone\ttwo\tthree and more/' s.tsv > n.tsv
    gz-triangle -p n.tsv -s 300 --corner "three and more" s.npy > t.png
    printf '#id\ta\tb\n1\t0.5\t0.5\n' > two.tsv
    printf '#id\ta\tb\tc\td\n1\t0.25\t0.25\t0.25\t0.25\n' > four.tsv
    run -1 --separate-stderr gz-triangle -p two.tsv s.npy
    one_line "gz-triangle: two.tsv: a triangle needs 3 classes, there are 2"
    run -1 --separate-stderr gz-triangle -p four.tsv s.npy
    one_line "gz-triangle: four.tsv: a triangle needs 3 classes, there are 4"
}

@test "probabilities or the stream on standard input" {
    link
    gz-triangle -p s.tsv -s 300 s.npy > a.png
    gz-triangle -p s.tsv -s 300 < s.npy > b.png
    gz-triangle -p - -s 300 s.npy < s.tsv > c.png
    cmp a.png b.png
    cmp a.png c.png
}

@test "wrong usage is refused" {
    link
    while IFS='|' read -r options message; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-triangle $options < /dev/null
        one_line "gz-triangle: $message"
    done << 'END'
s.npy|the probabilities are missing (-p FILE)
-p - |standard input can't be both probabilities and stream
-p - - |standard input can't be both probabilities and stream
-p s.tsv --zoom 3 s.npy|--zoom needs --corner
-p s.tsv --corner bar s.npy|--corner 'bar' is none of 'spiral', 'edge-on' and 'round'
-p s.tsv --corner round --zoom 0.5 s.npy|--zoom '0.5' is no number from 1 to 1000
-p s.tsv --index - s.npy|standard output can't be both index and picture
-p s.tsv -s 20000 s.npy|--size '20000' is no whole number from 64 to 16384
-p s.tsv -r 0 s.npy|--rows '0' is no whole number from 1 to 16384
-p s.tsv --scater s.npy|unknown option '--scater' (see gz-triangle -h)
END
}

@test "bad input: one line, status 1, no picture" {
    link
    head -c 100000 s.npy > cut.npy
    printf '#id\ta\tb\tc\n1\t0.5\t0.2\t0.1\n' > sum.tsv
    while IFS='|' read -r options message; do
        rm -f t.png
        # shellcheck disable=SC2086
        run -1 --separate-stderr gz-triangle -s 300 -o t.png $options < /dev/null
        [ ! -e t.png ]
        one_line "gz-triangle: $message"
    done << 'END'
-p s.tsv cut.npy|cut.npy: *incomplete: it ends within a record
-p s.tsv -|standard input: incomplete: no end chunk after 0 records
-p s.tsv none.npy|none.npy: No such file or directory
-p s.tsv .|.: Is a directory
-p none.tsv s.npy|none.tsv: No such file or directory
-p . s.npy|.: Is a directory
-p sum.tsv s.npy|sum.tsv: line 2: the probabilities' sum is 0.8, not 1
-p s.tsv -o no/such.png s.npy|no/such.png: No such file or directory
-p s.tsv --index no/such.tsv s.npy|no/such.tsv: No such file or directory
END
}

@test "--partial draws a fragment" {
    link
    head -c 100000 s.npy > cut.npy
    run -3 --separate-stderr gz-triangle --partial -s 300 -p s.tsv -o t.png cut.npy
    [ -s t.png ]
}

@test "a full disk, a closed output, a closed input" {
    link
    run -1 --separate-stderr bash -c 'gz-triangle -p s.tsv -s 300 s.npy > /dev/full'
    one_line "gz-triangle: standard output: write error: No space left on device"
    run -1 --separate-stderr bash -c 'gz-triangle -p s.tsv -s 300 s.npy >&-'
    [ "${#stderr_lines[@]}" -eq 1 ]
    run -1 --separate-stderr bash -c 'gz-triangle -p s.tsv -s 300 <&-'
    [ "${#stderr_lines[@]}" -eq 1 ]
}

@test "memory is the picture, not the records" {
    # sanitizers map terabytes
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    $PYTHON -c '
from gz import *
ids, p = survey(300)
lines("p.tsv", ids, p), write("big.npy", ids, spots(1, 256).repeat(300, 0))' # 59 MB of pixels
    run -0 bash -c 'ulimit -v 60000; gz-triangle -p p.tsv -s 600 -o t.png big.npy'
}

@test "real galaxies: a triangle of 200" {
    need_shared galaxies/images
    printf '%s\n' "$SHARED"/galaxies/images/*.jpg | head -200 |
        gz-decode --files-from - | gz-prep --colour > s.npy
    (printf '#id\tspiral\tedge-on\tround\n'
     for f in $(printf '%s\n' "$SHARED"/galaxies/images/*.jpg | head -200); do
         printf '%s\t0.5\t0.25\t0.25\n' "$(basename "$f" .jpg)"
     done) > p.tsv
    gz-triangle -p p.tsv --index i.tsv s.npy > t.png
    [ "$(wc -l < i.tsv)" -eq 201 ]
}
