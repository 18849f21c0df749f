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
