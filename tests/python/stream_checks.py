"""What stream.bats and complete.bats write and read again: streams as other programs make them, and as gz programs do.

The table that most of them have ten records of 4 x 4 gray pixels, g0 to g9, is table.npy here, without an end chunk.
"""
import ast
import os
import sys

import numpy as np
from numpy.lib import format as npy

import plain
import stream

MAGIC = b'\x93NUMPY'


def table():
    return np.load('table.npy')


def make_table():
    r = np.random.RandomState(1)
    pixels = r.randint(0, 256, (10, 4, 4, 1)).astype('u1')
    np.save('table.npy', stream.table(['g%d' % i for i in range(10)], pixels, view=np.arange(10, dtype='<u4')))


def header(f, text, version=1):
    """A header of this text, to an open file, without the spaces that would pad it."""
    text = text.encode() if isinstance(text, str) else text
    f.write(MAGIC + bytes([version, 0]) + len(text).to_bytes(2 * version, 'little') + text)


def refused(function, *arguments):
    """The reader raises or ends with a message that says incomplete."""
    try:
        function(*arguments)
    except (ValueError, SystemExit) as e:
        assert 'incomplete' in str(e), e
    else:
        raise AssertionError('a stream that was cut off is taken for whole')


# ---- what the programs write ----

def as_written(path):
    """numpy.load reads one record after the other, the table's, and the end. Headers are of version 1.0, their keys are
    in alphabetical order, and they are padded with spaces to a multiple of 64 bytes."""
    parts = []
    with open(path, 'rb') as f:
        while f.peek(1):
            parts.append(np.load(f))
        f.seek(0)
        raw = f.read()
    assert [p.shape for p in parts] == [(1,)] * 10 + [(0, 10)]
    assert (np.concatenate(parts[:10]) == table()).all()
    at = 0
    for p in parts:
        assert raw[at:at + 8] == MAGIC + b'\x01\x00'
        n = 10 + int.from_bytes(raw[at + 8:at + 10], 'little')
        text = raw[at + 10:at + n].decode()
        assert n % 64 == 0 and text.endswith('\n') and not text[:-1].strip(' ').endswith('\n')
        assert text.startswith("{'descr': [('id', '|S48'), ")
        assert text.index('descr') < text.index('fortran_order') < text.index('shape')
        at += n + p.nbytes
    assert at == len(raw)


def plainly_read(path, cut):
    """plain.py reads the table's records, and notices that the other stream was cut off."""
    fields, data = zip(*plain.records(path))
    assert all(f == [('id', '|S48'), ('view', '<u4'), ('pixels', '|u1', (4, 4, 1))] for f in fields), fields[0]
    assert b''.join(data) == table().tobytes()
    refused(lambda: list(plain.records(cut)))


def read_by_peer(folder, path, cut):
    """So does the reader galaxy_stream.py of another folder, which also maps the file as a table."""
    sys.path.insert(0, folder)
    import galaxy_stream
    with open(path, 'rb') as f:
        got = np.array(list(galaxy_stream.records(f)), table().dtype)
    assert (got == table()).all()
    assert (galaxy_stream.table(path)[['id', 'view']][:10] == table()[['id', 'view']]).all()
    with open(cut, 'rb') as f:
        refused(lambda: list(galaxy_stream.records(f)))


# ---- what others write ----

def foreign():
    """The table in files here: in chunks of several sizes (chunks.npy), of version 2.0, and with keys in another order,
    other quotes, and an end of version 2.0 with 3,000 spaces (order.npy)."""
    t = table()
    with open('chunks.npy', 'wb') as f:
        for a, b in (0, 3), (3, 3), (3, 4), (4, 10):
            np.save(f, t[a:b])
        stream.write_end(f, 10, t.dtype)
    with open('version2.npy', 'wb') as f:
        npy.write_array(f, t, version=(2, 0))
        stream.write_end(f, 10, t.dtype)
    order = '{"shape":(10,),"descr":%s,"fortran_order":False}' % str(t.dtype.descr).replace("'", '"')
    with open('order.npy', 'wb') as f:
        header(f, order)
        f.write(t.tobytes())
        header(f, order.replace('(10,)', '(0,10)') + ' ' * 3000, 2)


