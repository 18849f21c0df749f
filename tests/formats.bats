#!/usr/bin/env bats
# gz-decode: PNGs, and what is no picture that it reads. The JPEGs are in gz-decode.bats.

load helpers
load jpegs

setup() {
    cd "$BATS_TEST_TMPDIR" || return
}

# ---- PNG: pixels ----

@test "a PNG of any kind has the pixels that the specification gives, in colour and gray" {
    for size in '23 19' '1 1' '64 5' '3 70'; do
        rm -rf kinds
        mkdir kinds
        # shellcheck disable=SC2086
        py pngs write_kinds kinds $size "${size% *}"
        [ "$(find kinds -name '*.png' | wc -l)" -eq 52 ]
        gz-decode -o colour.npy kinds/*.png
        gz-decode --gray -o gray.npy kinds/*.png
        stream pixels colour.npy | cmp - kinds/colour
        stream pixels gray.npy | cmp - kinds/gray
    done
}

@test "--crop of a PNG gives the bytes of the whole picture, cut out" {
    mkdir kinds
    py pngs write_kinds kinds 23 19 1
    for g in '' -g; do
        gz-decode $g kinds/*.png > whole.npy
        for n in 1 8 19; do
            gz-decode $g -c $n kinds/*.png > crop.npy
            stream crop $n whole.npy > want
            stream pixels crop.npy | cmp - want
        done
    done
    run -3 --separate-stderr gz-decode -c 20 kinds/c0*.png -o out.npy
    [ "${stderr_lines[0]}" = 'gz-decode: kinds/c0d01t0i0.png: 23x19 pixels are too few to crop 20' ]
}

@test "a JPEG that was made a PNG gives the pixels of the JPEG" {
    need_command cjpeg
    few_jpegs a b c
    for f in a b c; do
        djpeg -rgb -pnm $f.jpg > $f.ppm
        py pngs from_ppm $f.ppm $f.png
    done
    gz-decode a.jpg b.jpg c.jpg > jpegs.npy
    gz-decode a.png b.png c.png | cmp - jpegs.npy
    gz-prep -c 40 --size 20 jpegs.npy > prepared.npy
    gz-decode a.jpg b.png c.jpg | gz-prep -c 40 --size 20 | cmp - prepared.npy
}

@test "PNGs of the DECaLS survey are those that Pillow reads" {
    need_shared field/decals
    "$PYTHON" -m PIL > /dev/null 2>&1 || skip "no Pillow"
    gz-decode -q "$SHARED"/field/decals/*.png -o out.npy
    [ "$(stream shape out.npy)" = '|u1 (424, 424, 3) 3' ]
    py pngs by_pillow want "$SHARED"/field/decals/*.png
    stream pixels out.npy | cmp - want
}

# ---- where they come from ----

@test "the first bytes tell PNG from JPEG, in files, archives and a row, whatever the names" {
    need_command cjpeg
    few_jpegs a c
    py pngs one b.png 60 52 1
    py pngs one d.png 60 52 2
    gz-decode a.jpg b.png c.jpg d.png > want
    stream pixels want > pixels
    mkdir other
    cp a.jpg other/a.png
    cp b.png other/b.jpg
    cp c.jpg other/c
    cp d.png other/d.txt
    gz-decode other/a.png other/b.jpg other/c other/d.txt | cmp - want
    tar -cf all.tar a.jpg b.png c.jpg d.png
    gz-decode all.tar | cmp - want
    gz-decode < all.tar | cmp - want
    cat a.jpg b.png c.jpg d.png | gz-decode -o row.npy
    [ "$(stream ids row.npy | paste -sd ' ')" = 'stdin-1 stdin-2 stdin-3 stdin-4' ]
    stream pixels row.npy | cmp - pixels
    cat b.png a.jpg d.png c.jpg | gz-decode | stream pixels - > swapped
    gz-decode b.png a.jpg d.png c.jpg | stream pixels - | cmp - swapped
}

@test "a PNG in a row that is cut off is named, and the others are decoded; so is a JPEG before a PNG" {
    need_command cjpeg
    few_jpegs a c
    py pngs one b.png 60 52 1
    for next in c.jpg b.png; do
        for first in b.png a.jpg; do
            size=$(stat -c %s $first)
            for k in 60 $((size / 2)) $((size - 1)); do
                run -3 --separate-stderr bash -c \
                    "(cat a.jpg; head -c $k $first; cat $next b.png) | gz-decode -o out.npy"
                one_line 'gz-decode: standard input: picture 2: *'
                [ "$(stream ids out.npy | paste -sd ' ')" = 'stdin-1 stdin-3 stdin-4' ]
            done
        done
    done
}

# ---- damage ----

@test "a PNG cut at any byte is named and skipped; --lenient takes the rows that there are" {
    py pngs one whole.png 60 52 1
    gz-decode whole.png > whole.npy
    size=$(stat -c %s whole.png)
    mkdir cut
    for k in $(seq 0 $((size - 1))); do head -c "$k" whole.png > cut/$k.png; done
    for o in '' '-c 8' -g; do
        # shellcheck disable=SC2086
        run -3 --separate-stderr gz-decode $o cut/*.png whole.png -o out.npy
        [ "${#stderr_lines[@]}" -eq "$size" ]
        [ "$(stream ids out.npy)" = whole ]
    done
    head -c $((size / 2)) whole.png > half.png
    gz-decode --lenient half.png > half.npy
    py pngs rows_agree whole.npy half.npy 5 50
    gz-decode --lenient whole.png | cmp - whole.npy
}

@test "an interlaced PNG that is cut off is taken by --lenient" {
    mkdir kinds
    py pngs write_kinds kinds 90 80 1
    for f in c2d08t0i1 c6d16t0i1 c3d08t1i1; do
        head -c $(($(stat -c %s kinds/$f.png) * 2 / 3)) kinds/$f.png > $f.png
    done
    run -3 gz-decode ./*.png -o out.npy
    run -0 --separate-stderr gz-decode --lenient ./*.png -o out.npy
    [ "$(stream shape out.npy)" = '|u1 (80, 90, 3) 3' ]
}

make_hostile() {
    mkdir hostile
    made=$(py pngs hostile hostile)
}

@test "hostile PNGs are each decoded or named once, in little memory" {
    make_hostile
    [ "$made" -gt 500 ]
    harmless hostile "$made"
    for f in hostile/ok-*.png; do
        run -0 --separate-stderr gz-decode "$f" -o out.npy
        [ -z "$stderr" ]
    done
    run -3 --separate-stderr gz-decode hostile/bombdata.png -o out.npy
    one_line 'gz-decode: hostile/bombdata.png: not a valid PNG: it has more data than pixels'
    run -3 --separate-stderr gz-decode hostile/sum.png -o out.npy
    one_line 'gz-decode: hostile/sum.png: damaged: the PNG'"'"'s chunk at byte 33 has a wrong checksum'
}

@test "the pixels of hostile PNGs don't depend on what free memory holds" {
    make_hostile
    no_stray_pixels hostile 10
}

@test "the largest PNG of every kind that is allowed takes at most 8 bytes a pixel more than its result" {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    need_command time
    py pngs largest large.png 2048
    run -0 peak kb gz-decode -j 1 large.png -c 1 -o out.npy
    [ "$(tail -n 1 kb)" -lt $((64 * 1024 + 8 * 4096)) ]
    run -3 --separate-stderr gz-decode --max-pixels 4194303 large.png -o out.npy
    one_line 'gz-decode: large.png: 2048x2048 pixels are more than 4194303 (see --max-pixels)'
}

# ---- formats that are not read ----

@test "formats that are not read are named by their first bytes: one line each, exit 3" {
    py pngs one a.png 8 8 1
    while read -r name bytes; do
        printf '%b%0100d' "$bytes" 0 > file.jpg
        run -3 --separate-stderr gz-decode file.jpg a.png -o out.npy
        one_line "gz-decode: file.jpg: ${name//_/ }; convert it, see gz-decode(1)"
        run -1 --separate-stderr gz-decode -o out.npy < file.jpg
        one_line "gz-decode: standard input: picture 1: ${name//_/ }; convert it, see gz-decode(1)"
    done << 'END'
a_GIF GIF89a
a_TIFF II*\0
a_TIFF MM\0*
a_BMP BM\x9a\x10\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0
a_WebP RIFFabcdWEBPVP8\x20
a_JPEG_2000 \0\0\0\x0cjP\x20\x20\r\n\x87\n
a_JPEG_XL \0\0\0\x0cJXL\x20\r\n\x87\n
an_AVIF_or_HEIC \0\0\0\x20ftypavif
an_HDF5_file \x89HDF\r\n\x1a\n
a_Parquet_table PAR1
a_PDF %PDF-1.4
a_PNM_(PBM,_PGM,_PPM_or_PAM) P6\n8
END
}

@test "a saved error page, an array and an archive of another kind are named, with advice" {
    py pngs one a.png 8 8 1
    printf '\n  <!DOCTYPE html><title>404</title>' > page.jpg
    printf '<?xml version="1.0"?><Error/>' > xml.jpg
    gz-decode a.png > array.png
    printf 'Rar!\x1a\x07\x00' > some.rar
    printf '<!-- served by 7 -->\n<html>' > comment.jpg
    printf '{"error": "not found"}' > json.jpg
    printf '503 Service Unavailable\r\n' > plain.jpg
    printf '<svg xmlns="http://www.w3.org/2000/svg"/>' > drawing.jpg
    printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' > pointer.jpg
    sed 's/\r$//' a.png > unix.png
    for f in json plain drawing; do
        run -3 --separate-stderr gz-decode $f.jpg a.png -o out.npy
        one_line "gz-decode: $f.jpg: text, not a picture; perhaps a server's message"
    done
    run -3 --separate-stderr gz-decode pointer.jpg a.png -o out.npy
    one_line 'gz-decode: pointer.jpg: a Git LFS pointer, not the file itself; get it with git lfs pull'
    run -3 --separate-stderr gz-decode unix.png a.png -o out.npy
    one_line 'gz-decode: unix.png: a PNG that a transfer as text has changed; transfer it again, as binary'
    for f in page.jpg xml.jpg comment.jpg; do
        run -3 --separate-stderr gz-decode $f a.png -o out.npy
        one_line "gz-decode: $f: an HTML or XML page, perhaps a server's error message"
    done
    run -3 --separate-stderr gz-decode array.png a.png -o out.npy
    one_line 'gz-decode: array.png: a NumPy array; for a stream of its pictures see gz-stream(5)'
    run -3 --separate-stderr gz-decode some.rar a.png -o out.npy
    one_line 'gz-decode: some.rar: a RAR archive, which this program does not read; unpack it'
    tar -cf all.tar page.jpg a.png
    run -3 --separate-stderr gz-decode all.tar -o out.npy
    one_line "gz-decode: all.tar: page.jpg: an HTML or XML page, perhaps a server's error message"
}

@test "a tar whose first member has a name like a picture's first bytes is a tar" {
    mkdir GIF89 BM
    py pngs one BM/a.png 8 8 1
    cp BM/a.png BMP1.png
    cp BM/a.png P5
    for first in BM/a.png BMP1.png P5; do
        tar -cf all.tar $first
        gz-decode all.tar > out.npy
        [ "$(stream shape out.npy)" = '|u1 (8, 8, 3) 1' ]
    done
}

# ---- arrays and folders ----

@test "a plain array is refused with advice, and the lines of gz-stream(5) make a stream of it" {
    for shape in '(3, 8, 8, 3)' '(3, 8, 8)'; do
        py pngs zeros plain.npy "$shape"
        fails 'gz-prep plain.npy' 'plain.npy: byte 0: header byte * descr is not a list of fields: a plain array; see'\
' Arrays in gz-stream(5)'
    done
    for kind in f4 f8; do
        py pngs zeros plain.npy '(3, 8, 8)' $kind
        fails 'gz-prep plain.npy' 'plain.npy: byte 0: header byte * a plain array of floats; see Arrays in gz-stream(5)'
    done
    sed -n '/^\.Ss Arrays/,/^\.Ed/p' "$ROOT/man/gz-stream.5" | sed '1,/^\.Bd/d; /^\.Ed/d' > lines
    py pngs array images.npy 5 16
    # shellcheck disable=SC2031
    PATH=$(dirname "$(command -v "$PYTHON")"):$PATH bash -euo pipefail lines
    [ "$(stream ids numbered.npy | paste -sd ' ')" = '0 1 2 3 4' ]
    stream pixels numbered.npy | cmp - <(tail -c $((5 * 16 * 16 * 3)) images.npy)
    py pngs floats f4.npy images.npy f4 # from 0 to 1
    py pngs floats images.npy images.npy f8
    PATH=$(dirname "$(command -v "$PYTHON")"):$PATH bash -euo pipefail lines
    stream pixels numbered.npy | cmp - <(tail -c $((5 * 16 * 16 * 3 * 4)) f4.npy)
    py pngs floats images.npy images.npy f8 65025 # from 0 to 255
    PATH=$(dirname "$(command -v "$PYTHON")"):$PATH run -1 bash -euo pipefail lines
    [[ $output == *AssertionError* ]]
    [ ! -e "$SHARED/field/galaxy10_images.npy" ] || {
        cp "$SHARED/field/galaxy10_images.npy" images.npy
        PATH=$(dirname "$(command -v "$PYTHON")"):$PATH bash -euo pipefail lines
        gz-prep -q numbered.npy -o /dev/null
    }
}

@test "the scripts take PNGs in folders below, and name the format of a folder of others" {
    mkdir -p images/J000 tiff
    for i in 1 2 3; do py pngs one images/J000/$i.png 60 52 $i; done
    "$ROOT/pipelines/prepare.sh" images out.npy --size 16
    [ "$(stream ids out.npy | paste -sd ' ')" = '1 2 3' ]
    cp images/J000/1.png images/1.PNG
    run -1 --separate-stderr "$ROOT/pipelines/prepare.sh" images out.npy
    one_line 'prepare: images: two pictures have the id 1: images/1.PNG and images/J000/1.png'
    printf 'II*\0%0100d' 0 > tiff/a.tif
    run -1 --separate-stderr "$ROOT/pipelines/prepare.sh" tiff out.npy
    one_line 'prepare: tiff: there are no pictures (\*.jpg, \*.jpeg, \*.png, \*.fits, *) in this folder or below it'\
' (tiff/a.tif: a TIFF; convert it, see gz-decode(1))'
}
