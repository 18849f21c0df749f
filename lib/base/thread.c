#include "base/thread.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

unsigned thread_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set))
        return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (unsigned)n : 1;
}

/* Run body(context) in jobs threads, this one among them. */
static void run_threads(unsigned jobs, void *(*body)(void *), void *context)
{
    enum { MOST = 256 };
    pthread_t thread[MOST];
    unsigned started = 0;
    while (started + 1 < jobs && started < MOST &&
           pthread_create(&thread[started], NULL, body, context) == 0)
        started++;
    body(context);
    while (started)
        pthread_join(thread[--started], NULL);
}

struct pieces {
    void (*work)(void *context, size_t i);
    void *context;
    size_t next, n;
};

static void *do_pieces(void *argument)
{
    struct pieces *p = argument;
    size_t i;
    while ((i = __atomic_fetch_add(&p->next, 1, __ATOMIC_RELAXED)) < p->n)
        p->work(p->context, i);
    return NULL;
}

void parallel_for(unsigned jobs, size_t n, void (*work)(void *context, size_t i), void *context)
{
    struct pieces p = {work, context, 0, n};
    run_threads(n < jobs ? (unsigned)n : jobs, do_pieces, &p);
}

enum slot_state { EMPTY, FILLED, WORKING, DONE };

/* Slots form a ring: item number i is in slot i % slots. Whenever a thread takes the lock,
   written <= taken <= filled <= written + slots: items below written were written, items from there
   to taken are done or being worked on, and items from there to filled were read. */
struct run {
    const struct ordered *o;
    enum slot_state *state;
    size_t filled, taken, written;
    unsigned workers;      /* threads that have begun */
    bool reading, writing; /* a thread does it just now */
    bool ended;            /* nothing more will be read */
    enum status result;
    struct error *err;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void fail(struct run *r, const struct error *err)
{
    if (!r->result) {
        r->result = err->status;
        *r->err = *err;
    }
    r->ended = true;
}

/* The three steps are called with the lock held and release it while they work. They return whether
   there was something to do. */
static bool try_write(struct run *r)
{
    size_t slot = r->written % r->o->slots;
    if (r->writing || r->written == r->taken || r->state[slot] != DONE)
        return false;
    struct error err;
    r->writing = true;
    pthread_mutex_unlock(&r->lock);
    enum status s = r->o->write(r->o->context, slot, &err);
    pthread_mutex_lock(&r->lock);
    r->writing = false;
    if (s) {
        fail(r, &err);
        r->filled = r->taken = r->written; /* items after one that was lost are not written */
    } else {
        r->state[slot] = EMPTY;
        r->written++;
    }
    return true;
}

static bool try_work(struct run *r, unsigned worker)
{
    if (r->taken == r->filled)
        return false;
    size_t slot = r->taken++ % r->o->slots;
    r->state[slot] = WORKING;
    pthread_mutex_unlock(&r->lock);
    r->o->work(r->o->context, slot, worker);
    pthread_mutex_lock(&r->lock);
    r->state[slot] = DONE;
    return true;
}

static bool try_read(struct run *r)
{
    if (r->reading || r->ended || r->filled == r->written + r->o->slots)
        return false;
    struct error err;
    size_t slot = r->filled % r->o->slots;
    r->reading = true;
    pthread_mutex_unlock(&r->lock);
    enum status s = r->o->read(r->o->context, slot, &err);
    pthread_mutex_lock(&r->lock);
    r->reading = false;
    if (s == STATUS_END)
        r->ended = true;
    else if (s)
        fail(r, &err);
    else if (!r->ended) {
        r->state[slot] = FILLED;
        r->filled++;
    }
    return true;
}

static void *do_steps(void *argument)
{
    struct run *r = argument;
    pthread_mutex_lock(&r->lock);
    unsigned worker = r->workers++;
    while (true) {
        /* Writing comes first: it frees slots, and a result shouldn't wait for more input. */
        if (try_write(r) || try_work(r, worker) || try_read(r))
            pthread_cond_broadcast(&r->changed);
        else if (r->ended && !r->reading && r->written == r->filled)
            break;
        else
            pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

enum status ordered_run(const struct ordered *o, unsigned jobs, struct error *err)
{
    struct run r = {.o = o, .err = err};
    r.state = mem_new(o->slots, sizeof *r.state, err);
    if (!r.state)
        return err->status;
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.changed, NULL);
    run_threads(jobs, do_steps, &r);
    pthread_cond_destroy(&r.changed);
    pthread_mutex_destroy(&r.lock);
    free(r.state);
    return r.result;
}
