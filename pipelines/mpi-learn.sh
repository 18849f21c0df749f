#!/usr/bin/env bash
# Learn as learn.sh does, but by the ranks (processes) of an MPI job. The script is started once for each rank, by
#
#     mpirun -n 4 pipelines/mpi-learn.sh galaxies.npy votes.csv OUT    # Open MPI or MPICH
#     srun -n 4 --mpi=pmix --kill-on-bad-exit pipelines/mpi-learn.sh galaxies.npy votes.csv OUT    # Slurm
#
# or by another launcher that sets the variables below. A tenth of the galaxies on which the volunteers agree is held
# out, as in learn.sh. A hash of the id divides the others into PARTS streams. Each stream is augmented by itself,
# and each step takes its share from every stream. Which rank makes which stream changes nothing: the same PARTS and
# SHARDS give the same bytes of weights with any number of ranks up to PARTS. A checkpoint is written after each
# epoch. When the same command is started again, with any number of ranks and the same PARTS, training goes on from
# there.
#
# All ranks must see GALAXIES and VOTES. Each rank writes its part of the labelled galaxies to OUT; rank 0 writes all
# other files.
#
# --jobs is the number of threads of a rank (Open MPI then needs --bind-to none, or it keeps all threads of a rank on one
# core), and --shards the number of parts of a batch, over all ranks: by default parts times jobs, but at least 4.
# OUT/recipe says what the results in OUT are made from; another recipe needs another OUT.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"
# shellcheck source=galaxies.bash
. "$here/galaxies.bash"

about[JOBS]='N threads of a rank'
about[SHARDS]='N parts of a batch, over all ranks: as many threads work, and the weights depend on it'
options 'GALAXIES.npy VOTES.csv OUT' "Learn from the volunteers' votes by the ranks of an MPI job, of which each starts this script." \
    EPOCHS=$epochs SEED=1 AGREEMENT=0.9 SIZE=64 NETWORK= PARTS= JOBS=1 SHARDS= LABEL= OTHER=other AUGMENT= TRAIN= -- "$@"
galaxies=${operands[0]} votes=${operands[1]} out=${operands[2]}
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-${SLURM_PROCID:-0}}}
ranks=${OMPI_COMM_WORLD_SIZE:-${PMI_SIZE:-${SLURM_STEP_NUM_TASKS:-1}}}
parts=${PARTS:-$ranks} jobs=$JOBS
shards=${SHARDS:-$((parts * jobs > 4 ? parts * jobs : 4))}
((parts >= ranks)) || wrong_usage "$ranks ranks need as many parts: --parts $parts is too few"
check_files "$galaxies" "$votes"
# Each rank decides by itself, and all alike, as learn.sh does.
HOLD_OUT=10 choose_other "$galaxies" "$votes"
mkdir -p "$out"
SHARDS=$shards PARTS=$parts
hold_recipe "$out" "$(
    for setting in PARTS SHARDS EPOCHS SEED AGREEMENT SIZE NETWORK AUGMENT TRAIN; do echo "$setting=${!setting}"; done
    for setting in LABEL OTHER; do [ -z "${!setting}" ] || echo "$setting=${!setting}"; done
    # shellcheck disable=SC2086 # words
    mapfile -t inputs < <(named_files $LABEL $TRAIN)
    for file in "$galaxies" "$votes" "${inputs[@]}"; do echo "${file##*/} $(checksum "$file")"; done
)"
[ ! -e "$out/weights.safetensors" ] || exit 0

label() { # fold, file: makes the file unless it is there
    [ -e "$2" ] || label_stream "$votes" --agreement "$AGREEMENT" --fold "$1" --output "$2" "$galaxies" || [ $? -eq 3 ]
}
((rank)) || say_other
((rank)) || label 0/10 "$out/valid.npy"

# Of ten times PARTS folds, part p is number 10 p + 1 to 10 p + 9. The folds 10 p are together fold 0/10, which is
# held out. Each of this rank's parts comes through a pipe of its own.
streams=()
for ((p = 0; p < parts; p++)); do
    ((p * ranks / parts == rank)) || continue
    train=$out/train.$p-$parts.npy
    label "$((10 * p + 1))-$((10 * p + 9))/$((10 * parts))" "$train"
    # shellcheck disable=SC2086 # AUGMENT are words
    exec {pipe}< <(exec gz-augment --quiet --jobs "$jobs" --epochs "$EPOCHS" --seed "$SEED" --size "$SIZE" \
        $AUGMENT "$train")
    streams+=("/dev/fd/$pipe")
done

reading=$(label_reading "$votes" "$train")
more=(--labels-from "${votes##*/}, $reading")
[ -z "$NETWORK" ] || more+=(--network "$NETWORK")
[ ! -e "$out/checkpoint" ] || more+=(--resume "$out/checkpoint")

# exec, so that the launcher sees the exit status of gz-train-mpi, and its signals reach it.
rm -rf "$work"
# shellcheck disable=SC2086 # TRAIN are words
exec gz-train-mpi --interleave --jobs "$jobs" --shards "$shards" --seed "$SEED" --validate "$out/valid.npy" \
    --log "$out/history.tsv" --checkpoint "$out/checkpoint" "${more[@]}" $TRAIN --output "$out/weights.safetensors" \
    "${streams[@]}"
