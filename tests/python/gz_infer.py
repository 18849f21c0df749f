"""What gz-infer.bats holds against a second reading of weights and streams (network.py), and the weights it refuses."""
import json
import os
import struct
import sys

import numpy as np

import lines
import network
import shapes
import stream


def far(path, n: int, seed: int):
    """Floats close to 1: a small deviation from a large mean, which the order of adding up could change."""
    a = shapes.pictures(n, seed, pixel='<f4')
    a['pixels'] = 1 - a['pixels'] / 100
    stream.write(path, a)


def probabilities(path, weights, source):
    """The lines of a stream are NumPy's probabilities, with labels where the records have votes."""
    a = stream.read(source)
    labelled = 'votes' in a.dtype.names
    head, ids, p, rest = lines.read(path)
    assert head == ['#id', *shapes.CLASSES] + ['label'] * labelled
    assert ids == [i.decode() for i in a['id']] and abs(p - network.forward(weights, a)).max() < 1e-5
    assert abs(p.sum(1) - 1).max() < 2e-6
    if labelled:
        assert [r[0] for r in rest] == [shapes.CLASSES[i % 3] for i in range(len(a))]


def labels(source, path):
    """The labels are the names of the classes with most votes in the stream, whatever classes the network has."""
    a = stream.read(source)
    names = a['votes'].dtype.names
    assert [r[0] for r in lines.read(path)[3]] == [names[np.argmax(list(v))] for v in a['votes']]


def probabilities_torch(path, weights, source):
    """They are PyTorch's."""
    assert abs(lines.read(path)[2] - network.forward_torch(weights, stream.read(source))).max() < 1e-5


def orientation(pixels, k):
    """One of the eight orientations of pictures (N, height, width, channels); 0 is the identity."""
    return np.rot90(pixels if k < 4 else pixels[:, :, ::-1], k % 4, (1, 2))


def orientations(source, prefix):
    """Streams prefix0.npy to prefix7.npy of the orientations, each in another order, next to other records."""
    a = stream.read(source)
    for k in range(8):
        b = a.copy()
        b['pixels'] = orientation(a['pixels'], k)
        stream.write('%s%d.npy' % (prefix, k), np.roll(b, 7 * k))


def eight_views(path, weights, source):
    """Lines of --views 8 --std: softmax of the mean over the orientations, and the standard deviation of the largest
    probability over these."""
    a = stream.read(source)
    views = []
    for k in range(8):
        b = a.copy()
        b['pixels'] = orientation(a['pixels'], k)
        views.append(network.forward(weights, b))
    head, _, p, rest = lines.read(path)
    assert head == ['#id', *shapes.CLASSES, 'label', 'std']
    mean = np.exp(np.mean(np.log(views), 0))
    assert abs(mean / mean.sum(1, keepdims=True) - p).max() < 1e-5 and abs(np.mean(views, 0) - p).max() > 1e-4
    std = np.std(views, 0)[np.arange(len(a)), p.argmax(1)]
    assert abs(std - [float(r[1]) for r in rest]).max() < 1e-5 and std.max() > .001


# ---- priors ----

def trained_shares(weights):
    """As --prior takes them."""
    meta = network.metadata(weights)
    print(','.join('%s=%s' % pair for pair in zip(meta['classes'].split(','), meta['trained.shares'].split(','))))


def shares(text, names):
    values = dict(part.rsplit('=', 1) for part in text.split(','))
    assert sorted(values) == sorted(names)
    return np.array([float(values[name]) for name in names])


def corrected(p, weights, prior):
    """Bayes' rule (Saerens et al. 2002, equation 2.4), for probabilities (..., classes)."""
    p = p * ratio(weights, prior)
    return p / p.sum(-1, keepdims=True)


def ratio(weights, prior):
    return prior / np.array([float(s) for s in network.metadata(weights)['trained.shares'].split(',')])


def prior_applied(path, without, weights, prior):
    """The lines are what Bayes' rule makes of the lines without a prior, except for what their rounding to six digits
    becomes by the rule (prior_views begins with more digits)."""
    head, ids, p, rest = lines.read(path)
    head0, ids0, p0, rest0 = lines.read(without)
    assert (head, ids, rest) == (head0, ids0, rest0)
    prior = shares(prior, head[1:1 + p.shape[1]])
    r = ratio(weights, prior)
    rounding = 1e-6 + 1e-6 * r.max() / (p0 @ r)[:, None]
    assert (abs(p - corrected(p0, weights, prior)) < rounding).all() and rounding.max() < 1e-4
    assert abs(p.sum(1) - 1).max() < 2e-6


