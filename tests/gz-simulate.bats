#!/usr/bin/env bats
# gz-simulate: a simulated survey has the form, the votes and the look of the real one (python/gz_simulate.py).

load helpers

check() { py gz_simulate "$@"; }

teardown() {
    if mountpoint -q full 2> /dev/null; then umount full; fi
}

# Galaxies whose votes agree, with the class that they agree on: id,class
agreed() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
        function share(a, b) {
            a = $col["Class" a]; b = $col["Class" b]
            return b >= 0.5 && a / b >= 0.9
        }
        share("4.1", "2.2") { print $1 ",spiral" }
        share("2.1", "1.2") { print $1 ",edge-on" }
        share("7.1", "1.1") { print $1 ",round" }' "$1"
}

@test "the same seed gives the same bytes with one thread and with three" {
    gz-simulate -n 30 -j 1 one
    gz-simulate -n 30 -j 3 -q three
    diff -r one three
    [ "$(find one/images -name '*.jpg' | wc -l)" -eq 30 ]
}

@test "another seed gives other galaxies" {
    gz-simulate -n 2 --size 32 one
    gz-simulate -n 2 --size 32 --seed 2 two
    run ! cmp one/votes.csv two/votes.csv
    run ! cmp one/images/900001.jpg two/images/900001.jpg
}

@test "a smaller survey is the beginning of a larger one, and --first gives any part of it" {
    gz-simulate -n 20 --size 64 large
    gz-simulate -n 8 --size 64 small
    gz-simulate -n 5 --size 64 --first 900009 part
    head -9 large/votes.csv | cmp - small/votes.csv
    head -9 large/truth.csv | cmp - small/truth.csv
    sed -n '1p;10,14p' large/votes.csv | cmp - part/votes.csv
    cmp large/images/900008.jpg small/images/900008.jpg
    cmp large/images/900009.jpg part/images/900009.jpg
}

@test "votes obey the tree of Galaxy Zoo 2, and have its columns" {
    gz-simulate -n 400 --size 16 s
    [ "$(head -1 s/votes.csv)" = "$(check header)" ]
    [ "$(wc -l < s/votes.csv)" -eq 401 ]
    check tree s/votes.csv
}

@test "votes differ, classes are balanced, and where votes agree they tell the truth" {
    gz-simulate -n 900 --size 16 s
    agreed s/votes.csv > class
    kept=$(wc -l < class)
    echo "kept $kept of 900"
    [ "$kept" -ge 495 ]
    [ "$kept" -le 630 ]
    [ "$(cut -d, -f1 class | sort | uniq -d | wc -l)" -eq 0 ]
    for class in spiral edge-on round; do
        n=$(grep -c ",$class\$" class)
        echo "$class $n"
        [ "$n" -ge $((kept / 4)) ]
        [ "$n" -le $((kept * 42 / 100)) ]
    done
    awk -F, 'NR > 1 { print $1 "," ($2 ? "spiral" : $3 ? "edge-on" : "round") }' s/truth.csv | sort > t
    same=$(sort class | comm -12 - t | wc -l)
    echo "$same of $kept tell the truth"
    [ $((same * 100)) -ge $((kept * 96)) ]
}

@test "truth.csv has one class a galaxy" {
    gz-simulate -n 50 --size 16 s
    [ "$(head -1 s/truth.csv)" = GalaxyID,spiral,edge-on,round ]
    [ "$(tail -n +2 s/truth.csv | grep -cE '^9000[0-9]{2},(1,0,0|0,1,0|0,0,1)$')" -eq 50 ]
}

@test "pictures are JPEGs like the survey's: baseline, 4:2:0, quality 75" {
    need_command file
    gz-simulate -n 3 s
    run -0 file s/images/900002.jpg
    [[ $output == *"baseline, precision 8, 424x424, components 3"* ]]
    check quality s/images/900002.jpg
}

