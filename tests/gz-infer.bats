#!/usr/bin/env bats
# gz-infer against a second reading of weights and streams (python/gz_infer.py): NumPy's, and PyTorch's where it is.

load helpers

setup_file() {
    cd "$FILES" || return
    shapes train.npy 150 1
    shapes some.npy 130 3 labelled=no
    shapes margin.npy 40 4 side=22
    shapes colour.npy 90 5 side=13 channels=3 pixel='<f4'
    gz-augment -e 6 train.npy > views.npy
    gz-train -q --network 'conv8 pool conv16 pool dense16 dropout0.5 dense8' -o w.safetensors views.npy
    gz-train -q --network 'conv8 pool conv16 pool dense16 cyclic dropout0.5 dense8' -o cyclic.safetensors views.npy
    gz-train -q --network 'conv5 conv6 pool dense7' --normalise per-image -o colour.safetensors colour.npy
    check far far.npy 150 1
    gz-train -q --learning-rate 0.01 --network 'conv4 pool dense8 cyclic dense4' --normalise per-image \
        -o far.safetensors far.npy
    infer w some.npy > some.tsv
}

check() { py gz_infer "$@"; }

# infer NAME ...: with the weights of this name.
infer() { gz-infer -w "$FILES/$1.safetensors" "${@:2}"; }

@test "NumPy finds the probabilities from the weights file: gray, colour, margin, per-image, labelled, cyclic" {
    for pair in "w some" "w train" "w margin" "colour colour" "cyclic some"; do
        set -- $pair
        infer "$1" "$FILES/$2.npy" > p.tsv
        check probabilities p.tsv "$FILES/$1.safetensors" "$FILES/$2.npy"
    done
}

@test "PyTorch finds the probabilities from the same file" {
    need_module torch
    for pair in "w some" "colour colour" "cyclic some"; do
        set -- $pair
        infer "$1" "$FILES/$2.npy" > p.tsv
        check probabilities_torch p.tsv "$FILES/$1.safetensors" "$FILES/$2.npy"
    done
}

@test "all eight orientations of a picture give the same line to the byte with --views 8" {
    shapes near.npy 40 8 labelled=no
    check far far.npy 40 8
    for w in w cyclic far; do
        [ $w = far ] && stream=far || stream=near
        check orientations $stream.npy $w
        for k in {0..7}; do
            infer $w --views 8 --std $w$k.npy | sort > $k.tsv
            cmp $k.tsv 0.tsv
            infer $w $w$k.npy | sort > $w$k.tsv
        done
    done
    run ! cmp -s w0.tsv w1.tsv
    # With a cyclic layer one view is enough for the four quarter turns to be the same.
    for w in cyclic far; do
        for k in 1 2 3; do cmp ${w}0.tsv $w$k.tsv; done
        run ! cmp -s ${w}0.tsv ${w}4.tsv
    done
}

@test "--views 8 is the softmax of the mean over the orientations, --std the deviation over them" {
    for w in w cyclic; do
        infer $w --views 8 --std "$FILES/train.npy" > p.tsv
        check eight_views p.tsv "$FILES/$w.safetensors" "$FILES/train.npy"
    done
}

@test "--prior: those of training change no byte; NumPy finds the same by Bayes' rule, of one view and of eight" {
    for w in w cyclic; do
        trained=$(check trained_shares "$FILES/$w.safetensors")
        infer $w --prior "$trained" --views 8 --std "$FILES/train.npy" > same.tsv
        infer $w --views 8 --std "$FILES/train.npy" | cmp - same.tsv
        infer $w --prior "$trained" "$FILES/some.npy" > same.tsv
        infer $w "$FILES/some.npy" > plain.tsv
        cmp plain.tsv same.tsv
        prior=cross=0.7,bar=0.02,disc=0.28 # in another order than that of the weights
        infer $w --prior $prior --views 8 --std "$FILES/train.npy" > p.tsv
        check prior_views p.tsv "$FILES/$w.safetensors" "$FILES/train.npy" $prior
    done
    check perfect normal
    check sample s.npy 2000 1 bar=0.4,disc=0.4,cross=0.2
    gz-infer -w normal s.npy > plain.tsv
    gz-infer -w normal --prior $prior s.npy > p.tsv
    check prior_applied p.tsv plain.tsv normal $prior
    # Shares are scaled where they are rounded.
    gz-infer -w normal --prior bar=0.0201,disc=0.2814,cross=0.7035 s.npy | cmp - p.tsv
}

