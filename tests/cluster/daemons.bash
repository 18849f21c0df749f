# A cluster on the loopback, in a folder of its own: munged, slurmctld, two slurmd that play the nodes n1 and n2, and
# two sshd that play the hosts h1 and h2. Nothing outside $CLUSTER is written or listened on. Needs root.

CALL=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../python/call.py")

# Make $CLUSTER, and see that it and all that runs in it is gone when this script ends, however it does.
open_cluster() {
    CLUSTER=$(mktemp -d /tmp/gz-cluster.XXXXXX) # short: a socket's path has a limit
    export CLUSTER TMPDIR=$CLUSTER/tmp PYTHON=${PYTHON:-/usr/bin/python3} PATH=$PATH:/usr/sbin:/sbin
    chmod 755 "$CLUSTER"
    mkdir "$TMPDIR"
    trap close_cluster EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

close_cluster() {
    trap '' INT TERM
    set +e # what is gone already can't be killed
    stop_all
    rm -rf "${CLUSTER:?}"
}

# A TCP port nobody listens on.
free_port() {
    "$PYTHON" -B "$CALL" cluster free_port
}

# Try a command for up to N seconds until it succeeds.
wait_for() { # N, command
    local end=$((SECONDS + $1))
    shift
    until "$@" > /dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

# ---- munge ----

start_munge() {
    local d=$CLUSTER/munge
    mkdir -m 755 "$d"
    (umask 077 && head -c 128 /dev/urandom > "$d/key")
    munged --key-file="$d/key" --socket="$d/socket" --pid-file="$d/pid" --log-file="$d/log" --seed-file="$d/seed"
}

# ---- Slurm ----

write_slurm_conf() {
    local host controller=$1
    host=$(hostname -s)
    mkdir "$CLUSTER/state"
    cat << END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$CLUSTER/munge/socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
SlurmdTimeout=15
KillWait=1
StateSaveLocation=$CLUSTER/state
SlurmdSpoolDir=$CLUSTER/spool.%n
SlurmctldPidFile=$CLUSTER/slurmctld.pid
SlurmdPidFile=$CLUSTER/slurmd.%n.pid
SlurmctldLogFile=$CLUSTER/slurmctld.log
SlurmdLogFile=$CLUSTER/slurmd.%n.log
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$2 CPUs=2 RealMemory=500
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$3 CPUs=2 RealMemory=500
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
END
}

nodes_are_idle() {
    [ "$(sinfo -h -N -o %T | sort -u)" = idle ]
}

start_slurm() {
    export SLURM_CONF=$CLUSTER/slurm.conf
    write_slurm_conf "$(free_port)" "$(free_port)" "$(free_port)" > "$SLURM_CONF"
    slurmctld -c
    slurmd -N n1
    slurmd -N n2
    wait_for 120 nodes_are_idle
}

# ---- ssh ----

make_keys() {
    mkdir -p /run/sshd "$CLUSTER/ssh" # the first is sshd's own, empty
    ssh-keygen -q -t ed25519 -N '' -f "$CLUSTER/ssh/key"
    ssh-keygen -q -t ed25519 -N '' -f "$CLUSTER/ssh/host_key"
    cp "$CLUSTER/ssh/key.pub" "$CLUSTER/ssh/authorized_keys"
}

configure_host() { # host
    local d=$CLUSTER/ssh port
    port=$(free_port)
    printf '%s\n' "ListenAddress 127.0.0.1" "Port $port" "HostKey $d/host_key" "PidFile $d/$1.pid" \
        "AuthorizedKeysFile $d/authorized_keys" 'PermitRootLogin yes' 'StrictModes no' 'UsePAM no' > "$d/$1.conf"
    printf '%s\n' "Host $1" '    HostName 127.0.0.1' "    Port $port" '    User root' "    IdentityFile $d/key" \
        '    IdentitiesOnly yes' '    StrictHostKeyChecking no' '    UserKnownHostsFile /dev/null' \
        '    LogLevel ERROR' '    ConnectTimeout 5' >> "$d/config"
}

start_sshd() { # host
    "$(type -P sshd)" -f "$CLUSTER/ssh/$1.conf" -E "$CLUSTER/ssh/$1.log"
    wait_for 60 ssh -F "$CLUSTER/ssh/config" "$1" true
}

# ---- the end ----

# A process and all below it, at once.
kill_tree() { # pid
    local child
    kill -s STOP "$1" 2> /dev/null
    for child in $(ps -o pid= --ppid "$1"); do kill_tree "$child"; done
    kill -s KILL "$1" 2> /dev/null || true
}

# Whatever has the name of our folder in its arguments or environment is ours: the daemons, and what they started.
our_processes() {
    grep -lsF "${CLUSTER:?}" /proc/[0-9]*/environ /proc/[0-9]*/cmdline | cut -d / -f 3 | sort -u
}

stop_all() {
    local pid file
    for file in "${CLUSTER:?}"/*.pid "$CLUSTER"/*/*.pid "$CLUSTER"/munge/pid; do
        [ ! -e "$file" ] || kill_tree "$(cat "$file")"
    done
    for pid in $(our_processes); do
        [ "$pid" = "$$" ] || kill -s KILL "$pid" 2> /dev/null
    done
}
