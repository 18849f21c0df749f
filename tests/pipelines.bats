#!/usr/bin/env bats
# The scripts, on a small simulated survey: they end with what they promise, and after a kill with the same.

load helpers

setup_file() {
    export PATH="${GZ_BIN:-$BATS_TEST_DIRNAME/../bin}:$BATS_TEST_DIRNAME/../pipelines:$PATH"
    # A small network, and few epochs: what is tested is how the parts fit.
    export EPOCHS=4 NETWORK='conv8 pool conv8 pool dense16' OPENBLAS_NUM_THREADS=1
    command -v parallel > /dev/null && command -v gnuplot > /dev/null || skip 'no parallel or gnuplot here'
    cd "$BATS_FILE_TMPDIR" || return
    gz-simulate -q -n 150 survey
    galaxy-zoo.sh survey/images survey/votes.csv whole > lines.txt
}

# The figures of time in the history are those of the run.
same_results() {
    local file
    for file in "$1"/*; do
        case ${file##*/} in
        history.tsv) cmp <(cut -f 1-8 "$file") <(cut -f 1-8 "$2/history.tsv") ;;
        accuracy.png) [ -s "$2/accuracy.png" ] ;;
        *) cmp "$file" "$2/${file##*/}" ;;
        esac || return
    done
    [ "$(ls "$1")" = "$(ls "$2")" ]
}

@test "scripts are clean to shellcheck" {
    need_command shellcheck
    shellcheck "$ROOT"/pipelines/*.sh "$ROOT"/tests/tools/run-tests "$ROOT"/tests/tools/check-layers "$ROOT"/tests/bench/bench
}

@test "galaxy-zoo.sh leaves all it promises, and says the accuracy" {
    cd "$BATS_FILE_TMPDIR"
    [ "$(cd whole && echo *)" = "accuracy.png colour.npy corner-edge-on.png corner-round.png corner-spiral.png examples-augmented.png examples.png galaxies.npy history.tsv network.txt probs.tsv score.txt train.npy triangle.png triangle.tsv valid.npy weights.safetensors" ]
    grep -qE '^validation accuracy [01]\.[0-9]{4}  \(95 % interval' lines.txt
    [ "$(grep -vc '^#' whole/probs.tsv)" -eq 150 ]
    [ "$(grep -vc '^#' whole/history.tsv)" -eq 4 ]
    [ "$(file -b --mime-type whole/*.png | sort -u)" = image/png ]
    cut -f 1 whole/probs.tsv | sed 1d | LC_ALL=C sort -c
}

@test "galaxy-zoo.sh does nothing twice" {
    cd "$BATS_FILE_TMPDIR"
    touch -d '2020-01-01' before
    find whole -type f -exec touch -r before {} +
    galaxy-zoo.sh survey/images survey/votes.csv whole 2> err > /dev/null
    [ ! -s err ]
    [ -z "$(find whole -type f -newer before)" ]
}

@test "galaxy-zoo.sh, killed again and again, ends with the same files" {
    local i
    for i in 1 2 3 4 5 6 7 8; do
        # All processes of the pipeline, as a power cut would.
        setsid bash -c "galaxy-zoo.sh '$BATS_FILE_TMPDIR/survey/images' '$BATS_FILE_TMPDIR/survey/votes.csv' out" > /dev/null 2>&1 &
        sleep "0.$((i * 37 % 90 + 10))"
        kill -KILL -- -$! 2> /dev/null || true
        wait $! || true
    done
    galaxy-zoo.sh "$BATS_FILE_TMPDIR/survey/images" "$BATS_FILE_TMPDIR/survey/votes.csv" out > /dev/null 2>&1
    rm -f out/*.part
    same_results "$BATS_FILE_TMPDIR/whole" out
}

@test "infer.sh sorts a folder, and names what is damaged" {
    mkdir images
    cp "$BATS_FILE_TMPDIR"/survey/images/90000[1-9].jpg images
    head -c 5000 images/900004.jpg > images/900005.jpg
    run --separate-stderr infer.sh "$BATS_FILE_TMPDIR/whole/weights.safetensors" images probs.tsv
    [ "$status" -eq 0 ]
    one_line '*900005.jpg*'
    [ "$(cut -f 1 probs.tsv | tr '\n' ' ')" = '#id 900001 900002 900003 900004 900006 900007 900008 900009 ' ]
}

@test "prepare.sh and infer.sh take an archive for a folder" {
    mkdir images
    cp "$BATS_FILE_TMPDIR"/survey/images/90000[1-9].jpg images
    echo nothing > images/900005.jpg
    tar -cf images.tar images/*.jpg
    (cd images && zip -q ../images.zip ./*.jpg)
    prepare.sh images folder.npy 2> err
    infer.sh "$BATS_FILE_TMPDIR/whole/weights.safetensors" images folder.tsv 2> err
    for a in images.tar images.zip; do
        prepare.sh $a archive.npy 2> err
        cmp folder.npy archive.npy
        infer.sh "$BATS_FILE_TMPDIR/whole/weights.safetensors" $a archive.tsv 2> err
        cmp folder.tsv archive.tsv
    done
}

@test "prepare.sh keeps the order of the names, and all but what is damaged" {
    mkdir images
    cp "$BATS_FILE_TMPDIR"/survey/images/*.jpg images
    echo nothing > images/900007.jpg
    prepare.sh images some.npy --margin 2> err
    grep -q 900007.jpg err
    gz-decode -q -g $(ls images/*.jpg | grep -v 900007) | gz-prep -q -m -c 212 > expected.npy
    # The streams of several decoders end several times; records are the same.
    gz-prep -q -c 92 -s 92 some.npy > a.npy
    gz-prep -q -c 92 -s 92 expected.npy > b.npy
    cmp a.npy b.npy
}
