#!/usr/bin/env bats
# gz-decode: JPEG files to a stream.

load helpers
load jpegs

setup_file() {
    command -v cjpeg > /dev/null || return 0
    gz-simulate -q -n 60 "$FILES/survey"
    mkdir "$FILES/made"
    cd "$FILES/made" || return
    few_jpegs a b c
    picture 91 77 9 odd.ppm
    for s in 1x1 2x1 1x2 2x2; do
        cjpeg -quality 85 -sample $s -outfile base$s.jpg odd.ppm
        cjpeg -quality 85 -sample $s -progressive -outfile prog$s.jpg odd.ppm
    done
    cjpeg -grayscale -outfile basegray.jpg odd.ppm
    cjpeg -grayscale -progressive -outfile proggray.jpg odd.ppm
}

setup() {
    need_command cjpeg
    cp "$FILES"/made/* "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

# ---- options ----

@test "-h, --help and the version go to stdout, exit 0" {
    tells_help gz-decode
}

@test "wrong options are refused: one line, exit 2" {
    wrong_usage 'gz-decode OPTIONS a.jpg' -x --unknown --gra --gray=1 --crop -c '-c 0' '-c -1' '-c x' '-c 65536' \
        '-j 0' --max-pixels=0 -0 --len '--cro 5' -gx
}

# ---- pixels ----

@test "a JPEG of any kind has the pixels that djpeg gives, gray and colour" {
    for f in base*.jpg prog*.jpg; do
        djpeg -rgb -pnm $f | tail -c $((91 * 77 * 3)) >> colour
        djpeg -grayscale -pnm $f | tail -c $((91 * 77)) >> gray
    done
    gz-decode base*.jpg prog*.jpg | stream pixels - | cmp - colour
    gz-decode --gray base*.jpg prog*.jpg | stream pixels - | cmp - gray
}

# crops SIDE ...: of the files in list, the central squares with these sides have the bytes of the whole, cut out.
crops() {
    for g in '' -g; do
        gz-decode $g --files-from list > whole.npy
        for n; do
            gz-decode $g -c $n --files-from list > crop.npy
            stream crop $n whole.npy > want
            stream pixels crop.npy | cmp - want
        done
    done
}

@test "--crop gives the bytes of the whole picture, cut out" {
    printf '%s\n' base*.jpg prog*.jpg > list
    crops 1 30 47 77
}

@test "--crop gives the bytes of the whole picture on simulated galaxies" {
    printf '%s\n' "$FILES"/survey/images/*.jpg > list
    crops 211 212
}

@test "--crop gives the bytes of the whole picture on real galaxies" {
    need_shared galaxies/images
    find "$SHARED/galaxies/images" -name '*1.jpg' | LC_ALL=C sort | head -60 > list
    crops 211 212
}

@test "the stream is NumPy's, and file(1) knows it" {
    gz-decode a.jpg b.jpg c.jpg > s.npy
    [ "$(stream shape s.npy)" = '|u1 (52, 60, 3) 3' ]
    [ "$(ids s.npy)" = 'a b c' ]
    [ "$(gz-decode -g a.jpg | stream shape -)" = '|u1 (52, 60, 1) 1' ]
    need_command file
    file s.npy | grep -q 'NumPy'
}

@test "records have the order of the inputs and the same bytes whatever -j is" {
    py stream_checks links n%d.jpg 40 {a,b,c}.jpg
    rm n17.jpg
    echo broken > n17.jpg
    run -3 gz-decode -j 1 -o one n*.jpg
    for j in 2 3 8; do
        run -3 gz-decode -j $j -o many n*.jpg
        cmp one many
    done
    cmp <(stream ids one) <(printf '%s\n' n*.jpg | sed 's/.jpg//; /^n17$/d')
}

# ---- damage ----

@test "a file cut at any twentieth is named and skipped, cropped or not; --lenient takes it" {
    for f in base2x2 prog2x2 basegray; do
        size=$(stat -c %s $f.jpg)
        for k in $(seq 0 19); do head -c $((size * k / 20)) $f.jpg > $f-$k.jpg; done
        head -c $((size - 1)) $f.jpg > $f-end.jpg
        for o in '' '-c 8' '-g' '-g -c 40'; do
            run -3 --separate-stderr gz-decode $o $f-*.jpg $f.jpg -o out.npy
            [ "${#stderr_lines[@]}" -eq 21 ]
            [ "$(cut -d: -f2 <<< "$stderr" | LC_ALL=C sort -u | wc -l)" -eq 21 ]
            [ "$(stream ids out.npy)" = $f ]
        done
        run -0 --separate-stderr gz-decode --lenient -c 8 $f-1[0-9].jpg -o out.npy
        [ -z "$stderr" ]
        [ "$(stream shape out.npy)" = '|u1 (8, 8, 3) 10' ]
    done
}

# Some of every kind of JPEG, cut and patched at the places that matter.
make_hostile() {
    mkdir hostile
    made=$(py jpegs hostile hostile base2x2.jpg prog2x1.jpg basegray.jpg proggray.jpg "$FILES/survey/images/900001.jpg")
}

@test "hostile files that are made here are each decoded or named once, in little memory" {
    make_hostile
    [ "$made" -gt 500 ]
    harmless hostile "$made"
}

@test "the pixels of hostile files that are made here don't depend on what free memory holds" {
    make_hostile
    no_stray_pixels hostile 100
}

@test "hostile files of other decoders' fuzzers are each decoded or named once, in little memory" {
    need_shared bad-jpegs
    harmless "$SHARED/bad-jpegs" 299
}

@test "the pixels of hostile files of other decoders' fuzzers don't depend on what free memory holds" {
    need_shared bad-jpegs
    no_stray_pixels "$SHARED/bad-jpegs" 40
}

@test "decompression bombs are refused at once, whatever the header claims" {
    for f in base1x1 prog1x1; do
        py jpegs bomb $f.jpg bomb.jpg
        run -3 --separate-stderr bash -c "$(little_memory); gz-decode bomb.jpg -c 8 -o out.npy"
        one_line 'gz-decode: bomb.jpg: 65500x65500 pixels are more than 16777216*'
    done
    run -3 --separate-stderr gz-decode --max-pixels 7006 base1x1.jpg -o out.npy
    gz-decode --max-pixels 7007 base1x1.jpg > out.npy
}

@test "a header without a picture and a picture of a thousand scans are refused, also by --lenient" {
    py jpegs bare_header basegray.jpg header.jpg
    for n in 50 1000; do py jpegs scans proggray.jpg scans$n.jpg $n; done
    for o in '' '-c 8'; do
        run -3 --separate-stderr bash -c "$(little_memory); gz-decode --lenient header.jpg $o -o out.npy"
        one_line 'gz-decode: header.jpg: 65500x65500 pixels are more than 16777216*'
        run -3 --separate-stderr bash -c "$(little_memory); gz-decode --lenient scans1000.jpg $o -o out.npy"
        one_line 'gz-decode: scans1000.jpg: JPEG of more than 100 scans'
    done
    gz-decode --lenient scans50.jpg -o out.npy
}

@test "text, an empty file, a folder and a missing file are named and skipped: exit 3" {
    echo text > text.jpg
    : > empty.jpg
    mkdir folder.jpg
    for f in text empty folder missing; do
        run -3 --separate-stderr gz-decode a.jpg $f.jpg b.jpg -o out.npy
        one_line "gz-decode: $f.jpg: *"
        [ "$(ids out.npy)" = 'a b' ]
    done
}

@test "pictures of another size are named and skipped; with --crop they may differ" {
    run -3 --separate-stderr gz-decode a.jpg base1x1.jpg b.jpg -o out.npy
    [ "${#stderr_lines[@]}" -eq 2 ]
    [ "${stderr_lines[0]}" = 'gz-decode: base1x1.jpg: 91x77 pixels, but the stream has 60x52' ]
    [[ ${stderr_lines[1]} == 'gz-decode: 1 of 3 pictures skipped, 1 of them for another size '*' the first, 60x52 '* ]]
    [ "$(ids out.npy)" = 'a b' ]
    gz-decode -c 50 a.jpg base1x1.jpg basegray.jpg b.jpg > out.npy
    [ "$(stream shape out.npy)" = '|u1 (50, 50, 3) 4' ]
    run -3 --separate-stderr gz-decode -c 60 base1x1.jpg a.jpg -o out.npy
    one_line 'gz-decode: a.jpg: 60x52 pixels are too few to crop 60'
}

@test "an id of 48 bytes is taken, one of 49 is an error, never cut" {
    name=123456789012345678901234567890123456789012345678
    cp a.jpg $name.jpg
    cp a.jpg ${name}9.jpg
    run -3 --separate-stderr gz-decode $name.jpg ${name}9.jpg -o out.npy
    one_line "gz-decode: ${name}9.jpg: the id '${name}9' has more than 48 bytes"
    [ "$(stream ids out.npy)" = $name ]
    cp a.jpg $'tab\there.jpg'
    run -3 --separate-stderr gz-decode $'tab\there.jpg' a.jpg -o out.npy
    one_line 'gz-decode: *control character'
}

# ---- where files come from ----

@test "--files-from reads names by lines or NULs, from a file or stdin, after the operands" {
    cp a.jpg $'new\nline.jpg'
    gz-decode a.jpg b.jpg c.jpg > want
    printf 'b.jpg\n\nc.jpg' > list
    gz-decode --files-from list a.jpg | cmp - want
    printf 'a.jpg\nb.jpg\nc.jpg\n' | gz-decode --files-from - | cmp - want
    printf 'a.jpg\0b.jpg\0c.jpg\0' | gz-decode -0 --files-from=- | cmp - want
    printf 'b.jpg\0c.jpg' > list0
    gz-decode --null --files-from list0 -- a.jpg | cmp - want
    printf 'new\nline.jpg\0a.jpg\0' > list0
    run -3 --separate-stderr gz-decode -0 --files-from list0 -o out.npy
    one_line "gz-decode: new?line.jpg: the id 'new?line' holds a control character"
}

@test "an empty list gives an empty stream; a missing one, or one of NULs, is an error" {
    gz-decode --files-from /dev/null > out.npy
    [ "$(stream ids out.npy)" = '' ]
    gz-prep out.npy | stream ids -
    run -1 --separate-stderr gz-decode --files-from missing
    one_line 'gz-decode: missing: No such file or directory'
    printf 'a.jpg\0b.jpg\0' > list0
    run -1 --separate-stderr gz-decode --files-from list0 -o out.npy
    one_line 'gz-decode: list0: a NUL in a list of lines*'
}

@test "a name that isn't found for a carriage return at its end is named, with the reason" {
    printf 'a.jpg\nb.jpg\r\n' > list
    run -3 --separate-stderr gz-decode --files-from list -o out.npy
    one_line 'gz-decode: b.jpg: the name ends in a carriage return, as in lists from Windows: No such file or directory'
    cp b.jpg $'b.jpg\r'
    gz-decode --files-from list -o out.npy
}

@test "JPEGs in a row are read from stdin, without operands or for -" {
    gz-decode a.jpg b.jpg c.jpg > want
    cat a.jpg b.jpg c.jpg | gz-decode > out.npy
    [ "$(ids out.npy)" = 'stdin-1 stdin-2 stdin-3' ]
    stream pixels out.npy > got
    stream pixels want | cmp - got
    cat b.jpg c.jpg | gz-decode a.jpg - > out.npy
    [ "$(ids out.npy)" = 'a stdin-1 stdin-2' ]
    cat a.jpg b.jpg | gz-decode - c.jpg | stream pixels - | cmp - got
    # With a pause, so that each piece is a read of its own.
    (cat a.jpg; sleep 0.1; head -c 1000 b.jpg; sleep 0.1; tail -c +1001 b.jpg; cat c.jpg) |
        gz-decode -j 1 | stream pixels - | cmp - got
}

@test "a picture in a row that is cut off is named, and the others are decoded" {
    size=$(stat -c %s b.jpg)
    for k in 3 30 100 $((size / 4)) $((size / 2)) $((size - 1)); do
        run -3 --separate-stderr bash -c "(cat a.jpg; head -c $k b.jpg; cat c.jpg) | gz-decode -o out.npy"
        one_line 'gz-decode: standard input: picture 2: *'
        [ "$(ids out.npy)" = 'stdin-1 stdin-3' ]
    done
    run -3 --separate-stderr bash -c "(cat a.jpg; head -c $((size / 2)) b.jpg) | gz-decode -o out.npy"
    one_line 'gz-decode: standard input: picture 2: *'
}

@test "a picture on stdin that goes on after 64 MiB ends the run" {
    run -1 --separate-stderr bash -c \
        "(cat a.jpg; head -c 100 b.jpg; head -c 100M /dev/zero) | ($(little_memory); gz-decode -o out.npy)"
    one_line 'gz-decode: standard input: picture 2 has more than 67108864 bytes'
}

@test "a CMYK JPEG is named, with advice" {
    # Its size and its four components, and the header of a scan.
    printf '%b' '\xff\xd8\xff\xc0\0\x14\x08\0\x10\0\x10\x04\x01\x11\0\x02\x11\0\x03\x11\0\x04\x11\0' \
        '\xff\xda\0\x08\x01\x01\0\0\x3f\0' > cmyk.jpg
    run -3 --separate-stderr gz-decode cmyk.jpg a.jpg -o out.npy
    one_line 'gz-decode: cmyk.jpg: a CMYK JPEG; convert it, see gz-decode(1)'
}

@test "what is not a picture on stdin ends the run" {
    run -1 --separate-stderr bash -c '(cat a.jpg; echo something) | gz-decode'
    one_line 'gz-decode: standard input: no picture begins after picture 1'
    run -1 --separate-stderr bash -c 'echo text | gz-decode'
    one_line "gz-decode: standard input: text, not a picture; perhaps a server's message"
    run -1 --separate-stderr gz-decode < .
    one_line 'gz-decode: standard input: *'
    gz-decode < /dev/null > out.npy # no picture: an empty stream
    [ "$(stream ids out.npy)" = '' ]
}

# ---- the output ----

@test "stdin or stdout is closed, or the disk is full: one line, exit 1" {
    fails 'gz-decode <&-' 'standard input: read error: Bad file descriptor'
    bad_output 'gz-decode a.jpg'
    run -1 --separate-stderr bash -c 'ulimit -f 4; gz-decode a.jpg -o big.npy'
    one_line 'gz-decode: big.npy: write error: File too large'
    [ ! -e big.npy ]
}

@test "a closed stderr is never the output" {
    gz-decode a.jpg > want
    run -3 bash -c 'gz-decode missing.jpg a.jpg -o out.npy 2>&-'
    cmp out.npy want
    # The output is the first file that is opened, and would be descriptor 2.
    { cat a.jpg; head -c 100 a.jpg; cat a.jpg; } > row
    run -3 bash -c "gz-decode -o want.npy < row"
    run -3 bash -c 'gz-decode -o out.npy < row 2>&-'
    cmp out.npy want.npy
}

@test "-o writes the whole file or none" {
    gz-decode a.jpg > want
    gz-decode a.jpg -o out.npy
    cmp out.npy want
    mkdir empty
    run -1 --separate-stderr gz-decode a.jpg -o no/such.npy
    one_line 'gz-decode: no/such.npy: No such file or directory'
    run -1 --separate-stderr gz-decode a.jpg -o .
    one_line 'gz-decode: .: Is a directory'
    run -1 --separate-stderr bash -c '(cat a.jpg; echo x) | gz-decode -o out.npy'
    cmp out.npy want # the old one
    run -1 --separate-stderr bash -c '(cat a.jpg; echo x) | gz-decode -o empty/new.npy'
    [ -z "$(ls -A empty)" ]
    gz-decode a.jpg -o /dev/null
    gz-decode a.jpg -o - | cmp - want
}

@test "a terminal is neither written to nor waited for" {
    terminal gz-decode a.jpg
}

@test "progress is shown on a terminal, and not with -q" {
    need_command script
    run -0 script -qec '(for i in 1 2 3; do cat a.jpg; sleep 0.3; done) | gz-decode -o x.npy' /dev/null
    [[ $output == *'gz-decode: '*' records, '* ]]
    run -0 script -qec '(for i in 1 2 3; do cat a.jpg; sleep 0.3; done) | gz-decode -q -o x.npy' /dev/null
    [ -z "$output" ]
}

@test "a read that fails costs that file only, a write that fails ends the run" {
    need_strace
    run -3 --separate-stderr traced read error=EIO:when=1 -P "$PWD/b.jpg" \
        gz-decode -j 1 a.jpg "$PWD/b.jpg" c.jpg -o out.npy
    one_line 'gz-decode: */b.jpg: read error: Input/output error'
    [ "$(ids out.npy)" = 'a c' ]
    run -1 --separate-stderr traced write error=ENOSPC:when=1 gz-decode a.jpg -o new.npy
    one_line 'gz-decode: new.npy: write error: No space left on device'
    run -1 --separate-stderr traced fsync error=EIO:when=1 gz-decode a.jpg -o new.npy
    one_line 'gz-decode: new.npy: write error: Input/output error'
    [ ! -e new.npy ]
}
