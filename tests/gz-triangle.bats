#!/usr/bin/env bats
# gz-triangle: its PNG read by a reader of a few lines (python/png.py), its places worked out again by NumPy
# (python/gz_triangle.py).

load helpers

setup_file() {
    cd "$FILES" || return
    check survey
}

check() { py gz_triangle "$@"; }

# The survey, s.npy and s.tsv, in this folder.
link() { ln -sf "$FILES"/s.* .; }

@test "the picture has the size asked for, file(1) knows it, and nothing is printed" {
    link
    run -0 --separate-stderr gz-triangle -p s.tsv -s 500 -o t.png s.npy
    [ -z "$output" ]
    [ -z "$stderr" ]
    run -0 file t.png
    [[ $output == *"PNG image data, 500 x "*"8-bit/color RGB, non-interlaced" ]]
}

@test "index and picture agree: the brightest pixel of each galaxy is in the middle of its square" {
    link
    gz-triangle -p s.tsv -s 500 --index i.tsv s.npy > t.png
    check lit t.png i.tsv
}

@test "every galaxy has its cell in the triangle, in rows of 1 to 24" {
    link
    gz-triangle -p s.tsv -s 900 --index i.tsv s.npy > t.png
    check lattice i.tsv
}

@test "the first class is below, the second upper left, the third upper right" {
    printf '#id\tspiral\tedge-on\tround\nlow\t1\t0\t0\nleft\t0\t1\t0\nright\t0\t0\t1\n' > p.tsv
    check some s.npy right,low,left
    gz-triangle -p p.tsv --index i.tsv s.npy > t.png
    [ "$(cut -f 1 i.tsv | xargs)" = '#id left low right' ]
    check corners i.tsv
}

@test "--scatter draws each galaxy where NumPy works it out to be" {
    link
    gz-triangle -p s.tsv -s 900 --scatter --index i.tsv s.npy > t.png
    check exact i.tsv
}

@test "the order of lines and records changes no byte" {
    link
    check permuted r.npy
    (head -1 s.tsv; tail -n +2 s.tsv | tac) > r.tsv
    for o in -q --scatter --corner=round; do
        gz-triangle -p s.tsv -s 400 "$o" s.npy > a.png
        gz-triangle -p r.tsv -s 400 "$o" r.npy > b.png
        cmp a.png b.png
    done
}

@test "bytes and floats, gray and colour give the same picture" {
    check kinds
    for s in g1 g3 f1 f3; do gz-triangle -p p.tsv -s 300 $s.npy > $s.png; done
    cmp g1.png g3.png
    cmp g1.png f1.png
    cmp g1.png f3.png
}

@test "pictures may be oblong, large, or one pixel" {
    check sides
    for s in w b o s; do gz-triangle -p p.tsv -s 300 $s.npy > $s.png; done
    check alike w.png s.png
}

@test "there are no square frames: the sky is black whatever its level was" {
    link
    check bright_sky t.npy
    gz-triangle -p s.tsv -s 500 --index i.tsv t.npy > t.png
    check dark_frames t.png i.tsv
}

@test "what reaches the border of a picture fades out before it" {
    check cut_off s.npy p.tsv
    gz-triangle -p p.tsv -s 300 --index i.tsv s.npy > t.png
    check faded t.png i.tsv
}

@test "--corner shows the same neighbours, larger" {
    link
    gz-triangle -p s.tsv -s 800 --index w.tsv s.npy > w.png
    gz-triangle -p s.tsv -s 800 --corner edge-on --zoom 4 --index c.tsv s.npy > c.png
    [ "$(file -b w.png)" = "$(file -b c.png)" ]
    check close_up w.tsv c.tsv 4
}

@test "in more rows the galaxies are nearer to their exact places" {
    link
    gz-triangle -p s.tsv -s 900 --index few.tsv s.npy > t.png
    gz-triangle -p s.tsv -s 900 --scatter --index few-exact.tsv s.npy > t.png
    gz-triangle -p s.tsv -s 900 -r 60 --index many.tsv s.npy > t.png
    gz-triangle -p s.tsv -s 900 -r 60 --scatter --index many-exact.tsv s.npy > t.png
    check nearer {few,few-exact,many,many-exact}.tsv
    run -1 --separate-stderr gz-triangle -p s.tsv -r 23 s.npy
    one_line "gz-triangle: 300 galaxies in a triangle of 23 rows"
}

@test "what is missing on either side is named and counted, and the rest is drawn" {
    link
    check half half.npy
    run -3 --separate-stderr gz-triangle -p s.tsv -s 300 --index i.tsv -o t.png half.npy
    [ "${#stderr_lines[@]}" -eq 15 ]
    [ "${stderr_lines[0]}" = "gz-triangle: half.npy: record 291 (stranger): no prediction for this galaxy" ]
    [ "${stderr_lines[1]}" = \
        "gz-triangle: half.npy: record 292 (587722981742084097): another picture of this galaxy is drawn already" ]
    [ "${stderr_lines[3]}" = "gz-triangle: s.tsv: no picture for a prediction (587722981742084387)" ]
    [ "${stderr_lines[13]}" = "gz-triangle: 10 predictions not drawn" ]
    [ "${stderr_lines[14]}" = "gz-triangle: 3 records not drawn" ]
    [ "$(tail -n +2 i.tsv | wc -l)" -eq 290 ]
}

