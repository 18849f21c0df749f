#!/usr/bin/env bats
# gz-score against NumPy, which computes every figure by itself, and against a report worked out by hand.

load helpers

setup_file() {
    export PYTHONPATH=$BATS_FILE_TMPDIR PYTHONDONTWRITEBYTECODE=1
    cat > "$BATS_FILE_TMPDIR/gz.py" << 'END'
import numpy as np, math

def lines(path, classes, n, seed, digits=6, sharp=.3):
    """Random lines; labels drawn from the probabilities, so ties and both kinds of mistakes come up."""
    r = np.random.default_rng(seed)
    p = r.dirichlet([sharp] * len(classes), n)
    p = np.round(p, digits)
    p[:, 0] += 1 - p.sum(1)
    p = np.abs(np.round(p, digits))
    with open(path, 'w') as f:
        f.write('\t'.join(['#id'] + classes + ['label']) + '\n')
        for i in range(n):
            label = classes[r.choice(len(classes), p=p[i] / p[i].sum())]
            f.write('\t'.join(['%d' % (10**17 + i)] + ['%.6f' % x for x in p[i]] + [label]) + '\n')

def wilson(correct, n, z=1.959963984540054):
    # the roots p of (correct / n - p)^2 = z^2 p (1 - p) / n
    c = correct / n
    return sorted(np.roots([1 + z * z / n, -2 * c - z * z / n, c * c]).real)

def figures(path):
    rows = [l.rstrip('\n').split('\t') for l in open(path)]
    classes = rows[0][1:-1]
    p = np.array([[float(x) for x in r[1:-1]] for r in rows[1:]])
    label = np.array([classes.index(r[-1]) for r in rows[1:]])
    predicted, n, k = p.argmax(1), len(p), len(classes)
    confidence, right = p.max(1), predicted == label
    f = {'galaxies': n, 'correct': right.sum(), 'accuracy': right.mean()}
    f['accuracy.low'], f['accuracy.high'] = wilson(right.sum(), n)
    f['log-loss'] = -np.log(np.maximum(p[np.arange(n), label], 5e-7)).mean()
    for i, c in enumerate(classes):
        for j, d in enumerate(classes):
            f['confusion.%s.%s' % (c, d)] = ((label == i) & (predicted == j)).sum()
        hits = ((label == i) & (predicted == i)).sum()
        div = lambda a, b: a / b if b else math.nan
        f['precision.' + c], f['recall.' + c] = div(hits, (predicted == i).sum()), div(hits, (label == i).sum())
        f['f1.' + c] = div(2 * hits, (predicted == i).sum() + (label == i).sum())
    # bins hold their upper border; in millionths, borders are exact
    millionths = np.round(confidence * 1e6).astype(int)
    bin_, ece = np.ceil(millionths * 15 / 1e6 - 1e-9).astype(int), 0
    for b in range(1, 16):
        m = bin_ == b
        f['bin.%d.galaxies' % b] = m.sum()
        f['bin.%d.confidence' % b] = confidence[m].mean() if m.any() else math.nan
        f['bin.%d.accuracy' % b] = right[m].mean() if m.any() else math.nan
        ece += abs(right[m].mean() - confidence[m].mean()) * m.sum() / n if m.any() else 0
    f['calibration-error'] = ece
    for s in (100, 99, 98, 95, 90, 80, 70, 60, 50, 25, 10):
        least = np.sort(millionths)[::-1][-(-n * s // 100) - 1]
        m = millionths >= least
        f['kept.%d.galaxies' % s], f['kept.%d.confidence' % s] = m.sum(), least / 1e6
        f['kept.%d.accuracy' % s] = right[m].mean()
        f['kept.%d.low' % s], f['kept.%d.high' % s] = wilson(right[m].sum(), m.sum())
    return f

def compare(path, pairs):
    got = dict(l.rstrip('\n').split('\t') for l in open(pairs))
    want = figures(path)
    assert list(sorted(got)) == list(sorted(want)), set(got) ^ set(want)
    for key in want:
        a, b = float(got[key]), float(want[key])
        assert abs(a - b) <= 2e-7 * max(1, abs(b)) or (math.isnan(a) and math.isnan(b)), (key, a, b)
END
}

py() { "$PYTHON" -c "from gz import *; $1"; }

ten_lines() {
    printf '#id\tspiral\tround\tlabel\n'
    printf 'a\t0.900000\t0.100000\tspiral\nb\t0.900000\t0.100000\tround\nc\t0.200000\t0.800000\tround\n'
    printf 'd\t0.500000\t0.500000\tspiral\n'
}

@test "every figure is NumPy's: classes of any number, ties, figures on the borders of bins" {
    for case in "['spiral','edge-on','round'],2000,1" "['a','b'],500,2,1" "list('abcdefghijkl'),3000,3,6,.1" \
        "['a','b','c'],1,4" "['a','b','c'],7,5,1" "['a','b','c'],1000,6,6,.01"; do
        py "lines('probs.tsv', $case)"
        gz-score --pairs probs.tsv > pairs.tsv
        py "compare('probs.tsv', 'pairs.tsv')"
    done
}

@test "a class without galaxies, and one never predicted: no number" {
    printf '#id\ta\tb\tc\tlabel\n1\t1\t0\t0\ta\n2\t0.7\t0.2\t0.1\tb\n' > probs.tsv
    gz-score --pairs probs.tsv > pairs.tsv
    py "compare('probs.tsv', 'pairs.tsv')"
    grep -qx 'precision.c	nan' pairs.tsv
    run -0 gz-score probs.tsv
    [[ $output == *"c                 0          -       -       -"* ]]
}

@test "the report of four galaxies, worked out by hand" {
    # loss: -(2 ln 0.9 is one; ln 0.1, ln 0.8, ln 0.5)/4 = (0.10536 + 2.30259 + 0.22314 + 0.69315)/4
    # calibration: (|1 - 1.8| + |1 - 0.8| + |1 - 0.5|)/4
    cat > want << 'END'
galaxies           4
correct            3
accuracy           0.7500  (95 % interval 0.3006 to 0.9544)
log loss           0.8311  (probabilities below 5e-07 count as that)
calibration error  0.3750  (expected, 15 bins of confidence)

confusion: a row is a label, a column what was predicted
              spiral      round
spiral             2          0
round              1          1

class      galaxies  precision  recall      F1
spiral            2     0.6667  1.0000  0.8000
round             2     1.0000  0.5000  0.6667

calibration: how confident, how often right
confidence        galaxies    mean  accuracy
0.4667 to 0.5333         1  0.5000    1.0000
0.7333 to 0.8000         1  0.8000    1.0000
0.8667 to 0.9333         2  0.9000    0.5000

the most confident
 share  galaxies  confidence  accuracy  95 % interval
 100 %         4    0.500000    0.7500  0.3006 to 0.9544
  99 %         4    0.500000    0.7500  0.3006 to 0.9544
  98 %         4    0.500000    0.7500  0.3006 to 0.9544
  95 %         4    0.500000    0.7500  0.3006 to 0.9544
  90 %         4    0.500000    0.7500  0.3006 to 0.9544
  80 %         4    0.500000    0.7500  0.3006 to 0.9544
  70 %         3    0.800000    0.6667  0.2077 to 0.9385
  60 %         3    0.800000    0.6667  0.2077 to 0.9385
  50 %         2    0.900000    0.5000  0.0945 to 0.9055
  25 %         2    0.900000    0.5000  0.0945 to 0.9055
  10 %         2    0.900000    0.5000  0.0945 to 0.9055
END
    ten_lines | gz-score > got
    diff want got
}

@test "the order of the lines, their division among files and headers between them change nothing" {
    py "lines('probs.tsv', ['a', 'b', 'c'], 1000, 9, 3)"
    gz-score probs.tsv > want
    head -1 probs.tsv > b.tsv
    tail -n +2 probs.tsv | sort -R --random-source=probs.tsv >> b.tsv
    gz-score b.tsv | cmp - want
    head -n 300 probs.tsv > 1.tsv
    { head -1 probs.tsv; tail -n +301 probs.tsv; } > 2.tsv
    gz-score 1.tsv 2.tsv | cmp - want
    cat 2.tsv 1.tsv | gz-score - | cmp - want
    gz-score -o out probs.tsv
    cmp out want
}

@test "--worst: the most confident mistakes first, as lines that go on through other programs" {
    py "lines('probs.tsv', ['a', 'b', 'c'], 1000, 10)"
    gz-score --worst 20 probs.tsv > worst.tsv
    [ "$(wc -l < worst.tsv)" -eq 21 ]
    gz-score --worst 20 probs.tsv | cut -f1 | grep -v '^#' > ids
    py "
rows = [l.rstrip('\n').split('\t') for l in open('probs.tsv')][1:]
wrong = [(max(map(float, r[1:4])), r) for r in rows if r[1:4].index(max(r[1:4])) != 'abc'.index(r[4])]
wrong.sort(key=lambda w: -w[0])
assert open('ids').read().split() == [r[0] for _, r in wrong[:20]]
assert [l.rstrip('\n').split('\t') for l in open('worst.tsv')][1:] == [r for _, r in wrong[:20]]"
    gz-score --worst 100000 probs.tsv > all.tsv
    [ $(($(wc -l < all.tsv) - 1)) -eq $((1000 - $(gz-score --pairs probs.tsv | awk '$1 == "correct" {print $2}'))) ]
    run -0 gz-score --pairs all.tsv
    [[ ${lines[1]} == "correct	0" ]]
}

@test "--worst without mistakes is a header; a column spread rides along" {
    printf '#id\ta\tb\tlabel\tspread\n1\t0.900000\t0.100000\ta\t0.010000\n' > probs.tsv
    run -0 gz-score --worst 3 probs.tsv
    [ "$output" = "#id	a	b	label	spread" ]
    printf '#id\ta\tb\tlabel\tspread\n1\t0.900000\t0.100000\tb\t0.010000\n' > probs.tsv
    gz-score --worst 3 probs.tsv | cmp - probs.tsv
}

@test "lines that can't be used are named and skipped: exit 3" {
    ten_lines > probs.tsv
    printf 'e\t0.1\t0.9\t-\nf\t0.1\t0.9\t\ng\t0.1\t0.8\tround\nh\t0.1\nd\t1\t0\tedge-on\n' >> probs.tsv
    run -3 --separate-stderr gz-score probs.tsv
    [ "${lines[0]}" = "galaxies           4" ]
    [ "${#stderr_lines[@]}" -eq 5 ]
    [ "${stderr_lines[0]}" = "gz-score: probs.tsv: line 6: no label (e)" ]
    [ "${stderr_lines[1]}" = "gz-score: probs.tsv: line 7: no label (f)" ]
    [ "${stderr_lines[2]}" = "gz-score: probs.tsv: line 8: the probabilities' sum is 0.9, not 1" ]
    [ "${stderr_lines[3]}" = "gz-score: probs.tsv: line 9: 2 cells, but the header has 4 columns" ]
    [ "${stderr_lines[4]}" = "gz-score: probs.tsv: line 10: label: 'edge-on' is not one of the classes" ]
}

@test "lines that were cut off anywhere: what is left of a line is named, never counted" {
    ten_lines > whole.tsv
    size=$(wc -c < whole.tsv) header=$(head -n 1 whole.tsv | wc -c) first=$(head -n 2 whole.tsv | wc -c)
    for ((bytes = first; bytes < size; bytes++)); do
        head -c $bytes whole.tsv > probs.tsv
        whole=$(wc -l < probs.tsv) half=$(tail -c 1 probs.tsv | grep -vc '^$') || true
        run -$((3 * half)) --separate-stderr gz-score --pairs probs.tsv
        [ "${lines[0]}" = "galaxies	$((whole - 1))" ]
        [ "${#stderr_lines[@]}" -eq "$half" ]
        ((half == 0)) || one_line "gz-score: probs.tsv: line $((whole + 1)): *"
    done
    head -c $((header - 2)) whole.tsv > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: probs.tsv: line 1: cut off: there is no newline"
}

@test "nothing to score: exit 1" {
    printf '#id\ta\tb\tlabel\n' > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: there is no line with a label"
    printf '#id\ta\tb\n1\t1\t0\n' > probs.tsv
    run -1 --separate-stderr gz-score probs.tsv
    one_line "gz-score: probs.tsv: there is no column label"
    run -1 --separate-stderr gz-score < /dev/null
    one_line "gz-score: standard input: empty: there is no header line"
}

@test "what can't be opened, read or written: one line, exit 1" {
    ten_lines > probs.tsv
    run -1 --separate-stderr gz-score missing.tsv
    one_line "gz-score: missing.tsv: No such file or directory"
    run -1 --separate-stderr gz-score .
    one_line "gz-score: .: Is a directory"
    run -1 --separate-stderr gz-score probs.tsv <(printf '#id\tround\tspiral\tlabel\n')
    one_line "gz-score: */fd/*: line 1: this header is not the one that the table begins with"
    run -1 --separate-stderr gz-score /bin/sh
    one_line "gz-score: /bin/sh: line 1: *"
    run -1 --separate-stderr bash -c 'gz-score probs.tsv > /dev/full'
    one_line "gz-score: standard output: write error: No space left on device"
    run -1 --separate-stderr bash -c 'gz-score probs.tsv >&-'
    one_line "gz-score: standard output: write error: Bad file descriptor"
    run -1 --separate-stderr bash -c 'gz-score <&-'
    one_line "gz-score: standard input: read error: Bad file descriptor"
    run -1 --separate-stderr gz-score -o missing/out probs.tsv
    one_line "gz-score: missing/out: No such file or directory"
}

@test "wrong options: exit 2" {
    ten_lines > probs.tsv
    for options in "--worst 0" "--worst x" "--worst" "--worst 3 --pairs" "--unknown" "-o" "--pair"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-score probs.tsv $options
        one_line "gz-score: *"
    done
}
