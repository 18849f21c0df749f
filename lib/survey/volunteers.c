#include "survey/volunteers.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { END = 0, ODD = 6, ODDITY = 8 };

/* Question q has answers[q] answers; next[q][a] is the question after answer a, from 0. */
static const struct {
    unsigned answers;
    unsigned char next[7];
} question[VOLUNTEERS_QUESTIONS + 1] = {
    [1] = {3, {7, 2, END}},         /* smooth; features or disk; star or artifact */
    [2] = {2, {9, 3}},              /* edge-on: yes; no */
    [3] = {2, {4, 4}},              /* bar: yes; no */
    [4] = {2, {10, 5}},             /* spiral arms: yes; no */
    [5] = {4, {6, 6, 6, 6}},        /* bulge: none; just noticeable; obvious; dominant */
    [6] = {2, {8, END}},            /* anything odd: yes; no */
    [7] = {3, {6, 6, 6}},           /* completely round; in between; cigar-shaped */
    [8] = {7, {END}},               /* ring; lens; disturbed; irregular; other; merger; dust */
    [9] = {3, {6, 6, 6}},           /* bulge from the side: rounded; boxy; none */
    [10] = {3, {11, 11, 11}},       /* arms wound: tight; medium; loose */
    [11] = {6, {5, 5, 5, 5, 5, 5}}, /* arms: 1; 2; 3; 4; more; can't tell */
};

size_t volunteers_answer(unsigned q, unsigned a)
{
    size_t index = a - 1;
    for (unsigned i = 1; i < q; i++)
        index += question[i].answers;
    return index;
}

static unsigned choose(const double *likelihood, unsigned n, bool careless, struct rng *r)
{
    double sum = 0;
    if (careless)
        return (unsigned)rng_below(r, n);
    for (unsigned a = 0; a < n; a++)
        sum += likelihood[a];
    double draw = rng_uniform(r) * sum;
    unsigned a = 0;
    while (a + 1 < n && (draw -= likelihood[a]) >= 0)
        a++;
    return a;
}

/* Add one person's answers, from the root of the tree to its end. */
static void walk(const double *likelihood, bool careless, double weight, struct rng *r,
                 double *count)
{
    for (unsigned q = 1; q != END;) {
        size_t first = volunteers_answer(q, 1);
        unsigned a = choose(likelihood + first, question[q].answers, careless, r);
        count[first + a] += weight;
        q = question[q].next[a];
    }
}

/* The weight of a person, from the share of the person's answers that others agree with. */
static double weigh(bool careless, struct rng *r)
{
    double consistency = careless ? 0.4 + 0.2 * rng_uniform(r) : 0.59 + 0.2 * rng_uniform(r);
    return fmin(1, pow(consistency / 0.6, 8.5));
}

void volunteers_ask(const double likelihood[VOLUNTEERS_ANSWERS], struct rng *r,
                    double share[VOLUNTEERS_ANSWERS])
{
    const double crowd = 45, spread = 6, careless_share = 0.04;
    int people = (int)fmax(25, round(crowd + spread * rng_normal(r)));
    double all = 0;
    memset(share, 0, VOLUNTEERS_ANSWERS * sizeof *share);
    for (int i = 0; i < people; i++) {
        bool careless = rng_uniform(r) < careless_share;
        double weight = weigh(careless, r);
        walk(likelihood, careless, weight, r, share);
        all += weight;
    }
    size_t yes = volunteers_answer(ODD, 1), no = yes + 1;
    double asked = share[yes] + share[no];
    if (asked == 0)
        share[no] = asked = 1;
    for (size_t i = 0; i < VOLUNTEERS_ANSWERS; i++) {
        bool oddity = i >= volunteers_answer(ODDITY, 1) && i <= volunteers_answer(ODDITY, 7);
        share[i] /= i == yes || i == no || oddity ? asked : all;
    }
}

/* ---- the table ---- */

enum status volunteers_write_header(struct buffer *out, struct error *err)
{
    enum status s = buffer_print(out, err, "GalaxyID");
    for (unsigned q = 1; q <= VOLUNTEERS_QUESTIONS; q++)
        for (unsigned a = 1; a <= question[q].answers && !s; a++)
            s = buffer_print(out, err, ",Class%u.%u", q, a);
    return s ? s : buffer_print(out, err, "\n");
}

enum status volunteers_write(struct buffer *out, const char *id,
                             const double share[VOLUNTEERS_ANSWERS], struct error *err)
{
    enum status s = buffer_print(out, err, "%s", id);
    for (size_t i = 0; i < VOLUNTEERS_ANSWERS && !s; i++)
        s = buffer_print(out, err, ",%.9g", share[i]);
    return s ? s : buffer_print(out, err, "\n");
}
