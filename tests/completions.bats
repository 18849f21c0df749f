#!/usr/bin/env bats
# Completion in the real shells, as the user who presses Tab sees it. What follows which words is tested once more in
# tests/unit/options.c; here each shell must ask, and offer the files of the right kind.

load helpers

COMPLETIONS=$ROOT/packaging/completions

# A folder with files of each kind, and the scripts under the names that they have where they are installed.
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    mkdir sub 'two words' scripts
    mkdir ready
    touch ready/sky.safetensors a.npy 'two words/b.npy' c.csv d.safetensors e.tsv f.zip
    for script in learn galaxy-zoo; do ln -s "$ROOT/pipelines/$script.sh" "scripts/gz-$script"; done
    ln -s "$ROOT/pipelines/infer.sh" scripts/gz-classify
    PATH=$PWD/scripts:$PATH
    export GZ_WEIGHTS=$PWD/ready
}

# The command lines, with what must be offered, and what must not, in each shell.
command_lines() {
    cat << 'END'
gz-prep --s|--size|--seed
gz-infer --weights |d.safetensors sub/ sky|a.npy c.csv
gz-prep --like s|sub/ sky|d.safetensors
gz-classify |d.safetensors sky|a.npy
gz-label -v |c.csv e.tsv sub/|a.npy
gz-prep |a.npy sub/|c.csv --size
gz-simulate |sub/|a.npy
gz-train --preset |default original|a.npy
gz-atlas -o |sub/|a.npy
gz pr|prep prepare|infer
gz help str|stream|prep
gz infer -w |d.safetensors|a.npy
gz infer --weights=|d.safetensors|a.npy
gz-learn --ep|--epochs|--seed
gz-learn a.npy |c.csv e.tsv|a.npy
gz-learn --epochs 3 |a.npy|c.csv
gz-galaxy-zoo |f.zip sub/|c.csv
END
}

# check_shell FUNCTION: FUNCTION prints what the shell offers after a command line, a word a line; folders end in /.
check_shell() {
    local line offered refused word failed=
    while IFS='|' read -r line offered refused; do
        "$1" "$line" > words
        for word in $offered; do grep -qxF -- "$word" words || failed+="$line: no $word; "; done
        for word in $refused; do ! grep -qxF -- "$word" words || failed+="$line: $word; "; done
    done < <(command_lines)
    echo "$failed"
    [ -z "$failed" ]
}

# As bash calls it: = is a word of its own.
in_bash() { bash --norc "$ROOT/tests/tools/complete-in-bash" "$COMPLETIONS/gz.bash" "$1"; }

in_fish() {
    fish --no-config -c '
        set -g fish_complete_path $argv[1] $fish_complete_path
        complete -C $argv[2]' "$PWD/vendor" "$1" | sed 's/\t.*//; s/^--weights=//'
}

# What zsh shows in a terminal after two tabs, or has inserted, without its colours.
in_zsh() {
    zsh -f "$ROOT/tests/tools/complete-in-zsh" "$PWD/functions" "$1"
}

@test "bash" {
    check_shell in_bash
    # With bash-completion, the file is found by the name of the command.
    need_command gzip
    loader=/usr/share/bash-completion/bash_completion
    [ -e "$loader" ] || skip "no bash-completion here"
    mkdir -p data/bash-completion/completions
    ln -s "$COMPLETIONS/gz.bash" data/bash-completion/completions/gz-prep
    run -0 env XDG_DATA_DIRS="$PWD/data" bash --norc -c ". $loader; _completion_loader gz-prep; complete -p gz-prep"
    [ "${lines[-1]}" = 'complete -F _gz gz-prep' ]
}

@test "fish" {
    need_command fish
    mkdir vendor
    for name in gz gz-{prep,infer,label,simulate,train,atlas,learn,galaxy-zoo,classify}; do
        ln -s "$COMPLETIONS/gz.fish" "vendor/$name.fish"
    done
    check_shell in_fish
    # Options come with their help.
    fish --no-config -c 'set -g fish_complete_path $argv[1]; complete -C "gz-prep --siz"' "$PWD/vendor" |
        grep -qx -- $'--size\tside of the square in the result (default: 64)'
}

@test "zsh" {
    need_command zsh
    mkdir functions
    ln -s "$COMPLETIONS/gz.zsh" functions/_gz
    check_shell in_zsh
}

@test "every program and script says what can follow, and none completes what it refuses" {
    for program in "$ROOT"/cmd/gz-*.c; do
        program=$(basename "$program" .c)
        "$program" --complete < /dev/null > said
        # All options of the help, and no others.
        diff <(sed -n 's/^\(--[a-z-]*\)\t.*/\1/p' said) <("$program" -h | sed -nE 's/^  .{4}(--[a-z-]+).*/\1/p')
    done
    for script in "$ROOT"/pipelines/*.sh; do
        "$script" --complete > said
        diff <(sed -n 's/^\(--[a-z-]*\)\t.*/\1/p' said | sort) \
            <("$script" --help | sed -nE 's/^  (-., )?(--[a-z-]+).*/\2/p' | sort)
    done
}
