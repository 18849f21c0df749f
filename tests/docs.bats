#!/usr/bin/env bats
# The manual: pages agree with the programs, are well formed, and their examples work.

load helpers

BIN=${GZ_BIN:-$ROOT/bin}

programs() { for p in "$BIN"/gz "$BIN"/gz-*; do basename "$p"; done; }

# A folder as the EXAMPLES of the pages expect it.
setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    export PATH="$BIN:$PATH" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
    ln -s "$ROOT/pipelines" .
    gz-simulate -q -n 48 . || return
    mkdir legacy hsc
    for i in 1 2 3; do py fits survey legacy/$i.fits grz seed=$i side=256; done
    gzip legacy/3.fits
    py fits survey hsc/a.fits i side=256
    gz-decode images/*.jpg | gz-prep -o galaxies.npy
    gz-label -q -v votes.csv -a 0 --min-asked 0 --fold 1-9/10 galaxies.npy -o train.npy
    gz-label -q -v votes.csv -a 0 --min-asked 0 --fold 0/10 galaxies.npy -o valid.npy
    gz-train -q -e 1 --network 'conv4 pool pool pool dense8' -o weights.safetensors train.npy > /dev/null
    gz-infer -q -w weights.safetensors train.npy valid.npy -o probs.tsv
    # Examples with ready weights have these.
    mkdir ready
    cp weights.safetensors ready/sdss.safetensors
    export GZ_WEIGHTS=$PWD/ready
    py pngs array images.npy 5 16
}

# The options that -h of a program lists, as "-c N, --crop N" or "--colour".
options() {
    "$BIN/$1" -h | sed -nE -e 's/^  (-.), (--[a-z-]+)( [A-Z]+)?( .*|)$/\1\3, \2\3/p' \
        -e 's/^      (--[a-z-]+)( [A-Z]+)?( .*|)$/\1\2/p'
}

rendered() { mandoc -O width=1000 -T ascii "$1" | sed 's/.\x08//g'; }

# The text as words with one space between.
words() { tr -s ' \n' '  ' | sed 's/^ //; s/ $//'; }

# Say what is wrong and remember it: one test looks at many pages.
wrong() { echo "$*"; failed=1; }

# The scripts by the names that they have where they are installed.
scripts() { for s in "$ROOT"/pipelines/*.sh; do basename "$s" .sh; done | sed 's/^infer$/classify/; s/^/gz-/'; }
script_of() { sed "s|^gz-classify$|gz-infer|; s|^gz-\(.*\)|$ROOT/pipelines/\1.sh|" <<< "$1"; }

@test "every program and script has a page, every page of section 1 a program or script" {
    for p in $(programs) $(scripts); do [ -e "$ROOT/man/$p.1" ] || wrong "$p has no page"; done
    for page in "$ROOT"/man/*.1; do
        program=$(basename "$page" .1)
        [ -e "$ROOT/cmd/${program%-mpi}.c" ] || scripts | grep -qx "$program" || wrong "$page has no program"
    done
    [ -z "$failed" ]
}

@test "SYNOPSIS is the usage text of -h, word for word" {
    need_command mandoc
    for p in $(programs); do
        usage=$("$BIN/$p" -h) || wrong "$p -h fails"
        [ -z "$(awk 'length > 90' <<< "$usage")" ] || wrong "$p -h has long lines"
        [ "$p" != gz-train-mpi ] || continue # its page refers to gz-train's
        synopsis=$(rendered "$ROOT/man/$p.1" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d' | words)
        help=$(sed '/^$/,$d' <<< "$usage" | words)
        [ "$help" = "usage: $synopsis" ] || wrong "$p: '$help' is not '$synopsis'"
    done
    [ -z "$failed" ]
}

@test "SYNOPSIS and options of a script's page are those of its --help, in the same order" {
    need_command mandoc
    for s in $(scripts); do
        # Installed, a script calls itself by its name there.
        help=$("$(script_of "$s")" --help | sed "1s|^usage: [^ ]*|$s|")
        synopsis=$(rendered "$ROOT/man/$s.1" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' | sed '1d;$d' | words)
        [ "$synopsis" = "$(sed 1q <<< "$help")" ] || wrong "$s: '$(sed 1q <<< "$help")' is not '$synopsis'"
        sed -nE 's/^  (-[^ ]*),* *(--[a-z-]*)?.*/\1 \2/p' <<< "$help" | tr -d , | words > help
        sed -n '/^\.Sh DESCRIPTION/,/^\.Sh EXIT/s/^\.It \(Fl .*\)/\1/p' "$ROOT/man/$s.1" |
            grep -o 'Fl [^ ]*' | sed 's/Fl /-/' | words > page
        cmp -s help page || wrong "$s: --help has $(cat help); the page $(cat page)"
        # Defaults, too.
        diff <("$(script_of "$s")" --help | grep -o 'default: [^)]*') \
            <(rendered "$ROOT/man/$s.1" | words | grep -o 'default: [^)]*') || wrong "$s: other defaults"
    done
    [ -z "$failed" ]
}

