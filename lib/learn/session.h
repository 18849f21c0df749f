/*
 * session - a whole training run: from labelled streams to the weights that did best.
 *
 * A step takes its batch from all streams, of each its share, the streams' records one after the
 * other: so one stream is simply read from beginning to end. An epoch is a run of records of the
 * same view. A stream in which another view comes next waits until all others are so far; where it
 * is the same in all streams, the epoch ends, the network is measured on the validation set (where
 * there is one) and a report is due. Steps before that have fewer records, where streams aren't of
 * one length. The learning rate follows the share of training that is done: the field `progress` of
 * a step's first record (gz-stream(5)). A stream without it gives (view - 1) / epochs where that
 * number is known: then the rate falls from epoch to epoch and has no warm-up. Else it stays at its
 * peak.
 *
 * The ranks of a job (ranks.h) make one run together. The streams are numbered from those of rank 0
 * on, and it makes no difference who has which: the same streams in the same order give the same
 * bytes. All ranks call the same functions here, and get the same status and, but for what is said
 * of the rank, the same error. Rank 0 alone has the validation set and writes files.
 *
 * A session can be stored between any two steps, and resumed on the same streams, by any number of
 * ranks: what follows, to the last bit of the weights, is as without the interruption.
 *
 * Memory: 4 bytes a parameter for each of parameters, averaged parameters (where wanted), what they
 * come to, best parameters, two moments and every shard's gradient, and, with other ranks, this
 * one's piece of what their streams give; the activations of a batch; the validation set, a byte a
 * value, dealt out to the ranks.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/feed.h"
#include "base/mem.h"
#include "model/model.h"
#include "learn/ranks.h"
#include "catalogue/score.h"
#include "base/status.h"
#include "stream/stream.h"
#include "learn/train.h"

struct session_options {
    const char *network;    /* netspec */
    uint64_t size;          /* side of the input; 0: that of the stream's pictures */
    uint64_t batch, shards; /* of all streams together, dealt out to them evenly */
    unsigned jobs;          /* changes nothing but the speed */
    uint64_t seed;
    double rate, rate_end; /* learning rate at its peak and at the end */
    double warmup;         /* share of training during which it grows to the peak */
    double weight_decay;
    double average;    /* decay of the averaged weights (optim.h); 0: the last ones count */
    bool norm;         /* batch normalisation of the convolutions, while learning (layers.h) */
    bool soft;         /* learn the shares of the votes, not the class with most */
    double smooth;     /* share of each target that is dealt out to all classes (loss.h) */
    bool per_image;    /* each picture's pixels are normalised by its own mean and deviation */
    uint64_t epochs;   /* of a stream without the field `progress`; 0: unknown */
    uint64_t patience; /* stop after so many epochs without a better one; 0: never */
};

/* How far training is, after the last whole step. Where in the streams that is, the feeds know. */
struct position {
    uint64_t records; /* used so far, of all streams */
    uint64_t epoch;   /* the view of the last ones */
    double rate;      /* learning rate of their step */
};

/* What somebody outside wants between two steps, on any rank. */
struct wish {
    int end;         /* a signal to end by; 0: none */
    bool checkpoint; /* one more checkpoint */
};

/* Options to begin with: what training does unless told otherwise. jobs is 1. */
struct session_options session_default(void);

/* Make the recipe that of a preset: "default", or "original", as the first experiment had it.
   It leaves alone what isn't a matter of recipes: size, shards, jobs, seed, epochs and patience.
   Returns whether there is such a preset. */
bool session_preset(struct session_options *, const char *name) MUST_CHECK;

/* Set the option of this name from text, both as gz-train(1) has them, "soft" to "yes" or "no";
   network keeps the text itself. STATUS_FORMAT says what it has to be. jobs has no name here, as
   weights don't depend on it. */
enum status session_set(struct session_options *, const char *name, const char *text,
                        struct error *) MUST_CHECK;

