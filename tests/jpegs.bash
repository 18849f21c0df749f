# JPEGs to test with, made by cjpeg (libjpeg-turbo's own program) from pictures that NumPy draws.

# picture WIDTH HEIGHT SEED FILE: a PPM of a soft blob, stripes and noise.
picture() { py jpegs picture "$@"; }

# few_jpegs NAME ...: a.jpg ... of 60x52 pixels in this folder, as many as there are names.
few_jpegs() {
    local name seed=0
    for name; do
        picture 60 52 $((seed++)) p.ppm
        cjpeg -quality 90 -outfile "$name.jpg" p.ppm
    done
    rm -f p.ppm
}

# harmless FOLDER N: each of the N files there is decoded or named once, in little memory.
harmless() {
    for o in '' -g '-c 1' --lenient '-j 8'; do
        run -3 bash -c "$(little_memory); gz-decode $o '$1'/*.[jp]?g > out.npy 2> messages"
        # Of pictures of another size ten are named, and the last line counts all that were skipped.
        skipped=$(sed -nE '$s/^gz-decode: ([0-9]+) of [0-9]+ pictures skipped, .*/\1/p' messages)
        [ -z "$skipped" ] || sed -i '$d' messages
        cut -d: -f2 messages | LC_ALL=C sort | uniq -d > twice
        [ ! -s twice ]
        [ $(($(stream ids out.npy | wc -l) + ${skipped:-$(wc -l < messages)})) -eq "$2" ]
    done
    [ -x /usr/bin/time ] && [ -z "$GZ_SANITIZED" ] || return 0
    for o in '' --lenient; do
        # shellcheck disable=SC2086
        run -3 peak kb gz-decode $o "$1"/*.[jp]?g -o out.npy
        [ "$(tail -n 1 kb)" -lt 65536 ]
    done
}

# no_stray_pixels FOLDER LEAST: decoding the files there gives the same pixels whatever free memory holds, and so many
# pictures at least.
no_stray_pixels() {
    for o in '' --lenient; do
        for byte in 1 254; do
            # shellcheck disable=SC2086
            MALLOC_PERTURB_=$byte run -3 gz-decode -q -c 16 $o "$1"/*.[jp]?g -o $byte.npy
        done
        cmp 1.npy 254.npy
    done
    [ "$(stream ids 1.npy | wc -l)" -gt "$2" ]
}
