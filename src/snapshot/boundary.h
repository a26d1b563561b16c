/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Whether stopped threads stand where objects are whole. */
#ifndef SNAPSHOT_BOUNDARY_H
#define SNAPSHOT_BOUNDARY_H

#include "snapshot/capture.h"

/**
 * Let threads go on until none stands within a function of CPython's that may have changed
 * half of an object, such as a list whose items are being replaced.
 *
 * All threads are stopped, and the capture has read their stacks; one that has moved since
 * has another one now, and is no longer verified. Only a thread that holds
 * a GIL changes objects, or in builds without one any that runs; it is between two
 * instructions of bytecode, or within one that calls nothing, if it stands in the function
 * that runs them. What can't be told counts as no.
 *
 * @param moved_ret Set to whether any thread has moved.
 * @return Whether all objects are whole.
 */
bool boundary_reach(struct capture *capture, bool *moved_ret);

#endif