@test "the options of the page are those of -h: letters, names and values, in alphabetical order" {
    for p in $(programs); do
        options "$p" > help
        [ "$p" != gz-train-mpi ] || p=gz-train
        sed -n '/^\.Sh DESCRIPTION/,/^\.Sh EXIT/s/^\.It \(Fl .*\)/\1/p' "$ROOT/man/$p.1" |
            sed 's/Fl /-/g; s/ Ar / /g; s/ ,/,/' > page
        diff help page || wrong "$p: -h and the page differ"
        sed 's/.*--/--/; s/ .*//' help | LC_ALL=C sort -c || wrong "$p: not in alphabetical order"
        grep -qx -- '-h, --help' help || wrong "$p has no -h"
    done
    [ -z "$failed" ]
}

@test "a letter means one thing in all programs, but -V of gz-train" {
    for p in $(programs); do options "$p"; done | sed -n 's/^-\(.\).*--\([a-z-]*\).*/\1 \2/p' | sort -u > letters
    [ "$(cut -d ' ' -f 1 letters | uniq -d)" = V ]
    [ "$(sed -n 's/^V //p' letters | xargs)" = 'validate version' ]
}

@test "-h is -h, --version tells name and version" {
    for p in $(programs); do
        [ "$("$BIN/$p" -h)" = "$("$BIN/$p" --help)" ] || wrong "$p --help is something else"
        "$BIN/$p" --version | grep -qx "$p (gz toolchain) [0-9.]*" || wrong "$p --version"
    done
    [ -z "$failed" ]
}

@test "pages are well formed, their sections in order" {
    need_command mandoc
    run mandoc -T lint -W warning "$ROOT"/man/*.[157]
    [ $status -eq 0 ]
    order=' NAME SYNOPSIS DESCRIPTION ENVIRONMENT FILES EXIT STATUS FILES EXAMPLES SEE ALSO HISTORY BUGS '
    for page in "$ROOT"/man/*.[157]; do
        sections=$(sed -n 's/^\.Sh //p' "$page")
        needed='NAME DESCRIPTION "SEE ALSO"'
        [[ $page != *.1 ]] || needed='NAME SYNOPSIS DESCRIPTION "EXIT STATUS" EXAMPLES "SEE ALSO" BUGS'
        eval "set -- $needed"
        for s; do grep -qx "$s" <<< "$sections" || wrong "$page has no $s"; done
        [[ $page == *.1 ]] || continue
        rest=$order
        while read -r s; do
            [[ $rest == *" $s "* ]] || wrong "$page: $s is out of order"
            rest=" ${rest#*" $s "}"
        done <<< "$sections"
    done
    [ -z "$failed" ]
}

@test "pages refer to pages that are there" {
    for page in "$ROOT"/man/*.[157]; do
        for name in $(sed -n 's/^\.Xr \(gz\|gz-[a-z-]*\) \([157]\).*/\1.\2/p' "$page"); do
            [ -e "$ROOT/man/$name" ] || wrong "$(basename "$page") refers to $name"
        done
    done
    [ -z "$failed" ]
}

