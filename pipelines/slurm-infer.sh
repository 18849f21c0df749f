#!/usr/bin/env bash
# Sort a long list of pictures on a cluster with Slurm: an array of jobs, one for each shard, and a job that joins
# their results.
#
#     pipelines/slurm-infer.sh WEIGHTS LIST OUT [option of sbatch ...]
#
# LIST names a JPEG, or an archive of JPEGs (tar or zip), on each line. In the end there is OUT/probs.tsv, the same
# as from one machine. If shards failed, OUT/log.join.txt says which; then start the same command again: it does the
# missing ones. shard-infer.sh describes the files of each shard in OUT.
#
# All nodes must see the programs, WEIGHTS, the files of LIST, and OUT under the same names. A cluster has its own
# rules: give its partition, account and so on after OUT, and set
#
# CPUS=4 (of a task), MEMORY=2G (of a task), TIME=04:00:00 (for a task), TASKS=50 (at once), and SHARDS, DECODE, PREP
# and INFER as in shard-infer.sh. A processor sorts about 210 galaxies a second with eight views, 400 with one
# (gz-pipelines(7)).
set -euo pipefail

usage='usage: slurm-infer.sh WEIGHTS LIST OUT [option of sbatch ...]'
weights=${1:?$usage}
list=${2:?$usage}
out=$(realpath -m "${3:?$usage}")
shift 3
shard=$(dirname "$(readlink -f "$0")")/shard-infer.sh

todo=$("$shard" plan "$weights" "$list" "$out")
after=()
if [ -n "$todo" ]; then
    array=$(sbatch --parsable --job-name gz-infer --output "$out/log.%a.txt" --array "$(paste -sd , <<< "$todo")%${TASKS:-50}" \
        --cpus-per-task "${CPUS:-4}" --mem "${MEMORY:-2G}" --time "${TIME:-04:00:00}" "$@" \
        --wrap "exec $(printf '%q ' "$shard" run "$out")\$SLURM_ARRAY_TASK_ID")
    after=(--dependency "afterany:${array%%;*}")
fi
# afterany, not afterok: this job reports which shards failed.
join=$(sbatch --parsable --job-name gz-join --output "$out/log.join.txt" "${after[@]}" \
    --cpus-per-task 1 --mem "${MEMORY:-2G}" --time "${TIME:-04:00:00}" "$@" \
    --wrap "exec $(printf '%q ' "$shard" join "$out")")
echo "slurm-infer: $(wc -w <<< "$todo") shards submitted${array:+ as job ${array%%;*}}, job ${join%%;*} joins them: see $out/log.join.txt"
