#!/usr/bin/env bats
# gz-infer against a second reading of weights and streams: NumPy's, and PyTorch's where it is.

load helpers

FILES=$BATS_FILE_TMPDIR

setup_file() {
    export PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1
    cd "$BATS_FILE_TMPDIR" || return
    py "
write('train.npy', pictures(150, 1)); write('some.npy', pictures(130, 3, labelled=False))
write('margin.npy', pictures(40, 4, side=22)); write('colour.npy', pictures(90, 5, side=13, channels=3, kind='<f4'))"
    gz-augment -e 6 train.npy | gz-train -q -n 'conv8 pool conv16 pool dense16 dropout0.5 dense8' -o w.safetensors
    gz-augment -e 6 train.npy | gz-train -q -n 'conv8 pool conv16 pool dense16 cyclic dropout0.5 dense8' -o cyclic.safetensors
    gz-train -q -n 'conv5 conv6 pool dense7' --normalise per-image -o colour.safetensors colour.npy
    # Floats far from 0, whose mean and deviation depend on the order they are added up in.
    py "a = pictures(150, 1, kind='<f4'); a['pixels'] += 1e5; write('far.npy', a)"
    gz-train -q -r 0.01 -n 'conv4 pool dense8 cyclic dense4' --normalise per-image -o far.safetensors far.npy
    gz-infer -w w.safetensors some.npy > some.tsv
}

py() { "$PYTHON" -c "from learning import *; $1"; }

@test "probabilities are NumPy's, from the file alone: gray, colour, margin, per-image, labelled, cyclic" {
    for pair in "w some" "w train" "w margin" "colour colour" "cyclic some"; do
        set -- $pair
        gz-infer -w "$FILES/$1.safetensors" "$FILES/$2.npy" > p.tsv
        py "
a = read('$FILES/$2.npy')
head, ids, p, rest = lines('p.tsv')
assert head == ['#id', 'bar', 'disc', 'cross'] + ['label'] * ('votes' in a.dtype.names)
assert ids == [i.decode() for i in a['id']] and abs(p - forward('$FILES/$1.safetensors', a)).max() < 1e-5
assert abs(p.sum(1) - 1).max() < 2e-6
if 'votes' in a.dtype.names: assert [r[0] for r in rest] == [head[1 + i % 3] for i in range(len(a))]"
    done
}

@test "probabilities are PyTorch's, from the same file" {
    "$PYTHON" -c 'import torch' 2> /dev/null || skip "no python3-torch here"
    for pair in "w some" "colour colour" "cyclic some"; do
        set -- $pair
        gz-infer -w "$FILES/$1.safetensors" "$FILES/$2.npy" > p.tsv
        py "
import torch
class Cyclic(torch.nn.Module):
    def forward(self, x): return x.unflatten(0, (-1, 4)).mean(1)
t, meta = safetensors('$FILES/$1.safetensors')
net, state, count = torch.nn.Sequential(), {}, {}
for word in meta['network'].split() + ['last']:
    kind = word.rstrip('0123456789.') if word != 'last' else 'dense'
    count[kind] = count.get(kind, 0) + 1
    name = '%s%d' % (kind, count[kind])
    if kind == 'dense' and count[kind] == 1: net.add_module('flatten', torch.nn.Flatten())
    if kind in ('conv', 'dense'):
        w = torch.tensor(t[name + '.weight'])
        layer = torch.nn.Conv2d(w.shape[1], w.shape[0], 3, padding=1) if kind == 'conv' else torch.nn.Linear(w.shape[1], w.shape[0])
        net.add_module(name, layer)
        if word != 'last': net.add_module(name + 'relu', torch.nn.ReLU())
    if kind == 'pool': net.add_module(name, torch.nn.MaxPool2d(2))
    if kind == 'dropout': net.add_module(name, torch.nn.Dropout(float(word[7:])))
    if kind == 'cyclic': net.add_module(name, Cyclic())
net.load_state_dict({k: torch.tensor(v) for k, v in t.items()})
net.eval()
x = torch.tensor(inputs(read('$FILES/$2.npy'), meta), dtype=torch.float32)
if 'cyclic' in count: x = torch.stack([x.rot90(k, (2, 3)) for k in range(4)], 1).flatten(0, 1)
with torch.no_grad(): q = torch.softmax(net(x), 1).numpy()
assert abs(lines('p.tsv')[2] - q).max() < 1e-5"
    done
}

