#!/usr/bin/env bats
# The scripts, on a small simulated survey: they end with what they promise.

load helpers
load pipelines

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > lines.txt
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

# cross-validate.sh on all galaxies with a gz-infer before the real one that keeps the ids of each fold's streams.
validate() {
    mkdir -p bin
    cat > bin/gz-infer << 'END'
#!/bin/bash
folder=$(dirname "${@: -1}")
for part in train valid test; do
    [ ! -e "$folder/$part.npy" ] || strings "$folder/$part.npy" | grep -ao '^[0-9]\{6\}' | LC_ALL=C sort > "ids-${folder##*/}-$part"
done
PATH=${PATH#*:} exec gz-infer "$@"
END
    chmod +x bin/gz-infer
    PATH=$PWD/bin:$PATH AGREEMENT=0 EPOCHS=2 VALID=4 cross-validate.sh "$BATS_FILE_TMPDIR/whole/galaxies.npy" "$BATS_FILE_TMPDIR/survey/votes.csv" "$@"
}

@test "cross-validate.sh tests each galaxy once, on weights that never saw it, and sums up" {
    export FOLDS=3 KEEP=0-1/5
    validate cv > table 2> err
    cmp table cv/table.tsv
    [ "$(cut -f 1 table | xargs)" = '#fold 0 1 2 all' ]
    galaxies=$(cut -f 1 cv/probs-8.tsv | grep -v '^#' | LC_ALL=C sort -u | wc -l)
    for views in 1 8; do [ "$(grep -vc '^#' cv/probs-$views.tsv)" -eq "$galaxies" ]; done
    [ "$(cut -f 2 table | xargs)" = "galaxies $(wc -l < ids-fold-0-test) $(wc -l < ids-fold-1-test) $(wc -l < ids-fold-2-test) $galaxies" ]
    cat ids-fold-?-test | LC_ALL=C sort > all
    for k in 0 1 2; do
        [ -s ids-fold-$k-valid ]
        [ -z "$(LC_ALL=C comm -12 ids-fold-$k-train ids-fold-$k-valid)" ]
        LC_ALL=C sort ids-fold-$k-{train,valid,test} | cmp - all
    done
    # accuracy with its Wilson interval, written again
    awk -F'\t' '$1 !~ /^#/ { m = 2; for (i = 3; i < 5; i++) if ($i > $m) m = i; n++; k += $5 == (m == 2 ? "spiral" : m == 3 ? "edge-on" : "round") }
        END { z = 1.959964; p = k / n; d = 1 + z * z / n; c = (p + z * z / 2 / n) / d; h = z * sqrt(p * (1 - p) / n + z * z / 4 / n / n) / d
            printf "%.4f %.4f %.4f\n", p, c - h, c + h }' cv/probs-8.tsv > mine
    awk '$1 == "all" { print $4, $5, $6 }' table | cmp - mine

    # What was set aside was used for nothing; in the end it is all that is reported on.
    FINAL=1 validate cv > final 2> err
    [ "$(sed 1d final | cut -f 1)" = 0-1/5 ]
    [ -z "$(LC_ALL=C comm -12 ids-final-test all)" ]
    [ "$(cat all ids-final-test | wc -l)" -gt "$((galaxies + 10))" ]
    LC_ALL=C sort ids-final-{train,valid} | cmp - all
}

@test "cross-validate.sh goes on where it was interrupted, and refuses another recipe" {
    export FOLDS=3
    validate cv > table 2> err
    cp -r cv whole
    rm -r cv/fold-1 cv/table.tsv
    touch -d '2020-01-01' before cv/fold-0/*
    validate cv > again 2> err
    cmp table again
    [ -z "$(find cv/fold-0 -type f -newer before)" ]
    diff -r -q -x history.tsv cv whole
    TRAIN='--label-smoothing 0.1' run ! validate cv
    [[ $output == *'TRAIN=--label-smoothing 0.1'*'cv is of another recipe' ]]
    VALID=4 FOLDS=6 run -2 cross-validate.sh x y other
    [ "$output" = 'cross-validate: VALID=4 and 6 parts have the divisor 2' ]
}

@test "doubt.sh: bins and means are NumPy's, from the votes and gz-infer's lines" {
    whole=$BATS_FILE_TMPDIR/whole
    FOLD=0/1 AGREED=0.8 doubt.sh "$whole/weights.safetensors" "$whole/galaxies.npy" "$BATS_FILE_TMPDIR/survey/votes.csv" out > lines
    "$PYTHON" - "$BATS_FILE_TMPDIR/survey/votes.csv" "$whole/probs.tsv" << 'END'
import csv, sys
import numpy as np
probs = {l.split('\t')[0]: max(map(float, l.split('\t')[1:4])) for l in open(sys.argv[2]) if l[0] != '#'}
groups = [], []
for row in csv.DictReader(open(sys.argv[1])):
    share = [float(row['Class' + c]) for c in ('4.1', '2.1', '7.1')]
    asked = [float(row['Class' + c]) for c in ('2.2', '1.2', '1.1')]
    k = int(np.argmax(share))
    if max(share) == 0 or asked[k] < .5: continue
    agreement = share[k] / asked[k]
    if agreement >= .8: groups[0].append(probs[row['GalaxyID']])
    if agreement < .6: groups[1].append(probs[row['GalaxyID']])
table = np.loadtxt('out/doubt.tsv')
assert table.shape == (20, 4) and np.allclose(table[:, 1], np.arange(1, 21) / 20)
for k, (group, line) in enumerate(zip(groups, open('lines'))):
    want = np.histogram(-np.array(group), -np.arange(20, -1, -1) / 20)[0][::-1] / len(group)
    assert len(group) > 5 and abs(table[:, 2 + k] - want).max() < 1e-4, (table[:, 2 + k], want)
    assert line.rstrip('\n').split('\t') == [['agreed', 'disputed'][k], '%d galaxies' % len(group),
        'mean %.3f' % np.mean(group), 'median %.3f' % np.median(group),
        'above 0.9: %.3f' % np.mean(np.array(group) > .9)], line
END
    [ "$(file -b --mime-type out/doubt.png)" = image/png ]
    run -1 --separate-stderr env FOLD=0/1 DISPUTED=0 doubt.sh "$whole/weights.safetensors" "$whole/galaxies.npy" "$BATS_FILE_TMPDIR/survey/votes.csv" out
    one_line 'doubt: no galaxies are disputed'
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
    gz-decode -q -g $(ls images/*.jpg | grep -v 900007) | gz-prep -q -m > expected.npy
    # The streams of several decoders end several times; records are the same.
    gz-prep -q -c 92 -s 92 some.npy > a.npy
    gz-prep -q -c 92 -s 92 expected.npy > b.npy
    cmp a.npy b.npy
}