/* What is known at the end of an epoch. */
struct epoch_report {
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
enum { EPOCH_REPORT_TEXT = 256 };
const char *epoch_report_text(const struct epoch_report *, char text[EPOCH_REPORT_TEXT]);

struct session {
    struct session_options o;
    struct ranks ranks;
    struct partition streams; /* whose is which */
    size_t feeds;             /* of them, this rank's ... */
    struct feed *feed;        /* ... owned */
    struct model model;       /* its parameters are the trainer's or the best ones, never its own */
    struct trainer trainer;   /* a group a feed */
    struct partition piece;   /* whose optimiser steps which parameters, where there are streams */
    float *foreign;           /* owned; this rank's piece of the gradients of others' streams */

    struct record_type valid_type; /* a copy, which outlives the stream */
    struct partition valid_part;   /* of the validation set, who measures what */
    struct dataset valid;          /* this rank's part; all the targets */
    size_t valid_n;                /* records of it in all */
    float *valid_logit;            /* (valid_n, classes) */

    struct position at;
    uint64_t epoch_records;
    double epoch_loss; /* sum over these */
    double
        epoch_start; /* seconds: when this process began with the epoch, or went on with it ... */
    uint64_t epoch_timed; /* ... and the records since */
    uint64_t best_epoch, waited;
    struct evaluation best;
    float *best_parameter; /* owned */
    struct buffer history; /* all reports so far, as lines of a table; the newest 3 MiB of them */
    bool stopped;          /* by patience: the rest of the streams is only read */
    bool due;
    struct epoch_report report;

    struct wish (*ask)(void); /* may be NULL; asked before each step */
    struct wish wish;         /* what all ranks answered the last time */
};

/* Begin: in has the n open training streams of this rank, one at least; valid is the open
   validation stream or NULL, of rank 0 only. All are read from here on, none is closed. Records
   without usable votes or pixels are an error, here and later, that names them; so are options and
   kinds of records that differ between ranks. */
enum status session_init(struct session *, const struct session_options *, const struct ranks *,
                         struct stream_reader *const *in, size_t n, struct stream_reader *valid,
                         struct error *) MUST_CHECK;

/* Continue where the checkpoint at rank 0's path was written, where there is one (NULL: none): call
   it right after session_init, on the same streams. STATUS_MISMATCH names what differs. */
enum status session_resume(struct session *, const char *path, struct error *) MUST_CHECK;

/* Train one batch or, where an epoch has ended, measure: due is set then, and report is new.
   STATUS_END after the last records, when the last report is made; STATUS_INTERRUPTED where a
   rank's wait was (see stream_watch) or there is a wish, and the next call goes on;
   STATUS_INCOMPLETE and others as stream_read. After any error of a stream a checkpoint can still
   be written: it is of the last whole step. */
enum status session_step(struct session *, struct error *) MUST_CHECK;

/* Write all it takes to resume to rank 0's path. The file is the old one or the new one, never
 * torn. */
enum status session_checkpoint(struct session *, const char *path, struct error *) MUST_CHECK;

/* What the temperature did, fitted on the validation set (loss.h). */
struct calibration {
    uint64_t epoch;       /* of the weights that session_write writes */
    double temperature;   /* 1 without a validation set */
    double before, after; /* their loss there, with temperature 1 and with this one */
};

/* Fit the temperature that session_write then stores. After the last step. */
enum status session_calibrate(struct session *, struct calibration *, struct error *) MUST_CHECK;

/* Write the weights to rank 0's path: the best ones by validation, or the last without. */
enum status session_write(struct session *, const char *path, const char *version,
                          struct error *) MUST_CHECK;

/* Write the history to rank 0's path, where there is one (NULL: none), as a table with a header
   line. */
enum status session_write_history(struct session *, const char *path, struct error *) MUST_CHECK;

void session_release(struct session *);

#endif
