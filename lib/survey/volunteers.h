/*
 * volunteers - how a crowd answers Galaxy Zoo 2's questions about one galaxy.
 *
 * The questions form a tree (Willett et al. 2013, MNRAS 435, 2835, figure 1 and table 2): the next
 * question depends on the answer, so a question is asked only of some people. Answers are numbered
 * from 0 to VOLUNTEERS_ANSWERS - 1 in the order of the columns Class1.1 ... Class11.6 of the Galaxy
 * Challenge's table. As there, an answer's share is a share of all volunteers, so that, for
 * instance, 2.1 + 2.2 = 1.2. Questions 6 and 8 are exceptions: their shares are of those who were
 * asked question 6 (6.1 + 6.2 = 1, and the answers to question 8 sum to 6.1).
 */
#ifndef VOLUNTEERS_H
#define VOLUNTEERS_H

#include <stddef.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/status.h"

enum { VOLUNTEERS_QUESTIONS = 11, VOLUNTEERS_ANSWERS = 37 };

/* The index of answer a of question q, both from 1, as in Class<q>.<a>. */
size_t volunteers_answer(unsigned q, unsigned a);

/*
 * Ask a crowd, and report the share of each answer. likelihood[i] is that of answer i; those of
 * a question need not sum to 1. If nobody is asked question 6, 6.2 is 1. About 45 people look at
 * the galaxy; one in 25 is careless and answers at random. People are weighted by their consistency
 * with others (Willett et al. 2013, eq. 3), so careless ones count for less.
 */
void volunteers_ask(const double likelihood[VOLUNTEERS_ANSWERS], struct rng *,
                    double share[VOLUNTEERS_ANSWERS]);

/* Append the table's header line, or a galaxy's row, to out. */
enum status volunteers_write_header(struct buffer *out, struct error *) MUST_CHECK;
enum status volunteers_write(struct buffer *out, const char *id,
                             const double share[VOLUNTEERS_ANSWERS], struct error *) MUST_CHECK;

#endif
