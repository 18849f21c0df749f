#!/usr/bin/env bats
# gz-train as its user meets it; the arithmetic is held by tests/unit, the weights by gz-infer.bats.

load helpers

NETWORK='conv8 pool conv16 pool dense16'
FILES=$BATS_FILE_TMPDIR

setup_file() {
    export PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1
    cd "$BATS_FILE_TMPDIR" || return
    py "write('train.npy', pictures(300, 1)); write('valid.npy', pictures(90, 2, first=1000))"
    gz-augment -e 16 train.npy > views.npy
    gz-augment -e 4 train.npy > few.npy
}

py() { "$PYTHON" -c "from learning import *; $1"; }

# A quick run: what is asked is not how well it learns. (For the mean of all inputs gz-train would read
# 1,024 records before the first step.)
QUICK=(-q -j 1 -n 'conv4 pool dense8 dropout0.5' --normalise per-image)
quick() { gz-train "${QUICK[@]}" "$@"; }

@test "learns bars, discs and crosses; one line an epoch, the same in the log" {
    run -0 --separate-stderr gz-train -n "$NETWORK" -r 0.004 -V "$FILES/valid.npy" --log log.tsv -o w "$FILES/views.npy"
    [ "${#stderr_lines[@]}" -eq 17 ]
    [[ ${stderr_lines[16]} =~ ^gz-train:\ weights\ of\ epoch\ [0-9]+:\ temperature\ [0-9.]+,\ log\ loss\ [0-9.]+,\ without\ [0-9.]+$ ]]
    for line in "${stderr_lines[@]:0:16}"; do
        [[ $line =~ ^gz-train:\ epoch\ [0-9]+:\ [0-9]+\ records,\ loss\ [0-9.]+,\ valid\ loss\ [0-9.]+,\ accuracy\ [0-9.]+\ \([0-9.]+\ to\ [0-9.]+\)(\ best)?,\ rate\ [0-9.e-]+,\ [0-9]+\ images/s$ ]]
    done
    py "
head, *rows = [l.rstrip('\n').split('\t') for l in open('log.tsv')]
assert head == '#epoch records loss valid-loss valid-accuracy low high rate images/s'.split()
n = np.array(rows, float)
assert (n[:, 0] == np.arange(1, 17)).all() and (n[:, 1] == 300 * n[:, 0]).all()
assert n[-1, 2] < n[0, 2] / 2 and n[:, 4].max() > .95, n[:, 4]
assert (n[:, 5] < n[:, 4]).all() and (n[:, 4] <= n[:, 6]).all()
assert n[-1, 7] < n[3, 7] / 20 and n[:, 7].max() <= .004 # falls
t, meta = safetensors('w')
assert abs(float(meta['trained.valid-accuracy']) - n[:, 4].max()) < 1e-6
assert meta['trained.records'] == '4800' and meta['classes'] == 'bar,disc,cross' and meta['input'] == '16,16,1'
assert meta['network'] == '$NETWORK' and meta['format'] == 'gz-weights 1'
# and it is the best epoch's weights that were kept: measured again, with NumPy
a = read('$FILES/valid.npy')
right = forward('w', a).argmax(1) == np.arange(90) % 3
assert abs(right.mean() - n[:, 4].max()) < .012
best = int(meta['trained.epoch']) - 1
assert n[best, 4] == n[:, 4].max()
votes = np.array(a['votes'].tolist())
assert abs(-(votes * np.log(forward('w', a, temperature=1))).sum(1).mean() - n[best, 3]) < 1e-4"
}

# The options that weights were trained with.
recipe() { py "print(*sorted(o for o in safetensors('$1')[1].items() if o[0].startswith('trained.')), sep='\n')"; }