@test "no more than ten on either side are named" {
    link
    check few few.npy
    run -3 --separate-stderr gz-triangle -p s.tsv -s 300 -o t.png few.npy
    [ "${#stderr_lines[@]}" -eq 11 ]
    [ "${stderr_lines[10]}" = "gz-triangle: 280 predictions not drawn" ]
    # A galaxy is drawn at the place that it has among all galaxies.
    gz-triangle -p s.tsv -s 300 --index all.tsv -o u.png s.npy
    run -3 gz-triangle -p s.tsv -s 300 --index few.tsv -o t.png few.npy
    [ "$(sort all.tsv few.tsv | uniq -d | wc -l)" -eq 21 ]
}

@test "a prediction that comes twice counts once" {
    link
    tail -1 s.tsv > last
    cat s.tsv last > twice.tsv
    run -3 --separate-stderr gz-triangle -p twice.tsv -s 300 -o t.png s.npy
    [ "${#stderr_lines[@]}" -eq 2 ]
    [[ ${stderr_lines[0]} == "gz-triangle: twice.tsv: a second prediction for a galaxy ($(cut -f1 last))" ]]
    gz-triangle -p s.tsv -s 300 -o u.png s.npy
    cmp t.png u.png
}

@test "without anything to draw there is no picture" {
    link
    check some x.npy a,b
    run -1 --separate-stderr gz-triangle -p s.tsv -o t.png x.npy
    [ ! -e t.png ]
    [ "${stderr_lines[-1]}" = "gz-triangle: no galaxy has both a picture and a prediction" ]
}

@test "three classes or three corners, of any names" {
    link
    sed '1s/.*/#id\tone\ttwo\tthree and more/' s.tsv > n.tsv
    gz-triangle -p n.tsv -s 300 --corner "three and more" s.npy > t.png
    printf '#id\ta\tb\n1\t0.5\t0.5\n' > two.tsv
    printf '#id\ta\tb\tc\td\n1\t0.25\t0.25\t0.25\t0.25\n' > four.tsv
    run -1 --separate-stderr gz-triangle -p two.tsv s.npy
    one_line "gz-triangle: two.tsv: 2 classes: name the three at the corners (there are too few)"
    refuses 1 'gz-triangle -p four.tsv s.npy' << 'END'
|four.tsv: 4 classes: name the three at the corners
--corners a,b|four.tsv: corners 'a,b': not three classes
--corners a,b,c,d|four.tsv: corners 'a,b,c,d': not three classes
--corners a,b,a|four.tsv: two corners for the class 'a'
--corners a,b,x|four.tsv: 'x' is not a class
END
}

@test "more classes: the corners are those that are named, and what is left is shared by them" {
    link
    # Two more classes that nobody is in change nothing.
    awk -F '\t' -v OFS='\t' '{ print $1, (NR > 1 ? 0 : "bar"), $4, $3, (NR > 1 ? 0 : "ring"), $2 }' s.tsv > five.tsv
    head -n 1 s.tsv | cut -f 2-4 | tr '\t' , > names
    gz-triangle -q -p s.tsv -s 300 --index i.tsv -o three.png s.npy
    gz-triangle -q -p five.tsv --corners "$(< names)" -s 300 --index j.tsv -o five.png s.npy
    cmp three.png five.png
    cmp i.tsv j.tsv
    # What they have moves a galaxy towards the centre, as if the three had a third of it each.
    awk -F '\t' -v OFS='\t' 'NR == 1 { print; next } { r = NR % 9 / 9; for (i = 2; i <= 6; i++) $i *= 1 - r
        $2 = r / 4; $5 = r * 3 / 4; print }' OFMT=%.9f CONVFMT=%.9f five.tsv > more.tsv
    awk -F '\t' -v OFS='\t' 'NR == 1 { print $1, $6, $4, $3; next }
        { r = ($2 + $5) / 3; print $1, $6 + r, $4 + r, $3 + r }' OFMT=%.9f CONVFMT=%.9f more.tsv > moved.tsv
    gz-triangle -q -p more.tsv --corners "$(< names)" -s 300 --scatter -o more.png s.npy
    gz-triangle -q -p moved.tsv -s 300 --scatter -o moved.png s.npy
    cmp more.png moved.png
    run ! cmp -s more.png five.png
}

