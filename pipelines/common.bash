# What all scripts share: options, messages, the lock of a folder, signals, and results that are made only where they
# have to be. A script reads this file first, then says its options:
#
#     . "$(dirname "$(readlink -f "$0")")/common.bash"
#     options 'IMAGES OUT.npy' 'What it does, in a sentence.' EPOCHS=30 SIZE=64 -- "$@"
#
# Exit statuses: 0 done, 1 failed (one line says why), 2 wrong usage, 3 done but something was skipped (and named).
set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
name=${0##*/}
program=${name%.sh}
told=
say() { echo "$program: $*" >&2; }
die() {
    told=1
    say "$*"
    exit 1
}
wrong_usage() {
    say "$* (see $name --help)"
    exit 2
}

# The programs are those of the folder GZ_BIN, or else those that were built or installed together with the scripts.
if [ -n "${GZ_BIN:-}" ]; then
    [ -x "$GZ_BIN/gz-decode" ] || die "GZ_BIN is $GZ_BIN, where there is no gz-decode"
    [[ :$PATH: == *:$GZ_BIN:* ]] || PATH=$GZ_BIN:$PATH
else
    for folder in "$here/../bin" "$here/../../../bin"; do
        [ ! -x "$folder/gz-decode" ] || PATH=$(realpath "$folder"):$PATH
    done
fi
need() { # programs
    for program_needed; do
        type -P "$program_needed" > /dev/null || die "there is no program $program_needed (not in PATH either)"
    done
}
need gz-decode

# Set weights to the file that an operand means, as the programs do: itself, or ready weights by name (gz-ready(7)).
find_weights() { # operand
    weights=$(gz-infer --where --weights "$1" 2>&1) || die "${weights#gz-infer: }"
}

work=$(mktemp -d)
unfinished=()
leave() { # exit status
    rm -rf "$work" "${unfinished[@]}"
    [[ $1 =~ ^[023]$ || -n $told ]] || say "stopped by an error in line ${BASH_LINENO[0]}"
}
trap 'leave $?' EXIT

# ---- options ----

# What the settings are: the kind of value, then what it is. N is a whole number, SHARE one from 0 to 1, PARTS some parts
# of the galaxies as gz-label --fold has them, NAME a word; - is an option without a value, in the environment 1 or 0.
declare -A about=(
    [AGREED]='SHARE least agreement of the galaxies that count as agreed on'
    [AGREEMENT]='SHARE share of the volunteers who must agree on the class of a galaxy'
    [ASKED]='SHARE share of the volunteers who must have been asked about the class'
    [AUGMENT]='WORDS more options of gz-augment'
    [BALANCE]='POWER let rare classes count more in training, by gz-augment --balance: 0 not at all, 1 as much as others'
    [CORNERS]='CLASSES three classes at the corners of the triangle, A,B,C (default: the first three)'
    [CPUS]='N processors of a task'
    [DECODE]='WORDS options of gz-decode'
    [DISPUTED]='SHARE agreement below which a galaxy is disputed'
    [DRY_RUN]='- say what would be made and why, and make nothing'
    [EPOCHS]='N epochs of training'
    [FINAL]='- train once on all but the parts set aside, and test on those'
    [FIRST]='FILE a table of votes whose shares are learned first, of all galaxies, doubtful ones too'
    [FIRST_LABEL]='WORDS options of gz-label for that table, such as --rule kaggle-shapes'
    [FOLD]='PARTS parts of the galaxies to ask about, as gz-label has them'
    [FOLDS]='N parts, each of which is tested by a network that learned from the others'
    [HOLD_OUT]='N one galaxy in N is held out, to validate with'
    [INFER]='WORDS options of gz-infer'
    [JOBS]='N shards at once on each machine'
    [KEEP]='PARTS parts of all galaxies to set aside, such as 0/20'
    [LABEL]='WORDS more options of gz-label'
    [MEMORY]='SIZE memory of a task'
    [NETWORK]='SPEC layers, as gz-train --network has them'
    [NUMBER]='N how many galaxies to show'
    [OTHER]='NAME name of one more class, for galaxies of the table that are of no class; none: there is no such class'
    [PARTS]='N streams that the galaxies are divided into (default: as many as ranks)'
    [PICTURES]='FILE stream with the pictures to show'
    [PREP]='WORDS options of gz-prep'
    [SEED]='N seed of the random numbers'
    [SHARDS]='N parts of the list'
    [SIZE]='N pixels, along a side, that the network sees'
    [TASKS]='N tasks at once'
    [TIME]='TIME limit of a task'
    [TRAIN]='WORDS more options of gz-train'
    [VALID]='N one galaxy in N of those to learn from is for validation'
    [VIEWS]='N views of each galaxy, 1 or 8'
)
settings=()
declare -A default=()

long_option() { tr 'A-Z_' 'a-z-' <<< "--$1"; }

show_help() { # operands, what the script does, names and defaults of settings
    local setting option kind text default
    printf 'usage: %s [option ...] %s\n\n%s\n\n' "$name" "$1" "$2"
    for setting in "${@:3}"; do
        option=$(long_option "${setting%%=*}") default=${setting#*=}
        read -r kind text <<< "${about[${setting%%=*}]}"
        printf '  %-20s  %s\n' "$option${kind:+ }${kind#-}" "$text${default:+ (default: $default)}"
    done
    printf '  %-20s  %s\n' '-h, --help' 'show this help' '-V, --version' 'show the version'
    [ $# -eq 2 ] || printf '\nAn option can also be set by a variable of the environment, such as %s.\n' "${3%%=*}"
}

# For the shells: what can follow these words of a command line, in the form of cmd/options.h. An operand is what its
# name says: IMAGES, OUT.npy, ...
complete_words() { # synopsis, words
    local setting option kind text needed word before= n=0
    read -ra needed <<< "${1//[\[\]]/}"
    for word in "${@:2}"; do
        option=
        for setting in "${settings[@]}"; do
            [ "$before" != "$(long_option "$setting")" ] || [[ ${about[$setting]} == -* ]] || option=$setting
        done
        [ -n "$option" ] || [[ $word == -* ]] || n=$((n + 1))
        before=$word
    done
    for setting in "${settings[@]}"; do
        read -r kind text <<< "${about[$setting]}"
        option=$(long_option "$setting")
        if [ "$option" = "$before" ] && [ "$kind" != - ]; then
            [ "$kind" != FILE ] || echo ':file npy'
            return
        fi
        printf '%s\t%s\n' "$option" "$text"
    done
    printf '%s\t%s\n' --help 'show this help' --version 'show the version'
    case ${needed[n]:-} in
    IMAGES) echo ':file tar tgz gz xz bz2 zst zip' ;; # or a folder
    VOTES*) echo ':file csv tsv' ;;
    WEIGHTS*) gz-infer --complete --weights ;;
    OUT) echo :folder ;;
    *.*) echo ":file ${needed[n]##*.}" ;;
    *) echo :file ;;
    esac
}