@test "gz-decode and djpeg decode every picture" {
    gz-simulate -n 20 s
    gz-decode -q s/images/*.jpg | gz-prep -q -o s.npy
    [ "$(stream ids s.npy | wc -l)" -eq 20 ]
    need_command djpeg
    for f in s/images/*.jpg; do djpeg "$f" > /dev/null; done
}

@test "the sky is as dark and as noisy as the survey's, and a galaxy is in the middle" {
    gz-simulate -n 60 s
    gz-decode -q s/images/*.jpg > s.npy
    check sky s.npy
}

@test "--size shows the same sky in fewer pixels" {
    gz-simulate -n 4 a
    gz-simulate -n 4 --size 106 b
    cmp a/votes.csv b/votes.csv
    gz-decode -q a/images/*.jpg | gz-prep -q -c 424 -s 53 --colour -o a.npy
    gz-decode -q b/images/*.jpg | gz-prep -q -c 106 -s 53 --colour -o b.npy
    check same_sky a.npy b.npy 900001,900002,900003,900004
}

@test "a folder that exists is used, and files are replaced" {
    mkdir -p s/images
    echo old > s/votes.csv
    gz-simulate -n 1 --size 16 s/
    [ "$(wc -l < s/votes.csv)" -eq 2 ]
    [ "$(find s -name '.*' -type f | wc -l)" -eq 0 ]
}

@test "nothing is read from stdin or written to stdout" {
    gz-simulate -n 1 --size 16 s < /dev/null > out
    [ ! -s out ]
    run -0 bash -c 'gz-simulate -n 1 --size 16 s2 <&- >&-'
    cmp s/votes.csv s2/votes.csv
    cmp s/images/900001.jpg s2/images/900001.jpg
}

@test "what is not a folder, or can't be made, fails with one line" {
    touch taken
    fails 'gz-simulate -n 1 taken' 'taken: Not a directory'
    fails 'gz-simulate -n 1 missing/s' 'missing/s: No such file or directory'
    mkdir s
    touch s/images
    fails 'gz-simulate -n 1 s' 's/images: Not a directory'
    fails 'gz-simulate -n 1 /dev/null/s' '/dev/null/s: Not a directory'
}

@test "a table that can't be replaced is an error, and the old one stays" {
    mkdir -p s/votes.csv
    run -1 --separate-stderr gz-simulate -n 1 --size 16 s
    one_line 'gz-simulate: s/votes.csv: *directory'
}

@test "a full disk fails with one line and leaves no partial file" {
    mkdir full
    mount -t tmpfs -o size=200k tmpfs full 2> /dev/null || skip "can't mount here"
    run -1 --separate-stderr gz-simulate -n 100 full
    find full -type f > left
    for f in full/images/*.jpg; do gz-decode -q "$f" > /dev/null || echo "$f" >> partial; done
    umount full
    one_line 'gz-simulate: full/images/9000[0-9][0-9].jpg: write error: No space left on device'
    [ ! -e partial ]
    run ! grep -E 'csv|/\.' left
    [ "$(wc -l < left)" -ge 3 ]
}

@test "a write that fails is an error, for pictures and for tables" {
    need_strace
    for when in 1 2 4 5; do
        rm -rf s
        run -1 --separate-stderr traced write error=ENOSPC:when=$when gz-simulate -j 1 -n 3 --size 16 s
        one_line 'gz-simulate: s/*: write error: No space left on device'
        [ ! -e s/votes.csv ]
    done
}

@test "wrong usage is refused" {
    run -2 --separate-stderr gz-simulate
    one_line 'gz-simulate: one folder to write to is needed*'
    run -2 --separate-stderr gz-simulate a b
    one_line 'gz-simulate: one folder to write to is needed*'
    run -2 --separate-stderr gz-simulate -n 0 s
    one_line "gz-simulate: --number '0' is not a whole number from 1 *"
    wrong_usage 'gz-simulate s OPTIONS' '-n x' '-n -1' '--seed -1' '--seed 18446744073709551616' '--size 15' \
        '--size 4097' \
        '-j 0' '--first -1' --frobnicate '--num 3' -n
    [ ! -e s ]
}

@test "-h and --version go to stdout" {
    gz-simulate -h | head -1 | grep -q '^usage: gz-simulate \[-qV\] .* DIR$'
    gz-simulate --version | grep -q '^gz-simulate (gz toolchain) [0-9]'
    run -1 bash -c 'gz-simulate -h > /dev/full'
}
