#!/usr/bin/env bats
# Many records, many files, many writers: each is accounted for, in memory that doesn't grow. With GZ_FAULTS=all (make
# faults) a million records, a hundred thousand files, twenty runs.

load helpers
load faults

RECORDS=${EVERYTHING:+1000000}
RECORDS=${RECORDS:-20000}
LISTED=${EVERYTHING:+100000}
LISTED=${LISTED:-2000}
RUNS=${EVERYTHING:+20}
RUNS=${RUNS:-2}

# pipeline N: so many records through gz-prep, gz-label, gz-infer and gz-score; the peak memory of each, in kB, goes to
# N.prep and so on, the report to N.score.
pipeline() {
    set -o pipefail
    py flood records "$1" |
        peak "$1.prep" gz-prep -q -j 2 -c 64 -s 64 |
        peak "$1.label" gz-label -v votes.csv 2> "$1.counts" |
        peak "$1.infer" gz-infer -q -j 2 -w weights |
        peak "$1.score" gz-score --pairs > "$1.pairs"
}

# Less than a tenth, or 4 MB, more memory for ten times the records.
constant() {
    local few many
    few=$(< "$((RECORDS / 10)).$1")
    many=$(< "$RECORDS.$1")
    echo "# $1: $few kB for $((RECORDS / 10)) records, $many kB for $RECORDS" >&3
    ((many < few + few / 10 || many < few + 4096))
}

@test "gz-prep, gz-label, gz-infer and gz-score count many records exactly, in constant memory" {
    need_command time
    need_unsanitized
    py flood votes "$RECORDS" > votes.csv
    py flood records 100 | gz-label -q -v votes.csv | gz-train -q --network 'pool pool pool dense4' -o weights
    pipeline $((RECORDS / 10))
    pipeline "$RECORDS"
    third=$((RECORDS / 3))
    cat > want << END
gz-label: kept $((third + (RECORDS % 3 > 0))) spiral, $((third + (RECORDS % 3 > 1))) edge-on, $third round
gz-label: of $RECORDS records: 0 below the agreement, 0 without votes, 0 outside the fold
gz-label: kept by a column for each class
END
    cmp want "$RECORDS.counts"
    grep -qx "galaxies	$RECORDS" "$RECORDS.pairs"
    for program in prep label infer; do constant $program; done
    # gz-score holds 8 to 24 bytes a line.
    (($(< "$RECORDS.score") < $(< "$((RECORDS / 10)).score") + RECORDS * 24 / 1000 + 4096))
}

@test "--files-from decodes many files, each once, in order" {
    need_command cjpeg
    load jpegs
    few_jpegs a b c
    mkdir many
    py stream_checks links many/f%06d.jpg "$LISTED" {a,b,c}.jpg
    find many -name '*.jpg' | LC_ALL=C sort > list
    gz-decode -q -g -c 16 --files-from list > out.npy
    stream ids out.npy | cmp - <(sed 's|many/||; s|\.jpg||' list)
    tr '\n' '\0' < list | gz-decode -q -g -c 16 --null --files-from - | cmp - out.npy
}

@test "no record is lost from eight producers into one pipe, by xargs -P and GNU parallel" {
    need_command cjpeg
    need_command parallel
    load jpegs
    few_jpegs a b c
    py stream_checks links f%03d.jpg 160 {a,b,c}.jpg
    sink() { gz-prep -q -c 40 -s 40 | stream ids - | sort | cmp - want; }
    printf '%s\n' f*.jpg | sed 's/\.jpg//' > want
    for _ in $(seq "$RUNS"); do
        printf '%s\n' f*.jpg | xargs -n 10 -P 8 gz-decode -q | sink
        # Ungrouped, so that all eight write to the pipe themselves.
        printf '%s\n' f*.jpg | parallel -N 10 -j 8 --ungroup gz-decode -q | sink
        printf '%s\n' f*.jpg | parallel -N 10 -j 8 gz-decode -q | sink
    done
}
