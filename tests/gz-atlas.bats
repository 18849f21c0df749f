#!/usr/bin/env bats
# gz-atlas: the folder that it makes, read by a reader of its own (python/gz_atlas.py) and held against gz-triangle's
# picture.
# The page itself is tested in a browser: browser/atlas-page.bats.

load helpers
load faults

need_leaflet() { [ -e /usr/share/javascript/leaflet/leaflet.min.js ] || skip "no libjs-leaflet here"; }

setup_file() {
    cd "$FILES" || return
    check survey
    [ -e /usr/share/javascript/leaflet/leaflet.min.js ] || return 0
    gz-atlas -p s.tsv -t t.csv -o atlas s.npy
    gz-triangle -p s.tsv -s "$(check width atlas)" --index index.tsv -o t.png s.npy
    check keep t.png t.npy
}

check() { py gz_atlas "$@"; }

# The survey in this folder.
link() { need_leaflet; ln -sf "$FILES"/{s.npy,s.tsv,t.csv,t.npy,index.tsv} .; }

atlas() { gz-atlas -q -p s.tsv -t t.csv "$@" s.npy; }

# The same atlas, whole, and nothing beside it.
is_whole() {
    diff -r "$FILES/atlas" "$1"
    [ ! -e "$1.part" ]
}

@test "each level of tiles is gz-triangle's picture, the top level 512 pixels of it" {
    link
    check pyramid "$FILES/atlas" t.npy
}
@test "tiles meet without seams" { link; check seams "$FILES/atlas" t.npy; }
@test "galaxies on two or four tiles look like those on one, in a larger atlas" {
    need_leaflet
    check alike 700
    gz-atlas -q -p a.tsv -o a a.npy
    gz-triangle -q -p a.tsv -s "$(check width a)" --index i.tsv -o t.png a.npy
    check look_alike a i.tsv
}
@test "cells are gz-triangle's, and hold the galaxies' light" { link; check boxes "$FILES/atlas" index.tsv; }
@test "sheets hold the stream's pixels" { link; check sheets "$FILES/atlas" s.npy; }
@test "cells, index and values say what the predictions and the table say" {
    link
    check data "$FILES/atlas" s.tsv t.csv
}

