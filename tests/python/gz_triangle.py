"""What gz-triangle.bats holds against NumPy: where the galaxies are, by the index, and what the PNG shows there.

The survey that most of its tests draw has bright spots on a dark sky, and probabilities of three classes.
"""
import numpy as np

import lines
import png
import stream
from call import words

CLASSES = ['spiral', 'edge-on', 'round']
N = 300  # galaxies of the survey


def spots(n, side=24, channels=3):
    """A bright spot in the middle, on sky with noise."""
    r = np.random.default_rng(1)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    light = 180 * np.exp(-(y * y + x * x) / 6)
    sky = 12 + 3 * r.standard_normal((n, side, side, channels))
    return np.clip(light[None, :, :, None] + sky, 0, 255).astype('u1')


def galaxies(n=N):
    """Ids and probabilities (n, 3)."""
    return ['%d' % (587722981742084097 + i) for i in range(n)], np.random.default_rng(2).dirichlet([.3, .3, .3], n)


def write(path, ids, pixels):
    stream.write(path, stream.table(ids, pixels))


def write_lines(path, n=N):
    lines.write(path, *galaxies(n), CLASSES)


def index(path):
    """Ids, and (x, y, size) of each galaxy."""
    head, *rows = lines.table(path)
    assert head == ['#id', 'x', 'y', 'size'], head
    return [r[0] for r in rows], np.array([[float(v) for v in r[1:]] for r in rows])


def places(path):
    return dict(zip(*index(path)))


def square(place):
    """The pixels of a galaxy, as slices of the picture."""
    x, y, size = place
    return slice(int(y - size / 2), int(y + size / 2)), slice(int(x - size / 2), int(x + size / 2))


def distance(a, b):
    return np.hypot(*(a - b)[..., :2].T)


# ---- streams and lines to draw ----

def survey():
    """s.npy and s.tsv here."""
    write('s.npy', galaxies()[0], spots(N))
    write_lines('s.tsv')


def some(path, ids: words):
    """Spots with these ids."""
    write(path, ids, spots(len(ids)))


def permuted(path):
    """The survey's records in another order."""
    ids, order, a = galaxies()[0], np.random.default_rng(3).permutation(N), spots(N)
    write(path, [ids[i] for i in order], a[order])


def half(path):
    """290 galaxies of the survey, a stranger, and two of the survey again."""
    ids = galaxies()[0]
    write(path, ids[:290] + ['stranger'] + ids[:2], spots(293))


def few(path):
    """20 galaxies of the survey."""
    write(path, galaxies()[0][:20], spots(20))


def kinds():
    """p.tsv here, and the same 40 pictures in bytes (g1, g3) and floats (f1, f3), of one channel and of three."""
    ids = galaxies(40)[0]
    write_lines('p.tsv', 40)
    g = spots(40, channels=1)
    f = g.astype('f4') / 255
    for name, a in ('g', g), ('f', f):
        write(name + '1.npy', ids, a)
        write(name + '3.npy', ids, a.repeat(3, 3))


def sides():
    """p.tsv here, and five galaxies in pictures as usual (s), wider by sky (w), of 300 pixels (b), and of one (o)."""
    ids = galaxies(5)[0]
    write_lines('p.tsv', 5)
    write('s.npy', ids, spots(5))
    write('w.npy', ids, np.pad(spots(5), ((0, 0), (0, 0), (30, 30), (0, 0)), constant_values=12))
    write('b.npy', ids, spots(5, 300))
    write('o.npy', ids, spots(5, 1))


def bright_sky(path):
    """The survey with more light in each channel."""
    write(path, galaxies()[0], np.clip(spots(N).astype(int) + [40, 60, 25], 0, 255).astype('u1'))


def cut_off(path, table):
    """One galaxy whose light goes on beyond the left border of its picture."""
    a = spots(1)
    a[:, :, :8] = 200
    write(path, ['x'], a)
    lines.write(table, ['x'], np.eye(3)[:1], CLASSES)


def large(path, table):
    """The survey in 59 MB of pixels."""
    write_lines(table)
    write(path, galaxies()[0], spots(1, 256).repeat(N, 0))


