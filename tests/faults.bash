# What the tests of faults share: small inputs, the command lines, and a way to run each with one fault after another.

INJECT=$GZ_BUILD/faults/inject.so
IN=$FILES/in # where a bats file has small_inputs
[[ $GZ_FAULTS == all ]] && EVERYTHING=1 || EVERYTHING=

# Sanitizers must be loaded first, and end a process where an allocation fails.
need_inject() {
    need_unsanitized
    [ -e "$INJECT" ] || skip "no $INJECT (make inject)"
}

# Inputs for all programs, in folder $1.
small_inputs() {
    mkdir -p "$1" && cd "$1" || return
    gz-simulate -q -j 1 -n 30 --size 64 survey
    cp survey/images/90000[123].jpg .
    cat 90000[123].jpg > three.jpg
    ls "$PWD"/90000[123].jpg > list
    py pngs one 900004.png 64 64 1
    py fits unknown flux.fits 3 1 0
    # Without cfitsio there are no lines with FITS.
    if gz-decode -q -o /dev/null flux.fits 2> /dev/null; then gzip -nk flux.fits; else rm flux.fits; fi
    gz-decode -q -j 1 survey/images/*.jpg > colour.npy
    gz-prep -q -j 1 -c 64 -s 16 colour.npy > gray.npy
    gz-label -q -v survey/votes.csv -a 0.5 gray.npy > labelled.npy
    sed '1s/.*/id,label/; 2,$s/,.*/,spiral/' survey/votes.csv > labels.csv
    cut -d , -f 1 survey/votes.csv | sed 's/.*/&,&/; 1s/.*/picture,sky/' > ids.csv
    printf 'id,corrected\n900001,drop\n' > corrected.csv
    gz-label --print-rule kaggle-five > five.rule
    gz-augment -q -j 1 -e 2 labelled.npy > views.npy
    gz-train -q -j 1 --network 'conv2 pool dense4' -o weights labelled.npy
    gz-infer -q -j 1 -w weights labelled.npy > probs.tsv
    gz-infer -q -j 1 -w weights gray.npy > all.tsv
    cut -f 1,2 all.tsv | head -n 3 > captions.tsv
}

# The command lines under test, one a program and way of reading: what each leaves in the current folder (and in file
# out, where it has -o) is its output. $1 is the folder of small_inputs, $2 the number of threads.
commands() {
    cat << END
gz > out
gz-decode -q -j $2 -o out $1/900001.jpg $1/900002.jpg $1/900003.jpg
gz-decode -q -j $2 -o out --files-from $1/list
gz-decode -q -j $2 -o out - < $1/three.jpg
gz-decode -q -j $2 --like $1/weights --margin -o out $1/900001.jpg $1/900002.jpg
gz-decode -q -j $2 -o out $1/900001.jpg $1/900004.png
gz-decode -q -j $2 --lenient --gray -c 20 -o out - < $1/900004.png
gz-prep -q -j $2 -s 8 -o out $1/gray.npy
gz-prep -q -j $2 --like $1/weights -o out $1/gray.npy
gz-label -q -v $1/survey/votes.csv -a 0.5 -o out $1/gray.npy
gz-label -q -v $1/labels.csv --ids $1/ids.csv --corrections $1/corrected.csv --other none -o out $1/gray.npy
gz-label -q -v $1/survey/votes.csv --rules $1/five.rule -o out $1/gray.npy
gz-augment -q -j $2 -e 2 -o out $1/labelled.npy
gz-augment -q -j $2 --no-shuffle -o out - < $1/labelled.npy
gz-train -q -j $2 --network 'conv2 pool dense4' -V $1/labelled.npy -o out $1/views.npy
gz-train -q -j $2 --interleave --network 'conv2 pool dense4' -o out $1/views.npy $1/views.npy
gz-infer -q -j $2 -w $1/weights -o out $1/labelled.npy
gz-infer -q -j $2 --views 8 --std -w $1/weights -o out $1/labelled.npy
gz-infer -q -j $2 --provenance made -w $1/weights -o out $1/labelled.npy
gz-export -o out -w $1/weights
gz-export --views 8 --floats -o out -w $1/weights
gz-infer -q -j $2 --prior estimate --provenance made -w $1/weights -o out $1/labelled.npy
gz-score -o out $1/probs.tsv
gz-score -o out --other edge-on $1/probs.tsv
gz-score -o out --purity 0.6 $1/probs.tsv
gz-score -o out --audit $1/probs.tsv
gz-score -o out --label-errors $1/probs.tsv
gz-triangle -q -p $1/all.tsv -s 256 --index index -o out $1/colour.npy
gz-atlas -q -j $2 -p $1/all.tsv -t $1/survey/votes.csv --labels $1/labelled.npy -o atlas $1/colour.npy
gz-montage -q -o out $1/gray.npy
gz-montage -q -o out --captions $1/captions.tsv $1/gray.npy
gz-simulate -q -j $2 -n 2 --size 64 .
END
    [ ! -e "$1/flux.fits" ] || cat << END
gz-decode -q -j $2 --float -o out $1/flux.fits
gz-decode -q -j $2 -o out $1/flux.fits.gz
END
}

# The same, but for gz-simulate, with standard output instead of -o.
commands_to_stdout() {
    commands "$@" | sed -n 's/-o out \(.*\)/\1 > out/; / > out$/p'
}

