#!/usr/bin/env bats
# gz-montage: sheets read by a PNG reader of a few lines (python/png.py), pixels found again where they should be
# (python/gz_montage.py).

load helpers

check() { py gz_montage "$@"; }

# records N [PARAMETER=WORD ...]: the stream s.npy, of noise.
records() { check write s.npy "$@"; }

# size FILE: width and height of a PNG.
size() {
    file "$1" | sed 's/.*data, \([0-9]*\) x \([0-9]*\),.*/\1 \2/'
}

@test "--bare gives every pixel of every picture, in order, in a grid" {
    records 7 shape=130x140x3
    gz-montage --bare --columns 3 s.npy > m.png
    check bare m.png s.npy 3
}

@test "ids are below their pictures, not in them" {
    records 4 ids=g0,g2,g3,g5
    gz-montage --columns 2 s.npy > m.png
    check texts m.png s.npy 2
}

@test "class and view have a second line below the picture" {
    records 4 votes=.2,.7,.1
    gz-montage s.npy > class.png
    records 4 votes=.2,.7,.1 view=3
    gz-montage s.npy > both.png
    records 4 view=3
    gz-montage s.npy > view.png
    records 4
    gz-montage s.npy > none.png
    [ "$(size class.png)" = "$(size both.png)" ]
    [ "$(size class.png)" = "$(size view.png)" ]
    [ "$(size none.png)" != "$(size class.png)" ]
    run ! cmp -s class.png both.png
    run ! cmp -s class.png view.png
}

@test "the class shown is the one with most votes" {
    for votes in .2,.7,.1 .3,.4,.3 .7,.2,.1; do
        records 2 votes=$votes
        gz-montage s.npy > "m${votes:1:1}.png"
    done
    cmp m2.png m3.png
    run ! cmp -s m2.png m7.png
}

@test "the sheet is as large as --number, the records and --columns say" {
    records 10 shape=20x20x1
    gz-montage --bare -s 20 s.npy > all.png
    [ "$(size all.png)" = "112 84" ] # 4 x 3 pictures of 20 + 8
    gz-montage --bare -s 20 -n 4 s.npy > four.png
    [ "$(size four.png)" = "56 56" ]
    gz-montage --bare -s 20 -n 4 --columns 9 s.npy > row.png
    [ "$(size row.png)" = "112 28" ]
    gz-montage --bare -s 20 --columns 1 s.npy > column.png
    [ "$(size column.png)" = "28 280" ]
}

@test "small pictures are enlarged, large ones stay, and --size changes both" {
    records 1 shape=64x64x1
    gz-montage --bare s.npy > m.png
    [ "$(size m.png)" = "136 136" ]
    records 1 shape=212x424x3
    gz-montage --bare s.npy > m.png
    [ "$(size m.png)" = "432 220" ]
    gz-montage --bare -s 106 s.npy > m.png
    [ "$(size m.png)" = "114 61" ]
    check quarter m.png s.npy
}

@test "gray and colour, bytes and floats give the same sheet" {
    check kinds
    for s in g c f; do gz-montage $s.npy > $s.png; done
    cmp g.png c.png
    cmp g.png f.png
}

@test "--stretch makes the sky black and the middle bright" {
    check faint s.npy
    gz-montage --bare --stretch s.npy > m.png
    check stretched m.png
}

@test "a long id is shortened so that it stays under its picture" {
    check long_ids s.npy
    gz-montage --columns 2 -s 64 s.npy > m.png
    check text_within m.png
}

@test "what comes after the last picture isn't read" {
    records 20 shape=20x20x1
    gz-montage -n 5 s.npy > a.png
    head -c 4000 s.npy > cut.npy
    gz-montage -n 5 cut.npy > b.png
    cmp a.png b.png
    run -1 bash -c 'yes x | head -c 1M | gz-montage > c.png'
    run -141 bash -c 'set -o pipefail; (for i in {1..500}; do cat s.npy; done) | gz-montage -n 5 > c.png'
    cmp a.png c.png
}

