/*
 * advance - take a training run one step further, or over the end of an epoch.
 *
 * A stream that has come to its next view gives no records until all others have. Where no stream
 * has more of this view, the epoch ends: the network is measured on the validation set (where there
 * is one), and a report is due. The last steps of an epoch have fewer records where the streams are
 * not of one length.
 */
#ifndef ADVANCE_H
#define ADVANCE_H

#include "base/status.h"
#include "learn/state.h"

/*
 * Collective. Learn from one batch or, where an epoch has ended, measure; state->report_due is then
 * set and state->report is new.
 *
 * STATUS_END comes after the last records, when the last report is made. STATUS_INTERRUPTED means
 * that on some rank a wait for a stream was interrupted (stream_watch) or there is a request; the
 * next call goes on. STATUS_INCOMPLETE and others are as stream_read has them; after any error of a
 * stream the state is that of the last whole step, so a checkpoint can be written. STATUS_FORMAT
 * where the loss is not finite.
 */
enum status advance(struct state *, struct error *) MUST_CHECK;

#endif
