#!/usr/bin/env bats
# Every program under every fault: memory that runs out, disks that fill, reads that fail or come in pieces, files that
# can't be opened. Each call of a kind fails in turn; what must hold then is sound() of faults.bash. With GZ_FAULTS=all
# (make faults) that call and all later ones fail, too, with more threads, and more seeds are tried.

load helpers
load faults

setup_file() {
    (small_inputs "$IN")
}

# For each number of threads that is to be tried.
every_jobs() {
    local jobs
    for jobs in 1 ${EVERYTHING:+2}; do
        "$@" < <(commands "$IN" $jobs)
    done
}

@test "the n-th allocation fails: gz-decode" { need_inject; every_jobs each_call alloc 'gz-decode*'; }
@test "the n-th allocation fails: gz-prep, gz-label, gz-augment" {
    need_inject
    every_jobs each_call alloc 'gz-[pla][^i]*'
}
@test "the n-th allocation fails: gz-train" { need_inject; every_jobs each_call alloc 'gz-train*'; }
@test "the n-th allocation fails: gz-infer, gz-export" {
    need_inject
    every_jobs each_call alloc 'gz-infer*'
    every_jobs each_call alloc 'gz-export*'
}
@test "the n-th allocation fails: gz, gz-score, gz-triangle, gz-montage, gz-simulate" {
    need_inject
    every_jobs each_call alloc 'gz *'
    every_jobs each_call alloc 'gz-[sm]*'
    every_jobs each_call alloc 'gz-triangle*'
}

@test "the n-th allocation fails: an output that is a symbolic link stays one" {
    need_inject
    local command="gz-score -o link $IN/probs.tsv" n i
    touch file
    ln -s file link
    LD_PRELOAD=$INJECT FAULT=alloc:0 FAULT_COUNT=count $command
    n=$(< count)
    [ "$n" -gt 10 ]
    for ((i = 1; i <= n; i++)); do
        LD_PRELOAD=$INJECT FAULT=alloc:$i $command 2> err || [ "$(wc -l < err)" -eq 1 ]
        [ -L link ] || { echo "alloc:$i"; false; }
    done
}

@test "the n-th write, sync, rename, link or close of a file fails" {
    need_inject
    every_jobs each_call write '*' ENOSPC
    every_jobs each_call fsync '*'
    every_jobs each_call rename '*' EACCES
    every_jobs each_call link '*' ENOSPC
    every_jobs each_call close '*'
}

@test "the n-th write or close of standard output fails" {
    need_inject
    each_call write '*' < <(commands_to_stdout "$IN" 2)
    each_call close '*' ENOSPC < <(commands_to_stdout "$IN" 2)
}

@test "the n-th open or read fails" {
    need_inject
    every_jobs each_call open '*' EMFILE
    every_jobs each_call read '*'
}

@test "a file that can't be read is named as such, and the others go on" {
    need_inject
    cp "$IN"/90000[123].jpg .
    gz-decode -q 900001.jpg 900003.jpg > others.npy
    for fault in read:1 read:2 open:1; do
        run -3 --separate-stderr env LD_PRELOAD="$INJECT" FAULT=$fault FAULT_PATH=900002.jpg \
            gz-decode -j 2 -o out 90000[123].jpg
        one_line 'gz-decode: 900002.jpg: *Input/output error'
        cmp out others.npy
    done
    # Streams, tables and weights are read as a whole, or the program fails.
    for file in gray.npy votes.csv weights probs.tsv; do
        while IFS= read -r command; do
            [[ $command == *$file* ]] || continue
            # Where it has all galaxies of the table, it reads no further.
            [[ $file != gray.npy || $command != *--captions* ]] || continue
            undisturbed "$command"
            attack "LD_PRELOAD=$INJECT FAULT=read:2 FAULT_PATH=/$file" "$command" < /dev/null
            [[ $(< got.err) == *"$file: "*"read error: Input/output error" ]]
        done < <(commands "$IN" 1)
    done
}

@test "reads and writes in pieces, and interrupted ones, change no byte" {
    need_inject
    seeds=${EVERYTHING:+25}
    for kind in short eintr; do
        while IFS= read -r command; do
            undisturbed "$command"
            for ((seed = 1; seed <= ${seeds:-2}; seed++)); do
                attack "LD_PRELOAD=$INJECT FAULT=$kind:$seed" "$command" < /dev/null
                diff -r want got
            done
        done < <(commands "$IN" 2; commands_to_stdout "$IN" 2)
    done
}

@test "standard output is closed or full: one line, exit 1" {
    while IFS= read -r command; do
        for where in '> /dev/full' '>&-'; do
            run -1 --separate-stderr bash -c "${command%> out}$where"
            one_line "${command%% *}: *standard output: *"
        done
    done < <(commands_to_stdout "$IN" 2)
}

@test "the reader of a pipe dies: SIGPIPE, or where that is ignored exit 1 without a message" {
    # A reader that is gone before the first byte comes: descriptor 9, which lets the pipe be opened.
    while IFS= read -r command; do
        for ignore in '' "trap '' PIPE;"; do
            mkfifo pipe
            pipe_status=0
            bash -c "$ignore exec 9<> pipe > pipe 9>&-; ${command%> out}" 2> err || pipe_status=$?
            [ $pipe_status -eq $((${#ignore} ? 1 : 141)) ] || { echo "$ignore $command: $pipe_status"; false; }
            [ ! -s err ]
            rm pipe
        done
    done < <(commands_to_stdout "$IN" 2)
}

@test "file size, open files or address space are limited" {
    need_command prlimit
    need_unsanitized
    limits="--fsize=0 --fsize=100 --nofile=3 --nofile=4 --nofile=5 --nofile=6 --nofile=7"
    for ((mb = 3; mb < 400; mb = mb * ${EVERYTHING:+1}4 / 3 + 1)); do limits+=" --as=$((mb * 1000000))"; done
    while IFS= read -r command; do
        undisturbed "$command"
        succeeded=0
        for limit in $limits; do
            # Below what the dynamic loader needs, the program does not begin.
            prlimit "$limit" "${command%% *}" --version > /dev/null 2>&1 || continue
            # Through a pipe, since the limit of file size is one of messages, too.
            put_old "$command"
            status=0
            { (cd got && eval "exec prlimit $limit $command") 2>&1 > /dev/null || echo $? > status; } | cat > got.err
            [ ! -e status ] || status=$(< status)
            rm -f status
            sound "$status" "$command" || { echo "$limit $command: exit $status: $(< got.err)"; false; }
            succeeded=$((succeeded + (status == 0)))
        done
        ((succeeded > 0))
    done < <(commands "$IN" 2)
}
