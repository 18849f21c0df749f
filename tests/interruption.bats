#!/usr/bin/env bats
# Programs and pipelines that are killed at any moment and started again end with the same bytes; a checkpoint is the
# old one or the new one, also where the disk fills. With GZ_FAULTS=all (make faults) there are fifty kills of each;
# GZ_SEED=N chooses other moments.

load helpers
load faults
load pipelines

EPOCHS_OF_VIEWS=8
KILLS=${EVERYTHING:+50}
KILLS=${KILLS:-6}

setup_file() {
    survey_done
    galaxy-zoo.sh survey/images survey/votes.csv whole > /dev/null 2>&1
    cp whole/train.npy whole/valid.npy .
    gz-augment -q -e $EPOCHS_OF_VIEWS --size 64 train.npy > views.npy
    local begun
    begun=$(date +%s%N)
    train -o weights views.npy
    echo $((($(date +%s%N) - begun) / 10000000 + 1)) > took # hundredths of a second
}

# (For the mean of all inputs it would read 1,024 records before the first step.)
TRAIN=(-q -j 1 --network 'conv2 pool dense4 dropout0.5' -b 16 --size 16 --normalise per-image -V "$FILES/valid.npy")
train() { gz-train "${TRAIN[@]}" "$@"; }

# moment N: moment is a time to sleep, up to N hundredths of a second and never none.
moment() {
    pick $(($1 * 10))
    printf -v moment %d.%03d $(((picked + 1) / 1000)) $(((picked + 1) % 1000))
}

# How many records a checkpoint has learned from.
learned() { head -c 4000 ck | grep -ao '"records":"[0-9]*"' | tr -dc 0-9; }

# start_training STREAM: in the background, from the checkpoint if there is one. What was resumed from is remembered.
start_training() {
    local resume=()
    if [ -e ck ]; then
        resume=(--resume ck)
        resumed[$(learned)]=1
    fi
    # A shell's background jobs ignore SIGINT.
    env --default-signal=INT gz-train "${TRAIN[@]}" "${resume[@]}" --checkpoint ck -o w "$1" 3>&- 2> messages &
    program=$!
}

# Kill it, or ask for a checkpoint before that or instead, and look at what it left.
stop_training() {
    pick 4
    case $picked in
    0) kill -INT $program ;;
    1) kill -TERM $program ;;
    2)
        kill -USR1 $program
        moment 2
        sleep "$moment"
        kill -KILL $program
        ;;
    3) kill -KILL $program ;;
    esac 2> /dev/null || true
    status=0
    wait $program || status=$?
    if [ $status -eq 0 ]; then
        finished=$((finished + 1))
    else
        [[ $status == 130 || $status == 137 || $status == 143 || $status == 138 ]]
        [ ! -s messages ]
    fi
    # Weights are whole, also where it was hit between their last byte and its end. Then the next one begins anew.
    if [ -e w ]; then
        cmp w "$FILES/weights"
        rm w ck
    fi
}

# Half of the kills come at any time, the others when a part of the stream was read: then there is a checkpoint of so
# many epochs, however fast the machine is, so that training is resumed from the whole of its course.
@test "gz-train, killed and resumed at random moments, gives the same weights" {
    seeded
    declare -A resumed
    finished=0
    epoch=$(($(stream ids "$FILES/train.npy" | wc -l)))
    size=$(stat -c %s "$FILES/views.npy")
    for ((i = 0; i < KILLS / 2; i++)); do
        epochs=$((1 + i * (EPOCHS_OF_VIEWS - 1) / (KILLS / 2)))
        pick 90
        fed=$((size * (epochs * 100 + 5 + picked) / EPOCHS_OF_VIEWS / 100))
        [ ! -e ck ] || [ "$(learned)" -lt $((epochs * epoch)) ] || rm ck
        rm -f in
        mkfifo in
        start_training in
        exec 9<> in
        timeout 60 head -c $fed "$FILES/views.npy" >&9
        await eval '[ -e ck ] && [ "$(learned)" -ge $((epochs * epoch)) ]'
        stop_training
        exec 9>&-
        [ -e ck ]
        [ $(($(learned) / epoch)) -eq $epochs ]

        start_training "$FILES/views.npy"
        moment "$(< "$FILES/took")"
        sleep "$moment"
        stop_training
    done
    start_training "$FILES/views.npy"
    wait $program
    cmp w "$FILES/weights"
    echo "# $KILLS kills, resumed from ${#resumed[@]} different checkpoints, $finished runs ended before the kill" >&3
    different=$((KILLS / 2))
    ((different < EPOCHS_OF_VIEWS)) || different=$((EPOCHS_OF_VIEWS - 1))
    [ "${#resumed[@]}" -ge $different ]
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

# The checkpoint ck, whatever happened while it was written, leads to the same weights. Each is tried once.
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
            run --separate-stderr env LD_PRELOAD="$INJECT" FAULT=$kind:$call:ENOSPC \
                gz-train "${TRAIN[@]}" --resume ck --checkpoint ck -o w "$FILES/views.npy"
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

@test "a disk that fills has old or new outputs and checkpoints, and nothing else is left" {
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
    seeded
    for ((i = 0; i < KILLS; i++)); do
        echo old > got/out
        moment 6
        timeout -s KILL "$moment" gz-prep -q -s 60 -c 64 -o got/out "$FILES/views.npy" || true
        cmp -s got/out want || [ "$(< got/out)" = old ]
    done
    gz-prep -q -s 60 -c 64 -o got/out "$FILES/views.npy"
    cmp got/out want
}

# Kill all processes of a pipeline again and again, as a power cut would, then let it come to its end.
killed_pipeline() { # most hundredths of a second, command ...
    local i most=$1
    shift
    seeded
    for ((i = 0; i < KILLS; i++)); do
        setsid "$@" > /dev/null 2>&1 3>&- &
        moment "$most"
        sleep "$moment"
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
