#!/usr/bin/python3
"""Read a galaxy stream with NumPy alone, and say what is in it: the tests' independent reader.

    stream.py ids FILE      the ids, one a line
    stream.py pixels FILE   the pixels of all records, as they are stored
    stream.py shape FILE    dtype and shape of the pixels, and the number of records
    stream.py crop N FILE   as pixels, but only the central N x N
    stream.py means FILE    id and mean pixel of each record
"""
import sys

import numpy as np
from numpy.lib import format as npy


class Pipe:
    """NumPy must not take a pipe for a file that can seek."""

    def __init__(self, f):
        self.read = f.read


def chunks(f):
    while f.peek(1):
        yield npy.read_array(Pipe(f))


def table(path):
    """All records as one array; the counts of the end chunks must be right."""
    with (sys.stdin.buffer if path == '-' else open(path, 'rb')) as f:
        parts = list(chunks(f))
    records = [a for a in parts if a.ndim == 1]
    promised = sum(a.shape[1] for a in parts if a.ndim == 2)
    seen = sum(len(a) for a in records)
    if parts[-1].ndim != 2 or promised != seen:
        sys.exit(f'{path}: incomplete: {seen} records, {promised} promised')
    return np.concatenate(records) if records else parts[-1].reshape(0)


def main(what, *args):
    t = table(args[-1])
    if what == 'ids':
        for name in t['id']:
            print(name.decode())
    elif what == 'pixels':
        sys.stdout.buffer.write(t['pixels'].tobytes())
    elif what == 'shape':
        print(t.dtype['pixels'].base.str, t['pixels'].shape[1:], len(t))
    elif what == 'means':
        for name, pixels in zip(t['id'], t['pixels']):
            print(name.decode(), '%.3f' % pixels.mean(dtype='f8'), sep='\t')
    elif what == 'crop':
        n = int(args[0])
        y, x = ((side - n) // 2 for side in t['pixels'].shape[1:3])
        sys.stdout.buffer.write(t['pixels'][:, y:y + n, x:x + n].tobytes())


if __name__ == '__main__':
    main(*sys.argv[1:])
