#!/usr/bin/env bats
# gz-decode on tar and zip archives: the stream of the files in them, and nothing lost in silence.

load helpers

# Archives made by GNU tar, Info-ZIP and bsdtar; want.npy is the stream of the files, in their order.
setup_file() {
    cd "$FILES" || return
    gz-simulate -q -n 24 survey
    (
        cd survey || exit
        ls images/*.jpg > ../list
        gz-decode --files-from ../list -o ../want.npy
        for f in v7 ustar gnu pax; do tar --format=$f -cf ../$f.tar -T ../list; done
        for c in gz bz2 xz zst; do tar -caf ../a.tar.$c -T ../list; done
        zip -qD ../deflated.zip -@ < ../list
        zip -q0 ../stored.zip -@ < ../list
        zip -q - -@ < ../list > ../piped.zip
        bsdtar --format=zip -cf ../bsd.zip -T ../list
    )
}

setup() {
    for c in tar zip bsdtar xz zstd bzip2; do need_command $c; done
    cp "$FILES"/*.* "$FILES/list" "$BATS_TEST_TMPDIR"
    ln -s "$FILES/survey" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR" || return
}

check() { py archives "$@"; }

# The ids of the files in the list, one a line.
listed() { sed 's|.*/||; s|\.jpg$||' list; }

@test "an archive of any kind gives the stream of its files: by name, in a list, on stdin, under any name" {
    for a in *.tar *.tar.* *.zip; do
        cp "$a" called.jpg
        gz-decode -j 1 "$a" | cmp - want.npy
        gz-decode -j 7 < "$a" | cmp - want.npy
        cat "$a" | gz-decode - | cmp - want.npy
        echo called.jpg | gz-decode -j 3 --files-from - | cmp - want.npy
    done
}

@test "archives, files and pictures on stdin may be mixed" {
    gz-decode survey/images/900001.jpg pax.tar - deflated.zip survey/images/900002.jpg \
        < survey/images/900003.jpg > out.npy
    (echo 900001; listed; echo stdin-1; listed; echo 900002) > ids
    stream ids out.npy | cmp - ids
    gz-decode survey/images/900001.jpg - survey/images/900002.jpg < a.tar.gz | stream ids - > got
    (echo 900001; listed; echo 900002) | cmp - got
    gz-decode <(cat a.tar.xz) | cmp - want.npy # a FIFO can't be opened twice
}

@test "tars joined by cat are one" {
    head -n 10 list | tar -C survey -cf one.tar -T -
    tail -n +11 list | tar -C survey -cf two.tar -T -
    cat one.tar two.tar | gz-decode | cmp - want.npy
    (gzip -c one.tar; gzip -c two.tar) | gz-decode | cmp - want.npy
}

@test "folders and hidden files are passed over; other members that are not JPEGs are named and skipped" {
    mkdir -p in/deep/er in/__MACOSX
    cp survey/images/900001.jpg in/deep/er
    cp survey/images/900001.jpg in/deep/er/été.JPEG
    long=123456789012345678901234567890123456789012345678x
    cp survey/images/900001.jpg in/$long.jpg
    echo junk | tee in/.DS_Store in/__MACOSX/._900001.jpg > in/README.txt
    tar -cf nested.tar -C in README.txt
    mv nested.tar in
    tar -cf in.tar in
    (cd in && zip -qr ../in.zip .)
    for a in in.tar in.zip; do
        run -3 --separate-stderr gz-decode "$a" -o out.npy
        [ "$(stream ids out.npy | LC_ALL=C sort | paste -sd ' ')" = '900001 été' ]
        cut -d: -f 2-4 <<< "$stderr" | sed 's|in/||' | LC_ALL=C sort > got
        printf " $a: %s\n" "$long.jpg: the id '$long' has more than 48 bytes" \
            "README.txt: text, not a picture; perhaps a server's message" \
            'nested.tar: an archive within an archive; unpack it' > expected
        diff got expected
    done
}

@test "what is compressed or an archive within an archive is named" {
    cp survey/images/90000[12].jpg .
    gzip -k 900001.jpg
    xz -k 900001.jpg
    bzip2 -k 900001.jpg
    zstd -q 900001.jpg
    zip -q inner.zip 900001.jpg
    tar -cf inner.tar 900001.jpg
    tar -cf all.tar 900001.jpg.* inner.* 900002.jpg
    zip -q all.zip 900001.jpg.* inner.* 900002.jpg
    for a in all.tar all.zip; do
        run -3 --separate-stderr gz-decode -q $a -o out.npy
        [ "$(ids out.npy)" = 900002 ]
        { printf "gz-decode: $a: 900001.jpg.%s: compressed within the archive; unpack it\n" bz2 gz xz zst
            printf "gz-decode: $a: inner.%s: an archive within an archive; unpack it\n" tar zip; } > expected
        diff expected <(printf '%s\n' "$stderr")
    done
}

@test "links, sparse members, encrypted ones and those of more than 64 MiB are named and skipped" {
    cp survey/images/90000[1-3].jpg .
    ln 900001.jpg hard.jpg
    ln -s 900001.jpg soft.jpg
    truncate -s 1000000 sparse.jpg
    truncate -s 65M large.jpg
    tar -Scf odd.tar 900001.jpg hard.jpg soft.jpg sparse.jpg 900002.jpg
    tar -cf large.tar 900001.jpg large.jpg 900002.jpg
    zip -q large.zip 900001.jpg large.jpg 900002.jpg
    zip -qP secret odd.zip 900003.jpg
    zip -q odd.zip 900002.jpg
    run -3 --separate-stderr gz-decode odd.tar -o out.npy
    printf 'gz-decode: odd.tar: %s\n' 'hard.jpg: a link or a device, not a file' \
        'soft.jpg: a link or a device, not a file' 'sparse.jpg: a sparse file' | cmp - <(echo "$stderr")
    [ "$(ids out.npy)" = '900001 900002' ]
    for a in large.tar large.zip; do
        run -3 --separate-stderr gz-decode $a -o out.npy
        one_line "gz-decode: $a: large.jpg: more than 67108864 bytes"
        [ "$(ids out.npy)" = '900001 900002' ]
    done
    run -3 --separate-stderr gz-decode odd.zip -o out.npy
    one_line 'gz-decode: odd.zip: 900003.jpg: encrypted'
    [ "$(stream ids out.npy)" = 900002 ]
}

@test "a zip of unknown sizes can't unpack more than 64 MiB of a member into memory" {
    need_unsanitized
    cp survey/images/900001.jpg .
    head -c 1G /dev/zero | zip -q1 - - 900001.jpg | cat > bomb.zip # its sizes come after the data
    run -3 --separate-stderr bash -c "$(little_memory); gz-decode bomb.zip -o out.npy"
    one_line 'gz-decode: bomb.zip: -: more than 67108864 bytes'
    [ "$(stream ids out.npy)" = 900001 ]
}

@test "a member's name is its bytes, in whatever way the archive keeps it" {
    mkdir in
    cp survey/images/900001.jpg in/Sérsic.jpg
    for f in ustar gnu pax; do tar --format=$f -cf $f.tar in; done
    (cd in && zip -q ../a.zip ./*.jpg)
    check zipped unicode.zip in/Sérsic.jpg
    for a in ustar.tar gnu.tar pax.tar a.zip unicode.zip; do [ "$(gz-decode $a | stream ids -)" = Sérsic ]; done
    cp in/Sérsic.jpg $'in/S\xe9rsic.jpg' # Latin-1
    tar --format=pax -cf latin.tar -C in $'S\xe9rsic.jpg'
    gz-decode latin.tar > out.npy
    LC_ALL=C grep -qaP 'S\xe9rsic' out.npy
}

@test "a damaged member is named and skipped, the others are kept" {
    name=$(sed -n 6p list)
    for a in ustar.tar deflated.zip stored.zip; do
        check damage_member $a 5
        run -3 --separate-stderr gz-decode $a -o out.npy
        one_line "gz-decode: $a: $name: *"
        listed | sed 6d | cmp - <(stream ids out.npy)
    done
}

@test "a damaged header loses members that nobody can name: exit 1, what came before is kept" {
    for a in pax.tar deflated.zip; do
        check damage_header $a 5
        run -1 --separate-stderr bash -c "gz-decode $a > out.npy"
        one_line "gz-decode: $a: after picture *: damaged*"
        run -1 gz-prep out.npy -o prep.npy
        gz-prep -q --partial out.npy | stream ids - > got
        head -n 5 got | cmp - <(listed | head -n 5)
    done
}

@test "of an archive that is cut anywhere only whole pictures come, without an end chunk: exit 1, one line" {
    gz-prep -q want.npy -o prepared.npy
    for a in ustar.tar a.tar.gz a.tar.bz2 a.tar.xz a.tar.zst deflated.zip piped.zip; do
        size=$(stat -c %s $a)
        [ $a != ustar.tar ] || size=$((size / 10240 * 10240 - 10240)) # before the zeros that fill its last block
        for k in $(seq 1 9) 20; do
            cut=$((k == 20 ? size - 1 : size * k / 10))
            head -c $cut $a > cut-$k
            run --separate-stderr bash -c "gz-decode cut-$k > out.npy"
            [ $status -eq 1 ] || { echo "$a $cut: $status"; false; }
            one_line "gz-decode: cut-$k: *"
            run -1 gz-prep -q out.npy -o /dev/null
            gz-prep -q --partial out.npy > got.npy
            records=$(stream ids got.npy | wc -l)
            cmp -n $((records * 4276)) got.npy prepared.npy # chunks of 64x64 pixels
            [ $((k * 24 / 10)) -ge "$records" ] || [ $k = 20 ]
        done
    done
}

@test "a tar that ends after a member, without its mark, is cut off" {
    for n in $(check ends ustar.tar); do
        head -c "$n" ustar.tar > cut.tar
        run -1 --separate-stderr bash -c 'gz-decode cut.tar > out.npy'
        one_line 'gz-decode: cut.tar: after picture *: cut off: the tar has no end marker'
    done
    head -c $((n + 512)) ustar.tar | gz-decode | cmp - want.npy
}

@test "what is neither a JPEG nor an archive, an empty archive and a file of zeros are named and skipped" {
    echo text > text
    gzip -k text
    head -c 20000 /dev/zero > zeros.jpg
    tar -cf empty.tar -T /dev/null
    check zipped empty.zip
    for f in text text.gz zeros.jpg empty.tar empty.zip; do
        run -3 --separate-stderr gz-decode $f pax.tar -o out.npy
        one_line "gz-decode: $f: *not a picture*"
        cmp out.npy want.npy
    done
}

# each COMMAND: run it in turn with the four compressors, their endings in the variable e.
each() {
    local compress
    for compress in gzip:gz bzip2:bz2 xz:xz zstd:zst; do
        e=${compress#*:}
        "$1" "${compress%:*}" || { echo "$compress"; return 1; }
    done
}

damaged_pictures() {
    "$1" -c 900002.jpg > whole.jpg.$e
    size=$(stat -c %s whole.jpg.$e)
    for k in 30 $((size / 2)) $((size - 1)); do
        head -c $k whole.jpg.$e > cut.jpg.$e
        run -3 --separate-stderr gz-decode -q -o out.npy 900001.jpg cut.jpg.$e whole.jpg.$e 900003.jpg
        one_line "gz-decode: cut.jpg.$e: damaged or cut off: *"
        [ "$(ids out.npy)" = '900001 whole 900003' ] || return 1
    done
    check flip whole.jpg.$e 30 || return 1
    run -3 --separate-stderr gz-decode -q -o out.npy 900001.jpg whole.jpg.$e 900003.jpg
    one_line "gz-decode: whole.jpg.$e: *"
    [ "$(ids out.npy)" = '900001 900003' ]
}

@test "a compressed picture that is cut or damaged is named and skipped, the next ones are read" {
    cp survey/images/90000[1-3].jpg .
    each damaged_pictures
    gzip -c 900002.jpg | head -c -8 > end.jpg.gz
    run -3 --separate-stderr gz-decode -q -o out.npy 900001.jpg end.jpg.gz 900003.jpg
    one_line 'gz-decode: end.jpg.gz: damaged or cut off: truncated'
    # Of an archive that is cut so early nobody knows what is lost.
    head -c 100 a.tar.gz > cut.tar.gz
    fails 'gz-decode -q -o out.npy 900001.jpg cut.tar.gz 900003.jpg' 'cut.tar.gz: damaged or cut off: *'
}

rows_of_pictures() {
    for f in 1 2 3; do "$1" -c 90000$f.jpg; done > each.jpg.$e
    cat 90000[1-3].jpg | "$1" > all.jpg.$e
    for f in each all; do
        gz-decode -q -o out.npy < $f.jpg.$e
        cmp out.npy row.npy || return 1
        gz-decode -q --tally tally -o out.npy 900004.jpg $f.jpg.$e 900005.jpg
        [ "$(ids out.npy)" = "900004 $f $f-2 $f-3 900005" ] || return 1
        [ "$(sed -n 3p tally)" = $'3\t0\t'"$f.jpg.$e" ] || return 1
    done
}

@test "compressed pictures in a row, and a row that is compressed, are all decoded" {
    cp survey/images/90000[1-5].jpg .
    cat 90000[1-3].jpg | gz-decode -q -o row.npy
    each rows_of_pictures
    (cat 90000[12].jpg; echo text) | gzip > text.jpg.gz
    gz-decode -q -o out.npy text.jpg.gz # as a plain file with something after its picture
    [ "$(ids out.npy)" = 'text text-2' ]
    fails 'gz-decode -q -o out.npy < text.jpg.gz' 'standard input: no picture begins after picture 2'
    (cat 900001.jpg; head -c 900 900002.jpg; cat 900003.jpg) | gzip > cut.jpg.gz
    run -3 --separate-stderr gz-decode -q -o out.npy cut.jpg.gz
    one_line 'gz-decode: cut.jpg.gz: picture 2: *'
    [ "$(ids out.npy)" = 'cut cut-3' ]
}

@test "what isn't compressed after a compressed picture is never lost in silence" {
    cp survey/images/90000[1-3].jpg .
    for c in gzip:gz bzip2:bz2; do
        (${c%:*} -c 900001.jpg; cat 900002.jpg) > more.jpg.${c#*:}
        run -3 --separate-stderr gz-decode -q -o out.npy more.jpg.${c#*:} 900003.jpg
        one_line 'gz-decode: more.jpg.*: more follows after the end of the compressed data'
        [ "$(ids out.npy)" = 'more 900003' ]
        fails "gz-decode -q -o out.npy < more.jpg.${c#*:}" \
            'standard input: more follows after the end of the compressed data'
    done
    for c in xz:xz zstd:zst; do
        (${c%:*} -c 900001.jpg; cat 900002.jpg) > more.jpg.${c#*:}
        run -3 --separate-stderr gz-decode -q -o out.npy more.jpg.${c#*:} 900003.jpg
        one_line 'gz-decode: more.jpg.*: damaged or cut off: *'
        fails "gz-decode -q -o out.npy < more.jpg.${c#*:}" 'standard input: damaged or cut off: *'
    done
}

@test "an archive of nothing but folders and hidden files is named; on standard input it ends the run" {
    mkdir -p in/folder in/__MACOSX
    echo hidden | tee in/.DS_Store > in/__MACOSX/._900001.jpg
    tar -cf in.tar in
    (cd in && zip -qr ../in.zip .)
    for a in in.tar in.zip; do
        run -3 --separate-stderr gz-decode -q $a pax.tar -o out.npy
        one_line "gz-decode: $a: an archive of nothing but folders and hidden files"
        cmp out.npy want.npy
        fails "gz-decode -q -o out.npy < $a" 'standard input: an archive of nothing but folders and hidden files'
    done
}

@test "a read that fails ends the run, and is not taken for damage" {
    need_strace
    for a in ustar.tar deflated.zip; do
        run -1 --separate-stderr traced read error=EIO:when=2 -P "$PWD/$a" gz-decode -j 1 "$PWD/$a" -o out.npy
        one_line "gz-decode: $PWD/$a: *read error: Input/output error"
        [ ! -e out.npy ]
    done
}

@test "--tally has a line for each input, with its pictures and those skipped" {
    echo text > text
    cp survey/images/900001.jpg survey/images/900002.jpg .
    tar -cf some.tar 900001.jpg text 900002.jpg
    mkdir only
    tar -cf folders.tar only
    run -3 gz-decode --tally tally.tsv -o out.npy 900001.jpg missing.jpg some.tar text folders.tar - < pax.tar
    printf '%s\t%s\t%s\n' '#pictures' skipped input 1 0 900001.jpg 0 1 missing.jpg 2 1 some.tar 0 1 text \
        0 1 folders.tar 24 0 - | cmp - tally.tsv
    cat 900001.jpg 900002.jpg | gz-decode --tally tally.tsv -o out.npy
    printf '%s\t%s\t%s\n' '#pictures' skipped input 2 0 - | cmp - tally.tsv
    rm tally.tsv
    head -c 50000 pax.tar > cut.tar
    run -1 gz-decode --tally tally.tsv -o out.npy 900001.jpg cut.tar
    [ ! -e tally.tsv ]
    run -2 gz-decode --tally - -o out.npy 900001.jpg
    fails 'gz-decode --tally no/such -o out.npy 900001.jpg' 'no/such: No such file or directory'
}

@test "memory doesn't grow with the archive: 200 and 20,000 members" {
    need_command time
    need_unsanitized
    for n in 200 20000; do
        check repeated survey/images/900001.jpg $n | peak kb-$n gz-decode -j 2 -c 8 -g --tally tally-$n > out.npy
        [ "$(tail -n 1 tally-$n)" = "$n"$'\t0\t-' ]
    done
    [ "$(< kb-20000)" -lt $(($(< kb-200) + 1000)) ]
}
