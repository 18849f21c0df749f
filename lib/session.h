/*
 * session - a whole training run: from a labelled stream to the weights that did best.
 *
 * An epoch is a run of records of the same view; where view grows, the epoch ends, the network is
 * measured on the validation set (where there is one) and a report is due. The learning rate
 * follows the share of training that is done: the field `progress` of the stream (gz-stream(5)). A
 * stream without it gives (view - 1) / epochs where that number is known: then the rate falls from
 * epoch to epoch and has no warm-up. Else it stays at its peak.
 *
 * A session can be stored between any two steps, and resumed on the same stream: what follows, to
 * the last bit of the weights, is as without the interruption.
 *
 * Memory: 4 bytes a parameter for each of parameters, averaged parameters (where wanted), best
 * parameters, two moments and every shard's gradient; the activations of a batch; the validation
 * set, a byte a value.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "model.h"
#include "score.h"
#include "status.h"
#include "stream.h"
#include "train.h"

struct session_options {
    const char *network; /* netspec */
    size_t size;         /* side of the input; 0: that of the stream's pictures */
    size_t batch, shards;
    unsigned jobs; /* changes nothing but the speed */
    uint64_t seed;
    double rate, floor; /* learning rate at its peak and at the end */
    double warmup;      /* share of training during which it grows to the peak */
    double weight_decay;
    double average; /* decay of the averaged weights (optim.h); 0: the last ones count */
    bool soft;      /* learn the shares of the votes, not the class with most */
    double smooth;  /* share of each target that is dealt out to all classes (loss.h) */
    enum normalise_kind normalise;
    uint64_t epochs;   /* of a stream without the field `progress`; 0: unknown */
    uint64_t patience; /* stop after so many epochs without a better one; 0: never */
};

/* Where in the stream training is: what a checkpoint holds besides the numbers learned. */
struct position {
    uint64_t records; /* used so far */
    uint64_t hash;    /* of their ids, views and middle rows of pixels */
    uint64_t epoch;   /* the view of the last one */
    double rate;      /* learning rate of its step */
};

/* Options to begin with: what training does unless told otherwise. jobs is 1. */
struct session_options session_default(void);

/* Make the recipe that of a preset: "default", or "original", as the first experiment had it.
   It leaves alone what isn't a matter of recipes: size, shards, jobs, seed, epochs and patience.
   Returns whether there is such a preset. */
bool session_preset(struct session_options *, const char *name) MUST_CHECK;

/* What is known at the end of an epoch. */
struct report {
    uint64_t epoch;   /* the view */
    uint64_t records; /* since the start of training */
    double loss;      /* mean over the epoch, while training */
    bool validated;
    struct evaluation valid;
    struct interval accuracy; /* 95 % interval of the validation accuracy */
    double rate;              /* learning rate of the epoch's last step */
    double speed;             /* records a second in this epoch, as this process saw it */
    bool best;                /* the best so far */
};

/* A report as a line of text without newline; returns text. */
enum { REPORT_TEXT = 256 };
const char *report_text(const struct report *, char text[REPORT_TEXT]);

struct session {
    struct session_options o;
    struct model model; /* its parameters are the trainer's or the best ones, never its own */
    struct trainer trainer;
    struct stream_reader *in;
    struct record_type type, valid_type; /* of the two streams; copies, which outlive them */
    struct batch format;
    struct dataset valid;
    float *valid_logit;

    /* Records that were read ahead: for the first mean and deviation, and the one that showed that
       an epoch had ended. */
    struct buffer ahead;
    size_t ahead_at;

    struct position at;     /* after the last whole step */
    struct position loaded; /* after the records that are in the next batch already ... */
    size_t waiting;         /* ... and how many those are */
    uint64_t epoch_records;
    double epoch_loss; /* sum over these */
    double
        epoch_start; /* seconds: when this process began with the epoch, or went on with it ... */
    uint64_t epoch_timed; /* ... and the records since */
    uint64_t best_epoch, waited;
    struct evaluation best;
    float *best_parameter; /* owned */
    struct buffer history; /* all reports so far, as lines of a table; the newest 3 MiB of them */
    bool stopped;          /* by patience: the rest of the stream is only read */
    bool due;
    struct report report;
};

/* Begin: in is the open training stream, valid the open validation stream or NULL; both are read
   from here on, neither is closed. Records without usable votes or pixels are an error, here and
   later, that names them. */
enum status session_init(struct session *, const struct session_options *, struct stream_reader *in,
                         struct stream_reader *valid, struct error *) MUST_CHECK;

/* Continue where the checkpoint at path was written: call it right after session_init, on the same
   stream. STATUS_MISMATCH names what differs. */
enum status session_resume(struct session *, const char *path, struct error *) MUST_CHECK;

/* Use up records without training, until so many in all are; STATUS_END where there are fewer. */
enum status session_skip(struct session *, uint64_t records, struct error *) MUST_CHECK;

/* Train one batch. due is set where an epoch has ended and report is new. STATUS_END after the
   stream's last record, when the last report is made; STATUS_INTERRUPTED (see stream_watch) where
   the next call goes on; STATUS_INCOMPLETE and others as stream_read. After any error of the stream
   a checkpoint can still be written: it is of the last whole step. */
enum status session_step(struct session *, struct error *) MUST_CHECK;

/* Write all it takes to resume. The file is the old one or the new one, never torn. */
enum status session_checkpoint(const struct session *, const char *path, struct error *) MUST_CHECK;

/* What the temperature did, fitted on the validation set (loss.h). */
struct calibration {
    uint64_t epoch;       /* of the weights that session_write writes */
    double temperature;   /* 1 without a validation set */
    double before, after; /* their loss there, with temperature 1 and with this one */
};

/* Fit the temperature that session_write then stores. After the last step. */
enum status session_calibrate(struct session *, struct calibration *, struct error *) MUST_CHECK;

/* Write the weights: the best ones by validation, or the last without. */
enum status session_write(struct session *, const char *path, const char *version,
                          struct error *) MUST_CHECK;

/* Write the history, as a table with a header line. */
enum status session_write_history(const struct session *, const char *path,
                                  struct error *) MUST_CHECK;

void session_release(struct session *);

#endif
