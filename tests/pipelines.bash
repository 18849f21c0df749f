# What the tests of whole pipelines share: a small simulated survey, and when two results are the same.

# For setup_file: make the folder survey in FILES, or skip all tests of the file. The network is small, and epochs are
# few: what is tested is how the parts fit.
survey_done() {
    export PATH="$ROOT/pipelines:$PATH" EPOCHS=4 NETWORK='conv8 pool conv8 pool dense16'
    need_command parallel
    need_command gnuplot
    cd "$FILES" || return
    gz-simulate -q -n 150 survey
}

# same_results FOLDER OTHER: but for times, which the history has and its graph.
same_results() {
    local file
    for file in "$1"/*; do
        case ${file##*/} in
        history.tsv) cmp <(cut -f 1-8 "$file") <(cut -f 1-8 "$2/history.tsv") ;;
        accuracy.png) [ -s "$2/accuracy.png" ] ;;
        *) diff -r "$file" "$2/${file##*/}" ;;
        esac || return
    done
    [ "$(ls "$1")" = "$(ls "$2")" ]
}
