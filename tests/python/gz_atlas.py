"""What gz-atlas.bats holds against the stream, the predictions, gz-triangle's picture and the table that an atlas is
made of.

The survey has pictures of one colour each, so that a picture in the wrong place is noticed, with a bright spot.
"""
import base64
import csv
import glob
import json
import os
import re
import subprocess

import numpy as np

import gz_triangle
import lines
import png
import stream

CLASSES = ['spiral', 'edge-on', 'round']
N = 150

# What an id can hold: anything but control characters, and # at its start.
IDS = [
    '<script>alert(1)</script>',
    '"double" \'single\'',
    '100%',
    'a b  c',
    '&lt;b&gt;',
    '\u202eright to left',
    'אבג 123',
    'é=ü',
    '\\u0041\\',
    '`${1}`',
    'a,b;c',
    '=1+1',
    '*/ // <!--',
    '😀',
    '\u2028',
    '/../x?y#z',
    "id=5&at=1,2,3",
]


def galaxies(n=N):
    """Ids, probabilities (n, 3) of six decimals that sum to 1, labels."""
    ids = IDS + ['%d' % (100000 + 7919 * i % 900000) for i in range(n - len(IDS))]
    p = np.round(np.random.default_rng(5).dirichlet([0.4, 0.3, 0.4], n), 6)
    p[:, 0] = np.abs(1 - p[:, 1] - p[:, 2])
    return ids, p, [(CLASSES + ['-'])[i % 4] for i in range(n)]


def pictures(n=N, side=24):
    spots = gz_triangle.spots(n, side).astype(float)
    tint = np.random.default_rng(6).uniform(0.4, 1, (n, 1, 1, 3))
    return (spots * tint).astype('u1')


def survey(n: int = N, side: int = 24):
    """s.npy, s.tsv, and t.csv with a row for every other galaxy and some more."""
    ids, p, labels = galaxies(n)
    order = np.random.default_rng(7).permutation(n)
    stream.write('s.npy', stream.table([ids[i].encode() for i in order], pictures(n, side)[order]))
    lines.write('s.tsv', ids, p, CLASSES, labels)
    with open('t.csv', 'w', newline='') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow(['name', 'id', '<b>', 'empty'])
        for i, name in enumerate(ids[::2]):
            w.writerow(['x"%d' % i, name, '<img src=x onerror=alert(1)>, %d' % i, ''])
        w.writerow(['other', 'stranger', '', ''])


