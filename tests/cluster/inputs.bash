# What the tests on clusters sort: a list of files and archives, some of them bad, and what one machine makes of it.

load ../helpers
export PATH="$CLUSTER/slow:$GZ_BIN:$ROOT/pipelines:$PATH" SHARDS=8
# shellcheck source=/dev/null
. "$ROOT/tests/cluster/daemons.bash"

make_inputs() {
    mkdir "$CLUSTER/inputs" 2> /dev/null || return 0
    cd "$CLUSTER/inputs" || return
    gz-simulate -q -n 60 survey
    ls survey/images/*.jpg > files
    gz-decode -q --files-from files | gz-prep -q |
        gz-label -q -v survey/votes.csv -a 0 --min-asked 0 |
        gz-train -q -e 1 --network 'conv4 pool pool pool dense8' -o weights > /dev/null
    head -c 3000 survey/images/900001.jpg > damaged.jpg
    for n in 1 2 3; do sed -n "$((n * 10 + 1)),$((n * 10 + 10))p" files | tar -cf $n.tar -T -; done
    (echo damaged.jpg; sed -n 41,45p files) | zip -q 4.zip -@
    (head -n 10 files; printf '%s\n' damaged.jpg 1.tar 2.tar missing.jpg 3.tar 4.zip; sed -n '46,$p' files) > list
    gz-decode -q --gray --files-from list 2> skipped.txt |
        gz-prep -q | gz-infer -q --views 8 --weights weights -o probs.tsv
    # By another reader of archives: 30 members of tars, 6 of the zip; 25 + 2 files.
    [ "$(for a in ./*.tar 4.zip; do bsdtar -tf "$a"; done | wc -l)" -eq 36 ]
    [ "$(sed 1d probs.tsv | wc -l)" -eq 60 ]
    [ "$(wc -l < skipped.txt)" -eq 3 ]
    make_slow_decode
}

# A gz-decode, which every task calls first, that waits for as long as there is a file "hold", ten minutes at most: so
# that a task is in its middle when something happens.
make_slow_decode() {
    mkdir "$CLUSTER/slow"
    cat > "$CLUSTER/slow/gz-decode" << END
#!/bin/bash
for _ in {1..6000}; do
    [ -e "$CLUSTER/hold" ] || break
    sleep 0.1
done
exec "$GZ_BIN/gz-decode" "\$@"
END
    chmod +x "$CLUSTER/slow/gz-decode"
}

# For setup: go to the inputs, where nothing is held; out is a folder for what a test makes of them.
to_inputs() {
    cd "$CLUSTER/inputs" || return
    rm -f "$CLUSTER/hold"
    # shellcheck disable=SC2034 # for the tests
    out=$BATS_TEST_TMPDIR/out
}

# OUT holds what one machine makes of the list, and nothing half-made.
same_as_one_machine() { # OUT
    cmp "$1/probs.tsv" "$CLUSTER/inputs/probs.tsv"
    cmp "$1/skipped.txt" "$CLUSTER/inputs/skipped.txt"
    [ -z "$(find "$1" -name '*.part')" ]
    [ "$(cat "$1"/shards/? | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 1 ]
    cat "$1"/shards/? | cmp - "$CLUSTER/inputs/list"
}
