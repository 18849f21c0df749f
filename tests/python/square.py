"""What the pixels of a stream show, and what weights saw: NumPy's reading of gz-stream(5) and gz-weights(5)."""
import io
import json
import sys

import numpy as np

from stream import read as records


def share(crop, taken, full=1, size=1):
    """A field of view as a 32-bit float, as text."""
    print(repr(float(np.float32(int(crop) / int(taken) * int(full) / int(size)))))


def fovs(path):
    print(*records(path)['fov'].tolist())


def fov(path, want, square=None):
    """All records show this share, and have a square of this side, if one is given."""
    r = records(path)
    assert (r['fov'] == np.float32(float(want))).all(), (r['fov'], want)
    assert square is None or (r['square'] == float(square)).all(), r['square']


def fields(path):
    print(*records(path).dtype.names)


def _write(r):
    out = io.BytesIO()
    np.save(out, r)
    np.save(out, np.empty((0, len(r)), r.dtype))
    sys.stdout.buffer.write(out.getvalue())


def without(path):
    """The stream without the fields that say what its pixels show."""
    r = records(path)
    names = [n for n in r.dtype.names if n not in ('fov', 'square')]
    out = np.empty(len(r), [(n, r.dtype[n]) for n in names])
    for n in names:
        out[n] = r[n]
    _write(out)


def scaled(path, factor):
    """The stream with pixels as floats, of which 1 is this."""
    r = records(path)
    out = np.empty(len(r), [(n, '<f4', r.dtype[n].shape) if n == 'pixels' else (n, r.dtype[n]) for n in r.dtype.names])
    for n in r.dtype.names:
        out[n] = r[n]
    out['pixels'] = np.float32(1) + 0 * out['pixels'] if factor == 'nan' else out['pixels'] / np.float32(255)
    out['pixels'] *= np.float32(float(factor))
    _write(out)


def joined(path, *parts):
    """A stream has the records of others, each after the other."""
    assert records(path).tobytes() == b''.join(records(p).tobytes() for p in parts)


def same_records(path, other):
    """Two streams have the same records, in whatever order."""
    assert sorted(r.tobytes() for r in records(path)) == sorted(r.tobytes() for r in records(other))


def _header(path):
    data = open(path, 'rb').read()
    size = int.from_bytes(data[:8], 'little')
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def metadata(path, key):
    print(_header(path)[0]['__metadata__'][key])


def tensors(path):
    sys.stdout.buffer.write(_header(path)[1])


def _hash(data, h=0):
    """FNV-1a of bytes, mixed; h: the hash of what is before them."""
    mask = 2**64 - 1
    h ^= 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 & mask
    h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9 & mask
    h = (h ^ h >> 27) * 0x94D049BB133111EB & mask
    return h ^ h >> 31


def fingerprint(path):
    """How many records, and the sums of the hashes of ids, and of ids and pixels."""
    r = records(path)
    ids = [_hash(x) for x in r['id'].tolist()]
    pixels = [_hash(p.tobytes(), i) for p, i in zip(r['pixels'], ids)]
    print(len(r), '%016x' % (sum(ids) % 2**64), '%016x' % (sum(pixels) % 2**64), sep='\n')


def filehash(path):
    print('%016x' % _hash(open(path, 'rb').read()))
