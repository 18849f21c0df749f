#!/usr/bin/env bats
# gz-train as its user meets it, against NumPy (python/gz_train.py). The arithmetic is held by tests/unit, the weights
# by gz-infer.bats.

load helpers

NETWORK='conv8 pool conv16 pool dense16'
VALID=$FILES/valid.npy
FEW=$FILES/few.npy # views of four epochs
WHOLE=$FILES/whole # weights of a quick run on these, without interruption

setup_file() {
    cd "$FILES" || return
    shapes train.npy 300 1
    shapes valid.npy 90 2 first=1000
    gz-augment -e 16 train.npy > views.npy
    gz-augment -e 4 train.npy > few.npy
    validated --log whole.tsv -o whole few.npy
}

check() { py gz_train "$@"; }

# A quick run, for what does not depend on how well it learns. (For the mean of all inputs gz-train would read 1,024
# records before the first step.)
QUICK=(-q -j 1 --network 'conv4 pool dense8 dropout0.5' --normalise per-image)
quick() { gz-train "${QUICK[@]}" "$@"; }
validated() { quick -V "$VALID" "$@"; }

@test "it learns bars, discs and crosses, and prints a line an epoch, which the log has, too" {
    run -0 --separate-stderr gz-train --network "$NETWORK" --learning-rate 0.004 -V "$VALID" \
        --log log.tsv -o w "$FILES/views.npy"
    [ "${#stderr_lines[@]}" -eq 18 ] # one more: these records have no fov
    number='[0-9.]+'
    epoch="^gz-train: epoch [0-9]+ of 16: [0-9]+ records, loss $number, valid loss $number, "
    epoch+="accuracy $number \\($number to $number\\), rate [0-9.e-]+, [0-9]+ images/s(, [0-9]+ s left)?$"
    for line in "${stderr_lines[@]:0:16}"; do [[ $line =~ $epoch ]]; done
    best="^gz-train: weights of epoch [0-9]+: temperature $number, log loss $number, without $number$"
    [[ ${stderr_lines[17]} =~ $best ]]
    check learned log.tsv w "$VALID" 16 300 "$NETWORK"
}

@test "--preset gives what the table of the page says; options after it count" {
    small=(-q -e 4 --size 16 --seed 5 --shards 2 "$FEW")
    gz-train -o none "${small[@]}"
    gz-train -o default "${small[@]}" --learning-rate 1 -b 9 --soft-labels --preset default
    cmp none default
    gz-train -o original "${small[@]}" --preset original
    gz-train -o by-hand "${small[@]}" --network 'conv32 pool conv64 pool conv128 pool dense256 dropout0.5 dense128' \
        -b 64 --learning-rate 0.001 --learning-rate-end 0.001 --warmup 0 --weight-decay 0 --ema 0 \
        --label-smoothing 0 --normalise mean-std --batch-norm none --optimiser adam
    cmp original by-hand
    gz-train -o later "${small[@]}" --preset original --network dense4 --learning-rate 0.5
    [ "$(check differing original later | xargs)" = "learning-rate 0.5 network dense4" ]
    # The page's table, held against the weights.
    sed -n '/^.It Em option/,/^.El/s/^.It \([a-z].*\)/\1/p' "$ROOT/man/gz-train.1" | sed 's/ Ta /\t/g' > table
    [ "$(wc -l < table)" -eq 11 ]
    cut -f 1,2 table > default.table
    check preset none default.table
    cut -f 1,3 table > original.table
    check preset original original.table
}

@test "the options that weights name make the same weights again" {
    gz-train -q --network 'conv4 pool dense8 dropout0.5' -b 50 --shards 3 --seed 7 --warmup 0.1 \
        --learning-rate 0.0031234567 --learning-rate-end 0.0002 --weight-decay 0.01 --ema 0.9 --optimiser adam \
        --label-smoothing 0.1 --batch-norm none --soft-labels --normalise per-image --size 12 \
        --patience 9 -V "$VALID" -o told "$FEW"
    gz-train -h > usage
    check options told usage > options
    [ "$(wc -l < options)" -eq 16 ]
    mapfile -t options < options
    gz-train -q "${options[@]}" -V "$VALID" -o again "$FEW"
    cmp told again
}