def labelled():
    """one.npy and two.npy: the first and the next third of the survey, labelled; their classes are in another order,
    and one is strange. want.tsv: the survey's predictions with these labels."""
    ids, p, _ = galaxies()
    names = ['round', 'strange', 'spiral', 'edge-on']
    votes = np.zeros(N, [(name, '<f4') for name in names])
    winner = [names[i // 3 % 4] for i in range(N)]
    for i, name in enumerate(winner):
        votes[name][i], votes[names[i % 4]][i] = 0.6, max(votes[names[i % 4]][i], 0.4)
    for path, a, b in [('one.npy', 0, 50), ('two.npy', 50, 100)]:
        pixel = np.zeros((b - a, 1, 1, 1), 'u1')
        stream.write(path, stream.table([i.encode() for i in ids[a:b]], pixel, votes=votes[a:b]))
    known = [w if i < 100 and w in CLASSES else '-' for i, w in enumerate(winner)]
    assert all(known.count(c) > 10 for c in CLASSES)
    lines.write('want.tsv', ids, p, CLASSES, known)


TYPES = ['E', 'Sb', '<i>S0</i>', '"irr"']


def coloured():
    """c.csv: columns that can colour the survey's galaxies and columns that can't; returns them."""
    ids, _, _ = galaxies()
    z = np.random.default_rng(8).gamma(2, 0.05, N).round(4)
    z[3], z[60] = -999, 7
    columns = {
        'z': ['' if i % 10 == 1 else 'NaN' if i % 10 == 2 else '%g' % v for i, v in enumerate(z)],
        'type': ['' if i % 7 == 3 else TYPES[i % 4] for i in range(N)],
        'flag': ['%d' % (i % 2) for i in range(N)],
        'constant': ['5'] * N,
        'many': ['x%d' % (i % 13) for i in range(N)],
        'empty': ['-'] * N,
        'mixed': ['1' if i else 'one' for i in range(N)],
    }
    with open('c.csv', 'w', newline='') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow(['objid', *columns])
        w.writerows(zip(ids, *columns.values()))
        w.writerow(['stranger', '1e9', 'other', '7', '6', 'x', '1', 'two'])
    return columns


def codes(cell):
    """What the page should know of a column: its scale or its texts, and each galaxy's code."""
    value = [None if c.lower() in ('', 'nan', '-') else c for c in cell]
    texts = list(dict.fromkeys(v for v in value if v))
    try:
        number = np.array([np.nan if v is None else float(v) for v in value], 'f4')
    except ValueError:
        if len(texts) > 12:
            return None, None
        return {'names': texts}, [0 if v is None else 1 + texts.index(v) for v in value]
    known = np.sort(number[~np.isnan(number)]).astype(float)
    if not len(known):
        return None, None
    tail = (len(known) - 1) // 100
    low, high = known[tail], known[len(known) - 1 - tail]
    share = np.clip((number - low) / (high - low), 0, 1) if high > low else 0.5 + 0 * number
    code = np.where(np.isnan(number), 0, 1 + np.rint(254 * np.nan_to_num(share))).astype(int)
    return {'low': low, 'high': high, 'least': known[0], 'most': known[-1]}, code.tolist()


def shades(folder):
    """The columns' scales and categories, and each cell's code, are NumPy's."""
    a, found, ids = about(folder), cells(folder), galaxies()[0]
    columns, there = coloured(), set()
    assert a['columns'] == list(columns)
    for k, (name, cell) in enumerate(columns.items()):
        want, code = codes(cell)
        got = a['shades'][k]
        if want is None or 'names' in want:
            assert got == want, (name, got, want)
        else:
            assert got.keys() == want.keys() and all(abs(got[x] - want[x]) < 1e-6 for x in want), (name, got, want)
        if want is None:
            continue
        there.add(f'{folder}/columns/{k}-0.js')
        said, text = script(f'{folder}/columns/{k}-0.js')
        value, rows = base64.b64decode(text), a['rows']
        assert said == f'{k}-0' and len(value) == rows * (rows + 1) // 2
        at = [value[sum(rows - r for r in range(found[i][0])) + found[i][1]] for i in ids]
        assert np.abs(np.subtract(at, code)).max() <= ('low' in want), name
        assert [v == 0 for v in at] == [c == 0 for c in code] and sum(v > 0 for v in value) == sum(c > 0 for c in code)
    assert set(glob.glob(folder + '/columns/*')) == there


def alike(n: int):
    """a.npy and a.tsv: n galaxies with the same picture, a spot that fills its cell."""
    ids, p, _ = galaxies(n)
    y, x = np.mgrid[:24, :24] - 11.5
    spot = 200 * np.exp(-(y * y + x * x) / 30)
    stream.write(
        'a.npy',
        stream.table([i.encode() for i in ids], np.broadcast_to(spot[None, :, :, None], (n, 24, 24, 3)).astype('u1')),
    )
    lines.write('a.tsv', ids, p, CLASSES)


def more_classes(path):
    """The survey's predictions with two classes more, of probability 0, in between."""
    ids, p, _ = galaxies()
    five = np.zeros((N, 5))
    five[:, [1, 3, 4]] = p
    lines.write(path, ids, five, ['bar', 'spiral', 'merger', 'edge-on', 'round'])


# ---- readers ----


def not_utf8(path):
    """Write three dark pictures whose ids have the bytes of no UTF-8, the same but for one bit, and of UTF-8."""
    a = np.zeros(3, [('id', 'S48'), ('view', '<u4'), ('pixels', 'u1', (8, 8, 3))])
    a['id'] = [b'x\xff', b'x\xfe', b'x\xc3\xa9']
    with open(path, 'wb') as f:
        np.save(f, a)
        np.save(f, np.zeros((0, 3), a.dtype))


def script(path):
    """The arguments of the call that a script is."""
    with open(path, encoding='utf-8', errors='strict') as f:
        text = re.fullmatch(r'gz\.(\w+)\((.*)\);\n', f.read(), re.S)
    return json.loads('[' + text[2] + ']')


def about(folder):
    with open(folder + '/about.js', encoding='utf-8') as f:
        text = re.fullmatch(r'gz\.about\((.*)\);\n', f.read(), re.S)[1]
    return json.loads(re.sub(r'([{,]\n?)(\w+):', r'\1"\2":', text))


def cells(folder):
    """id -> row, column, probabilities, label, table's cells; each must be in its block."""
    found, size = {}, about(folder)['block']
    for path in glob.glob(folder + '/cells/*.js'):
        name, galaxies = script(path)
        assert os.path.basename(path) == name + '.js' and galaxies
        for row, column, i, p, label, rest in galaxies:
            assert name == f'{row // size}-{column // size}' and i not in found
            found[i] = row, column, p, label, rest
    return found


def jpeg(path):
    """A JPEG's pixels (H, W, 3) as integers."""
    data = subprocess.run(['djpeg', '-ppm', path], check=True, stdout=subprocess.PIPE).stdout
    w, h = (int(x) for x in re.match(rb'P6\s+(\d+)\s+(\d+)\s+255\s', data).groups())
    return np.frombuffer(data[-w * h * 3 :], 'u1').reshape(h, w, 3).astype(int)


def level(folder, z):
    """A level as one picture; tiles that the list has are there, and no others."""
    runs, side = about(folder)['tiles'][z], about(folder)['tile']
    listed = {(y, x) for y, row in enumerate(runs) for a, b in zip(row[::2], row[1::2]) for x in range(a, b + 1)}
    there = {tuple(int(v) for v in os.path.basename(p)[:-4].split('-')) for p in glob.glob(f'{folder}/tiles/{z}/*.jpg')}
    assert listed == there and listed, listed ^ there
    rows, columns = len(runs), max(x for _, x in there) + 1
    out = np.zeros((rows * side, columns * side, 3), int)
    for y, x in there:
        out[y * side : (y + 1) * side, x * side : (x + 1) * side] = jpeg(f'{folder}/tiles/{z}/{y}-{x}.jpg')
    return out


def fit(a, height, width):
    """The picture with black around, or cut."""
    out = np.zeros((height, width, 3), int)
    part = a[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


# ---- checks ----


def width(folder):
    return about(folder)['width']


def keep(path, to):
    """A PNG as an array, as its reader takes its time."""
    np.save(to, png.read(path))


def triangle_of(folder, path):
    """gz-triangle's picture without the names above and below, and the first and last row that are compared."""
    a, t = about(folder), np.load(path)
    assert t.shape == (a['height'], a['width'], 3)
    reach = a['grid']['pitch'] / 3**0.5
    top, bottom = int(a['grid']['top'] - reach), int(
        a['grid']['top'] + (a['rows'] - 1) * a['grid']['pitch'] * 3**0.5 / 2 + reach
    )
    t[:top], t[bottom + 1 :] = 0, 0
    return t


def pyramid(folder, path):
    """The deepest level is gz-triangle's picture, each one above the mean of 2 x 2 pixels; but for what JPEG loses."""
    t, levels = triangle_of(folder, path), len(about(folder)['tiles'])
    assert levels == 3 and max(t.shape) > 1024
    for z in reversed(range(levels)):
        got = level(folder, z)
        want = fit(t, *got.shape[:2])
        off = np.abs(got - want)
        lit = want.sum(2) > 60
        assert off.mean() < 1 and off[lit].mean() < 8, (z, off.mean(), off[lit].mean())
        h, w = (-(-s // 2) * 2 for s in t.shape[:2])
        t = fit(t, h, w)
        t = (t[::2, ::2] + t[1::2, ::2] + t[::2, 1::2] + t[1::2, 1::2] + 2) // 4
    assert got.shape == (512, 512, 3) and got.max() > 100


def seams(folder, path):
    """Along the tiles' borders the picture is as near to gz-triangle's as elsewhere."""
    z = len(about(folder)['tiles']) - 1
    got = level(folder, z)
    want = fit(triangle_of(folder, path), *got.shape[:2])
    off, near = np.abs(got - want).sum(2), np.zeros(got.shape[:2], bool)
    for at in range(512, max(got.shape), 512):
        near[at - 2 : at + 2], near[:, at - 2 : at + 2] = True, True
    lit = want.sum(2) > 60
    assert (near & lit).sum() > 300
    assert off[near & lit].mean() < 1.5 * off[~near & lit].mean() + 1, (off[near & lit].mean(), off[~near & lit].mean())


def look_alike(folder, path):
    """Where all pictures are the same, all boxes are, on whichever tiles they lie."""
    a, (_, where) = about(folder), gz_triangle.index(path)
    deepest = level(folder, len(a['tiles']) - 1)
    box = np.array([deepest[gz_triangle.square(w)] for w in where])
    y, x = np.mgrid[: box.shape[1], : box.shape[2]] - (box.shape[1] - 1) / 2
    off = np.abs(box - np.median(box, 0))[:, np.hypot(y, x) < 30].mean((1, 2))  # where no neighbour shines
    across = [any(int(v - s / 2) // 2048 < int(v + s / 2) // 2048 for v in (x, y)) for x, y, s in where]
    assert sum(across) > 5 and off.max() < 4, (sum(across), off.max(), where[off.argmax()])


def boxes(folder, path):
    """Cells are where gz-triangle's index has the galaxies, and a galaxy's light is in the middle of its box."""
    a, found, where = about(folder), cells(folder), gz_triangle.places(path)
    deepest = level(folder, len(a['tiles']) - 1).sum(2)
    assert set(found) == set(where) and len(found) == a['galaxies']
    dark = deepest.copy()
    for i, (row, column, *_) in found.items():
        x = a['grid']['left'] + (column + row / 2) * a['grid']['pitch']
        y = a['grid']['top'] + row * a['grid']['pitch'] * 3**0.5 / 2
        assert np.abs(where[i][:2] - [x, y]).max() <= 1, (i, x, y, where[i])
        box = gz_triangle.square(where[i])
        middle = np.argwhere(deepest[box] > 0.8 * deepest[box].max()).mean(0) + 0.5
        assert deepest[box].max() > 200 and np.abs(middle - where[i][2] / 2).max() < 8, (i, middle)
        dark[box] = 0
    assert dark.max() < 40, dark.max()


def sheets(folder, path):
    """Each record's pixels are in its sheet, where its cell is."""
    a, found = about(folder), cells(folder)
    records, seen = {r['id'].decode(): r['pixels'] for r in stream.read(path)}, {}
    size, h, w = a['sheet']['block'], a['sheet']['height'], a['sheet']['width']
    for i, (row, column, *_) in found.items():
        name = f'{row // size}-{column // size}'
        if name not in seen:
            seen[name] = jpeg(f'{folder}/sheets/{name}.jpg')
            assert seen[name].shape == (size * h, size * w, 3)
        want = records[i].astype(int) if records[i].dtype == 'u1' else np.round(records[i] * 255).astype(int)
        y, x = row % size * h, column % size * w
        got = seen[name][y : y + want.shape[0], x : x + want.shape[1]]
        assert np.abs(got - want).mean() < 4, (i, np.abs(got - want).mean())
    assert len(seen) == len(glob.glob(folder + '/sheets/*'))


def data(folder, probs, table=''):
    """Cells, index and values say what the predictions say, and the cells what the table says."""
    a, found = about(folder), cells(folder)
    head, ids, p, rest = lines.read(probs)
    assert a['classes'] == [c for c in head[1:] if c != 'label'] and a['galaxies'] == len(ids) == len(found)
    millionths = np.rint(p * 1e6).astype(int)
    labels = [a['classes'].index(r[0]) if r and r[0] != '-' else -1 for r in rest]
    for i, q, label in zip(ids, millionths, labels):
        assert found[i][2] == q.tolist() and found[i][3] == label, (i, found[i])
    index = [script(f'{folder}/index/{k}.js') for k in range(len(a['first']))]
    assert [k for k, *_ in index] == list(range(len(index))) and [part[1][0] for part in index] == a['first']
    listed = [i for _, names, _ in index for i in names]
    assert listed == sorted(ids, key=str.encode)
    for _, names, where in index:
        assert [list(found[i][:2]) for i in names] == np.reshape(where, (-1, 2)).tolist()
    rows, size = a['rows'], 3 * len(a['classes']) + 1
    value = b''.join(
        base64.b64decode(script(f'{folder}/values/{k}.js')[1]) for k in range(len(glob.glob(folder + '/values/*')))
    )
    assert len(value) == rows * (rows + 1) // 2 * size
    value = np.frombuffer(value, 'u1').reshape(-1, size).astype(int)
    assert (value[:, -1] > 0).sum() == len(ids)
    for i, q, label in zip(ids, millionths, labels):
        row, column = found[i][:2]
        at = value[sum(rows - r for r in range(row)) + column]
        assert (at[:-1].reshape(-1, 3) @ [1, 256, 65536]).tolist() == q.tolist() and at[-1] == 2 + label
    if table:
        with open(table, newline='') as f:
            head, *rows = csv.reader(f)
        k = head.index('id')
        said = {r[k]: r[:k] + r[k + 1 :] for r in rows}
        assert a['columns'] == head[:k] + head[k + 1 :]
        assert all(found[i][4] == said.get(i, []) for i in ids)


def same_places(one, other):
    a, b = cells(one), cells(other)
    assert {i: g[:2] for i, g in a.items()} == {i: g[:2] for i, g in b.items()}


def colourful(path):
    """How many pixels of a stream's pictures are far from gray."""
    pixels = stream.read(path)['pixels'].astype(int)
    print(int((pixels.max(-1) - pixels.min(-1) > 80).sum()))
