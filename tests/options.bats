#!/usr/bin/env bats
# Command lines, as all programs read them; tests/unit/options.c has the reading itself.

load helpers

programs() { for p in "$ROOT"/cmd/gz.c "$ROOT"/cmd/gz-*.c; do basename "$p" .c; done; }

# refused MESSAGE PROGRAM ARGUMENT ...: wrong usage, in one line that ends with a hint.
refused() {
    run -2 --separate-stderr "${@:2}" < /dev/null
    [ -z "$output" ]
    one_line "$2: $1 (see $2 -h)"
}

@test "a former name or letter is refused with the present one" {
    while read -r program old new; do
        refused "option $old is now $new" "$program" "$old" 1
        refused "option $old is now $new" "$program" -q "$old" 1 nothing.npy
        "$program" -h | grep -q -e "^  .* ${new%%,*} "
    done << 'END'
gz-augment -s --seed, and the size is --size
gz-infer --spread --std
gz-infer -v --views
gz-label --asked --min-asked
gz-montage -b --bare
gz-montage -c --columns
gz-simulate -s --seed, and the size is --size
gz-train --average --ema
gz-train --rate --learning-rate
gz-train --rate-end --learning-rate-end
gz-train --smooth --label-smoothing
gz-train --soft --soft-labels
gz-train -n --network
gz-train -r --learning-rate
gz-train -s --seed, and the size is --size
END
    refused "option --smooth is now --label-smoothing" gz-train --smooth=0.1
    refused "option -r is now --learning-rate" gz-train -qr0.1
}

@test "unknown, abbreviated and incomplete options are refused by every program" {
    for p in $(programs); do
        refused "unknown option '--frobnicate'" "$p" --frobnicate=3
        refused "unknown option '-Z'" "$p" -qZ
        refused "option '--quiet' takes no value" "$p" --quiet=yes
        for name in $("$p" -h | sed -n 's/^  .* \(--[a-z-]*\).*/\1/p'); do
            short=${name%?}
            # The beginning of one option may be another one: --rule of --rules.
            ! "$p" -h | grep -q -- " $short " || continue
            refused "unknown option '$short'" "$p" "$short"
        done
        for name in $("$p" -h | sed -n 's/^  .* \(--[a-z-]*\) [A-Z].*/\1/p'); do
            refused "option '$name' needs a value" "$p" "$name"
        done
    done
}

@test "British and American spelling: --gray and --grey, --colour and --color" {
    gz-simulate -q -n 2 survey
    gz-decode --gray survey/images/*.jpg | cmp - <(gz-decode --grey survey/images/*.jpg)
    gz-decode survey/images/*.jpg > colour.npy
    gz-prep --colour colour.npy | cmp - <(gz-prep --color colour.npy)
    run ! cmp -s <(gz-prep --colour colour.npy) <(gz-prep colour.npy)
}

@test "help and version: to stdout, before anything else is looked at" {
    for p in $(programs); do
        run -0 --separate-stderr "$p" -q --help --frobnicate
        [ -z "$stderr" ]
        [[ ${lines[0]} == "usage: $p ["* ]]
        run -0 --separate-stderr "$p" --version --frobnicate
        [[ $output == "$p (gz toolchain) "* ]]
        run -1 bash -c "$p -h > /dev/full"
    done
}

# The metadata of weights or a checkpoint under their former names. Spaces after a name keep the length of the header.
former_names() {
    sed -e 's/"trained.ema":/"trained.average":/; s/"trained.learning-rate":/"trained.rate":     /' \
        -e 's/"trained.learning-rate-end":/"trained.rate-end":         /' \
        -e 's/"trained.label-smoothing":/"trained.smooth":         /' \
        -e 's/"trained.soft-labels":/"trained.soft":       /; s/gz-checkpoint [0-9]*/gz-checkpoint 4/' "$1"
}

@test "weights with the former names are read, a checkpoint with them is refused" {
    gz-simulate -q -n 12 survey
    gz-decode survey/images/*.jpg | gz-prep -s 16 | gz-label -q -v survey/votes.csv -a 0 --min-asked 0 -o labelled.npy
    train() { gz-train -q --network 'conv2 pool dense4' --soft-labels "$@" labelled.npy; }
    train --checkpoint checkpoint -o weights
    for file in weights checkpoint; do
        former_names $file > $file.former
        [ "$(stat -c %s $file)" -eq "$(stat -c %s $file.former)" ]
        head -c 4000 $file | grep -ao '"trained\.[a-z-]*"' | sort > present
        head -c 4000 $file.former | grep -ao '"trained\.[a-z-]*"' | sort > former
        [ "$(comm -13 present former | tr -d '"' | sed 's/trained.//' | xargs)" = "average rate rate-end smooth soft" ]
    done
    gz-infer -w weights labelled.npy > lines
    gz-infer -w weights.former labelled.npy | cmp - lines
    train --resume checkpoint -o again
    cmp weights again
    run -1 --separate-stderr train --resume checkpoint.former -o none
    one_line "gz-train: checkpoint.former: this checkpoint has the format 'gz-checkpoint 4' of another version *"
    [ ! -e none ]
}