@test "a step of Muon is a matrix of singular values near 1 for inner convolutions, and one of Adam elsewhere" {
    one_step() {
        gz-train -q --network 'conv8 pool conv12 conv40 pool dense8' --batch 300 --ema 0 --batch-norm none --warmup 0 \
            --learning-rate "$1" --learning-rate-end "$1" -o "$2" "$FILES/train.npy"
    }
    one_step 0 before
    one_step 0.01 after
    check muon before after 0.01
}

@test "NumPy finds the temperature on the validation set; without that there is none" {
    gz-train "${QUICK[@]:1}" --learning-rate 0.02 -V "$VALID" -o w "$FEW" 2> messages
    check temperature w "$VALID" messages
    gz-infer -q -w w "$VALID" > p.tsv
    py gz_infer probabilities p.tsv w "$VALID"
    quick -o w "$FEW"
    [ "$(check value w temperature)" = none ]
}

@test "the bytes are the same again, with one thread or two, and others with another seed" {
    validated -j 1 -o w "$FEW"
    cmp w "$WHOLE"
    validated -j 2 -o w "$FEW"
    cmp w "$WHOLE"
    validated -j 2 < "$FEW" > w
    cmp w "$WHOLE"
    validated --seed 2 -o w "$FEW"
    run ! cmp -s w "$WHOLE"
}

@test "--describe prints a table, without a stream and with one" {
    run -0 --separate-stderr gz-train --describe < /dev/null
    [ "${#lines[@]}" -eq 14 ]
    [[ ${lines[0]} =~ ^layer\ +output\ +parameters\ +multiplications$ ]]
    [[ ${lines[1]} =~ ^conv1\ +64x64x32\ +320\ +1179648$ ]]
    [[ ${lines[9]} =~ ^dense1\ +256\ +524544\ +524288$ ]]
    [[ ${lines[11]} =~ ^dropout0.5\ +128\ +0\ +0$ ]]
    [[ ${lines[13]} =~ ^all\ +798083\ +48923008$ ]]
    run -0 gz-train -d --network 'conv8 pool' --size 32
    [[ ${lines[3]} =~ ^dense1\ +3\ +6147\ +6144$ ]]
    run -0 gz-train -d --network 'conv8 pool dropout0.25' "$FILES/train.npy"
    [[ ${lines[1]} =~ ^conv1\ +16x16x8\ +80\ +18432$ ]]
    [[ ${lines[3]} =~ ^dropout0.25\ +8x8x8\ +0\ +0$ ]]
    shapes colour.npy 3 1 side=9 channels=3 classes=a,b
    run -0 gz-train -d --network 'conv8' - < colour.npy
    [[ ${lines[1]} =~ ^conv1\ +9x9x8\ +224\ +17496$ ]]
    [[ ${lines[2]} =~ ^dense1\ +2\ +1298\ +1296$ ]]
    run -1 bash -c 'gz-train -d > /dev/full'
    run -1 gz-train -d --network 'conv8 pony'
    [ "$output" = "gz-train: network: 'pony' is not a layer (conv1 to conv8192, pool, dense1 to dense8192, dropout0 to \
dropout0.999, cyclic)" ]
}

# Start a training on a FIFO, give it the first $1 bytes of few.npy, and wait for $2.
start() {
    rm -f in ck
    mkfifo in
    # A shell's background jobs ignore SIGINT.
    env --default-signal=INT gz-train "${QUICK[@]}" -V "$VALID" --checkpoint ck -o w in 3>&- 2> messages &
    program=$!
    exec 9> in
    head -c "$1" "$FEW" >&9
    await test -e ck
}

# How many records the checkpoint ck has learned from.
learned() { head -c 4000 ck | grep -ao '"records":"[0-9 ]*"' | tr -dc '0-9 '; }