@test "all eight orientations of a picture give the same line to the byte with --views 8" {
    py "
near, far = pictures(40, 8, labelled=False), pictures(40, 8, kind='<f4', labelled=False)
far['pixels'] += 1e5
for a, names in (near, ('w', 'cyclic')), (far, ('far',)):
    for k in range(8):
        b = a.copy()
        for i in range(40): b['pixels'][i] = np.rot90(a['pixels'][i] if k < 4 else a['pixels'][i, :, ::-1], k % 4)
        # among other neighbours, too
        for name in names: write('%s%d.npy' % (name, k), np.roll(b, 7 * k))"
    for w in w cyclic far; do
        for k in {0..7}; do
            gz-infer --views 8 --spread -w "$FILES/$w.safetensors" "$w$k.npy" | sort > "$k.tsv"
            cmp "$k.tsv" 0.tsv
            gz-infer -w "$FILES/$w.safetensors" "$w$k.npy" | sort > "$w$k.tsv"
        done
    done
    run ! cmp -s w0.tsv w1.tsv
    # With a cyclic layer the four turns do already with one view.
    for w in cyclic far; do
        for k in 1 2 3; do cmp "${w}0.tsv" "$w$k.tsv"; done
        run ! cmp -s "${w}0.tsv" "${w}4.tsv"
    done
}

@test "--views 8 is softmax of the mean over orientations, --spread their probabilities' deviation" {
    for w in w cyclic; do
        gz-infer --views 8 --spread -w "$FILES/$w.safetensors" "$FILES/train.npy" > p.tsv
        py "
a, all = read('$FILES/train.npy'), []
for k in range(8):
    b = a.copy()
    b['pixels'] = np.rot90(a['pixels'] if k < 4 else a['pixels'][:, :, ::-1], k % 4, (1, 2))
    all.append(forward('$FILES/$w.safetensors', b))
head, ids, p, rest = lines('p.tsv')
assert head == ['#id', 'bar', 'disc', 'cross', 'label', 'spread']
mean = np.exp(np.mean(np.log(all), 0))
assert abs(mean / mean.sum(1, keepdims=True) - p).max() < 1e-5 and abs(np.mean(all, 0) - p).max() > 1e-4
spread = np.std(all, 0)[np.arange(len(a)), p.argmax(1)]
assert abs(spread - [float(r[1]) for r in rest]).max() < 1e-5 and spread.max() > .001"
    done
}

@test "the same lines from any chunks, in any pieces, with one thread or two" {
    py "
a = read('$FILES/some.npy')
write('one.npy', a, chunk=1); write('seven.npy', a, chunk=7)"
    gz-infer -j 1 -w "$FILES/w.safetensors" one.npy | cmp - "$FILES/some.tsv"
    gz-infer -j 2 -w "$FILES/w.safetensors" one.npy | cmp - "$FILES/some.tsv"
    gz-infer -j 2 -w "$FILES/w.safetensors" < seven.npy | cmp - "$FILES/some.tsv"
    (head -c 9000 one.npy; sleep 0.2; tail -c +9001 one.npy | head -c 12345; sleep 0.2; tail -c +21346 one.npy) |
        gz-infer -w "$FILES/w.safetensors" | cmp - "$FILES/some.tsv"
    gz-infer -o out.tsv -w "$FILES/w.safetensors" seven.npy
    cmp out.tsv "$FILES/some.tsv"
}

@test "a line comes out while the pipe is still open" {
    mkfifo in
    py "
a = read('$FILES/some.npy')
write('first', a[:1], end=False); write('second', a[1:3], end=False); write('rest', a[3:], end=False)
np.save(open('end', 'wb'), np.zeros((0, len(a)), a.dtype))"
    gz-infer -w "$FILES/w.safetensors" < in > out 3>&- &
    program=$!
    exec 9> in
    cat first >&9
    await eval '[ $(wc -l < out) -eq 2 ]'
    cat second >&9
    await eval '[ $(wc -l < out) -eq 4 ]'
    cat rest end >&9
    exec 9>&-
    wait "$program"
    cmp out "$FILES/some.tsv"
}

@test "weights for other shapes, channels or classes: both are named" {
    check() {
        run -1 --separate-stderr gz-infer -o x -w "${@:2}"
        one_line "gz-infer: $1"
        [ ! -e x ]
    }
    py "
write('small.npy', pictures(3, 1, side=14)); write('odd.npy', pictures(3, 1, side=17)); write('rgb.npy', pictures(3, 1, channels=3))
write('two.npy', pictures(2, 1, classes=['bar', 'disc'])); write('ring.npy', pictures(3, 1, classes=['bar', 'disc', 'ring']))"
    check "small.npy: pictures of 14x14x1 (height, width, channels), but 16x16x1 are wanted" "$FILES/w.safetensors" small.npy
    check "odd.npy: pictures of 17x17x1 * but 16x16x1 are wanted" "$FILES/w.safetensors" odd.npy
    check "rgb.npy: pictures of 16x16x3 * but 16x16x1 are wanted" "$FILES/w.safetensors" rgb.npy
    check "*some.npy: pictures of 16x16x1 * but 13x13x3 are wanted" "$FILES/colour.safetensors" "$FILES/some.npy"
    check "two.npy: votes for 2 classes, but the weights have 3" "$FILES/w.safetensors" two.npy
    check "ring.npy: class 'ring', where the weights have 'cross'" "$FILES/w.safetensors" ring.npy
}

