#!/usr/bin/env bats
# gz-label against NumPy, which joins, scales and compares by itself (in exact fractions).

load helpers

# A module for the tests' Python: streams in and out, and the recipe of gz-label(1) in fractions.
setup_file() {
    export PYTHONPATH=$BATS_FILE_TMPDIR PYTHONDONTWRITEBYTECODE=1
    cat > "$BATS_FILE_TMPDIR/gz.py" << 'END'
import csv, numpy as np
from fractions import Fraction as F

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

def write(path, a):
    with open(path, 'wb') as f:
        np.save(f, a)
        np.save(f, np.zeros((0, len(a)), a.dtype))

def records(ids, extra=[]):
    a = np.zeros(len(ids), [('id', 'S48'), ('view', '<u4')] + extra + [('pixels', 'u1', (1, 1, 1))])
    a['id'] = ids
    a['pixels'][:, 0, 0, 0] = np.arange(len(ids)) % 251
    return a

RECIPE = {'spiral': ('4.1', '2.2'), 'edge-on': ('2.1', '1.2'), 'round': ('7.1', '1.1')}

def recipe(path, a, asked):
    """id -> (class, shares): every class whose agreement is high enough, from decimals."""
    kept = {}
    for row in csv.DictReader(open(path)):
        votes = [F(row['Class' + x]) for x, _ in RECIPE.values()]
        good = [k for k, (x, y) in RECIPE.items() if F(row['Class' + y]) > 0 and
                F(row['Class' + y]) >= F(asked) and F(row['Class' + x]) >= F(a) * F(row['Class' + y])]
        best = list(RECIPE)[max(range(3), key=lambda k: votes[k])]
        if sum(votes) and best in good:
            kept[row['GalaxyID']] = best, [float(v / sum(votes)) for v in votes]
    return kept
END
    # A table like the challenge's: 37 columns, in random order, values of up to nine decimals.
    cat > "$BATS_FILE_TMPDIR/table.py" << 'END'
import numpy as np
r = np.random.default_rng(5)
names = ['Class%d.%d' % (q + 1, a + 1) for q, n in enumerate((3, 2, 2, 2, 4, 2, 3, 7, 3, 3, 6)) for a in range(n)]
order = r.permutation(37)
with open('votes.csv', 'w') as f:
    f.write(','.join(['GalaxyID'] + [names[i] for i in order]) + '\n')
    for i in range(3000):
        v = dict.fromkeys(names, 0.)
        smooth, disk, edge, arms, round_ = r.beta(.4, .4, 5)
        v['Class1.1'], v['Class1.2'] = smooth, 1 - smooth
        v['Class2.1'], v['Class2.2'] = v['Class1.2'] * edge, v['Class1.2'] * (1 - edge)
        v['Class4.1'], v['Class7.1'] = v['Class2.2'] * arms, smooth * round_
        digits = int(r.integers(1, 10))
        f.write(','.join([str(10**17 + i)] + ['%.*f' % (digits, v[names[k]]) for k in order]) + '\n')
END
    (cd "$BATS_FILE_TMPDIR" && "${PYTHON:-/usr/bin/python3}" table.py)
}

py() { "$PYTHON" -c "from gz import *; $1"; }

# stream IDS... : a complete stream galaxies.npy of these ids
stream() { py "write('galaxies.npy', records('$*'.split()))"; }

@test "the challenge's table gives 1,113 spiral (and one at 0.9 to the last digit), 620 edge-on, 853 round" {
    need_shared galaxies/votes.csv
    py "write('g.npy', records([r['GalaxyID'] for r in csv.DictReader(open('$SHARED/galaxies/votes.csv'))]))"
    run -0 --separate-stderr gz-label -v "$SHARED/galaxies/votes.csv" -a 0.9 --asked 0.5 -o l.npy g.npy
    [ "${stderr_lines[0]}" = "gz-label: kept 1114 spiral, 620 edge-on, 853 round" ]
    [ "${stderr_lines[1]}" = "gz-label: of 6937 records: 4350 below the agreement, 0 without votes, 0 outside the fold" ]
    py "
a, want = read('l.npy'), recipe('$SHARED/galaxies/votes.csv', '0.9', '0.5')
assert [i.decode() for i in a['id']] == list(want)
"
}

