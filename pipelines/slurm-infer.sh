#!/usr/bin/env bash
# Sort a long list of pictures on a cluster with Slurm: an array of jobs, one for each shard, and a job that joins
# their results.
#
#     pipelines/slurm-infer.sh WEIGHTS LIST OUT [option of sbatch ...]
#
# LIST names a picture, or an archive of pictures (tar or zip), on each line. In the end there is OUT/probs.tsv, the same
# as from one machine. If shards failed, OUT/log.join.txt says which; then start the same command again: it does the
# missing ones. shard-infer.sh describes the files of each shard in OUT.
#
# All nodes must see the programs, WEIGHTS, the files of LIST, and OUT under the same names. A cluster has its own
# rules: give its partition, account and so on after OUT.
# A processor sorts about 210 galaxies a second with eight views, 400 with one
# (gz-pipelines(7)).
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"

options 'WEIGHTS LIST OUT [option of sbatch ...]' 'Sort a long list of pictures on a cluster with Slurm: an array of jobs, one a shard, and one that joins what they leave.' \
    CPUS=4 MEMORY=2G TIME=04:00:00 TASKS=50 SHARDS=100 DECODE= PREP= 'INFER=--views 8' -- "$@"
weights=${operands[0]} list=${operands[1]} out=$(realpath -m "${operands[2]}") sbatch=("${operands[@]:3}")
need sbatch
shard=$here/shard-infer.sh
export SHARDS DECODE PREP INFER

todo=$(GZ_WITHIN=1 "$shard" plan "$weights" "$list" "$out") || { told=1 && exit 1; }
after=()
if [ -n "$todo" ]; then
    array=$(sbatch --parsable --job-name gz-infer --output "$out/log.%a.txt" --array "$(paste -sd , <<< "$todo")%$TASKS" \
        --cpus-per-task "$CPUS" --mem "$MEMORY" --time "$TIME" "${sbatch[@]}" \
        --wrap "exec $(printf '%q ' "$shard" run "$out")\$SLURM_ARRAY_TASK_ID")
    after=(--dependency "afterany:${array%%;*}")
fi
# afterany, not afterok: this job reports which shards failed.
join=$(sbatch --parsable --job-name gz-join --output "$out/log.join.txt" "${after[@]}" \
    --cpus-per-task 1 --mem "$MEMORY" --time "$TIME" "${sbatch[@]}" \
    --wrap "exec $(printf '%q ' "$shard" join "$out")")
say "$(wc -w <<< "$todo") shards submitted${array:+ as job ${array%%;*}}, job ${join%%;*} joins them: see $out/log.join.txt"