# The command's output without faults, in the folder want.
undisturbed() {
    rm -rf want got
    mkdir want got
    (cd want && eval "$1") 2> want.err || { echo "undisturbed: $1: $(cat want.err)"; return 1; }
}

# An old file under the name of -o, which must stay where the run fails. To > nothing is old.
put_old() {
    [ ! -e want/out ] || [[ $1 == *'> out' ]] || echo old > got/out
}

# How many calls of a kind the command makes.
calls() { # kind, command
    put_old "$2"
    (cd got && LD_PRELOAD=$INJECT FAULT=$1:0 FAULT_COUNT=../count eval "$2") > /dev/null 2>&1
    rm -rf got
    mkdir got
    cat count
}

# What must hold after the command ran in the folder got, with its messages in got.err. A success has the whole output.
# A failure has one line, and under each name the whole file, the old one or none; standard output is the beginning of
# what it should have been. gz-decode names each file that it can't read, once, and goes on without it; so it does with
# a FITS where cfitsio gets no memory, which that doesn't check, and dies in its sandbox, or where zlib gets none once
# only: libarchive takes that for damage.
sound() { # status, command
    local program=${2%% *} lines file excused
    excused='^gz-decode: [^ ]*/[^ /]*[.](jpg|png|fits|gz): read error: Input/output error$'
    excused+='|^gz-decode: [^ ]*/flux[.]fits[.gz]*: damaged in a way that makes the decoder crash$'
    excused+='|^gz-decode: [^ ]*/flux[.]fits[.]gz: damaged or cut off: gzip decompression failed$'
    excused+="|^gz-decode: [^ ]*/flux[.]fits[.gz]*: a FITS file, and cfitsio can't be loaded: .*: Too many open files\$"
    mapfile -t lines < <(grep -Ev "$excused" got.err)
    [ -z "$(grep -E "$excused" got.err | uniq -d)" ] || return
    case $1 in
    # GnuTLS, which cfitsio brings along and nobody needs here, says so where it gets no memory.
    0) diff -r want got && grep -v '^Error in GnuTLS initialization: ' got.err | cmp want.err - ;;
    3) [ "${#lines[@]}" -eq 0 ] ;;
    1)
        # An archive that can't be read on ends the run with such a line.
        [ "${#lines[@]}" -gt 0 ] || mapfile -t lines < got.err
        [ "${#lines[@]}" -eq 1 ] && [[ ${lines[0]} == "$program: "?* ]] || return
        if [[ $2 == *'> out' ]]; then
            head -c "$(stat -c %s got/out)" want/out | cmp - got/out
            return
        fi
        [ ! -e want/out ] || [ "$(< got/out)" = old ] || return
        while IFS= read -r file; do
            [ "$file" = got/out ] || cmp "$file" "want/${file#got/}" || return
        done < <(find got -type f)
        ;;
    *) false ;;
    esac
}

# Run the command in the folder got, a variable or program of $1 before it, and say where the end isn't sound. Its exit
# status is left in ended.
attack() { # fault or wrapper, command
    ended=0
    put_old "$2"
    (cd got && eval "exec env $1 $2") 2> got.err || ended=$?
    sound $ended "$2" > sound.out 2>&1 && return
    echo "$1 $2: exit $ended: $(cat got.err sound.out)"
    rm -rf got
    mkdir got
    return 1
}

# How many of n failing calls of a kind must end the command: a lost write is never a success, but a folder that can't
# be synced after the rename is; closing an input may fail, and a program can do with less memory. Where two threads
# write a file each, the same number may mean the folder's sync in one run and again in the next, when the file's came
# first.
least_ended() { # kind, n, command
    case $1 in
    write | rename | link) echo "$2" ;;
    fsync) [[ $3 != *'-j 2'* ]] && echo $(($2 / 2)) || echo $(($2 / 2 - 1)) ;;
    *) echo 0 ;;
    esac
}

# each_call KIND PATTERN [ERROR]: for each command that matches, let one call of this kind after the other fail: of
# many calls a hundred or two, evenly spread, but with EVERYTHING all, and then that one and all later ones, too.
# Complains of a kind that no command makes: nothing would be tested.
each_call() {
    local command i n step plus attacks=0 failed=0 failures
    while IFS= read -r command; do
        [[ $command == $2 ]] || continue
        undisturbed "$command"
        n=$(calls "$1" "$command")
        step=$((n / 200 + 1))
        [ -z "$EVERYTHING" ] || step=1
        for plus in '' ${EVERYTHING:++}; do
            failures=0
            for ((i = 1; i <= n; i += step)); do
                attacks=$((attacks + 1))
                attack "LD_PRELOAD=$INJECT FAULT=$1:$i$plus${3:+:$3}" "$command" < /dev/null || failed=$((failed + 1))
                failures=$((failures + (ended > 0)))
            done
            if ((failures < $(least_ended "$1" $(((n + step - 1) / step)) "$command"))); then
                echo "$1 $command: only $failures of $n noticed"
                failed=$((failed + 1))
            fi
        done
    done
    [ -z "$EVERYTHING" ] || echo "# $1 $2: $attacks faults, $failed unsound" >&3
    ((attacks > 0 && failed == 0))
}
