#!/usr/bin/env bats
# Programs and pipelines that are killed at any moment, started again, end with the same bytes; a checkpoint is the old
# one or the new one, also where the disk fills. With GZ_FAULTS=all (make faults) fifty kills of each.

load helpers
load faults
load pipelines

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > /dev/null 2>&1
    cp whole/train.npy whole/valid.npy .
    gz-augment -q -e 8 --size 64 train.npy > views.npy
    local begun
    begun=$(date +%s%N)
    train -o weights views.npy
    echo $((($(date +%s%N) - begun) / 10000000 + 1)) > took # hundredths of a second
}

FILES=$BATS_FILE_TMPDIR
KILLS=${EVERYTHING:+50}
KILLS=${KILLS:-6}

# (For the mean of all inputs it would read 1,024 records before the first step.)
TRAIN=(-q -j 1 --network 'conv2 pool dense4 dropout0.5' -b 16 --size 16 --normalise per-image -V "$BATS_FILE_TMPDIR/valid.npy")
train() { gz-train "${TRAIN[@]}" "$@"; }

# A time to sleep, up to $1 hundredths of a second.
moment() { printf '%d.%03d' $((RANDOM % ($1 * 10) / 1000)) $((RANDOM % ($1 * 10) % 1000)); }

# Which checkpoint it is: how many records it has learned from.
learned() { head -c 4000 ck | grep -ao '"records":"[0-9]*"' | tr -dc 0-9; }

# Start training from the checkpoint where there is one, in the background.
start_training() {
    local resume=()
    [ ! -e ck ] || resume=(--resume ck)
    env --default-signal=INT gz-train "${TRAIN[@]}" "${resume[@]}" --checkpoint ck -o w "$FILES/views.npy" 3>&- 2> messages &
    program=$!
}

@test "gz-train, killed and resumed at random moments: the same weights" {
    declare -A seen
    kills=0
    whole=0
    took=$(< "$FILES/took")
    while ((kills < KILLS)); do
        start_training
        sleep "$(moment "$took")"
        # Besides SIGKILL: what asks for a checkpoint, before it or in its place.
        case $((RANDOM % 4)) in
        0) kill -INT $program ;;
        1) kill -TERM $program ;;
        2) kill -USR1 $program && sleep "$(moment 2)"; kill -KILL $program ;;
        3) kill -KILL $program ;;
        esac 2> /dev/null || true
        status=0
        wait $program || status=$?
        if [ $status -eq 0 ]; then
            cmp w "$FILES/weights"
            rm w ck
            whole=$((whole + 1))
        else
            [[ $status == 130 || $status == 137 || $status == 143 || $status == 138 ]]
            [ ! -s messages ]
            kills=$((kills + 1))
            [ ! -e ck ] || seen[$(learned)]=1
            # Hit between the weights' last byte and the program's end: they are whole, and it has to begin anew.
            if [ -e w ]; then
                cmp w "$FILES/weights"
                rm w ck
            fi
        fi
    done
    echo "# $kills kills, ${#seen[@]} different checkpoints, $whole runs to the end between them" >&3
    start_training
    wait $program
    cmp w "$FILES/weights"
    # Hit after a file got its hidden name and before the real one: it stays, and it is whole.
    for file in .[!.]*; do
        case $file in
        '.[!.]*') ;;
        .w.*) cmp "$file" "$FILES/weights" ;;
        .ck.*)
            train --resume "$file" -o again "$FILES/views.npy"
            cmp again "$FILES/weights"
            ;;
        *) false ;;
        esac
    done
}

teardown() {
    ! mountpoint -q disk || umount disk
}

# The checkpoint ck, whatever happened while it was written, leads to the same weights. The same one again is the same.
resumable() {
    [[ $known != *$(sha256sum < ck)* ]] || return 0
    train --resume ck -o resumed "$FILES/views.npy" && cmp resumed "$FILES/weights" || return
    known+=$(sha256sum < ck)
}

