"""A reader of PNGs of 8-bit RGB, from the specification and zlib."""
import struct
import zlib

import numpy as np


def chunks(data):
    """(type, body) of each chunk, whose checksum must be right."""
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    at = 8
    while at < len(data):
        n, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + n]
        assert struct.unpack('>I', data[at + 8 + n:at + 12 + n])[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + n


def unfiltered(kind, row, left_up, up):
    """A row of pixels (W, 3) from its differences; left_up and up are the row above, shifted by one pixel and not."""
    if kind == 0:
        return row
    if kind == 1:
        return np.cumsum(row, 0) & 255
    if kind == 2:
        return (row + up) & 255
    assert kind in (3, 4), kind
    out, left = np.zeros_like(row), np.zeros(3, int)
    for x, (b, c) in enumerate(zip(up, left_up)):
        if kind == 3:
            guess = (left + b) // 2
        else:
            p = left + b - c
            pa, pb, pc = abs(p - left), abs(p - b), abs(p - c)
            guess = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, b, c))
        out[x] = left = (row[x] + guess) & 255
    return out


def read(path):
    """The pixels (H, W, 3) as integers."""
    with open(path, 'rb') as f:
        parts = list(chunks(f.read()))
    assert parts[0][0] == b'IHDR' and parts[-1] == (b'IEND', b'') and {k for k, _ in parts[1:-1]} == {b'IDAT'}
    w, h, depth, colour, _, _, interlace = struct.unpack('>IIBBBBB', parts[0][1])
    assert (depth, colour, interlace) == (8, 2, 0)
    data = zlib.decompress(b''.join(body for kind, body in parts if kind == b'IDAT'))
    rows = np.frombuffer(data, np.uint8).reshape(h, 1 + 3 * w)
    out = np.zeros((h + 1, w + 1, 3), int)  # a black column on the left, a black row above
    for y in range(h):
        out[y + 1, 1:] = unfiltered(rows[y, 0], rows[y, 1:].reshape(w, 3).astype(int), out[y, :-1], out[y, 1:])
    return out[1:, 1:]
