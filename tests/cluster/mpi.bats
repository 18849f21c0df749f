#!/usr/bin/env bats
# gz-train-mpi: ranks that train together write what one process would, under every launcher; whatever dies, the
# checkpoint leads to the same bytes.

load ../helpers
export PATH="$ROOT/pipelines:$PATH"
# shellcheck source=/dev/null
. "$ROOT/tests/cluster/daemons.bash"

# Four streams of 70 to 85 records an epoch, and the weights that one process makes of them.
setup_file() {
    cd "$FILES" || return
    shapes valid.npy 150 2 first=1000
    for i in 0 1 2 3; do
        shapes t$i.npy $((70 + 5 * i)) $((10 + i)) first=$((100 * i))
        gz-augment -q -e 4 t$i.npy > p$i.npy
    done
    # Rank r of n: its streams of the four, at the end of the command; $ODD is for all but rank 0, more options or one
    # other stream. Its process is told, to be killed.
    cat > rank << 'END_OF_RANK'
#!/bin/bash
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-${SLURM_PROCID:-0}}}
ranks=${OMPI_COMM_WORLD_SIZE:-${PMI_SIZE:-${SLURM_STEP_NUM_TASKS:-1}}}
mine=()
for ((i = 0; i < 4; i++)); do ((i * ranks / 4 == rank)) && mine+=("${STREAMS:-$FILES/p}$i.npy"); done
echo $$ > "pid.$rank"
[ "$rank" -eq 0 ] || odd=$ODD
[[ $odd != *.npy ]] || mine=("$odd") odd=
exec "$@" $odd "${mine[@]}"
END_OF_RANK
    chmod +x rank
    train -o one p{0,1,2,3}.npy
}
export FILES

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    [ -e "$GZ_BUILD/mpicc.openmpi/gz-train-mpi" ] || OPENMPI="no Open MPI here"
    [ -e "$GZ_BUILD/mpicc.mpich/gz-train-mpi" ] || MPICH="no MPICH here"
}

OPTIONS=(-q -j 1 --interleave --network 'conv4 pool dense8 dropout0.5' --shards 8 -V "$FILES/valid.npy")
train() { gz-train "${OPTIONS[@]}" "$@"; }

# ---- ways to start N ranks of a command ----

openmpi() { PATH=$GZ_BUILD/mpicc.openmpi:$PATH mpirun.openmpi --allow-run-as-root --oversubscribe -n "$@"; }
mpich() { PATH=$GZ_BUILD/mpicc.mpich:$PATH mpirun.mpich -n "$@"; }
srun_openmpi() { PATH=$GZ_BUILD/mpicc.openmpi:$PATH srun --mpi=pmix -N 1 --overcommit --kill-on-bad-exit -n "$@"; }
srun_mpich() { PATH=$GZ_BUILD/mpicc.mpich:$PATH srun --mpi=pmi2 --kill-on-bad-exit -n "$@"; }

# Those of the first two that are there.
launchers() {
    [ -n "$OPENMPI" ] || echo openmpi
    [ -n "$MPICH" ] || echo mpich
}
need_launchers() {
    [ -n "$(launchers)" ] || skip "no MPI here"
}

ranks() { # launcher, N, options of gz-train-mpi
    "$1" "$2" "$FILES/rank" gz-train-mpi "${OPTIONS[@]}" "${@:3}" 3>&-
}

same_bytes() { # launcher
    for n in 1 2 4; do
        ranks "$1" $n --checkpoint ck.$n --log log.$n -o w.$n
        cmp w.$n "$FILES/one"
        cut -f 1-8 log.$n | cmp - <(cut -f 1-8 log.1)
    done
    # From the end of one of them, with all ways to have ranks.
    for n in 2 4 1; do
        ranks "$1" $n --resume ck.2 -o again
        cmp again "$FILES/one"
    done
}

@test "Open MPI: 1, 2 and 4 ranks write the bytes that one process writes" {
    [ -z "$OPENMPI" ] || skip "$OPENMPI"
    same_bytes openmpi
}

@test "MPICH: 1, 2 and 4 ranks write the bytes that one process writes" {
    [ -z "$MPICH" ] || skip "$MPICH"
    same_bytes mpich
}

@test "Open MPI under srun: 1, 2 and 4 ranks write the bytes that one process writes" {
    [ -z "$NO_SLURM$OPENMPI" ] || skip "$NO_SLURM$OPENMPI"
    same_bytes srun_openmpi
}

@test "MPICH under srun, on two nodes: 1, 2 and 4 ranks write the bytes that one process writes" {
    [ -z "$NO_SLURM$MPICH" ] || skip "$NO_SLURM$MPICH"
    same_bytes srun_mpich
}

@test "ranks write these bytes for other streams, shards and records, floats, averages, no validation" {
    need_launchers
    sizes=(7 40 64 1)
    for i in 0 1 2 3; do shapes f$i.npy ${sizes[i]} $((3 + i)) pixel='<f4' side=18; done
    export STREAMS=$PWD/f
    while read -r options; do
        # shellcheck disable=SC2086
        gz-train -q -j 1 --interleave $options -o want f{0,1,2,3}.npy
        for l in $(launchers); do
            for n in 2 3; do
                # shellcheck disable=SC2086
                $l $n "$FILES/rank" gz-train-mpi -q -j 2 --interleave $options -o w 3>&-
                cmp w want
            done
        done
    done << 'END'
--network dense4 --shards 4 -b 5 --size 16
--network conv3 --shards 9 -b 30 --normalise per-image --ema 0.9 --soft-labels
END
}

