#!/usr/bin/env bats
# slurm-infer.sh, on two nodes: whatever dies, the joined file is that of one machine.

load inputs

setup_file() {
    [ -n "$NO_SLURM" ] || make_inputs
}

setup() {
    [ -z "$NO_SLURM" ] || skip "$NO_SLURM"
    to_inputs
}

teardown() {
    rm -f "$CLUSTER/hold"
    [ -z "$NO_SLURM" ] || return 0
    scancel --user root
    wait_for 120 queue_is_empty
}

# What Slurm says of itself, where a test waits in vain.
show_slurm() {
    squeue
    sinfo -R
    tail -n 20 "$CLUSTER"/slurm*.log
}
queue_is_empty() { [ -z "$(squeue -h)" ]; }
running() { [ "$(squeue -h -t RUNNING -n gz-infer | wc -l)" -eq "$1" ]; }
is_running() { squeue -h -t RUNNING,COMPLETING -j "$1" 2> /dev/null | grep -q .; }
# Slurm drops a signal that comes before the task's first process, so it is sent until the task has gone.
is_killed() {
    if is_running "$1"; then
        scancel --signal KILL --full "$1"
        return 1
    fi
}

submit() {
    CPUS=1 MEMORY=100M TIME=5 TASKS=4 slurm-infer.sh weights list "$out" --no-requeue
}

finish() {
    rm -f "$CLUSTER/hold"
    wait_for 180 queue_is_empty || { show_slurm; false; }
}

@test "the joined file is that of one machine, and all that is skipped is named" {
    submit
    finish
    same_as_one_machine "$out"
    grep -qx "shard-infer: $out: 60 galaxies sorted, 3 inputs skipped" "$out/log.join.txt"
    grep -q '^gz-decode: missing.jpg: No such file' "$out/skipped.txt"
    grep -q '^gz-decode: 4.zip: damaged.jpg: ' "$out/skipped.txt"
}

@test "submitted again, it does nothing but join" {
    submit
    finish
    touch -d 2020-01-01 "$BATS_TEST_TMPDIR/before"
    find "$out" -name 'probs.*.tsv' -exec touch -r "$BATS_TEST_TMPDIR/before" {} +
    rm "$out/probs.tsv"
    run -0 submit
    [[ $output == 'slurm-infer: 0 shards submitted, '* ]]
    finish
    same_as_one_machine "$out"
    [ -z "$(find "$out" -name 'probs.*.tsv' -newer "$BATS_TEST_TMPDIR/before")" ]
}

@test "submitted again while the first job runs, it gives the same file" {
    touch "$CLUSTER/hold"
    submit
    wait_for 120 running 4
    submit
    finish
    same_as_one_machine "$out"
}

@test "a task killed in the middle: the join names its shard, and submitting again does that one" {
    touch "$CLUSTER/hold"
    submit
    wait_for 120 running 4
    job=$(squeue -h -n gz-infer -o %F | head -n 1)
    wait_for 120 is_killed "${job}_2"
    finish
    [ ! -e "$out/probs.tsv" ]
    [ ! -e "$out/probs.2.tsv" ]
    grep -qx "shard-infer: $out: not done yet: 2; start the same command again" "$out/log.join.txt"
    run -0 submit
    [[ $output == 'slurm-infer: 1 shards submitted as job '* ]]
    finish
    same_as_one_machine "$out"
}

@test "after a node was set down in the middle and resumed, submitting again gives the same file" {
    touch "$CLUSTER/hold"
    submit
    wait_for 120 running 4
    scontrol update nodename=n1 state=down reason=test
    finish
    [ ! -e "$out/probs.tsv" ]
    grep -q 'not done yet: ' "$out/log.join.txt"
    scontrol update nodename=n1 state=resume || wait_for 120 nodes_are_idle # it may have come back by itself
    submit
    finish
    same_as_one_machine "$out"
}

@test "when a node loses power, the other one does its requeued tasks" {
    touch "$CLUSTER/hold"
    CPUS=1 MEMORY=100M TIME=5 TASKS=4 slurm-infer.sh weights list "$out"
    wait_for 120 running 4
    kill_tree "$(cat "$CLUSTER/slurmd.n2.pid")"
    for pid in $(pgrep -f '^slurmstepd: '); do
        ! tr '\0' '\n' < "/proc/$pid/environ" | grep -q "^SLURM_CONF=$CLUSTER" ||
            ! pgrep -P "$pid" -f "$CLUSTER/spool.n2/" > /dev/null || kill_tree "$pid"
    done
    rm -f "$CLUSTER/hold"
    wait_for 120 eval '[[ $(sinfo -h -n n2 -o %T) == down* ]]'
    slurmd -N n2
    finish
    same_as_one_machine "$out"
}

@test "an archive that is cut off fails its shard alone, with its name; once replaced, the rest is done" {
    head -c 50000 2.tar > cut.tar
    sed 's/^2.tar/cut.tar/' list > cut.list
    CPUS=1 MEMORY=100M TIME=5 slurm-infer.sh weights cut.list "$out"
    finish
    [ ! -e "$out/probs.tsv" ]
    [ "$(ls "$out"/probs.?.tsv | wc -l)" -eq 7 ]
    grep -q '^gz-decode: cut.tar: after picture .*: damaged or cut off' "$out"/log.?.txt
    cp 2.tar cut.tar
    CPUS=1 MEMORY=100M TIME=5 slurm-infer.sh weights cut.list "$out"
    finish
    cmp "$out/probs.tsv" probs.tsv
}

@test "another list, other weights and a name twice are refused before anything is submitted" {
    submit
    finish
    head -n 5 list > short
    run slurm-infer.sh weights short "$out"
    [ "$status" -eq 1 ]
    [[ $output == *'was begun with another list, other weights or options' ]]
    INFER='' run slurm-infer.sh weights list "$out"
    [ "$status" -eq 1 ]
    cat short short > twice
    run slurm-infer.sh weights twice "$BATS_TEST_TMPDIR/other"
    [ "$status" -eq 1 ]
    [[ $output == *"is there twice" ]]
    queue_is_empty
    same_as_one_machine "$out"
}

@test "a join that finds a shard tampered with says which, and joins nothing" {
    submit
    finish
    rm "$out/probs.tsv"
    for damage in 'sed -i 3d probs.5.tsv' 'sed -i 2d tally.5.tsv' ': > skipped.3.txt' \
        'sed -i s/damaged/other/ tally.3.tsv'; do
        cp -R "$out" "$BATS_TEST_TMPDIR/copy"
        (cd "$BATS_TEST_TMPDIR/copy" && eval "$damage")
        run shard-infer.sh join "$BATS_TEST_TMPDIR/copy"
        [ "$status" -eq 1 ] && [[ $output == 'shard-infer: shard '[35]': '* ]] || { echo "$damage: $output"; false; }
        [ ! -e "$BATS_TEST_TMPDIR/copy/probs.tsv" ]
        rm -r "$BATS_TEST_TMPDIR/copy"
    done
}
