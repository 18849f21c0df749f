#!/usr/bin/env bats
# gz-augment, read by NumPy (python/gz_augment.py): what is a law of single views is held by tests/unit/augment.c.

load helpers

TRAIN=$FILES/train.npy
WIDE=$FILES/wide.npy

setup_file() {
    shapes "$TRAIN" 50 1
    shapes "$WIDE" 20 2 side=24 channels=3
}

check() { py gz_augment "$@"; }

# Views with nothing but what the options ask for.
plain() { gz-augment --no-rotate --no-flip --no-shuffle "$@"; }

@test "each epoch has every record once, shuffled; view is its number, progress goes from 0 to below 1" {
    gz-augment -e 4 "$TRAIN" > a.npy
    check epochs a.npy "$TRAIN" 4
}

@test "neither the input's order, nor its chunks, nor threads change a byte" {
    check reversed_order "$TRAIN" reversed.npy
    py stream rechunk "$TRAIN" single.npy 1
    gz-augment -e 3 --seed 7 -j 1 "$TRAIN" > 1.npy
    gz-augment -e 3 --seed 7 -j 2 "$TRAIN" > 2.npy
    gz-augment -e 3 --seed 7 reversed.npy > 3.npy
    gz-augment -e 3 --seed 7 < single.npy > 4.npy
    gz-augment -e 3 --seed 8 < single.npy > 5.npy
    cmp 1.npy 2.npy
    cmp 1.npy 3.npy
    cmp 1.npy 4.npy
    run ! cmp -s 1.npy 5.npy
}

@test "without turning and mirroring a view is NumPy's own centre; --no-shuffle keeps the order" {
    plain -e 2 --size 16 "$WIDE" > a.npy
    check centre a.npy "$WIDE" 2 16
}

@test "--no-rotate alone gives one of the four mirror images, --no-flip alone a picture turned by its angle" {
    gz-augment --no-rotate --no-shuffle "$WIDE" > a.npy
    check mirrored a.npy "$WIDE"
    check saddles g.npy
    gz-augment --no-flip --no-shuffle --size 15 g.npy > h.npy
    check turned h.npy
}

@test "--shift, --zoom and --brightness change the pictures, and stay off by default" {
    plain --zoom 0 --shift 0 --brightness 0 "$TRAIN" > none.npy
    plain --shift 2 "$TRAIN" > shift.npy
    plain --zoom 0.2 "$TRAIN" > zoom.npy
    plain --brightness 0.2 "$TRAIN" > bright.npy
    check changed "$TRAIN" none.npy shift.npy zoom.npy bright.npy
}

@test "one epoch from a pipe, FIFO or '-' passes records on before its input ends" {
    mkfifo in
    py stream part "$TRAIN" part 0 2
    py stream part "$TRAIN" rest 2 50
    py stream end "$TRAIN" end
    for input in "" - in; do
        # shellcheck disable=SC2086
        if [ "$input" = in ]; then gz-augment in > out 3>&- & else gz-augment $input < in > out 3>&- & fi
        program=$!
        exec 9> in
        cat part >&9
        await test -s out
        cat rest end >&9
        exec 9>&-
        wait "$program"
        check passed_on out "$TRAIN"
    done
}

@test "memory is constant for one epoch on a pipe, and below 40 MB for 7,000 records of 64x64" {
    need_command time
    need_unsanitized
    py shapes blank big.npy 2000 64
    (for _ in {1..5}; do cat big.npy; done) | peak kb gz-augment -j 2 --size 8 > out.npy
    [ "$(< kb)" -lt 16384 ]
    [ "$(stream ids out.npy | wc -l)" -eq 10000 ]
    peak kb gz-augment -j 2 -e 2 --size 8 big.npy big.npy big.npy --partial > out.npy
    [ "$(< kb)" -lt 40960 ]
    py shapes blank all.npy 7000 64 chunk=1
    peak kb gz-augment -j 2 -e 2 --size 8 all.npy > out.npy
    [ "$(< kb)" -lt 40960 ]
}

@test "of an incomplete input the whole records come, without an end chunk: exit 1; --partial accepts it" {
    head -c 9000 "$TRAIN" > cut.npy
    for epochs in 1 2; do
        run -1 --separate-stderr bash -c "gz-augment -e $epochs cut.npy > out.npy"
        one_line "gz-augment: cut.npy: after record ?? (g??): byte 9000: incomplete: *"
        run -1 gz-prep --crop 16 --size 16 -o x.npy out.npy
        run -0 gz-prep --partial --crop 16 --size 16 -o x.npy out.npy
        gz-augment -e "$epochs" --partial cut.npy > whole.npy
        check whole_epochs x.npy "$epochs" whole.npy
    done
}

@test "a stream may have no records, no votes, and unknown fields, which stay" {
    check with_redshift some.npy none.npy
    gz-augment -e 2 some.npy > a.npy
    gz-augment -e 2 none.npy > b.npy
    check kept_redshift a.npy b.npy
}

@test "errors have one line and the right status" {
    bad_streams 'gz-augment -o x.npy STREAM'
    for size in 15 18; do
        fails "gz-augment --size $size -o x.npy '$TRAIN'" "$TRAIN: pictures of 16x16 have no central ${size}x$size"
    done
    [ ! -e x.npy ]
    for epochs in 1 2; do bad_output "gz-augment -e $epochs '$TRAIN'"; done
    wrong_usage "gz-augment OPTIONS '$TRAIN'" '-e 0' '-e x' '--size 0' '--zoom -1' '--brightness -1' '--shift nan' \
        '--seed -1' '--rotate' '-j 0' '--epoch 2'
    wrong_usage 'gz-augment OPTIONS' -e
}