# Whether parts such as 0/20 or 0,3-4/20 are some of so many.
are_parts() { # parts
    local range
    [[ $1 =~ ^[0-9]{1,9}(-[0-9]{1,9})?(,[0-9]{1,9}(-[0-9]{1,9})?)*/[1-9][0-9]{0,8}$ ]] || return
    for range in $(tr , ' ' <<< "${1%/*}"); do
        ((10#${range%-*} <= 10#${range#*-} && 10#${range#*-} < ${1#*/})) || return
    done
}
check_setting() { # name
    local value=${!1} wanted
    [ -n "$value" ] || [ -n "${default[$1]}" ] || return 0
    case $1:${about[$1]%% *} in
    VIEWS:*) [[ $value == [18] ]] && return || wanted='1 or 8' ;;
    *:N)
        [[ $value =~ ^(0|[1-9][0-9]{0,17})$ && ($1 == SEED || $value != 0) ]] && return
        wanted="a whole number from $([ "$1" = SEED ] && echo 0 || echo 1)"
        ;;
    *:SHARE) [[ $value =~ ^(0?\.[0-9]+|0|1|1\.0*|0\.)$ ]] && return || wanted='a number from 0 to 1' ;;
    *:NAME) [[ $value =~ ^[^[:space:]]+$ ]] && return || wanted='a name without blanks' ;;
    *:PARTS) are_parts "$value" && return || wanted='parts such as 0/20 or 0,3-4/20' ;;
    *:-)
        [ "$value" != 0 ] || declare -g "$1="
        [[ $value == [01] ]] && return || wanted='1 or 0'
        ;;
    *) return ;;
    esac
    wrong_usage "$(long_option "$1") '$value' is not $wanted"
}

