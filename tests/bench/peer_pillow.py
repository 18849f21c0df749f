"""Pillow beside gz-decode: the square in the middle of each picture of a list, shrunken, in several processes.

    peer_pillow.py gray|colour SHARE PROCESSES LIST      prints images a second
    peer_pillow.py version

SHARE is the side of the square as a share of the picture's shorter side, and the result has 64x64 pixels. The start of
Python and of the processes isn't counted.
"""
import math
import sys
import time
from functools import partial
from multiprocessing import Pool

import PIL
from PIL import Image

SIDE = 64


def shrunken(path, mode, share):
    """The square of a picture file, as a picture of SIDE x SIDE pixels."""
    image = Image.open(path)
    image.draft(mode, None)  # libjpeg itself then gives gray, without the colours' work
    w, h = image.size
    side = share * min(w, h)
    x, y = (w - side) / 2, (h - side) / 2
    left, top = math.floor(x), math.floor(y)
    cut = image.crop((left, top, math.ceil(x + side), math.ceil(y + side))).convert(mode)
    return cut.resize((SIDE, SIDE), Image.BOX, (x - left, y - top, x - left + side, y - top + side))


def pixels(path, mode, share):
    return shrunken(path, mode, share).tobytes()


def main(colours, share, processes, listed):
    with open(listed) as f:
        files = f.read().splitlines()
    work = partial(pixels, mode={'gray': 'L', 'colour': 'RGB'}[colours], share=float(share))
    with Pool(int(processes)) as pool:
        pool.map(work, files[:100], chunksize=16)
        begin = time.perf_counter()
        pool.map(work, files, chunksize=16)
        print(f'{len(files) / (time.perf_counter() - begin):.1f}')


if __name__ == '__main__':
    if sys.argv[1:] == ['version']:
        print('Pillow', PIL.__version__)
    elif len(sys.argv) == 5:
        main(*sys.argv[1:])
    else:
        sys.exit(__doc__)
