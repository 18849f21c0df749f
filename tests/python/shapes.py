"""Small labelled pictures that a network learns in a moment: bars, discs and crosses, at random angles, with noise.

For the shell, as `shapes FILE N SEED [PARAMETER=WORD ...]` of helpers.bash, with the parameters of write() below.
"""
import numpy as np

import stream
from call import words, yes

CLASSES = ['bar', 'disc', 'cross']


def kind(side, channels, pixel, classes):
    votes = [('votes', [(c, '<f4') for c in classes])] if classes else []
    return np.dtype([('id', 'S48'), ('view', '<u4')] + votes + [('pixels', pixel, (side, side, channels))])


def pictures(n, seed, side=16, channels=1, pixel='u1', classes=CLASSES, labelled=True, first=0):
    """n records with the ids g0, g1 ... from `first` on. Of two classes there are bars and discs only."""
    a = np.zeros(n, kind(side, channels, pixel, classes if labelled else []))
    r = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    for i in range(n):
        angle, shape = r.uniform(0, np.pi), i % min(3, len(classes))
        u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        bar = (abs(v) < 1.2) & (abs(u) < 6)
        lit = [bar, np.hypot(u, v) < 4, bar | ((abs(u) < 1.2) & (abs(v) < 6))][shape]
        p = np.clip(.15 + .6 * lit + .08 * r.standard_normal((side, side)), 0, 1)
        p = p[:, :, None] * np.linspace(1, .6, channels)
        a['pixels'][i] = np.round(255 * p) if pixel == 'u1' else p
        a['id'][i] = 'g%d' % (first + i)
        if labelled:
            a['votes'][i] = tuple(.9 if k == shape else .1 / (len(classes) - 1) for k in range(len(classes)))
    return a


def write(path, n: int, seed: int, side: int = 16, channels: int = 1, pixel='u1', classes: words = CLASSES,
          labelled: yes = True, first: int = 0, chunk: int = 0):
    stream.write(path, pictures(n, seed, side, channels, pixel, classes, labelled, first), chunk)


def blank(path, n: int, side: int, chunk: int = 0):
    """n labelled black pictures."""
    a = np.zeros(n, kind(side, 1, 'u1', CLASSES))
    a['id'] = ['g%d' % i for i in range(n)]
    stream.write(path, a, chunk)
