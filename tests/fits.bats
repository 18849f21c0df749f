#!/usr/bin/env bats
# FITS files in gz-decode: every type of number, the order of rows and bands, the formulas of the page by NumPy,
# compressed files by fpack, other readers' answers, and files that lie.

load helpers

# Without cfitsio there is one thing to test.
need_fits() {
    need_module numpy
    py fits unknown probe.fits 1 1 0
    gz-decode -q probe.fits > /dev/null 2>&1 || skip "built without cfitsio"
    rm probe.fits
}

LINEAR='--fits-stretch linear --fits-scales 1'

@test "a build without cfitsio refuses FITS by that name, and goes on" {
    need_module numpy
    py fits unknown a.fits 1 1 0
    run --separate-stderr gz-decode -q a.fits
    [ "$status" -ne 0 ] || skip "built with cfitsio"
    [ "$status" = 3 ]
    one_line "gz-decode: a.fits: a FITS file*cfitsio*"
}

@test "every type of number, scaled or not, in extensions, with further axes, without padding; the bottom row last" {
    need_fits
    py fits types .
    gz-decode -q --gray --float $LINEAR --fits-range 0,255 ./*.fits > all.npy
    [ "$(stream ids all.npy | wc -l)" = 17 ]
    py fits check_types all.npy whole.npy
}

@test "bands in nanomaggies are those of Galaxy Zoo DECaLS, in any order, NaN black" {
    need_fits
    py fits survey a.fits grz holes=yes
    gz-decode -q a.fits > a.npy
    py fits check a.npy a.fits asinh
    py fits survey b.fits griz
    run -3 --separate-stderr gz-decode -q b.fits
    one_line 'gz-decode: b.fits: a FITS image of 4 planes: *--fits-bands*'
    gz-decode -q --float --fits-bands 3,1,0 b.fits > b.npy
    py fits check b.npy b.fits asinh planes=3,1,0
    gz-decode -q --fits-bands 1 b.fits > c.npy
    py fits check c.npy b.fits asinh planes=1
    run -3 --separate-stderr gz-decode -q --fits-bands 4 b.fits
    one_line 'gz-decode: b.fits: no plane 4 in a FITS image of 4*'
}

@test "bands that stand first instead of last are refused, also where planes are named" {
    need_fits
    py fits bands_first a.fits
    for o in '' '--fits-bands 0' '--fits-bands 0,1,2'; do
        # shellcheck disable=SC2086
        run -3 --separate-stderr gz-decode -q $o a.fits
        one_line 'gz-decode: a.fits: a FITS image of 61 planes, as the bands are its first axis and not its last'
    done
}

@test "unknown units: sky and noise are measured, and the unit is no matter" {
    need_fits
    for planes in 1 3; do
        py fits unknown a.fits $planes 1 0
        gz-decode -q a.fits > a.npy
        py fits check a.npy a.fits
        gz-decode -q --float a.fits > f.npy
        py fits check f.npy a.fits
        py fits unknown b.fits $planes 1e-9 3e-8
        gz-decode -q b.fits > b.npy
        py fits check b.npy b.fits
    done
}

@test "neither a pedestal of a thousand million nor a very large or small unit takes anything from a picture" {
    need_fits
    py fits offset plain.fits i4 1 0
    py fits offset pedestal.fits i4 1 1000000000
    py fits offset double.fits f8 1 1000000000
    py fits offset large.fits f8 1e40 0
    py fits offset small.fits f8 1e-50 0
    for f in plain pedestal double large small; do
        run -0 --separate-stderr gz-decode -q $f.fits -o $f.npy
        [ -z "$stderr" ]
    done
    py fits check_close plain.npy pedestal.npy double.npy large.npy small.npy
}

@test "a picture in which there is nothing to be seen is named and skipped" {
    need_fits
    py fits flat nan.fits nan
    py fits flat bands.fits nan nan nan
    py fits flat infinite.fits inf
    py fits flat zero.fits 0
    py fits flat three.fits 1 2 nan
    py fits unknown good.fits 1 1 0
    for f in nan bands infinite; do
        run -3 --separate-stderr gz-decode -q $f.fits good.fits -o out.npy
        one_line "gz-decode: $f.fits: no pixel has a finite value"
    done
    for f in zero three; do
        run -3 --separate-stderr gz-decode -q --fits-scales 1 $f.fits good.fits -o out.npy
        one_line "gz-decode: $f.fits: all pixels have the same value"
    done
}

@test "range, softening and curve are those of the formulas" {
    need_fits
    py fits survey a.fits grz
    for curve in asinh lupton linear; do
        gz-decode -q --float --fits-stretch $curve --fits-range -2,50 --fits-softening 3 a.fits > a.npy
        py fits check a.npy a.fits $curve -2 50 3
    done
}

@test "wrong values of the options are refused: one line, exit 2" {
    wrong_usage 'gz-decode OPTIONS a.fits' '--fits-bands 1,2' '--fits-bands -1' '--fits-range 5' '--fits-range 5,5' \
        '--fits-scales 0' '--fits-scales 1,2' '--fits-softening 0' '--fits-stretch log'
}

@test "--crop is the centre, --gray the luma, the threads are no matter" {
    need_fits
    py fits unknown a.fits 3 1 0
    gz-decode -q a.fits > whole.npy
    gz-decode -q -c 31 -j 1 a.fits > one.npy
    gz-decode -q -c 31 -j 4 a.fits > four.npy
    cmp one.npy four.npy
    stream crop 31 whole.npy | cmp - <(stream pixels one.npy)
    gz-decode -q -g --float a.fits > gray.npy
    gz-decode -q --float a.fits > colour.npy
    py fits check_luma gray.npy colour.npy
}

@test "fpack's files are those that were packed; funpack agrees" {
    need_fits
    need_command fpack
    py fits steps i2.fits
    gz-decode -q -g --float $LINEAR --fits-range 0,255 i2.fits > want.npy
    for kind in r g g2 h p; do
        rm -f i2.fits.fz
        fpack -$kind i2.fits
        gz-decode -q -g --float $LINEAR --fits-range 0,255 i2.fits.fz > got.npy
        cmp want.npy got.npy
    done
    py fits unknown f.fits 3 1 0
    fpack f.fits
    funpack -O u.fits f.fits.fz
    gz-decode -q f.fits.fz > packed.npy
    gz-decode -q - < u.fits > unpacked.npy
    cmp <(stream pixels packed.npy) <(stream pixels unpacked.npy)
    [ "$(stream ids packed.npy)" = f ]
}

@test "astropy reads the same numbers" {
    need_fits
    need_module astropy
    need_command fpack
    py fits types .
    py fits steps steps.fits
    fpack -h steps.fits
    for f in u2.fits scaled.fits extended.fits i8.fits steps.fits.fz; do
        py fits by_astropy $f want.npy
        gz-decode -q -g --float $LINEAR --fits-range 0,255 $f > got.npy
        py fits check_linear got.npy want.npy 255
    done
}

@test "compressed files, archives, and rows on standard input, mixed with JPEGs" {
    need_fits
    for i in 1 2 3; do py fits unknown $i.fits 3 $i 0; done
    gz-decode -q ./[123].fits > want.npy
    gzip -k 1.fits
    bzip2 -k 2.fits
    gz-decode -q 1.fits.gz 2.fits.bz2 3.fits > got.npy
    cmp want.npy got.npy
    tar -cf all.tar ./[123].fits
    gz-decode -q all.tar > got.npy
    cmp want.npy got.npy
    cat ./[123].fits | gz-decode -q > got.npy
    cmp <(stream pixels want.npy) <(stream pixels got.npy)
    gz-simulate -q -n 1 --size 64 survey
    cat 1.fits survey/images/*.jpg 2.fits | gz-decode -q -c 40 > mixed.npy
    [ "$(stream ids mixed.npy | wc -w)" = 3 ]
    gzip -k 3.fits
    cat 1.fits.gz 3.fits.gz | gz-decode -q > two.npy
    gz-decode -q 1.fits 3.fits > want.npy
    cmp <(stream pixels want.npy) <(stream pixels two.npy)
    gz-decode -q < 1.fits.gz > one.npy
    [ "$(stream ids one.npy)" = stdin-1 ]
}

@test "files that lie are named and skipped; the others go on" {
    need_fits
    mkdir lies
    py fits hostile lies
    py fits unknown good.fits 1 1 0
    gz-decode -q good.fits > want.npy
    for f in lies/*.fits; do
        run -3 --separate-stderr gz-decode -q $f good.fits -o got.npy
        one_line "gz-decode: $f: *"
        cmp want.npy got.npy
    done
    run -3 --separate-stderr gz-decode -q --max-pixels 3000 good.fits
    one_line 'gz-decode: good.fits: 52x61 pixels are more than 3000*'
}

@test "tiles that lie never end the program" {
    need_fits
    need_command fpack
    py fits steps i2.fits
    py fits unknown good.fits 1 1 0
    for kind in r g h p; do
        rm -f i2.fits.fz
        fpack -$kind i2.fits
        for seed in 1 2 3 4 5 6 7 8; do
            py fits spoiled i2.fits.fz bad.fits.fz $seed 40
            run gz-decode -q -c 6 bad.fits.fz good.fits -o got.npy
            [ "$status" = 0 ] || [ "$status" = 3 ]
        done
    done
}

@test "file names are names: nothing in them is looked at" {
    need_fits
    py fits unknown 'a.fits' 1 1 0
    gz-decode -q a.fits > want.npy
    mv a.fits 'a.fits[1:5,1:5]'
    gz-decode -q 'a.fits[1:5,1:5]' > got.npy
    cmp <(stream pixels want.npy) <(stream pixels got.npy)
    run -3 gz-decode -q 'a.fits'
    run -3 gz-decode -q '!a.fits'
    run -3 gz-decode -q '|true'
}

@test "a Legacy Survey cutout of shared/field is a picture in the colours of DECaLS" {
    need_fits
    need_shared field/fits/example_a.fits
    gz-decode -q "$SHARED/field/fits/example_a.fits" > a.npy
    [ "$(stream ids a.npy)" = example_a ]
    py fits check a.npy "$SHARED/field/fits/example_a.fits" asinh
}

# ---- the scripts ----

@test "prepare.sh and infer.sh take FITS cutouts, alone and among JPEGs and PNGs, by any of their endings" {
    need_fits
    need_command cjpeg
    mkdir -p cutouts/J000
    for i in 1 2 3 4 5 6; do py fits survey $i.fits grz seed=$i side=$((200 + 40 * i)); done
    mv 1.fits cutouts/a.fits
    mv 2.fits cutouts/J000/b.FIT
    mv 3.fits cutouts/c.Fts
    gzip < 4.fits > cutouts/d.fits.gz
    mv 5.fits cutouts/f.fits
    ids='a c d f b'
    if command -v fpack > /dev/null; then
        fpack -q 0 -g 6.fits
        mv 6.fits.fz cutouts/J000/g.FITS.fz
        ids+=' g'
    fi
    gz-decode --gray --square 0.3 cutouts/{a.fits,c.Fts,d.fits.gz,f.fits} cutouts/J000/* > want.npy
    run -0 --separate-stderr "$ROOT/pipelines/prepare.sh" cutouts got.npy
    n=$(wc -w <<< "$ids")
    [ "$stderr" = "prepare: $n pictures found, $n read" ]
    [ "$(stream ids got.npy | sort | xargs)" = "$(tr ' ' '\n' <<< "$ids" | sort | xargs)" ]
    py square same_records got.npy want.npy
    # Among others, in a folder and in an archive, where one compressed as a whole isn't read.
    gz-simulate -q -n 12 survey
    cp survey/images/90000[12].jpg cutouts
    py pngs one cutouts/p.png 300 300 1
    run -0 "$ROOT/pipelines/prepare.sh" cutouts mixed.npy
    [ "$(stream ids mixed.npy | sort | xargs)" = "$(tr ' ' '\n' <<< "900001 900002 $ids p" | sort | xargs)" ]
    rm cutouts/d.fits.gz
    tar -cf all.tar cutouts
    run -0 --separate-stderr "$ROOT/pipelines/prepare.sh" all.tar archive.npy
    [ "$stderr" = "prepare: $((n + 2)) pictures found, $((n + 2)) read" ]
    # To the lines.
    "$ROOT/pipelines/prepare.sh" survey/images small.npy
    gz-label -q -v survey/votes.csv -a 0 --min-asked 0 small.npy > labelled.npy
    gz-train -q --network 'conv2 pool dense4' --batch 8 -o weights labelled.npy
    run -0 "$ROOT/pipelines/infer.sh" weights cutouts lines.tsv
    gz-infer --views 8 -w weights <("$ROOT/pipelines/prepare.sh" cutouts - --like weights) | cmp - lines.tsv
    # Two endings, one id.
    cp cutouts/a.fits cutouts/J000/a.fits.gz
    run -1 --separate-stderr "$ROOT/pipelines/prepare.sh" cutouts out.npy
    one_line 'prepare: cutouts: two pictures have the id a: cutouts/J000/a.fits.gz and cutouts/a.fits'
}
