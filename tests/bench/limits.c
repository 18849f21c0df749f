/*
 * limits LIST - what this machine could do if nothing but the arithmetic and the decoding had to be
 * done: three lines, "sgemm GFLOP/s", "gray images/s", "colour images/s", on all processors.
 *
 * sgemm: square products, large enough to be at their best. gray and colour: bare libjpeg-turbo on
 * the files of LIST in memory, the central 216 x 216 pixels (whole blocks around 212).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jpeglib.h>

#include "net/gemm.h"
#include "base/thread.h"

enum { SIDE = 768, PRODUCTS = 40, FILES = 2000, ROUNDS = 5, WINDOW = 216, MOST_JOBS = 256 };

struct file {
    unsigned char *bytes;
    unsigned long size;
};

static struct file file[FILES];
static size_t files;
static bool gray;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void multiply(void *context, size_t job)
{
    float *a = calloc(3 * SIDE * SIDE, sizeof *a);
    (void)context;
    (void)job;
    for (int i = 0; a && i < PRODUCTS; i++)
        gemm(false, false, SIDE, SIDE, SIDE, a, SIDE, a + SIDE * SIDE, SIDE, a + 2 * SIDE * SIDE,
             SIDE);
    free(a);
}

static void decode(void *context, size_t i)
{
    struct jpeg_decompress_struct info;
    struct jpeg_error_mgr error;
    unsigned char row[3 * 1024 + 8], *to = row + 8;
    JDIMENSION width = WINDOW, left;
    (void)context;
    info.err = jpeg_std_error(&error);
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, file[i].bytes, file[i].size);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
    if (info.image_width >= WINDOW && info.image_height >= WINDOW) {
        left = (info.image_width - WINDOW) / 2;
        jpeg_start_decompress(&info);
        jpeg_crop_scanline(&info, &left, &width);
        jpeg_skip_scanlines(&info, (info.image_height - WINDOW) / 2);
        for (int y = 0; y < WINDOW && width <= 1024; y++)
            jpeg_read_scanlines(&info, &to, 1);
    }
    jpeg_destroy_decompress(&info);
}

/* The best of some rounds, in calls a second. */
static double rate(size_t n, void (*work)(void *, size_t))
{
    double best = 0;
    for (int i = 0; i < ROUNDS; i++) {
        double begin = now();
        parallel_for(thread_available(), n, work, NULL);
        double speed = (double)n / (now() - begin);
        best = speed > best ? speed : best;
    }
    return best;
}

static void load(const char *list)
{
    char name[4096];
    FILE *names = fopen(list, "r");
    while (names && files < FILES && fgets(name, sizeof name, names)) {
        name[strcspn(name, "\n")] = '\0';
        FILE *f = fopen(name, "rb");
        unsigned char *bytes = malloc(1 << 20);
        if (f && bytes) {
            size_t size = fread(bytes, 1, 1 << 20, f);
            file[files++] = (struct file){bytes, size};
        }
        if (f)
            fclose(f);
    }
    if (names)
        fclose(names);
}

int main(int argc, char **argv)
{
    struct error err;
    unsigned jobs = thread_available();
    load(argc > 1 ? argv[1] : "/dev/null");
    if (gemm_init(jobs, &err))
        return 1;
    double flops = 2.0 * SIDE * SIDE * SIDE * PRODUCTS;
    printf("sgemm %.0f\n", rate(jobs, multiply) * flops / 1e9);
    if (!files)
        return 0;
    gray = true;
    printf("gray %.0f\n", rate(files, decode));
    gray = false;
    printf("colour %.0f\n", rate(files, decode));
    return 0;
}
