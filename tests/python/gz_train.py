"""What gz-train.bats holds against NumPy: the log, the last epoch, the temperature, what weights tell of training."""
import json
import re

import numpy as np

import network
import shapes
import stream
from call import words, yes

LENGTH = .2  # of a step of Muon, see lib/net/muon.h
LOG = '#epoch records loss valid-loss valid-accuracy low high rate images/s'.split()


def right(weights, a):
    """Which of the records of shapes.py the weights sort right."""
    return network.forward(weights, a).argmax(1) == np.arange(len(a)) % 3


def learned(log, weights, valid, epochs: int, records: int, spec):
    """The log has a line for each epoch, the loss and in the end the rate fall, and the weights are those of the last
    epoch, whose accuracy and loss NumPy finds again."""
    with open(log) as f:
        head, *rows = [line.rstrip('\n').split('\t') for line in f]
    assert head == LOG
    n = np.array(rows, float)
    loss, valid_loss, accuracy, low, high, rate = n[:, 2:8].T
    assert (n[:, 0] == np.arange(1, epochs + 1)).all() and (n[:, 1] == records * n[:, 0]).all()
    assert loss[-1] < loss[0] / 2 and accuracy.max() > .95, accuracy
    assert (low < accuracy).all() and (accuracy <= high).all()
    assert rate[-1] < rate[3] / 20 and rate.max() <= .004
    meta = network.metadata(weights)
    assert meta['trained.records'] == str(epochs * records) and meta['classes'] == ','.join(shapes.CLASSES)
    assert meta['input'] == '16,16,1' and meta['network'] == spec and meta['format'] == 'gz-weights 1'
    assert meta['trained.epoch'] == str(epochs)
    a = stream.read(valid)
    assert abs(float(meta['trained.valid-accuracy']) - accuracy[-1]) < 1e-6
    assert abs(right(weights, a).mean() - accuracy[-1]) < .012
    votes = np.array(a['votes'].tolist())
    p = network.forward(weights, a, temperature=1)
    assert abs(-(votes * np.log(p)).sum(1).mean() - valid_loss[-1]) < 1e-4


def muon(before, after, rate: float):
    """The first step of an inner convolution is a matrix whose singular values are about 1. Elsewhere, by Adam, each
    value's first step is as long as the rate, or 0."""
    (a, _), (b, meta) = network.safetensors(before), network.safetensors(after)
    for kind, name, _ in network.layers(meta):
        if kind not in ('conv', 'dense'):
            continue
        step = (b[name + '.weight'] - a[name + '.weight']).astype(float) / rate
        step = step.reshape(len(step), -1)
        if kind == 'conv' and name != 'conv1':
            values = np.linalg.svd(step / (LENGTH * max(step.shape) ** .5), compute_uv=False)
            assert values.max() < 1.22 and values.max() > .67 and (values > .67).mean() > .8, values
        else:
            assert np.abs(step).max() < 1.001 and (np.abs(np.abs(step) - 1) < .01).mean() > .4, name


# ---- what weights say of their training ----

def trained(weights):
    """Name and value of each option that they were trained with."""
    return {name[8:]: value for name, value in network.metadata(weights).items() if name.startswith('trained.')}


def differing(a, b):
    """Options that differ between two weights, but for the version, each with the second's value."""
    a, b = trained(a), trained(b)
    for name in sorted(a.keys() | b.keys()):
        if a.get(name) != b.get(name) and name != 'version':
            print(name, b.get(name))


def preset(weights, table):
    """The weights were trained with the options of a table, lines `option value`."""
    have = trained(weights)
    with open(table) as f:
        for line in f:
            option, value = line.split()
            assert have[option] == value or float(have[option]) == float(value), line


def options(weights, usage):
    """What the weights say, as options of a program with this usage text, one a line."""
    with open(usage) as f:
        known = set(re.findall('--([a-z-]+)', f.read())) - {'version'}
    for name, value in trained(weights).items():
        if name in known and value != '0':
            print('--' + name + ('' if value == 'yes' else '=' + value))


def value(weights, name):
    return network.metadata(weights).get(name, 'none')


def same_but_streams(weights, others, streams):
    """Two files of weights are equal but for the number of streams they were trained on, which the first names."""
    (t, meta), (u, other) = network.safetensors(weights), network.safetensors(others)
    assert t.keys() == u.keys() and all((t[k] == u[k]).all() for k in t)
    assert meta.pop('trained.streams') == streams and meta == other


# ---- the temperature ----