# Read the arguments after "--". The values become variables of the settings' names, what is left the array operands.
# Where the operands end in [...], all after them are options of another program.
options() {
    local synopsis=$1 sentence=$2 defaults=() setting option like needed most
    shift 2
    while [ "$1" != -- ]; do defaults+=("$1") && shift; done
    shift
    for setting in "${defaults[@]}"; do
        settings+=("${setting%%=*}")
        default[${setting%%=*}]=${setting#*=}
        [ -n "${!settings[-1]+set}" ] && { [ -n "${!settings[-1]}" ] || [[ ${about[${settings[-1]}]} == WORDS* ]]; } ||
            declare -g "$setting"
        # EPOCH=3 would change nothing, and nobody would notice.
        like=${settings[-1]%S}
        [ "$like" != "${settings[-1]}" ] || like+=S
        [ -z "$(printenv "$like")" ] || [ -n "${about[$like]:-}" ] || wrong_usage "the environment has $like: is ${settings[-1]} meant?"
    done
    operands=()
    read -ra needed <<< "${synopsis%%\[*}"
    most=${#needed[@]}
    while [ $# -gt 0 ]; do
        option=${1%%=*} setting=
        case $1 in
        --)
            operands+=("${@:2}")
            break
            ;;
        --complete) complete_words "$synopsis" "${@:2}" && exit ;;
        -h | --help) show_help "$synopsis" "$sentence" "${defaults[@]}" && exit ;;
        -V | --version) gz-decode --version | sed "s/^gz-decode/$name/" && exit ;;
        --*)
            for like in "${settings[@]}"; do [ "$option" != "$(long_option "$like")" ] || setting=$like; done
            [ -n "$setting" ] || wrong_usage "unknown option '$1'"
            if [[ ${about[$setting]} == -* ]]; then
                [ "$option" = "$1" ] || wrong_usage "option '$option' takes no value"
                declare -g "$setting=1"
            elif [ "$option" != "$1" ]; then
                declare -g "$setting=${1#*=}"
            else
                [ $# -gt 1 ] || wrong_usage "option '$1' needs a value"
                declare -g "$setting=$2"
                shift
            fi
            ;;
        -?*) wrong_usage "unknown option '$1'" ;;
        *)
            operands+=("$1")
            if [ "${synopsis%\]}" != "$synopsis" ] && [ ${#operands[@]} -eq "$most" ]; then
                operands+=("${@:2}")
                break
            fi
            ;;
        esac
        shift
    done
    for setting in "${settings[@]}"; do check_setting "$setting"; done
    [ ${#operands[@]} -ge "$most" ] || wrong_usage "${needed[${#operands[@]}]} is missing"
    [ ${#operands[@]} -le "$most" ] || [ "${synopsis%\]}" != "$synopsis" ] || wrong_usage "'${operands[most]}' is one operand too many"
    for option in "${operands[@]:0:most}"; do [ -n "$option" ] || wrong_usage 'an operand is empty'; done
}

# ---- signals ----

# All processes that a process has started, and those that they have.
descendants() { # process
    local child
    for child in $(cat "/proc/$1/task/$1/children" 2> /dev/null); do echo "$child" && descendants "$child"; done
}
alive() { # processes: whether one of them is at work
    local process
    for process; do
        # Within a trap, return without a number is the status of what the signal interrupted.
        [[ $(cat "/proc/$process/stat" 2> /dev/null) != *') '[!ZX]' '* ]] || return 0
    done
    return 1
}
# End whatever was started, then as the signal asks. gz-train writes a checkpoint first; a second signal kills at once.
end() { # signal
    local all i late
    all=$(descendants $$)
    # shellcheck disable=SC2086 # numbers
    trap 'kill -KILL $all 2> /dev/null || true' INT TERM HUP
    # shellcheck disable=SC2086
    kill -TERM $all 2> /dev/null || true
    for ((i = 0; i < 600; i++)); do
        # The first list may have missed what began, or whose parent ended, while it was made.
        for late in $(descendants $$); do
            # (The one that made this list has ended.)
            if [[ " ${all//$'\n'/ } " != *" $late "* ]] && alive "$late"; then
                all+=$'\n'$late
                kill -TERM "$late" 2> /dev/null || true
            fi
        done
        # shellcheck disable=SC2086
        alive $all || break
        sleep 0.05
    done
    # shellcheck disable=SC2086
    ! alive $all || kill -KILL $all 2> /dev/null || true
    # Without this, bash may tell of them later.
    wait 2> /dev/null || true
    say "ended by SIG$1; the same command goes on from here"
    rm -rf "$work" "${unfinished[@]}"
    trap - EXIT "$1"
    kill -s "$1" $$
}
# A script that another one has started is ended by that.
if [ -z "${GZ_WITHIN:-}" ]; then
    for signal in INT TERM HUP; do
        # shellcheck disable=SC2064 # now
        trap "end $signal" $signal
    done
fi

# Run a command so that a signal is handled at once: bash handles signals only while it waits for a command in the
# background. By itself bash would give such a command no standard input.
run() { "$@" <&0 & wait $!; }
# The same. If the command fails, it has said why, and the script ends.
must() {
    local status=0
    run "$@" || status=$?
    [ $status -eq 0 ] || [ $status -eq 3 ] || { told=1 && exit 1; }
}

# Run a program that may leave something out. It names what (status 3), and the script counts that in the end.
may_skip() { "$@" || [ $? -eq 3 ]; }

# ---- a folder of results ----

# Make the folder, and lock it against other runs. The programs that this run starts hold the lock, too, until they end.
lock() { # folder
    [ -z "${DRY_RUN:-}" ] || return 0
    mkdir -p "$1/.made" 2> "$work/said" || die "$(sed 's/^mkdir: //' "$work/said")"
    { exec {locked}> "$1/.made/lock"; } 2> /dev/null || die "$1: this folder can't be written to"
    flock --timeout 2 "$locked" || die "$1: another run is at work in this folder"
    find "$1/.made" -name '.*' -type f -delete
}

# With --dry-run: say what would be made, and end. For scripts that make all their results anew.
dry_run() { # results
    [ -n "$DRY_RUN" ] || return 0
    for result; do echo "$program: would make $result"; done
    exit 0
}

checksum() { # file, or folder
    if [ -d "$1" ]; then
        (cd "$1" && find . -type f -print0 | sort -z | xargs -0r b2sum --length 128) | checksum /dev/stdin
    else
        b2sum --length 128 < "$1" | cut -d ' ' -f 1
    fi
}

# All that the result of a function depends on, a line each: input files; the function and its arguments; the text of it
# and of the functions that it calls; and the settings, programs and scripts that occur in these texts. So if a function
# is changed, its results are made anew. A function that is called is only found if its name has an underscore.
recipe() { # inputs, :, function, arguments
    while [ "$1" != : ]; do
        if [[ " $planned " == *" ${1##*/} "* ]]; then
            echo "input ${1##*/} (to be made)"
        else
            echo "input ${1##*/} $(checksum "$1")"
        fi
        shift
    done
    echo "make ${*:2}"
    ingredients "$2" | sort -u
}
ingredients() { # function
    local text word
    text=$(declare -f "$1")
    echo "function $1 $(checksum /dev/stdin <<< "$text")"
    for word in $(grep -oE '[A-Za-z][A-Za-z0-9_.-]*' <<< "$text" | sort -u); do
        if [[ " ${settings[*]} " == *" $word "* ]]; then
            echo "setting $word=${!word}"
        elif [[ $word == gz-* ]] && type -P "$word" > /dev/null; then
            echo "program $word $(checksum "$(type -P "$word")")"
        elif [[ $word == *.sh && -e $here/$word ]]; then
            echo "program $word $(checksum "$here/$word")"
        elif [[ $word == *_* && $word != "$1" && " $machinery " != *" $word "* ]] && declare -F "$word" > /dev/null; then
            ingredients "$word"
        fi
    done
}
# The names of what differs between two recipes.
differences() { # file, recipe
    { diff <(grep -v '^output' "$1") - <<< "$2" || true; } | sed -nE 's/^[<>] [a-z]+ ([^ =]*).*/\1/p' | sort -u |
        paste -sd ' ' | sed 's/ /, /g'
}

planned=
skips=()
not_ours="is there already, and wasn't made here; move it away, or choose another folder"
# Make files in the folder out, unless they are there and are what these inputs and this function make:
#
#     step OUTPUT ... : INPUT ... : FUNCTION [ARGUMENT ...]
#
# The function finds the inputs in the array from, and writes into the files of the array to, which get their names when
# it is done. What it writes to the file $said are complaints about what it skipped; where it fails, the reason.
# OUT/.made keeps, for each result, its recipe and what was skipped.
# shellcheck disable=SC2034 # from is for the function
step() {
    local to=() from=() files=() file recipe record reason status=0
    while [ "$1" != : ]; do files+=("$out/$1") && to+=("$out/.made/$1.part") && shift; done
    shift
    record=$out/.made/${files[0]##*/}
    local said=$record.said
    recipe=$(recipe "$@")
    while [ "$1" != : ]; do from+=("$1") && shift; done
    shift
    if ! is_made "$record" "$recipe" "${files[@]}"; then
        if [ ! -e "${files[0]}" ]; then
            reason=
        elif [ ! -e "$record" ]; then
            # It may be somebody's work.
            die "${files[0]}: $not_ours"
        else
            reason=$(differences "$record" "$recipe")
            reason=" (again, for a change of ${reason:-the file itself})"
        fi
        if [ -n "${DRY_RUN:-}" ]; then
            echo "$program: would make ${files[0]}$reason"
            for file in "${files[@]}"; do planned+=" ${file##*/}"; done
            return
        fi
        say "making ${files[0]}$reason"
        rm -f "$said"
        for file in "${to[@]}"; do [ ! -d "$file" ] || rm -rf "$file"; done
        GZ_PROGRESS="$terminal:${expected:-0}:$program: ${files[0]##*/}" "$@" &
        wait $! || status=$?
        [ $status -eq 0 ] || [ $status -eq 3 ] || failed "${files[0]}" "$said" $status
        if [ -s "$said" ]; then mv "$said" "$record.skipped"; else rm -f "$said" "$record.skipped"; fi
        # The record gets its name first. If the script is killed before all files have theirs, they don't fit the
        # record, and the step is made again.
        {
            echo "$recipe"
            for file in "${files[@]}"; do echo "output ${file##*/} $(checksum "$out/.made/${file##*/}.part")"; done
        } > "$record.new"
        mv "$record.new" "$record"
        for file in "${files[@]}"; do
            [ ! -d "$file" ] || rm -rf "$file"
            mv "$out/.made/${file##*/}.part" "$file"
        done
    fi
    [ ! -e "$record.skipped" ] || skips+=("$record.skipped")
}
exec {terminal}>&2

is_made() { # record, recipe, files
    local file
    [ -e "$1" ] && [ "$(grep -v '^output' "$1")" = "$2" ] || return
    for file in "${@:3}"; do
        [ -e "$file" ] && grep -qxF "output ${file##*/} $(checksum "$file")" "$1" || return
    done
}

# Set output to the file that an operand means: the file behind a link; or "-", standard output, which is also what is
# no regular file, such as a pipe. A file that isn't one of the kind that will be written may be an input, or a picture
# of a pattern such as *.jpg, and stays.
find_output() { # operand, first bytes of such a file, what that is
    output=$1
    case $output in
    - | /dev/stdout | /dev/fd/1 | /proc/self/fd/1) output=- && return ;;
    */) die "$output: is the name of a folder" ;;
    esac
    [ ! -L "$output" ] || output=$(realpath -m -- "$output")
    [ ! -d "$output" ] || die "$output: is a folder"
    [ -d "$(dirname -- "$output")" ] || die "$output: there is no such folder"
    if [ -e "$output" ] && [ ! -f "$output" ]; then
        exec > "$output"
        output=-
    elif [ -s "$output" ]; then
        [[ $(head -c 4 -- "$output" | tr -d '\0') == "$2"* ]] || die "$output: is there already, and is no $3: it stays as it is"
    fi
    [ "$output" = - ] || [ -w "$(dirname -- "$output")" ] || die "$output: its folder can't be written to"
}

# Make one file as step does, but always, and without a record of it; "-" is standard output.
produce() { # file, function, arguments
    local to=("$work/produced") said=$work/said status=0
    if [ "$1" != - ]; then
        to=("$(dirname "$1")/.${1##*/}.part.$$")
        unfinished=("${to[@]}")
    fi
    GZ_PROGRESS="$terminal:${expected:-0}:$program" "${@:2}" &
    wait $! || status=$?
    [ $status -eq 0 ] || [ $status -eq 3 ] || failed "$1" "$said" $status
    if [ -s "$said" ]; then mv "$said" "$work/produced.skipped" && skips+=("$work/produced.skipped"); fi
    if [ "$1" = - ]; then cat "${to[0]}"; else mv "${to[0]}" "$1"; fi
}

# Remove a result that step has made of earlier inputs and that these inputs don't give.
forget() { # its first file
    local file record=$out/.made/$1
    [ -e "$record" ] && [ -z "${DRY_RUN:-}" ] || return 0
    while IFS= read -r file; do rm -rf "${out:?}/$file"; done < <(sed -n 's/^output \(.*\) [^ ]*$/\1/p' "$record")
    rm -f "$record" "$record.skipped"
}

# Say why, in one line, and end. Where one program of a pipe fails, those after it complain of a stream that breaks off.
failed() { # what isn't made, complaints, status
    local reason=
    [ ! -s "$2" ] || reason=$(grep . "$2" | grep -vE 'incomplete: no end chunk|standard input: empty: ' | tail -n 1 ||
        grep . "$2" | tail -n 1)
    if [ -n "$reason" ]; then echo "$reason" >&2; elif [ "$3" -le 128 ]; then say "$1: can't be made"; fi
    [ "$3" -le 128 ] || say "$1: ended by signal $(($3 - 128))"
    told=1
    exit 1
}

# Refuse a folder that holds the results of another recipe.
hold_recipe() { # folder, lines
    local has lacks
    [ -z "${DRY_RUN:-}" ] || [ -e "$1/recipe" ] || return 0
    [ -e "$1/recipe" ] || { echo "$2" > "$1/.recipe.$$" && mv "$1/.recipe.$$" "$1/recipe"; } 2> /dev/null ||
        die "$1/recipe: can't be written"
    # diff has status 1 where it finds something.
    diff "$1/recipe" - <<< "$2" > "$work/differences" && return
    has=$(sed -n 's/^< / /p' "$work/differences" | paste -sd ,)
    lacks=$(sed -n 's/^> / /p' "$work/differences" | paste -sd ,)
    if [ -n "$has" ]; then has="has$has${lacks:+, and not$lacks}"; else has="doesn't have$lacks"; fi
    die "$1 holds the results of another recipe: it $has"
}

# The end of a script: name the first ten things that were skipped, and exit.
finish() { # file for all of them, or nothing
    local n
    [ ${#skips[@]} -eq 0 ] || cat "${skips[@]}" | awk '!seen[$0]++' > "$work/skipped"
    if [ ! -s "$work/skipped" ]; then
        [ -z "${1:-}" ] || [ -n "${DRY_RUN:-}" ] || rm -f "$1"
        exit 0
    fi
    n=$(wc -l < "$work/skipped")
    say "$n skipped:"
    head -n 10 "$work/skipped" | sed 's/^/    /' >&2
    if [ -n "${1:-}" ] && [ -z "${DRY_RUN:-}" ]; then cp "$work/skipped" "$1"; fi
    [ "$n" -le 10 ] || say "and $((n - 10)) more${1:+: see $1}"
    exit 3
}

# The functions of this file, which results don't depend on.
machinery=$(declare -F | cut -d ' ' -f 3 | paste -sd ' ')
