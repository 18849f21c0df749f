#!/usr/bin/env bats
# The scripts, on a small simulated survey: they leave what they promise, and take up again what was interrupted.

load helpers
load pipelines

WHOLE=$FILES/whole # what galaxy-zoo.sh made
VOTES=$FILES/survey/votes.csv

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > lines.txt 2> said.txt
}

# A run as short as it can be, for what is tested about the script itself.
quick() { # IMAGES VOTES OUT [option ...]
    galaxy-zoo.sh --epochs 1 --network 'conv2 pool pool pool dense4' --agreement 0.5 "${@:4}" "${@:1:3}"
}

# Which files a run with --dry-run would make. (The atlas needs Leaflet, so it is there or not.)
would_make() {
    "$@" --dry-run | sed -nE 's|.*: would make [^ ]*/([^ /]*).*|\1|p' | LC_ALL=C sort | grep -vx atlas | xargs
}

@test "galaxy-zoo.sh leaves all it promises, and says the accuracy" {
    cd "$FILES"
    [ "$(cd whole && echo *)" = "$(xargs <<< 'accuracy.png atlas colour.npy corner-edge-on.png corner-round.png
        corner-spiral.png examples-augmented.png examples.png galaxies.npy history.tsv network.txt probs.tsv score.txt
        train.npy triangle.png triangle.tsv valid.npy weights.safetensors')" ]
    grep -qE '^validation accuracy [01]\.[0-9]{4}  \(95 % interval' lines.txt
    [ "$(grep -vc '^#' whole/probs.tsv)" -eq 150 ]
    [ "$(grep -vc '^#' whole/history.tsv)" -eq 4 ]
    [ ! -e whole/atlas ] || grep -q 'labels:true' whole/atlas/about.js
    [ "$(file -b --mime-type whole/*.png | sort -u)" = image/png ]
    cut -f 1 whole/probs.tsv | sed 1d | LC_ALL=C sort -c
}

@test "galaxy-zoo.sh does nothing twice" {
    cd "$FILES"
    touch -d '2020-01-01' before
    find whole -type f -exec touch -r before {} +
    galaxy-zoo.sh survey/images survey/votes.csv whole 2> err > /dev/null
    run ! grep making err
    [ -z "$(find whole -type f -not -name lock -newer before)" ]
    [ -z "$(galaxy-zoo.sh --dry-run survey/images survey/votes.csv whole 2>&1)" ]
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
    [[ $output == *'cv holds the results of another recipe: it has TRAIN=, and not TRAIN=--label-smoothing 0.1' ]]
    VALID=4 FOLDS=6 run -2 cross-validate.sh x y other
    [ "$output" = 'cross-validate: --valid 4 and 6 parts have the divisor 2 (see cross-validate.sh --help)' ]
}

@test "audit.sh lists what gz-score lists, shows the first of them, and never writes over a person's corrections" {
    audit() { audit.sh --number 9 --folds 2 --valid 5 --agreement 0 "$WHOLE/galaxies.npy" "$VOTES" out; }
    audit > printed 2> err
    cmp <(head -n -1 printed | tail -n 5) out/label-errors.tsv
    [ "$(tail -n 1 printed)" = 'open out/audit.png' ]
    [ "$(file -b --mime-type out/audit.png)" = image/png ]
    gz-score -q --audit out/probs-8.tsv | cmp - out/audit.tsv
    # The sheet has the first nine of the list.
    { echo '#id,text' && sed 1d out/audit.tsv | head -n 9 | awk -F '\t' '{ print $1 "," $2 " -> " $3 }'; } > captions
    gz-montage -q --captions captions "$WHOLE/galaxies.npy" | cmp - out/audit.png
    # Again: nothing is trained.
    cp out/audit.tsv want
    audit > again 2> err
    cmp printed again
    run ! grep making err
    sed -i '3s/$/round/' out/audit.tsv
    cp out/audit.tsv filled
    run -1 --separate-stderr audit
    one_line 'audit: out/audit.tsv has corrections; give it another name first'
    cmp filled out/audit.tsv
    run -1 --separate-stderr audit.sh missing.npy "$VOTES" new
    one_line 'audit: missing.npy: there is no such file'
    [ ! -e new ]
}

@test "doubt.sh has the bins and means that NumPy finds from the votes and gz-infer's lines" {
    doubt() { doubt.sh "$WHOLE/weights.safetensors" "$WHOLE/galaxies.npy" "$VOTES" out; }
    FOLD=0/1 AGREED=0.8 doubt > printed
    py doubt counted "$VOTES" "$WHOLE/probs.tsv" out/doubt.tsv printed
    OTHER=none FOLD=0/1 AGREED=0.8 doubt > printed
    py doubt counted "$VOTES" "$WHOLE/probs.tsv" out/doubt.tsv printed counting=4
    [ "$(file -b --mime-type out/doubt.png)" = image/png ]
    FOLD=0/1 DISPUTED=0 run -1 --separate-stderr doubt
    one_line 'doubt: no galaxies are disputed'
}

@test "doubt.sh and disagree.sh count a row of votes that is damaged and a picture that is no numbers" {
    w=$WHOLE/weights.safetensors
    gz-decode -q --float --like "$w" "$FILES"/survey/images/*.jpg > floats.npy
    printf '\0\0\xc0\x7f' | dd of=floats.npy bs=1 seek=10000 conv=notrunc 2> err # of the first picture
    { cat "$VOTES"; echo '900001,damaged'; } > damaged.csv
    export PICTURES=$WHOLE/colour.npy AGREEMENT=0 # of disagree.sh
    for script in doubt disagree; do
        run -3 --separate-stderr "$script.sh" --fold 0/1 "$w" floats.npy damaged.csv "$script"
        [[ $stderr == *"$script: 2 skipped:"*'gz-label: damaged.csv: '*'gz-infer: '*' (9'* ]]
        [ -s "$script/$script.tsv" ]
    done
}

@test "--dry-run of the scripts that make all anew names the results, and makes nothing" {
    w=$WHOLE/weights.safetensors g=$WHOLE/galaxies.npy
    [ "$(infer.sh --dry-run "$w" "$FILES/survey/images" probs.tsv)" = 'infer: would make probs.tsv' ]
    [ "$(prepare.sh --dry-run "$FILES/survey/images" small.npy)" = 'prepare: would make small.npy' ]
    [ "$(plot-history.sh --dry-run "$WHOLE/history.tsv" a.png)" = 'plot-history: would make a.png' ]
    [ "$(doubt.sh --dry-run "$w" "$g" "$VOTES" out | xargs)" = \
        "doubt: would make out/doubt.tsv doubt: would make out/doubt.png" ]
    [ "$(disagree.sh --dry-run "$w" "$g" "$VOTES" out | wc -l)" -eq 2 ]
    [ "$(cross-validate.sh --folds 2 --valid 5 --dry-run "$g" "$VOTES" cv |
        sed 's/.* //' | xargs)" = 'cv/fold-0 cv/fold-1 cv/table.tsv' ]
    [ -z "$(ls)" ]
    # What can't be done is said all the same.
    run -1 infer.sh --dry-run "$w" nowhere probs.tsv
}

@test "infer.sh sorts a folder, and names what is damaged" {
    mkdir images
    cp "$FILES"/survey/images/90000[1-9].jpg images
    head -c 5000 images/900004.jpg > images/900005.jpg
    run --separate-stderr infer.sh "$WHOLE/weights.safetensors" images probs.tsv
    [ "$status" -eq 3 ]
    [ "${stderr_lines[0]}" = 'infer: 9 pictures found, 8 read' ]
    [[ ${stderr_lines[2]} == '    gz-decode: images/900005.jpg: '* ]]
    [ "$(cut -f 1 probs.tsv | tr '\n' ' ')" = '#id 900001 900002 900003 900004 900006 900007 900008 900009 ' ]
}

@test "prepare.sh and infer.sh take an archive for a folder" {
    mkdir images
    cp "$FILES"/survey/images/90000[1-9].jpg images
    echo nothing > images/900005.jpg
    tar -cf images.tar images/*.jpg
    (cd images && zip -q ../images.zip ./*.jpg)
    run -3 prepare.sh images folder.npy
    run -3 infer.sh "$WHOLE/weights.safetensors" images folder.tsv
    for a in images.tar images.zip; do
        run -3 prepare.sh $a archive.npy
        cmp folder.npy archive.npy
        run -3 infer.sh "$WHOLE/weights.safetensors" $a archive.tsv
        cmp folder.tsv archive.tsv
    done
    mkdir images/more
    cp images/900001.jpg images/more
    tar -cf twice.tar images
    run -1 --separate-stderr prepare.sh twice.tar twice.npy
    one_line 'prepare: twice.tar: two pictures have the id 900001: images/*900001.jpg and images/*900001.jpg'
    [ ! -e twice.npy ]
}

@test "prepare.sh keeps the order of the names, and all but what is damaged" {
    mkdir images
    cp "$FILES"/survey/images/*.jpg images
    echo nothing > images/900007.jpg
    run -3 prepare.sh images some.npy --margin
    [[ $output == *900007.jpg* ]]
    rm images/900007.jpg
    gz-decode -q -g images/*.jpg | gz-prep -q -m > expected.npy
    # The streams of several decoders end several times; records are the same.
    gz-prep -q -c 92 -s 92 some.npy > a.npy
    gz-prep -q -c 92 -s 92 expected.npy > b.npy
    cmp a.npy b.npy
}

@test "prepare.sh looks in folders below, in a stable order, and refuses two pictures with one id" {
    mkdir -p classes/{spiral,round}
    cp "$FILES"/survey/images/90000[1-4].jpg classes/round
    cp "$FILES"/survey/images/90000[5-9].jpg classes/spiral
    prepare.sh classes below.npy
    gz-decode -q --gray classes/round/*.jpg classes/spiral/*.jpg | gz-prep -q -o expected.npy
    cmp below.npy expected.npy
    cp classes/round/900002.jpg classes/spiral/900002.JPEG
    run -1 --separate-stderr prepare.sh classes other.npy
    one_line 'prepare: classes: two pictures have the id 900002: classes/round/900002.jpg and'\
' classes/spiral/900002.JPEG'
    [ ! -e other.npy ]
}

@test "prepare.sh: --color is --colour, --grey is --gray" {
    mkdir images
    cp "$FILES"/survey/images/90000[1-4].jpg images
    for word in colour color; do prepare.sh images $word.npy --$word; done
    for word in gray grey; do prepare.sh images $word.npy --$word; done
    cmp colour.npy color.npy
    cmp gray.npy grey.npy
    run ! cmp gray.npy color.npy
}

@test "infer.sh: where there is nothing to sort it fails, and an old result stays" {
    mkdir -p empty tiffs
    printf 'II*\0%0100d' 0 > tiffs/a.tif
    printf 'no picture' > broken.jpg
    mkdir broken && mv broken.jpg broken
    cp "$FILES/whole/probs.tsv" keep.tsv
    for images in typo empty tiffs nosuch.zip broken; do
        run -1 --separate-stderr infer.sh "$FILES/whole/weights.safetensors" $images keep.tsv
        one_line "infer: $images: *"
        cmp keep.tsv "$FILES/whole/probs.tsv"
    done
    run -1 --separate-stderr infer.sh nosuch "$FILES/survey/images" keep.tsv
    one_line 'infer: nosuch: No such file or directory, and no ready weights have this name *'
    run -1 --separate-stderr infer.sh ./nosuch "$FILES/survey/images" keep.tsv
    one_line 'infer: ./nosuch: there are no such weights'
    run -1 --separate-stderr infer.sh "$FILES/survey/votes.csv" "$FILES/survey/images" keep.tsv
    one_line "gz-*: $FILES/survey/votes.csv: *"
    run -1 --separate-stderr infer.sh "$FILES/whole/weights.safetensors" "$FILES/survey/images" nosuch/probs.tsv
    one_line 'infer: nosuch/probs.tsv: there is no such folder'
    cmp keep.tsv "$FILES/whole/probs.tsv"
    [ "$(find . -mindepth 1 -maxdepth 1 ! -name 'separate-stderr-*' -printf '%f\n' | LC_ALL=C sort | xargs)" = \
        'broken empty keep.tsv tiffs' ]
}

@test "other epochs, votes, pictures and programs make again what depends on them, and nothing else" {
    mkdir images
    cp "$FILES"/survey/images/9000[0-4]*.jpg images
    cp "$FILES/survey/votes.csv" .
    quick images votes.csv out
    learned='accuracy.png corner-edge-on.png corner-round.png corner-spiral.png probs.tsv score.txt triangle.png'
    learned+=' weights.safetensors'
    [ "$(would_make quick images votes.csv out --epochs 3)" = "$learned" ]
    [ -z "$(would_make quick images votes.csv out)" ]
    [ ! -e out/atlas ] || quick images votes.csv out --epochs 3 --dry-run |
        grep -q 'would make out/atlas (again, for a change of probs.tsv)'

    # What is made again is what a clean run makes.
    quick images votes.csv out --epochs 3 2> err
    grep -q 'making out/weights.safetensors (again, for a change of EPOCHS)' err
    run ! grep -E 'making out/(galaxies|train|valid|colour).npy' err
    quick images votes.csv clean --epochs 3
    same_results clean out

    # A row that changes a vote; as one that is as old as the table was.
    sed 's/^\(900003,\).*/\1'"$(sed -n 's/^900001,//p' votes.csv)/" votes.csv > other.csv
    touch -r votes.csv other.csv
    run ! cmp votes.csv other.csv
    made=$(would_make quick images other.csv out --epochs 3)
    [[ $made == *train.npy* && $made == *weights* && $made != *galaxies.npy* && $made != *colour.npy* ]]

    # One picture more; one that is another.
    cp "$FILES/survey/images/900055.jpg" images
    made=$(would_make quick images votes.csv out --epochs 3)
    [[ $made == *colour.npy*galaxies.npy*train.npy*weights* ]]
    quick images votes.csv out --epochs 3
    [ "$(grep -vc '^#' out/probs.tsv)" -eq 50 ]
    cp "$FILES/survey/images/900056.jpg" images/900055.jpg
    [[ $(would_make quick images votes.csv out --epochs 3) == *galaxies.npy* ]]
    cp -p "$FILES/survey/images/900055.jpg" images
    quick images votes.csv out --epochs 3

    # A file that somebody has changed; one that is gone; another program.
    echo >> out/score.txt
    [ "$(would_make quick images votes.csv out --epochs 3)" = score.txt ]
    rm out/triangle.tsv
    [ "$(would_make quick images votes.csv out --epochs 3)" = 'score.txt triangle.png' ]
    quick images votes.csv out --epochs 3
    mkdir bin
    cp "$(type -P gz-montage)" bin
    echo >> bin/gz-montage
    PATH=$PWD/bin:$PATH
    [ "$(would_make quick images votes.csv out --epochs 3)" = 'examples-augmented.png examples.png' ]
}

@test "an interrupted training goes on only with the same settings" {
    train() { exec learn.sh --network 'conv2 pool pool pool dense4' --agreement 0.5 "$FILES/whole/galaxies.npy" \
        "$FILES/survey/votes.csv" "$@"; }
    interrupted() { # command ...
        rm -f err
        "$@" 2> err > /dev/null 3>&- &
        local script=$!
        await grep -qs 'epoch 2 of' err
        kill $script
        status=0
        wait $script || status=$?
        [ $status -eq 143 ]
        [ -e out/checkpoint ]
    }
    (train clean-3 --epochs 3) 2> err
    (train clean-60 --epochs 60) 2> err
    interrupted train out --epochs 60
    (train out --epochs 3) 2> err
    grep -q 'learn: training begins anew: the checkpoint is of another run (EPOCHS)' err
    cmp out/weights.safetensors clean-3/weights.safetensors
    [ ! -e out/checkpoint ]
    interrupted train out --epochs 60
    cmp out/weights.safetensors clean-3/weights.safetensors
    cmp out/history.tsv clean-3/history.tsv || cmp <(cut -f 1-8 out/history.tsv) <(cut -f 1-8 clean-3/history.tsv)
    (train out --epochs 60) 2> err
    grep -q 'learn: training goes on from the checkpoint' err
    run ! grep 'epoch 1 of' err
    cmp out/weights.safetensors clean-60/weights.safetensors
    cmp <(cut -f 1-8 out/history.tsv) <(cut -f 1-8 clean-60/history.tsv)
}

@test "--first: the shares of all votes are learned first, but not those of galaxies that are held out" {
    settings=(--network 'conv2 pool pool pool dense4' --epochs 2 --hold-out 4 --label '--fold 0-2/5')
    learn.sh "${settings[@]}" --first "$FILES/survey/votes.csv" --first-label '--rule kaggle-shapes' \
        "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" out 2> err
    gz-label -q -v "$FILES/survey/votes.csv" -a 0 --min-asked 0 --fold 1-3/4 --fold 0-2/5 --rule kaggle-shapes \
        "$FILES/whole/galaxies.npy" > first.npy
    cmp first.npy out/first.npy
    gz-augment -q -e 2 --size 64 first.npy | gz-train -q --network 'conv2 pool pool pool dense4' --soft-labels \
        --label-smoothing 0 -o first.safetensors 2> err
    cmp first.safetensors out/first.safetensors
    gz-augment -q -e 2 --size 64 out/train.npy | gz-train -q --network 'conv2 pool pool pool dense4' -V out/valid.npy \
        --init first.safetensors --labels-from 'votes.csv, rule kaggle' -o weights.safetensors 2> err
    cmp weights.safetensors out/weights.safetensors
    for meta in '"trained.init":"first.safetensors"' '"trained.labels-from":"votes.csv, rule kaggle'; do
        head -c 4000 out/weights.safetensors | grep -aqF "$meta"
    done
    # The same tables by other paths change nothing; a rule that is changed does.
    (cd "$FILES/survey" && learn.sh "${settings[@]}" --first votes.csv --first-label '--rule kaggle-shapes' \
        ../whole/galaxies.npy votes.csv "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err")
    run ! grep making err
    gz-label --print-rule kaggle-shapes > own.rule
    for _ in 1 2; do
        learn.sh "${settings[@]}" --first "$FILES/survey/votes.csv" --first-label '--rules own.rule' \
            "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" own 2> err
        [ "$(grep -c 'making own/first.npy' err)" -eq 1 ]
        echo '# changed' >> own.rule
    done
    # A row that can't be used is counted on every run, also by the script that calls learn.sh.
    (cat "$FILES/survey/votes.csv" && echo odd,row) > odd.csv
    quick=(--folds 2 --valid 3 --agreement 0.3 --network 'conv2 pool pool pool dense4' --epochs 1)
    for _ in 1 2; do
        run -3 cross-validate.sh "${quick[@]}" --first odd.csv --first-label '--rule kaggle-shapes' \
            "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" cv
        [[ $output == *'cross-validate: 1 skipped:'*'gz-label: odd.csv: '* ]]
    done
    run -1 learn.sh --first nosuch.csv "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" none
    [[ $output == *'nosuch.csv: there is no such file'* && ! -e none ]]
    sed '2,$s/^[0-9]*/7&/' "$FILES/survey/votes.csv" > other.csv
    run -1 galaxy-zoo.sh --first other.csv "$FILES/survey/images" "$FILES/survey/votes.csv" none
    [[ $output == *'other.csv: '* && ! -e none/galaxies.npy ]]
    run -1 galaxy-zoo.sh --first "$FILES/survey/votes.csv" --first-label '--rule nosuch' "$FILES/survey/images" \
        "$FILES/survey/votes.csv" none
    [[ $output == *"no rule 'nosuch'"* && ! -e none/galaxies.npy ]]
}

@test "a typo, or a table that says nothing about the pictures, is refused before anything is written" {
    sed '2,$s/^[0-9]*/7&/' "$FILES/survey/votes.csv" > other.csv
    run -1 --separate-stderr quick "$FILES/survey/imgaes" "$FILES/survey/votes.csv" out
    one_line "galaxy-zoo: $FILES/survey/imgaes: there is no such folder or archive"
    run -1 --separate-stderr quick "$FILES/survey/images" votse.csv out
    one_line 'galaxy-zoo: votse.csv: there is no such file'
    run -1 --separate-stderr quick "$FILES/survey/images" other.csv out
    one_line "gz-label: other.csv: no row has the id of a record: the first record is '900001', the first row*"
    [[ $stderr == *" '7900001' (--ids)" ]]
    head -n 1 "$FILES/survey/votes.csv" > none.csv
    run -1 --separate-stderr quick "$FILES/survey/images" none.csv out
    one_line 'gz-label: none.csv: no row has the id of a record*'
    run -1 --separate-stderr quick "$FILES/survey/images" "$FILES/survey/images/900001.jpg" out
    one_line "gz-label: $FILES/survey/images/900001.jpg: *"
    # No galaxy in a class.
    sed 's/,/ /' "$FILES/survey/votes.csv" | sed '1s/.*/id,spiral,edge-on,round/; 2,$s/ .*/,1,0,3/; 9s/1,0,3/4,1,0/' \
        > few.csv
    run -1 --separate-stderr quick "$FILES/survey/images" few.csv out
    one_line 'galaxy-zoo: few.csv: there is no galaxy to learn from of class spiral, edge-on (agreement 0.5)'
    tar -cf images.tar -C "$FILES/survey" images
    run -1 --separate-stderr quick images.tar other.csv out
    one_line 'gz-label: other.csv: no row has the id of a record*'
    run -1 --separate-stderr quick "$FILES/survey/images" "$FILES/survey/votes.csv" out --network 'conv2 pol'
    one_line "gz-train: network: 'pol' *"
    run -1 --separate-stderr quick "$FILES/survey/images" "$FILES/survey/votes.csv" out --augment '--zom 0.1'
    one_line "gz-augment: unknown option '--zom'*"
    [ ! -e out ]
    quick "$FILES/survey/images" "$FILES/survey/votes.csv" out
    [ -s out/triangle.png ]
}

@test "what was skipped is counted, named and status 3, on every run" {
    mkdir images
    cp "$FILES"/survey/images/9000[0-5]*.jpg images
    for i in {10..24}; do echo damaged > images/9000$i.jpg; done
    cp "$FILES/survey/votes.csv" votes.csv
    printf '900999,1\n' >> votes.csv
    for run in first second third; do
        run -3 --separate-stderr quick images votes.csv out
        [[ $stderr == *'galaxy-zoo: 59 pictures found, 44 read'* ]]
        [[ $stderr =~ galaxy-zoo:\ [0-9]+\ galaxies\ of\ 44\ labelled ]]
        [[ $stderr == \
            *'galaxy-zoo: 16 skipped:'*'    gz-decode: images/900010.jpg: '*'and 6 more: see out/skipped.txt'* ]]
        [ "$(grep -c '^gz-decode: images/9000[12][0-9].jpg: ' out/skipped.txt)" -eq 15 ]
        grep -q '^gz-label: votes.csv: line 152: 2 cells' out/skipped.txt
        [ "$(wc -l < out/skipped.txt)" -eq 16 ]
    done
    # Only the row; then nothing.
    cp "$FILES"/survey/images/9000[12]?.jpg images
    for run in first second third; do
        run -3 --separate-stderr quick images votes.csv out
        [[ $stderr == *'galaxy-zoo: 1 skipped:'*'gz-label: votes.csv: line 152: '* ]]
    done
    for run in first second; do
        run -0 --separate-stderr quick images "$FILES/survey/votes.csv" out
        [[ $stderr != *skipped* ]]
        [ ! -e out/skipped.txt ]
    done
    # learn.sh and cross-validate.sh say the same of the row.
    run -3 learn.sh --epochs 1 --network 'conv2 pool pool pool dense4' --agreement 0.5 out/galaxies.npy votes.csv \
        learned
    [[ $output == *'learn: 1 skipped:'*'gz-label: votes.csv: line 152: '* ]]
    run -3 cross-validate.sh --folds 2 --valid 5 --epochs 1 --network 'conv2 pool pool pool dense4' --agreement 0 \
        out/galaxies.npy votes.csv cv
    [[ $output == *'cross-validate: 1 skipped:'*'gz-label: votes.csv: line 152: '* ]]
}

# Processes of the programs whose command line has this word.
at_work() { # word
    local file
    for file in /proc/[0-9]*/cmdline; do
        if { tr '\0' ' ' < "$file"; } 2> /dev/null | grep -q "^\(gz-\|[^ ]*/gz-\|[^ ]*perl [^ ]*parallel\).*$1"; then \
            echo "$file"; fi
    done
}

@test "a signal to galaxy-zoo.sh ends all that it started, and the same command goes on" {
    out=$PWD/signalled
    for signal in TERM INT HUP; do
        rm -f err
        env --default-signal=INT galaxy-zoo.sh --epochs 500 "$FILES/survey/images" "$FILES/survey/votes.csv" "$out" > \
            lines 2> err 3>&- &
        script=$!
        await grep -qs 'epoch [0-9]* of' err
        [ -n "$(at_work "$out")" ]
        kill -$signal $script
        status=0
        wait $script || status=$?
        [ "$status" -eq $((128 + $(kill -l $signal))) ]
        [ -z "$(at_work "$out")" ]
        [ "$(tail -n 1 err)" = "galaxy-zoo: ended by SIG$signal; the same command goes on from here" ]
        [ ! -e "$out/weights.safetensors" ]
    done
    grep -q 'training goes on from the checkpoint' err
    galaxy-zoo.sh "$FILES/survey/images" "$FILES/survey/votes.csv" "$out" 2> err
    same_results "$FILES/whole" "$out"
}

@test "one run at a time in a folder" {
    galaxy-zoo.sh --epochs 500 "$FILES/survey/images" "$FILES/survey/votes.csv" out > lines 2> err 3>&- &
    script=$!
    await grep -q 'epoch 1 of' err
    run -1 --separate-stderr quick "$FILES/survey/images" "$FILES/survey/votes.csv" out
    one_line 'galaxy-zoo: out: another run is at work in this folder'
    kill $script
    wait $script || true
    quick "$FILES/survey/images" "$FILES/survey/votes.csv" out
}

@test "five classes: the first three stand at the corners, or those that are named, and a line says so" {
    { echo id,a,b,c,d,e; ls "$FILES/survey/images" | sed 's/\.jpg//' | awk \
        '{ k = NR % 5; print $1 "," (k == 0) "," (k == 1) "," (k == 2) "," (k == 3) "," (k == 4) }'; } > five.csv
    run -0 --separate-stderr quick "$FILES/survey/images" five.csv out
    [[ $output == 'validation accuracy '* ]]
    [[ $stderr == *'a, b, c stand at the corners (--corners chooses which of the 5 classes do)'* ]]
    [ "$(cd out && echo triangle.png corner-*)" = 'triangle.png corner-a.png corner-b.png corner-c.png' ]
    [ "$(head -n 1 out/probs.tsv | cut -f 1-6)" = $'#id\ta\tb\tc\td\te' ]
    # Pictures of three classes that were there don't pass for those of five.
    quick "$FILES/survey/images" "$VOTES" out
    [ -e out/triangle.png ] && [ -e out/triangle.tsv ] && [ -e out/corner-round.png ] || false
    run -0 --separate-stderr quick "$FILES/survey/images" five.csv out --corners e,d,a
    [[ $stderr == *'e, d, a stand at the corners'* ]]
    [ "$(cd out && echo corner-*)" = 'corner-a.png corner-d.png corner-e.png' ]
    gz-triangle -q -p out/probs.tsv --corners e,d,a -o want.png out/colour.npy
    cmp want.png out/triangle.png
    [ ! -e out/atlas ] || grep -q 'corners:\[4,3,0\]' out/atlas/about.js
}

# A table of labels, which the galaxies of the survey have in turn.
labels() { # names, with commas between
    awk -F , -v names="$1" 'NR == 1 { n = split(names, name, ","); print "id,label" }
        NR > 1 { print $1 "," name[NR % n + 1] }' "$VOTES"
}

@test "galaxies of no class are examples of one more, in learning, sorting and scoring; learn.sh does the same" {
    line=' 52 galaxies of no class are examples of one more, "other" (--other none: no such class)'
    [ "$(grep -c 'of no class' "$FILES/said.txt")" -eq 1 ]
    grep -qx "galaxy-zoo:$line" "$FILES/said.txt"
    gz-label -q -v "$VOTES" --other other --fold 1-9/10 "$WHOLE/galaxies.npy" | cmp - "$WHOLE/train.npy"
    gz-label -q -v "$VOTES" --other other --fold 0/10 "$WHOLE/galaxies.npy" | cmp - "$WHOLE/valid.npy"
    [ "$(head -n 1 "$WHOLE/probs.tsv")" = $'#id\tspiral\tedge-on\tround\tother\tpart' ]
    gz-infer -q --views 8 -w "$WHOLE/weights.safetensors" "$WHOLE/valid.npy" > lines.tsv
    gz-score --other other lines.tsv | cmp - "$WHOLE/score.txt"
    # The class stands at no corner of the picture.
    gz-triangle -q -p "$WHOLE/probs.tsv" --corners spiral,edge-on,round "$WHOLE/colour.npy" |
        cmp - "$WHOLE/triangle.png"
    # The accuracy is told without these galaxies, then with them.
    gz-score --pairs --other other lines.tsv | awk '{ v[$1] = $2 }
        function interval(key) { return sprintf("%.4f  (95 %% interval %.4f to %.4f)", v[key], v[key ".low"], \
            v[key ".high"]) }
        END { printf "validation accuracy %s of the %d galaxies of spiral, edge-on, round\n", \
                interval("others.clean-accuracy"), v["others.clean"]
            printf "with \"other\" it is %s of all %d galaxies\n", interval("accuracy"), v["galaxies"]
            printf "the AUROC of telling the %d from the others is %.4f\n", v["others.clean"], v["others.auroc"]
        }' > want
    head -n 3 "$FILES/lines.txt" | diff want -
    learn.sh "$WHOLE/galaxies.npy" "$VOTES" learned 2> said
    grep -qx "learn:$line" said
    cmp learned/weights.safetensors "$WHOLE/weights.safetensors"
    # What is to be made doesn't depend on what is there.
    [ "$(galaxy-zoo.sh --dry-run "$FILES/survey/images" "$VOTES" new 2>&1 | grep -vc ': would make ')" -eq 0 ]
}

@test "--other none, and tables without galaxies of no class, or with few of them: no such class" {
    quick "$FILES/survey/images" "$VOTES" none --agreement 0.9 --other none > printed 2> said
    run ! grep 'of no class' said
    [ "$(head -n 1 none/probs.tsv | cut -f 2-)" = $'spiral\tedge-on\tround\tpart' ]
    gz-infer -q --views 8 -w none/weights.safetensors none/valid.npy | gz-score | cmp - none/score.txt
    sed -n 's/^accuracy  */validation accuracy /p' none/score.txt | diff - <(head -n 1 printed)
    [ "$(wc -l < printed)" -eq 2 ]
    quick "$FILES/survey/images" "$VOTES" none --agreement 0.9 --dry-run |
        grep -qF 'would make none/train.npy (again, for a change of OTHER)'
    # Of the galaxies to learn from, 38 are of no class.
    quick "$FILES/survey/images" "$VOTES" few 2> said
    learn.sh --epochs 1 --agreement 0.5 few/galaxies.npy "$VOTES" learned 2>> said
    line='38 galaxies of the table are of no class, too few to learn a class "other" from: each is sorted as if it were'
    diff <(grep 'of no class' said) <(printf '%s: %s of a class\n' galaxy-zoo "$line" learn "$line")
    gz-label -q -v "$VOTES" -a 0.5 --fold 1-9/10 few/galaxies.npy | cmp - few/train.npy
    cmp few/train.npy learned/train.npy
    # Pictures that can't be read don't count, and of 52 galaxies of no class three are such.
    cp -r "$FILES/survey/images" .
    for id in $(gz-infer -q -w "$WHOLE/weights.safetensors" "$WHOLE/train.npy" | awk '$6 == "other" { print $1 }' |
        head -n 3); do echo damaged > "images/$id.jpg"; done
    run -3 quick images "$VOTES" damaged --agreement 0.9
    [[ $output == *'galaxy-zoo: 49 galaxies of the table are of no class, too few '* ]]
    # With --other-share, somebody wants it.
    learn.sh --epochs 1 --label '--other-share 0.5' few/galaxies.npy "$VOTES" shared 2> said
    grep -q '28 galaxies of no class are examples of one more' said
    # Each row has a class.
    labels left,right > hard.csv
    quick "$FILES/survey/images" hard.csv hard 2> said
    run ! grep 'of no class' said
    quick "$FILES/survey/images" hard.csv hard --other none 2> said
    run ! grep making said
}

@test "a class of one name is enough beside the others; a table's own class of the name \"other\" serves" {
    g=$WHOLE/galaxies.npy
    classes() { gz-infer -q -w "$1/weights.safetensors" "$1/valid.npy" | head -n 1 | cut -f 2- | xargs; }
    learn() { learn.sh --epochs 1 --network 'conv2 pool pool pool dense4' "$@"; }
    # Half of the galaxies are labelled so, and a quarter has no label.
    labels spiral,other,other, > own.csv
    learn "$g" own.csv own 2> said
    run ! grep 'of no class' said
    [ "$(classes own)" = 'other spiral label' ]
    learn --label '--classes spiral' "$g" own.csv one 2> said
    [ "$(classes one)" = 'spiral other label' ]
    # Beside two classes, it is the third corner of the triangle.
    labels left,right,rest,rest > two.csv
    quick "$FILES/survey/images" two.csv two --label '--classes left,right' > said 2>&1
    grep -q '^validation accuracy .* galaxies of left, right$' said
    run ! grep 'at the corners' said
    [ "$(cd two && echo corner-*)" = 'corner-left.png corner-other.png corner-right.png' ]
    # A name that somebody gave must be a new one, and a possible one.
    sed 's/other/rest/' own.csv > rest.csv
    run -1 --separate-stderr learn --other rest "$g" rest.csv none
    one_line 'gz-label: rest.csv: --other: the table has a class rest already'
    run -1 --separate-stderr learn --other label "$g" "$VOTES" none
    one_line "gz-label: --other: a class can't have the name 'label'"
    run -2 --separate-stderr learn --other 'none of these' "$g" "$VOTES" none
    one_line "learn: --other 'none of these' is not a name without blanks (see learn.sh --help)"
    [ ! -e none ]
    # An --other among the options of gz-label counts before the setting.
    for setting in other none; do
        learn --label '--other rest' --other $setting --agreement 0.5 "$g" "$VOTES" $setting 2> said
        [ "$(classes $setting)" = 'spiral edge-on round rest label' ]
        run ! grep 'of no class' said
    done
}

@test "cross-validate.sh has the class of galaxies of no class if it is told so, audit.sh never" {
    export EPOCHS=1 NETWORK='conv2 pool pool pool dense4' FOLDS=4 VALID=5 AGREEMENT=0.99
    run_on() { "$@" "$WHOLE/galaxies.npy" "$VOTES" "$out"; }
    classes() {
        gz-infer -q -w "$out/fold-$1/weights.safetensors" "$WHOLE/galaxies.npy" | head -n 1 | cut -f 2- | xargs
    }
    out=plain
    run_on cross-validate.sh 2> said
    run ! grep 'of no class' said
    [ "$(classes 0)" = 'spiral edge-on round' ]
    OTHER=other run_on audit.sh > printed 2>&1
    run ! grep making printed
    out=four
    run_on cross-validate.sh --other other 2> said
    [ "$(grep -c 'galaxies of no class are examples of one more, "other"' said)" -eq 1 ]
    for k in 0 1 2 3; do [ "$(classes $k)" = 'spiral edge-on round other' ]; done
    # All galaxies are tested, those of no class as others.
    gz-label -q -v "$VOTES" -a 0.99 --other other "$WHOLE/galaxies.npy" | gz-infer -q -w "$WHOLE/weights.safetensors" |
        sed 1d | cut -f 1,6 | LC_ALL=C sort > want
    sed '/^#/d' four/probs-8.tsv | cut -f 1,6 | LC_ALL=C sort | cmp - want
    run -1 --separate-stderr run_on cross-validate.sh
    [[ $stderr == *'four holds the results of another recipe: it has OTHER=other' ]]
}

@test "--label '--other other': a class for what is none of the others, drawn towards the centre, and scored so" {
    quick "$FILES/survey/images" "$VOTES" out --agreement 0.8 --label '--other other' > said 2>&1
    grep -q 'spiral, edge-on, round stand at the corners' said
    [ "$(head -n 1 out/probs.tsv | cut -f 2-5)" = $'spiral\tedge-on\tround\tother' ]
    gz-label -q -v "$VOTES" -a 0.8 --other other --fold 0/10 out/galaxies.npy | cmp - out/valid.npy
    gz-infer -q --views 8 -w out/weights.safetensors out/valid.npy | gz-score --other other | cmp - out/score.txt
    grep -q AUROC out/score.txt
    gz-triangle -q -p out/probs.tsv --corners spiral,edge-on,round -o want.png out/colour.npy
    cmp want.png out/triangle.png
}

@test "--augment --no-flip: no answer is a mean over mirror images" {
    { echo id,label; sed 1d "$VOTES" | awk -F , '{ print $1 "," (NR % 2 ? "left" : "right") }'; } > sense.csv
    quick "$FILES/survey/images" sense.csv out --augment --no-flip > said 2>&1
    gz-infer -q --views 1 -w out/weights.safetensors out/galaxies.npy | cmp - <(cut -f 1-3 out/probs.tsv)
    gz-infer -q --views 1 -w out/weights.safetensors out/valid.npy | gz-score | cmp - out/score.txt
    infer.sh --views 1 out/weights.safetensors "$FILES/survey/images" lines.tsv
    cut -f 1-3 out/probs.tsv | cmp - lines.tsv
}

@test "options: help, version, unknown and misspelt ones, in every script" {
    for script in "$ROOT"/pipelines/*.sh; do
        name=${script##*/}
        run -0 "$script" --help
        [[ $output == "usage: $name [option ...] "* ]]
        [ "$output" = "$("$script" -h)" ]
        [ "$("$script" -V)" = "$(gz-prep -V | sed "s/gz-prep/$name/")" ]
        [ "$("$script" --version)" = "$("$script" -V)" ]
        run -2 --separate-stderr "$script" --epoch 2
        one_line "${name%.sh}: unknown option '--epoch' (see $name --help)"
        run -2 --separate-stderr "$script"
        one_line "${name%.sh}: * is missing (see $name --help)"
    done
    run -2 --separate-stderr galaxy-zoo.sh images votes.csv out EPOCHS=2
    one_line "galaxy-zoo: 'EPOCHS=2' is one operand too many (see galaxy-zoo.sh --help)"
    EPOCH=2 run -2 --separate-stderr galaxy-zoo.sh images votes.csv out
    one_line 'galaxy-zoo: the environment has EPOCH: is EPOCHS meant? (see galaxy-zoo.sh --help)'
    run -2 --separate-stderr galaxy-zoo.sh --epochs two images votes.csv out
    one_line "galaxy-zoo: --epochs 'two' is not a whole number from 1 (see galaxy-zoo.sh --help)"
    run -2 --separate-stderr galaxy-zoo.sh --agreement=1.5 images votes.csv out
    one_line "galaxy-zoo: --agreement '1.5' is not a number from 0 to 1 (see galaxy-zoo.sh --help)"
    run -2 --separate-stderr galaxy-zoo.sh images votes.csv out --epochs
    one_line "galaxy-zoo: option '--epochs' needs a value (see galaxy-zoo.sh --help)"
}