@test "--prior estimate finds the shares of a skewed sample, and the calibration error falls, as with the true ones" {
    error() { gz-score --pairs "$1" | awk '$1 == "calibration-error" { print $2 }'; }
    less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }
    check perfect normal
    seed=0
    for prior in bar=0.05,disc=0.15,cross=0.8 bar=0.9,disc=0.06,cross=0.04 bar=0.5,disc=0.3,cross=0.2; do
        check sample s.npy 20000 $((++seed)) $prior
        gz-infer -w normal s.npy > plain.tsv
        gz-infer -w normal --prior $prior s.npy > given.tsv
        gz-infer -w normal --prior estimate -j 2 s.npy > estimated.tsv 2> message
        check estimated message s.npy $prior
        # The shares of the message give the same lines, but for their six digits.
        found=$(sed 's/gz-infer: \(.*\): the prior, estimated from 20000 galaxies$/\1/' message)
        check prior_applied estimated.tsv plain.tsv normal "$found"
        gz-infer -q -w normal --prior estimate -j 1 s.npy 2>&1 | cmp - estimated.tsv
        less "$(error given.tsv)" 0.01
        less "$(error estimated.tsv)" 0.01
        [ $seed -eq 3 ] || less 0.02 "$(error plain.tsv)"
    done
}

@test "--prior estimate needs no labels, knows few records and none, and gives nothing of a broken stream" {
    weights=$FILES/w.safetensors
    shapes plain.npy 150 1 labelled=no
    infer w -q --prior estimate plain.npy > plain.tsv
    infer w -q --prior estimate "$FILES/train.npy" | cut -f 1-4 | cmp - plain.tsv
    shapes one.npy 1 1 labelled=no
    run -0 --separate-stderr infer w --prior estimate one.npy
    [ "${#lines[@]}" -eq 2 ]
    [[ $stderr == *'the prior, estimated from 1 galaxies' ]]
    shapes none.npy 0 1 labelled=no
    run -0 infer w --prior estimate none.npy
    [ "$output" = "$(printf '#id\tbar\tdisc\tcross')" ]
    head -c 20000 "$FILES/some.npy" > cut.npy
    run -1 --separate-stderr infer w --prior estimate cut.npy
    one_line "gz-infer: cut.npy: *incomplete*"
    [ -z "$output" ]
    # Only the galaxies with a line count.
    check no_numbers nan.npy
    run -3 --separate-stderr infer colour --prior estimate -o p.tsv nan.npy
    [ "${stderr_lines[3]##*: }" = 'the prior, estimated from 87 galaxies' ]
    # What made the lines says by which prior.
    infer w -q --prior cross=0.5,bar=0.25,disc=0.25 --provenance made -o p.tsv plain.npy
    grep -qx 'prior	bar=0.25,disc=0.25,cross=0.5' made
    infer w --prior estimate --provenance made -o p.tsv plain.npy 2> message
    grep -qx "prior	$(sed 's/.*: \(bar.*\): the prior.*/\1/; $!d' message)" made
}

