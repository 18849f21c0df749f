#include "learn/history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"

static double accuracy(const struct evaluation *e)
{
    return (double)e->correct / (double)e->n;
}

const char *epoch_report_text(const struct epoch_report *r, char text[EPOCH_REPORT_TEXT])
{
    char of[32] = "", left[CLOCK_TEXT];
    if (r->epochs)
        snprintf(of, sizeof of, " of %" PRIu64, r->epochs);
    int n = snprintf(text, EPOCH_REPORT_TEXT, "epoch %" PRIu64 "%s: %" PRIu64 " records, loss %.4f",
                     r->epoch, of, r->records, r->loss);
    if (r->validated)
        n += snprintf(text + n, EPOCH_REPORT_TEXT - (size_t)n,
                      ", valid loss %.4f, accuracy %.4f (%.4f to %.4f)%s", r->valid.loss,
                      accuracy(&r->valid), r->accuracy.low, r->accuracy.high,
                      r->best ? " best" : "");
    n += snprintf(text + n, EPOCH_REPORT_TEXT - (size_t)n, ", rate %.2e, %.0f images/s",
                  r->learning_rate, r->speed);
    if (r->epochs > r->epoch)
        snprintf(text + n, EPOCH_REPORT_TEXT - (size_t)n, ", %s left", clock_text(r->left, left));
    return text;
}

/* ---- the table ---- */

static const char header[] =
    "#epoch\trecords\tloss\tvalid-loss\tvalid-accuracy\tlow\thigh\trate\timages/s\n";

/* Drop the oldest rows. */
static void trim(struct buffer *b)
{
    if (b->size <= HISTORY_MAX)
        return;
    size_t gone = b->size - HISTORY_MAX;
    const char *newline = memchr(b->data + gone, '\n', b->size - gone);
    gone = newline ? (size_t)(newline + 1 - b->data) : b->size;
    b->size -= gone;
    memmove(b->data, b->data + gone, b->size);
}

enum status history_add(struct buffer *rows, const struct epoch_report *r, struct error *err)
{
    char line[256], valid[128] = "\t\t\t";
    if (r->validated)
        snprintf(valid, sizeof valid, "%.6f\t%.6f\t%.6f\t%.6f", r->valid.loss, accuracy(&r->valid),
                 r->accuracy.low, r->accuracy.high);
    int n = snprintf(line, sizeof line, "%" PRIu64 "\t%" PRIu64 "\t%.6f\t%s\t%.3e\t%.0f\n",
                     r->epoch, r->records, r->loss, valid, r->learning_rate, r->speed);
    if (buffer_append(rows, line, (size_t)n, err))
        return err->status;
    trim(rows);
    return STATUS_OK;
}

enum status history_write(const struct buffer *rows, const char *path, struct error *err)
{
    struct buffer text = {0};
    enum status status = buffer_append(&text, header, strlen(header), err);
    if (!status)
        status = buffer_append(&text, rows->data, rows->size, err);
    if (!status && file_replace(path, text.data, text.size, err))
        status = error_prefix(err, "%s", path);
    buffer_release(&text);
    return status;
}