@test "the environment's names count as the options do" {
    quick "$FILES/survey/images" "$FILES/survey/votes.csv" out --seed 3
    SEED=3 run -0 quick "$FILES/survey/images" "$FILES/survey/votes.csv" out
    [[ $output != *making* ]]
}

@test "scripts find their programs, called from a checkout and installed" {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    mkdir images
    cp "$FILES"/survey/images/90000*.jpg images
    bare() { env -u GZ_BIN PATH=/usr/bin:/bin "$@"; }
    infer.sh "$FILES/whole/weights.safetensors" images want.tsv
    ln -s "$GZ_BIN" bin
    cp -r "$ROOT/pipelines" .
    bare pipelines/infer.sh "$FILES/whole/weights.safetensors" images got.tsv
    cmp want.tsv got.tsv
    make -s -C "$ROOT" install DESTDIR="$PWD/root" PREFIX=/usr
    for script in "$ROOT"/pipelines/*.sh; do
        installed=gz-$(basename "$script" .sh)
        [ "$installed" != gz-infer ] || installed=gz-classify
        [ "$(bare "root/usr/bin/$installed" -V)" = "$(gz-prep -V | sed "s/gz-prep/$installed/")" ]
        [[ $(bare "root/usr/bin/$installed" -h) == "usage: $installed "* ]]
    done
    PATH=/usr/bin:/bin:$PWD/root/usr/bin env -u GZ_BIN gz-classify "$FILES/whole/weights.safetensors" images \
        installed.tsv
    cmp want.tsv installed.tsv
    # One that others call.
    bare root/usr/bin/gz-learn --epochs 1 --agreement 0.5 "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" learned
    bare root/usr/bin/gz-cross-validate --folds 2 --valid 5 --epochs 1 --agreement 0 "$FILES/whole/galaxies.npy" \
        "$FILES/survey/votes.csv" cv
    [ "$(wc -l < cv/table.tsv)" -eq 4 ]
    make -s -C "$ROOT" uninstall DESTDIR="$PWD/root" PREFIX=/usr
    [ -z "$(find root -type f -o -type l)" ]
}

@test "picture.sh makes its folder; plot-history.sh draws one epoch without a warning" {
    picture.sh "$FILES/whole/colour.npy" "$FILES/whole/probs.tsv" new
    for file in triangle.png triangle.tsv corner-{spiral,edge-on,round}.png; do cmp "new/$file" "$FILES/whole/$file"; \
        done
    sed 2q "$FILES/whole/history.tsv" > history.tsv
    run -0 plot-history.sh history.tsv one.png
    [ -z "$output" ]
    [ "$(file -b --mime-type one.png)" = image/png ]
}

@test "disagree.sh shows the most confident disagreements, in order" {
    disagree.sh --fold 0/1 --number 9 --agreement 0.8 --pictures "$FILES/whole/colour.npy" \
        "$FILES/whole/weights.safetensors" \
        "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" out
    gz-label -q --votes "$FILES/survey/votes.csv" --agreement 0.8 "$FILES/whole/galaxies.npy" |
        gz-infer -q --views 8 --weights "$FILES/whole/weights.safetensors" | sed 1d | awk -F '\t' -v OFS='\t' '
            BEGIN { split("- spiral edge-on round other", class, " ") }
            { m = 2; for (i = 3; i < 6; i++) if ($i > $m) m = i }
            class[m] != $6 { print $m, $1 }' | sort -s -k 1,1gr | head -n 9 | cut -f 2 > want
    [ -s want ]
    sed 1d out/disagree.tsv | cut -f 1 | cmp - want
    [ "$(file -b --mime-type out/disagree.png)" = image/png ]
}

@test "mpi-learn.sh makes the class that learn.sh makes, and refuses an OUT without it" {
    mkdir bin
    printf '#!/bin/sh\nexec gz-train "$@"\n' > bin/gz-train-mpi
    chmod +x bin/gz-train-mpi
    learn() { PATH=$PWD/bin:$PATH mpi-learn.sh --epochs 1 "$WHOLE/galaxies.npy" "$VOTES" out; }
    learn 2> said
    [ "$(grep -c 'mpi-learn: 52 galaxies of no class are examples of one more, "other"' said)" -eq 1 ]
    cmp out/valid.npy "$WHOLE/valid.npy"
    cmp out/train.0-1.npy "$WHOLE/train.npy"
    sed -i '/^OTHER=other$/d' out/recipe
    run -1 --separate-stderr learn
    one_line "mpi-learn: out holds the results of another recipe: it doesn't have OTHER=other"
}

@test "--label reaches gz-label in every script that labels: by a table of ids, the results are the same" {
    # The catalogue has other ids than the pictures.
    sed '2,$s/^[0-9]*/7&/' "$VOTES" > sky.csv
    { echo picture,sky && sed '1d; s/,.*//; s/.*/&,7&/' "$VOTES"; } > ids.csv
    # One rank is enough here; tests/cluster has more.
    mkdir bin
    printf '#!/bin/sh\nexec gz-train "$@"\n' > bin/gz-train-mpi
    chmod +x bin/gz-train-mpi
    export PATH=$PWD/bin:$PATH
    w=$WHOLE/weights.safetensors g=$WHOLE/galaxies.npy
    for run in "$VOTES plain" "sky.csv other"; do
        read -r votes out <<< "$run"
        export LABEL=
        [ "$out" = plain ] || LABEL='--ids ids.csv'
        FOLD=0/1 AGREED=0.8 doubt.sh "$w" "$g" "$votes" $out-doubt
        disagree.sh --fold 0/1 --number 9 --agreement 0.8 "$w" "$g" "$votes" $out-disagree
        audit.sh --folds 2 --valid 5 --agreement 0 --epochs 1 "$g" "$votes" $out-audit
        mpi-learn.sh --agreement 0.5 --epochs 1 "$g" "$votes" $out-learned
    done > said 2>&1
    for result in doubt/doubt.tsv disagree/disagree.{tsv,png} audit/audit.{tsv,png}; do
        cmp plain-$result other-$result
    done
    # In the metadata is where the labels are from.
    cmp <(tensors plain-learned/weights.safetensors) <(tensors other-learned/weights.safetensors)
    # Another table of ids is another recipe.
    sed -i '2s/,7/,8/' ids.csv
    run -1 --separate-stderr mpi-learn.sh --agreement 0.5 --epochs 1 "$g" sky.csv other-learned
    [[ $stderr == 'mpi-learn: other-learned holds the results of another recipe: it has ids.csv '* ]]
    LABEL='' run -1 --separate-stderr doubt.sh "$w" "$g" sky.csv none
    one_line 'gz-label: sky.csv: no row has the id of a record: *'
}

