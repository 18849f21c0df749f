/*
 * state - the state of a training run: its streams, its network, and how far it is.
 *
 * advance.h takes the steps, checkpoint.h stores and resumes the state, result.h makes weights of
 * it, and run.h does all of this for gz-train.
 *
 * A step takes its batch from all streams, a share from each, and the records of a stream in their
 * order; so one stream is simply read from beginning to end. An epoch is a run of records of the
 * same view. The learning rate follows the share of training that is done, which is the field
 * `progress` of a step's first record (gz-stream(5)). A stream without the field gives (view - 1) /
 * epochs where the number of epochs is known: then the rate falls from epoch to epoch and has no
 * warm-up. Else it stays at its peak.
 *
 * The ranks of a job (ranks.h) make one run together. The streams are numbered from those of rank 0
 * on, and it makes no difference which rank has which: the same streams in the same order give the
 * same bytes. state_init and state_gather are collective (ranks.h): all ranks get the same status
 * and the same error. Rank 0 alone has the validation stream and writes files.
 *
 * Memory: 4 bytes a parameter for each of the parameters, the averaged ones (where wanted), the
 * result, the kept ones, two moments, and the gradient of every shard; what Muon works on
 * (muon_scratch); with other ranks, this rank's slice of the gradients of their streams; the
 * activations of a batch; the validation set, a byte a value, shared among the ranks.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/status.h"
#include "learn/feed.h"
#include "learn/history.h"
#include "learn/ranks.h"
#include "learn/recipe.h"
#include "learn/step.h"
#include "learn/validation.h"
#include "model/model.h"
#include "stream/stream.h"

/* What somebody asks a run for between two steps, on any rank. */
struct request {
    int end;         /* a signal to end by; 0: none */
    bool checkpoint; /* write a checkpoint now */
};

struct state {
    struct recipe recipe; /* with the size that the network has */
    unsigned jobs;        /* threads; they change nothing but the speed */
    struct ranks ranks;
    struct partition streams; /* which rank has which */
    size_t feeds;             /* how many streams this rank has ... */
    struct feed *feed;        /* ... and they; owned */
    struct model initial;     /* the weights to begin with; owned, and released once used */
    struct model model;       /* its parameters are the step's or the kept ones, never its own */
    struct step step;         /* with one group a feed */
    struct partition slice;   /* which rank updates which parameters, where there are several
                                 streams */
    float *foreign;           /* owned; this rank's slice of the gradients of others' streams */
    struct validation validation;

    /* After the last whole step. */
    uint64_t records; /* used so far, of all streams */
    uint64_t epoch;   /* the view of the last ones */
    double learning_rate;

    /* The epoch under way. */
    uint64_t epoch_records;
    double epoch_loss;    /* sum over these */
    double epoch_start;   /* clock_seconds() when this process began or resumed the epoch ... */
    uint64_t epoch_timed; /* ... and the records since then */

    uint64_t kept_epoch; /* one more than the epoch whose parameters are to be written, the last
                            measured or with patience the best one; 0: there is none */
    uint64_t waited;     /* epochs since then */
    struct evaluation kept;
    float *kept_parameter; /* owned */
    bool stopped;          /* by patience: the rest of the streams is read and not learned from */
    struct buffer history; /* the rows of all epochs so far (history.h) */
    bool report_due;       /* the last call of advance ended an epoch ... */
    struct epoch_report report; /* ... and this is known of it */

    struct request (*poll)(void); /* asked before each step; NULL: nobody asks for anything */
    struct request request;       /* what all ranks were asked for the last time */
};

/* Begin. in holds the n open training streams of this rank, at least one; valid is the open
   validation stream of rank 0, or NULL. Streams are read from here on and not closed. The network
   fits the pictures and classes of the first stream; STATUS_MISMATCH where another stream, or a
   rank's recipe, differs, a record shows more or less of the sky than the first one
   (input_check_fov), or the weights to begin with don't fit (transfer_read, whose errors are
   returned). The network has the size of the square that the first record names, if none is
   chosen. STATUS_FORMAT names a record that cannot be learned from. A stream that
   is cut off while its mean is measured is STATUS_INCOMPLETE: the run could not be resumed on the
   whole stream, which has another mean. On failure there is nothing to release. */
enum status state_init(struct state *, const struct recipe *, unsigned jobs, const struct ranks *,
                       struct stream_reader *const *in, size_t n, struct stream_reader *valid,
                       struct error *) MUST_CHECK;
void state_release(struct state *);

/* The number of streams of all ranks, and of this rank's first one. */
size_t state_streams(const struct state *);
size_t state_first_stream(const struct state *);

/* How far the training is in each stream of all ranks: state_streams of them. Collective. */
void state_positions(const struct state *, struct stream_position *at);

/* Describe the run in metadata: the recipe, and everything else but the streams' contents that the
   weights depend on. */
enum status state_describe(const struct state *, struct weights *, struct error *) MUST_CHECK;

/* Complete a block of spec.block_size floats, of which each rank has kept its slice up to date. */
void state_gather(const struct state *, float *block);

/* The parameters to be written: those kept at an epoch's end, or the result of the last step
   without a validation set. */
const float *state_result(const struct state *);

#endif