@test "after kill -9 in the middle, --resume gives the same bytes as without" {
    size=$(stat -c %s "$FEW")
    start $((size * 3 / 5))
    await eval '[ $(learned) -eq 600 ]'
    kill -9 "$program"
    exec 9>&-
    died=0
    wait "$program" || died=$?
    [ "$died" -eq 137 ]
    [ ! -e w ]
    # It goes on after the checkpoint's two epochs; to begin anew would give the same bytes, too.
    run -0 --separate-stderr gz-train "${QUICK[@]:1}" -V "$VALID" --resume ck --checkpoint ck --log log.tsv -o w "$FEW"
    [[ ${stderr_lines[0]} == 'gz-train: epoch 3 of 4: '* ]]
    cmp w "$WHOLE"
    cmp <(cut -f -8 log.tsv) <(cut -f -8 "$WHOLE.tsv")
    # And once more, from the checkpoint that it ended with.
    validated --resume ck -o again "$FEW"
    cmp again "$WHOLE"
}

@test "SIGTERM leaves a checkpoint of the last step and no weights, and the signal ends the process" {
    size=$(stat -c %s "$FEW")
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
    validated --resume ck -o w "$FEW"
    cmp w "$WHOLE"
}

@test "SIGTERM where the checkpoint can't be written is said, and the signal ends the process" {
    mkdir folder
    size=$(stat -c %s "$FEW")
    mkfifo in
    gz-train "${QUICK[@]}" -V "$VALID" --checkpoint folder/ck -o w in 3>&- 2> messages &
    program=$!
    exec 9> in
    head -c $((size * 3 / 5)) "$FEW" >&9
    await test -e folder/ck
    await grep -q '^State:.*sleeping' "/proc/$program/status"
    rm -r folder
    kill "$program"
    exec 9>&-
    died=0
    wait "$program" || died=$?
    [ "$died" -eq 143 ]
    [ ! -e w ]
    [ "$(< messages)" = 'gz-train: folder/ck: No such file or directory' ]
}

@test "signals are noticed while it waits, also within a record" {
    size=$(stat -c %s "$FEW")
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
        validated --resume ck -o w "$FEW"
        cmp w "$WHOLE"
        rm w
    done
}

@test "SIGUSR1 writes a checkpoint at once, also while it waits, and training goes on" {
    size=$(stat -c %s "$FEW")
    start $((size * 2 / 5 + 100))
    for _ in 1 2 3; do
        rm ck
        kill -USR1 "$program"
        await test -e ck
    done
    cp ck early
    tail -c +$((size * 2 / 5 + 101)) "$FEW" >&9
    exec 9>&-
    wait "$program"
    cmp w "$WHOLE"
    validated --resume early -o again "$FEW"
    cmp again "$WHOLE"
    # Without a checkpoint's name it does no harm.
    gz-train "${QUICK[@]}" -o x in 3>&- &
    program=$!
    exec 9> in
    kill -USR1 "$program"
    cat "$FEW" >&9
    exec 9>&-
    wait "$program"
}

@test "an incomplete stream leaves no weights, and a checkpoint to go on from: exit 1" {
    head -c $(($(stat -c %s "$FEW") * 3 / 5)) "$FEW" > cut.npy
    run -1 --separate-stderr validated --checkpoint ck -o w cut.npy
    one_line "gz-train: cut.npy: after record *incomplete*"
    [ ! -e w ]
    validated --resume ck -o w "$FEW"
    cmp w "$WHOLE"
    quick --partial -o w cut.npy
    pipe "gz-train -q --network dense4 -o w2 < cut.npy"
    [ "$status" -eq 1 ]
    [ ! -e w2 ]
}

