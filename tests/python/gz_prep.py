"""What gz-prep.bats holds against NumPy: the exact average over areas, and the eight orientations."""
import numpy as np

import stream


def pixels(path):
    return stream.read(path)['pixels']


def pictures():
    """Streams here: colour, gray and float pictures of 53 x 61 in noise, two of the survey's size (galaxy), and the
    eight orientations of a square one, in bytes (turns) and in floats (floatturns)."""
    r = np.random.RandomState(1)

    def save(name, p):
        n = len(p)
        stream.write(name + '.npy', stream.table(['g%d' % i for i in range(n)], p, view=np.arange(n, dtype='<u4')))

    colour = r.randint(0, 256, (5, 53, 61, 3)).astype('u1')
    save('colour', colour)
    save('gray', colour[..., :1])
    save('floats', r.rand(5, 53, 61, 3).astype('f4'))
    save('galaxy', r.randint(0, 256, (2, 424, 424, 3)).astype('u1'))
    square = r.randint(0, 256, (1, 53, 53, 3)).astype('u1')
    turns = np.concatenate([np.rot90(m, k, (1, 2)) for m in (square, square[:, :, ::-1]) for k in range(4)])
    save('turns', turns)
    save('floatturns', (turns / 255).astype('f4'))


def weights(side, crop, size, border):
    """(size + 2 border, side): the share of each source pixel in each pixel of the result. Beyond the picture its
    outermost pixels go on."""
    step = crop / size
    begin = (side - crop) / 2 + (np.arange(size + 2 * border)[:, None] - border) * step
    low, high = np.arange(side, dtype='f8'), np.arange(1, side + 1, dtype='f8')
    low[0], high[-1] = -1e9, 1e9
    return np.clip(np.minimum(high, begin + step) - np.maximum(low, begin), 0, None) / step


def averages(source, gray, colour, size: int = 64, crop: int = 0):
    """Gray and colour results are the averages over areas of the source. Bytes are rounded once; without a crop, gray
    shows 3/10 of the shorter side and colour half of it (see gz-prep(1))."""
    full = pixels(source).astype('f8')
    floats = pixels(source).dtype.kind == 'f'
    height, width, channels = full.shape[1:]

    def gap(path, default, matrix, tolerance):
        have = pixels(path).astype('f8')
        border, side = (have.shape[1] - size) // 2, crop or min(height, width) * default // 10
        rows, columns = weights(height, side, size, border), weights(width, side, size, border)
        want = np.einsum('ix,njxk->njik', columns, np.einsum('iy,nyxk->nixk', rows, full)) @ matrix
        assert have.shape == want.shape, (have.shape, want.shape)
        assert abs(have - want).max() <= tolerance, abs(have - want).max()

    gap(colour, 5, np.eye(channels), 1e-7 if floats else 0.5 + 1e-9)
    to_gray = np.array([[0.299], [0.587], [0.114]]) if channels == 3 else np.eye(1)
    gap(gray, 3, to_gray, 1e-5 if floats else 0.505)


def orientations(path):
    """Eight records are the eight orientations of the first, to the bit."""
    p = pixels(path)
    for k in range(8):
        want = p[0] if k < 4 else p[0][:, ::-1]
        assert np.rot90(want, k % 4).tobytes() == p[k].tobytes(), k


def empty(path):
    """A stream without records, of colour pictures of no size."""
    np.save(path, np.zeros((0, 0), [('id', 'S48'), ('pixels', 'u1', (0, 0, 3))]))
