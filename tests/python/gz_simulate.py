"""What gz-simulate.bats holds against NumPy: votes that obey the tree, JPEGs and sky like the survey's."""
import numpy as np

import jpegs
import stream
from call import words

ANSWERS = 3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6  # of each question of Galaxy Zoo 2


def header():
    """The first line of its table of votes."""
    return ','.join(['GalaxyID'] + ['Class%d.%d' % (q + 1, a + 1) for q, n in enumerate(ANSWERS) for a in range(n)])


def tree(table):
    """The answers to a question sum to the share of those who were asked it, which is that of the answer that leads
    there."""
    v = np.loadtxt(table, delimiter=',', skiprows=1)[:, 1:]
    start = np.concatenate([[0], np.cumsum(ANSWERS)])
    assert v.shape[1] == 37 and v.min() >= 0 and v.max() <= 1

    def share(question, answer):
        return v[:, start[question - 1] + answer - 1]

    for question, asked in ((1, 1), (2, share(1, 2)), (3, share(2, 2)), (4, share(2, 2)), (5, share(2, 2)), (6, 1),
                            (7, share(1, 1)), (8, share(6, 1)), (9, share(2, 1)), (10, share(4, 1)), (11, share(4, 1))):
        total = v[:, start[question - 1]:start[question]].sum(1)
        assert abs(total - asked).max() < 1e-8, question


def quality(path):
    """A JPEG of sampling 4:2:0, with the tables of quality 75: those of the standard's Annex K, halved."""
    data = jpegs.load(path)
    tables, sampling = {}, None
    for marker, begin, end in jpegs.segments(data):
        body = data[begin + 4:end]
        if marker == 0xdb:
            for k in range(0, len(body), 65):
                tables[body[k]] = list(body[k + 1:k + 9])
        if marker == 0xc0:
            sampling = [body[6 + 3 * c + 1] for c in range(3)]
    assert sampling == [0x22, 0x11, 0x11], sampling
    assert tables == {0: [8, 6, 6, 7, 6, 5, 8, 7], 1: [9, 9, 9, 12, 11, 12, 24, 13]}, tables


def sky(path):
    """Level, noise and grain (the correlation of neighbours) of the sky, light in the middle, and radius are, in the
    median, near those of 450 real pictures: level 4.8 4.8 3.1, noise 3.8 3.6 3.2, middle 164, grain .85, radius 57."""
    level, noise, middle, grain, size = [], [], [], [], []
    y, x = np.mgrid[:424, :424] - 211.5
    ring, inner = np.hypot(y, x) > 150, np.hypot(y, x) < 100
    for p in stream.read(path)['pixels'].astype(float):
        gray = p @ [.299, .587, .114]
        dark = ring & (abs(gray - np.median(gray[ring])) < 15)
        d = (gray - gray[dark].mean()) * dark
        grain.append((d[:, 1:] * d[:, :-1]).mean() / (d * d).mean())
        level.append(p[dark].mean(0))
        noise.append(p[dark].std(0))
        middle.append(gray[207:217, 207:217].mean())
        size.append(np.sqrt((gray[inner] > gray[dark].mean() + 15).sum() / np.pi))
    level, noise = np.median(level, 0), np.median(noise, 0)
    middle, grain, size = np.median(middle), np.median(grain), np.median(size)
    print(level, noise, middle, grain, size)
    assert (abs(level - [4.8, 4.8, 3.1]) < 1.2).all()
    assert (abs(noise - [3.8, 3.6, 3.2]) < 0.8).all()
    assert 135 < middle < 190 and 0.75 < grain < 0.92 and 45 < size < 70


def same_sky(one, other, ids: words):
    """Streams of the same galaxies look alike."""
    a, b = stream.read(one), stream.read(other)
    assert [i.decode() for i in a['id']] == [i.decode() for i in b['id']] == ids
    for p, q in zip(a['pixels'], b['pixels']):
        assert np.corrcoef(p.mean(2).ravel(), q.mean(2).ravel())[0, 1] > 0.97
