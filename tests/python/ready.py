"""What a weights file says of itself, and galaxies by a formula, for the tests of ready weights."""
import json
import sys

import numpy as np

SIDE = 64


def galaxy(name):
    """A galaxy in the middle. Only whole numbers, products, quotients: every machine computes the same pixels."""
    y, x = np.mgrid[:SIDE, :SIDE] * 2 - (SIDE - 1)
    r2 = x * x + y * y
    if name == 'round':
        light = 230 * (400 / (400 + r2)) ** 2
    elif name == 'edge-on':
        light = 230 * (400 / (400 + x * x + 16 * y * y)) ** 2
    else:
        # Two arms and the gaps between them are the quarters of a disk that winds up: its points are turned by
        # (1 + i t)^2, where t grows with the distance from the centre.
        t = r2 / 1600
        u, v = x * (1 - t * t) - y * 2 * t, y * (1 - t * t) + x * 2 * t
        disk, bulge = 90 * (2000 / (2000 + r2)) ** 2, 120 * (60 / (60 + r2)) ** 2
        light = disk * np.where(u * v > 0, 1, 0.4) + bulge
    return np.floor(12 + light).astype('u1')


def pictures(path):
    """Write a stream of three white galaxies, named after their classes, as half of a picture shows them."""
    kind = np.dtype([('fov', '<f4'), ('id', 'S48'), ('pixels', 'u1', (SIDE, SIDE, 3))])
    names = ['round', 'edge-on', 'spiral']
    with open(path, 'wb') as f:
        np.save(f, np.array([(0.5, name, np.dstack([galaxy(name)] * 3)) for name in names], kind))


def metadata(path):
    """Print the metadata of a weights file, a line for each key, as "key value"."""
    with open(path, 'rb') as f:
        n = int.from_bytes(f.read(8), 'little')
        for key, value in json.loads(f.read(n))['__metadata__'].items():
            print(key, value)


def near(lines, golden, most: float):
    """Two tables have the same classes and galaxies, and probabilities that differ by no more than this."""
    a, b = ([line.split('\t') for line in open(path).read().splitlines()] for path in (lines, golden))
    assert a[0] == b[0] and [row[0] for row in a] == [row[0] for row in b], 'other classes or galaxies'
    gap = max(abs(float(x) - float(y)) for p, q in zip(a[1:], b[1:]) for x, y in zip(p[1:], q[1:]))
    if gap > most:
        sys.exit(f'probabilities differ by {gap}')


def likeliest(lines):
    """The likeliest class of each line."""
    head, *rows = (line.split('\t') for line in open(lines).read().splitlines())
    return [head[1 + np.argmax([float(p) for p in row[1:]])] for row in rows]
