/*
 * status - the one vocabulary of errors.
 *
 * A function of the library that can fail returns an enum status, or a pointer that is NULL on
 * failure, and says what is wrong in the struct error its caller lends it. The library never
 * prints and never exits; the program decides what becomes of an error.
 *
 * An error's text is one line without full stop or newline, in lower case, that names what is
 * wrong but not the program or the file: those who know them put them in front (error_prefix).
 * Setting an error allocates nothing, so "out of memory" can always be said.
 */
#ifndef STATUS_H
#define STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_END,         /* not an error: there is nothing more to read */
    STATUS_SYSTEM,      /* the operating system refused: a read, a write, an open, a thread */
    STATUS_BROKEN_PIPE, /* a write, where whoever read it is gone (and SIGPIPE is ignored) */
    STATUS_MEMORY,      /* no memory left, or no number for one more open file */
    STATUS_FORMAT,      /* bytes from outside are not what they should be */
    STATUS_LIMIT,       /* well formed, but beyond a limit that a man page names */
    STATUS_INCOMPLETE,  /* something was cut off */
    STATUS_MISMATCH,    /* two inputs, each good in itself, don't fit together */
    STATUS_INTERRUPTED  /* not an error: something else comes first; the same call then goes on */
};

struct error {
    enum status status;
    char text[512];
};

/* Functions that can fail must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Set *err to status and the text that format makes, cut where it doesn't fit. Returns status. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno at the end, and the status that fits errno: mostly
   STATUS_SYSTEM. */
enum status error_system(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put what format makes, and ": ", before the text that is already there. Returns err->status. */
enum status error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