@test "a checkpoint is old or new where a write, sync, link, rename or close fails" {
    need_inject
    size=$(stat -c %s "$FILES/views.npy")
    run -1 train --checkpoint old -o w <(head -c $((size / 3)) "$FILES/views.npy")
    for kind in write fsync link rename close; do
        cp old ck
        LD_PRELOAD=$INJECT FAULT=$kind:0 FAULT_COUNT=count train --resume ck --checkpoint ck -o w "$FILES/views.npy"
        n=$(< count)
        rm w
        # Each checkpoint makes the same calls: a few of them will do.
        for ((call = 1; call <= n; call += ${EVERYTHING:-3})); do
            cp old ck
            run --separate-stderr env LD_PRELOAD="$INJECT" FAULT=$kind:$call:ENOSPC gz-train "${TRAIN[@]}" --resume ck --checkpoint ck -o w "$FILES/views.npy"
            if [ "$status" -ne 0 ]; then
                [ "$status" -eq 1 ]
                one_line 'gz-train: *No space left on device'
                [ ! -e w ]
            fi
            resumable || { echo "$kind $call"; false; }
            rm -f w
        done
    done
}

@test "a disk that fills: outputs and checkpoints are old or new, and nothing else is left" {
    mkdir disk
    mount -t tmpfs -o size=32k tmpfs disk 2> /dev/null || skip "can't mount here"
    echo old > disk/out
    run -1 --separate-stderr gz-prep -o disk/out "$FILES/train.npy"
    one_line 'gz-prep: disk/out: write error: No space left on device'
    [ "$(ls -A disk)" = out ]
    [ "$(< disk/out)" = old ]
    rm disk/out
    run -1 --separate-stderr bash -c "gz-prep '$FILES/train.npy' > disk/out"
    one_line 'gz-prep: standard output: write error: No space left on device'
    rm disk/out
    # One checkpoint fits, the next one beside it doesn't.
    train -e 1 --checkpoint ck -o w "$FILES/views.npy"
    mount -o remount,size=$(($(stat -c %s ck) * 3 / 2)) disk
    run -1 --separate-stderr train --checkpoint disk/ck -o w2 "$FILES/views.npy"
    one_line 'gz-train: disk/ck: write error: No space left on device'
    [ "$(ls -A disk)" = ck ]
    [ ! -e w2 ]
    cp disk/ck ck
    resumable
}

@test "kill -9 of a program with -o leaves the old file or the new one" {
    gz-prep -q -s 60 -c 64 "$FILES/views.npy" > want
    mkdir got
    for ((i = 0; i < KILLS; i++)); do
        echo old > got/out
        timeout -s KILL "$(moment 6)" gz-prep -q -s 60 -c 64 -o got/out "$FILES/views.npy" || true
        cmp -s got/out want || [ "$(< got/out)" = old ]
    done
    gz-prep -q -s 60 -c 64 -o got/out "$FILES/views.npy"
    cmp got/out want
}

# Kill all processes of a pipeline again and again, as a power cut would, then let it come to its end.
killed_pipeline() { # most hundredths of a second, command ...
    local i most=$1
    shift
    for ((i = 0; i < KILLS; i++)); do
        setsid "$@" > /dev/null 2>&1 3>&- &
        sleep "$(moment "$most")"
        kill -KILL -- -$! 2> /dev/null || true
        wait $! || true
    done
    "$@" > /dev/null 2>&1
    rm -f out/*.part
}

@test "galaxy-zoo.sh, killed again and again, ends with the same files" {
    killed_pipeline 150 galaxy-zoo.sh "$FILES/survey/images" "$FILES/survey/votes.csv" out
    same_results "$FILES/whole" out
}

@test "learn.sh, killed again and again, ends with the same files" {
    killed_pipeline 60 learn.sh "$FILES/whole/galaxies.npy" "$FILES/survey/votes.csv" out
    for file in train.npy valid.npy weights.safetensors; do cmp "out/$file" "$FILES/whole/$file"; done
    cmp <(cut -f 1-8 out/history.tsv) <(cut -f 1-8 "$FILES/whole/history.tsv")
    [ "$(ls out)" = "$(printf '%s\n' history.tsv train.npy valid.npy weights.safetensors)" ]
}
