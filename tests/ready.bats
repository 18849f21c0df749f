#!/usr/bin/env bats
# Ready weights: programs and scripts find them by name, and those that come with the toolchain are what gz-ready(7)
# says.

load helpers

NAME=sky                            # of the ready weights in the tests, learned from a simulated survey
READY=$FILES/ready/sky.safetensors  # their file
SDSS=$ROOT/weights/sdss.safetensors # those that come with the toolchain
export PATH="$ROOT/pipelines:$PATH"

setup_file() {
    cd "$FILES" || return
    gz-simulate -q -n 60 survey
    gz-decode -q survey/images/*.jpg | gz-prep -q --margin -o galaxies.npy
    gz-label -q -v survey/votes.csv -a 0 --min-asked 0 galaxies.npy -o train.npy
    mkdir ready
    gz-train -q --size 64 --network 'conv4 pool pool conv8 pool dense8' -o ready/sky.safetensors train.npy
    gz-infer -q -w ready/sky.safetensors galaxies.npy > lines.tsv
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    export GZ_WEIGHTS=$FILES/ready
}

# The error for a name that nothing has.
unknown="no such: No such file or directory, and no ready weights have this name (ready are: sky)"

@test "every program that takes weights takes a name, and does with it what it does with the file" {
    gz-infer -q -w $NAME "$FILES/galaxies.npy" | cmp - "$FILES/lines.tsv"
    gz-decode -q "$FILES"/survey/images/90000*.jpg > whole.npy
    for weights in $NAME "$READY"; do
        mkdir "of-${weights##*/}"
        gz-prep -q --like "$weights" whole.npy > "of-${weights##*/}/prepared"
        gz-decode -q --like "$weights" "$FILES"/survey/images/90000*.jpg > "of-${weights##*/}/decoded"
        gz-export -w "$weights" > "of-${weights##*/}/exported"
    done
    diff -r of-sky of-sky.safetensors
    [ "$(find of-sky -type f -size +1k | wc -l)" -eq 3 ]
    gz-infer -q --provenance made -w $NAME "$FILES/galaxies.npy" > lines.tsv
    grep -qx "weights	$READY" made
}

@test "gz-train begins with ready weights, and records their name without the folder" {
    for weights in $NAME "$READY"; do
        gz-train -q --size 64 --network 'conv4 pool pool conv8 pool dense8' --init "$weights" -o w "$FILES/train.npy"
        gz-infer -q -w w "$FILES/galaxies.npy" > "of-${weights##*/}"
        py ready metadata w | grep -qx 'trained.init sky.safetensors'
    done
    cmp of-sky of-sky.safetensors
}

@test "a file of that name wins, a folder doesn't; what has a slash is no name" {
    [ "$(gz-infer --where -w $NAME)" = "$READY" ]
    mkdir $NAME
    [ "$(gz-infer --where -w $NAME)" = "$READY" ]
    rmdir $NAME
    cp "$READY" $NAME
    [ "$(gz-infer --where -w $NAME)" = $NAME ]
    fails "gz-infer -w ./none '$FILES/galaxies.npy'" './none: No such file or directory'
    bad_output "gz-infer --where -w $NAME"
}

@test "a name that nothing has is refused in one line, with the ready names, by programs and scripts" {
    for command in 'gz-infer -w' 'gz-export -w' 'gz-prep --like' 'gz-decode --like' 'gz-train --init'; do
        # gz-export has no operands.
        fails "$command 'no such' '$FILES/galaxies.npy' > x" "$unknown" ||
            fails "$command 'no such' > x" "$unknown"
    done
    [ ! -s x ]
    echo "$FILES/survey/images/900001.jpg" > list
    g=$FILES/galaxies.npy v=$FILES/survey/votes.csv
    while read -r script operands; do
        # shellcheck disable=SC2086
        run -1 --separate-stderr "$script.sh" "${unknown%%:*}" $operands
        one_line "$script: $unknown"
    done << END
infer $FILES/survey/images x.tsv
disagree $g $v out
doubt $g $v out
END
    run -1 --separate-stderr shard-infer.sh plan 'no such' list out
    one_line "shard-infer: $unknown"
    [ ! -e out ]
    GZ_WEIGHTS=$PWD/none run -1 --separate-stderr gz-infer -w sky "$g"
    one_line "gz-infer: sky: *, and no ready weights have this name (none are ready in $PWD/none)"
}

@test "scripts take a name" {
    infer.sh "$READY" "$FILES/survey/images" want.tsv
    infer.sh $NAME "$FILES/survey/images" got.tsv
    cmp want.tsv got.tsv
    ls "$FILES"/survey/images/*.jpg > list
    [ "$(shard-infer.sh --shards 2 plan $NAME list out | xargs)" = '1 2' ]
    grep -qx "weights=$READY" out/settings
    for n in 1 2; do shard-infer.sh run out $n; done
    shard-infer.sh join out
    cmp want.tsv out/probs.tsv
    need_command gnuplot
    galaxies=("$FILES/galaxies.npy" "$FILES/survey/votes.csv")
    for weights in $NAME "$READY"; do
        disagree.sh --fold 0/1 --agreement 0 "$weights" "${galaxies[@]}" "of-${weights##*/}"
        doubt.sh --fold 0/1 --agreed 0.8 "$weights" "${galaxies[@]}" "of-${weights##*/}"
    done
    diff -r -x .made of-sky of-sky.safetensors
}

