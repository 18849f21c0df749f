"""What gz-label.bats holds against NumPy, which joins, scales and compares by itself, in exact fractions.

A galaxy here is an id and one pixel: see records().
"""
import csv
from fractions import Fraction

import numpy as np

import stream
from call import words

MANY, FIRST = 3000, 10**17  # galaxies of random_table(), and the id of the first


def records(ids, **fields):
    return stream.table(ids, np.arange(len(ids), dtype='u1').reshape(-1, 1, 1, 1), **fields)


def galaxies(path, *ids):
    stream.write(path, records(ids))


def numbered(path, step: int = 1):
    """The galaxies of random_table(): all, or with a step of -1 from the last to the first, or every seventh."""
    stream.write(path, records([str(FIRST + i) for i in range(MANY)][::step]))


def of_table(path, table):
    """The galaxies of a table."""
    with open(table) as f:
        stream.write(path, records([row['GalaxyID'] for row in csv.DictReader(f)]))


# ---- the recipe of gz-label(1) for tables of Galaxy Zoo ----

# The share of each class, and of those who were asked.
RECIPE = {'spiral': ('Class4.1', 'Class2.2'), 'edge-on': ('Class2.1', 'Class1.2'), 'round': ('Class7.1', 'Class1.1')}


def recipe(table, agreement, asked):
    """id -> (class, shares), from decimals, of the galaxies whose largest class was agreed on."""
    kept = {}
    with open(table) as f:
        for row in csv.DictReader(f):
            share, of = ([Fraction(row[pair[i]]) for pair in RECIPE.values()] for i in (0, 1))
            k = max(range(3), key=lambda k: share[k])
            if of[k] > 0 and of[k] >= Fraction(asked) and share[k] > 0 and share[k] >= Fraction(agreement) * of[k]:
                kept[row['GalaxyID']] = list(RECIPE)[k], [float(s / sum(share)) for s in share]
    return kept


def random_table(path):
    """A table like the challenge's: 37 columns, in random order, values of up to nine decimals."""
    r = np.random.default_rng(5)
    answers = (3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6)
    names = ['Class%d.%d' % (q + 1, a + 1) for q, n in enumerate(answers) for a in range(n)]
    order = r.permutation(37)
    with open(path, 'w') as f:
        print('GalaxyID', *(names[i] for i in order), sep=',', file=f)
        for i in range(MANY):
            v = dict.fromkeys(names, 0.)
            smooth, disk, edge, arms, round_ = r.beta(.4, .4, 5)
            v['Class1.1'], v['Class1.2'] = smooth, 1 - smooth
            v['Class2.1'], v['Class2.2'] = v['Class1.2'] * edge, v['Class1.2'] * (1 - edge)
            v['Class4.1'], v['Class7.1'] = v['Class2.2'] * arms, smooth * round_
            digits = int(r.integers(1, 10))
            print(FIRST + i, *('%.*f' % (digits, v[names[k]]) for k in order), sep=',', file=f)


def same_ids(labelled, table, agreement, asked):
    got = [i.decode() for i in stream.read(labelled)['id']]
    want = list(recipe(table, agreement, asked))
    assert got == want, (len(got), len(want), set(got) ^ set(want))


def same_shares(labelled, table, agreement, asked, least: int = 100):
    """Labels and shares are those of the recipe, for so many galaxies at least."""
    same_ids(labelled, table, agreement, asked)
    a, want = stream.read(labelled), recipe(table, agreement, asked)
    assert len(a) >= least, len(a)
    got = np.array(a['votes'].tolist())
    assert abs(got - [shares for _, shares in want.values()]).max() < 1e-7
    assert [a['votes'].dtype.names[k] for k in got.argmax(1)] == [c for c, _ in want.values()]


# ---- other streams and tables ----

def with_fields(path):
    """Galaxies c, a, x and b with other votes, a view and a redshift."""
    votes = np.array([(.25, .75)] * 4, [('p', '<f4'), ('q', '<f4')])
    view = np.array([7, 0, 1, 2], '<u4')
    stream.write(path, records(['c', 'a', 'x', 'b'], view=view, votes=votes, redshift=[1., 2., 3., 4.]))


def kept_fields(before, after):
    """Votes of bar, ring and none have replaced those of with_fields(), x is missing, and nothing else has changed."""
    a, b = stream.read(before), stream.read(after)
    assert b.dtype.names == ('id', 'view', 'votes', 'redshift', 'pixels')
    assert b['votes'].dtype.names == ('bar', 'ring', 'none')
    a = a[[0, 1, 3]]
    for f in ('id', 'view', 'redshift', 'pixels'):
        assert (a[f] == b[f]).all(), f
    assert np.allclose(b['votes'].tolist(), [(0, 1, 0), (.9, 0, .1), (0, 0, 1)])


def parts(whole, least: float, most: float, *streams):
    """Each galaxy of the whole is in one of the streams; the last has a share, from least to most, of the last two."""
    whole, *sets = (stream.read(path)['id'].tolist() for path in (whole, *streams))
    assert sorted(sum(sets, [])) == sorted(whole)
    share = len(sets[-1]) / (len(sets[-1]) + len(sets[-2]))
    assert least < share < most, share


def common(small, large, both):
    """The last stream has the galaxies that the first two have in common, and there are some."""
    small, large, both = (set(stream.read(path)['id']) for path in (small, large, both))
    assert small & large == both and both


def has(path, ids: words, classes: words = None):
    a = stream.read(path)
    assert [i.decode() for i in a['id']] == ids, a['id']
    assert classes is None or list(a['votes'].dtype.names) == classes, a['votes'].dtype


def empty(path, classes: words):
    a = stream.read(path)
    assert len(a) == 0 and list(a['votes'].dtype.names) == classes, a.dtype
