/*
 * status - how functions of the library report errors.
 *
 * A function that can fail returns an enum status, or a pointer that is NULL on failure. It then
 * also sets a struct error of the caller. The library never prints and never exits: the program
 * decides what to do about an error. Setting an error allocates no memory.
 *
 * The text of an error is one line in lower case, without a full stop or newline. It says what is
 * wrong, but not in which program or file: the callers that know these put them before the text
 * (error_prefix).
 */
#ifndef STATUS_H
#define STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_END,         /* not an error: there is nothing more to read */
    STATUS_SYSTEM,      /* a system call failed: a read, a write, an open */
    STATUS_BROKEN_PIPE, /* a write to a pipe that nobody reads any more (SIGPIPE is ignored) */
    STATUS_MEMORY,      /* there is no memory left, or too many files are open */
    STATUS_FORMAT,      /* the input is not well formed */
    STATUS_LIMIT,       /* the input is well formed, but beyond a limit that a man page names */
    STATUS_INCOMPLETE,  /* the input is cut off */
    STATUS_MISMATCH,    /* two inputs are valid, but don't fit together */
    STATUS_INTERRUPTED  /* not an error: the call stopped early, and the same call goes on */
};

struct error {
    enum status status;
    char text[512];
};

/* Of errors of the same kind, such as rows that can't be used, so many are printed one by one; the
   others are counted. */
enum { WARNINGS_MAX = 10 };

/* The result of such a function must be looked at. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Set *err to status and to a text as printf makes it, cut if it is too long. Returns status. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno at the end. The status is that which fits errno, mostly
   STATUS_SYSTEM. Returns it. */
enum status error_system(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put a text as printf makes it, and ": ", before the text of *err. Returns err->status. */
enum status error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
