"""The galaxies of catalogues.bats, and whether another program has joined them rightly."""
import csv

import numpy as np

import shapes
import stream
from call import yes

IDS = ['587722981741363294', '587722981741363295', '000123', '123']
CLASSES = ['spiral', 'edge-on', 'round']


def place(i):
    """Right ascension and declination of galaxy i."""
    return 10.5 + i, -2.25 * i


def galaxies(path, catalogue):
    """A stream, and a catalogue in another order with a galaxy that the stream lacks."""
    a = shapes.pictures(len(IDS), 1, classes=CLASSES)
    a['id'] = IDS
    stream.write(path, a)
    with open(catalogue, 'w') as f:
        f.write('id,ra,dec\n99,0,0\n')
        for i in reversed(range(len(IDS))):
            f.write('%s,%g,%g\n' % (IDS[i], *place(i)))


def wanted():
    """What is known of each galaxy, by id."""
    with open('probs.tsv') as f:
        rows = [line.rstrip('\n').split('\t') for line in f][1:]
    assert sorted(r[0] for r in rows) == sorted(IDS)
    return {r[0]: dict(zip(CLASSES, map(float, r[1:])), ra=place(IDS.index(r[0]))[0], dec=place(IDS.index(r[0]))[1])
            for r in rows}


def same_rows(path, columns, header: yes = False):
    """The table, CSV or TSV, has these columns of each galaxy, once."""
    columns, want = columns.split(), wanted()
    with open(path, newline='') as f:
        rows = list(csv.reader(f, delimiter='\t' if path.endswith('.tsv') else ','))
    if header:
        assert [c.lstrip('#') for c in rows.pop(0)] == columns
    assert sorted(r[0] for r in rows) == sorted(IDS), rows
    for r in rows:
        assert len(r) == len(columns)
        for name, cell in zip(columns[1:], r[1:]):
            assert abs(float(cell) - want[r[0]][name]) < 1e-6, (r, name)


def fits(path):
    """The FITS table has ids as text, and each galaxy's numbers."""
    from astropy.table import Table
    table, want = Table.read(path), wanted()
    ids = [i.decode() if isinstance(i, bytes) else str(i) for i in table['id']]
    assert table['id'].dtype.kind in 'SU' and sorted(ids) == sorted(IDS)
    for name in ['ra', 'dec', *CLASSES]:
        assert np.allclose(table[name], [want[i][name] for i in ids])


def astropy_loses(path):
    """ascii.tab takes the first galaxy for the header."""
    from astropy.table import Table
    first = open(path).read().splitlines()[1].split('\t')[0]
    assert first in Table.read(path, format='ascii.tab').colnames
