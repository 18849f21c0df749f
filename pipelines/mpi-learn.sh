#!/usr/bin/env bash
# Learn as learn.sh does, by the ranks of an MPI job: started once for each rank, by
#
#     mpirun -n 4 pipelines/mpi-learn.sh galaxies.npy votes.csv OUT                                   # Open MPI or MPICH
#     srun -n 4 --mpi=pmix --kill-on-bad-exit pipelines/mpi-learn.sh galaxies.npy votes.csv OUT       # Slurm
#
# and by whatever else sets the variables below. A tenth of the galaxies on which the volunteers agree is held out, as in
# learn.sh. The others are dealt out to PARTS streams, by a hash of the id; each is augmented by itself, and a step takes
# its share from each. Who makes which stream changes nothing: the same PARTS and SHARDS give the same bytes of weights from
# any number of ranks up to PARTS. Training writes a checkpoint after each epoch; when the same command is started again,
# with any number of ranks and the same PARTS, it goes on from there.
#
# All ranks must see GALAXIES and VOTES; each writes its part of the labelled galaxies to OUT, and rank 0 all else.
#
# PARTS=(as many as ranks), JOBS=1 (threads of a rank; Open MPI then needs --bind-to none, or it keeps all of a rank on one
# core), SHARDS=(PARTS times JOBS, 4 at least: no more threads than that work at once, over all ranks), EPOCHS=30, SEED=1,
# AGREEMENT=0.9, SIZE=64, NETWORK=, AUGMENT= and TRAIN= as in learn.sh.
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

label() { # fold, file
    [ -e "$2" ] || gz-label --votes "$votes" --agreement "${AGREEMENT:-0.9}" --fold "$1" --output "$2" "$galaxies"
}
((rank)) || label 0/10 "$out/valid.npy"

# Part p is a run of folds, of ten times PARTS, but for the first of them: together those are fold 0/10. Each of this rank's
# parts comes through a pipe of its own.
streams=()
for ((p = 0; p < parts; p++)); do
    ((p * ranks / parts == rank)) || continue
    label "$((10 * p + 1))-$((10 * p + 9))/$((10 * parts))" "$out/train.$p-$parts.npy"
    # shellcheck disable=SC2086 # AUGMENT are words
    exec {pipe}< <(exec gz-augment --quiet --jobs "$jobs" --epochs "${EPOCHS:-30}" --seed "${SEED:-1}" --size "${SIZE:-64}" \
        ${AUGMENT:-} "$out/train.$p-$parts.npy")
    streams+=("/dev/fd/$pipe")
done

more=()
[ -n "${NETWORK:-}" ] && more+=(--network "$NETWORK")
[ -e "$out/checkpoint" ] && more+=(--resume "$out/checkpoint")

# exec: who starts the ranks sees how this one ends, and its signals come here.
# shellcheck disable=SC2086 # TRAIN are words
exec gz-train-mpi --interleave --jobs "$jobs" --shards "$shards" --seed "${SEED:-1}" --validate "$out/valid.npy" \
    --log "$out/history.tsv" --checkpoint "$out/checkpoint" "${more[@]}" ${TRAIN:-} --output "$out/weights.safetensors" \
    "${streams[@]}"
