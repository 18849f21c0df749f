/*
 * session_inner - what the files of session share and nobody else needs.
 */
#ifndef SESSION_INNER_H
#define SESSION_INNER_H

#include "learn/session.h"
#include "model/weights.h"

#define CHECKPOINT_FORMAT "gz-checkpoint 4"

/* Bytes that a number for each stream takes at most, as text with spaces between. */
enum { SESSION_LIST_TEXT = TRAIN_SHARDS_MAX * 21 };

/* Seconds, from some start or other. */
double session_now(void);

/* The number of streams, of all ranks. */
size_t session_streams(const struct session *);

/* Put into the metadata the options by their names; and with them everything else that the weights
   depend on, besides the streams. */
enum status session_store_options(const struct session *, struct weights *,
                                  struct error *) MUST_CHECK;
enum status session_store_recipe(const struct session *, struct weights *,
                                 struct error *) MUST_CHECK;

/* See that options and kinds of records are those of rank 0, whose names the others' error tells.
 */
enum status session_compare(struct session *, struct error *) MUST_CHECK;

/* Measure parameters on the validation set, all ranks together: logits go to valid_logit. */
enum status session_measure(struct session *, const float *parameter, struct evaluation *,
                            struct error *) MUST_CHECK;

/* Have the whole of a block of which each rank keeps its piece only. */
void session_collect(struct session *, float *block);

#endif