@test "--resume refuses other options and other streams by name" {
    quick --checkpoint ck -o w "$FEW"
    for option in "--seed 2" "-b 32" "--shards 2" "--learning-rate 0.1" "--learning-rate-end 0.1" \
        "--warmup 0.5" "--soft-labels" "--normalise mean-std" "-V $VALID" "--weight-decay 0.1" "-e 3" \
        "--size 14" "--ema 0.9" "--label-smoothing 0.1" \
        "--batch-norm none" "--optimiser adam"; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr quick $option --resume ck -o x "$FEW"
        one_line "gz-train: ck: * in the checkpoint, not *"
    done
    run -1 --separate-stderr gz-train -q --network dense5 --resume ck -o x "$FEW"
    one_line "gz-train: ck: network is 'conv4 pool dense8 dropout0.5' in the checkpoint, not 'dense5'"
    gz-augment --seed 5 -e 4 "$FILES/train.npy" > other.npy
    run -1 --separate-stderr quick --resume ck -o x other.npy
    one_line "gz-train: ck: the stream is not the one that the checkpoint was made on (*"
    run -1 --separate-stderr quick --resume w -o x "$FEW"
    one_line "gz-train: w: metadata 'format' is not 'gz-checkpoint 6'"
    run -1 --separate-stderr quick --resume missing -o x "$FEW"
    one_line "gz-train: missing: No such file or directory"
    [ ! -e x ]
}

@test "the fuzzer of checkpoints begins with one like those of today" {
    check tiny tiny.npy
    gz-train -q -j 1 --network 'conv1 dense2' -b 2 --shards 1 --normalise per-image --checkpoint ck -o w tiny.npy
    check today ck "$ROOT/tests/fuzz/corpus/checkpoint/seed-first"
}

@test "--interleave takes a share of each step from every stream" {
    for i in 0 1 2 3; do
        shapes part.npy 48 $((5 + i)) first=$((100 * i))
        gz-augment -q -e 3 part.npy > $i.npy
    done
    # 48 records are three steps of 16: no step is short, and shard and stream are the same.
    check interleaved by-hand.npy 64 {0,1,2,3}.npy
    validated --interleave -o w {0,1,2,3}.npy
    validated -o by-hand by-hand.npy
    check same_but_streams w by-hand 4
    validated --interleave -o other 1.npy 0.npy 2.npy 3.npy
    run ! cmp -s w other
    # With one stream the option changes nothing.
    quick --interleave -o one "$FEW"
    quick --interleave -o stdin < "$FEW"
    quick -o plain "$FEW"
    cmp one plain
    cmp stdin plain
}

# Three streams of 70, 41 and 100 records an epoch.
uneven() {
    local i sizes=(70 41 100)
    for i in 0 1 2; do
        shapes part.npy ${sizes[i]} $((5 + i)) first=$((100 * i))
        gz-augment -q -e 4 part.npy > $i.npy
    done
}

@test "--interleave takes streams of any length, each record once an epoch, whatever the number of threads" {
    uneven
    run -0 --separate-stderr gz-train "${QUICK[@]:1}" -b 50 --shards 7 --interleave --checkpoint ck -o w {0,1,2}.npy
    for epoch in 1 2 3 4; do
        [[ ${stderr_lines[epoch - 1]} == "gz-train: epoch $epoch of 4: $((epoch * 211)) records, "* ]]
    done
    # Two more: these records have no fov, and no temperature is fitted without --validate.
    [ "${#stderr_lines[@]}" -eq 6 ]
    [[ $stderr == *'gz-train: without --validate no temperature is fitted: the probabilities are not '* ]]
    [ "$(learned)" = '280 164 400' ]
    gz-train "${QUICK[@]}" -j 3 -b 50 --shards 7 --interleave -o threads {0,1,2}.npy
    cmp w threads
    # The mean of all inputs is that of all streams.
    gz-train "${QUICK[@]}" --normalise mean-std --interleave -o w {0,1,2}.npy
    check mean_and_std w 342 16 {0,1,2}.npy
}