@test "pixels that are no numbers: the record is named and left out, exit 3" {
    py "
a = pictures(90, 5, side=13, channels=3, kind='<f4')
a['pixels'][3, 5, 5, 1] = np.nan; a['pixels'][70, 0, 0, 0] = np.inf; a['pixels'][71, 0, 0, 0] = 1e30
write('nan.npy', a)"
    run -3 --separate-stderr gz-infer -w "$FILES/colour.safetensors" -o p.tsv nan.npy
    [ "${#stderr_lines[@]}" -eq 3 ]
    [ "${stderr_lines[0]}" = "gz-infer: nan.npy: record 4 (g3): a pixel is nan, not a number from 0 to 1" ]
    [ "${stderr_lines[1]}" = "gz-infer: nan.npy: record 71 (g70): a pixel is inf, not a number from 0 to 1" ]
    gz-infer -w "$FILES/colour.safetensors" "$FILES/colour.npy" | grep -v -e '^g3	' -e '^g70	' -e '^g71	' | cmp - p.tsv
}

@test "a stream cut off at any place: the lines of what was whole, exit 1; --partial: exit 0" {
    py "write('s.npy', read('$FILES/some.npy')[:4], chunk=1)"
    size=$(stat -c %s s.npy)
    for ((n = 1; n < size; n += 151)); do
        head -c "$n" s.npy > cut.npy
        run -1 --separate-stderr bash -c "gz-infer -w '$FILES/w.safetensors' cut.npy > cut.tsv"
        one_line "gz-infer: cut.npy: *incomplete*"
        head -n "$(wc -l < cut.tsv)" "$FILES/some.tsv" | cmp - cut.tsv
    done
    [ "$(wc -l < cut.tsv)" -eq 5 ]
    gz-infer --partial -w "$FILES/w.safetensors" cut.npy | cmp - cut.tsv
}

@test "weights that are broken at any byte are refused, or give finite numbers" {
    size=$(stat -c %s "$FILES/w.safetensors")
    for ((n = 0; n < size; n += size / 15)); do
        head -c "$n" "$FILES/w.safetensors" > short
        run -1 --separate-stderr gz-infer -w short "$FILES/some.npy"
        one_line "gz-infer: short: *"
    done
    for n in 0 7 9 20 300 800; do
        cp "$FILES/w.safetensors" bad
        printf '\377' | dd of=bad bs=1 seek="$n" conv=notrunc status=none
        run -1 --separate-stderr gz-infer -w bad "$FILES/some.npy"
        one_line "gz-infer: bad: *"
    done
}

@test "weights that claim more than they hold are refused before memory is taken" {
    "$PYTHON" - << 'END'
import json, struct
def write(path, network, length=None, **tensors):
    header = json.dumps({'__metadata__': {'format': 'gz-weights 1', 'network': network, 'classes': 'a,b,c',
                         'input': '32,32,3', 'normalise': 'per-image'}, **tensors}).encode()
    open(path, 'wb').write(struct.pack('<Q', len(header) if length is None else length) + header)
write('length63', '', length=1 << 63)
write('length64', '', length=(1 << 64) - 1)
write('units', 'dense1000000000')
write('parameters', 'dense8192 dense8192 dense8192')
write('below', 'dense8192 dense8192 dense3000')
write('values', 'dense2', a={'dtype': 'F32', 'shape': [1 << 62, 4], 'data_offsets': [0, 0]})
END
    refused() {
        # The sanitizers reserve more than there is.
        limit=$([ -n "$GZ_SANITIZED" ] && echo : || echo 'ulimit -v 400000')
        run -1 --separate-stderr bash -c "$limit; gz-infer -j 1 -w '$1' '$FILES/some.npy'"
        one_line "gz-infer: $1: $2"
    }
    refused length63 "not a safetensors file: a header of 9223372036854775808 bytes"
    refused length64 "not a safetensors file: a header of 18446744073709551615 bytes"
    refused units "network: 'dense1000000000' is no layer *"
    refused parameters "network: more than 134217728 parameters at 'dense8192'"
    refused below "the tensor 'dense1.weight' is missing"
    refused values "'a': more values than the file holds"
    refused /dev/zero "not a safetensors file: a header of 0 bytes"
}

