"""What gz-score.bats holds against NumPy, which computes each figure by itself, Wilson's interval by its equation."""
import math

import numpy as np

import lines
from call import words

KEPT = 100, 99, 98, 95, 90, 80, 70, 60, 50, 25, 10  # per cent


def write(path, classes: words, n: int, seed: int, digits: int = 6, sharp: float = .3):
    """Random lines. The labels are drawn from the probabilities, so that there are mistakes; few digits make ties."""
    r = np.random.default_rng(seed)
    p = np.round(r.dirichlet([sharp] * len(classes), n), digits)
    p[:, 0] += 1 - p.sum(1)
    p = np.abs(np.round(p, digits))
    labels = [classes[r.choice(len(classes), p=q / q.sum())] for q in p]
    lines.write(path, [10**17 + i for i in range(n)], p, classes, labels)


def wilson(correct, n, z=1.959963984540054):
    """The roots p of (correct / n - p)^2 = z^2 p (1 - p) / n."""
    c = correct / n
    return sorted(np.roots([1 + z * z / n, -2 * c - z * z / n, c * c]).real)


def share(a, b):
    return a / b if b else math.nan


def figures(path):
    """Name and value of all that gz-score --pairs prints."""
    head, _, p, rest = lines.read(path)
    classes = head[1:-1]
    label = np.array([classes.index(r[0]) for r in rest])
    predicted, n = p.argmax(1), len(p)
    confidence, right = p.max(1), predicted == label
    f = {'galaxies': n, 'correct': right.sum(), 'accuracy': right.mean()}
    f['accuracy.low'], f['accuracy.high'] = wilson(right.sum(), n)
    f['log-loss'] = -np.log(np.maximum(p[np.arange(n), label], 5e-7)).mean()
    for i, c in enumerate(classes):
        for j, d in enumerate(classes):
            f[f'confusion.{c}.{d}'] = ((label == i) & (predicted == j)).sum()
        hits, calls, members = ((label == i) & (predicted == i)).sum(), (predicted == i).sum(), (label == i).sum()
        f[f'precision.{c}'], f[f'recall.{c}'] = share(hits, calls), share(hits, members)
        f[f'f1.{c}'] = share(2 * hits, calls + members)
    millionths = np.round(confidence * 1e6).astype(int)  # in which the borders of bins are exact
    f['calibration-error'] = 0
    for b in range(1, 16):
        m = np.ceil(millionths * 15 / 1e6 - 1e-9).astype(int) == b  # a bin has its upper border
        f[f'bin.{b}.galaxies'] = m.sum()
        f[f'bin.{b}.confidence'] = confidence[m].mean() if m.any() else math.nan
        f[f'bin.{b}.accuracy'] = right[m].mean() if m.any() else math.nan
        f['calibration-error'] += abs(right[m].mean() - confidence[m].mean()) * m.sum() / n if m.any() else 0
    for s in KEPT:
        least = np.sort(millionths)[::-1][-(-n * s // 100) - 1]
        m = millionths >= least
        f[f'kept.{s}.galaxies'], f[f'kept.{s}.confidence'] = m.sum(), least / 1e6
        f[f'kept.{s}.accuracy'] = right[m].mean()
        f[f'kept.{s}.low'], f[f'kept.{s}.high'] = wilson(right[m].sum(), m.sum())
    return f


def accuracy(path):
    f = figures(path)
    return ['%.4f' % f[name] for name in ('accuracy', 'accuracy.low', 'accuracy.high')]


def same_figures(path, pairs):
    got, want = dict(lines.table(pairs)), figures(path)
    assert sorted(got) == sorted(want), set(got) ^ set(want)
    for key in want:
        a, b = float(got[key]), float(want[key])
        assert abs(a - b) <= 2e-7 * max(1, abs(b)) or (math.isnan(a) and math.isnan(b)), (key, a, b)


def worst(path, listed, n: int):
    """The header, and the n most confident mistakes, the surest first, as they are among the lines."""
    head, *rows = lines.table(path)
    p = [[float(x) for x in r[1:-1]] for r in rows]
    wrong = [i for i, r in enumerate(rows) if head[1 + int(np.argmax(p[i]))] != r[-1]]
    wrong.sort(key=lambda i: -max(p[i]))
    assert lines.table(listed) == [head] + [rows[i] for i in wrong[:n]]
