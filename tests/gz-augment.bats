#!/usr/bin/env bats
# gz-augment, read by NumPy: what is a law of single views is held by tests/unit/augment.c.

load helpers

setup_file() {
    export PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1
    cd "$BATS_FILE_TMPDIR" || return
    py "write('train.npy', pictures(50, 1)); write('wide.npy', pictures(20, 2, side=24, channels=3))"
}

py() { "$PYTHON" -c "from learning import *; $1"; }

@test "epochs: every record once in each, shuffled, its view the epoch's number, progress from 0 to below 1" {
    gz-augment -e 4 "$BATS_FILE_TMPDIR/train.npy" > a.npy
    py "
a, b = read('a.npy'), read('$BATS_FILE_TMPDIR/train.npy')
assert a.dtype.names == ('id', 'view', 'votes', 'progress', 'pixels') and len(a) == 200
order = a['id'].reshape(4, 50)
for k in range(4):
    assert sorted(order[k]) == sorted(b['id'])
    assert (a['view'].reshape(4, 50)[k] == k + 1).all()
assert len({tuple(o) for o in order}) == 4 and (order[0] != b['id']).any()
assert np.allclose(a['progress'], np.arange(200) / 200)
votes = dict(zip(b['id'], b['votes']))
assert all(votes[i] == v for i, v in zip(a['id'], a['votes']))
assert (a['pixels'][:50] != a['pixels'][50:100]).any()"
}

@test "neither the input's order, nor its chunks, nor threads change a byte" {
    py "
a = read('$BATS_FILE_TMPDIR/train.npy')
write('reversed.npy', a[::-1]); write('single.npy', a, chunk=1)"
    gz-augment -e 3 -s 7 -j 1 "$BATS_FILE_TMPDIR/train.npy" > 1.npy
    gz-augment -e 3 -s 7 -j 2 "$BATS_FILE_TMPDIR/train.npy" > 2.npy
    gz-augment -e 3 -s 7 reversed.npy > 3.npy
    gz-augment -e 3 -s 7 < single.npy > 4.npy
    gz-augment -e 3 -s 8 < single.npy > 5.npy
    cmp 1.npy 2.npy
    cmp 1.npy 3.npy
    cmp 1.npy 4.npy
    run ! cmp -s 1.npy 5.npy
}

@test "without turning and mirroring, NumPy's own centre; --no-shuffle keeps the order" {
    gz-augment -e 2 --no-rotate --no-flip --no-shuffle --size 16 "$BATS_FILE_TMPDIR/wide.npy" > a.npy
    py "
a, b = read('a.npy'), read('$BATS_FILE_TMPDIR/wide.npy')
assert (a['id'] == np.tile(b['id'], 2)).all()
assert (a['pixels'] == np.tile(b['pixels'][:, 4:20, 4:20], (2, 1, 1, 1))).all()"
}

@test "--no-rotate alone: one of the four mirror images; --no-flip alone: a picture turned by its angle" {
    gz-augment --no-rotate --no-shuffle "$BATS_FILE_TMPDIR/wide.npy" > a.npy
    py "
a, b = read('a.npy')['pixels'], read('$BATS_FILE_TMPDIR/wide.npy')['pixels']
kinds = set()
for x, y in zip(a, b):
    kind = [(x == z).all() for z in (y, y[::-1], y[:, ::-1], y[::-1, ::-1])]
    assert any(kind)
    kinds.add(kind.index(True))
assert kinds == {0, 1, 2, 3}"
    # A gradient turned by an angle is a gradient in that direction: no mirroring, angles all around.
    py "
g = pictures(60, 1, side=33, kind='<f4')
y, x = np.mgrid[:33, :33] - 16
g['pixels'][:, :, :, 0] = .5 + x / 100
g['pixels'][30:, :, :, 0] = .5 + x * y / 1000
write('g.npy', g)"
    gz-augment --no-flip --no-shuffle --size 15 g.npy > h.npy
    py "
h = read('h.npy')['pixels'][:, :, :, 0].astype(float)
y, x = (np.mgrid[:15, :15] - 7).reshape(2, -1)
angles = []
for p in h[:30]:
    fit, rest, *_ = np.linalg.lstsq(np.stack([x, y, 0 * x + 1], 1), p.ravel(), rcond=None)
    assert rest[0] < 1e-6 and abs(np.hypot(*fit[:2]) - .01) < 1e-5
    angles.append(np.arctan2(fit[1], fit[0]))
assert min(np.diff(sorted(angles))) > 0 and max(np.diff(sorted(angles))) < 2"
}

