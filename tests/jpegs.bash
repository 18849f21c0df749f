# JPEGs to test with, made by cjpeg (libjpeg-turbo's own program) from pictures that NumPy draws.

# picture WIDTH HEIGHT SEED FILE: a PPM of a soft blob, stripes and noise.
picture() {
    "$PYTHON" - "$@" << 'END'
import sys
import numpy as np
width, height, seed = map(int, sys.argv[1:4])
y, x = np.mgrid[0:height, 0:width]
noise = np.random.RandomState(seed).randint(0, 40, (height, width, 3))
blob = 160 * np.exp(-((x - width / 2) ** 2 + (y - height / 2) ** 2) / (0.03 * width * height + 1))
stripes = 40 * ((x // 3 + y // 5 + seed) % 2)
pixels = noise + blob[..., None] * [1, 0.8, 0.6] + stripes[..., None] * [0, 0.5, 1]
with open(sys.argv[4], 'wb') as f:
    f.write(b'P6\n%d %d\n255\n' % (width, height))
    f.write(np.clip(pixels, 0, 255).astype(np.uint8).tobytes())
END
}

# few JPEGs: a.jpg ... of 60x52 pixels in this folder, as many as there are names.
few_jpegs() {
    local name seed=0
    for name; do
        picture 60 52 $((seed++)) p.ppm
        cjpeg -quality 90 -outfile "$name.jpg" p.ppm
    done
    rm -f p.ppm
}

# A command for bash -c that keeps what follows it in 400 MB; sanitizers need more.
little_memory() {
    [ -n "$GZ_SANITIZED" ] && echo : || echo 'ulimit -v 400000'
}
