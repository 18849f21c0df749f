"""What gz-label.bats holds against NumPy, which joins, scales and compares by itself, in exact fractions.

A galaxy here is an id and one pixel: see records().
"""
import csv
import math
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


# ---- tables of other surveys: made anew, and labelled here by sums and products of columns ----

def columns_of(survey, variant):
    """class -> (column of the answer, columns whose product is the share that was asked), and the id's column."""
    def gz2(v):
        f, s = 't01_smooth_or_features_a02_features_or_disk_', 't01_smooth_or_features_a01_smooth_'
        return 'dr7objid', {'spiral': ('t04_spiral_a08_spiral_' + v, [f + v, 't02_edgeon_a05_no_' + v]),
                            'edge-on': ('t02_edgeon_a04_yes_' + v, [f + v]),
                            'round': ('t07_rounded_a16_completely_round_' + v, [s + v])}

    def decals(v, suffix='', round_='round', features='featured-or-disk'):
        f, s = 'smooth-or-featured%s_%s%s' % (suffix, features, v), 'smooth-or-featured%s_smooth%s' % (suffix, v)
        edge, arms, how = (q + suffix + '_' for q in ('disk-edge-on', 'has-spiral-arms', 'how-rounded'))
        return 'iauname', {'spiral': (arms + 'yes' + v, [f, edge + 'no' + v]), 'edge-on': (edge + 'yes' + v, [f]),
                           'round': (how + round_ + v, [s])}

    def hubble(v):
        t1 = 't01_smooth_or_features_'
        f, c = t1 + 'a02_features_or_disk_best_fraction', 't12_clumpy_a02_no_' + v
        return 'survey_id', {'spiral': ('t04_spiral_a01_spiral_' + v, [f, c, 't02_edgeon_a02_no_' + v]),
                             'edge-on': ('t02_edgeon_a01_yes_' + v, [f, c]),
                             'round': ('t07_rounded_a01_completely_round_' + v, [t1 + 'a01_smooth_best_fraction'])}

    def candels(v):
        t0 = 't00_smooth_or_featured_'
        f, c = t0 + 'a1_features_' + v, 't02_clumpy_appearance_a1_no_' + v
        return 'ID', {'spiral': ('t12_spiral_pattern_a0_yes_' + v, [f, c, 't09_disk_edge_on_a1_no_' + v]),
                      'edge-on': ('t09_disk_edge_on_a0_yes_' + v, [f, c]),
                      'round': ('t01_how_rounded_a0_completely_' + v, [t0 + 'a0_smooth_' + v])}

    if survey == 'zoobot':
        name, classes = decals('_pred', variant, 'completely', 'features')
        return 'id_str', classes
    return {'gz2': gz2, 'decals': lambda v: decals('_' + v), 'hubble': hubble, 'candels': candels}[survey](variant)


def survey_table(path, survey, variants: words, kind: str = 'csv'):
    """A table with these variants, columns in random order and some that aren't votes; some cells are empty. kind has
    the words csv or tsv, and bom, crlf, quoted, upper."""
    r = np.random.default_rng(len(survey) + len(kind))
    names = []
    for variant in variants:
        ident, classes = columns_of(survey, variant)
        names += [c for answer, asked in classes.values() for c in [answer, *asked]]
    names = list(dict.fromkeys(names))
    others = ['ra', 'dec', 'rastring', 'redshift', 'NVOTE']
    header = [ident, *names, *others]
    order = r.permutation(len(header))
    with open(path, 'w', newline='', encoding='utf-8-sig' if 'bom' in kind else 'utf-8') as f:
        out = csv.writer(f, delimiter='\t' if 'tsv' in kind else ',', lineterminator='\r\n' if 'crlf' in kind else '\n',
                         quoting=csv.QUOTE_ALL if 'quoted' in kind else csv.QUOTE_MINIMAL)
        out.writerow([header[i].upper() if 'upper' in kind else header[i] for i in order])
        for i in range(400):
            cells = ['' if r.random() < .02 else '%.*f' % (int(r.integers(2, 7)), x) for x in r.beta(3, .3, len(names))]
            row = ['J%06d.%02d-0004' % (i, i % 100), *cells, '%.4f' % r.uniform(1, 360), '-1', '1:4:5', '0.03', '4']
            out.writerow([row[i] for i in order])