@test "a prior that is none, or for which the weights say too little, is refused" {
    wrong_usage "gz-infer -w '$FILES/w.safetensors' OPTIONS" '--prior ' "--prior ''" '--prior bar' '--prior bar=1' \
        '--prior bar=0.5,disc=0.5,cross=0' '--prior bar=0.5,disc=0.2,ring=0.3' '--prior bar=0.5,disc=0.2,cross=0.2' \
        '--prior bar=0.5,disc=0.2,cross=0.3,bar=0.5'
    run -2 --separate-stderr infer w --prior bar=0.5,disc=0.2,ring=0.3 "$FILES/some.npy"
    one_line "gz-infer: --prior: the weights have no class 'ring' (see gz-infer -h)"
    check perfect normal
    sed 's/"trained.shares"/"trained.sharex"/' normal > old
    check sample s.npy 10 1 bar=0.4,disc=0.4,cross=0.2
    gz-infer -w old s.npy > p.tsv
    fails 'gz-infer -o x -w old --prior estimate s.npy' \
        "old: no prior can be applied: the weights don't say how common the classes were in training *"
    sed 's/0.5,0.3,0.2/1.0,0.0,0.0/' normal > missing
    fails 'gz-infer -o x -w missing --prior estimate s.npy' \
        "missing: no prior can be applied: the class 'disc' was not in training"
    [ ! -e x ]
}

@test "the same lines from any chunks, in any pieces, with one thread or two" {
    py stream rechunk "$FILES/some.npy" one.npy 1
    py stream rechunk "$FILES/some.npy" seven.npy 7
    infer w -j 1 one.npy | cmp - "$FILES/some.tsv"
    infer w -j 2 one.npy | cmp - "$FILES/some.tsv"
    infer w -j 2 < seven.npy | cmp - "$FILES/some.tsv"
    # With a pause, so that each piece is a read of its own.
    (head -c 9000 one.npy; sleep 0.2; tail -c +9001 one.npy | head -c 12345; sleep 0.2; tail -c +21346 one.npy) |
        infer w | cmp - "$FILES/some.tsv"
    infer w -o out.tsv seven.npy
    cmp out.tsv "$FILES/some.tsv"
}