def prior_views(path, weights, source, prior):
    """Lines of --views 8 --std with a prior: Bayes' rule on each view."""
    a = stream.read(source)
    views = []
    for k in range(8):
        b = a.copy()
        b['pixels'] = orientation(a['pixels'], k)
        views.append(network.forward(weights, b))
    head, _, p, rest = lines.read(path)
    prior = shares(prior, head[1:4])
    mean = np.exp(np.mean(np.log(views), 0))
    assert abs(corrected(mean, weights, prior) - p).max() < 1e-5
    assert abs(p.sum(1) - 1).max() < 2e-6 and abs(p - mean / mean.sum(1, keepdims=True)).max() > .01
    std = np.std(corrected(np.array(views), weights, prior), 0)[np.arange(len(a)), p.argmax(1)]
    assert abs(std - [float(r[1]) for r in rest]).max() < 1e-5 and std.max() > .001


# A survey in which each class has pictures of 2x2 pixels with a mean of its own and normal noise. The class
# probabilities of a picture are then softmax of a linear function, so a network of one layer can be written down that
# is perfectly calibrated.
NORMAL = {'means': .5 + .1 * np.eye(4)[:3], 'sigma': .06, 'trained': np.array([.5, .3, .2])}


def perfect(path, temperature: float = 1.5):
    """The weights of that network, which say that they learned from the trained shares."""
    mu, sigma, trained = NORMAL['means'], NORMAL['sigma'], NORMAL['trained']
    tensors = {'dense1.bias': (np.log(trained) - (mu**2).sum(1) / (2 * sigma**2)) * temperature,
               'dense1.weight': mu / sigma**2 * temperature}
    meta = {'format': 'gz-weights 1', 'network': '', 'classes': ','.join(shapes.CLASSES), 'input': '2,2,1',
            'normalise': 'mean-std', 'mean': '0', 'std': '1', 'temperature': str(temperature),
            'trained.shares': ','.join(map(str, trained))}
    header, body = {'__metadata__': meta}, b''
    for name, values in tensors.items():
        header[name] = {'dtype': 'F32', 'shape': values.shape, 'data_offsets': [len(body), len(body) + 4 * values.size]}
        body += values.astype('<f4').tobytes()
    text = json.dumps(header).encode()
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text) + -len(text) % 8) + text + b' ' * (-len(text) % 8) + body)


def sample(path, n: int, seed: int, prior):
    """n labelled pictures, whose classes are drawn with these shares."""
    r = np.random.default_rng(seed)
    label = r.choice(3, n, p=shares(prior, shapes.CLASSES))
    a = np.zeros(n, shapes.kind(2, 1, '<f4', shapes.CLASSES))
    a['id'] = ['g%d' % i for i in range(n)]
    for i, name in enumerate(shapes.CLASSES):
        a['votes'][name] = label == i
    p = NORMAL['means'][label] + NORMAL['sigma'] * r.standard_normal((n, 4))
    assert 0 < p.min() and p.max() < 1
    a['pixels'] = p.reshape(n, 2, 2, 1)
    stream.write(path, a, chunk=1000)


def estimated(message, source, prior):
    """The shares of the message differ from the true ones by no more than four of the standard deviations that the
    likelihood's curvature gives them (the inverse of the observed information)."""
    with open(message) as f:
        text, = [line.split(': ')[1] for line in f if 'estimated' in line]
    found, true = shares(text, shapes.CLASSES), shares(prior, shapes.CLASSES)
    x = stream.read(source)['pixels'].reshape(-1, 4).astype(float)
    density = np.exp(-((x[:, None] - NORMAL['means'])**2).sum(2) / (2 * NORMAL['sigma']**2))
    score = (density[:, :2] - density[:, 2:]) / (density @ true)[:, None]
    covariance = np.linalg.inv(score.T @ score)
    change = np.array([[1, 0], [0, 1], [-1, -1]])
    deviation = np.sqrt(np.diag(change @ covariance @ change.T))
    assert abs(found.sum() - 1) < 1e-5 and (abs(found - true) < 4 * deviation).all(), (found, true, deviation)


