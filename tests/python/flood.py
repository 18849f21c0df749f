"""A stream of many 64 x 64 gray records, as fast as NumPy can write it, and the table of votes for them: what load is
measured with."""
import sys

import numpy as np

SIDE, BLOCK, PICTURES = 64, 1000, 50


def header(shape):
    text = "{'descr': [('id', '|S48'), ('pixels', '|u1', (%d, %d, 1))], " % (SIDE, SIDE)
    text += "'fortran_order': False, 'shape': %s, }" % shape
    text += ' ' * (-(len(text) + 11) % 64) + '\n'
    return b'\x93NUMPY\x01\x00' + len(text).to_bytes(2, 'little') + text.encode()


def records(n: int):
    """The stream, to standard output: ids g0000000, g0000001 ...; a few pictures again and again."""
    head = header('(1,)')
    kind = np.dtype([('head', 'V%d' % len(head)), ('id', 'S48'), ('pixels', 'u1', (SIDE, SIDE, 1))])
    block = np.zeros(BLOCK, kind)
    block['head'] = np.void(head)
    pictures = np.random.RandomState(1).randint(0, 256, (PICTURES, SIDE, SIDE, 1))
    block['pixels'] = pictures[np.arange(BLOCK) % PICTURES]
    for first in range(0, n, BLOCK):
        count = min(BLOCK, n - first)
        block['id'][:count] = [b'g%07d' % i for i in range(first, first + count)]
        sys.stdout.buffer.write(block[:count].tobytes())
    sys.stdout.buffer.write(header('(0, %d)' % n))


def votes(n: int):
    """The table, to standard output: spiral, edge-on and round in turn."""
    rows = [b'1,0,0', b'0,1,0', b'0,0,1']
    sys.stdout.buffer.write(b'id,spiral,edge-on,round\n')
    for i in range(n):
        sys.stdout.buffer.write(b'g%07d,%s\n' % (i, rows[i % 3]))
