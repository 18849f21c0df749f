"""PyTorch beside gz-train and gz-infer: the same network, learned by the same recipe, by what PyTorch offers.

    peer_torch.py train    SPEC RECIPE THREADS SECONDS        prints images a second
    peer_torch.py infer    SPEC VIEWS  THREADS SECONDS        prints images a second
    peer_torch.py accuracy SPEC EPOCHS THREADS TRAIN VALID    prints a line an epoch: seconds so far, accuracy on VALID
    peer_torch.py version

SPEC is a network in the words of gz-train(1), RECIPE the name of one of its presets. THREADS are PyTorch's. SECONDS is
how long to measure. TRAIN and VALID are streams of gz-label; pictures of TRAIN have a margin, to be turned.

The network and the recipe are those of gz-learning(7), and the speed is that of the fastest of several ways to hold the
pictures in memory, each step being the median of many. PyTorch's start isn't counted, nor is the reading of streams.
"""
import copy
import math
import re
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH, SHARDS, SIDE = 64, 4, 64
CLASSES = 3


def kept(decay, step):
    """What a moving average keeps of itself in a step, counted from 1: at first less than later."""
    return min(decay, (1 + step) / (10 + step))


# ---- the network ----

class Turns(nn.Module):
    """(N, C, S, S) to (4 N, C, S, S): all pictures, then all of them turned by a quarter, and so on."""

    def forward(self, x):
        return torch.cat([x.rot90(k, (2, 3)) for k in range(4)])


class Cyclic(nn.Module):
    """The mean over the turns: (4 N, D) to (N, D)."""

    def forward(self, x):
        return x.unflatten(0, (4, -1)).mean(0)


class ShardNorm(nn.Module):
    """Batch normalisation by the pictures of a shard instead of those of the batch, plus a bias, without a factor.

    Picture i belongs to shard i modulo SHARDS. So the shards of a channel look like channels of a smaller batch, and
    need no copy in PyTorch's usual order of axes. The running means go back about a hundred steps, as of gz-train.
    """

    def __init__(self, channels):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer('mean', torch.zeros(SHARDS * channels))
        self.register_buffer('variance', torch.ones(SHARDS * channels))
        self.steps = 0

    def forward(self, x):
        if not self.training:
            mean, variance = (b.view(SHARDS, -1).mean(0) for b in (self.mean, self.variance))
            return F.batch_norm(x, mean, variance, None, self.bias)
        n, c, h, w = x.shape
        self.steps += 1
        x = x.reshape(n // SHARDS, SHARDS * c, h, w)
        x = F.batch_norm(x, self.mean, self.variance, None, self.bias.repeat(SHARDS), training=True,
                         momentum=1 - kept(0.99, self.steps))
        return x.reshape(n, c, h, w)


def network(spec, norm):
    """The layers of a spec, from (N, 1, SIDE, SIDE) to (N, CLASSES). norm: normalise what the convolutions give.

    ReLU stands after pooling: that gives the same, and is less work.
    """
    words = spec.split() + [f'dense{CLASSES}']
    layers = [Turns()] if 'cyclic' in words else []
    channels, side = 1, SIDE
    for before, word, after in zip([''] + words, words, words[1:] + ['']):
        kind, number = re.fullmatch('([a-z]+)([0-9.]*)', word).groups()
        if kind == 'conv':
            pooled = after == 'pool'
            layers += [nn.Conv2d(channels, int(number), 3, padding=1, bias=not norm)] + [nn.MaxPool2d(2)] * pooled
            channels = int(number)
            layers += [ShardNorm(channels)] * norm + [nn.ReLU()]
            side //= 1 + pooled
        elif kind == 'pool' and not before.startswith('conv'):
            layers.append(nn.MaxPool2d(2))
            side //= 2
        elif kind == 'dense':
            layers += [nn.Flatten(), nn.Linear(channels * side * side, int(number))] + [nn.ReLU()] * (after != '')
            channels, side = int(number), 1
        elif kind == 'dropout':
            layers.append(nn.Dropout(float(number)))
        elif kind == 'cyclic':
            layers.append(Cyclic())
    for layer in layers:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def orientations(x, views):
    """(N, C, S, S) to (views, N, C, S, S): the pictures, or their quarter turns and those of their mirror images."""
    if views == 1:
        return x[None]
    return torch.stack([y.rot90(k, (2, 3)) for y in (x, x.flip(3)) for k in range(4)])


def logits(net, x, views):
    """The mean over the views. The quarter turns are in a cyclic network already: its eight views are two."""
    if views == 8 and isinstance(net[0], Turns):
        x = torch.stack((x, x.flip(3)))
    else:
        x = orientations(x, views)
    return net(x.flatten(0, 1)).unflatten(0, x.shape[:2]).mean(0)


# ---- the recipe ----

def learning_rate(progress, peak=1e-3, floor=1e-5, warmup=0.02):
    """Of the recipe "default", at a progress from 0 to 1."""
    if progress < warmup:
        return peak * progress / warmup
    return floor + (peak - floor) * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup))) / 2


