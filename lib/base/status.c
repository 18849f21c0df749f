#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text may contain an id, a file's name or a field's name, and these any bytes: they must not
   control the terminal or end the line. */
static void make_printable(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if (*c < ' ' || *c == 0x7f)
            *c = '?';
}

enum status error_set(struct error *err, enum status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->status = status;
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    make_printable(err->text);
    return status;
}

static enum status status_of(int code)
{
    switch (code) {
    case EPIPE: return STATUS_BROKEN_PIPE;
    case ENOMEM:
    case EMFILE:
    case ENFILE: return STATUS_MEMORY;
    default: return STATUS_SYSTEM;
    }
}

enum status error_system(struct error *err, const char *format, ...)
{
    int code = errno;
    va_list args;
    va_start(args, format);
    err->status = status_of(code);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, "%s%s", used ? ": " : "", strerror(code));
    make_printable(err->text);
    return err->status;
}

enum status error_prefix(struct error *err, const char *format, ...)
{
    char rest[sizeof err->text];
    memcpy(rest, err->text, sizeof rest);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t used = strlen(err->text);
    snprintf(err->text + used, sizeof err->text - used, ": %.*s", (int)(sizeof rest - 1), rest);
    make_printable(err->text);
    return err->status;
}
