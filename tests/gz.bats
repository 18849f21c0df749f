#!/usr/bin/env bats
# gz: the front door to the programs and scripts, and gz doctor.

load helpers

@test "gz lists every program, script and page once, with the description of its page" {
    gz > list
    for page in "$ROOT"/man/gz-*.[157]; do
        name=$(basename "${page%.*}")
        about=$(sed -n 's/^\.Nd //p' "$page")
        [ "$(grep -cxE " +${name#gz-} +.*" list)" -eq 1 ]
        grep -qF " $about" list
    done
    gz help | cmp - list
    for command in gz 'gz doctor' 'gz -h'; do
        run -1 --separate-stderr bash -c "$command > /dev/full"
        one_line 'gz: standard output: write error: No space left on device'
    done
}

@test "gz prep is gz-prep: the same bytes, options, status" {
    shapes in.npy 5 1
    gz-prep --size 8 in.npy > want.npy
    gz prep --size 8 in.npy | cmp - want.npy
    gz prep --size 8 < in.npy | cmp - want.npy
    [ "$(gz prep --version)" = "$(gz-prep --version)" ]
    run -2 --separate-stderr gz prep -q --frobnicate
    one_line "gz-prep: unknown option '--frobnicate' (see gz-prep -h)"
    run -1 --separate-stderr gz prep missing.npy
    one_line 'gz-prep: missing.npy: No such file or directory'
}

@test "the program beside gz runs, not another one of PATH" {
    mkdir other
    printf '#!/bin/sh\necho other\n' > other/gz-prep
    chmod +x other/gz-prep
    [ "$(PATH=$PWD/other:$PATH gz prep --version)" = "$(gz-prep --version)" ]
    cp "$(type -P gz)" .
    [ "$(PATH=$PWD/other:$PATH ./gz prep)" = other ]
}

@test "where there is no /proc, gz knows its place, also through a link" {
    need_unsanitized
    # In namespaces of its own, which not everybody may make.
    without_proc=(unshare -rm bash -c 'mount -t tmpfs none /proc && "$@"' -)
    "${without_proc[@]}" true 2> said || skip "no /proc can be hidden here: $(< said)"
    ln -s "$(type -P gz)" linked
    cd /
    run -0 "${without_proc[@]}" env PATH=/usr/bin:/bin "$OLDPWD/linked" prep --version
    [ "$output" = "$(gz-prep --version)" ]
    [ ! -e "$ROOT/cmd" ] || "${without_proc[@]}" gz learn --help | grep -q '^usage: learn.sh '
}

@test "gz runs the scripts" {
    need_unsanitized
    gz classify --help | grep -q '^usage: infer.sh '
    gz learn --help | grep -q '^usage: learn.sh '
}

@test "a command that isn't there is refused with the nearest name" {
    while read -r word nearest; do
        run -2 --separate-stderr gz "$word" x
        [ -z "$output" ]
        one_line "gz: there is no '$word'; the nearest name is '$nearest' (see gz -h)"
    done << 'END'
perp prep
tain train
galaxyzoo galaxy-zoo
helpp help
docter doctor
END
    run -2 --separate-stderr gz stream
    one_line "gz: 'stream' is a page, not a command: gz help stream (see gz -h)"
}

@test "gz help shows the page of this version, by name, with gz- or a subject" {
    mkdir tools
    printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' > tools/man
    chmod +x tools/man
    for name in prep gz-prep stream; do
        run -0 env PATH="$PWD/tools:$PATH" "$(type -P gz)" help "$name"
        if [ -d "$(dirname "$(type -P gz)")/../man" ]; then
            [[ $output == */man/gz-${name#gz-}.[157] ]]
            [ -e "$output" ]
        fi
    done
    run -1 --separate-stderr env PATH=/nowhere "$(type -P gz)" help prep
    one_line 'gz: man: No such file or directory (apt-get install man-db; gz COMMAND -h is short)'
}

@test "gz doctor: kernels, libraries, what is missing; status 1 where something needed is" {
    mkdir tools
    for tool in bash flock b2sum apt-get; do printf '#!/bin/sh\n' > tools/$tool; done
    chmod +x tools/*
    doctor=("$(type -P gz)" doctor)
    [ -z "$GZ_SANITIZED" ] || skip "not a checkout's bin"
    run -0 env PATH="$PWD/tools" GZ_LEAFLET=/none GZ_KERNELS=plain "${doctor[@]}"
    [[ $output == *'kernels      plain (of '* && $output == *'libpng 1.'* && $output == *'OpenBLAS '* ]]
    [[ $output == *'gnuplot      missing: optional, it is for '*'(apt-get install gnuplot-nox)'* ]]
    [[ $output == *'Leaflet      missing: '* ]]
    rm tools/b2sum
    run -1 env PATH="$PWD/tools" "${doctor[@]}" -q
    [[ $output == *'b2sum        missing: it is for all scripts (apt-get install coreutils)'* ]]
    [[ $output != *kernels* ]]
    # A gz without its programs.
    cp "${doctor[0]}" .
    run -1 ./gz doctor -q
    [[ $output == *'prep         missing: gz-prep is not beside gz (make install)'* ]]
}
