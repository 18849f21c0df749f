#include "atlas/work.h"

#include <stdbool.h>

#include "base/thread.h"

struct work {
    enum status (*piece)(void *context, size_t i, struct error *);
    void *context;
    bool failed;       /* read and written by all threads */
    struct error *err; /* of the thread that set failed */
};

static void do_piece(void *context, size_t i)
{
    struct work *w = context;
    struct error err;
    if (__atomic_load_n(&w->failed, __ATOMIC_RELAXED) || !w->piece(w->context, i, &err))
        return;
    if (!__atomic_exchange_n(&w->failed, true, __ATOMIC_RELAXED))
        *w->err = err;
}

enum status work_all(unsigned jobs, size_t n,
                     enum status (*piece)(void *context, size_t i, struct error *), void *context,
                     struct error *err)
{
    struct work w = {piece, context, false, err};
    parallel_for(jobs, n, do_piece, &w);
    return w.failed ? err->status : STATUS_OK;
}
