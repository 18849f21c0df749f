#!/usr/bin/env bats
# ssh-infer.sh, on two hosts: whatever dies, the joined file is that of one machine. Its status is 3, as some inputs are
# skipped.

load inputs

setup_file() {
    [ -n "$NO_SSH" ] || make_inputs
}

setup() {
    [ -z "$NO_SSH" ] || skip "$NO_SSH"
    to_inputs
    export PARALLEL_SSH="ssh -F $CLUSTER/ssh/config"
}

# Until a shard is held on either host; one that was tried in vain has left its file, too.
in_the_middle() {
    wait_for 120 eval '[ "$(ls "$out"/skipped.?.txt | wc -l)" -ge 2 ]' || { cat said "$out/joblog"; false; }
}

hosts_used() { awk 'NR > 1 { print $2 }' "$out/joblog" | sort -u | paste -sd ' '; }

@test "the joined file is that of one machine, from two hosts" {
    JOBS=2 run -3 ssh-infer.sh h1,h2 weights list "$out"
    same_as_one_machine "$out"
    [ "$(hosts_used)" = 'h1 h2' ]
    touch -d 2020-01-01 "$BATS_TEST_TMPDIR/before"
    find "$out" -name 'probs.*.tsv' -exec touch -r "$BATS_TEST_TMPDIR/before" {} +
    run -3 ssh-infer.sh h1,h2 weights list "$out"
    [ -z "$(find "$out" -name 'probs.*.tsv' -newer "$BATS_TEST_TMPDIR/before")" ]
    head -n 5 list > short
    run ssh-infer.sh h1,h2 weights short "$out"
    [ "$status" -eq 1 ]
    [[ $output == *'was begun with another list, other weights or options' ]]
}

@test "what a host that does not answer was given is done by the other one" {
    printf '%s\n' h1 nowhere.invalid > hosts
    run -3 ssh-infer.sh hosts weights list "$out"
    same_as_one_machine "$out"
    awk 'NR > 1 && $7 == 0 { print $2 }' "$out/joblog" | sort -u | grep -qx h1
}

@test "when a host dies in the middle, the other one does its shards" {
    touch "$CLUSTER/hold"
    ssh-infer.sh h1,h2 weights list "$out" > said 2>&1 3>&- &
    in_the_middle
    kill_tree "$(cat "$CLUSTER/ssh/h2.pid")"
    rm "$CLUSTER/hold"
    status=0
    wait $! || status=$?
    [ "$status" -eq 3 ]
    same_as_one_machine "$out"
    start_sshd h2
}

@test "when all is killed in the middle and started again, the file is the same" {
    touch "$CLUSTER/hold"
    ssh-infer.sh h1,h2 weights list "$out" > said 2>&1 3>&- &
    in_the_middle
    kill_tree $!
    wait $! || true
    rm "$CLUSTER/hold"
    [ ! -e "$out/probs.tsv" ]
    run -3 ssh-infer.sh h1,h2 weights list "$out"
    same_as_one_machine "$out"
}

@test "a shard that fails on every host is named, the others are done, and it is taken up again" {
    mv 3.tar away.tar
    head -c 30000 away.tar > 3.tar
    run ssh-infer.sh h1,h2 weights list "$out"
    mv away.tar 3.tar
    [ "$status" -eq 1 ]
    [[ $output == *'3.tar: after picture '*'not done yet: '?'; start the same command again' ]]
    [ "$(ls "$out"/probs.?.tsv | wc -l)" -eq 7 ]
    run -3 ssh-infer.sh h1,h2 weights list "$out"
    same_as_one_machine "$out"
}