@test "--shift, --zoom and --brightness change the pictures, and stay off by default" {
    gz-augment --no-rotate --no-flip --no-shuffle --shift 2 "$BATS_FILE_TMPDIR/train.npy" > shift.npy
    gz-augment --no-rotate --no-flip --no-shuffle --zoom 0.2 "$BATS_FILE_TMPDIR/train.npy" > zoom.npy
    gz-augment --no-rotate --no-flip --no-shuffle --brightness 0.2 "$BATS_FILE_TMPDIR/train.npy" > bright.npy
    gz-augment --no-rotate --no-flip --no-shuffle --zoom 0 --shift 0 --brightness 0 "$BATS_FILE_TMPDIR/train.npy" > none.npy
    py "
a, s, z, b, n = (read(f)['pixels'].astype(int) for f in
                 ('$BATS_FILE_TMPDIR/train.npy', 'shift.npy', 'zoom.npy', 'bright.npy', 'none.npy'))
assert (a == n).all() and (abs(a - s).mean((1, 2, 3)) > 1).mean() > .9 and (abs(a - z).mean((1, 2, 3)) > 1).mean() > .8
gain = np.array([y[(x > 150) & (y < 255)].sum() / x[(x > 150) & (y < 255)].sum() for x, y in zip(a, b)])
assert gain.min() > .82 and gain.max() < 1.21 and gain.std() > .05
assert abs(np.clip(a * gain[:, None, None, None], 0, 255) - b).max() < 1.5"
}

@test "one epoch from a pipe, FIFO or '-' passes records on before its input ends" {
    mkfifo in
    for input in "" - in; do
        # shellcheck disable=SC2086
        if [ "$input" = in ]; then gz-augment in > out 3>&- & else gz-augment $input < in > out 3>&- & fi
        program=$!
        exec 9> in
        py "
a = read('$BATS_FILE_TMPDIR/train.npy')
write('part', a[:2], end=False); write('rest', a[2:], end=False)
np.save(open('end', 'wb'), np.zeros((0, 50), a.dtype))"
        cat part >&9
        await test -s out
        cat rest >&9
        cat end >&9
        exec 9>&-
        wait "$program"
        py "
a, b = read('out'), read('$BATS_FILE_TMPDIR/train.npy')
assert (a['id'] == b['id']).all() and (a['view'] == 1).all() and 'progress' not in a.dtype.names"
    done
}

@test "memory: constant for one epoch on a pipe, below 40 MB for 7,000 records of 64x64" {
    ! grep -q '__[at]san_init' "$(command -v gz-augment)" || skip "a sanitizer takes memory of its own"
    py "
a = np.zeros(2000, pictures(1, 1, side=64).dtype)
a['id'] = ['g%d' % i for i in range(2000)]
write('big.npy', a)"
    cat > peak.py << 'END'
import resource, subprocess, sys
subprocess.run(sys.argv[2], shell=True, check=True)
mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(mb)
sys.exit(mb > float(sys.argv[1]))
END
    "$PYTHON" peak.py 16 'cat big.npy big.npy big.npy big.npy big.npy | gz-augment -j 2 --size 8 > out.npy'
    [ "$(py "print(len(read('out.npy')))")" -eq 10000 ]
    "$PYTHON" peak.py 40 'gz-augment -j 2 -e 2 --size 8 big.npy big.npy big.npy --partial > out.npy'
    py "
a = np.zeros(7000, pictures(1, 1, side=64).dtype)
a['id'] = ['g%d' % i for i in range(7000)]
write('all.npy', a, chunk=1)"
    "$PYTHON" peak.py 40 'gz-augment -j 2 -e 2 --size 8 all.npy > out.npy'
}

