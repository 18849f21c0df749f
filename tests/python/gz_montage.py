"""What gz-montage.bats finds again in sheets: the pixels of records of noise where they should be, and the texts."""
import numpy as np

import png
import stream
from call import words

CLASSES = ['spiral', 'edge-on', 'round']
BORDER = 4  # pixels around each picture


def noise(n, shape=(128, 128, 1), votes=None, view=None, pixel='u1', ids=None):
    """n records; no pixel is black."""
    fields = [('id', 'S48'), ('view', '<u4')] + [('votes', [(c, '<f4') for c in CLASSES])] * (votes is not None)
    a = np.zeros(n, fields + [('pixels', pixel, shape)])
    a['id'] = ids or ['g%d' % i for i in range(n)]
    a['pixels'] = np.random.default_rng(1).integers(1, 256, a['pixels'].shape)
    if votes is not None:
        a['votes'] = tuple(votes)
    if view is not None:
        a['view'] = view
    return a


def shape(text):
    """'130x140x3' as (130, 140, 3)."""
    return tuple(int(n) for n in text.split('x'))


def numbers(text):
    return [float(x) for x in text.split(',')]


def write(path, n: int, shape: shape = (128, 128, 1), votes: numbers = None, view: int = None, ids: words = None):
    stream.write(path, noise(n, shape, votes, view, ids=ids), chunk=1)


def pick(path, out, ids: words):
    """A stream of these records, in this order."""
    a = stream.read(path)
    order = [list(a['id']).index(i.encode()) for i in ids]
    stream.write(out, a[order], chunk=1)


def pixels(path):
    return stream.read(path)['pixels']


def cells(sheet, rows, columns):
    """Top and left of each picture, and the size of a cell."""
    height, width = sheet.shape[0] // rows, sheet.shape[1] // columns
    return [(r * height + BORDER, c * width + BORDER) for r in range(rows) for c in range(columns)], height, width


def bare(sheet, source, columns: int):
    """A grid of all pictures in their order, with a border around each, and nothing else."""
    m, a = png.read(sheet), pixels(source)
    h, w = a.shape[1:3]
    rows = -(-len(a) // columns)
    places, height, width = cells(m, rows, columns)
    assert (height, width) == (h + 2 * BORDER, w + 2 * BORDER) and m.shape == (rows * height, columns * width, 3)
    for (y, x), p in zip(places, a):
        assert (m[y:y + h, x:x + w] == p).all()
        m[y:y + h, x:x + w] = 0
    assert not m.any()


def texts(sheet, source, columns: int):
    """Below each picture is a text of its own, all begin with the same letter, and nothing is outside of the cells."""
    m, a = png.read(sheet), pixels(source)
    h, w = a.shape[1:3]
    places, height, _ = cells(m, len(a) // columns, columns)
    found = []
    for (y, x), p in zip(places, a):
        assert (m[y:y + h, x:x + w] == p).all()
        found.append(m[y + h:y - BORDER + height, x:x + w].copy())
        assert found[-1].any()
        m[y:y - BORDER + height, x:x + w] = 0
    assert not m.any()
    assert all((found[i] != found[j]).any() for i in range(len(found)) for j in range(i))
    assert all((t[:, :w // 2 - 1] == found[0][:, :w // 2 - 1]).all() for t in found)


def long_ids(path):
    """Two records whose ids have 48 characters and differ in the last."""
    write(path, 2, ids=['587722981742084097' * 2 + '000000000%03d' % i for i in range(2)])


def text_within(sheet):
    """Two pictures of 64 pixels side by side: there is text below each, and only there."""
    m = png.read(sheet)[64 + BORDER:]
    left, right = m[:, 4:68], m[:, 76:140]
    assert left.any() and right.any()
    left[:] = right[:] = 0
    assert not m.any()


def quarter(sheet, source):
    """A picture of 212 x 424 in a quarter of its size: the mean of four by four pixels."""
    a = pixels(source)[0].reshape(53, 4, 106, 4, 3).mean((1, 3))
    assert abs(png.read(sheet)[4:57, 4:110] - a).max() <= .51


def kinds():
    """Streams g, c and f here: the same pictures in gray bytes, colour bytes and gray floats."""
    g, c, f = noise(3), noise(3, (128, 128, 3)), noise(3, pixel='<f4')
    c['pixels'], f['pixels'] = g['pixels'], g['pixels'] / np.float32(255)
    for name, a in ('g', g), ('c', c), ('f', f):
        stream.write(name + '.npy', a, chunk=1)


def faint(path):
    """A faint blob on a bright sky."""
    a = noise(1)
    y, x = np.mgrid[:128, :128] - 63.5
    sky = np.random.default_rng(1).normal(40, 2, (128, 128))
    a['pixels'][0, :, :, 0] = sky + 80 * np.exp(-(y * y + x * x) / 200)
    stream.write(path, a)


def stretched(sheet):
    """The sky is black and the middle bright."""
    m = png.read(sheet)[4:-4, 4:-4, 0]
    assert m[:20].mean() < 4 and m[60:68, 60:68].mean() > 230, (m[:20].mean(), m[60:68, 60:68].mean())
