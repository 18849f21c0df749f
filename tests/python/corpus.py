"""Seeds of the fuzzers' corpora that no gz program writes (see tests/fuzz/make-corpus), each to standard output."""
import json
import struct
import sys

import numpy as np

import fits


def colour():
    """Three colour records in one chunk of NumPy, with fields that gz programs don't know."""
    a = np.zeros(3, [('pixels', 'u1', (1, 2, 3)), ('id', 'S5'), ('redshift', '<f8'),
                     ('flags', [('a', '|b1'), ('b', '<i2', 2)])])
    a['id'] = [b'a', b'b', b'c']
    np.save(sys.stdout.buffer, a)


def tiny():
    """Three labelled records of 2 x 2 pixels: the stream of the checkpoint target."""
    kind = [('id', 'S48'), ('view', '<u4'), ('votes', [('a', '<f4'), ('b', '<f4')]), ('pixels', 'u1', (2, 2, 1))]
    a = np.zeros(3, kind)
    for i in range(3):
        a[i] = b'xyz'[i:i + 1], 1, (1, 0) if i % 2 else (0.25, 0.75), np.zeros((2, 2, 1))
        a['pixels'][i].flat[:i + 1] = range(100, 101 + i)
    np.save(sys.stdout.buffer, a)


def oblong():
    """Weights of a network without layers for pictures that are not square."""
    meta = {'format': 'gz-weights 1', 'network': '', 'classes': 'a,b', 'input': '1,2,3', 'normalise': 'mean-std',
            'mean': '0.25', 'std': '0.125', 'temperature': '0.75'}
    header = json.dumps({'__metadata__': meta,
                         'dense1.bias': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]},
                         'dense1.weight': {'dtype': 'F32', 'shape': [2, 6], 'data_offsets': [8, 56]}}).encode()
    sys.stdout.buffer.write(struct.pack('<Q', len(header)) + header + struct.pack('<14f', *range(14)))


def flux():
    y, x = np.mgrid[:24, :20]
    return 200 * np.exp(-np.hypot(x - 9, y - 12) / 3) + (7 * x + 5 * y) % 11


def fits_floats():
    sys.stdout.buffer.write(fits.primary(flux().astype('f4')))


def fits_bands():
    sys.stdout.buffer.write(fits.primary(np.stack([flux()] * 3).astype('f4')[:, ::2, ::2], BANDS='grz'))


def fits_late():
    """A picture in an extension."""
    sys.stdout.buffer.write(fits.primary(EXTEND=True) + fits.extension(flux().astype('i2'), BSCALE=0.5, BLANK=7))


def fits_whole():
    sys.stdout.buffer.write(fits.primary(flux().astype('i2') // 10))
