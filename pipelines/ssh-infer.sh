#!/usr/bin/env bash
# Sort a long list of pictures on several machines, by ssh and GNU parallel.
#
#     pipelines/ssh-infer.sh HOSTS WEIGHTS LIST OUT
#
# HOSTS are names as for ssh, separated by commas (: is this machine), or a file with one name on each line. LIST
# names a JPEG, or an archive of JPEGs (tar or zip), on each line. In the end there is OUT/probs.tsv, the same as
# from one machine. If shards failed, a message says which; then start the same command again: it does the missing
# ones. shard-infer.sh describes the files of each shard in OUT; OUT/joblog is the log of GNU parallel.
#
# All machines must see the programs, WEIGHTS, the files of LIST, and OUT under the same names, and accept your login
# without a password. If a shard fails on one machine, for example because it doesn't answer, another machine tries
# it.
#
# JOBS=1 (shards at once on each machine; the programs use all its processors), and SHARDS, DECODE, PREP and INFER as
# in shard-infer.sh. PARALLEL_SSH is the ssh command, if it needs options.
set -euo pipefail

usage='usage: ssh-infer.sh HOSTS WEIGHTS LIST OUT'
hosts=${1:?$usage}
weights=${2:?$usage}
list=${3:?$usage}
out=$(realpath -m "${4:?$usage}")
shard=$(dirname "$(readlink -f "$0")")/shard-infer.sh

logins=(--sshlogin "$hosts")
[ -f "$hosts" ] && logins=(--sshloginfile "$hosts")

todo=$("$shard" plan "$weights" "$list" "$out")
# The status of parallel isn't needed: join finds out what is missing.
[ -z "$todo" ] || parallel --no-notice "${logins[@]}" --workdir "$PWD" --env PATH --jobs "${JOBS:-1}" --retries 3 \
    --joblog "+$out/joblog" "$(printf '%q ' "$shard" run "$out")" <<< "$todo" || true
"$shard" join "$out"