@test "mpi-learn.sh gives each rank its own pipeline, and the same weights for any number of them" {
    need_launchers
    gz-simulate -q -n 150 survey
    gz-decode -q -g survey/images/*.jpg | gz-prep -q -o g.npy
    export PARTS=3 EPOCHS=2 AGREEMENT=0 NETWORK='conv4 pool pool pool dense8 dropout0.5' TRAIN=-q
    for l in $(launchers); do
        $l 1 mpi-learn.sh g.npy survey/votes.csv one-$l > said-1 2>&1 3>&-
        $l 3 mpi-learn.sh g.npy survey/votes.csv three-$l > said-3 2>&1 3>&-
        for f in weights.safetensors valid.npy train.{0,1,2}-3.npy; do cmp {one,three}-$l/$f; done
    done
    # No galaxy is in two streams, and all are that are not in fold 0.
    gz-label -q -v survey/votes.csv -a 0 --fold 1-9/10 g.npy > whole.npy
    py cluster dealt_out whole.npy three-$l/train.{0,1,2}-3.npy
    [ -z "$NO_SLURM" ] && [ -z "$MPICH" ] || return 0
    srun_mpich 3 "$ROOT/pipelines/mpi-learn.sh" g.npy survey/votes.csv slurm > said 2>&1 3>&-
    cmp slurm/weights.safetensors one-mpich/weights.safetensors
}

# Two ranks, of which the last stream is a FIFO that so far has $2 hundredths of it; $job is their launcher. Returns
# when the first epoch's checkpoint is there.
start() { # launcher, hundredths, options
    local l=$1 share=$2
    cp "$FILES"/p[012].npy .
    rm -f p3.npy ck pid.*
    mkfifo p3.npy
    STREAMS=$PWD/p ranks "$l" 2 --checkpoint ck -o w "${@:3}" > said 2>&1 &
    job=$!
    exec 9> p3.npy
    head -c $(($(stat -c %s "$FILES/p3.npy") * share / 100)) "$FILES/p3.npy" >&9
    wait_for 120 test -e ck
}

over() { # a status other than 0 is wanted; nobody is left
    local status=0
    exec 9>&-
    wait $job || status=$?
    [ "$status" -ne 0 ]
    for pid in $(cat pid.*); do wait_for 120 eval "! kill -0 $pid"; done
    [ ! -e w ]
}

@test "a rank that is killed ends the job, with a line that says so; the checkpoint leads to the same bytes" {
    need_launchers
    for l in $(launchers); do
        start $l 80
        kill -9 "$(cat pid.1)"
        over
        case $l in
        openmpi) grep -q 'process rank 1 .* exited on signal 9 (Killed)' said ;;
        mpich) grep -q "PID $(cat pid.1) RUNNING AT" said && grep -q 'EXIT CODE: 9' said ;;
        esac
        ranks $l 4 --resume ck -o w
        cmp w "$FILES/one"
        rm w
        train --resume ck -o w "$FILES"/p{0,1,2,3}.npy
        cmp w "$FILES/one"
        rm w
    done
}

@test "a rank that is killed under srun ends the job, too, and the checkpoint leads to the same bytes" {
    [ -z "$NO_SLURM$MPICH" ] || skip "$NO_SLURM$MPICH"
    start srun_mpich 80
    kill -9 "$(cat pid.1)"
    over
    grep -q 'error: n[12]: task 1: Killed' said
    ranks srun_mpich 4 --resume ck -o w
    cmp w "$FILES/one"
}

@test "a stream that is cut off on one rank ends the job: one line names rank and stream, and all is resumed" {
    need_launchers
    for l in $(launchers); do
        start $l 80
        over
        [ "$(grep -c ^gz-train-mpi: said)" -eq 1 ]
        grep -q "^gz-train-mpi: rank 1: $PWD/p3.npy: after record .*: incomplete" said
        ranks $l 1 --resume ck -o w
        cmp w "$FILES/one"
        rm w
    done
}

@test "a signal to one rank reaches all: a checkpoint at once, or an end after the same step" {
    need_launchers
    for l in $(launchers); do
        start $l 80
        rm ck
        kill -USR1 "$(cat pid.1)"
        wait_for 120 test -e ck
        kill -TERM "$(cat pid.1)"
        over
        run ! grep ^gz-train-mpi: said
        ranks $l 4 --resume ck -o w
        cmp w "$FILES/one"
        rm w
    done
}

@test "what differs between ranks, or is wrong on one, is refused with its rank" {
    need_launchers
    gz-augment -q -e 3 "$FILES/t3.npy" > short.npy
    shapes classes.npy 9 1 classes=bar,disc,ring
    refused() { # what is said, what only rank 1 has
        ODD=$2 run ranks "$l" 2 --checkpoint ck -o w
        [ "$status" -eq 1 ]
        [ "$(grep -c ^gz-train-mpi: <<< "$output")" -eq 1 ]
        [[ $output == *"gz-train-mpi: rank $1"* ]] || { echo "$output"; false; }
        [ ! -e w ]
    }
    l=$(launchers | tail -n 1)
    refused "1: seed is '1' on rank 0, not '2'" "--seed 2"
    refused "1: shards is '8' on rank 0, not '9'" "--shards 9"
    refused "1: network is 'conv4 pool dense8 dropout0.5' on rank 0, not 'dense4'" "--network dense4"
    refused "1: classes is 'bar,disc,cross' on rank 0, not 'bar,disc,ring'" classes.npy
    refused "1: missing.npy: No such file or directory" missing.npy
    refused "1: short.npy: ends, where view 4 begins in another stream" short.npy
    run ranks "$l" 2 -o none/w
    [ "$status" -eq 1 ]
    [ "$(grep -c ^gz-train-mpi: <<< "$output")" -eq 1 ]
    [[ $output == *'gz-train-mpi: rank 0: none/w: No such file or directory'* ]]
}