@test "labels and shares are those of exact fractions, at several limits" {
    py "write('g.npy', records([str(10**17 + i) for i in range(3000)]))"
    for limits in "0.9 0.5" "0.8 0.25" "0.5 0" "1 0.1" "0 0"; do
        set -- $limits
        gz-label -q -v "$BATS_FILE_TMPDIR/votes.csv" -a "$1" --asked "$2" g.npy > l.npy
        py "
a, want = read('l.npy'), recipe('$BATS_FILE_TMPDIR/votes.csv', '$1', '$2')
assert [i.decode() for i in a['id']] == list(want), (len(a), len(want))
assert len(a) > 100
got = np.array(a['votes'].tolist())
assert abs(got - [shares for _, shares in want.values()]).max() < 1e-7
assert [a['votes'].dtype.names[k] for k in got.argmax(1)] == [c for c, _ in want.values()]
"
    done
}

@test "fields that ride along stay, votes that were there are replaced, records keep their order" {
    py "
a = records(['c', 'a', 'x', 'b'], [('votes', [('p', '<f4'), ('q', '<f4')]), ('redshift', '<f8')])
a['votes'] = (0.25, 0.75); a['redshift'] = [1, 2, 3, 4]; a['view'] = [7, 0, 1, 2]
write('g.npy', a)"
    printf 'id\tbar\tring\tnone\na\t9\t0\t1\nb\t0\t0\t3\nc\t0\t1\t0\n' > votes.tsv
    gz-label -v votes.tsv g.npy > l.npy
    py "
a, b = read('g.npy'), read('l.npy')
assert b.dtype.names == ('id', 'view', 'votes', 'redshift', 'pixels')
assert b['votes'].dtype.names == ('bar', 'ring', 'none')
a = a[[0, 1, 3]]
for f in ('id', 'view', 'redshift', 'pixels'): assert (a[f] == b[f]).all()
assert np.allclose(b['votes'].tolist(), [(0, 1, 0), (.9, 0, .1), (0, 0, 1)])"
}

