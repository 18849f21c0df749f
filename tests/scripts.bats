#!/usr/bin/env bats
# What the scripts refuse, and what they leave alone: files that are somebody's own, wrong settings, wrong inputs. Each
# fault was met by a user once.

load helpers
load pipelines

setup_file() {
    survey_done
    export EPOCHS=1 NETWORK='conv2 pool pool pool dense4' AGREEMENT=0.5
    galaxy-zoo.sh survey/images survey/votes.csv whole > /dev/null 2>&1
    ls survey/images/*.jpg > all
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    W=$FILES/whole/weights.safetensors G=$FILES/whole/galaxies.npy VOTES=$FILES/survey/votes.csv
    mkdir few
    cp "$FILES"/survey/images/90000[12].jpg few
}

# refused STATUS LINE COMMAND...: with this one line (a pattern), and nothing in this folder changed.
refused() {
    find . -type f ! -name 'separate-stderr-*' -exec cksum {} + | sort > "$FILES/before"
    run --separate-stderr "${@:3}"
    [ "$status" -eq "$1" ]
    one_line "$2"
    find . -type f ! -name 'separate-stderr-*' -exec cksum {} + | sort | diff "$FILES/before" -
}

# ---- files that are somebody's own ----

@test "an output that is an input, a picture or another kind of file stays as it is" {
    cp "$W" w
    (cd few && zip -q ../a.zip 900001.jpg)
    cp "$FILES/whole/history.tsv" h.tsv
    mkdir folder
    refused 1 'infer: w: is there already, and is no table of probabilities: it stays as it is' infer.sh w few w
    refused 1 'infer: a.zip: is there already, and is no table *' infer.sh "$W" a.zip a.zip
    refused 1 'infer: few/900002.jpg: is there already, *' infer.sh "$W" few/*.jpg
    refused 1 'prepare: few/900002.jpg: is there already, and is no stream: it stays as it is' prepare.sh few/*.jpg
    refused 1 'infer: h.tsv: is there already, and is no table *' infer.sh "$W" few h.tsv
    refused 1 'plot-history: h.tsv: is there already, and is no PNG: *' plot-history.sh h.tsv h.tsv
    refused 1 'prepare: folder: is a folder' prepare.sh few folder
    refused 1 'infer: none/: is the name of a folder' infer.sh "$W" few none/
    infer.sh "$W" few probs.tsv
    infer.sh "$W" few probs.tsv
    [ "$(wc -l < probs.tsv)" -eq 3 ]
}

@test "an output that is a link, a pipe or standard output is written to" {
    infer.sh "$W" few want
    ln -s target.tsv link.tsv
    infer.sh "$W" few link.tsv
    [ -L link.tsv ]
    cmp target.tsv want
    mkfifo pipe
    cat pipe > got &
    infer.sh "$W" few pipe
    wait $!
    [ -p pipe ]
    cmp got want
    infer.sh "$W" few /dev/stdout | cmp - want
    infer.sh "$W" few - > file
    cmp file want
}

@test "what was not made here is not made again: folders, streams, checkpoints" {
    mkdir -p own/atlas streams checkpoints
    echo thesis > own/atlas/thesis.txt
    echo mine | tee streams/train.npy > checkpoints/checkpoint
    learn() { learn.sh "$G" "$VOTES" "$1"; }
    run -1 galaxy-zoo.sh "$FILES/survey/images" "$VOTES" own
    [ "$(< own/atlas/thesis.txt)" = thesis ]
    not_ours="is there already, and wasn't made here; move it away, or choose another folder"
    [ "${lines[-1]}" = "galaxy-zoo: own/atlas: $not_ours" ]
    run -1 learn streams
    [ "${lines[-1]}" = "learn: streams/train.npy: $not_ours" ]
    run -1 learn checkpoints
    [ "${lines[-1]}" = "learn: checkpoints/checkpoint: $not_ours" ]
    [ "$(cat streams/train.npy checkpoints/checkpoint | xargs)" = 'mine mine' ]
}

@test "picture.sh leaves its pictures where the lines are of no use" {
    picture.sh "$FILES/whole/colour.npy" "$FILES/whole/probs.tsv" out > said
    : > nothing
    cut -f 1-3 "$FILES/whole/probs.tsv" > two.tsv
    colour=$FILES/whole/colour.npy
    refused 1 'picture: nothing: is no table of probabilities (gz-infer)' picture.sh "$colour" nothing out
    refused 1 "picture: $VOTES: is no *" picture.sh "$colour" "$VOTES" out
    refused 1 'picture: two.tsv: there is no picture of 2 classes: gz-triangle needs three' \
        picture.sh "$colour" two.tsv out
    [ -e out/triangle.png ]
}

@test "corrections are never written over, however a table program saved them" {
    audit() { audit.sh --folds 2 --valid 5 "$G" "$VOTES" out; }
    audit > printed 2>&1
    audit > printed 2>&1
    sed '2s/$/round/' out/audit.tsv | tr '\t' , > saved.csv
    cp saved.csv out/audit.tsv
    run -1 --separate-stderr audit
    one_line 'audit: out/audit.tsv has corrections; give it another name first'
    cmp saved.csv out/audit.tsv
}

# ---- settings ----

@test "numbers, parts and switches that are none are refused as usage" {
    cross() { cross-validate.sh "$@" -- "$G" "$VOTES" out; }
    for parts in 5/3 3-1/3 '0;1/3' 1..2/3 0-1/1 0-25/20 abc a/20 0/20x 0/ /3 1/0; do
        refused 2 "cross-validate: --keep '$parts' is not parts such as 0/20 or 0,3-4/20 (see *" cross --keep "$parts"
    done
    refused 2 'cross-validate: --keep 0/1 leaves no galaxy to learn from (see *' cross --keep 0/1
    for epochs in 08 0 '' 1e3 -1; do
        refused 2 "cross-validate: --epochs '$epochs' is not a whole number from 1 (see *" cross --epochs "$epochs"
    done
    refused 2 "infer: --views '3' is not 1 or 8 (see *" infer.sh --views 3 "$W" few out.tsv
    FINAL=yes refused 2 "cross-validate: --final 'yes' is not 1 or 0 (see *" cross
    FINAL=0 KEEP=0/3 FOLDS=2 VALID=5 DRY_RUN=1 cross --seed 1 | grep -qx 'cross-validate: would make out/table.tsv'
    DRY_RUN=0 infer.sh "$W" few probs.tsv
    [ -s probs.tsv ]
    GZ_BIN=$PWD/nowhere refused 1 "infer: GZ_BIN is $PWD/nowhere, where there is no gz-decode" infer.sh "$W" few x.tsv
}

# ---- inputs ----

@test "why a table or its options are refused is said by every script that labels" {
    tr , ';' < "$VOTES" > semicolons.csv
    for script in learn.sh 'cross-validate.sh --folds 2 --valid 5' "disagree.sh --fold 0/1 $W"; do
        # shellcheck disable=SC2086 # words
        run -1 --separate-stderr $script "$G" semicolons.csv out
        one_line 'gz-label: semicolons.csv: *'
        # shellcheck disable=SC2086
        LABEL='--rule none' run -1 --separate-stderr $script "$G" "$VOTES" out
        one_line 'gz-label: *none*'
    done
    gz-train -q -e 1 --size 8 --network 'dense4' -o other "$FILES/whole/train.npy" 2> /dev/null
    run -1 --separate-stderr disagree.sh --fold 0/1 other "$FILES/whole/colour.npy" "$VOTES" out
    one_line 'gz-infer: *'
}

@test "plot-history.sh says what is wrong with a table" {
    printf '#epoch\trecords\n' > empty.tsv
    refused 1 'plot-history: empty.tsv: has no epoch yet' plot-history.sh empty.tsv x.png
    refused 1 "plot-history: $VOTES: is no table of epochs (gz-train --log)" plot-history.sh "$VOTES" x.png
}

@test "results below the pictures' folder are no pictures, and results in that folder are refused" {
    mkdir p
    cp "$FILES"/survey/images/9000[0-3]*.jpg "$VOTES" p
    cd p
    galaxy-zoo.sh . votes.csv out > first 2>&1
    galaxy-zoo.sh . votes.csv out > again 2>&1
    run ! grep making again
    grep -qx 'galaxy-zoo: 39 pictures found, 39 read' again
    refused 1 'galaxy-zoo: .: is the folder of the pictures; results need another one' galaxy-zoo.sh . votes.csv .
}

@test "names with tabs, newlines and dashes, of pictures and of folders" {
    mkdir -p -- $'-im/t\tab' $'new\nline'
    cp few/900001.jpg $'./-im/t\tab/a.jpg'
    cp few/900002.jpg $'new\nline/b.jpg'
    prepare.sh -- -im a.npy
    [ "$(stream ids a.npy)" = a ]
    prepare.sh $'new\nline' b.npy
    [ "$(stream ids b.npy)" = b ]
}

@test "pictures that gray and colour leave out for different reasons are counted once" {
    mkdir mixed
    cp "$FILES"/survey/images/9000[0-5]*.jpg mixed
    for i in 1 2 3; do printf 'P6 8 8 255\n%0192d' 0 | cjpeg > mixed/tiny$i.jpg; done
    head -c 2000 mixed/900001.jpg > mixed/half.jpg
    run -3 galaxy-zoo.sh mixed "$VOTES" out
    all=$(ls mixed | wc -l) read=$(sed 1d out/probs.tsv | wc -l)
    grep -qx "galaxy-zoo: $all pictures found, $read read" <<< "$output"
}

# ---- cross-validation ----

@test "cross-validate.sh: a first try that failed leaves the folder free; results without a recipe are refused" {
    cross() { cross-validate.sh --folds 2 --valid 5 "$G" "$VOTES" out; }
    run -1 cross-validate.sh --folds 2 --valid 9973 "$G" "$VOTES" out
    [[ ${lines[-1]} == *'no galaxy is left to validate with'* ]]
    cross > table 2> /dev/null
    # A fold whose answers are lost is made again, to the same bytes.
    cp -r out want
    rm out/fold-1/probs-1.tsv
    cross 2> said | cmp - table
    grep -q 'making out/fold-1$' said
    diff -r --exclude=history.tsv want out # which has the speed
    # Nor is somebody's own folder of that name touched.
    mkdir -p own/fold-0
    cp "$W" own/fold-0
    run -1 cross-validate.sh --folds 2 --valid 5 "$G" "$VOTES" own
    cmp "$W" own/fold-0/weights.safetensors
    rm out/recipe
    refused 1 'cross-validate: out holds results, but not the recipe that they are of; choose another folder' cross
}

@test "first votes that are learned no more leave no files" {
    learn.sh --first "$VOTES" "$G" "$VOTES" out 2> /dev/null
    [ -e out/first.npy ]
    learn.sh "$G" "$VOTES" out 2> /dev/null
    [ "$(cd out && echo *)" = 'history.tsv train.npy valid.npy weights.safetensors' ]
}

# ---- graphs ----

@test "doubt.png shows answers of less than 0.3, of which many classes have some" {
    awk -F , -v OFS=, 'NR == 1 { print "id,a,b,c,d,e,f,g,h"; next }
        { $0 = $1; for (k = 1; k <= 8; k++) $(k + 1) = NR % 2 ? 4 : k == NR % 7 + 1 ? 40 : 0
            print }' "$VOTES" > eight.csv
    gz-label -q -v eight.csv "$G" | gz-train -q -e 1 --size 8 --network dense2 -o eight
    # A gnuplot that keeps its commands, as only they say what the graph shows.
    mkdir bin
    printf '#!/bin/sh\ntee %s/commands | %s\n' "$PWD" "$(type -P gnuplot)" > bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH doubt.sh --fold 0/1 eight "$G" eight.csv out > said
    lowest=$(awk 'NR > 1 && $3 + $4 > 0 { print $1; exit }' out/doubt.tsv)
    grep -qxF "set xrange [$lowest:1]" commands
    [ "$(awk 'NR > 1 && $3 + $4 > 0 { print $1 < 0.3; exit }' out/doubt.tsv)" = 1 ]
}

@test "a graph that the disk has no room for is an error, and the old one stays" {
    [ "$(id -u)" = 0 ] || skip "only root can mount"
    mkdir disk
    mount -t tmpfs -o size=64k tmpfs disk || skip "no tmpfs here"
    plot-history.sh "$FILES/whole/history.tsv" disk/p.png
    cp disk/p.png want
    head -c 1000000 /dev/zero > disk/fill || true
    run -1 plot-history.sh "$FILES/whole/history.tsv" disk/p.png
    cmp want disk/p.png
}

teardown() {
    ! mountpoint -q "$BATS_TEST_TMPDIR/disk" || umount "$BATS_TEST_TMPDIR/disk"
}
