/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Threads held still for a moment.
 *
 * They are seized, never attached to: a seized thread runs on when its tracer
 * ends, however it ends. The tracer is a thread of its own, so that a wait that
 * never ends (for a thread in an uninterruptible sleep) is left behind with it,
 * and its end lets everything go.
 */
#ifndef TARGET_STOP_H
#define TARGET_STOP_H

#include "target/process.h"

struct stop;

/**
 * Stop threads, and return when they stand still or can't be stopped.
 *
 * All signals of the calling thread that could end or stop it are blocked until
 * stop_end(): a ^Z would otherwise leave the target standing.
 *
 * @param tids Threads to stop; with whole, all others too, also those that start.
 * @return NULL; PERMISSION if none could be stopped, because of another tracer.
 */
struct pyinspect_error *stop_begin(const struct process *process, const pid_t *tids,
				   size_t count, bool whole, struct stop **ret);

/** How many threads it has seized, or tried to: with whole, all that there are. */
size_t stop_count(const struct stop *stop);

/** The thread stands still. */
bool stop_holds(const struct stop *stop, pid_t tid);

/** Whether a thread that is held stands where it should. */
typedef bool (*stop_judge_fn)(void *context, pid_t tid);

/**
 * Let one of the threads that are held go on, a few microseconds at a time, until it
 * stands where it should; all others stay where they are.
 *
 * @param judge Called by another thread, while this one waits.
 * @param moved_ret Set to whether the thread has moved at all.
 * @return Whether it stands there; not if that takes longer than 30 ms, if it waits for
 * one that is held, or is a job that was stopped.
 */
bool stop_move(struct stop *stop, pid_t tid, stop_judge_fn judge, void *context,
	       bool *moved_ret);

/**
 * Let all go; returns for how many microseconds any of them was held.
 *
 * @param expired_ret Set to whether they were let go before, because the reader took
 * too long: what it read then proves nothing. A read that never ends (a page of a
 * dead file server) so holds nobody for ever.
 */
double stop_end(struct stop *stop, bool *expired_ret);

#endif