# ---- what was drawn ----

def lit(picture, table):
    """Each galaxy's brightest pixels are in the middle of its square, and outside of all squares there is no light but
    the names of the classes, above and below."""
    t, (ids, at) = png.read(picture), index(table)
    assert ids == sorted(galaxies()[0])
    light = t.sum(2) > 0
    for place in at:
        box = t[square(place)].sum(2)
        assert box.max() > 400, box.max()
        middle = np.argwhere(box == box.max()).mean(0) + .5
        assert abs(middle - place[2] / 2).max() < place[2] / 8, middle
        light[square(place)] = False
    rows = np.flatnonzero(light.any(1))
    top, bottom = at[:, 1].min() - at[0, 2] / 2, at[:, 1].max() + at[0, 2] / 2
    assert light.sum() > 500 and not ((rows >= top) & (rows < bottom)).any()


def lattice(table):
    """24 rows of 24, 23 ... 1 cells at the most, and the least distance of two galaxies is a cell's width."""
    _, at = index(table)
    y = np.sort(at[:, 1])
    rows = np.split(y, np.flatnonzero(np.diff(y) > 2) + 1)
    assert len(rows) == 24 and all(len(r) <= 24 - i for i, r in enumerate(rows))
    d = distance(at[:, None], at[None]) + 1e9 * np.eye(len(at))
    width = (at[:, 0].max() - at[:, 0].min()) / 23
    assert abs(d.min() - width) < 2, (d.min(), width)


def equilateral(low, left, right):
    assert abs(left[1] - right[1]) < 1 and left[1] < low[1] and left[0] < low[0] < right[0]
    assert abs(distance(low, left) - distance(right, left)) < 2


def corners(table):
    """The galaxies low, left and right are where they are called."""
    at = places(table)
    equilateral(*(at[name] for name in ('low', 'left', 'right')))


def exact(table):
    """Each galaxy is at the mean of the corners, its probabilities being the weights."""
    at, (ids, p) = places(table), galaxies()
    p = p / p.sum(1)[:, None]
    at = np.array([at[i][:2] for i in ids])
    corner, *_ = np.linalg.lstsq(p, at, rcond=None)
    assert abs(p @ corner - at).max() < 1, abs(p @ corner - at).max()
    equilateral(*corner)


def alike(picture, other):
    a, b = png.read(picture), png.read(other)
    assert abs(a - b).max() < 60 and abs(a - b).mean() < 1, (abs(a - b).max(), abs(a - b).mean())


def edges(picture, table):
    """For each galaxy the light on the border of its square, and all light in it."""
    t = png.read(picture).sum(2)
    for place in index(table)[1]:
        box = t[square(place)]
        yield np.concatenate([box[0], box[-1], box[:, 0], box[:, -1]]), box


def dark_frames(picture, table):
    for edge, box in edges(picture, table):
        assert np.median(edge) <= 6 and np.median(edge) < box.max() / 50


def faded(picture, table):
    for edge, box in edges(picture, table):
        assert edge.max() <= 12 and box.max() > 500, (edge.max(), box.max())


def close_up(whole, corner, zoom: int):
    """Between 10 and 100 galaxies, as far from each other as in the whole picture times the zoom, and larger; in the
    whole the others are far from these."""
    w, c = places(whole), places(corner)
    assert 10 < len(c) < 100
    base = min(c, key=lambda i: c[i][0] + c[i][1])
    for i in c:
        assert abs((c[i] - c[base])[:2] - zoom * (w[i] - w[base])[:2]).max() <= 4
        assert abs(c[i][2] - zoom * w[i][2]) <= 4
    far = {i: distance(w[i], w[base]) for i in w}
    assert min(far[i] for i in w if i not in c) > max(far[i] for i in c) / 2


def nearer(few, few_exact, many, many_exact):
    """In many rows the galaxies are nearer to their exact places than in few, on average half as far."""
    far, near = (distance(index(a)[1], index(b)[1]).mean() for a, b in ((few, few_exact), (many, many_exact)))
    assert near < far / 2, (near, far)
