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
# PARTS=(number of ranks), JOBS=1 (threads of a rank; Open MPI then needs --bind-to none, or all threads of a rank
# run on one core), SHARDS=(PARTS times JOBS, at least 4; no more threads than this, over all ranks, have work),
# EPOCHS=30, SEED=1, AGREEMENT=0.9, SIZE=64, NETWORK=, AUGMENT= and TRAIN= as in learn.sh.
set -euo pipefail

galaxies=${1:?usage: mpi-learn.sh GALAXIES.npy VOTES.csv OUT}
votes=${2:?usage: mpi-learn.sh GALAXIES.npy VOTES.csv OUT}
out=${3:?usage: mpi-learn.sh GALAXIES.npy VOTES.csv OUT}
rank=${OMPI_COMM_WORLD_RANK:-${PMI_RANK:-${SLURM_PROCID:-0}}}
ranks=${OMPI_COMM_WORLD_SIZE:-${PMI_SIZE:-${SLURM_STEP_NUM_TASKS:-1}}}
parts=${PARTS:-$ranks}
jobs=${JOBS:-1}
shards=${SHARDS:-$((parts * jobs > 4 ? parts * jobs : 4))}
((parts >= ranks)) || {
    echo "mpi-learn: $ranks ranks need as many parts: PARTS=$parts is too few" >&2
    exit 2
}
mkdir -p "$out"
[ ! -e "$out/weights.safetensors" ] || exit 0

label() { # fold, file: makes the file unless it is there
    [ -e "$2" ] || gz-label --votes "$votes" --agreement "${AGREEMENT:-0.9}" --fold "$1" --output "$2" "$galaxies"
}
((rank)) || label 0/10 "$out/valid.npy"

# Of ten times PARTS folds, part p is number 10 p + 1 to 10 p + 9. The folds 10 p are together fold 0/10, which is
# held out. Each of this rank's parts comes through a pipe of its own.
streams=()
for ((p = 0; p < parts; p++)); do
    ((p * ranks / parts == rank)) || continue
    label "$((10 * p + 1))-$((10 * p + 9))/$((10 * parts))" "$out/train.$p-$parts.npy"
    # shellcheck disable=SC2086 # AUGMENT may have several words
    exec {pipe}< <(exec gz-augment --quiet --jobs "$jobs" --epochs "${EPOCHS:-30}" --seed "${SEED:-1}" --size "${SIZE:-64}" \
        ${AUGMENT:-} "$out/train.$p-$parts.npy")
    streams+=("/dev/fd/$pipe")
done

more=()
[ -n "${NETWORK:-}" ] && more+=(--network "$NETWORK")
[ -e "$out/checkpoint" ] && more+=(--resume "$out/checkpoint")

# exec, so that the launcher sees the exit status of gz-train-mpi, and its signals reach it.
# shellcheck disable=SC2086 # TRAIN may have several words
exec gz-train-mpi --interleave --jobs "$jobs" --shards "$shards" --seed "${SEED:-1}" --validate "$out/valid.npy" \
    --log "$out/history.tsv" --checkpoint "$out/checkpoint" "${more[@]}" ${TRAIN:-} --output "$out/weights.safetensors" \
    "${streams[@]}"