@test "counts: kept by class, below the agreement, without votes, outside the fold" {
    stream 1 2 3 4 5
    printf 'id,a,b\n1,9,1\n2,1,1\n3,0,1\n' > votes.csv
    run -0 --separate-stderr gz-label -v votes.csv -o l.npy galaxies.npy
    [ "${stderr_lines[0]}" = "gz-label: kept 1 a, 1 b" ]
    [ "${stderr_lines[1]}" = "gz-label: of 5 records: 1 below the agreement, 2 without votes, 0 outside the fold" ]
    run -0 --separate-stderr gz-label -q -v votes.csv -o l.npy galaxies.npy
    [ -z "$stderr" ]
    run -0 --separate-stderr gz-label -v votes.csv --fold 0/2 -o a.npy galaxies.npy
    a=${stderr_lines[1]##*, }
    run -0 --separate-stderr gz-label -v votes.csv --fold 1/2 -o a.npy galaxies.npy
    b=${stderr_lines[1]##*, }
    [ $((${a%% *} + ${b%% *})) -eq 5 ]
}

@test "folds part the stream, whatever its order and whoever else is in it" {
    py "write('g.npy', records([str(10**17 + i) for i in range(3000)])[::-1])"
    py "write('h.npy', records([str(10**17 + i) for i in range(0, 3000, 7)]))"
    v=$BATS_FILE_TMPDIR/votes.csv
    gz-label -q -v "$v" g.npy > all.npy
    gz-label -q -v "$v" --fold 0/10 g.npy > valid.npy
    gz-label -q -v "$v" --fold 1-9/10 g.npy > train.npy
    gz-label -q -v "$v" --fold 0/10 h.npy > few.npy
    gz-label -q -v "$v" --fold 0-1,4/5 --fold 1-18/19 g.npy > inner.npy
    gz-label -q -v "$v" --fold 0,1,4/5 --fold 0/19 g.npy > held.npy
    gz-label -q -v "$v" --fold 2-3/5 g.npy > outer.npy
    py "
i, h, o, a = (set(read(n + '.npy')['id']) for n in ('inner', 'held', 'outer', 'all'))
assert i | h | o == a and len(i) + len(h) + len(o) == len(a) and .02 < len(h) / (len(h) + len(i)) < .1"
    py "
a, v, t, f = (set(read(n + '.npy')['id']) for n in ('all', 'valid', 'train', 'few'))
assert v | t == a and not v & t and 0.05 < len(v) / len(a) < 0.15
assert f == v & set(read('h.npy')['id']) and f"
}

@test "a row that can't be used is named and skipped: exit 3" {
    stream 1 2 3
    printf 'id,a,b\n1,0,1\n2,none,1\n3,1,0\n4,1\n' > votes.csv
    run -3 --separate-stderr gz-label -q -v votes.csv -o l.npy galaxies.npy
    [ "${stderr_lines[0]}" = "gz-label: votes.csv: line 3: a: 'none' is not a number from 0 to 1e+12" ]
    [ "${stderr_lines[1]}" = "gz-label: votes.csv: line 5: 2 cells, but the header has 3 columns" ]
    [ "${#stderr_lines[@]}" -eq 2 ]
    py "assert list(read('l.npy')['id']) == [b'1', b'3']"
}

@test "two rows of one galaxy: both lines are named, exit 1, no output" {
    stream 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n1,1,0\n' > votes.csv
    run -1 --separate-stderr gz-label -v votes.csv -o l.npy galaxies.npy
    one_line "gz-label: votes.csv: line 4: the id '1' is already on line 2"
    [ ! -e l.npy ]
}

@test "without any labelled galaxy it is still a stream, with votes" {
    stream 1 2
    printf 'id,a,b\n3,0,1\n' > votes.csv
    gz-label -q -v votes.csv galaxies.npy > l.npy
    py "a = read('l.npy'); assert len(a) == 0 and a['votes'].dtype.names == ('a', 'b')"
    gz-label -q -v votes.csv l.npy | cmp - l.npy
}

@test "votes may come on stdin, and be another program's probability lines" {
    stream 1 2
    printf '#id\ta\tb\n1\t0.981274\t0.018726\n#id\ta\tb\n2\t0.6\t0.4\n' |
        gz-label -q -v - galaxies.npy > l.npy
    py "assert list(read('l.npy')['id']) == [b'1']"
}

@test "a stream cut at any byte: what is whole is passed on, exit 1; --partial takes it" {
    stream 1 2
    printf 'id,a,b\n1,0,1\n2,1,0\n' > votes.csv
    gz-label -q -v votes.csv galaxies.npy > whole.npy
    size=$(stat -c %s galaxies.npy)
    for ((n = 0; n < size; n += 7)); do
        head -c "$n" galaxies.npy > cut.npy
        run -1 --separate-stderr gz-label -v votes.csv cut.npy
        one_line "gz-label: cut.npy: *"
        run -0 bash -c "gz-label -q --partial -v votes.csv cut.npy > l.npy"
        [ -z "$output" ]
    done
    py "read('l.npy')"
    gz-label -q --partial -v votes.csv <(head -c $((size - 1)) galaxies.npy) | cmp - whole.npy
}

@test "what can't be opened, read or written: one line, exit 1" {
    stream 1
    printf 'id,a,b\n1,0,1\n' > votes.csv
    run -1 --separate-stderr gz-label -v missing.csv galaxies.npy
    one_line "gz-label: missing.csv: No such file or directory"
    run -1 --separate-stderr gz-label -v . galaxies.npy
    one_line "gz-label: .: Is a directory"
    run -1 --separate-stderr gz-label -v /dev/null galaxies.npy
    one_line "gz-label: /dev/null: empty: there is no header line"
    run -1 --separate-stderr gz-label -v galaxies.npy galaxies.npy
    one_line "gz-label: galaxies.npy: line 1: *"
    run -1 --separate-stderr gz-label -v votes.csv missing.npy
    one_line "gz-label: missing.npy: No such file or directory"
    run -1 --separate-stderr gz-label -v votes.csv < /dev/null
    one_line "gz-label: standard input: incomplete: *"
    run -1 --separate-stderr bash -c 'gz-label -v votes.csv <&-'
    one_line "gz-label: standard input: *"
    run -1 --separate-stderr bash -c 'gz-label -v votes.csv galaxies.npy > /dev/full'
    one_line "gz-label: *No space left on device"
    run -1 --separate-stderr bash -c 'gz-label -v votes.csv galaxies.npy >&-'
    one_line "gz-label: *"
}

@test "tables that are none" {
    stream 1
    for header in id,a id,a,a id,a, id,a,label id,-,b GalaxyID,Class1.1,Class2.1 "id,a'b,c" id,é,b; do
        printf '%s\n1,0,1\n' "$header" > votes.csv
        run -1 --separate-stderr gz-label -v votes.csv -o l.npy galaxies.npy
        one_line "gz-label: votes.csv: *"
    done
}

@test "wrong options: exit 2" {
    stream 1
    printf 'id,a,b\n1,0,1\n' > votes.csv
    for options in "" "-v votes.csv -a 1.1" "-v votes.csv -a x" "-v votes.csv --asked -1" \
        "-v votes.csv --fold 10/10" "-v votes.csv --fold 3" "-v votes.csv --fold 2-1/3" "-v votes.csv --fold 0,/3" \
        "-v - -" "-v votes.csv --unknown" "-v votes.csv --agree 0.9"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-label $options galaxies.npy
        one_line "gz-label: *"
    done
    run -2 --separate-stderr gz-label -v -
    one_line "gz-label: stdin can't be both votes and stream"
}
