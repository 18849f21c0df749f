"""What bench.bats asks of the networks of tests/bench/peer_torch.py."""
import os
import sys

import torch

import lines
import network
import stream

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../bench'))
import peer_torch  # noqa: E402


def with_weights(path):
    """The peer's network, with the weights of a file, and the file's metadata."""
    tensors, meta = network.safetensors(path)
    net = peer_torch.network(meta['network'], norm=False).eval()
    for kind, name in (torch.nn.Conv2d, 'conv'), (torch.nn.Linear, 'dense'):
        layers = [layer for layer in net if isinstance(layer, kind)]
        for i, layer in enumerate(layers, 1):
            layer.load_state_dict({key: torch.tensor(tensors.pop(f'{name}{i}.{key}')) for key in ('weight', 'bias')})
    assert not tensors
    return net, meta


def probabilities(source, *names):
    """NAME.1.tsv and NAME.8.tsv, one view and eight by NAME.safetensors, are what the peer computes for the stream."""
    pixels = torch.tensor(stream.read(source)['pixels']).permute(0, 3, 1, 2) / 255
    for name in names:
        net, meta = with_weights(name + '.safetensors')
        x = (pixels - float(meta['mean'])) / float(meta['std'])
        for views in (1, 8):
            with torch.no_grad():
                p = torch.softmax(peer_torch.logits(net, x, views), 1).numpy()
            assert abs(lines.read(f'{name}.{views}.tsv')[2] - p).max() < 1e-5, (name, views)
