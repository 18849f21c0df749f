"""From pictures to the triangle of all of them, as a script of Pillow and PyTorch would do it.

    peer_composite.py SPEC JOBS LIST OUT.png      prints the seconds: all, decoding, sorting, drawing

SPEC is a network in the words of gz-train(1), which learned nothing: only time is compared. The start of Python isn't
counted.
"""
import sys
import time
from functools import partial
from multiprocessing import Pool

import numpy as np
import torch
from PIL import Image

from peer_pillow import shrunken
from peer_torch import logits, network

WIDTH, CELL = 8192, 32


def load(path, share):
    """A picture in colour, (64, 64, 3), and in gray, (64, 64)."""
    picture = shrunken(path, 'RGB', share)
    return np.asarray(picture), np.asarray(picture.convert('L'))


def sort(spec, gray):
    """Probabilities (N, 3) of gray pictures."""
    net = network(spec, norm=False).eval()
    x = torch.from_numpy(np.stack(gray))[:, None].float() / 255
    with torch.no_grad():
        return torch.cat([torch.softmax(logits(net, part, 1), 1) for part in x.split(64)]).numpy()


def draw(pictures, probs, path):
    """Each picture where its probabilities put it: the first class below, the second left, the third right."""
    canvas = Image.new('RGB', (WIDTH, int(WIDTH * 0.866)))
    corners = np.array([(0.5, 1), (0, 0), (1, 0)]) * (np.array(canvas.size) - CELL)
    for picture, (x, y) in zip(pictures, probs @ corners):
        canvas.paste(Image.fromarray(picture).resize((CELL, CELL)), (int(x), int(y)))
    canvas.save(path)


def main(spec, jobs, listed, path):
    with open(listed) as f:
        files = f.read().splitlines()
    times = [time.perf_counter()]
    with Pool(int(jobs)) as pool:
        colour, gray = zip(*pool.map(partial(load, share=0.5), files, chunksize=16))
    times.append(time.perf_counter())
    torch.set_num_threads(int(jobs))
    probs = sort(spec, gray)
    times.append(time.perf_counter())
    draw(colour, probs, path)
    times.append(time.perf_counter())
    print(*(f'{b - a:.2f}' for a, b in [(times[0], times[-1]), *zip(times, times[1:])]))


if __name__ == '__main__':
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
