"""Streams of galaxies (gz-stream(5)), read and written with NumPy alone: the tests' independent reader and writer.

For the shell, as `stream FUNCTION FILE` of helpers.bash (- is standard input): ids, pixels, shape, crop, means.
"""
import sys

import numpy as np
from numpy.lib import format as npy

from call import yes


class Pipe:
    """NumPy must not take a pipe for a file that can seek."""

    def __init__(self, f):
        self.read = f.read


def chunks(path):
    """The chunks of a file, as arrays: of one dimension where they hold records, of two where they end a stream."""
    parts = []
    with (sys.stdin.buffer if path == '-' else open(path, 'rb')) as f:
        while f.peek(1):
            parts.append(npy.read_array(Pipe(f)))
    return parts


def read(path):
    """All records as one array. The stream must end, and the counts of its end chunks must be right."""
    parts = chunks(path)
    records = [a for a in parts if a.ndim == 1]
    promised = sum(a.shape[1] for a in parts if a.ndim == 2)
    seen = sum(len(a) for a in records)
    if not parts or parts[-1].ndim != 2 or promised != seen:
        sys.exit(f'{path}: incomplete: {seen} records, {promised} promised')
    return np.concatenate(records) if records else parts[-1].reshape(0)


def write_end(f, n, kind):
    """An end chunk for n records of this kind, to an open file."""
    np.save(f, np.zeros((0, n), kind))


def write(path, a, chunk=0, end=True):
    """Records as a stream, in chunks of so many (0: one chunk); without an end chunk it is incomplete."""
    with open(path, 'wb') as f:
        for i in range(0, len(a), chunk or max(1, len(a))):
            np.save(f, a[i:i + chunk] if chunk else a)
        if end:
            write_end(f, len(a), a.dtype)


def table(ids, pixels, **fields):
    """Records of these ids and pixels, with the view and any other fields of simple types before the pixels."""
    pixels = np.asarray(pixels)
    columns = {'id': np.array(ids, 'S48'), 'view': np.zeros(len(pixels), '<u4'), **fields}
    kind = [(name, np.asarray(column).dtype) for name, column in columns.items()]
    a = np.zeros(len(pixels), kind + [('pixels', pixels.dtype, pixels.shape[1:])])
    for name, column in columns.items():
        a[name] = column
    a['pixels'] = pixels
    return a


# ---- for the shell ----

def ids(path):
    for name in read(path)['id']:
        print(name.decode())


def pixels(path):
    """The bytes of all pixels, as they are stored."""
    sys.stdout.buffer.write(read(path)['pixels'].tobytes())


def crop(n: int, path):
    """As pixels, but only the central n x n."""
    p = read(path)['pixels']
    y, x = ((side - n) // 2 for side in p.shape[1:3])
    sys.stdout.buffer.write(p[:, y:y + n, x:x + n].tobytes())


def shape(path):
    """Type and shape of the pixels, and the number of records."""
    a = read(path)
    print(a.dtype['pixels'].base.str, a['pixels'].shape[1:], len(a))


def means(path):
    """Id and mean pixel of each record."""
    for record in read(path):
        print(record['id'].decode(), '%.3f' % record['pixels'].mean(dtype='f8'), sep='\t')


def rechunk(source, target, chunk: int):
    """The same records in chunks of so many."""
    write(target, read(source), chunk=chunk)


def part(source, target, first: int, last: int, chunk: int = 0, ended: yes = False):
    """Records first to last - 1; without an end chunk, unless ended=yes."""
    write(target, read(source)[first:last], chunk, ended)


def end(source, target):
    """The end chunk alone, with the count of all records."""
    a = read(source)
    with open(target, 'wb') as f:
        write_end(f, len(a), a.dtype)
