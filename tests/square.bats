#!/usr/bin/env bats
# What the pixels show, from the pictures to the lines: the square is a share of the picture as taken, whatever its
# size; records and weights say which; who comes last cuts the margin, and refuses what shows something else.

load helpers

setup_file() {
    cd "$FILES" || return
    gz-simulate -q -n 40 big
    gz-simulate -q -n 12 --size 300 middle
    gz-simulate -q -n 2 --size 64 thumbs
    # Ids that differ, and sort in another order than the sizes.
    mkdir mixed
    for f in middle/images/*.jpg; do cp "$f" "mixed/m$(basename "$f")"; done
    cp big/images/*.jpg mixed
    gz-decode -q -g big/images/*.jpg > whole.npy
    gz-prep -q --margin whole.npy > margin.npy
    gz-label -q -v big/votes.csv -a 0.3 --min-asked 0 margin.npy > labelled.npy 2> /dev/null || [ $? -eq 3 ]
    gz-train -q --network 'conv2 pool dense4' --batch 8 -o weights labelled.npy
}

check() { py square "$@"; }

# ---- the square ----

@test "a record says what its pixels show, through decode, prep, label and augment" {
    check fov "$FILES/whole.npy" 1
    [ "$(gz-decode -c 212 "$FILES"/big/images/90000[1-3].jpg | check fovs -)" = '0.5 0.5 0.5' ]
    share=$(check share 127 424)
    gz-prep "$FILES/whole.npy" > small.npy
    check fov small.npy "$share"
    check fov "$FILES/margin.npy" "$(check share 127 424 92 64)" 64
    check fov "$FILES/labelled.npy" "$(check share 127 424 92 64)" 64
    gz-augment --epochs 2 "$FILES/labelled.npy" > augmented.npy
    [ "$(stream shape augmented.npy | cut -d ' ' -f 2-4)" = '(64, 64, 1)' ]
    check fov augmented.npy "$share" 64
    gz-augment --size 32 "$FILES/labelled.npy" > less.npy
    check fov less.npy "$(check share 127 424 32 64)" 32
}

@test "a picture that was cut before has the square of the whole one: the same bytes" {
    for o in '' --margin '--square 0.4 --size 50'; do
        # shellcheck disable=SC2086
        gz-prep $o "$FILES/whole.npy" > want.npy
        for n in 212 250 424; do
            # shellcheck disable=SC2086
            gz-decode -g -c $n "$FILES"/big/images/*.jpg | gz-prep $o | cmp - want.npy
        done
    done
    # Prepared twice is prepared once.
    gz-prep "$FILES/whole.npy" > once.npy
    gz-prep once.npy | cmp - once.npy
}

@test "gz-decode --square is gz-decode | gz-prep, in gray and in colour" {
    for o in '' --margin '--square 0.43 --size 50' '--crop 100' '--square 1 --size 300'; do
        # shellcheck disable=SC2086
        gz-prep --size 64 $o "$FILES/whole.npy" > want.npy
        # shellcheck disable=SC2086
        gz-decode -g --size 64 $o "$FILES"/big/images/*.jpg | cmp - want.npy
        # shellcheck disable=SC2086
        gz-decode "$FILES"/big/images/*.jpg | gz-prep --colour --size 32 $o > want.npy
        # shellcheck disable=SC2086
        gz-decode --size 32 $o "$FILES"/big/images/*.jpg | cmp - want.npy
    done
    [ "$(gz-decode --margin < /dev/null 2> /dev/null | stream shape -)" = '|u1 (92, 92, 3) 0' ]
}

@test "a square larger than what the pixels show is refused, saying both" {
    gz-decode -q -g -c 100 "$FILES"/big/images/*.jpg > cut.npy
    fails 'gz-prep -o out.npy cut.npy' \
        'cut.npy: the square is 0.3 of the picture as taken, but the pixels show only 0.236 of it'
    [ ! -e out.npy ]
    # The first is good, the second is not.
    gz-decode -q -g -c 100 "$FILES"/middle/images/900001.jpg "$FILES"/big/images/900002.jpg > two.npy
    fails 'gz-prep -o out.npy two.npy' 'two.npy: record 2 (900002): the square is 0.3 of *'
    [ ! -e out.npy ]
    wrong_usage 'gz-prep OPTIONS cut.npy' '--square 0' '--square 1.1' '--square 0.3 -c 9'
    wrong_usage 'gz-decode OPTIONS a.jpg' '--square 0' '--square 1.1' '--square 0.3 -c 9'
}

@test "streams without the field are taken as before" {
    check without "$FILES/whole.npy" > bare.npy
    gz-prep bare.npy > got.npy
    gz-prep "$FILES/whole.npy" > want.npy
    cmp <(stream pixels got.npy) <(stream pixels want.npy)
    check fields got.npy | grep -qx 'id view pixels'
    for command in gz-montage 'gz-augment --size 64' 'gz-prep --margin'; do
        $command bare.npy > out
        [ -s out ]
    done
}

# ---- pictures of several sizes ----

@test "the odd sizes are named, ten at most, then counted; --square takes all" {
    run -3 --separate-stderr gz-decode -o out.npy "$FILES"/thumbs/images/900001.jpg "$FILES"/big/images/*.jpg
    [ "${#stderr_lines[@]}" -eq 11 ]
    [[ ${stderr_lines[9]} == *'900010.jpg: 424x424 pixels, but the stream has 64x64' ]]
    [[ ${stderr_lines[10]} == *': 40 of 41 pictures skipped, 40 of them for another size than that of the first, '* ]]
    [[ ${stderr_lines[10]} == *', 64x64 (--square takes pictures of any size)' ]]
    [ "$(ids out.npy)" = 900001 ]
    run -3 --separate-stderr gz-decode -g --square 0.3 -o out.npy "$FILES"/thumbs/images/900001.jpg \
        "$FILES"/big/images/*.jpg
    one_line 'gz-decode: */thumbs/images/900001.jpg: its square of 19 pixels would be enlarged to 64, more than 2 times'
    gz-prep "$FILES/whole.npy" | cmp - out.npy
}

