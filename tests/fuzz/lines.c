/* lines: probability lines. Those that are read can be written, and read the same again but for the
   seventh decimal; the second writing equals the first. */
#include <math.h>

#include "fuzz.h"
#include "lines.h"
#include "mem.h"

/* Rounded to six decimals the sum of a line that was just good enough may not be so any more. */
static bool is_clear(const struct line *line, size_t classes)
{
    double sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += (double)line->probability[k];
    return fabs(sum - 1) < LINES_SUM_TOLERANCE - 1e-6 * RECORD_CLASSES_MAX;
}

/* Read lines and append those that are good to out; the number of these. */
static uint64_t copy_lines(char *path, struct buffer *out, uint64_t *bad)
{
    static struct lines l;
    const char *names[RECORD_CLASSES_MAX];
    struct line line;
    struct error err;
    enum status s = lines_open(&l, &path, 1, &err);
    uint64_t n = 0;
    *bad = 0;
    for (size_t k = 0; !s && k < l.classes; k++)
        names[k] = lines_class(&l, k);
    bool label = l.label >= 0, spread = l.spread >= 0;
    if (!s)
        HOLDS(!lines_write_header(out, l.classes, names, label, spread, &err));
    while (!s || s == STATUS_FORMAT) {
        if (!l.classes)
            break;
        s = lines_next(&l, &line, &err);
        *bad += s == STATUS_FORMAT;
        if (s || !is_clear(&line, l.classes))
            continue;
        HOLDS(line.label >= -1 && line.label < (int)l.classes);
        HOLDS(!lines_write(out, &line, l.classes, names, label, spread, &err));
        n++;
    }
    lines_close(&l);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer first = {0}, second = {0};
    uint64_t bad, n = copy_lines(fuzz_file(0, data, size), &first, &bad);
    if (first.size) {
        HOLDS(copy_lines(fuzz_file(1, first.data, first.size), &second, &bad) == n && bad == 0);
        HOLDS(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
    }
    buffer_release(&first);
    buffer_release(&second);
    return 0;
}
