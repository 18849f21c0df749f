"""Probability lines (gz-stream(5)), read and written by themselves."""
import numpy as np


def table(path):
    """Rows of cells, the header first."""
    with open(path) as f:
        return [line.rstrip('\n').split('\t') for line in f]


def read(path):
    """Header, ids, probabilities (N, classes), and the cells after them. Joined files repeat the header."""
    head, *rows = table(path)
    rows = [r for r in rows if r != head]
    n = len([c for c in head[1:] if c not in ('label', 'std', 'part')])
    p = np.array([[float(v) for v in r[1:1 + n]] for r in rows])
    return head, [r[0] for r in rows], p, [r[1 + n:] for r in rows]


def write(path, ids, p, classes, labels=None):
    with open(path, 'w') as f:
        print('#id', *classes, *(['label'] if labels is not None else []), sep='\t', file=f)
        for i, q in enumerate(p):
            print(ids[i], *('%.6f' % x for x in q), *([labels[i]] if labels is not None else []), sep='\t', file=f)
