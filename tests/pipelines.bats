#!/usr/bin/env bats
# The scripts, on a small simulated survey: they end with what they promise.

load helpers
load pipelines

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > lines.txt
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

@test "infer.sh sorts a folder, and names what is damaged" {
    mkdir images
    cp "$BATS_FILE_TMPDIR"/survey/images/90000[1-9].jpg images
    head -c 5000 images/900004.jpg > images/900005.jpg
    run --separate-stderr infer.sh "$BATS_FILE_TMPDIR/whole/weights.safetensors" images probs.tsv
    [ "$status" -eq 0 ]
    one_line '*900005.jpg*'
    [ "$(cut -f 1 probs.tsv | tr '\n' ' ')" = '#id 900001 900002 900003 900004 900006 900007 900008 900009 ' ]
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
