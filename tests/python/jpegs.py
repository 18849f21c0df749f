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
    """A baseline file of 177 bytes with a header of 65500 x 65500: without its Huffman tables there is room for all else."""
    data = load(source)
    tables, scan = data.index(b'\xff\xc4'), data.index(b'\xff\xda')
    save(target, (enlarged(data[:tables]) + data[scan:])[:177])


def scans(source, target, n: int):
    """A progressive file whose last scan comes n times."""
    data = load(source)
    last = data.rindex(b'\xff\xda')
    save(target, data[:last] + n * data[last:-2] + data[-2:])
