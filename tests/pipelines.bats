#!/usr/bin/env bats
# The scripts, on a small simulated survey: they leave what they promise, and take up again what was interrupted.

load helpers
load pipelines

WHOLE=$FILES/whole # what galaxy-zoo.sh made
VOTES=$FILES/survey/votes.csv

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > lines.txt
}

@test "galaxy-zoo.sh leaves all it promises, and says the accuracy" {
    cd "$FILES"
    [ "$(cd whole && echo *)" = "$(xargs <<< 'accuracy.png colour.npy corner-edge-on.png corner-round.png
        corner-spiral.png examples-augmented.png examples.png galaxies.npy history.tsv network.txt probs.tsv score.txt
        train.npy triangle.png triangle.tsv valid.npy weights.safetensors')" ]
    grep -qE '^validation accuracy [01]\.[0-9]{4}  \(95 % interval' lines.txt
    [ "$(grep -vc '^#' whole/probs.tsv)" -eq 150 ]
    [ "$(grep -vc '^#' whole/history.tsv)" -eq 4 ]
    [ "$(file -b --mime-type whole/*.png | sort -u)" = image/png ]
    cut -f 1 whole/probs.tsv | sed 1d | LC_ALL=C sort -c
}

@test "galaxy-zoo.sh does nothing twice" {
    cd "$FILES"
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
    [ ! -e "$folder/$part.npy" ] ||
        strings "$folder/$part.npy" | grep -ao '^[0-9]\{6\}' | LC_ALL=C sort > "ids-${folder##*/}-$part"
done
PATH=${PATH#*:} exec gz-infer "$@"
END
    chmod +x bin/gz-infer
    PATH=$PWD/bin:$PATH AGREEMENT=0 EPOCHS=2 VALID=4 \
        cross-validate.sh "$WHOLE/galaxies.npy" "$VOTES" "$@"
}

@test "cross-validate.sh tests each galaxy once, on weights that never saw it, and sums up" {
    export FOLDS=3 KEEP=0-1/5
    validate cv > table 2> err
    cmp table cv/table.tsv
    [ "$(cut -f 1 table | xargs)" = '#fold 0 1 2 all' ]
    galaxies=$(cut -f 1 cv/probs-8.tsv | grep -v '^#' | LC_ALL=C sort -u | wc -l)
    for views in 1 8; do [ "$(grep -vc '^#' cv/probs-$views.tsv)" -eq "$galaxies" ]; done
    [ "$(cut -f 2 table | xargs)" = "galaxies $(for k in 0 1 2; do wc -l < ids-fold-$k-test; done | xargs) $galaxies" ]
    cat ids-fold-?-test | LC_ALL=C sort > all
    for k in 0 1 2; do
        [ -s ids-fold-$k-valid ]
        [ -z "$(LC_ALL=C comm -12 ids-fold-$k-train ids-fold-$k-valid)" ]
        LC_ALL=C sort ids-fold-$k-{train,valid,test} | cmp - all
    done
    # The accuracy and its interval are NumPy's.
    [ "$(awk '$1 == "all" { print $4, $5, $6 }' table)" = "$(py gz_score accuracy cv/probs-8.tsv)" ]

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

@test "doubt.sh has the bins and means that NumPy finds from the votes and gz-infer's lines" {
    doubt() { doubt.sh "$WHOLE/weights.safetensors" "$WHOLE/galaxies.npy" "$VOTES" out; }
    FOLD=0/1 AGREED=0.8 doubt > printed
    py doubt counted "$VOTES" "$WHOLE/probs.tsv" out/doubt.tsv printed
    [ "$(file -b --mime-type out/doubt.png)" = image/png ]
    FOLD=0/1 DISPUTED=0 run -1 --separate-stderr doubt
    one_line 'doubt: no galaxies are disputed'
}

@test "infer.sh sorts a folder, and names what is damaged" {
    mkdir images
    cp "$FILES"/survey/images/90000[1-9].jpg images
    head -c 5000 images/900004.jpg > images/900005.jpg
    run -0 --separate-stderr infer.sh "$WHOLE/weights.safetensors" images probs.tsv
    one_line '*900005.jpg*'
    [ "$(cut -f 1 probs.tsv | tr '\n' ' ')" = '#id 900001 900002 900003 900004 900006 900007 900008 900009 ' ]
}

@test "prepare.sh and infer.sh take an archive for a folder" {
    mkdir images
    cp "$FILES"/survey/images/90000[1-9].jpg images
    echo nothing > images/900005.jpg
    tar -cf images.tar images/*.jpg
    (cd images && zip -q ../images.zip ./*.jpg)
    prepare.sh images folder.npy 2> err
    infer.sh "$WHOLE/weights.safetensors" images folder.tsv 2> err
    for a in images.tar images.zip; do
        prepare.sh $a archive.npy 2> err
        cmp folder.npy archive.npy
        infer.sh "$WHOLE/weights.safetensors" $a archive.tsv 2> err
        cmp folder.tsv archive.tsv
    done
}

@test "prepare.sh keeps the order of the names, and all but what is damaged" {
    mkdir images
    cp "$FILES"/survey/images/*.jpg images
    echo nothing > images/900007.jpg
    prepare.sh images some.npy --margin 2> err
    grep -q 900007.jpg err
    rm images/900007.jpg
    gz-decode -q -g images/*.jpg | gz-prep -q -m > expected.npy
    # The streams of several decoders end several times; records are the same.
    gz-prep -q -c 92 -s 92 some.npy > a.npy
    gz-prep -q -c 92 -s 92 expected.npy > b.npy
    cmp a.npy b.npy
}