@test "progress: one line for the pipe on a terminal, no escapes with TERM=dumb, NO_COLOR or without a terminal" {
    need_command script
    learn="learn.sh --epochs 40 --agreement 0.5 $FILES/whole/galaxies.npy $FILES/survey/votes.csv"
    TERM=xterm run -0 script -qec "$learn fancy" /dev/null
    line=$'\r''learn: training: [0-9]+ of [0-9]+ records, [0-9]+/s, [0-9]+ s left'$'\e''\[K'
    [[ $output =~ $line ]]
    # Nobody else writes over the line.
    run ! grep -aE $'\r(gz-augment|gz-label|gz-train): [0-9]' <<< "$output"
    TERM=dumb run -0 script -qec "$learn dumb" /dev/null
    [[ $output != *$'\e'* ]]
    TERM=xterm NO_COLOR=1 run -0 script -qec "$learn uncoloured" /dev/null
    [[ $output != *$'\e'* ]]
    TERM=xterm run -0 $learn plain
    [[ $output == *'learn: making plain/weights.safetensors'* ]]
    [[ $output != *$'\e'* && $output != *$'\r'* ]]
}

@test "probs.tsv says which galaxies the network learned from; gz-score leaves those out, unless told" {
    quick "$FILES/survey/images" "$VOTES" out --agreement 0.9 --other none
    ids_of() { gz-infer -q --weights out/weights.safetensors "$1" | sed 1d | cut -f 1 | LC_ALL=C sort; }
    [ "$(head -n 1 out/probs.tsv)" = $'#id\tspiral\tedge-on\tround\tpart' ]
    for part in train valid; do
        awk -F '\t' -v part=$part '$5 == part { print $1 }' out/probs.tsv | LC_ALL=C sort |
            cmp - <(ids_of out/$part.npy)
    done
    [ "$(awk -F '\t' 'NR > 1 && $5 == "-"' out/probs.tsv | wc -l)" -eq \
        $((150 - $(ids_of out/train.npy | wc -l) - $(ids_of out/valid.npy | wc -l))) ]
    gz-label -q --votes "$VOTES" --agreement 0 out/galaxies.npy |
        gz-infer -q --weights out/weights.safetensors --train out/train.npy --valid out/valid.npy > all.tsv
    run -0 --separate-stderr gz-score --pairs all.tsv
    n=$(ids_of out/train.npy | wc -l)
    one_line "gz-score: $n galaxies that the network learned from are left out (see --all)"
    [ "${lines[0]}" = $'galaxies\t'$(($(sed 1d all.tsv | wc -l) - n)) ]
    awk -F '\t' '$NF != "train"' all.tsv | gz-score --pairs | cmp - <(gz-score -q --pairs all.tsv)
    cut -f 1-5 all.tsv | gz-score --pairs | cmp - <(gz-score --all --pairs all.tsv)
}