def survey_galaxies(path, table, survey, variant):
    ident = columns_of(survey, variant)[0].lower()
    galaxies(path, *(row[ident] for row in read_rows(table)))


def read_rows(table):
    """Rows with names of columns in lower case."""
    with open(table, encoding='utf-8-sig', newline='') as f:
        text = f.read()
    rows = csv.reader(text.splitlines(), delimiter='\t' if '\t' in text.split('\n')[0] else ',')
    header = [name.lower() for name in next(rows)]
    return [dict(zip(header, row)) for row in rows]


def same_survey(labelled, table, survey, variant, agreement, asked, least: int = 20):
    """The stream has the galaxies, classes and shares that exact fractions give for this table."""
    ident, classes = columns_of(survey, variant)
    want = {}
    for row in read_rows(table):
        of, answer = [], []
        for column, path in classes.values():
            of.append(math.prod(Fraction(row[c.lower()] or 0) for c in path))
            answer.append(Fraction(row[column.lower()] or 0))
        votes = [a * o for a, o in zip(answer, of)]
        k = max(range(3), key=lambda k: votes[k])
        if sum(votes) and of[k] >= Fraction(asked) and answer[k] >= Fraction(agreement):
            want[row[ident.lower()]] = list(classes)[k], [float(v / sum(votes)) for v in votes]
    a = stream.read(labelled)
    assert [i.decode() for i in a['id']] == list(want), (len(a), len(want))
    assert len(want) >= least, len(want)
    got = np.array(a['votes'].tolist())
    assert a['votes'].dtype.names == tuple(classes)
    assert abs(got - [shares for _, shares in want.values()]).max() < 1e-6
    assert [a['votes'].dtype.names[k] for k in got.argmax(1)] == [c for c, _ in want.values()]


def five_of(labelled, table):
    """The five classes of kaggle-five are those of Zhu et al.'s cuts."""
    cuts = {'spiral': {'1.2': '.430', '2.2': '.715', '4.1': '.619'}, 'edge-on': {'1.2': '.430', '2.1': '.602'},
            'round': {'1.1': '.469', '7.1': '.5'}, 'in-between': {'1.1': '.469', '7.2': '.5'},
            'cigar': {'1.1': '.469', '7.3': '.5'}}
    want = {}
    with open(table) as f:
        for row in csv.DictReader(f):
            passed = [name for name, needs in cuts.items()
                      if all(Fraction(row['Class' + q]) >= Fraction(least) for q, least in needs.items())]
            assert len(passed) <= 1
            want.update({row['GalaxyID']: name for name in passed})
    a = stream.read(labelled)
    assert a['votes'].dtype.names == tuple(cuts)
    got = {i.decode(): tuple(cuts)[k] for i, k in zip(a['id'], np.array(a['votes'].tolist()).argmax(1))}
    assert got == want, (len(got), len(want))


def labels_are(labelled, *pairs):
    """The stream has these galaxies and classes, such as 17=spiral, in this order."""
    a = stream.read(labelled)
    names = a['votes'].dtype.names
    got = ['%s=%s' % (i.decode(), names[k]) for i, k in zip(a['id'], np.array(a['votes'].tolist()).argmax(1))]
    assert got == list(pairs), got


def others(labelled, agreed, name, least: float, most: float):
    """Of the galaxies of `labelled` that aren't in `agreed`, all are of the class with this name alone, and they are a
    share, from least to most, of the MANY - agreed that might be. The others are as in `agreed`, with a share of 0."""
    a, b = stream.read(labelled), stream.read(agreed)
    assert a['votes'].dtype.names == b['votes'].dtype.names + (name,)
    old = np.isin(a['id'], b['id'])
    assert (a['id'][old] == b['id']).all()
    votes = np.array(a['votes'].tolist())
    assert (votes[~old] == [0] * len(b['votes'].dtype.names) + [1]).all()
    assert (votes[old][:, -1] == 0).all() and (votes[old][:, :-1] == b['votes'].tolist()).all()
    share = (~old).sum() / (MANY - len(b))
    assert least <= share <= most, share
