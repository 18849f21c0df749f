#!/usr/bin/env bats
# The whole experiment twice: one processor or two, another folder, another language, another time zone. Same bytes.

load helpers
load pipelines

setup_file() {
    survey_done
}

FILES=$BATS_FILE_TMPDIR

# A locale in which one half is written 0,5, made where the system has none ready.
german() {
    export LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LC_NUMERIC=de_DE.UTF-8
    [ "$(locale decimal_point 2> /dev/null)" != , ] || return 0
    mkdir -p "$FILES/locale"
    localedef -i de_DE -f UTF-8 "$FILES/locale/de_DE.UTF-8" 2> /dev/null || skip "no German here"
    export LOCPATH=$FILES/locale
    [ "$(locale decimal_point)" = , ]
}

@test "the experiment gives the same files with one processor and two, elsewhere, in another locale and time zone" {
    need_command taskset
    TZ=UTC LC_ALL=C taskset -c 0 galaxy-zoo.sh "$FILES/survey/images" "$FILES/survey/votes.csv" one > one.txt 2>&1
    mkdir -p 'another folder/images'
    cd 'another folder'
    cp "$FILES"/survey/images/*.jpg images
    cp "$FILES/survey/votes.csv" .
    (
        german
        # OpenBLAS is told about threads only here, and must not listen.
        unset OPENBLAS_NUM_THREADS
        TZ=Pacific/Kiritimati galaxy-zoo.sh images votes.csv two > two.txt 2>&1
    )
    same_results ../one two
    cmp ../one/accuracy.png two/accuracy.png
    cmp <(sed 's|one/||g' ../one.txt | grep -v images/s) <(sed 's|two/||g' two.txt | grep -v images/s)
}

@test "simulated surveys are the same everywhere, too" {
    (
        german
        TZ=Pacific/Kiritimati taskset -c 0 gz-simulate -q -n 20 elsewhere
    )
    for file in elsewhere/images/*.jpg; do cmp "$file" "$FILES/survey/images/${file##*/}"; done
    head -n 21 "$FILES/survey/votes.csv" | cmp - elsewhere/votes.csv
}
