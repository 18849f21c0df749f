"""What gz-augment.bats holds against NumPy: how often each record comes, in which order, and what its pixels may be."""
import numpy as np

import shapes
import stream


def pixels(path):
    return stream.read(path)['pixels']


def epochs(views, source, n: int):
    """n epochs: each has every record once, with its votes, in an order of its own; view is the epoch's number."""
    a, b = stream.read(views), stream.read(source)
    size = len(b)
    assert a.dtype.names == ('id', 'view', 'votes', 'progress', 'pixels') and len(a) == n * size
    order, view = a['id'].reshape(n, size), a['view'].reshape(n, size)
    for k in range(n):
        assert sorted(order[k]) == sorted(b['id'])
        assert (view[k] == k + 1).all()
    assert len({tuple(o) for o in order}) == n and (order[0] != b['id']).any()
    assert np.allclose(a['progress'], np.arange(n * size) / (n * size))
    votes = dict(zip(b['id'], b['votes']))
    assert all(votes[i] == v for i, v in zip(a['id'], a['votes']))
    assert (a['pixels'][:size] != a['pixels'][size:2 * size]).any()


def reversed_order(source, target):
    stream.write(target, stream.read(source)[::-1])


def centre(views, source, epochs: int, side: int):
    """The central pixels and the order are those of the source, in each epoch."""
    a, b = stream.read(views), stream.read(source)
    assert (a['id'] == np.tile(b['id'], epochs)).all()
    y, x = ((n - side) // 2 for n in b['pixels'].shape[1:3])
    assert (a['pixels'] == np.tile(b['pixels'][:, y:y + side, x:x + side], (epochs, 1, 1, 1))).all()


def mirrored(views, source):
    """Each picture is one of the four mirror images of its source, and each of these comes."""
    kinds = set()
    for x, y in zip(pixels(views), pixels(source)):
        kind = [(x == z).all() for z in (y, y[::-1], y[:, ::-1], y[::-1, ::-1])]
        assert any(kind)
        kinds.add(kind.index(True))
    assert kinds == {0, 1, 2, 3}


def saddles(path):
    """30 pictures of 33 x 33, .5 + x / 100 + x y / 1000: no turn makes such a saddle on a slope its mirror image."""
    a = shapes.pictures(30, 1, side=33, pixel='<f4')
    y, x = np.mgrid[:33, :33] - 16
    a['pixels'][:, :, :, 0] = .5 + x / 100 + x * y / 1000
    stream.write(path, a)


def turned(views):
    """Each picture is that of saddles() turned by an angle, not mirrored; the angles are distinct and all around.

    Turned by t, x is x cos t + y sin t, and x y is x y cos 2t - (x^2 - y^2) / 2 sin 2t; the mirror image has -x y.
    """
    angles = []
    for p in pixels(views)[:, :, :, 0].astype(float):
        side = len(p)
        y, x = (np.mgrid[:side, :side] - (side - 1) / 2).reshape(2, -1)
        terms = np.stack([x, y, x * y, (x * x - y * y) / 2, np.ones(len(x))], 1)
        (a, b, c, d, _), rest, *_ = np.linalg.lstsq(terms, p.ravel(), rcond=None)
        t = np.arctan2(b, a)
        assert rest[0] < 1e-6 and abs(np.hypot(a, b) - .01) < 1e-5
        assert np.allclose([c, d], [np.cos(2 * t) / 1000, -np.sin(2 * t) / 1000], atol=1e-5), (t, c, d)
        angles.append(t)
    gaps = np.diff(sorted(angles))
    assert min(gaps) > 0 and max(gaps) < 2


def changed(source, none, shift, zoom, bright):
    """`none` has the source's pixels; shift and zoom have others in most pictures; bright has them times a gain."""
    a, n, s, z, b = (pixels(path).astype(int) for path in (source, none, shift, zoom, bright))
    assert (a == n).all()
    assert (abs(a - s).mean((1, 2, 3)) > 1).mean() > .9 and (abs(a - z).mean((1, 2, 3)) > 1).mean() > .8
    gain = np.array([y[(x > 150) & (y < 255)].sum() / x[(x > 150) & (y < 255)].sum() for x, y in zip(a, b)])
    assert gain.min() > .82 and gain.max() < 1.21 and gain.std() > .05
    assert abs(np.clip(a * gain[:, None, None, None], 0, 255) - b).max() < 1.5


def passed_on(views, source):
    """One epoch, in the source's order, without a progress."""
    a, b = stream.read(views), stream.read(source)
    assert (a['id'] == b['id']).all() and (a['view'] == 1).all() and 'progress' not in a.dtype.names


def whole_epochs(path, epochs: int, other):
    """A multiple of the epochs, more than ten records, as many as the other stream has."""
    n = len(stream.read(path))
    assert n > 10 and n % epochs == 0 and n == len(stream.read(other))


def with_redshift(some, none):
    """Nine records without votes or view, with a redshift; and none of them."""
    a = shapes.pictures(9, 1, labelled=False)
    b = np.zeros(9, [('id', 'S48'), ('redshift', '<f8'), ('pixels', a.dtype['pixels'])])
    b['id'], b['pixels'], b['redshift'] = a['id'], a['pixels'], np.arange(9)
    stream.write(some, b)
    stream.write(none, b[:0])


def kept_redshift(views, none):
    """Two epochs of with_redshift(), each record with its own redshift; the empty stream has the same fields."""
    a, b = stream.read(views), stream.read(none)
    assert a.dtype.names == ('id', 'redshift', 'view', 'progress', 'pixels') and (a['view'] == [1] * 9 + [2] * 9).all()
    assert all(i == b'g%d' % z for i, z in zip(a['id'], a['redshift']))
    assert len(b) == 0 and b.dtype.names == a.dtype.names