@test "an incomplete input: what came passes on, no end chunk, exit 1; --partial accepts it" {
    for epochs in 1 2; do
        head -c 9000 "$BATS_FILE_TMPDIR/train.npy" > cut.npy
        run -1 --separate-stderr bash -c "gz-augment -e $epochs cut.npy > out.npy"
        one_line "gz-augment: cut.npy: after record ?? (g??): byte 9000: incomplete: *"
        run -1 gz-prep --crop 16 --size 16 -o x.npy out.npy
        run -0 gz-prep --partial --crop 16 --size 16 -o x.npy out.npy
        py "assert 10 < len(read('x.npy')) and len(read('x.npy')) % $epochs == 0"
        gz-augment -e "$epochs" --partial cut.npy > whole.npy
        py "assert len(read('whole.npy')) == len(read('x.npy'))"
    done
}

@test "a stream without records; fields that ride along; votes are not needed" {
    py "
a = pictures(9, 1, labelled=False)
b = np.zeros(9, a.dtype.descr[:1] + [('redshift', '<f8')] + a.dtype.descr[2:])
b['id'], b['pixels'], b['redshift'] = a['id'], a['pixels'], np.arange(9)
write('some.npy', b); write('none.npy', b[:0])"
    gz-augment -e 2 some.npy > a.npy
    py "
a = read('a.npy')
assert a.dtype.names == ('id', 'redshift', 'view', 'progress', 'pixels') and (a['view'] == [1] * 9 + [2] * 9).all()
assert all(i == b'g%d' % z for i, z in zip(a['id'], a['redshift']))"
    gz-augment -e 2 none.npy > b.npy
    py "assert len(read('b.npy')) == 0 and read('b.npy').dtype.names == read('a.npy').dtype.names"
}

@test "errors: one line, the right status" {
    run -1 --separate-stderr gz-augment -o x.npy < /dev/null
    one_line "gz-augment: standard input: incomplete: no end chunk after 0 records"
    run -1 --separate-stderr gz-augment -o x.npy missing.npy
    one_line "gz-augment: missing.npy: No such file or directory"
    run -1 --separate-stderr gz-augment -o x.npy .
    one_line "gz-augment: .: Is a directory"
    run -1 --separate-stderr gz-augment --size 15 -o x.npy "$BATS_FILE_TMPDIR/train.npy"
    one_line "gz-augment: $BATS_FILE_TMPDIR/train.npy: pictures of 16x16 have no central 15x15"
    run -1 --separate-stderr gz-augment --size 18 -o x.npy "$BATS_FILE_TMPDIR/train.npy"
    one_line "gz-augment: $BATS_FILE_TMPDIR/train.npy: pictures of 16x16 have no central 18x18"
    [ ! -e x.npy ]
    for epochs in 1 2; do
        run -1 --separate-stderr bash -c "gz-augment -e $epochs '$BATS_FILE_TMPDIR/train.npy' > /dev/full"
        one_line "gz-augment: standard output: *No space left on device"
        run -1 --separate-stderr bash -c "gz-augment -e $epochs '$BATS_FILE_TMPDIR/train.npy' >&-"
        one_line "gz-augment: standard output: *"
    done
    run -1 --separate-stderr bash -c 'gz-augment <&- > x'
    one_line "gz-augment: standard input: *"
    for wrong in "-e 0" "-e x" "-e" "--size 0" "--zoom -1" "--brightness -1" "--shift nan" "--seed -1" "--rotate" "-j 0" "--epoch 2"; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr gz-augment $wrong "$BATS_FILE_TMPDIR/train.npy"
        one_line "gz-augment: *"
    done
}
