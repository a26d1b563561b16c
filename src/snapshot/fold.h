/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Frames that say nothing about what a thread does. */
#ifndef SNAPSHOT_FOLD_H
#define SNAPSHOT_FOLD_H

#include "snapshot/snapshot.h"

/**
 * Mark the frames that the text form folds: entry frames of the interpreter,
 * import machinery, the bootstrap of a thread. Never the innermost Python frame
 * and its like next to it: they say what the thread does.
 */
void fold_frames(struct pyinspect_thread *thread);

#endif