@test "a header of 4 MiB takes less than 32 MiB, whatever stands in it" {
    "$PYTHON" - << 'END'
import struct
def write(path, header, n=1 << 22):
    assert len(header) <= n
    open(path, 'wb').write(struct.pack('<Q', n) + header.encode() + b' ' * (n - len(header)))
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
END
    [ -z "$GZ_SANITIZED" ] || skip "a sanitizer takes memory of its own"
    refused() {
        run -1 --separate-stderr /usr/bin/time -q -f %M -o peak gz-infer -w "$1" "$FILES/some.npy"
        one_line "gz-infer: $1: $2"
        [ "$(cat peak)" -lt 32768 ]
    }
    refused many "more than 20000 commas and brackets in the header"
    refused objects "'a': dtype is not F32"
    refused nested "'a': dtype is not F32"
    refused strings "'a': dtype is not F32"
    refused keys "'0*': dtype is not F32"
    refused metadata "metadata 'format' is not 'gz-weights 1'"
    refused name "'xxx*': dtype is not F32"
    refused more "not a safetensors file: a header of 4194305 bytes"
    run -1 --separate-stderr /usr/bin/time -q -f %M -o peak gz-train -j 1 -n dense8 --resume many -o x "$FILES/train.npy"
    one_line "gz-train: many: more than 20000 commas and brackets in the header"
    [ "$(cat peak)" -lt 65536 ]
}

@test "errors: one line, the right status" {
    run -1 --separate-stderr gz-infer -w "$FILES/w.safetensors" < /dev/null
    one_line "gz-infer: standard input: incomplete: no end chunk after 0 records"
    run -1 --separate-stderr gz-infer -w "$FILES/w.safetensors" missing.npy
    one_line "gz-infer: missing.npy: No such file or directory"
    run -1 --separate-stderr gz-infer -w "$FILES/w.safetensors" .
    one_line "gz-infer: .: Is a directory"
    run -1 --separate-stderr gz-infer -w missing "$FILES/some.npy"
    one_line "gz-infer: missing: No such file or directory"
    run -1 --separate-stderr gz-infer -w . "$FILES/some.npy"
    one_line "gz-infer: .: Is a directory"
    run -1 --separate-stderr gz-infer -w "$FILES/some.npy" "$FILES/some.npy"
    one_line "gz-infer: *some.npy: not a safetensors file*"
    run -1 --separate-stderr gz-infer -o none/x -w "$FILES/w.safetensors" "$FILES/some.npy"
    one_line "gz-infer: none/x: No such file or directory"
    run -1 --separate-stderr bash -c "gz-infer -w '$FILES/w.safetensors' '$FILES/some.npy' > /dev/full"
    one_line "gz-infer: standard output: *No space left on device"
    run -1 --separate-stderr bash -c "gz-infer -w '$FILES/w.safetensors' '$FILES/some.npy' >&-"
    one_line "gz-infer: standard output: *"
    run -1 --separate-stderr bash -c "gz-infer -w '$FILES/w.safetensors' <&-"
    one_line "gz-infer: standard input: *"
    py "write('none.npy', pictures(1, 1, labelled=False)[:0])"
    run -0 gz-infer -w "$FILES/w.safetensors" none.npy
    [ "$output" = "$(printf '#id\tbar\tdisc\tcross')" ]
    for wrong in "-v 4" "-v 0" "--spread" "-j x" "--view 8" "-w"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-infer -w "$FILES/w.safetensors" $wrong
        one_line "gz-infer: *"
    done
    run -2 --separate-stderr gz-infer "$FILES/some.npy"
    one_line "gz-infer: there is no --weights FILE (see gz-infer -h)"
}

# block N: literal block number N of gz-weights(5)'s examples.
block() {
    awk -v n="$1" '/^\.Sh / { inside = $0 == ".Sh EXAMPLES" } /^\.Ed/ { literal = 0 }
        inside && literal && at == n { print } inside && /^\.Bd -literal/ { literal = 1; at++ }' "$ROOT/man/gz-weights.5"
}

@test "the reader in gz-weights(5) reads what gz-train writes" {
    block 1 > weights.py
    "$PYTHON" -c "
import learning, weights
a, b = learning.safetensors('$FILES/w.safetensors'), weights.load('$FILES/w.safetensors')
assert a[1] == b[1] and a[0].keys() == b[0].keys() and all((a[0][k] == b[0][k]).all() for k in a[0])
assert b[0]['conv1.weight'].shape == (8, 1, 3, 3) and b[0]['dense1.weight'].shape == (16, 256)"
}

@test "the network in gz-weights(5), in PyTorch, gives gz-infer's probabilities" {
    "$PYTHON" -c 'import torch' 2> /dev/null || skip "no python3-torch here"
    block 1 > weights.py
    block 2 > net.py
    "$PYTHON" net.py "$FILES/w.safetensors" "$FILES/some.npy" > torch.txt
    py "
q = [l.split() for l in open('torch.txt')]
_, ids, p, _ = lines('$FILES/some.tsv')
assert [r[0] for r in q] == ids and abs(p - np.array([r[1:] for r in q], float)).max() < 1e-5"
}
