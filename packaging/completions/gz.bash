# Completion for bash. The command itself says what can follow its words: gz-prep --complete WORD ... (cmd/options.h).

# Add the names of folders and, with endings as csv tsv, of such files; without endings of all.
_gz_files() { # the word so far, folder or file, endings
    local name ending
    compopt -o filenames 2> /dev/null
    while IFS= read -r name; do
        if [[ -d $name || $2 == file && $# -eq 2 ]]; then
            COMPREPLY+=("$name")
        elif [[ $2 == file ]]; then
            for ending in "${@:3}"; do [[ ${name,,} != *".$ending" ]] || COMPREPLY+=("$name"); done
        fi
    done < <(compgen -f -- "$1")
}

_gz() { # command, word so far, word before
    local current=$2 words=("${COMP_WORDS[@]:1:COMP_CWORD-1}") line kinds=()
    COMPREPLY=()
    # bash makes three words of --size=6.
    if [[ $current == = ]]; then
        current=
    elif [[ $3 == = ]]; then
        unset 'words[-1]'
    fi
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        if [[ $line == :* ]]; then
            kinds+=("${line#:}")
        elif [[ $line == "$current"* && ($line != -* || $current == -*) ]]; then
            COMPREPLY+=("$line")
        fi
    done < <("${1/#\~\//$HOME/}" --complete "${words[@]}" 2> /dev/null < /dev/null)
    # shellcheck disable=SC2086 # the kind and the endings are words
    for line in "${kinds[@]}"; do _gz_files "$current" $line; done
}

# shellcheck disable=SC2046 # names without blanks
complete -F _gz gz $(compgen -c gz- | sort -u)
