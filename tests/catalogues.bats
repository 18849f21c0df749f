#!/usr/bin/env bats
# The examples of gz-catalogues(7): lines joined with a catalogue by programs of others, each where it is. Two ids have
# 18 digits and differ in the last, two differ by zeros at the beginning.

load helpers

setup_file() {
    cd "$FILES" || return
    py catalogues galaxies galaxies.npy catalogue.csv
    gz-train -q -e 1 --network 'conv4 pool dense4' -o weights.safetensors galaxies.npy
    gz-infer -q -w weights.safetensors galaxies.npy | cut -f 1-4 > probs.tsv
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    cp "$FILES"/{probs.tsv,catalogue.csv} .
}

check() { py catalogues "$@"; }

# block TITLE [N]: literal block N, the first unless told, of this subsection of the page.
block() {
    awk -v title="$1" -v n="${2:-1}" '/^\.S[hs] / { inside = substr($0, 5) == title; at = 0 } /^\.Ed/ { literal = 0 }
        inside && literal && at == n { gsub(/\\&/, ""); gsub(/\\e/, "\\"); print }
        inside && /^\.Bd -literal/ { literal = 1; at++ }' "$ROOT/man/gz-catalogues.7" > block
    [ -s block ]
}

@test "join" {
    block 'The shell'
    bash -euo pipefail block
    check same_rows joined.tsv 'id ra dec spiral edge-on round'
}

@test "awk" {
    block 'The shell' 2
    bash -euo pipefail block
    check same_rows joined.tsv 'id spiral edge-on round ra dec' header=yes
}

@test "awk keeps one of several first lines" {
    block 'Two traps'
    cp probs.tsv part1.tsv
    cp probs.tsv part2.tsv
    bash -euo pipefail block
    [ "$(grep -c '^#' joined.tsv)" -eq 1 ]
    [ "$(wc -l < joined.tsv)" -eq $((2 * $(wc -l < probs.tsv) - 1)) ]
}

@test "SQLite" {
    need_command sqlite3
    block SQLite
    bash -euo pipefail block
    check same_rows joined.csv 'id ra dec spiral'
}

@test "NumPy" {
    block NumPy
    sed -i 's/0\.9/-1/' block
    "$PYTHON" block > printed
    for id in $(tail -n +2 probs.tsv | cut -f 1); do grep -q "'$id'" printed; done
}

@test "astropy, and the trap that the page tells" {
    need_module astropy
    block astropy
    "$PYTHON" block
    check fits joined.fits
    check astropy_loses probs.tsv
    sed -i 's/, converters=text//' block
    "$PYTHON" block
    run -1 check fits joined.fits
}

@test "pandas, and the trap that the page tells" {
    need_module pandas
    block pandas
    "$PYTHON" block
    check same_rows joined.csv 'id ra dec spiral edge-on round' header=yes
    sed -i "s/, dtype={[^}]*}//" block
    "$PYTHON" block
    run -1 check same_rows joined.csv 'id ra dec spiral edge-on round' header=yes
}

@test "STILTS reads the lines, joins them, and reads astropy's table with ids as they are" {
    need_command stilts
    block 'TOPCAT and STILTS'
    bash -euo pipefail block
    stilts tpipe in=joined.fits ofmt=csv out=stilts.csv
    check same_rows stilts.csv 'id ra dec spiral edge-on round' header=yes
    stilts tpipe in=probs.tsv ifmt=ascii ofmt=csv out=- | grep -q '^587722981741363294,'
    need_module astropy
    block astropy
    "$PYTHON" block
    stilts tpipe in=joined.fits ofmt=csv out=stilts.csv
    check same_rows stilts.csv 'id ra dec spiral edge-on round' header=yes
}
