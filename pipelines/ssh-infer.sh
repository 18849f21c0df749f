#!/usr/bin/env bash
# Sort a long list of pictures on several machines, by ssh and GNU parallel.
#
#     pipelines/ssh-infer.sh HOSTS WEIGHTS LIST OUT
#
# HOSTS are names as for ssh, separated by commas (: is this machine), or a file with one name on each line. LIST
# names a picture, or an archive of pictures (tar or zip), on each line. In the end there is OUT/probs.tsv, the same as
# from one machine. If shards failed, a message says which; then start the same command again: it does the missing
# ones. shard-infer.sh describes the files of each shard in OUT; OUT/joblog is the log of GNU parallel.
#
# All machines must see the programs, WEIGHTS, the files of LIST, and OUT under the same names, and accept your login
# without a password. If a shard fails on one machine, for example because it doesn't answer, another machine tries
# it.
#
# The programs use all processors of a machine. PARALLEL_SSH is the ssh command, if it needs options.
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.bash
. "$here/common.bash"

options 'HOSTS WEIGHTS LIST OUT' 'Sort a long list of pictures on several machines, by ssh and GNU parallel.' \
    JOBS=1 SHARDS=100 DECODE= PREP= 'INFER=--views 8' -- "$@"
hosts=${operands[0]} weights=${operands[1]} list=${operands[2]} out=$(realpath -m "${operands[3]}")
need parallel
shard=$here/shard-infer.sh
export SHARDS DECODE PREP INFER

logins=(--sshlogin "$hosts")
[ ! -f "$hosts" ] || logins=(--sshloginfile "$hosts")

todo=$(GZ_WITHIN=1 "$shard" plan "$weights" "$list" "$out") || { told=1 && exit 1; }
# The status of parallel isn't needed: join finds out what is missing.
[ -z "$todo" ] || run parallel --no-notice "${logins[@]}" --workdir "$PWD" --env PATH --jobs "$JOBS" --retries 3 \
    --joblog "+$out/joblog" "$(printf '%q ' "$shard" run "$out")" <<< "$todo" || true
status=0
GZ_WITHIN=1 run "$shard" join "$out" || status=$?
told=1
exit $status
