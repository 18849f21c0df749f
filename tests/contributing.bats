#!/usr/bin/env bats
# The recipes of CONTRIBUTING.md, each followed on a copy of the tree: the files that a test changes are those that the
# recipe's steps name, and what was built works. And the README: its commands run, its files are there.

load helpers

# A copy of the tree with all programs, built without optimisation.
setup_file() {
    [ -z "$GZ_SANITIZED" ] || return 0
    mkdir "$BATS_FILE_TMPDIR/tree"
    cd "$BATS_FILE_TMPDIR/tree" || return
    tar -C "$ROOT" -cf - --exclude=./.git --exclude='./build*' --exclude=./bin --exclude=./demo . | tar -xf -
    clean make -s -j "$(nproc)" CFLAGS=-O0 all
}

# Each test has a copy of that copy.
setup() {
    [ -z "$GZ_SANITIZED" ] || skip "a build with sanitizers"
    cp -a "$BATS_FILE_TMPDIR/tree" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR/tree" || return
    PATH=$PWD/bin:$PATH
}

# Run a command without what make and bats have put into the environment.
clean() { env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" HOME="$HOME" LC_ALL=C "$@"; }

build() { clean make -s CFLAGS=-O0 "$@"; }

# Some tests of the copy, by their names; there must be some.
run_bats() { # pattern, file
    clean env GZ_BUILD="$PWD/build" GZ_BIN="$PWD/bin" bats --filter "$1" "$2" > tap || { cat tap; return 1; }
    grep -q '^ok 1' tap
}

# A test for the copy; bats would take a line that begins with @test for one of this file.
write_test() { sed 's/^TEST /@test /' >> "$1"; }

# ---- reading CONTRIBUTING ----

section() { # title
    awk -v title="$1" '/^##/ { inside = substr($0, index($0, " ") + 1) == title } inside' CONTRIBUTING.md
}

# The files that the numbered steps of a recipe name, for this NAME.
named() { # title, name
    section "$1" | awk '/^1\. / { inside = 1 } /^$/ { inside = 0 } inside' | sed "s/NAME/$2/g" |
        grep -oE '`(cmd|lib|man|tests)/[^` ]*`' | tr -d '`' | LC_ALL=C sort -u
}

# The files that differ from the first copy.
changed() {
    find cmd lib man tests -type f | while read -r file; do
        cmp -s "$file" "$BATS_FILE_TMPDIR/tree/$file" || echo "$file"
    done | LC_ALL=C sort
}

# ---- editing ----

edit() { # file, before or after, pattern: put standard input beside the first line that matches
    TEXT=$(cat) awk -v where="$2" -v pattern="$3" '
        !done && $0 ~ pattern {
            done = 1
            print where == "after" ? $0 "\n" ENVIRON["TEXT"] : ENVIRON["TEXT"] "\n" $0
            next
        }
        { print }
        END { exit !done }' "$1" > edited || { echo "$1 has no line $3"; return 1; }
    cat edited > "$1"
    rm edited
}

replace() { # file, text that stands there, another
    local all
    all=$(< "$1")
    [[ $all == *"$2"* ]] || { echo "$1 has no $2"; return 1; }
    printf '%s\n' "${all/"$2"/"$3"}" > "$1"
}

# ---- recipes ----

@test "build, and run one test: the commands work" {
    section "Build, and run one test" | sed -n 's/^    //p' > commands
    [ "$(wc -l < commands)" -ge 4 ]
    sed -i 's/^make /make -s CFLAGS=-O0 /' commands
    clean bash -euo pipefail commands > output
    grep -q '^ok .*margin' output
}

@test "where cfitsio came or went, what reads FITS is compiled again, and only then" {
    local object=build/lib/image/fitsfile.o
    reads_fits() { nm "$object" | grep -q ' U dlopen$'; }
    if reads_fits; then
        build "$object" FITS=
        ! reads_fits || false
        build "$object"
        reads_fits
    fi
    touch -r "$object" before
    build "$object"
    [ ! "$object" -nt before ]
}

@test "add an option: gz-prep --negative" {
    replace cmd/gz-prep.c 'colour, partial;' 'colour, negative, partial;'
    edit cmd/gz-prep.c before 'OPTIONS_OUTPUT' <<< \
        '    {0, "negative", NULL, "make bright pixels dark", OPTION_FLAG(negative)},'
    replace cmd/gz-prep.c 'struct record_type in, out;' 'struct record_type in, out; bool negative;'
    edit cmd/gz-prep.c before 'size_t side =' <<< '    p->negative = o->negative;'
    edit cmd/gz-prep.c after 'shrink_run\(&shrink' << 'END'
    size_t values = p->out.shape.height * p->out.shape.width * p->out.shape.channels;
    unsigned char *pixels = record_pixels_out(&p->out, out);
    for (size_t i = 0; p->negative && i < values; i++)
        pixels[i] = (unsigned char)(255 - pixels[i]);
END
    edit man/gz-prep.1 before 'Op Fl -partial' <<< '.Op Fl -negative'
    edit man/gz-prep.1 before 'It Fl o Ar FILE' << 'END'
.It Fl -negative
Make bright pixels dark.
END
    write_test tests/gz-prep.bats << 'END'

TEST "--negative twice changes nothing" {
    gz-prep -c 53 -s 9 gray.npy > once.npy
    gz-prep -c 53 -s 9 --negative gray.npy > negative.npy
    run -1 cmp -s once.npy negative.npy
    gz-prep -c 9 -s 9 --negative negative.npy | cmp - <(gz-prep -c 9 -s 9 once.npy)
}
END
    build bin/gz-prep
    gz-prep -h | grep -qx '      --negative        make bright pixels dark'
    gz-prep --complete | grep -qx -- $'--negative\tmake bright pixels dark'
    run_bats 'negative' tests/gz-prep.bats
    run_bats 'SYNOPSIS|the options of the page' tests/docs.bats
    diff <(named "Add an option" prep) <(changed)
}

@test "add a layer: mean, of all pixels of a channel" {
    cat > lib/net/layer_mean.h << 'END'
/*
 * layer_mean - the mean of all pixels of each channel: x is (n, pixels, channels), y (n, channels).
 */
#ifndef LAYER_MEAN_H
#define LAYER_MEAN_H

#include <stddef.h>

void mean_forward(size_t n, size_t pixels, size_t channels, const float *x, float *y);

/* Set dx from dy: each pixel has an equal share of its channel's gradient. */
void mean_backward(size_t n, size_t pixels, size_t channels, const float *dy, float *dx);

#endif
END
    cat > lib/net/layer_mean.c << 'END'
#include "net/layer_mean.h"

void mean_forward(size_t n, size_t pixels, size_t channels, const float *x, float *y)
{
    for (size_t i = 0; i < n * channels; i++) {
        const float *first = x + i / channels * pixels * channels + i % channels;
        y[i] = 0;
        for (size_t p = 0; p < pixels; p++)
            y[i] += first[p * channels] / (float)pixels;
    }
}

void mean_backward(size_t n, size_t pixels, size_t channels, const float *dy, float *dx)
{
    for (size_t i = 0; i < n * pixels * channels; i++)
        dx[i] = dy[i / (pixels * channels) * channels + i % channels] / (float)pixels;
}
END
    replace lib/net/layer.h 'LAYER_CYCLIC }' 'LAYER_MEAN, LAYER_CYCLIC }'
    replace lib/net/layer.c '"cyclic"}' '"mean", "cyclic"}'
    replace lib/net/layer.c '#include "net/layer_pool.h"' $'#include "net/layer_mean.h"\n#include "net/layer_pool.h"'
    edit lib/net/layer.c before 'case LAYER_CYCLIC: cyclic_forward' <<< \
        '    case LAYER_MEAN: mean_forward(images, l->height * l->width, l->channels, x, y); break;'
    replace lib/net/netspec.c 'l->kind == LAYER_POOL ||' 'l->kind == LAYER_POOL || l->kind == LAYER_MEAN ||'
    edit lib/net/netspec.c before '^    case LAYER_DROPOUT:' << 'END'
    case LAYER_MEAN:
        l->out = l->channels;
        l->out_height = l->out_width = 1;
        break;
END
    edit lib/net/netspec.h after '2x2 max-pooling' <<< ' *     mean       the mean of all pixels of each channel'
    edit lib/net/network.c before 'case LAYER_CYCLIC: cyclic_backward' << 'END'
    case LAYER_MEAN:
        if (dx)
            mean_backward(n, l->height * l->width, l->channels, dy, dx);
        break;
END
    edit lib/net/network.c before 'include "net/layer_norm.h"' <<< '#include "net/layer_mean.h"'
    # The compiler misses it where a layer becomes operators of ONNX.
    build bin/gz-export 2> warnings || true
    grep -q "lib/onnx/layers.c.*warning.*LAYER_MEAN" warnings
    edit lib/onnx/layers.c before 'case LAYER_DROPOUT:' <<< \
        '    case LAYER_MEAN: onnx_append(o, v, "GlobalAveragePool", name, NULL, NULL); break;'
    edit tests/python/gz_export.py before "'Flatten': lambda" <<< \
        "    'GlobalAveragePool': lambda x: x.mean((2, 3), keepdims=True),"
    edit tests/gz-export.bats before 'train linear' <<< "    train mean 'conv4 pool mean dense8' gray"
    replace tests/gz-export.bats 'names gray cyclic colour' 'names mean gray cyclic colour'
    cat > tests/unit/layer_mean.c << 'END'
#include "net/layer_mean.h"

#include "floats.h"

int main(void)
{
    float x[] = {1, 10, 2, 20, 6, 60}, y[2], dy[] = {3, 6}, dx[6];
    unit_test("mean: of each channel, and its gradient in equal shares");
    mean_forward(1, 3, 2, x, y);
    mean_backward(1, 3, 2, dy, dx);
    CHECK_NEAR(y[0], 3, 1e-6);
    CHECK_NEAR(y[1], 30, 1e-5);
    for (int i = 0; i < 6; i++) {
        float more[2];
        x[i] += 1;
        mean_forward(1, 3, 2, x, more);
        CHECK_NEAR(dx[i], (more[0] - y[0]) * dy[0] + (more[1] - y[1]) * dy[1], 1e-5);
        x[i] -= 1;
    }
    return unit_end();
}
END
    edit man/gz-train.1 before '^\.It Cm dense Ns Ar N' << 'END'
.It Cm mean
The mean of all pixels of each channel.
END
    echo '"mean"' >> tests/fuzz/netspec.dict
    build bin/gz-train bin/gz-infer bin/gz-export build/unit/layer_mean 2> warnings
    [ ! -s warnings ]
    build/unit/layer_mean
    gz-train --describe --network 'conv4 pool mean dense8' | grep -E '^mean1 +4 +0 +0$'
    # It learns, and sorts what it learned.
    gz-simulate -q -n 60 --size 64 survey
    gz-decode -q survey/images/*.jpg | gz-prep -q --crop 64 --size 16 | gz-label -q -v survey/votes.csv -a 0.5 > in.npy
    gz-train -q --network 'conv4 pool mean dense8' -o mean.safetensors in.npy
    gz-infer -q -w mean.safetensors in.npy | gz-score > score
    if py importlib import_module onnx > /dev/null 2>&1; then run_bats 'NumPy runs' tests/gz-export.bats; fi
    mandoc -T lint -W warning man/gz-train.1
    diff <(named "Add a layer" mean) <(changed)
}

@test "add a program: gz-flip" {
    cat > cmd/gz-flip.c << 'END'
/*
 * gz-flip - turn pictures upside down
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli.h"

struct options {
    bool partial;
    const char *output;
};

static const struct option_spec options[] = {
    {OPTIONS_OUTPUT(output, "write to FILE")},
    {OPTIONS_PARTIAL(partial)},
    {.kind = OPTION_END},
};

static const struct program program = {"gz-flip", "[FILE ...]", options,
                                       "Turn the pictures of a stream upside down.", .files = "npy"};

/* Copy in to out, its rows in reverse order. */
static void flip(const struct record_type *t, const unsigned char *in, unsigned char *out)
{
    size_t rows = t->shape.height, row = t->shape.width * t->shape.channels;
    row *= t->pixel == PIXEL_F4 ? sizeof(float) : 1;
    memcpy(out, in, t->size);
    for (size_t i = 0; i < rows; i++)
        memcpy(record_pixels_out(t, out) + i * row, record_pixels(t, in) + (rows - 1 - i) * row, row);
}

int main(int argc, char **argv)
{
    struct error err;
    struct options o = {0};
    size_t operands = cli_init(&program, &o, argc, argv);
    struct stream_reader *in = cli_open_stream(argv + 1, operands, o.partial);
    const struct record_type *type = stream_type(in);
    struct stream_writer *out = cli_create_stream(o.output, type);
    unsigned char *record = mem_new(2, type->size, &err);
    enum status s = record ? STATUS_OK : err.status;
    while (!s && !(s = stream_read(in, record, &err))) {
        flip(type, record, record + type->size);
        s = stream_write(out, record + type->size, &err);
    }
    int status = cli_finish_stream(out, s, &err, 0);
    free(record);
    stream_close(in);
    return status;
}
END
    cat > man/gz-flip.1 << 'END'
.Dd November 26, 2026
.Dt GZ-FLIP 1
.Os
.Sh NAME
.Nm gz-flip
.Nd turn pictures upside down
.Sh SYNOPSIS
.Nm gz-flip
.Op Fl qV
.Op Fl o Ar FILE
.Op Fl -partial
.Op Ar FILE ...
.Sh DESCRIPTION
.Nm
reverses the order of the rows of each picture.
.Pp
The options are:
.Bl -tag -width Ds
.It Fl h , Fl -help
Show a short help.
.It Fl o Ar FILE , Fl -output Ar FILE
Write to
.Ar FILE .
.It Fl -partial
The input is a fragment: don't check that it is complete.
.It Fl q , Fl -quiet
No progress.
.It Fl V , Fl -version
Show the version.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Done.
.It 1
Failed: a file couldn't be read or written, or the stream is incomplete or broken.
.It 2
Wrong usage.
.El
.Sh EXAMPLES
Turn all galaxies upside down:
.Bd -literal -offset indent
gz-flip galaxies.npy > flipped.npy
.Ed
.Sh SEE ALSO
.Xr gz-stream 5 ,
.Xr gz-pipelines 7
.Sh BUGS
None are known.
END
    write_test tests/gz-flip.bats << 'END'
load helpers

TEST "once is something else, twice is nothing" {
    gz-simulate -q -n 3 --size 16 survey
    gz-decode -q survey/images/*.jpg > in.npy
    gz-flip in.npy > once.npy
    run -1 cmp -s in.npy once.npy
    gz-flip < once.npy | cmp - in.npy
}
END
    edit tests/faults.bash before '^gz-label' <<< 'gz-flip -o out $1/gray.npy'
    edit tests/faults.bats before "alloc 'gz-triangle" <<< "    every_jobs each_call alloc 'gz-flip*'"
    edit tests/complete.bats before '^gz-label' <<< 'gz-flip -o out STREAM'
    edit man/gz-pipelines.7 before '^.Xr gz-infer 1 ,$' <<< '.Xr gz-flip 1 ,'
    build all 2> warnings
    [ ! -s warnings ]
    gz-flip --version | grep '^gz-flip '
    gz | grep -qx '  flip  *turn pictures upside down'
    [ "$(gz --complete flip | head -n 1)" = ':file npy' ]
    run_bats 'twice' tests/gz-flip.bats
    run_bats 'page|SYNOPSIS|statuses' tests/docs.bats
    run_bats 'a file without any bytes' tests/complete.bats
    tests/tools/check-rooms build
    diff <(named "Add a program" flip) <(changed)
}

@test "add a picture format: PGM" {
    cat > lib/image/pgmfile.h << 'END'
/*
 * pgmfile - binary PGM with 255 gray levels in: "P5", width, height and 255 in text, then bytes.
 */
#ifndef PGMFILE_H
#define PGMFILE_H

#include "image/picture.h"

/* Decode the PGM of size bytes; lenient doesn't matter. On failure the picture's shape is 0. */
enum status pgm_decode(const void *pgm, size_t size, const struct picture_options *,
                       struct picture_data *, struct error *) MUST_CHECK;

#endif
END
    cat > lib/image/pgmfile.c << 'END'
#include "image/pgmfile.h"

#include <string.h>

enum { DIGITS_MAX = 6 };

/* A whole number and one space from *at on, which goes past both; 0 where there is none. */
static size_t number(const char **at, const char *end)
{
    size_t n = 0;
    for (int digits = 0; *at < end && **at >= '0' && **at <= '9' && digits < DIGITS_MAX; digits++)
        n = 10 * n + (size_t)(*(*at)++ - '0');
    return *at < end && strchr(" \n", *(*at)++) ? n : 0;
}

enum status pgm_decode(const void *pgm, size_t size, const struct picture_options *o,
                       struct picture_data *p, struct error *err)
{
    const char *at = (const char *)pgm + 3, *end = (const char *)pgm + size;
    p->shape = (struct shape){0};
    p->pixels.size = 0;
    if (size < 3 || memcmp(pgm, "P5\n", 3) != 0)
        return error_set(err, STATUS_FORMAT, "not a PGM");
    size_t width = number(&at, end), height = number(&at, end), most = number(&at, end);
    if (!width || !height || most != 255)
        return error_set(err, STATUS_FORMAT, "not a PGM with 255 gray levels");
    if (width * height > o->max_pixels)
        return error_set(err, STATUS_LIMIT, "%zux%zu pixels are too many", width, height);
    if ((size_t)(end - at) != width * height)
        return error_set(err, STATUS_FORMAT, "not as many bytes as pixels");
    size_t side = o->crop, channels = o->gray ? 1 : 3;
    size_t rows = side ? side : height, columns = side ? side : width;
    if (rows > height || columns > width)
        return error_set(err, STATUS_MISMATCH, "smaller than the crop");
    at += (height - rows) / 2 * width + (width - columns) / 2;
    if (buffer_reserve(&p->pixels, rows * columns * channels, err))
        return err->status;
    for (size_t i = 0; i < rows * columns * channels; i++)
        p->pixels.data[i] = at[i / channels / columns * width + i / channels % columns];
    p->pixels.size = rows * columns * channels;
    p->shape = (struct shape){rows, columns, channels};
    return STATUS_OK;
}
END
    replace lib/image/format.h 'FORMAT_FITS,' 'FORMAT_FITS, FORMAT_PGM,'
    edit lib/image/format.c before 'SIGNATURE\(FORMAT_FITS' <<< '    SIGNATURE(FORMAT_PGM, 0, "P5\n"),'
    edit lib/image/format.c before 'FORMAT_FITS\] =' <<< '    [FORMAT_PGM] = "a PGM",'
    edit lib/image/picturefile.c before 'FORMAT_JPEG\] =' <<< '    [FORMAT_PGM] = pgm_decode,'
    replace lib/image/picturefile.c '#include "image/picturefile.h"' \
        $'#include "image/picturefile.h"\n#include "image/pgmfile.h"'
    cat > tests/unit/pgmfile.c << 'END'
#include "image/pgmfile.h"

#include "unit.h"

int main(void)
{
    struct error err;
    struct picture_data p = {0};
    struct picture_options o = {.gray = true, .max_pixels = 100};
    unit_test("PGM: pixels as they are, broken and large ones refused");
    CHECK(pgm_decode("P5\n3 2\n255\nabcdef", 17, &o, &p, &err) == STATUS_OK);
    CHECK(p.shape.height == 2 && p.shape.width == 3 && memcmp(p.pixels.data, "abcdef", 6) == 0);
    CHECK(pgm_decode("P5\n3 2\n255\nabcde", 16, &o, &p, &err) == STATUS_FORMAT);
    CHECK(pgm_decode("P5\n50 50\n255\n", 13, &o, &p, &err) == STATUS_LIMIT);
    buffer_release(&p.pixels);
    return unit_end();
}
END
    cat > tests/fuzz/pgm.c << 'END'
/* pgmfile: what is decoded has as many pixels as it says. */
#include "fuzz.h"
#include "image/pgmfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct picture_data p = {0};
    struct picture_options o = {.crop = fuzz_byte(&data, &size), .max_pixels = 1 << 14};
    if (!pgm_decode(data, size, &o, &p, &err))
        HOLDS(p.pixels.size == p.shape.height * p.shape.width * 3);
    buffer_release(&p.pixels);
    return 0;
}
END
    mkdir tests/fuzz/corpus/pgm
    printf '\0P5\n2 2\n255\nabcd' > tests/fuzz/corpus/pgm/small
    replace man/gz-decode.1 'decodes JPEG files' 'decodes PGM and JPEG files'
    build bin/gz-decode build/unit/pgmfile build/fuzz/pgm 2> warnings
    [ ! -s warnings ]
    build/unit/pgmfile
    build/fuzz/pgm tests/fuzz/corpus/pgm/small
    printf 'P5\n2 2\n255\nabcd' > first.pgm
    gz-decode --gray first.pgm > out.npy
    head -c $(($(od -An -tu2 -j8 -N2 out.npy) + 10 + 60)) out.npy | tail -c 4 | cmp - <(printf abcd)
    diff <(named "Add a picture format" pgm) <(changed)
}

@test "add a room: sky" {
    mkdir lib/sky
    printf '%s\n' 'Where galaxies are in the sky.' '' 'May use: base' > lib/sky/README
    cat > lib/sky/first.h << 'END'
/*
 * first - a right ascension in hours, as text, to degrees.
 */
#ifndef FIRST_H
#define FIRST_H

#include <stdbool.h>

bool first_degrees(const char *hours, double *degrees);

#endif
END
    cat > lib/sky/first.c << 'END'
#include "sky/first.h"

#include "base/num.h"

bool first_degrees(const char *hours, double *degrees)
{
    bool ok = num_parse_real(hours, 0, 24, degrees);
    *degrees *= ok ? 15 : 1;
    return ok;
}
END
    edit lib/README before '^    image ' <<< '    sky'
    cat > tests/unit/first.c << 'END'
#include "sky/first.h"

#include "unit.h"

int main(void)
{
    double degrees = 0;
    unit_test("hours to degrees");
    CHECK(first_degrees("12", &degrees) && degrees == 180);
    CHECK(!first_degrees("25", &degrees) && degrees == 180);
    return unit_end();
}
END
    build all build/unit/first
    build/unit/first
    tests/tools/check-rooms build
    diff <(named "Add a room" sky) <(changed)
    # What the README doesn't allow is noticed, and what it allows in vain.
    edit lib/sky/first.c before 'base/num.h' <<< '#include "image/shape.h"'
    run -1 tests/tools/check-rooms build
    [[ $output == *"lib/sky/first uses lib/image/shape; lib/sky/README doesn't allow it"* ]]
    printf '%s\n' 'Where galaxies are in the sky.' '' 'May use: base net' > lib/sky/README
    run -1 tests/tools/check-rooms build
    [[ $output == *'lib/sky/README names net, which nothing there uses'* ]]
}

# ---- what the texts name ----

@test "README and CONTRIBUTING name files and targets that are there, in lines of at most 100 columns" {
    for text in README.md CONTRIBUTING.md; do
        for file in $(grep -oP '(?<![\w/.$])(cmd|lib|man|tests|pipelines)/[\w.*/-]*[\w*]' $text | sort -u); do
            [[ $file != *NAME* && $file != */first.* ]] || continue
            compgen -G "$file" > /dev/null || { echo "$text: no $file"; return 1; }
        done
        for target in $(grep -o '`make [a-z-]*`' $text | tr -d '`' | cut -d ' ' -f 2 | sort -u); do
            grep -q "^$target:" Makefile || { echo "$text: no make $target"; return 1; }
        done
        # A row of a table can't be broken.
        [ -z "$(awk 'length > 100 && !/^\|/' $text)" ]
    done
}

@test "the commands of the README work" {
    mkdir tour
    cd tour || return
    ln -s ../bin ../pipelines .
    # As they are, but with fewer galaxies, of which all are kept, and one small network.
    sed -n '/^## The main job/,/^## What it/p' ../README.md | sed -nE 's/^ {4,}(gz-|export)/\1/p' > commands
    [ "$(wc -l < commands)" -eq 12 ]
    sed -i 's/--number 900/--number 60/; s/--epochs 15/--epochs 1/; s/gz-label/& --agreement 0/' commands
    sed -i "s/gz-train/& --network 'conv4 pool pool dense8'/" commands
    clean bash -euo pipefail commands > score
    grep -q '^accuracy  *0\.' score
    [ "$(head -n 1 probs.tsv)" = $'#id\tspiral\tedge-on\tround' ]
    [ "$(head -c 4 triangle.png)" = $'\x89PNG' ]
}
