"""Pictures to make JPEGs of, and JPEGs that were tampered with."""
import re

import numpy as np


def picture(width: int, height: int, seed: int, path):
    """A PPM of a soft blob, stripes and noise."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.RandomState(seed).randint(0, 40, (height, width, 3))
    blob = 160 * np.exp(-((x - width / 2) ** 2 + (y - height / 2) ** 2) / (0.03 * width * height + 1))
    stripes = 40 * ((x // 3 + y // 5 + seed) % 2)
    pixels = noise + blob[..., None] * [1, 0.8, 0.6] + stripes[..., None] * [0, 0.5, 1]
    with open(path, 'wb') as f:
        f.write(b'P6\n%d %d\n255\n' % (width, height))
        f.write(np.clip(pixels, 0, 255).astype(np.uint8).tobytes())


def load(path):
    with open(path, 'rb') as f:
        return f.read()


def save(path, data):
    with open(path, 'wb') as f:
        f.write(data)


def enlarged(data):
    """The frame header says 65500 x 65500: height and width are its bytes 5 to 8."""
    at = re.search(rb'\xff[\xc0-\xc2]\x00.\x08', data, re.DOTALL).end()
    return data[:at] + b'\xff\xdc\xff\xdc' + data[at + 4:]


def bomb(source, target):
    save(target, enlarged(load(source)))


def bare_header(source, target):
    """A gray baseline file of 177 bytes, with a header of 65500 x 65500 without its Huffman tables, to have room."""
    data = load(source)
    tables, scan = data.index(b'\xff\xc4'), data.index(b'\xff\xda')
    save(target, (enlarged(data[:tables]) + data[scan:])[:177])


def scans(source, target, n: int):
    """A progressive file whose last scan comes n times."""
    data = load(source)
    last = data.rindex(b'\xff\xda')
    save(target, data[:last] + n * data[last:-2] + data[-2:])


# ---- hostile files ----

def segments(data):
    """(marker, begin, end) of each segment, from its marker to its end; the data of scans are in none."""
    found, at = [], 2
    while at < len(data) and data[at + 1] != 0xd9:
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2:at + 4], 'big')
        found.append((marker, at, end))
        at = end
        if marker == 0xda:  # to the end of the scan: a marker that neither restarts it nor stands for a byte ff
            at = next(i for i in range(at, len(data)) if data[i] == 0xff and data[i + 1] not in (0, *range(0xd0, 0xd8)))
    return found


def variants(data):
    """What cutting and patching makes of one JPEG: (name, bytes)."""
    def patched(at, value):
        return data[:at] + bytes(value) + data[at + len(value):]

    size, parts = len(data), segments(data)
    for k in range(20):
        yield f'cut{k:02}', data[:size * k // 20]
    yield 'end', data[:-1]
    yield 'junk', data + b'rest' * 100
    yield 'fill', data[:2] + b'\xff' * 5000 + data[2:]
    yield 'twice', data + data
    for k, (marker, begin, end) in enumerate(parts):
        name = f'{k}-{marker:02x}'
        yield name + 'without', data[:begin] + data[end:]
        yield name + 'repeated', data[:end] + data[begin:end] + data[end:]
        for length in (0, 1, 2, end - begin - 3, end - begin, 65535):
            yield f'{name}length{length}', patched(begin + 2, length.to_bytes(2, 'big'))
        if marker in (0xc0, 0xc2):  # precision, height, width, components, then id, sampling and table of each
            for kind in (0xc1, 0xc3, 0xc9, 0xca, 0xcb):  # extended, lossless and arithmetic kinds
                yield f'{name}kind{kind:x}', patched(begin + 1, [kind])
            for precision in 0, 12, 255:
                yield f'{name}precision{precision}', patched(begin + 4, [precision])
            # None of the order of 4096 x 4096: eight threads may take that for a picture, and more than 400 MB.
            for height, width in (0, 0), (0, 91), (1, 1), (200, 300), (1500, 1500), (65500, 65500), (65535, 65535):
                sides = height.to_bytes(2, 'big') + width.to_bytes(2, 'big')
                yield f'{name}size{height}x{width}', patched(begin + 5, sides)
            for n in 0, 2, 4, 255:
                yield f'{name}components{n}', patched(begin + 9, [n])
            for sampling in 0x00, 0x14, 0x41, 0x44, 0xff:
                yield f'{name}sampling{sampling:02x}', patched(begin + 11, [sampling])
            yield name + 'table', patched(begin + 12, [3])
        if marker == 0xc4:  # class and id, then how many codes there are of each length
            yield name + 'id', patched(begin + 4, [0xff])
            yield name + 'counts', patched(begin + 5, [255] * 16)
            yield name + 'empty', patched(begin + 5, [0] * 16)
            yield name + 'values', patched(begin + 21, [255] * (end - begin - 21))
        if marker == 0xdb:
            yield name + 'id', patched(begin + 4, [0x13])
            yield name + 'zero', patched(begin + 5, [0] * 64)
        if marker == 0xda:  # components, then id and tables of each, then which coefficients
            yield name + 'components', patched(begin + 4, [9])
            yield name + 'tables', patched(begin + 6, [0xff])
            yield name + 'spectrum', patched(end - 3, [63, 0, 0xff])
            yield name + 'scan', data[:end] + b'\xff\x00' * 200 + data[-2:]
    r = np.random.RandomState(1)
    for k in range(40):
        at = r.randint(2, size, 1 + k // 4)
        broken = bytearray(data)
        for i in at:
            broken[i] = r.randint(256)
        yield f'noise{k:02}', bytes(broken)


def hostile(folder, *sources):
    """All variants of some JPEGs as files of a folder; how many there are."""
    n = 0
    for source in sources:
        for name, data in variants(load(source)):
            save(f'{folder}/{n:04}-{name}.jpg', data)
            n += 1
    return n
