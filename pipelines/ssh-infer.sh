#!/usr/bin/env bash
# Sort a long list of pictures on several machines, by ssh and GNU parallel.
#
#     pipelines/ssh-infer.sh HOSTS WEIGHTS LIST OUT
#
# HOSTS: names as for ssh, with commas between (: is this machine), or a file of them, one a line. LIST has a JPEG, or an
# archive of JPEGs (tar or zip), a line. In the end there is OUT/probs.tsv, the same as from one machine; or, where shards
# failed, a line that says which. Then start the same command again: it does those that are missing. What each shard leaves
# in OUT is told in shard-infer.sh, how it went in OUT/joblog.
#
# All machines must see the programs, WEIGHTS, the files of LIST, and OUT under the same names, and let you in without a
# password. What fails on one, because it doesn't answer, say, is tried on another.
#
# JOBS=1 (shards at once on each; the programs use all its processors), and SHARDS, DECODE, PREP and INFER as in
# shard-infer.sh. PARALLEL_SSH is the ssh command, if it needs options.
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
# Its own status tells less than what join finds.
[ -z "$todo" ] || parallel --no-notice "${logins[@]}" --workdir "$PWD" --env PATH --jobs "${JOBS:-1}" --retries 3 \
    --joblog "+$out/joblog" "$(printf '%q ' "$shard" run "$out")" <<< "$todo" || true
"$shard" join "$out"
