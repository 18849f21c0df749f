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
