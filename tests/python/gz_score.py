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


# ---- purity, others, audit ----

def tail(k, n, p):
    """P(X >= k) for n trials, as the sum of its terms."""
    i = np.arange(k, n + 1)
    lg = np.array([math.lgamma(v + 1) for v in range(n + 1)])
    return np.exp(lg[n] - lg[i] - lg[n - i] + i * math.log(p) + (n - i) * math.log1p(-p)).sum() if k else 1.


def starts(least, n):
    return [least << j for j in range(64) if least << j <= n]


def thresholds(p, label, purity, confidence):
    """For each class None, or threshold, alpha, hits, completeness, galaxies: as purity.h describes the search."""
    n, classes = p.shape
    for d in range(1, 64):
        alpha = (1 - confidence) / classes / d
        first = starts(math.ceil(math.log(alpha) / math.log(purity)), n)
        if len(first) <= d:
            break
    for k in range(classes):
        step = np.round(p[:, k] * 1e6).astype(int)
        best = None
        levels = np.unique(step)[::-1]
        for start in first:
            for v in levels:
                above = step >= v
                if above.sum() < start:
                    continue
                hits = ((label == k) & above).sum()
                if tail(hits, above.sum(), purity) > alpha:
                    break
                if best is None or above.sum() > best[4]:
                    best = v / 1e6, alpha, hits, hits / (label == k).sum(), above.sum()
        yield best


def labels_of(path):
    head, ids, p, rest = lines.read(path)
    classes = head[1:1 + p.shape[1]]
    at = [c for c in head if c not in classes].index('label') - 1
    return classes, ids, p, np.array([classes.index(r[at]) if r[at] in classes else -1 for r in rest])


def same_purity(path, table, purity: float, confidence: float):
    classes, _, p, label = labels_of(path)
    head, *rows = lines.table(table)
    assert head == ['#class', 'threshold', 'purity-low', 'completeness', 'galaxies']
    assert [r[0] for r in rows] == classes
    found = 0
    for row, want in zip(rows, thresholds(p, label, purity, confidence)):
        if want is None:
            assert row[1:] == ['-', '-', '-', '0'], row
            continue
        found += 1
        threshold, alpha, hits, complete, n = want
        assert row[1] == '%.6f' % threshold and row[3] == '%.6f' % complete and row[4] == str(n), (row, want)
        low = float(row[2])  # Clopper and Pearson: where the tail is alpha
        assert tail(hits, n, low - 1e-6) < alpha < tail(hits, n, low + 1e-6) and low > purity - 1e-6
    print(found)


def add_others(path, out, share: float, seed: int):
    """The same lines, of which a share has a label that is no class, and less certain probabilities."""
    r = np.random.default_rng(seed)
    classes, ids, p, label = labels_of(path)
    odd = r.random(len(p)) < share
    flat = np.round((p + .7) / (p + .7).sum(1, keepdims=True), 6)
    flat[:, 0] += 1 - flat.sum(1)
    names = ['ring' if o else classes[k] for o, k in zip(odd, label)]
    lines.write(out, ids, np.where(odd[:, None], flat, p), classes, names)


def same_others(path, pairs, other=''):
    classes, _, p, label = labels_of(path)
    got = {k: float(v) for k, v in lines.table(pairs) if k.startswith('others.')}
    named = [k for k, c in enumerate(classes) if c != other]
    clean = np.isin(label, named)
    s = np.round((p[:, named].sum(1) if other else p.max(1)) * 1e6)
    area = (s[clean][:, None] > s[~clean]).mean() + (s[clean][:, None] == s[~clean]).mean() / 2
    right = np.array(named)[p[:, named].argmax(1)] == label
    want = {'others.galaxies': (~clean).sum(), 'others.clean': clean.sum(), 'others.auroc': area,
            'others.clean-accuracy': right[clean].mean()}
    want['others.clean-accuracy.low'], want['others.clean-accuracy.high'] = wilson(right[clean].sum(), clean.sum())
    for cut in 50, 80, 90, 95:
        passed = np.round(p[~clean] * 1e6) > cut * 10000
        want.update({f'others.{cut}.{classes[k]}': passed[:, k].mean() for k in named})
        want[f'others.{cut}.any'] = passed[:, named].any(1).mean()
    assert sorted(got) == sorted(want), set(got) ^ set(want)
    for key in want:
        assert abs(got[key] - want[key]) < 1e-7 * max(1, want[key]), (key, got[key], want[key])


def plant(path, out, truth, share: float, seed: int):
    """Change a share of the labels at random; truth lists whose."""
    r = np.random.default_rng(seed)
    classes, ids, p, label = labels_of(path)
    wrong = r.choice(len(p), round(share * len(p)), replace=False)
    label[wrong] = (label[wrong] + r.integers(1, len(classes), len(wrong))) % len(classes)
    lines.write(out, ids, p, classes, [classes[k] for k in label])
    with open(truth, 'w') as f:
        print(*(ids[i] for i in wrong), sep='\n', file=f)


def same_audit(path, table, errors):
    """Confident learning by itself: the list, and the numbers of wrong labels from the confident joint."""
    classes, ids, p, label = labels_of(path)
    used = label >= 0
    rest = np.where(np.arange(len(classes)) == label[:, None], -1, p)
    suggested, i = rest.argmax(1), np.arange(len(p))
    margin = p[i, label] - p[i, suggested]
    head, *rows = lines.table(table)
    assert head == ['#id', 'label', 'suggested', 'label-probability', 'suggested-probability', 'corrected']
    number = {name: j for j, name in enumerate(ids)}
    assert sorted(r[0] for r in rows) == sorted(np.array(ids)[used])
    order = [number[r[0]] for r in rows]
    assert (np.diff(margin[order]) > -1e-6).all()
    for r, j in zip(rows, order):
        assert r[1:] == [classes[label[j]], classes[suggested[j]], '%.6f' % p[j, label[j]], '%.6f' % rest[j].max(), '']
    t = np.array([p[label == k, k].mean() for k in range(len(classes))])
    passed = np.where(p >= t - 1e-9, p, -1)
    joint = np.zeros((len(classes), len(classes)))
    for k, j in zip(label[used & (passed.max(1) >= 0)], passed.argmax(1)[used & (passed.max(1) >= 0)]):
        joint[k, j] += 1
    _, *rows = lines.table(errors)
    off = joint.sum(1) - joint.diagonal()
    want = [(label == k).sum() * off[k] / joint[k].sum() for k in range(len(classes))]
    assert [r[0] for r in rows] == classes + ['all']
    for r, w in zip(rows, want + [sum(want)]):
        assert abs(float(r[2]) - w) < .051 and float(r[3]) <= float(r[2]) <= float(r[4]), (r, w)


def found_early(table, truth, share: float):
    """What part of the planted errors stands among the first of the list."""
    _, *rows = lines.table(table)
    planted = {r[0] for r in lines.table(truth)}
    first = {r[0] for r in rows[:round(share * len(rows))]}
    print(len(planted & first) / len(planted))