def orthogonal(x):
    """Muon's matrix (rows, columns) of singular values near 1, of one that is wider than tall (muon.h)."""
    x = x / x.norm()
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x


class Muon:
    """The optimiser Muon for the weights of convolutions, in the form of muon.h."""

    def __init__(self, weights, momentum=0.95):
        self.weights, self.momentum = weights, momentum
        self.means = [torch.zeros_like(w) for w in weights]

    @torch.no_grad()
    def step(self, rate):
        for w, mean in zip(self.weights, self.means):
            mean.lerp_(w.grad, 1 - self.momentum)
            update = w.grad.lerp(mean, self.momentum).flatten(1)
            length = 0.4 * max(update.shape) ** 0.5
            w.add_(orthogonal(update).view_as(w), alpha=-rate * length)


class Learner:
    """A network, and all that a step of training changes. The recipe is "default" or "original"."""

    def __init__(self, spec, recipe, layout=torch.contiguous_format):
        self.modern = recipe == 'default'
        self.net = network(spec, self.modern).to(memory_format=layout)
        self.average = copy.deepcopy(self.net).eval()
        convolutions = [layer.weight for layer in self.net if isinstance(layer, nn.Conv2d)]
        self.muon = Muon(convolutions[1:] if self.modern else [])
        others = [p for p in self.net.parameters() if all(p is not w for w in self.muon.weights)]
        self.adam = torch.optim.Adam(others, 1e-3)
        self.loss = nn.CrossEntropyLoss(label_smoothing=0.05 if self.modern else 0)
        self.steps = 0

    def step(self, x, y, progress):
        """Learn from one batch."""
        if self.modern:
            self.adam.param_groups[0]['lr'] = learning_rate(progress)
        self.net.zero_grad(set_to_none=True)
        self.loss(self.net(x), y).backward()
        self.adam.step()
        self.muon.step(self.adam.param_groups[0]['lr'])
        self.steps += 1
        if self.modern:
            with torch.no_grad():
                for a, p in zip(self.average.parameters(), self.net.parameters()):
                    a.lerp_(p, 1 - kept(0.999, self.steps))

    def averaged(self):
        """The network to measure: averaged parameters, and the last means and variances."""
        if not self.modern:
            return self.net.eval()
        for a, b in zip(self.average.buffers(), self.net.buffers()):
            a.copy_(b)
        return self.average


# ---- speed ----

def median_seconds(step, seconds):
    """Of one call of step, of as many as there is time for, after two to warm up; of the first one if there is none."""
    for _ in range(2 if seconds else 0):
        step()
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2]


LAYOUTS = torch.contiguous_format, torch.channels_last


def train_speed(spec, recipe, seconds):
    def one(layout):
        learner = Learner(spec, recipe, layout)
        learner.net.train()
        x = torch.rand(BATCH, 1, SIDE, SIDE).to(memory_format=layout)
        y = torch.randint(0, CLASSES, (BATCH,))
        return BATCH / median_seconds(lambda: learner.step(x, y, 0.5), seconds / len(LAYOUTS))
    return max(one(layout) for layout in LAYOUTS)