@test "the bytes are the same every time, by -o and by stdout" {
    records 9
    gz-montage s.npy > a.png
    gz-montage -o b.png < s.npy
    cmp a.png b.png
}

@test "bad input is an error: one line, exit 1, no sheet" {
    records 3
    head -c 20000 s.npy > cut.npy
    check write empty.npy 0
    refuses 1 'gz-montage -o m.png' << 'END'
cut.npy|cut.npy: after record 1 (g0): *incomplete: it ends within a record
empty.npy|empty.npy: no picture to draw
-|standard input: incomplete: no end chunk after 0 records
none.npy|none.npy: No such file or directory
.|.: Is a directory
-o no/such.png s.npy|no/such.png: No such file or directory
END
    [ ! -e m.png ]
    gz-montage --partial cut.npy > m.png
    [ "$(size m.png)" = "136 $(size m.png | cut -d' ' -f2)" ]
}

@test "--captions draws the galaxies of a table, in its order, with its texts: as if the stream were those" {
    records 9 ids=a,b,c,d,e,f,g,h,i votes=.2,.7,.1
    check pick s.npy picked.npy h,b,e
    printf '#id\ttext\nh\t1\nb\t1\ne\t1\ni\t1\n' > captions.tsv
    gz-montage --captions captions.tsv -n 3 s.npy > m.png
    gz-montage picked.npy > stream.png # the class in place of the text
    [ "$(size m.png)" = "$(size stream.png)" ]
    run ! cmp -s m.png stream.png
    gz-montage --bare --captions captions.tsv -n 3 s.npy | cmp - <(gz-montage --bare picked.npy)
    gz-montage --captions captions.tsv -n 3 picked.npy | cmp - m.png
    sed 's/\t1$/\t2/' captions.tsv > others.tsv
    run ! cmp -s m.png <(gz-montage --captions others.tsv -n 3 s.npy)
    tr '\t' , < captions.tsv > captions.csv
    gz-montage --captions captions.csv -n 3 s.npy | cmp - m.png
}

@test "--captions: what the stream doesn't have is named, exit 3; what is no such table is refused" {
    records 9 ids=a,b,c,d,e,f,g,h,i
    printf '#id\ttext\nh\t1\nnone\t1\nb\t1\n' > captions.tsv
    run -3 --separate-stderr gz-montage --captions captions.tsv -o m.png s.npy
    one_line "gz-montage: captions.tsv: no record has the id 'none'"
    printf '#id\ttext\nnone\t1\n' > none.tsv
    printf '#name\ttext\n' > name.tsv
    printf '#id\ttext\n\t1\n' > empty.tsv
    fails 'gz-montage --captions name.tsv s.npy' 'name.tsv: not captions: the columns must be id and a text'
    fails 'gz-montage --captions empty.tsv s.npy' 'empty.tsv: line 2: the id is empty'
    fails 'gz-montage --captions missing s.npy' 'missing: No such file or directory'
    py stream_checks wild wild.npy 255
    printf '#id\ttext\na\t1\n' > wild.tsv
    fails 'gz-montage --partial --captions wild.tsv wild.npy' 'wild.npy: record 1 (a): a pixel is 255, not *'
    run -1 --separate-stderr gz-montage --captions none.tsv -o x.png s.npy
    [ ! -e x.png ]
}

@test "wrong usage is refused" {
    refuses 2 gz-montage << 'END'
-n 0|--number '0' is not a whole number from 1 to 1000000 (see gz-montage -h)
--columns x|--columns 'x' is not a whole number from 1 to 65536 (see gz-montage -h)
-s 5000|--size '5000' is not a whole number from 1 to 4096 (see gz-montage -h)
--scale 3|unknown option '--scale' (see gz-montage -h)
-n|option '-n' needs a value (see gz-montage -h)
END
}

@test "the disk is full, output or input is closed: one line, exit 1" {
    records 3
    bad_output 'gz-montage s.npy'
    fails 'gz-montage <&-' 'standard input: read error: Bad file descriptor'
}