def rechunked(source, target):
    """The same records after, between and before empty chunks and ends, and the count in two ends."""
    a = stream.read(source)
    with open(target, 'wb') as f:
        for first, last in (0, 1), (1, 7), (7, len(a)):
            np.save(f, a[:0])
            stream.write_end(f, 0, a.dtype)
            np.save(f, a[first:last])
        stream.write_end(f, 3, a.dtype)
        stream.write_end(f, len(a) - 3, a.dtype)


def rich(path):
    """Seven records of random bytes in nested fields, arrays, big-endian numbers and text, around the pixels."""
    kind = np.dtype([
        ('flux', '>f8'), ('sub', '<i2', (2, 3)), ('id', 'S12'),
        ('sky', [('ra', '<f8'), ('pos', [('x', 'u1'), ('y', 'S3', (2,))])]), ('pixels', 'u1', (4, 4, 1)),
        ('flag', '?'), ('name', '<U3'), ('votes', [('a', '<f4'), ('b', '<f4')]), ('z', '<c16'), ("it's", 'V5')])
    t = np.frombuffer(np.random.RandomState(2).bytes(7 * kind.itemsize), kind).copy()
    t['id'] = [b'r%d' % i for i in range(7)]
    t['name'] = 'abc'
    t['flag'] = True
    t['votes'] = (0.25, 0.75)
    stream.write(path, t)


def rich_kept(path, same, small):
    """Record by record, `same` has the bytes of rich(), and `small`, of 2 x 2 pixels, those of its other fields."""
    # As they are: to join chunks NumPy converts bytes that are not a value of their type.
    t, same, small = stream.chunks(path)[0], stream.chunks(same)[:-1], stream.chunks(small)[:-1]
    assert len(same) == len(small) == 7
    for k in range(7):
        assert same[k].dtype == t.dtype and same[k].tobytes() == t[k].tobytes()
        assert small[k].dtype.names == t.dtype.names and small[k]['pixels'].shape == (1, 2, 2, 1)
        for name in set(t.dtype.names) - {'pixels'}:
            assert small[k][name].dtype == t[name].dtype, name
            assert small[k][name].tobytes() == t[name][k:k + 1].tobytes(), name


def zero(path, kind: ast.literal_eval):
    """A stream of one record of zeros, of any type."""
    stream.write(path, np.zeros(1, kind))


def viewed(path, fov: float):
    """Two galaxies, the second with this field of view."""
    stream.write(path, stream.table(['g0', 'g1'], np.zeros((2, 4, 4, 1), 'u1'), fov=np.array([1, fov], 'f4')))


def claim(path, shape, data=None):
    """A header of the table's fields with this shape, and the records of a file of NumPy behind it."""
    text = "{'descr': %s, 'fortran_order': False, 'shape': %s, }" % (table().dtype.descr, shape)
    with open(path, 'wb') as f:
        header(f, text)
        if data:
            f.write(np.load(data).tobytes())


def claim_pixels(path, sides):
    """A header of one record whose pixels have these sides, and nothing behind it."""
    text = "{'descr': [('id', '|S4'), ('pixels', '|u1', (%s))], 'fortran_order': False, 'shape': (1,), }" % sides
    with open(path, 'wb') as f:
        header(f, text)


def wild(path, value):
    """Float pixels of a half, and one of this value."""
    pixels = np.full((1, 4, 4, 1), .5, '<f4')
    pixels[0, 2, 1] = float(value)
    np.save(path, stream.table(['a'], pixels))


def mixed():
    """mixed.npy, where empty chunks of other fields come between the table's; other.npy, with a record of these."""
    t = table()
    other = np.dtype([('id', 'S48'), ('view', '<u4'), ('pixels', 'u1', (2, 8, 1))])
    with open('mixed.npy', 'wb') as f:
        stream.write_end(f, 0, other)
        np.save(f, t)
        np.save(f, np.zeros(0, other))
        stream.write_end(f, 10, t.dtype)
        stream.write_end(f, 0, other)
    a = np.zeros(1, other)
    a['id'] = b'x'
    np.save('other.npy', a)


def links(pattern, n: int, *sources):
    """n hard links to the sources in turn, named by a pattern such as f%03d.jpg."""
    for i in range(n):
        os.link(sources[i % len(sources)], pattern % i)
