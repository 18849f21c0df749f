"""repeat.py COLOUR.npy N PROBS.tsv: a stream of N galaxies on standard output, those of COLOUR.npy again and again
(each
turned or mirrored in another way), with ids of their own, and their probabilities in PROBS.tsv: drawn from a Dirichlet
distribution that has most galaxies near the corners. For measuring what many galaxies cost."""
import sys
import numpy as np
import numpy.lib.format as fmt

source, n, probs = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rng = np.random.default_rng(1)
chunks = []
with open(source, 'rb') as f:
    while f.peek(1):
        a = np.load(f)
        if len(a):
            chunks.append(a)
pixels = np.concatenate(chunks)['pixels']
out = np.zeros(256, [('id', 'S48'), ('view', '<u4'), ('pixels', pixels.dtype, pixels.shape[1:])])
with open(probs, 'w') as f:
    print('#id', 'spiral', 'edge-on', 'round', 'label', sep='\t', file=f)
    for start in range(0, n, len(out)):
        out = out[: min(len(out), n - start)]
        p = rng.dirichlet([0.3, 0.25, 0.35], len(out))
        for i, row in enumerate(out):
            k = start + i
            row['id'] = b'%d' % (587722981742084097 + k * 7919 % (10 * n))
            row['pixels'] = np.rot90(pixels[k % len(pixels)], k // len(pixels) % 4)
            p[i] = np.round(p[i], 6)
            p[i, 0] += 1 - p[i].sum()
            print(
                row['id'].decode(),
                *('%.6f' % abs(v) for v in p[i]),
                ('spiral', 'edge-on', 'round', '-')[k % 4],
                sep='\t',
                file=f
            )
        np.save(sys.stdout.buffer, out)
    np.save(sys.stdout.buffer, np.zeros((0, n), out.dtype))
