"""What the tests of gz-augment, gz-train and gz-infer share: small labelled pictures, streams in and out,
and a second reading of weights files, with NumPy alone."""
import json, struct, sys
import numpy as np

CLASSES = ['bar', 'disc', 'cross']


def read(path):
    chunks, told = [], 0
    with open(path, 'rb') as f:
        while f.peek(1):
            a = np.load(f)
            if a.ndim == 2:
                told += a.shape[1]
            else:
                chunks.append(a)
    if told != sum(map(len, chunks)):
        raise SystemExit('incomplete')
    return np.concatenate(chunks) if chunks else np.zeros(0, a.dtype)


def write(path, a, chunk=0, end=True):
    """Records as a stream, in chunks of so many (0: one chunk)."""
    with open(path, 'wb') as f:
        for i in range(0, len(a), chunk or max(1, len(a))):
            np.save(f, a[i:i + chunk] if chunk else a)
        if end:
            np.save(f, np.zeros((0, len(a)), a.dtype))


def pictures(n, seed, side=16, channels=1, kind='u1', classes=CLASSES, labelled=True, first=0):
    """n records: bars, discs and crosses in turn, at a random angle, with noise."""
    votes = [('votes', [(c, '<f4') for c in classes])] if labelled else []
    a = np.zeros(n, [('id', 'S48'), ('view', '<u4')] + votes + [('pixels', kind, (side, side, channels))])
    r = np.random.default_rng(seed)
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    for i in range(n):
        angle, shape = r.uniform(0, np.pi), i % 3
        u, v = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
        bar = (abs(v) < 1.2) & (abs(u) < 6)
        lit = [bar, np.hypot(u, v) < 4, bar | ((abs(u) < 1.2) & (abs(v) < 6))][shape]
        p = np.clip(.15 + .6 * lit + .08 * r.standard_normal((side, side)), 0, 1)
        p = p[:, :, None] * np.linspace(1, .6, channels)
        a['pixels'][i] = np.round(255 * p) if kind == 'u1' else p
        a['id'][i] = 'g%d' % (first + i)
        if labelled:
            a['votes'][i] = tuple(.9 if k == shape else .1 / (len(classes) - 1) for k in range(len(classes)))
    return a


def safetensors(path):
    data = open(path, 'rb').read()
    n, = struct.unpack('<Q', data[:8])
    head = json.loads(data[8:8 + n])
    meta, body = head.pop('__metadata__'), data[8 + n:]
    assert n % 8 == 0 and max(t['data_offsets'][1] for t in head.values()) == len(body)
    return {k: np.frombuffer(body[t['data_offsets'][0]:t['data_offsets'][1]], '<f4').reshape(t['shape'])
            for k, t in head.items()}, meta


def inputs(a, meta):
    """Records as (N, C, H, W) inputs of the network: centre, 0..1, normalised."""
    h, w, _ = map(int, meta['input'].split(','))
    p = a['pixels']
    top, left = (p.shape[1] - h) // 2, (p.shape[2] - w) // 2
    p = p[:, top:top + h, left:left + w] / (255. if p.dtype == np.uint8 else 1.)
    if meta['normalise'] == 'mean-std':
        p = (p - float(meta['mean'])) / float(meta['std'])
    else:
        p = (p - p.mean((1, 2, 3), keepdims=True)) / np.maximum(p.std((1, 2, 3), keepdims=True), 1e-3)
    return p.transpose(0, 3, 1, 2)


def forward(path, a, temperature=None):
    """Probabilities (N, classes), from PyTorch's shapes and order of axes; another temperature than the file's."""
    t, meta = safetensors(path)
    t = {k: v.astype(float) for k, v in t.items()}
    x, count, words = inputs(a, meta), {}, meta['network'].split()
    if 'cyclic' in words: # images of a picture: its quarter turns
        x = np.stack([np.rot90(x, k, (2, 3)) for k in range(4)], 1).reshape(-1, *x.shape[1:])
    for word in words + ['dense']:
        kind = word.rstrip('0123456789.')
        name = '%s%d' % (kind, count.setdefault(kind, 0) + 1)
        count[kind] += 1
        if kind == 'conv':
            n, c, h, w = x.shape
            p = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
            x = sum(np.einsum('nchw,oc->nohw', p[:, :, i:i + h, j:j + w], t[name + '.weight'][:, :, i, j])
                    for i in range(3) for j in range(3)) + t[name + '.bias'][:, None, None]
            x = np.maximum(x, 0)
        elif kind == 'pool':
            n, c, h, w = x.shape
            x = x[:, :, :h // 2 * 2, :w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2).max((3, 5))
        elif kind == 'dense':
            x = x.reshape(len(x), -1) @ t[name + '.weight'].T + t[name + '.bias']
            x = np.maximum(x, 0) if word != 'dense' else x
        elif kind == 'cyclic':
            x = x.reshape(-1, 4, x.shape[1]).mean(1)
    e = np.exp((x - x.max(1, keepdims=True)) / (temperature or float(meta.get('temperature', 1))))
    return e / e.sum(1, keepdims=True)


def lines(path):
    """Header, ids, numbers (N, classes), and what stands behind them, of probability lines."""
    rows = [l.rstrip('\n').split('\t') for l in open(path)]
    n = len([c for c in rows[0][1:] if c not in ('label', 'std')])
    return (rows[0], [r[0] for r in rows[1:]], np.array([[float(v) for v in r[1:1 + n]] for r in rows[1:]]),
            [r[1 + n:] for r in rows[1:]])