def temperature(weights, valid, messages):
    """The weights' temperature is where the log loss on the validation stream is least, and both are told."""
    p = np.log(network.forward(weights, stream.read(valid), temperature=1))
    label = np.arange(len(p)) % 3

    def loss(t):
        return -np.mean((p / t - np.log(np.exp(p / t).sum(1, keepdims=True)))[range(len(p)), label])

    low, high = .02, 60.
    for _ in range(200): # golden section
        a, b = high - (high - low) * .618034, low + (high - low) * .618034
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    t = float(network.metadata(weights)['temperature'])
    # Neither a perfect network nor a temperature of 1 would tell much.
    assert .3 < (p.argmax(1) == label).mean() < 1 and abs(t - 1) > .02, t
    assert abs(t / low - 1) < 1e-3, (t, low)
    with open(messages) as f:
        said = f.readlines()[-1].split()
    assert said[5:7] == ['temperature', '%.3f,' % t], said
    assert said[9] == '%.4f,' % loss(t) and said[11] == '%.4f' % loss(1), said


# ---- streams ----

def interleaved(path, batch: int, *streams):
    """Several streams of equal length as one: its steps have the records that --interleave takes for a batch."""
    share, parts = batch // len(streams), [stream.read(s) for s in streams]
    steps = []
    for view in sorted(set(parts[0]['view'])):
        epoch = [p[p['view'] == view] for p in parts]
        for i in range(0, len(epoch[0]), share):
            steps += [e[i:i + share] for e in epoch]
    stream.write(path, np.concatenate(steps))


def tiny(path):
    """One record, of 2 x 2 pixels."""
    a = np.zeros(1, shapes.kind(2, 1, 'u1', shapes.CLASSES))
    a[0] = b'a', 1, (1, 0, 0), np.zeros((2, 2, 1))
    stream.write(path, a)


def today(checkpoint, seed):
    """The fuzzer's first checkpoint has the tensors, the metadata and the format of one that gz-train writes today."""
    with open(seed, 'rb') as f:
        tensors = json.loads(f.readline())
    have = tensors.pop('__metadata__')
    want_tensors, want = network.safetensors(checkpoint)
    assert set(have) == set(want), set(have) ^ set(want)
    assert set(tensors) == set(want_tensors), set(tensors) ^ set(want_tensors)
    for name in set(want) - {'trained.kernels'}:
        if name == 'format' or name.startswith('trained.'):
            assert have[name] == want[name], (name, have[name], want[name])


def shares(path):
    """8,000 times the same picture, with two sorts of votes whose mean is .4, .45, .15."""
    a = np.repeat(shapes.pictures(1, 1), 8000)
    a['votes'] = (.5, .3, .2)
    a['votes'][::4] = (.1, .9, 0)
    stream.write(path, a)


def learned_shares(weights, path):
    p = network.forward(weights, stream.read(path)[:1])[0]
    assert abs(p - [.4, .45, .15]).max() < .03, p


def class_shares(weights, soft: yes, *streams):
    """trained.shares are those of the first view's galaxies: how many have most votes for each class, or, if soft, the
    votes themselves."""
    votes = [[list(r) for r in a['votes'][a['view'] <= 1]] for a in map(stream.read, streams)]
    votes = np.concatenate(votes).astype(float)
    want = votes.mean(0) if soft else np.eye(votes.shape[1])[votes.argmax(1)].mean(0)
    have = [float(s) for s in network.metadata(weights)['trained.shares'].split(',')]
    assert abs(have - want).max() < 1e-6 and want.std() > .05, (have, want)


def uneven(path, n: int, seed: int, first: int, view: int = 0):
    """n records of which the classes have about 20, 50 and 30 %."""
    a = shapes.pictures(3 * n, seed, first=first)
    a = a[3 * np.arange(n) + np.random.default_rng(seed).choice(3, n, p=[.2, .5, .3])]
    a['view'] = view
    stream.write(path, a)


def mean_and_std(weights, first: int, side: int, *streams):
    """The weights' mean and deviation of all pixels are those of the first records of each stream, of their centre."""
    values = []
    for path in streams:
        p = stream.read(path)['pixels'][:first]
        y = (p.shape[1] - side) // 2
        values.append(p[:, y:y + side, y:y + side] / (255. if p.dtype == np.uint8 else 1.))
    x, meta = np.concatenate(values), network.metadata(weights)
    assert abs(float(meta['mean']) - x.mean()) < 1e-6 and abs(float(meta['std']) - x.std()) < 1e-6


def input_is(weights, input, normalise, conv1: words):
    """Input, normalisation, and shape of the first layer; only mean-std has a mean."""
    t, meta = network.safetensors(weights)
    assert meta['input'] == input and meta['normalise'] == normalise and ('mean' in meta) == (normalise == 'mean-std')
    assert list(t['conv1.weight'].shape) == [int(n) for n in conv1]


def wrong():
    """votes.npy, where the votes of record 5 do not sum to 1; nan.npy, where record 7 has a pixel of NaN."""
    a = shapes.pictures(9, 1)
    a['votes'][4] = (.5, .1, .1)
    stream.write('votes.npy', a)
    b = shapes.pictures(9, 1, pixel='<f4')
    b['pixels'][6, 3, 4] = np.nan
    stream.write('nan.npy', b)
