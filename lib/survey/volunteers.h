/*
 * volunteers - how a crowd answers Galaxy Zoo 2's questions about one galaxy.
 *
 * The questions form a tree (Willett et al. 2013, MNRAS 435, 2835, figure 1 and table 2): which
 * question comes next depends on the answer, and not everybody is asked everything. Answers are
 * numbered here from 0 to VOLUNTEERS_ANSWERS - 1 in the order of the columns Class1.1 ... Class11.6
 * of the Galaxy Challenge's table. A share is that of all volunteers, so that, for instance,
 * 2.1 + 2.2 = 1.2; only question 6 counts those who were asked it (6.1 + 6.2 = 1, and the 8s sum to
 * 6.1), as in that table.
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
 * Send a crowd through the tree and report the share of each answer. likely[i] is in proportion to
 * how likely answer i is, among those of its question. About 45 people look; one in 25 is careless
 * and answers at random. People count by how consistent they are with others (Willett et al. 2013,
 * eq. 3), so the careless ones count for less.
 */
void volunteers_ask(const double likely[VOLUNTEERS_ANSWERS], struct rng *,
                    double share[VOLUNTEERS_ANSWERS]);

/* Append the table's header line, and a galaxy's line, to out. */
enum status volunteers_write_header(struct buffer *out, struct error *) MUST_CHECK;
enum status volunteers_write(struct buffer *out, const char *id,
                             const double share[VOLUNTEERS_ANSWERS], struct error *) MUST_CHECK;

#endif