@test "--interleave is resumed with the same bytes; another number of streams, or order, is refused" {
    uneven
    three() { validated --interleave --patience 9 "$@"; }
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

@test "--interleave refuses streams whose epochs don't fit together, by name" {
    uneven
    gz-augment -q -e 3 part.npy > short.npy
    run -1 --separate-stderr quick --interleave -o w 0.npy short.npy 1.npy
    one_line "gz-train: short.npy: ends, where view 4 begins in another stream"
    run -1 --separate-stderr quick --interleave -o w 0.npy part.npy
    one_line "gz-train: part.npy: view 0 begins, where it is view 1 in another stream"
    shapes colour.npy 9 1 channels=3
    shapes two.npy 3 1 classes=bar,disc
    run -1 --separate-stderr quick --interleave -o w 0.npy colour.npy
    one_line "gz-train: colour.npy: pictures of 16x16x3 * but 16x16x1 are wanted"
    run -1 --separate-stderr quick --interleave -o w 0.npy two.npy
    one_line "gz-train: two.npy: votes for 2 classes, where the training stream has 3"
    run -1 --separate-stderr quick --interleave -o w {0,1,2,0,1}.npy
    one_line "gz-train: 5 streams need as many shards: 4 are too few"
    [ ! -e w ]
}

@test "--patience stops, reads the rest, and keeps the best" {
    run -0 --separate-stderr gz-train --network dense4 --learning-rate 0 --learning-rate-end 0 -V "$VALID" \
        --patience 2 -o w "$FILES/views.npy"
    [ "${#stderr_lines[@]}" -eq 5 ]
    pipe "gz-augment -e 9 '$FILES/train.npy' |
        gz-train -q --network dense4 --learning-rate 0 --learning-rate-end 0 -V '$VALID' --patience 1 -o w"
    [ "$status" -eq 0 ]
    [ "$(check value w trained.records)" = 600 ]
    # A rate this high makes an early epoch the best one.
    quick --learning-rate 0.3 --learning-rate-end 0.3 -V "$VALID" --patience 9 --log log.tsv -o w "$FEW"
    [ "$(check value w trained.epoch)" = "$(sort -t $'\t' -g -k 4,4 log.tsv | grep -v '^#' | head -n 1 | cut -f 1)" ]
    [ "$(check value w trained.epoch)" -lt 4 ]
}

@test "the weights say what shares of the galaxies each class had, by label or by votes, of all streams" {
    check uneven uneven.npy 120 1 0
    check uneven other.npy 80 2 1000
    gz-augment -q -e 3 uneven.npy > views.npy
    quick -o w views.npy
    check class_shares w no uneven.npy
    quick --soft-labels -o w views.npy
    check class_shares w yes uneven.npy
    quick --interleave -o w uneven.npy other.npy
    check class_shares w no uneven.npy other.npy
    # Only the first view counts, as each galaxy must count once; without it, nothing is known.
    check uneven later.npy 80 2 0 view=2
    quick -o w later.npy
    [ "$(check value w trained.shares)" = none ]
    cat uneven.npy later.npy > both.npy
    quick -o w both.npy
    check class_shares w no uneven.npy
}

@test "--soft-labels learns shares; --normalise and --size work with margins, floats and colour" {
    check shares soft.npy
    gz-train -q --soft-labels --network '' --learning-rate 0.01 -o w soft.npy
    check learned_shares w soft.npy
    shapes m.npy 90 1 side=24 channels=3 pixel='<f4'
    shapes c.npy 30 5 channels=3 pixel='<f4'
    quick --size 16 -V c.npy --normalise mean-std -o w m.npy
    quick --size 16 -V c.npy -o p m.npy
    check input_is w 16,16,3 mean-std 4,3,3,3
    check input_is p 16,16,3 per-image 4,3,3,3
    check mean_and_std w 90 16 m.npy
}

@test "what can't be learned from is named: votes, pixels, shapes, classes" {
    shapes none.npy 9 1 labelled=no
    shapes empty.npy 0 1
    shapes other.npy 9 1 classes=bar,disc,ring
    shapes two.npy 3 1 classes=bar,disc
    shapes label.npy 9 1 classes=bar,label,x
    shapes big.npy 9 1 side=18
    shapes colour.npy 9 1 channels=3
    shapes small.npy 9 1 side=12
    shapes odd.npy 9 1 side=17
    check wrong
    refused() { # message, options
        run -1 --separate-stderr gz-train -q --network dense4 -o w "${@:2}"
        one_line "gz-train: $1"
        [ ! -e w ]
    }
    refused "none.npy: the records have no votes (see gz-label)" none.npy
    refused "empty.npy: no records to learn from" empty.npy
    refused "empty.npy: no records to measure with" -V empty.npy "$FEW"
    refused "other.npy: class 'ring', where the training stream has 'cross'" -V other.npy "$FEW"
    refused "two.npy: votes for 2 classes, where the training stream has 3" -V two.npy "$FEW"
    refused "none.npy: the records have no votes (see gz-label)" -V none.npy "$FEW"
    refused "colour.npy: pictures of 16x16x3 * but 16x16x1 are wanted" -V colour.npy "$FEW"
    refused "small.npy: pictures of 12x12x1 * but 16x16x1 are wanted" -V small.npy "$FEW"
    refused "odd.npy: pictures of 17x17x1 * but 16x16x1 are wanted" --size 16 odd.npy
    refused "votes.npy: record 5 (g4): votes do not sum to 1" votes.npy
    refused "votes.npy: record 5 (g4): votes do not sum to 1" -V votes.npy "$FEW"
    refused "nan.npy: record 7 (g6): a pixel is nan, not a number from 0 to 1" nan.npy
    refused "a class can't have the name 'label'" label.npy
    refused "network: 'conv8' can't follow a dense layer" --network 'dense8 conv8' "$FEW"
    refused "*the learning rate is too high" --learning-rate 1000 --warmup 0 --learning-rate-end 1000 \
        --network "$(printf 'dense64 %.0s' {1..20})" "$FILES/views.npy"
    gz-train -q --network dense4 -V big.npy -o w "$FEW" # a margin around is fine
}

@test "a network or a checkpoint beyond the limits is refused at once" {
    limit=$(little_memory)
    while read -r network; do
        run -1 --separate-stderr bash -c "$limit; gz-train -j 1 --network '$network' -o x '$FEW'"
        one_line "gz-train: network: *"
    done << 'END'
dense1000000000
conv99999999999999999999
conv8192 conv8192
dense8192 dense8192 dense8192
END
    run -1 --separate-stderr bash -c "$limit; gz-train -j 1 --resume /dev/zero -o x '$FEW'"
    one_line "gz-train: /dev/zero: not a safetensors file: *"
    [ ! -e x ]
}

@test "too little address space for OpenBLAS is an error at once, and no wait for ever" {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    run -1 --separate-stderr bash -c "$(little_memory); timeout -s KILL 60 gz-train -j 8 --network dense4 -o x '$FEW'"
    one_line "gz-train: out of memory (134217728 bytes for each of 8 threads)"
    [ ! -e x ]
}

@test "errors have one line and the right status, and come before training where its end can't be written" {
    some=("${QUICK[*]@Q}" -o x)
    bad_streams "gz-train ${some[*]} STREAM"
    fails "gz-train ${some[*]} -V missing.npy '$FEW'" 'missing.npy: No such file or directory'
    mkfifo never
    fails 'timeout 60 gz-train -o none/w never' 'none/w: No such file or directory'
    fails 'timeout 60 gz-train -o . never' '.: Is a directory'
    fails "gz-train ${some[*]} --log none/l '$FEW'" 'none/l: No such file or directory'
    fails "gz-train ${some[*]} --checkpoint none/c '$FEW'" 'none/c: No such file or directory'
    [ ! -e x ]
    bad_output "gz-train -q --network dense4 '$FEW'"
    wrong_usage "gz-train -o x OPTIONS '$FEW'" '-b 0' '-b 5000' '-j 0' '--size 0' \
        '--learning-rate -1' '--learning-rate nan' '--warmup 1' '--ema 1' \
        '--label-smoothing 1' '--preset none' '--shards 65' '-b 2' '--patience 3' '--normalise mean' \
        '--batch-norm batch' '--optimiser sgd' '--resum ck' '-e 0' -x
    wrong_usage 'gz-train -o x OPTIONS' '-V -' '-V - -' '--init -' '--resume - -'
    run -0 gz-train --version
    [[ $output == "gz-train (gz toolchain) "* ]]
}
