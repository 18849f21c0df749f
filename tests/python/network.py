"""A second reading of weights (gz-weights(5)) and of the network in them, by NumPy, and by PyTorch where it is."""
import json
import struct

import numpy as np


def safetensors(path):
    """Tensors by name, and the metadata."""
    with open(path, 'rb') as f:
        data = f.read()
    n, = struct.unpack('<Q', data[:8])
    head = json.loads(data[8:8 + n])
    meta, body = head.pop('__metadata__'), data[8 + n:]
    assert n % 8 == 0 and max(t['data_offsets'][1] for t in head.values()) == len(body)
    return {k: np.frombuffer(body[t['data_offsets'][0]:t['data_offsets'][1]], '<f4').reshape(t['shape'])
            for k, t in head.items()}, meta


def metadata(path):
    return safetensors(path)[1]


def layers(meta):
    """Kind, name in the file and word of each layer; the last dense layer has no word."""
    count = {}
    for word in meta['network'].split() + ['']:
        kind = word.rstrip('0123456789.') or 'dense'
        count[kind] = count.get(kind, 0) + 1
        yield kind, '%s%d' % (kind, count[kind]), word


def inputs(a, meta):
    """Records as (N, C, H, W) inputs of the network: the centre, 0 to 1, normalised, and the four quarter turns of each
    picture one after the other where a layer of the network is cyclic."""
    h, w, _ = map(int, meta['input'].split(','))
    p = a['pixels']
    top, left = (p.shape[1] - h) // 2, (p.shape[2] - w) // 2
    p = p[:, top:top + h, left:left + w] / (255. if p.dtype == np.uint8 else 1.)
    if meta['normalise'] == 'mean-std':
        p = (p - float(meta['mean'])) / float(meta['std'])
    else:
        p = (p - p.mean((1, 2, 3), keepdims=True)) / np.maximum(p.std((1, 2, 3), keepdims=True), 1e-3)
    x = p.transpose(0, 3, 1, 2)
    if 'cyclic' in meta['network'].split():
        x = np.stack([np.rot90(x, k, (2, 3)) for k in range(4)], 1).reshape(-1, *x.shape[1:])
    return x


def forward(path, a, temperature=None):
    """Probabilities (N, classes), from PyTorch's shapes and order of axes; another temperature than the file's."""
    t, meta = safetensors(path)
    t = {k: v.astype(float) for k, v in t.items()}
    x = inputs(a, meta)
    for kind, name, word in layers(meta):
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
            x = np.maximum(x, 0) if word else x
        elif kind == 'cyclic':
            x = x.reshape(-1, 4, x.shape[1]).mean(1)
    e = np.exp((x - x.max(1, keepdims=True)) / (temperature or float(meta.get('temperature', 1))))
    return e / e.sum(1, keepdims=True)


def forward_torch(path, a):
    """The same by PyTorch's own layers, at the file's temperature."""
    import torch
    from torch import nn

    class Cyclic(nn.Module):
        def forward(self, x):
            return x.unflatten(0, (-1, 4)).mean(1)

    t, meta = safetensors(path)
    net = nn.Sequential()
    for kind, name, word in layers(meta):
        if name == 'dense1':
            net.add_module('flatten', nn.Flatten())
        if kind == 'conv':
            o, c, _, _ = t[name + '.weight'].shape
            net.add_module(name, nn.Conv2d(c, o, 3, padding=1))
        elif kind == 'dense':
            o, c = t[name + '.weight'].shape
            net.add_module(name, nn.Linear(c, o))
        else:
            net.add_module(name, {'pool': lambda: nn.MaxPool2d(2), 'cyclic': Cyclic,
                                  'dropout': lambda: nn.Dropout(float(word[7:]))}[kind]())
        if word and kind in ('conv', 'dense'):
            net.add_module(name + 'relu', nn.ReLU())
    net.load_state_dict({k: torch.tensor(v) for k, v in t.items()})
    net.eval()
    with torch.no_grad():
        x = net(torch.tensor(inputs(a, meta).copy(), dtype=torch.float32))
        return torch.softmax(x / float(meta.get('temperature', 1)), 1).numpy()