@test "prepare.sh makes of each picture the same record, whatever sizes and order the others have" {
    run -0 "$ROOT/pipelines/prepare.sh" "$FILES/mixed" all.npy --margin
    [ "$(stream ids all.npy | wc -l)" -eq 52 ]
    gz-decode -g "$FILES"/mixed/9*.jpg | gz-prep --margin > big.npy
    gz-decode -g "$FILES"/mixed/m*.jpg | gz-prep --margin > middle.npy
    check joined all.npy big.npy middle.npy
    find "$FILES/mixed" -name '*.jpg' | sort -r | gz-decode -g --margin --files-from - -j 3 > reversed.npy
    check same_records reversed.npy all.npy
}

# ---- the weights ----

@test "weights record what they saw, and --like prepares pictures for them" {
    [ "$(check metadata "$FILES/weights" fov)" = 0.299528 ]
    [ "$(check metadata "$FILES/weights" input)" = 64,64,1 ]
    gz-prep --like "$FILES/weights" "$FILES/whole.npy" > got.npy
    gz-prep "$FILES/whole.npy" | cmp - got.npy
    gz-decode --like "$FILES/weights" "$FILES"/big/images/*.jpg | cmp - got.npy
    # Of another size, in colour, of another square.
    gz-decode --square 0.6 --size 32 "$FILES"/big/images/*.jpg |
        gz-label -q -v "$FILES/big/votes.csv" -a 0.3 --min-asked 0 2> /dev/null > labelled.npy || [ $? -eq 3 ]
    gz-train -q --network 'conv2 pool dense4' --batch 8 -o other labelled.npy
    gz-decode "$FILES"/big/images/*.jpg | gz-prep --colour --square 0.6 --size 32 > want.npy
    gz-decode --like other "$FILES"/big/images/*.jpg | cmp - want.npy
    gz-decode "$FILES"/big/images/*.jpg | gz-prep --like other | cmp - want.npy
    run -0 "$ROOT/pipelines/infer.sh" other "$FILES/big/images" lines.tsv
    gz-infer --views 8 -w other want.npy | cmp - lines.tsv
}

@test "gz-infer refuses a stream that shows something else, saying both, unless told" {
    gz-infer -w "$FILES/weights" "$FILES/margin.npy" > want.tsv
    fails "gz-infer -w '$FILES/weights' -o out.tsv '$FILES/whole.npy'" \
        '*: the network would see 0.151 of the picture as taken, where 0.3 is wanted (gz-prep --like does that)'
    [ ! -e out.tsv ]
    gz-infer --any-fov -w "$FILES/weights" "$FILES/whole.npy" > other.tsv
    [ "$(wc -l < other.tsv)" -eq "$(wc -l < want.tsv)" ]
    # Within 5 %, and not.
    gz-prep --square 0.31 "$FILES/whole.npy" | gz-infer -w "$FILES/weights" > near.tsv
    gz-prep --square 0.32 "$FILES/whole.npy" > far.npy
    fails "gz-infer -w '$FILES/weights' far.npy" 'far.npy: the network would see 0.318 of *'
    # Only one that comes later.
    cat <(gz-prep "$FILES/whole.npy") far.npy > both.npy
    run -3 --separate-stderr gz-infer -w "$FILES/weights" -o out.tsv both.npy
    [ "${#stderr_lines[@]}" -eq 11 ]
    [[ ${stderr_lines[0]} == 'gz-infer: both.npy: record 41 (900001): the network would see 0.318 of '* ]]
    [ "${stderr_lines[10]}" = 'gz-infer: 40 of 80 records skipped' ]
    cmp out.tsv want.tsv
}

@test "a stream or weights that don't say what they show are taken, with one line" {
    gz-infer -w "$FILES/weights" "$FILES/margin.npy" > want.tsv
    check without "$FILES/margin.npy" > bare.npy
    run -0 --separate-stderr gz-infer -w "$FILES/weights" -o got.tsv bare.npy
    one_line "gz-infer: the stream doesn't say how much of the sky its pictures show (there is no field fov)"
    cmp got.tsv want.tsv
    check without "$FILES/labelled.npy" > bare.npy
    run -0 --separate-stderr gz-train --size 64 --network 'conv2 pool dense4' --batch 8 -o old bare.npy
    [[ $stderr == *"gz-train: the records don't say how much of the sky they show "* ]]
    cmp <(check tensors old) <(check tensors "$FILES/weights")
    run -0 --separate-stderr gz-infer -w old -o got.tsv "$FILES/margin.npy"
    one_line "gz-infer: the weights don't say how much of the sky they learned from"
    run -0 --separate-stderr "$ROOT/pipelines/infer.sh" old "$FILES/big/images" lines.tsv
    gz-prep --like old "$FILES/whole.npy" | gz-infer -q --views 8 -w old | cmp - lines.tsv
}

@test "a forgotten --size is harmless: the margin isn't learned from, nor drawn" {
    gz-train -q --size 64 --network 'conv2 pool dense4' --batch 8 -o sized "$FILES/labelled.npy"
    cmp <(check tensors sized) <(check tensors "$FILES/weights")
    gz-augment --size 64 --epochs 2 "$FILES/labelled.npy" > want.npy
    gz-augment --epochs 2 "$FILES/labelled.npy" | cmp - want.npy
    gz-montage "$FILES/margin.npy" > margin.png
    gz-prep "$FILES/whole.npy" | gz-montage | cmp - margin.png
    gz-train --describe --network 'conv2 pool dense4' "$FILES/labelled.npy" > described
    gz-train --describe --network 'conv2 pool dense4' --size 64 "$FILES/labelled.npy" | cmp - described
}

@test "gz-train refuses records, also to validate with, that show something else" {
    gz-prep --square 0.4 --margin "$FILES/whole.npy" |
        gz-label -q -v "$FILES/big/votes.csv" -a 0.3 --min-asked 0 2> /dev/null > off.npy || [ $? -eq 3 ]
    fails "gz-train -q --network 'conv2 pool dense4' --validate off.npy -o out '$FILES/labelled.npy'" \
        'off.npy: record 1 (*): the network would see 0.399 of the picture as taken, where 0.3 is wanted'
    cat "$FILES/labelled.npy" off.npy > both.npy
    fails "gz-train -q --network 'conv2 pool dense4' -o out both.npy" \
        'both.npy: record *: the network would see 0.399 of the picture as taken, where 0.3 is wanted'
    [ ! -e out ]
}

@test "weights have the fingerprint of what they learned from, whatever its order and epochs" {
    check fingerprint "$FILES/labelled.npy" > want
    for key in galaxies ids pixels; do check metadata "$FILES/weights" trained.$key; done | cmp - want
    gz-augment --epochs 3 "$FILES/labelled.npy" > augmented.npy
    gz-train -q --network 'conv2 pool dense4' --batch 8 -o w3 augmented.npy
    gz-augment --epochs 1 "$FILES/labelled.npy" > first.npy
    check fingerprint first.npy > want
    for key in galaxies ids pixels; do check metadata w3 trained.$key; done | cmp - want
    [ "$(check metadata w3 trained.ids)" = "$(check metadata "$FILES/weights" trained.ids)" ]
    # Resumed in the middle, it is the same.
    train() { gz-train -q --network 'conv2 pool dense4' --batch 8 --normalise per-image "$@"; }
    head -c 300000 augmented.npy > cut.npy
    run -1 train --checkpoint c -o none cut.npy
    train --resume c -o resumed augmented.npy
    train -o through augmented.npy
    cmp through resumed
}

@test "--provenance tells what made the lines" {
    gz-infer --views 8 --provenance made -w "$FILES/weights" "$FILES/margin.npy" > lines.tsv
    gz-infer --views 8 -w "$FILES/weights" "$FILES/margin.npy" | cmp - lines.tsv
    value() { sed -n "s/^$1	//p" made; }
    [[ $(value program) == 'gz-infer '* ]]
    [ "$(value weights)" = "$FILES/weights" ]
    [ "$(value weights.hash)" = "$(check filehash "$FILES/weights")" ]
    [ "$(value weights.fov)" = 0.299528 ]
    [ "$(value weights.trained.seed)" = 1 ]
    [ "$(value views)" = 8 ]
    [ "$(value stream.fov)" = 0.299528 ]
    [ "$(value stream.skipped)" = 0 ]
    { value stream.records && value stream.ids && value stream.pixels; } |
        cmp - <(check fingerprint "$FILES/margin.npy")
    # It appears only with the lines.
    rm made
    run -1 gz-infer --provenance made -w "$FILES/weights" -o out.tsv "$FILES/whole.npy"
    [ ! -e made ]
    fails "gz-infer --provenance no/such -w '$FILES/weights' -o out.tsv '$FILES/margin.npy'" \
        'no/such: No such file or directory'
    [ ! -e out.tsv ]
}

# ---- pixels that aren't shares ----

@test "floats that aren't from 0 to 1 are refused by all, by the name of the record" {
    check scaled "$FILES/labelled.npy" 255 > bright.npy
    check scaled "$FILES/labelled.npy" nan > nan.npy
    gz-infer -w "$FILES/weights" "$FILES/labelled.npy" > probs.tsv
    id=$(stream ids bright.npy | head -n 1)
    for f in bright nan; do
        for command in gz-prep gz-augment 'gz-augment --epochs 2' gz-montage 'gz-triangle -p probs.tsv' \
            'gz-train -q --network conv1'; do
            fails "$command -o out $f.npy" "$f.npy: record 1 ($id): a pixel is *, not a number from 0 to 1"
            [ ! -e out ]
        done
        run -1 --separate-stderr gz-infer -w "$FILES/weights" -o out $f.npy
        [[ ${stderr_lines[0]} == "gz-infer: $f.npy: record 1 ($id): a pixel is "*', not a number from 0 to 1' ]]
        [ "${#stderr_lines[@]}" -eq 11 ]
        [[ ${stderr_lines[10]} == 'gz-infer: none of '*' records could be used' ]]
        [ ! -e out ]
    done
    check scaled "$FILES/labelled.npy" 1 > good.npy
    gz-infer -w "$FILES/weights" good.npy > out.tsv
    gz-prep good.npy | gz-montage > sheet.png
}
