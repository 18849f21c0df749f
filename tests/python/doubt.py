"""What pipelines.bats holds doubt.sh against: how sure the network is of galaxies on which the volunteers agree, and of
those on which they don't, counted by NumPy from the table of votes and the lines."""
import csv

import numpy as np

import lines

CLASSES = ('Class4.1', 'Class2.2'), ('Class2.1', 'Class1.2'), ('Class7.1', 'Class1.1')  # share, of those asked


def groups(votes, probs, counting=3, agreed=.8, disputed=.6, asked=.5):
    """The largest probability of each galaxy that `agreed` or more agree on, and of each with fewer than `disputed`. Of
    four classes, the last one is other; `counting` of them count."""
    _, ids, p, _ = lines.read(probs)
    assert p.shape[1] == 4
    sure = dict(zip(ids, p[:, :counting].max(1)))
    found = [], []
    with open(votes) as f:
        for row in csv.DictReader(f):
            share, of = ([float(row[pair[i]]) for pair in CLASSES] for i in (0, 1))
            k = int(np.argmax(share))
            if share[k] == 0 or of[k] < asked:
                continue
            if share[k] >= agreed * of[k]:
                found[0].append(sure[row['GalaxyID']])
            elif share[k] < disputed * of[k]:
                found[1].append(sure[row['GalaxyID']])
    return [np.array(group) for group in found]


def counted(votes, probs, table, printed, counting: int = 3):
    """Bins of 0.05 with the share of each group; a line for each group with size, mean, median, and share above 0.9."""
    bins = np.loadtxt(table)
    assert bins.shape == (20, 4) and np.allclose(bins[:, 1], np.arange(1, 21) / 20)
    for k, (group, line) in enumerate(zip(groups(votes, probs, counting), lines.table(printed), strict=True)):
        want = np.histogram(-group, -np.arange(20, -1, -1) / 20)[0][::-1] / len(group)
        assert len(group) > 5 and abs(bins[:, 2 + k] - want).max() < 1e-4, (bins[:, 2 + k], want)
        assert line == [('agreed', 'disputed')[k], '%d galaxies' % len(group), 'mean %.3f' % group.mean(),
                        'median %.3f' % np.median(group), 'above 0.9: %.3f' % (group > .9).mean()], line
