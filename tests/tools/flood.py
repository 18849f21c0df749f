#!/usr/bin/python3
"""Write a stream of many 64x64 gray records, as fast as NumPy can: what load is measured with.

    flood.py N          the stream: ids g0000000, g0000001 ...; a few pictures again and again
    flood.py N votes    the table of votes for them: spiral, edge-on and round in turn
"""
import sys

import numpy as np

SIDE, BLOCK, PICTURES = 64, 1000, 50


def header(shape):
    text = "{'descr': [('id', '|S48'), ('pixels', '|u1', (%d, %d, 1))], " % (SIDE, SIDE)
    text += "'fortran_order': False, 'shape': %s, }" % shape
    text += ' ' * (-(len(text) + 11) % 64) + '\n'
    return b'\x93NUMPY\x01\x00' + len(text).to_bytes(2, 'little') + text.encode()


def stream(n, out):
    head = header('(1,)')
    kind = np.dtype([('head', 'V%d' % len(head)), ('id', 'S48'), ('pixels', 'u1', (SIDE, SIDE, 1))])
    block = np.zeros(BLOCK, kind)
    block['head'] = np.void(head)
    pictures = np.random.RandomState(1).randint(0, 256, (PICTURES, SIDE, SIDE, 1))
    block['pixels'] = pictures[np.arange(BLOCK) % PICTURES]
    for first in range(0, n, BLOCK):
        count = min(BLOCK, n - first)
        block['id'][:count] = [b'g%07d' % i for i in range(first, first + count)]
        out.write(block[:count].tobytes())
    out.write(header('(0, %d)' % n))


def votes(n, out):
    rows = [b'1,0,0', b'0,1,0', b'0,0,1']
    out.write(b'id,spiral,edge-on,round\n')
    for i in range(n):
        out.write(b'g%07d,%s\n' % (i, rows[i % 3]))


if __name__ == '__main__':
    (votes if sys.argv[2:] == ['votes'] else stream)(int(sys.argv[1]), sys.stdout.buffer)