@test "a line comes out while the pipe is still open" {
    mkfifo in
    py stream part "$FILES/some.npy" first 0 1
    py stream part "$FILES/some.npy" second 1 3
    py stream part "$FILES/some.npy" rest 3 130
    py stream end "$FILES/some.npy" end
    infer w < in > out 3>&- &
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

@test "weights for other shapes or channels, or for no class of the stream, are refused, and both are named" {
    refused() { # weights, stream, message
        fails "gz-infer -o x -w '$FILES/$1.safetensors' '$2'" "$3"
        [ ! -e x ]
    }
    shapes small.npy 3 1 side=14
    shapes odd.npy 3 1 side=17
    shapes rgb.npy 3 1 channels=3
    shapes none.npy 2 1 classes=ring,smooth
    refused w small.npy "small.npy: pictures of 14x14x1 (height, width, channels), but 16x16x1 are wanted"
    refused w odd.npy "odd.npy: pictures of 17x17x1 * but 16x16x1 are wanted"
    refused w rgb.npy "rgb.npy: pictures of 16x16x3 * but 16x16x1 are wanted"
    refused colour "$FILES/some.npy" "*some.npy: pictures of 16x16x1 * but 13x13x3 are wanted"
    refused w none.npy \
        "none.npy: votes for none of the weights' classes (the first is 'ring', that of the weights 'bar')"
}

@test "a stream may be labelled with other classes, in any order: labels are written by their names" {
    shapes more.npy 12 1 classes=ring,disc,cross,bar
    infer w -o more.tsv more.npy
    check labels more.npy more.tsv
    [ "$(cut -f 5 more.tsv | sed 1d | sort -u | paste -sd ' ')" = 'cross disc ring' ]
    # The answers are those for the same pictures with the labels of the weights.
    shapes same.npy 12 1
    infer w same.npy | cut -f 1-4 | cmp - <(cut -f 1-4 more.tsv)
    shapes fewer.npy 12 1 classes=disc,bar
    infer w -o fewer.tsv fewer.npy
    check labels fewer.npy fewer.tsv
}

@test "a record with pixels that are not numbers is named and left out: exit 3" {
    check no_numbers nan.npy
    run -3 --separate-stderr infer colour -o p.tsv nan.npy
    [ "${#stderr_lines[@]}" -eq 3 ]
    [ "${stderr_lines[0]}" = "gz-infer: nan.npy: record 4 (g3): a pixel is nan, not a number from 0 to 1" ]
    [ "${stderr_lines[1]}" = "gz-infer: nan.npy: record 71 (g70): a pixel is inf, not a number from 0 to 1" ]
    infer colour "$FILES/colour.npy" | grep -v -e '^g3	' -e '^g70	' -e '^g71	' | cmp - p.tsv
}

@test "a stream that is cut off anywhere gives the lines of its whole records: exit 1, or 0 with --partial" {
    py stream part "$FILES/some.npy" s.npy 0 4 chunk=1 ended=yes
    size=$(stat -c %s s.npy)
    for ((n = 1; n < size; n += 151)); do
        head -c "$n" s.npy > cut.npy
        run -1 --separate-stderr bash -c "gz-infer -w '$FILES/w.safetensors' cut.npy > cut.tsv"
        one_line "gz-infer: cut.npy: *incomplete*"
        head -n "$(wc -l < cut.tsv)" "$FILES/some.tsv" | cmp - cut.tsv
    done
    [ "$(wc -l < cut.tsv)" -eq 5 ]
    infer w --partial cut.npy | cmp - cut.tsv
}

@test "weights that are cut off, or have a wrong byte in their header, are refused" {
    weights=$FILES/w.safetensors
    size=$(stat -c %s "$weights")
    for ((n = 0; n < size; n += size / 15)); do
        head -c "$n" "$weights" > short
        fails "gz-infer -w short '$FILES/some.npy'" 'short: *'
    done
    for n in 0 7 9 20 300 800; do
        cp "$weights" bad
        printf '\377' | dd of=bad bs=1 seek="$n" conv=notrunc status=none
        fails "gz-infer -w bad '$FILES/some.npy'" 'bad: *'
    done
}

@test "weights that claim more than they hold are refused before memory is taken" {
    check claims
    refused() {
        run -1 --separate-stderr bash -c "$(little_memory); gz-infer -j 1 -w '$1' '$FILES/some.npy'"
        one_line "gz-infer: $1: $2"
    }
    refused length63 "not a safetensors file: a header of 9223372036854775808 bytes"
    refused length64 "not a safetensors file: a header of 18446744073709551615 bytes"
    refused units "network: 'dense1000000000' is not a layer *"
    refused parameters "network: more than 134217728 parameters at 'dense8192'"
    refused below "the tensor 'dense1.weight' is missing"
    refused values "'a': more values than the file holds"
    refused /dev/zero "not a safetensors file: a header of 0 bytes"
}

@test "a header of 4 MiB takes less than 32 MiB of memory, whatever it says" {
    need_command time
    need_unsanitized
    check long_headers
    refused() {
        run -1 --separate-stderr peak kb gz-infer -w "$1" "$FILES/some.npy"
        one_line "gz-infer: $1: $2"
        [ "$(< kb)" -lt 32768 ]
    }
    refused many "more than 20000 commas and brackets in the header"
    refused objects "'a': dtype is not F32"
    refused nested "'a': dtype is not F32"
    refused strings "'a': dtype is not F32"
    refused keys "'0*': dtype is not F32"
    refused metadata "metadata 'format' is not 'gz-weights 1'"
    refused name "'xxx*': dtype is not F32"
    refused more "not a safetensors file: a header of 4194305 bytes"
    run -1 --separate-stderr peak kb gz-train -j 1 --network dense8 --resume many -o x "$FILES/train.npy"
    one_line "gz-train: many: more than 20000 commas and brackets in the header"
    [ "$(< kb)" -lt 65536 ]
}

@test "errors have one line and the right status" {
    weights=$FILES/w.safetensors
    some=$FILES/some.npy
    bad_streams "gz-infer -w '$weights' STREAM"
    fails "gz-infer -w missing '$some'" 'missing: No such file or directory, and no ready weights have this name *'
    fails "gz-infer -w . '$some'" '.: Is a directory'
    fails "gz-infer -w '$some' '$some'" '*some.npy: not a safetensors file*'
    fails "gz-infer -o none/x -w '$weights' '$some'" 'none/x: No such file or directory'
    bad_output "gz-infer -w '$weights' '$some'"
    shapes none.npy 0 1 labelled=no
    run -0 infer w none.npy
    [ "$output" = "$(printf '#id\tbar\tdisc\tcross')" ]
    wrong_usage 'gz-infer OPTIONS' '-w -' '-w - -' "-w - --provenance p '$weights'"
    wrong_usage "gz-infer -w '$weights' OPTIONS" '--train -' '--valid - -' '--train - --valid - x' \
        '--views 4' '--views 0' --std '-j x' '--view 8' -w
    run -2 --separate-stderr gz-infer "$some"
    one_line "gz-infer: there is no --weights FILE (see gz-infer -h)"
}

# block N: literal block number N of gz-weights(5)'s examples.
block() {
    awk -v n="$1" '/^\.Sh / { inside = $0 == ".Sh EXAMPLES" } /^\.Ed/ { literal = 0 }
        inside && literal && at == n { print }
        inside && /^\.Bd -literal/ { literal = 1; at++ }' "$ROOT/man/gz-weights.5"
}

@test "the reader in gz-weights(5) reads what gz-train writes" {
    block 1 > weights.py
    check page_reader "$FILES/w.safetensors"
}

@test "weights that the writer in gz-weights(5) made of NumPy's numbers give the probabilities that NumPy finds" {
    block 1 > weights.py
    while IFS='|' read -r network normalise temperature stream; do
        check page_writer written "$network" $normalise "$temperature" "$FILES/$stream.npy"
        gz-infer -w written "$FILES/$stream.npy" > p.tsv
        check probabilities p.tsv written "$FILES/$stream.npy"
    done << 'END'
conv8 pool conv16 pool dense16 dropout0.5 dense8|mean-std|1|some
conv4 pool dense16 cyclic dense5|mean-std|1.7|train
pool conv5 conv6 dense7 dense6|per-image|0.8|colour
|mean-std|1|some
END
    # Nothing is computed from a tensor that lacks, or that is another's.
    check page_writer written 'conv8 dense4' mean-std 1 "$FILES/some.npy" without=dense1.bias
    fails "gz-infer -w written '$FILES/some.npy'" "written: the tensor 'dense1.bias' is missing"
    check page_writer written 'conv8 dense4' mean-std 1 "$FILES/some.npy" more=dense3.bias
    fails "gz-infer -w written '$FILES/some.npy'" "written: 7 tensors, but the network has 6"
}

@test "the writer in gz-weights(5), after PyTorch" {
    need_module torch
    block 1 > weights.py
    block 3 > writer.py
    "$PYTHON" writer.py
    shapes 64.npy 40 1 side=64 classes=spiral,edge-on,round
    gz-infer -w torch.safetensors 64.npy | cut -f 1-4 > p.tsv
    block 2 > net.py
    "$PYTHON" net.py torch.safetensors 64.npy > printed
    check page_network p.tsv printed
}

@test "the network in gz-weights(5), in PyTorch, gives gz-infer's probabilities" {
    need_module torch
    block 1 > weights.py
    block 2 > net.py
    "$PYTHON" net.py "$FILES/w.safetensors" "$FILES/some.npy" > printed
    check page_network "$FILES/some.tsv" printed
}