@test "--preset: what the table of the page says; what follows counts" {
    small=(-q -e 4 --size 16 -s 5 --shards 2 "$FILES/few.npy")
    gz-train -o none "${small[@]}"
    gz-train -o default "${small[@]}" -r 1 -b 9 --soft --preset default
    cmp none default
    gz-train -o original "${small[@]}" --preset original
    gz-train -o by-hand "${small[@]}" -n 'conv32 pool conv64 pool conv128 pool dense256 dropout0.5 dense128' -b 64 \
        -r 0.001 --rate-end 0.001 --warmup 0 --weight-decay 0 --average 0 --smooth 0 --normalise mean-std --batch-norm none
    cmp original by-hand
    gz-train -o later "${small[@]}" --preset original -n dense4 -r 0.5
    run ! diff <(recipe original) <(recipe later)
    [ "$(grep '^>' <<< "$output" | tr -d "(),'>" | awk '{ print $1, $2 }' | grep -v version | xargs)" = \
        "trained.network dense4 trained.rate 0.5" ]
    # The page's table, held against the weights.
    for preset in 2 3; do
        weights=none
        [ $preset -eq 2 ] || weights=original
        sed -n '/^.It Em option/,/^.El/s/^.It \([a-z].*\)/\1/p' "$ROOT/man/gz-train.1" | sed 's/ Ta /\t/g' | cut -f 1,$preset > table
        [ "$(wc -l < table)" -eq 10 ]
        py "
meta = safetensors('$weights')[1]
for line in open('table'):
    option, value = line.split()
    have = meta['trained.' + option]
    assert have == value or {'no': 0., 'mean-std': None}.get(value, value) == have or float(have) == float({'no': 0}.get(value, value)), line"
    done
}

@test "what weights say of their training, given as options, makes the same weights" {
    gz-train -q -n 'conv4 pool dense8 dropout0.5' -b 50 --shards 3 -s 7 -r 0.0031234567 --rate-end 0.0002 --warmup 0.1 --weight-decay 0.01 \
        --average 0.9 --smooth 0.1 --batch-norm none --soft --normalise per-image --size 12 --patience 9 \
        -V "$FILES/valid.npy" -o told "$FILES/few.npy"
    gz-train -h > usage
    py "
import re
known = {'trained.' + name for name in re.findall('--([a-z-]+)', open('usage').read())} - {'trained.version'}
for name, value in safetensors('told')[1].items():
    if name in known and value != '0':
        print('--' + name[8:] + ('' if value == 'yes' else '=' + value))" > options
    [ "$(wc -l < options)" -eq 15 ]
    mapfile -t options < options
    gz-train -q "${options[@]}" -V "$FILES/valid.npy" -o again "$FILES/few.npy"
    cmp told again
}

@test "the temperature is NumPy's, on the validation set; without one there is none" {
    gz-train "${QUICK[@]:1}" -r 0.02 -V "$FILES/valid.npy" -o w "$FILES/few.npy" 2> messages
    py "
p = np.log(forward('w', read('$FILES/valid.npy'), temperature=1))
right = np.arange(90) % 3
loss = lambda t: -np.mean((p / t - np.log(np.exp(p / t).sum(1, keepdims=True)))[range(90), right])
low, high = .02, 60.
for _ in range(200): # golden section
    a, b = high - (high - low) * .618034, low + (high - low) * .618034
    low, high = (low, b) if loss(a) < loss(b) else (a, high)
t = float(safetensors('w')[1]['temperature'])
assert .3 < (p.argmax(1) == right).mean() < 1 and abs(t - 1) > .02, t
assert abs(t / low - 1) < 1e-3, (t, low)
words = open('messages').readlines()[-1].split()
assert words[5:7] == ['temperature', '%.3f,' % t] and words[9] == '%.4f,' % loss(t) and words[11] == '%.4f' % loss(1), words"
    gz-infer -q -w w "$FILES/valid.npy" > p.tsv
    py "assert abs(lines('p.tsv')[2] - forward('w', read('$FILES/valid.npy'))).max() < 1e-5"
    quick -o w "$FILES/few.npy"
    py "assert 'temperature' not in safetensors('w')[1]"
}

@test "the same bytes again, with one thread or two, and not with another seed" {
    quick -V "$FILES/valid.npy" -j 1 -o one "$FILES/few.npy"
    quick -V "$FILES/valid.npy" -j 2 -o two "$FILES/few.npy"
    quick -V "$FILES/valid.npy" -j 2 < "$FILES/few.npy" > piped
    quick -V "$FILES/valid.npy" -s 2 -o other "$FILES/few.npy"
    cmp one two
    cmp one piped
    run ! cmp -s one other
}

@test "--describe: a table, without a stream and with one" {
    run -0 --separate-stderr gz-train --describe < /dev/null
    [ "${#lines[@]}" -eq 15 ]
    [[ ${lines[0]} =~ ^layer\ +output\ +parameters\ +multiplications$ ]]
    [[ ${lines[1]} =~ ^conv1\ +64x64x32\ +320\ +4718592$ ]]
    [[ ${lines[9]} =~ ^dense1\ +256\ +524544\ +2097152$ ]]
    [[ ${lines[10]} =~ ^cyclic\ +256\ +0\ +0$ ]]
    [[ ${lines[14]} =~ ^all\ +798083\ +195592576$ ]]
    run -0 gz-train -d -n 'conv8 pool' --size 32
    [[ ${lines[3]} =~ ^dense1\ +3\ +6147\ +6144$ ]]
    run -0 gz-train -d -n 'conv8 pool dropout0.25' "$FILES/train.npy"
    [[ ${lines[1]} =~ ^conv1\ +16x16x8\ +80\ +18432$ ]]
    [[ ${lines[3]} =~ ^dropout0.25\ +8x8x8\ +0\ +0$ ]]
    py "write('colour.npy', pictures(3, 1, side=9, channels=3, classes=['a', 'b'], labelled=True))"
    run -0 gz-train -d -n 'conv8' - < colour.npy
    [[ ${lines[1]} =~ ^conv1\ +9x9x8\ +224\ +17496$ ]]
    [[ ${lines[2]} =~ ^dense1\ +2\ +1298\ +1296$ ]]
    run -1 bash -c 'gz-train -d > /dev/full'
    run -1 gz-train -d -n 'conv8 pony'
    [ "$output" = "gz-train: network: 'pony' is no layer (conv1 to conv8192, pool, dense1 to dense8192, dropout0 to dropout0.999, cyclic)" ]
}

# Start a training on a FIFO, give it the first $1 bytes of few.npy, and wait for $2.
start() {
    rm -f in ck
    mkfifo in
    # A shell's background jobs ignore SIGINT.
    env --default-signal=INT gz-train "${QUICK[@]}" -V "$FILES/valid.npy" --checkpoint ck -o w in 3>&- 2> messages &
    program=$!
    exec 9> in
    head -c "$1" "$FILES/few.npy" >&9
    await test -e ck
}

# How many records the checkpoint ck has learned from.
learned() { head -c 4000 ck | grep -ao '"records":"[0-9 ]*"' | tr -dc '0-9 '; }

@test "kill -9 in the middle, --resume: the same bytes as without" {
    quick -V "$FILES/valid.npy" --log whole.tsv -o whole "$FILES/few.npy"
    size=$(stat -c %s "$FILES/few.npy")
    start $((size * 3 / 5))
    kill -9 "$program"
    exec 9>&-
    died=0
    wait "$program" || died=$?
    [ "$died" -eq 137 ]
    [ ! -e w ]
    quick -V "$FILES/valid.npy" --resume ck --checkpoint ck --log log.tsv -o w "$FILES/few.npy"
    cmp w whole
    cut -f-8 log.tsv > log
    cut -f-8 whole.tsv | cmp - log
    # And once more, from the checkpoint that it ended with.
    quick -V "$FILES/valid.npy" --resume ck -o again "$FILES/few.npy"
    cmp again whole
}

@test "SIGTERM: a checkpoint of the last step, no weights, death by the signal" {
    quick -V "$FILES/valid.npy" -o whole "$FILES/few.npy"
    size=$(stat -c %s "$FILES/few.npy")
    start $((size * 3 / 5))
    await eval '[ $(learned) -eq 600 ]'
    await grep -q '^State:.*sleeping' "/proc/$program/status"
    kill "$program"
    exec 9>&- # as where the signal goes to all of a pipeline
    died=0
    wait "$program" || died=$?
    [ "$died" -eq 143 ]
    [ ! -e w ]
    [ ! -s messages ]
    # 720 records came, 300 an epoch: the checkpoint is not of an epoch's end, but of the last batch of 64.
    [ "$(learned)" -eq 664 ]
    quick -V "$FILES/valid.npy" --resume ck -o w "$FILES/few.npy"
    cmp w whole
}

@test "signals are heeded while it waits, also within a record" {
    quick -V "$FILES/valid.npy" -o whole "$FILES/few.npy"
    size=$(stat -c %s "$FILES/few.npy")
    for number in INT TERM; do
        start $((size * 3 / 5 + 100))
        await eval '[ $(learned) -eq 600 ]'
        await grep -q '^State:.*sleeping' "/proc/$program/status"
        kill -$number "$program"
        await eval '! kill -0 $program 2> /dev/null' || kill -9 "$program"
        died=0
        wait "$program" || died=$?
        [ "$died" -eq $((128 + $(kill -l $number))) ]
        exec 9>&-
        [ ! -e w ]
        [ "$(learned)" -eq 664 ]
        quick -V "$FILES/valid.npy" --resume ck -o w "$FILES/few.npy"
        cmp w whole
        rm w
    done
}

@test "SIGUSR1: a checkpoint at once, also while it waits, and training goes on" {
    quick -V "$FILES/valid.npy" -o whole "$FILES/few.npy"
    size=$(stat -c %s "$FILES/few.npy")
    start $((size * 2 / 5 + 100))
    for _ in 1 2 3; do
        rm ck
        kill -USR1 "$program"
        await test -e ck
    done
    cp ck early
    tail -c +$((size * 2 / 5 + 101)) "$FILES/few.npy" >&9
    exec 9>&-
    wait "$program"
    cmp w whole
    quick -V "$FILES/valid.npy" --resume early -o again "$FILES/few.npy"
    cmp again whole
    # Without a checkpoint's name it does no harm.
    gz-train "${QUICK[@]}" -o x in 3>&- &
    program=$!
    exec 9> in
    kill -USR1 "$program"
    cat "$FILES/few.npy" >&9
    exec 9>&-
    wait "$program"
}

@test "an incomplete stream: exit 1, no weights, a checkpoint to go on from" {
    quick -V "$FILES/valid.npy" -o whole "$FILES/few.npy"
    head -c $(($(stat -c %s "$FILES/few.npy") * 3 / 5)) "$FILES/few.npy" > cut.npy
    run -1 --separate-stderr quick -V "$FILES/valid.npy" --checkpoint ck -o w cut.npy
    one_line "gz-train: cut.npy: after record *incomplete*"
    [ ! -e w ]
    quick -V "$FILES/valid.npy" --resume ck -o w "$FILES/few.npy"
    cmp w whole
    quick --partial -o w cut.npy
    pipe "gz-train -q -n dense4 -o w2 < cut.npy"
    [ "$status" -eq 1 ]
    [ ! -e w2 ]
}

@test "--resume refuses other options and other streams by name" {
    quick --checkpoint ck -o w "$FILES/few.npy"
    for option in "-s 2" "-b 32" "--shards 2" "-r 0.1" "--rate-end 0.1" "--warmup 0.5" "--soft" "--normalise mean-std" \
        "-V $FILES/valid.npy" "--weight-decay 0.1" "-e 3" "--size 14" "--average 0.9" "--smooth 0.1" "--batch-norm none"; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr quick $option --resume ck -o x "$FILES/few.npy"
        one_line "gz-train: ck: * in the checkpoint, not *"
    done
    run -1 --separate-stderr gz-train -q -n dense5 --resume ck -o x "$FILES/few.npy"
    one_line "gz-train: ck: network is 'conv4 pool dense8 dropout0.5' in the checkpoint, not 'dense5'"
    gz-augment -s 5 -e 4 "$FILES/train.npy" > other.npy
    run -1 --separate-stderr quick --resume ck -o x other.npy
    one_line "gz-train: ck: the stream is not the one that the checkpoint was made on (*"
    run -1 --separate-stderr quick --resume w -o x "$FILES/few.npy"
    one_line "gz-train: w: metadata 'format' is 'gz-weights 1', not 'gz-checkpoint 5'"
    run -1 --separate-stderr quick --resume missing -o x "$FILES/few.npy"
    one_line "gz-train: missing: No such file or directory"
    [ ! -e x ]
}

# Four streams of equal length as the one stream that they are for --interleave: of each its share, step by step.
interleave_by_hand() { # batch, stream ...
    py "
import sys
size = $1 // 4
streams = [read(f) for f in '${*:2}'.split()]
views = sorted(set(streams[0]['view']))
parts = [[s[s['view'] == v] for s in streams] for v in views]
write('by-hand.npy', np.concatenate([p[i:i + size] for epoch in parts for i in range(0, len(epoch[0]), size) for p in epoch]))"
}

@test "the fuzzer of checkpoints begins with one of today's" {
    py "write('tiny.npy', np.array([(b'a', 1, (1, 0, 0), np.zeros((2, 2, 1)))], pictures(1, 1).dtype.descr[:3] + [('pixels', 'u1', (2, 2, 1))]))"
    gz-train -q -j 1 -n 'conv1 dense2' -b 2 --shards 1 --normalise per-image --checkpoint ck -o w tiny.npy
    py "
import json
seed = json.loads(open('$ROOT/tests/fuzz/corpus/checkpoint/seed-first', 'rb').readline())
have = seed.pop('__metadata__')
tensors, want = safetensors('ck')
assert set(have) == set(want) and set(seed) == set(tensors), set(have) ^ set(want) or set(seed) ^ set(tensors)
for name in set(want) - {'trained.kernels'}:
    assert have[name] == want[name] or not name.startswith('trained.') and name != 'format', (name, have[name], want[name])"
}

@test "--interleave takes of each step a share from every stream" {
    for i in 0 1 2 3; do
        py "write('part.npy', pictures(48, 5 + $i, first=100 * $i))"
        gz-augment -q -e 3 part.npy > "$i.npy"
    done
    # 48 records are three steps of 16: no step is short, and shard and stream are the same.
    interleave_by_hand 64 {0,1,2,3}.npy
    quick -V "$FILES/valid.npy" --interleave -o w {0,1,2,3}.npy
    quick -V "$FILES/valid.npy" -o by-hand by-hand.npy
    py "
a, b = safetensors('w'), safetensors('by-hand')
assert all((a[0][k] == b[0][k]).all() for k in b[0]) and len(a[0]) == len(b[0])
assert a[1].pop('trained.streams') == '4' and a[1] == b[1]"
    quick -V "$FILES/valid.npy" --interleave -o other 1.npy 0.npy 2.npy 3.npy
    run ! cmp -s w other
    # One is what it is without.
    quick --interleave -o one "$FILES/few.npy"
    quick --interleave -o stdin < "$FILES/few.npy"
    quick -o plain "$FILES/few.npy"
    cmp one plain
    cmp stdin plain
}

# Three streams of 70, 41 and 100 records an epoch.
uneven() {
    for i in 0 1 2; do
        py "write('part.npy', pictures([70, 41, 100][$i], 5 + $i, first=100 * $i))"
        gz-augment -q -e "${1:-4}" part.npy > "$i.npy"
    done
}

@test "--interleave: streams of any length, all records once an epoch, the same with any number of threads" {
    uneven
    run -0 --separate-stderr gz-train "${QUICK[@]:1}" -b 50 --shards 7 --interleave --checkpoint ck -o w {0,1,2}.npy
    for epoch in 1 2 3 4; do [[ ${stderr_lines[$((epoch - 1))]} == "gz-train: epoch $epoch: $((epoch * 211)) records, "* ]]; done
    [ "${#stderr_lines[@]}" -eq 4 ]
    [ "$(learned)" = '280 164 400' ]
    gz-train "${QUICK[@]}" -j 3 -b 50 --shards 7 --interleave -o threads {0,1,2}.npy
    cmp w threads
    # The mean of all inputs is that of all streams.
    gz-train "${QUICK[@]}" --normalise mean-std --interleave -o w {0,1,2}.npy
    py "
x = np.concatenate([read('%d.npy' % i)['pixels'][:342] for i in range(3)]) / 255.
meta = safetensors('w')[1]
assert abs(float(meta['mean']) - x.mean()) < 1e-6 and abs(float(meta['std']) - x.std()) < 1e-6"
}

@test "--interleave, cut off and resumed: the same bytes; another number of streams, or order, is refused" {
    uneven
    three() { quick --interleave -V "$FILES/valid.npy" --patience 9 "$@"; }
    three -o whole {0,1,2}.npy
    head -c $(($(stat -c %s 1.npy) * 3 / 5)) 1.npy > cut.npy
    run -1 --separate-stderr three --checkpoint ck -o w 0.npy cut.npy 2.npy
    one_line "gz-train: cut.npy: after record *incomplete*"
    [ ! -e w ]
    three --resume ck -o w {0,1,2}.npy
    cmp w whole
    run -1 --separate-stderr three --resume ck -o x {0,1}.npy
    one_line "gz-train: ck: streams is '3' in the checkpoint, not '2'"
    run -1 --separate-stderr three --resume ck -o x 0.npy
    one_line "gz-train: ck: the checkpoint is of 3 streams, not of 1"
    run -1 --separate-stderr three --resume ck -o x 0.npy 2.npy 1.npy
    one_line "gz-train: ck: the stream is not the one that the checkpoint was made on (*"
    [ ! -e x ]
}

@test "--interleave: streams whose epochs don't fit together are refused by name" {
    uneven
    gz-augment -q -e 3 part.npy > short.npy
    run -1 --separate-stderr quick --interleave -o w 0.npy short.npy 1.npy
    one_line "gz-train: short.npy: ends, where view 4 begins in another stream"
    run -1 --separate-stderr quick --interleave -o w 0.npy part.npy
    one_line "gz-train: part.npy: view 0 begins, where it is view 1 in another stream"
    py "write('colour.npy', pictures(9, 1, channels=3)); write('two.npy', pictures(9, 1, classes=['bar', 'disc'])[::3])"
    run -1 --separate-stderr quick --interleave -o w 0.npy colour.npy
    one_line "gz-train: colour.npy: pictures of 16x16x3 * but 16x16x1 are wanted"
    run -1 --separate-stderr quick --interleave -o w 0.npy two.npy
    one_line "gz-train: two.npy: votes for 2 classes, where the training stream has 3"
    run -1 --separate-stderr quick --interleave -o w {0,1,2,0,1}.npy
    one_line "gz-train: 5 streams need as many shards: 4 are too few"
    [ ! -e w ]
}

@test "--patience stops, reads the rest, and keeps the best" {
    run -0 --separate-stderr gz-train -n dense4 -r 0 --rate-end 0 -V "$FILES/valid.npy" --patience 2 -o w "$FILES/views.npy"
    [ "${#stderr_lines[@]}" -eq 4 ]
    pipe "gz-augment -e 9 '$FILES/train.npy' | gz-train -q -n dense4 -r 0 --rate-end 0 -V '$FILES/valid.npy' --patience 1 -o w"
    [ "$status" -eq 0 ]
    py "assert safetensors('w')[1]['trained.records'] == '600'"
}

@test "--soft learns shares; --normalise, --size, margin records, floats and colour" {
    py "
a = np.repeat(pictures(1, 1), 8000)
a['votes'] = (.5, .3, .2)
a['votes'][::4] = (.1, .9, 0)
write('soft.npy', a)"
    gz-train -q --soft -n '' -r 0.01 -o w soft.npy
    py "
a = read('soft.npy')
assert abs(forward('w', a[:1])[0] - [.4, .45, .15]).max() < .03, forward('w', a[:1])"
    py "
write('m.npy', pictures(90, 1, side=24, channels=3, kind='<f4')); write('c.npy', pictures(30, 5, channels=3, kind='<f4'))"
    quick --size 16 -V c.npy --normalise mean-std -o w m.npy
    quick --size 16 -V c.npy -o p m.npy
    py "
a = read('m.npy')['pixels'][:, 4:20, 4:20]
t, meta = safetensors('w')
assert meta['input'] == '16,16,3' and t['conv1.weight'].shape == (4, 3, 3, 3)
assert abs(float(meta['mean']) - a.mean()) < 1e-6 and abs(float(meta['std']) - a.std()) < 1e-6
meta = safetensors('p')[1]
assert meta['normalise'] == 'per-image' and 'mean' not in meta"
}

@test "what can't be learned from is named: votes, pixels, shapes, classes" {
    py "
a = pictures(9, 1)
write('none.npy', pictures(9, 1, labelled=False)); write('empty.npy', a[:0])
write('other.npy', pictures(9, 1, classes=['bar', 'disc', 'ring'])); write('two.npy', pictures(9, 1, classes=['bar', 'disc'])[::3])
write('big.npy', pictures(9, 1, side=18)); write('colour.npy', pictures(9, 1, channels=3))
write('small.npy', pictures(9, 1, side=12)); write('odd.npy', pictures(9, 1, side=17))
b = a.copy(); b['votes'][4] = (.5, .1, .1); write('votes.npy', b)
c = pictures(9, 1, kind='<f4'); c['pixels'][6, 3, 4] = np.nan; write('nan.npy', c)
d = pictures(9, 1, classes=['bar', 'label', 'x']); write('label.npy', d)"
    check() {
        run -1 --separate-stderr gz-train -q -n dense4 -o w "${@:2}"
        one_line "gz-train: $1"
        [ ! -e w ]
    }
    check "none.npy: the records have no votes (see gz-label)" none.npy
    check "empty.npy: no records to learn from" empty.npy
    check "empty.npy: no records to measure with" -V empty.npy "$FILES/few.npy"
    check "other.npy: class 'ring', where the training stream has 'cross'" -V other.npy "$FILES/few.npy"
    check "two.npy: votes for 2 classes, where the training stream has 3" -V two.npy "$FILES/few.npy"
    check "none.npy: the records have no votes (see gz-label)" -V none.npy "$FILES/few.npy"
    check "colour.npy: pictures of 16x16x3 * but 16x16x1 are wanted" -V colour.npy "$FILES/few.npy"
    check "small.npy: pictures of 12x12x1 * but 16x16x1 are wanted" -V small.npy "$FILES/few.npy"
    check "odd.npy: pictures of 17x17x1 * but 16x16x1 are wanted" --size 16 odd.npy
    check "votes.npy: record 5 (g4): votes do not sum to 1" votes.npy
    check "votes.npy: record 5 (g4): votes do not sum to 1" -V votes.npy "$FILES/few.npy"
    check "nan.npy: record 7 (g6): a pixel is nan, not a number from 0 to 1" nan.npy
    check "a class can't have the name 'label'" label.npy
    check "network: 'conv8' can't follow a dense layer" -n 'dense8 conv8' "$FILES/few.npy"
    check "*the learning rate is too high" -r 1000 --warmup 0 --rate-end 1000 -n "$(yes dense64 | head -n 20 | tr '\n' ' ')" "$FILES/views.npy"
    gz-train -q -n dense4 -V big.npy -o w "$FILES/few.npy" # a margin around is fine
}

@test "a network or a checkpoint beyond the limits is refused at once" {
    limit=$([ -n "$GZ_SANITIZED" ] && echo : || echo 'ulimit -v 400000')
    while read -r network; do
        run -1 --separate-stderr bash -c "$limit; gz-train -j 1 -n '$network' -o x '$FILES/few.npy'"
        one_line "gz-train: network: *"
    done << 'END'
dense1000000000
conv99999999999999999999
conv8192 conv8192
dense8192 dense8192 dense8192
END
    run -1 --separate-stderr bash -c "$limit; gz-train -j 1 --resume /dev/zero -o x '$FILES/few.npy'"
    one_line "gz-train: /dev/zero: not a safetensors file: *"
    [ ! -e x ]
}

@test "errors: one line, the right status, and no wait for a training whose end can't be written" {
    run -1 --separate-stderr quick -o x < /dev/null
    one_line "gz-train: standard input: incomplete: no end chunk after 0 records"
    run -1 --separate-stderr quick -o x missing.npy
    one_line "gz-train: missing.npy: No such file or directory"
    run -1 --separate-stderr quick -o x .
    one_line "gz-train: .: Is a directory"
    run -1 --separate-stderr quick -V missing.npy -o x "$FILES/few.npy"
    one_line "gz-train: missing.npy: No such file or directory"
    mkfifo never
    run -1 --separate-stderr timeout 60 gz-train -o none/w never
    one_line "gz-train: none/w: No such file or directory"
    run -1 --separate-stderr timeout 60 gz-train -o . never
    one_line "gz-train: .: Is a directory"
    run -1 --separate-stderr quick --log none/l -o x "$FILES/few.npy"
    one_line "gz-train: none/l: No such file or directory"
    run -1 --separate-stderr quick --checkpoint none/c -o x "$FILES/few.npy"
    one_line "gz-train: none/c: No such file or directory"
    [ ! -e x ]
    run -1 --separate-stderr bash -c "gz-train -q -n dense4 '$FILES/few.npy' > /dev/full"
    one_line "gz-train: standard output: *No space left on device"
    run -1 --separate-stderr bash -c "gz-train -q -n dense4 '$FILES/few.npy' >&-"
    one_line "gz-train: standard output: *"
    run -1 --separate-stderr bash -c "gz-train -q -n dense4 -o x <&-"
    one_line "gz-train: standard input: *"
    for wrong in "-b 0" "-b 5000" "-j 0" "--size 0" "-r -1" "-r nan" "--warmup 1" "--average 1" "--smooth 1" "--preset none" "--shards 65" "-b 2" "--patience 3" \
        "--normalise mean" "--batch-norm batch" "--resum ck" "-V - " "-e 0" "-x"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-train -o x $wrong < "$FILES/few.npy"
        one_line "gz-train: *"
    done
    run -0 gz-train --version
    [[ $output == "gz-train (gz toolchain) "* ]]
}
