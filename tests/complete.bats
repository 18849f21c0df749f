#!/usr/bin/env bats
# Every reader of streams notices lost records, however they were lost, and takes whole streams.

load helpers
load faults

setup_file() {
    (small_inputs "$IN")
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    cp "$IN"/{views.npy,labelled.npy,gray.npy,weights,all.tsv} .
    # A stream of ten records: chunks of equal size, then the end chunk.
    gz-prep -q -s 16 -c 16 --partial < labelled.npy > whole.npy
    header=$((10 + $(od -An -tu2 -j8 -N2 whole.npy)))
    end=$(($(LC_ALL=C grep -aobF $'\x93NUMPY' whole.npy | tail -n 1 | cut -d : -f 1)))
    records=$(($(LC_ALL=C grep -aoF $'\x93NUMPY' whole.npy | wc -l) - 1))
    chunk=$((end / records))
}

# Every reader of a stream, with STREAM in the place of its name; what they write is out.
readers() {
    cat << END
gz-prep -q -s 8 -o out STREAM
gz-label -q -v $IN/survey/votes.csv -a 0.5 -o out STREAM
gz-augment -q -e 2 -o out STREAM
gz-augment -q --no-shuffle -o out STREAM
gz-train -q --network 'conv2 pool dense4' --normalise per-image -o out STREAM
gz-train -q --network 'conv2 pool dense4' -o out STREAM
gz-train -q --network 'conv2 pool dense4' --normalise per-image -V STREAM -o out views.npy
gz-infer -q -w weights -o out STREAM
gz-infer -q --views 8 -w weights -o out STREAM
gz-triangle -q -p all.tsv -s 256 -o out STREAM
gz-atlas -q -p all.tsv -o out STREAM
gz-montage -q -n 1000 -o out STREAM
END
}

# ---- ways to lose data: each writes what is left ----

whole() { cat whole.npy; }
between_records() { head -c $((chunk * 4)) whole.npy; }
within_a_record() { head -c $((chunk * 4 + header + 50)) whole.npy; }
within_a_header() { head -c $((chunk * 4 + 40)) whole.npy; }
within_the_magic() { head -c $((chunk * 4 + 3)) whole.npy; }
without_its_end() { head -c $end whole.npy; }
within_its_end() { head -c $((end + 20)) whole.npy; }
without_its_first() { tail -c +$((chunk + 1)) whole.npy; }
without_one_inside() { head -c $((chunk * 4)) whole.npy; tail -c +$((chunk * 5 + 1)) whole.npy; }
without_anything() { :; }

ways='between_records within_a_record within_a_header within_the_magic without_its_end within_its_end without_its_first
without_one_inside'

# refuse WHAT STREAM: each reader exits 1 with one line that says what is wrong with the stream, and leaves no output.
# Both ways of reading, in turn.
refuse() {
    local command turn=0
    while IFS= read -r command; do
        if ((turn++ % 2)); then
            [[ $command == *'-V STREAM'* ]] || command=${command/STREAM/- < STREAM}
        fi
        run -1 --separate-stderr bash -c "${command//STREAM/$2}" < /dev/null
        # gz-triangle and gz-atlas name galaxies that come twice before, and some programs a record whose field fov is
        # what followed the loss.
        [[ $command != gz-@(triangle|atlas)* && ${stderr_lines[0]} != *' the field of view (fov) is '* ]] ||
            stderr_lines=("${stderr_lines[-1]}")
        one_line "${command%% *}: *$1*" || { echo "$command"; false; }
        [ ! -e out ]
    done < <(readers)
}

# take STREAM: each reader finds nothing wrong. (Two views of a galaxy are drawn once, hence status 3.)
take() {
    local command
    while IFS= read -r command; do
        run --separate-stderr bash -c "${command//STREAM/$1}" < /dev/null
        [ "$status" -eq 0 ] || { [ "$status" -eq 3 ] && [[ $command == gz-@(triangle|atlas)* ]]; } ||
            { echo "$command: $stderr"; false; }
        rm -r out
    done < <(readers)
}

@test "every reader notices a producer that died between records, within one, or in a header" {
    for way in $ways without_anything; do
        $way > cut.npy
        refuse incomplete cut.npy
    done
}

@test "every reader notices it before, between and after whole streams joined by cat" {
    for way in between_records without_its_end without_its_first without_one_inside; do
        { $way; whole; whole; } > before.npy
        { whole; $way; whole; } > between.npy
        { whole; whole; $way; } > after.npy
        for file in before between after; do refuse incomplete $file.npy; done
    done
    # What follows half a record or header is read as its other half, and then nothing fits.
    for way in within_a_record within_a_header within_the_magic within_its_end; do
        { $way; whole; whole; } > before.npy
        { whole; whole; $way; } > after.npy
        refuse '' before.npy
        refuse incomplete after.npy
    done
}

@test "every reader notices a file without any bytes among whole ones" {
    : > empty.npy
    refuse 'empty.npy: incomplete: no end chunk after 0 records' 'whole.npy empty.npy'
    refuse 'incomplete: no end chunk after 0 records' 'empty.npy whole.npy'
    gz-prep --partial -s 8 whole.npy empty.npy > out.npy
    gz-prep -s 8 whole.npy | cmp - out.npy
}

@test "two losses do not cancel out: a stream without its end, joined to one without its first record" {
    { without_its_end; without_its_first; } > both.npy
    refuse incomplete both.npy
}

@test "whole streams are taken: joined, in other chunks, with empty ones among them" {
    take whole.npy
    cat whole.npy whole.npy whole.npy > joined.npy
    take joined.npy
    py stream_checks rechunked whole.npy other.npy
    take other.npy
}

@test "of several writers into one pipe, one that is killed between records or within one is noticed" {
    cp "$IN"/survey/images/*.jpg .
    write() { # what happens to the second of the writers
        printf '%s\n' 9000*.jpg | xargs -n 5 -P 4 bash -c '
            if [ "$1" = 900006.jpg ]; then '"$1"'; else gz-decode -q "$@"; fi' - || true
    }
    export -f write
    prep='gz-prep -q -c 64 -s 16 -o out'
    gz-decode -q 900001.jpg > one.npy
    colour=$(LC_ALL=C grep -aobF $'\x93NUMPY' one.npy | tail -n 1 | cut -d : -f 1)
    for _ in 1 2 3; do
        write 'gz-decode -q "$@"' | $prep
        rm out
        # head takes no lock: what it writes may come within others' records, which is noticed, too.
        for bytes in $((colour * 3)) $((colour * 3 + 5000)) $((colour * 3 + 10)); do
            { write "gz-decode -q \"\$@\" | head -c $bytes; kill -KILL \$\$" 2> /dev/null || true; } | cat > killed.npy
            run -1 --separate-stderr $prep killed.npy
            one_line 'gz-prep: killed.npy: *'
            [ ! -e out ]
        done
    done
}
