# What the tests of whole pipelines share: a small simulated survey, and when two results are the same.

# Make the folder survey in the folder of the file's tests, or skip them all. A small network, and few epochs: what is
# tested is how the parts fit.
survey_done() {
    export PATH="${GZ_BIN:-$BATS_TEST_DIRNAME/../bin}:$BATS_TEST_DIRNAME/../pipelines:$PATH"
    export EPOCHS=4 NETWORK='conv8 pool conv8 pool dense16' OPENBLAS_NUM_THREADS=1
    command -v parallel > /dev/null && command -v gnuplot > /dev/null || skip 'no parallel or gnuplot here'
    cd "$BATS_FILE_TMPDIR" || return
    gz-simulate -q -n 150 survey
}

# The figures of time in the history are those of the run.
same_results() {
    local file
    for file in "$1"/*; do
        case ${file##*/} in
        history.tsv) cmp <(cut -f 1-8 "$file") <(cut -f 1-8 "$2/history.tsv") ;;
        accuracy.png) [ -s "$2/accuracy.png" ] ;;
        *) cmp "$file" "$2/${file##*/}" ;;
        esac || return
    done
    [ "$(ls "$1")" = "$(ls "$2")" ]
}
