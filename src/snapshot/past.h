/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What a snapshot leaves to the next one of the same target, see
 * pyinspect_options.repeated. */
#ifndef SNAPSHOT_PAST_H
#define SNAPSHOT_PAST_H

#include "snapshot/capture.h"

struct past {
	/** Where the CPython is; only if has_runtime. */
	struct runtime runtime;
	bool has_runtime;
	/** What the runtime, and the stacks, were read with. */
	struct pyinspect_options options;
	/** The kernel's threads, with their descriptors. */
	struct os_threads os;
	/** Threads whose stacks were proven, without what was in the snapshot's arena. */
	struct captured_threads threads;
};

/**
 * The past of a target for a snapshot with these options: empty at first, and what of it
 * is of no use for them, or of another program that the process ran then, is dropped.
 *
 * @return NULL if nothing is to be kept, or can be.
 */
struct past *past_of(struct target *target, const struct pyinspect_options *options);

/** Give the capture what there is: before capture_begin(). */
void past_give(struct past *past, struct capture *capture);

/** Keep of the capture what is of use: after it was built, before capture_deinit(). */
void past_keep(struct past *past, struct capture *capture);

/** Forget all. */
void past_clear(struct past *past);

#endif
