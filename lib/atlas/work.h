/*
 * work - independent pieces by several threads, each of which can fail.
 */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>

#include "base/status.h"

/* Call piece(context, i) for i in 0 ... n-1, by up to jobs threads. After a failure no new piece is
   begun, and one of the errors is returned. */
enum status work_all(unsigned jobs, size_t n,
                     enum status (*piece)(void *context, size_t i, struct error *), void *context,
                     struct error *) MUST_CHECK;

#endif