@test "--only leaves out and counts those whose likeliest class is not at a corner" {
    link
    awk -F '\t' -v OFS='\t' 'NR == 1 { print $1, "bar", $2, $3, $4; next }
        { r = NR % 3 ? 0.1 : 0.9; print $1, r, $2 * (1 - r), $3 * (1 - r), $4 * (1 - r) }' OFMT=%.9f s.tsv > four.tsv
    awk -F '\t' 'NR == 1 || NR % 3' four.tsv > some.tsv
    ids=$(tail -n +2 some.tsv | cut -f 1)
    names=$(head -n 1 s.tsv | cut -f 2-4 | tr '\t' ,)
    run -0 --separate-stderr gz-triangle -q -p four.tsv --corners "$names" --only -s 300 --index i.tsv -o a.png s.npy
    one_line "gz-triangle: $(($(tail -n +2 four.tsv | wc -l) - $(wc -l <<< "$ids"))) galaxies left out:\
 their likeliest class is not at a corner"
    [ "$(tail -n +2 i.tsv | cut -f 1)" = "$(LC_ALL=C sort <<< "$ids")" ]
    run -3 gz-triangle -q -p some.tsv --corners "$names" --only -s 300 -o b.png s.npy
    cmp a.png b.png
    # With three classes there is nobody to leave out.
    run -0 --separate-stderr gz-triangle -q -p s.tsv --only -s 300 -o c.png s.npy
    [ -z "$stderr" ]
}

@test "probabilities or the stream may come on standard input" {
    link
    gz-triangle -p s.tsv -s 300 s.npy > a.png
    gz-triangle -p s.tsv -s 300 < s.npy > b.png
    gz-triangle -p - -s 300 s.npy < s.tsv > c.png
    cmp a.png b.png
    cmp a.png c.png
}

@test "wrong usage is refused" {
    link
    refuses 2 gz-triangle << 'END'
s.npy|there is no --probs FILE (see gz-triangle -h)
-p - |standard input can't be two things at once (see gz-triangle -h)
-p - - |standard input can't be two things at once (see gz-triangle -h)
-p s.tsv --zoom 3 s.npy|--zoom needs --corner (see gz-triangle -h)
-p s.tsv --corner bar s.npy|--corner 'bar' is none of 'spiral', 'edge-on' and 'round' (see gz-triangle -h)
-p s.tsv --corner round --zoom 0.5 s.npy|--zoom '0.5' is not a number from 1 to 1000 (see gz-triangle -h)
-p s.tsv --index - s.npy|standard output can't be both index and picture (see gz-triangle -h)
-p s.tsv -s 20000 s.npy|--size '20000' is not a whole number from 64 to 16384 (see gz-triangle -h)
-p s.tsv -r 0 s.npy|--rows '0' is not a whole number from 1 to 16384 (see gz-triangle -h)
-p s.tsv --scater s.npy|unknown option '--scater' (see gz-triangle -h)
END
}

@test "bad input is an error: one line, exit 1, no picture" {
    link
    head -c 100000 s.npy > cut.npy
    printf '#id\ta\tb\tc\n1\t0.5\t0.2\t0.1\n' > sum.tsv
    refuses 1 'gz-triangle -s 300 -o t.png' << 'END'
-p s.tsv cut.npy|cut.npy: *incomplete: it ends within a record
-p s.tsv -|standard input: incomplete: no end chunk after 0 records
-p s.tsv none.npy|none.npy: No such file or directory
-p s.tsv .|.: Is a directory
-p none.tsv s.npy|none.tsv: No such file or directory
-p . s.npy|.: Is a directory
-p sum.tsv s.npy|sum.tsv: line 2: the probabilities' sum is 0.8, not 1
-p s.tsv -o no/such.png s.npy|no/such.png: No such file or directory
-p s.tsv --index no/such.tsv s.npy|no/such.tsv: No such file or directory
END
    [ ! -e t.png ]
}

@test "--partial draws a fragment" {
    link
    head -c 100000 s.npy > cut.npy
    run -3 --separate-stderr gz-triangle --partial -s 300 -p s.tsv -o t.png cut.npy
    [ -s t.png ]
}

@test "the disk is full, output or input is closed: one line, exit 1" {
    link
    bad_output 'gz-triangle -p s.tsv -s 300 s.npy'
    fails 'gz-triangle -p s.tsv -s 300 <&-' 'standard input: read error: Bad file descriptor'
}

@test "memory is the picture, not the records" {
    need_unsanitized
    check large big.npy p.tsv
    run -0 bash -c 'ulimit -v 60000; gz-triangle -p p.tsv -s 600 -o t.png big.npy'
}

# The first 200 JPEGs of a folder in a triangle, all with the same probabilities.
two_hundred() { # folder
    printf '%s\n' "$1"/*.jpg | head -200 > list
    gz-decode --files-from list | gz-prep --colour > s.npy
    (printf '#id\tspiral\tedge-on\tround\n'; sed 's|.*/||; s|\.jpg$|\t0.5\t0.25\t0.25|' list) > p.tsv
    gz-triangle -p p.tsv --index i.tsv s.npy > t.png
    [ "$(wc -l < i.tsv)" -eq 201 ]
}

@test "200 simulated galaxies are drawn" {
    gz-simulate -q -n 200 survey
    two_hundred survey/images
}

@test "200 real galaxies are drawn" {
    need_shared galaxies/images
    two_hundred "$SHARED/galaxies/images"
}