@test "without GZ_WEIGHTS they are beside the program: share/gz/weights first, weights of a checkout next" {
    unset GZ_WEIGHTS
    mkdir -p tree/bin tree/weights
    cp "$(type -P gz-infer)" tree/bin
    cp "$READY" tree/weights
    [ "$(tree/bin/gz-infer --where -w $NAME)" = "$PWD/tree/weights/sky.safetensors" ]
    mkdir -p tree/share/gz/weights
    cp "$READY" tree/share/gz/weights/other.safetensors
    [ "$(tree/bin/gz-infer --where -w other)" = "$PWD/tree/share/gz/weights/other.safetensors" ]
    fails "tree/bin/gz-infer --where -w $NAME" 'sky: No such file or directory*ready are: other)'
}

@test "make install brings them along, make uninstall takes them away" {
    need_unsanitized
    unset GZ_WEIGHTS
    install=(make -s -C "$ROOT" BIN="$GZ_BIN" BUILD="$GZ_BUILD" DESTDIR="$PWD/root" PREFIX=/usr WEIGHTS="$READY")
    "${install[@]}" install
    [ "$(root/usr/bin/gz-infer --where -w $NAME)" = "$PWD/root/usr/share/gz/weights/sky.safetensors" ]
    cmp root/usr/share/gz/weights/sky.safetensors "$READY"
    env -u GZ_BIN PATH=/usr/bin:/bin root/usr/bin/gz-classify $NAME "$FILES/survey/images" got.tsv
    [ "$(wc -l < got.tsv)" -eq 61 ]
    "${install[@]}" uninstall
    [ -z "$(find root -type f -o -type l)" ]
    # Without any there is no empty folder.
    "${install[@]}" WEIGHTS= install
    [ ! -e root/usr/share/gz/weights ]
}

@test "gz doctor lists them, and says where none are" {
    gz doctor | grep -qx "weights      sky: $READY"
    run ! grep weights <(gz doctor -q)
    GZ_WEIGHTS=/none gz doctor -q |
        grep -qx 'weights      missing: optional, there are no ready ones in /none (gz help ready)'
}

@test "the shells are told their names where weights can follow" {
    for line in 'gz-infer --complete -w' 'gz-export --complete --weights' 'gz-prep --complete --like' \
        'gz-decode --complete --like' 'infer.sh --complete' 'ssh-infer.sh --complete host'; do
        $line < /dev/null > said
        head -n 2 said | diff - <(printf 'sky\tready weights\n:file safetensors\n') ||
            tail -n 2 said | diff - <(printf 'sky\tready weights\n:file safetensors\n')
    done
    GZ_WEIGHTS=/none run -0 gz-infer --complete -w
    [ "$output" = ':file safetensors' ]
}

@test "make-sdss: the same bytes again, whatever the environment says; a picture that is damaged stops it" {
    need_unsanitized
    mkdir images
    cp "$FILES"/survey/images/9000[0-2]*.jpg images
    "$ROOT/weights/make-sdss" images "$FILES/survey/votes.csv" one
    EPOCHS=1 AUGMENT=--no-flip "$ROOT/weights/make-sdss" images "$FILES/survey/votes.csv" two
    cmp {one,two}/weights.safetensors
    echo nothing > images/900001.jpg
    run -3 "$ROOT/weights/make-sdss" images "$FILES/survey/votes.csv" three
    [ ! -e three/weights.safetensors ]
    run -2 "$ROOT/weights/make-sdss" images
}

# ---- sdss: the file, once it is there ----

need_sdss() { [ -e "$SDSS" ] || skip "no weights/sdss.safetensors here"; }

@test "sdss: the metadata name the classes, the input, and what it was learned from and how" {
    need_sdss
    py ready metadata "$SDSS" > metadata
    grep -qx 'classes spiral,edge-on,round,in-between,cigar' metadata
    grep -qx 'input 64,64,3' metadata
    grep -qx 'fov 0.5' metadata
    # A user's folders are nobody's business.
    run ! grep ' /' metadata
    for key in version kernels labels-from seed epoch records validation valid-accuracy shares galaxies ids \
        pixels; do
        grep -q "^trained.$key [^ ]" metadata
    done
    grep -qE '^temperature [0-9.]+$' metadata
    [ "$(stat -c %s "$SDSS")" -lt 5000000 ]
}

# What sdss answered for galaxies by a formula (python/ready.py) when it was made.
golden() {
    cat << 'END'
#id	spiral	edge-on	round	in-between	cigar
round	0.001402	0.001045	0.991268	0.005763	0.000523
edge-on	0.000027	0.999833	0.000030	0.000034	0.000076
spiral	0.997796	0.001496	0.000217	0.000327	0.000165
END
}

@test "sdss: galaxies by a formula have the probabilities that they had" {
    need_sdss
    py ready pictures formula.npy
    gz-infer -q --partial --views 8 -w "$SDSS" formula.npy > lines.tsv
    cat lines.tsv # which belong into golden where the file is new
    [ "$(py ready likeliest lines.tsv)" = 'round edge-on spiral' ]
    golden > golden.tsv
    py ready near lines.tsv golden.tsv 0.0001
}

@test "sdss: of 200 real galaxies it sorts 180 at least right" {
    need_sdss
    need_shared galaxies/classes5.csv
    awk 'NR == 1 || NR % 48 == 2' "$SHARED/galaxies/classes5.csv" | head -n 201 > some.csv
    sed "1d; s|,.*||; s|.*|$SHARED/galaxies/images/&.jpg|" some.csv > list
    gz-decode -q --like "$SDSS" --files-from list | gz-label -q -v some.csv |
        gz-infer -q --views 8 -w "$SDSS" | gz-score --pairs > score
    grep -qx 'galaxies	200' score
    awk '$1 == "correct" { found = 1; bad = $2 < 180 } END { exit bad || !found }' score
}

@test "sdss: its page has figures, no gaps" {
    need_sdss
    run ! grep -n '@[A-Z0-9-]*@' "$ROOT/man/gz-ready.7"
}
