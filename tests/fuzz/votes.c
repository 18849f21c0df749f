/* votes: a table of any kind. What a row gives are shares of 1 and a class that the rule allows,
   and looking it up gives the same. */
#include <math.h>

#include "fuzz.h"
#include "catalogue/votes.h"

static void check_row(const struct votes *v, const char *id)
{
    struct vote vote;
    double sum = 0;
    HOLDS(votes_find(v, id, &vote));
    HOLDS(vote.label >= VOTES_TOO_FEW && vote.label < (int)v->classes);
    for (size_t k = 0; vote.label >= 0 && k < v->classes; k++) {
        HOLDS(vote.share[k] >= 0 && vote.share[k] <= vote.share[vote.label]);
        sum += (double)vote.share[k];
    }
    HOLDS(vote.label < 0 || fabs(sum - 1) < 1e-5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct votes v;
    struct votes_options options = {.min_agreement = fuzz_byte(&data, &size) / 255.,
                                    .min_asked = fuzz_byte(&data, &size) / 255.};
    struct error err;
    struct vote vote;
    enum status s = votes_open(&v, fuzz_file(0, data, size), &options, &err);
    if (!s) {
        do {
            s = votes_read_row(&v, &err);
            if (!s && v.reading.rule)
                check_row(&v, v.table.cell[v.id]);
            HOLDS(s != STATUS_FORMAT || strstr(err.text, "line "));
        } while (s == STATUS_OK || s == STATUS_FORMAT);
        HOLDS(s != STATUS_END || (v.classes >= 1 && v.classes <= RECORD_CLASSES_MAX));
        HOLDS(!votes_find(&v, "\n", &vote));
    }
    votes_release(&v);
    return 0;
}