def infer_speed(spec, views, seconds):
    """Without normalisation, which is merged into the weights. The network sees 64 or 256 views at once."""
    cyclic = 'cyclic' in spec.split()
    seen = max(views, 4) if cyclic else views

    def one(layout, batch):
        net = network(spec, norm=False).to(memory_format=layout).eval()
        x = torch.rand(batch, 1, SIDE, SIDE).to(memory_format=layout)
        return batch / median_seconds(lambda: torch.softmax(logits(net, x, views), 1), seconds / 2 / len(LAYOUTS))
    with torch.no_grad():
        return max(one(layout, n // seen) for layout in LAYOUTS for n in (64, 256))


# ---- time to accuracy ----

def read(path):
    """Pixels (N, 1, S, S) from 0 to 1, and classes (N,)."""
    import stream  # of tests/python
    a = stream.read(path)
    votes = torch.tensor([list(v) for v in a['votes'].tolist()])
    pixels = torch.tensor(a['pixels']).permute(0, 3, 1, 2).float()
    return pixels / 255 if a['pixels'].dtype.itemsize == 1 else pixels, votes.argmax(1)


def middle(x):
    at = (x.shape[2] - SIDE) // 2
    return x[:, :, at:at + SIDE, at:at + SIDE]


def random_views(x):
    """The pictures, each turned by its own angle and mirrored or not, without their margin."""
    n, side = len(x), x.shape[2]
    angle = 2 * math.pi * torch.rand(n)
    mirror = torch.randint(0, 2, (2, n)) * 2 - 1
    c, s, zero = angle.cos() * SIDE / side, angle.sin() * SIDE / side, torch.zeros(n)
    theta = torch.stack((c * mirror[0], -s * mirror[1], zero, s * mirror[0], c * mirror[1], zero), 1).view(n, 2, 3)
    grid = F.affine_grid(theta, (n, 1, SIDE, SIDE), align_corners=False)
    return F.grid_sample(x, grid, padding_mode='border', align_corners=False)


def accuracy(spec, epochs, train, valid):
    """Print the seconds since the beginning, and the accuracy, after each epoch."""
    (x, y), (valid_x, valid_y) = read(train), read(valid)
    begin = time.perf_counter()
    learner = Learner(spec, 'default')
    some = middle(x[:1024])
    mean, std = some.mean(), some.std()
    valid_x = (middle(valid_x) - mean) / std
    done, n = 0, len(x)
    for _ in range(epochs):
        learner.net.train()
        for batch in torch.randperm(n).split(BATCH):
            batch = batch[:len(batch) // SHARDS * SHARDS]  # of the last one, up to three pictures are left out
            if len(batch):
                learner.step((random_views(x[batch]) - mean) / std, y[batch], done / (n * epochs))
            done += len(batch)
        net = learner.averaged()
        with torch.no_grad():
            right = sum((net(a).argmax(1) == b).sum().item() for a, b in zip(valid_x.split(256), valid_y.split(256)))
        print(f'{time.perf_counter() - begin:.2f} {right / len(valid_y):.4f}', flush=True)


def version():
    using = re.search('CPU capability usage: (.*)', torch.__config__.show())
    return f'PyTorch {torch.__version__} ({using.group(1) if using else "unknown"} kernels, and oneDNN)'


def main(work, *words):
    if work == 'version':
        print(version())
        return
    spec, which, threads = words[:3]
    torch.manual_seed(1)
    torch.set_num_threads(int(threads))
    if work == 'train':
        print(f'{train_speed(spec, which, float(words[3])):.1f}')
    elif work == 'infer':
        print(f'{infer_speed(spec, int(which), float(words[3])):.1f}')
    elif work == 'accuracy':
        accuracy(spec, int(which), *words[3:])


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