def no_numbers(path):
    """The colour stream of gz-infer.bats with pixels in three records that are not numbers from 0 to 1."""
    a = shapes.pictures(90, 5, side=13, channels=3, pixel='<f4')
    a['pixels'][3, 5, 5, 1] = np.nan
    a['pixels'][70, 0, 0, 0] = np.inf
    a['pixels'][71, 0, 0, 0] = 1e30
    stream.write(path, a)


# ---- weights to refuse ----

def save(path, header, length=None):
    """A file of weights without tensors: a length, whatever it says, and a header."""
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(header) if length is None else length) + header)


def claims():
    """Files here that claim more than they hold."""
    def write(path, network, length=None, **tensors):
        meta = {'format': 'gz-weights 1', 'network': network, 'classes': 'a,b,c', 'input': '32,32,3',
                'normalise': 'per-image'}
        save(path, json.dumps({'__metadata__': meta, **tensors}).encode(), length)

    write('length63', '', length=1 << 63)
    write('length64', '', length=(1 << 64) - 1)
    write('units', 'dense1000000000')
    write('parameters', 'dense8192 dense8192 dense8192')
    write('below', 'dense8192 dense8192 dense3000')
    write('values', 'dense2', a={'dtype': 'F32', 'shape': [1 << 62, 4], 'data_offsets': [0, 0]})


def long_headers():
    """Files here with a header of 4 MiB, of much in little: what parsing it must not take memory for."""
    def write(path, header, n=1 << 22):
        assert len(header) <= n
        save(path, header.encode() + b' ' * (n - len(header)))

    def array(item, n):
        return '{"a":[' + ','.join([item] * n) + ']}'

    write('many', array('{}', 1000000))
    write('objects', array('{}', 9990))
    write('nested', array('[' * 2000 + ']' * 2000, 9))
    write('strings', array('"' + 'x' * 200 + '"', 19990))
    write('keys', '{' + ','.join('"%0400d":{}' % i for i in range(9990)) + '}')
    write('metadata', '{"__metadata__":{"a":"' + 'x' * 4000000 + '"}}')
    write('name', '{"' + 'x' * 4000000 + '":1}')
    write('more', '{}', (1 << 22) + 1)


# ---- the examples of gz-weights(5) ----

def page_reader(weights_file):
    """The page's weights.py, in this folder, reads what network.py reads."""
    sys.path.insert(0, os.getcwd())
    import weights
    a, b = network.safetensors(weights_file), weights.load(weights_file)
    assert a[1] == b[1] and a[0].keys() == b[0].keys() and all((a[0][k] == b[0][k]).all() for k in a[0])
    assert b[0]['conv1.weight'].shape == (8, 1, 3, 3) and b[0]['dense1.weight'].shape == (16, 256)


def page_network(path, printed):
    """What the page's network prints, an id and its probabilities a line, is what the lines say."""
    with open(printed) as f:
        rows = [line.split() for line in f]
    _, ids, p, _ = lines.read(path)
    assert [r[0] for r in rows] == ids and abs(p - np.array([r[1:] for r in rows], float)).max() < 1e-5


def page_writer(path, text, normalise, temperature, source, without='', more=''):
    """Weights of random numbers for a stream's pictures, by the page's weights.py: the network of this text, without
    one of its tensors or with one more."""
    sys.path.insert(0, os.getcwd())
    import weights
    r = np.random.default_rng(len(text))
    height, width, channels = stream.read(source)['pixels'].shape[1:]
    meta = {'format': 'gz-weights 1', 'network': text, 'classes': ','.join(shapes.CLASSES),
            'input': '%d,%d,%d' % (height, width, channels), 'normalise': normalise, 'temperature': temperature}
    if normalise == 'mean-std':
        meta.update(mean=.2, std=.25)
    tensors, flat = {}, False
    for kind, name, word in network.layers(meta):
        out = int(word[len(kind):] or 0) if kind in ('conv', 'dense') and word else len(shapes.CLASSES)
        if kind == 'pool':
            height, width = height // 2, width // 2
        elif kind in ('conv', 'dense'):
            into = channels if kind == 'conv' or flat else channels * height * width
            shape = (out, into, 3, 3) if kind == 'conv' else (out, into)
            flat |= kind == 'dense'
            tensors[name + '.weight'] = r.standard_normal(shape) * (2 / np.prod(shape[1:])) ** .5
            tensors[name + '.bias'] = r.standard_normal(out) * .1
            channels = out
    tensors.pop(without, None)
    if more:
        tensors[more] = np.ones(3)
    weights.save(path, tensors, meta)