@test "exit statuses 0, 1 and 2 are told, and no other than 3" {
    for page in "$ROOT"/man/*.1; do
        statuses=$(sed -n '/^\.Sh EXIT STATUS/,/^\.Sh/s/^\.It //p' "$page" | paste -sd ' ')
        [[ $statuses == '0 1 2' || $statuses == '0 1 2 3' ]] || wrong "$page: exit status $statuses"
    done
    [ -z "$failed" ]
}

# blocks PAGE SECTION: its literal blocks as files block-1, block-2 ...; what looks like a shell line
# or a program is left as it is, the page's \e made a backslash again.
blocks() {
    rm -f block-*
    awk -v section="$2" '
        /^\.Sh / { inside = $0 == ".Sh " section }
        inside && /^\.Bd -literal/ { file = "block-" ++n; next }
        inside && /^\.Ed/ { file = ""; next }
        file { gsub(/\\e/, "\\"); print > file }' "$1"
}

@test "the examples of every page work" {
    for page in "$ROOT"/man/*.[157]; do
        cp -R "$BATS_FILE_TMPDIR"/. "$BATS_TEST_TMPDIR/$(basename "$page")"
        cd "$BATS_TEST_TMPDIR/$(basename "$page")" || return
        blocks "$page" EXAMPLES
        for block in $(ls block-* 2> /dev/null | LC_ALL=C sort -V); do
            ! grep -q '^#include\|^import' "$block" || continue
            [ -x "$BIN/gz-train-mpi" ] || ! grep -q gz-train-mpi "$block" || continue # built by make mpi alone
            # The scripts aren't beside programs with sanitizers, and gz doctor says so.
            [ -z "$GZ_SANITIZED" ] || ! grep -q 'gz -q doctor' "$block" || continue
            run timeout 600 bash -euo pipefail "$block" < /dev/null
            [ "$status" -eq 0 ] || wrong "$(basename "$page"): exit $status of: $(cat "$block")" "$output"
        done
        cd "$BATS_TEST_TMPDIR" || return
        rm -r "$(basename "$page")"
    done
    [ -z "$failed" ]
}

@test "the readers in gz-stream.5 read a stream, and notice what is lost" {
    blocks "$ROOT/man/gz-stream.5" EXAMPLES
    mv block-1 means.c
    mv block-2 means.py
    cc -std=c99 -Wall -Wextra -Werror -o means means.c
    stream means "$BATS_FILE_TMPDIR/galaxies.npy" > want
    [ -s want ]
    for stream in "$BATS_FILE_TMPDIR"/{galaxies,train}.npy; do
        stream means "$stream" > want
        ./means < "$stream" | diff want -
        cat "$stream" | "$PYTHON" means.py | diff want -
        cat "$stream" "$stream" | ./means | wc -l | grep -qx $((2 * $(wc -l < want)))
        size=$(stat -c %s "$stream")
        for cut in 5 100 3000 $((size / 2)) $((size - 1)) $((size - 200)); do
            run bash -c "head -c $cut '$stream' | ./means"
            [ $status -eq 1 ]
            run bash -c "head -c $cut '$stream' | '$PYTHON' means.py"
            [ $status -eq 1 ]
        done
    done
}

@test "the readers in gz-weights.5 give gz-infer's probabilities, in PyTorch" {
    need_module torch
    blocks "$ROOT/man/gz-weights.5" EXAMPLES
    mv block-1 weights.py
    mv block-2 net.py
    for network in 'conv4 pool pool dense8' 'conv4 pool pool dense8 cyclic dense4'; do
        gz-train -q --learning-rate 0.05 --network "$network" -o w "$BATS_FILE_TMPDIR/train.npy"
        gz-infer -w w "$BATS_FILE_TMPDIR/valid.npy" | grep -v '^#' | cut -f 1-4 > want
        "$PYTHON" net.py w "$BATS_FILE_TMPDIR/valid.npy" | paste want - |
            awk '{ bad += $1 != $5; for (i = 2; i <= 4; i++) bad += ($i - $(i + 4)) ^ 2 > 1e-10 }
                END { exit bad || !NR }'
    done
}
