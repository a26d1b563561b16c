/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * A look at a process that can be left behind.
 *
 * It runs in a thread of its own, because a read of memory or of a file may never end,
 * whatever the reader does (target/reading.h). The caller waits, and sees when it doesn't
 * get on. A look that was left behind owns what it works on, and frees it when the kernel
 * lets it go on, or the process ends with it.
 */
#ifndef SNAPSHOT_LOOK_H
#define SNAPSHOT_LOOK_H

#include "pyinspect.h"
#include "target/reading.h"
#include "target/target.h"

struct look;

/** The work: fills the snapshot. */
typedef struct pyinspect_error *(*look_fn)(struct look *look, struct target *target,
					   const struct pyinspect_options *options,
					   struct pyinspect_snapshot *snapshot);

enum look_end {
	/** It is finished: *error_ret and *snapshot_ret are set. */
	LOOK_FINISHED,
	/** It is in one read for too long. */
	LOOK_STUCK,
	/** It isn't finished long after its deadline, for another reason. */
	LOOK_LATE,
};

/**
 * Look, in another thread, until the end or until it doesn't get on.
 *
 * @param target On the heap: it belongs to the look that was left behind, if it was.
 * @param again_ret Set to the target for another look if this one was left behind;
 * NULL if there can be none.
 * @param reading_ret What it was reading then.
 */
enum look_end look_run(look_fn work, struct target *target,
		       const struct pyinspect_options *options,
		       struct pyinspect_snapshot **snapshot_ret,
		       struct pyinspect_error **error_ret, struct target **again_ret,
		       struct reading *reading_ret);

/**
 * Have the caller's thread take no signals (or again, those that it took before): ^Z would
 * stop us, and leave those standing whom we hold. Called by the work; a NULL look is the
 * caller's thread itself.
 */
void look_mask_caller(struct look *look, bool mask);

#endif