@test "the page is there, and nothing is said" {
    link
    run -0 --separate-stderr atlas -o a
    [ -z "$output$stderr" ]
    for f in index.html atlas.js atlas.css; do cmp "$ROOT/web/$f" a/$f; done
    cmp /usr/share/javascript/leaflet/leaflet.min.js a/leaflet.js
    [ -z "$(grep -lE '(src|href)="?(https?:)?//' a/*.html a/atlas.*)" ]
}

@test "threads, the order of records and a run before change no byte" {
    link
    gz-triangle -q -p s.tsv -o before.png s.npy
    for jobs in 1 5; do
        atlas -j $jobs -o a
        is_whole a
    done
    (head -n 1 s.tsv; tail -n +2 s.tsv | tac) > r.tsv
    gz-atlas -q -p r.tsv -t t.csv -o a - < s.npy
    is_whole a
}

@test "gray pictures, floats, oblong and large ones" {
    need_leaflet
    for options in '--size 16' '--colour --size 40' '--colour --crop 100 --size 100'; do
        [ -e colour.npy ] || gz-simulate -q -n 20 --size 120 survey
        [ -e colour.npy ] || gz-decode -q -o colour.npy survey/images/*.jpg
        # shellcheck disable=SC2086
        gz-prep -q $options colour.npy > s.npy
        py stream ids s.npy | awk \
            'BEGIN { print "#id\ta\tb\tc" } { print $1 "\t" (NR % 3 == 0) "\t" (NR % 3 == 1) "\t" (NR % 3 == 2) }' > \
                s.tsv
        gz-atlas -q -p s.tsv -o a s.npy
        check data a s.tsv
        [[ $options != *colour* ]] || check sheets a s.npy
    done
}

@test "more than three classes: places by the corners, all probabilities told" {
    link
    check more_classes five.tsv
    gz-atlas -q -p five.tsv --corners spiral,edge-on,round -o a s.npy
    check same_places "$FILES/atlas" a
    check data a five.tsv
    refuses 1 'gz-atlas -q -p five.tsv -o b s.npy' << 'END'
|five.tsv: 5 classes: name the three at the corners
--corners spiral,edge-on|five.tsv: corners 'spiral,edge-on': not three classes
--corners spiral,edge-on,round,bar|five.tsv: corners 'spiral,edge-on,round,bar': not three classes
--corners spiral,edge-on,spiral|five.tsv: two corners for the class 'spiral'
--corners spiral,edge-on,ring|five.tsv: 'ring' is not a class
END
    [ ! -e b ]
}

@test "more than three classes: places and who is left out are gz-triangle's" {
    link
    awk -F '\t' -v OFS='\t' 'NR == 1 { print $1, "bar", $2, $3, $4; next }
        { r = NR % 3 ? 0.3 : 0.6; print $1, r, $2 * (1 - r), $3 * (1 - r), $4 * (1 - r) }' OFMT=%.9f s.tsv > four.tsv
    for only in '' --only; do
        # shellcheck disable=SC2086
        run -0 --separate-stderr gz-atlas -q -p four.tsv --corners spiral,edge-on,round $only -o a s.npy
        if [ -z "$only" ]; then [ -z "$stderr" ]; else [[ $stderr == 'gz-atlas: '*' galaxies left out:'* ]]; fi
        # shellcheck disable=SC2086
        gz-triangle -q -p four.tsv --corners spiral,edge-on,round $only -s "$(check width a)" --index i.tsv \
            -o t.png s.npy
        check boxes a i.tsv
        check keep t.png t2.npy
        [ -n "$only" ] || check pyramid a t2.npy # which wants three levels
    done
}

@test "ids that aren't UTF-8 stay apart, and can be had back" {
    need_leaflet
    printf '#id\ta\tb\tc\nx\xff\t1\t0\t0\nx\xfe\t0\t1\t0\nx\xc3\xa9\t0\t0\t1\n' > p.tsv
    check not_utf8 s.npy
    gz-atlas -p p.tsv -o a s.npy
    grep -qF '["x\udcfe","x\udcff"]' <(sed 's/"x\xc3\xa9",//' a/index/0.js)
}

@test "labels of labelled streams count, by the classes' names, and not those of the predictions" {
    link
    check labelled
    atlas --labels one.npy --labels two.npy -o a
    check data a want.tsv t.csv
    cut -f 1-4 s.tsv > bare.tsv
    gz-atlas -q -p bare.tsv -t t.csv --labels two.npy --labels - -o b s.npy < one.npy
    diff -r a b
    fails 'gz-atlas -q -p s.tsv --labels s.npy -o c s.npy' 's.npy: no votes (gz-label adds them)'
    fails 'gz-atlas -q -p s.tsv --labels none.npy -o c s.npy' 'none.npy: No such file or directory'
    head -c 1000 one.npy > cut.npy
    fails 'gz-atlas -q -p s.tsv --labels cut.npy -o c s.npy' 'cut.npy: *incomplete*'
    sed '1s/spiral/a/; 1s/edge-on/b/; 1s/round/c/' bare.tsv > strange.tsv
    fails 'gz-atlas -q -p strange.tsv --labels one.npy -o c s.npy' \
        "one.npy: votes for none of the predictions' classes*"
    [ ! -e c ]
}

@test "missing pictures and predictions are named, counted, and not in the atlas" {
    link
    head -n 100 s.tsv > some.tsv
    printf 'stranger\t1\t0\t0\t-\n' >> some.tsv
    run -3 --separate-stderr gz-atlas -p some.tsv -o a s.npy
    [ "${#stderr_lines[@]}" -eq 13 ]
    [[ $stderr == *'some.tsv: no picture for a prediction (stranger)'*'1 predictions not drawn'* ]]
    [[ $stderr == *'51 records not drawn' ]]
    grep -q 'galaxies:99,' a/about.js
    run ! grep -rq stranger a
}

@test "a row of the table that can't be read is named, the others are shown" {
    link
    sed '3s/.*/too,few/' t.csv > bad.csv
    run -3 --separate-stderr gz-atlas -p s.tsv -t bad.csv -o a s.npy
    one_line 'gz-atlas: bad.csv: line 3: 2 cells, but the header has 4 columns'
    [ "$(cat a/cells/* | grep -c '"x\\u0022')" -eq 74 ]
}

@test "a table of other column names and spellings of the ids" {
    link
    sed -E '1s/,id,/,OBJID,/; s|,([0-9]{6}),|,images/0\1.jpg,|' t.csv > other.csv
    run ! cmp -s t.csv other.csv
    gz-atlas -q -p s.tsv -t other.csv -o a s.npy
    is_whole a
}

@test "columns of numbers have a scale, columns of few texts categories, others nothing" {
    link
    check coloured > /dev/null
    gz-atlas -q -p s.tsv -t c.csv -o a s.npy
    check shades a
}

# ---- whole or not at all ----

@test "an older atlas is replaced, an empty folder taken, anything else refused and left alone" {
    link
    mkdir empty
    atlas -o empty/
    is_whole empty
    echo mine > empty/tiles/0/0-0.jpg
    atlas -o empty
    is_whole empty
    mkdir full full.part other.part
    echo mine | tee full/x other.part/x > file
    fails 'gz-atlas -q -p s.tsv -o full s.npy' '*/full: holds something else than an atlas'
    fails 'gz-atlas -q -p s.tsv -o other s.npy' 'other.part: holds something else than an atlas'
    fails 'gz-atlas -q -p s.tsv -o file s.npy' '*/file: Not a directory'
    fails 'gz-atlas -q -p s.tsv -o no/where s.npy' 'no/where.part: No such file or directory'
    fails 'gz-atlas -q -p s.tsv -o . s.npy' '*: holds something else than an atlas'
    [ "$(cat full/x other.part/x file)" = $'mine\nmine\nmine' ]
    [ ! -e other ]
    ln -s empty link
    atlas -o link
    [ -L link ]
    is_whole empty
}

@test "killed anywhere, the old atlas stays; started again, the new one is whole" {
    link
    need_strace
    mkdir old
    cp -R "$FILES/atlas" old/a
    echo old > old/a/old
    for when in openat:20 openat:45 pwrite64:20 syncfs:1 renameat2:1 unlink:20; do
        rm -rf a a.part
        cp -R old/a a
        run traced "${when%:*}" "signal=KILL:when=${when#*:}" gz-atlas -q -j 1 -p s.tsv -t t.csv -o a s.npy
        [ "$status" -ne 0 ]
        if [ -e a/old ]; then diff -r old/a a; else diff -r "$FILES/atlas" a; fi
        atlas -o a
        is_whole a
    done
}

@test "only one at a time makes an atlas" {
    link
    mkfifo pipe
    gz-atlas -q -p s.tsv -o a - < pipe 3>&- &
    exec 4> pipe
    head -c 2000 s.npy >&4
    await test -e a.part/gz-atlas.txt
    fails 'gz-atlas -q -p s.tsv -o a s.npy' 'a.part: another program makes it now'
    tail -c +2001 s.npy >&4
    exec 4>&-
    wait $!
    [ -e a/index.html ]
    [ ! -e a.part ]
}

@test "a full disk, wherever it is noticed: one line, no folder" {
    link
    need_strace
    for fault in write:error=ENOSPC:when=8 write:error=ENOSPC:when=60 pwrite64:error=ENOSPC:when=100 \
        syncfs:error=ENOSPC:when=1 \
        mkdirat:error=ENOSPC:when=2 openat:error=EMFILE:when=40 rename:error=EIO:when=1; do
        echo "$fault"
        run -1 --separate-stderr traced "${fault%%:*}" "${fault#*:}" gz-atlas -q -j 1 -p s.tsv -t t.csv -o a s.npy
        one_line 'gz-atlas: *' || { echo "$fault"; false; }
        [ ! -e a ]
        [ ! -e a.part ]
    done
}

@test "an incomplete stream, Leaflet or page that isn't there: no folder, and what to do" {
    link
    head -c 100000 s.npy > cut.npy
    fails 'gz-atlas -q -p s.tsv -o a cut.npy' 'cut.npy: *incomplete*'
    fails 'GZ_LEAFLET=/none gz-atlas -q -p s.tsv -o a s.npy' \
        'Leaflet is missing (apt-get install libjs-leaflet): /none/leaflet.min.js: No such file or directory'
    fails 'GZ_WEB=/none gz-atlas -q -p s.tsv -o a s.npy' '/none/index.html: No such file or directory'
    fails 'gz-atlas -q -p s.tsv -t none.csv -o a s.npy' 'none.csv: No such file or directory'
    run ! test -e a -o -e a.part
}

@test "wrong usage" {
    wrong_usage 'gz-atlas OPTIONS' '' '-p x' '-o x' '-p x -o -' '-p - -o x' '-p - -t - -o x y' '-p x -t - -o y' \
        '-p x -o y -j 0' '-x'
    tells_help gz-atlas
}
