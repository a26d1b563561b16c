/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Whether stopped threads stand where objects are whole. */
#ifndef SNAPSHOT_BOUNDARY_H
#define SNAPSHOT_BOUNDARY_H

#include "snapshot/capture.h"

/**
 * No thread stands within a function of CPython's that may have changed half of an
 * object, such as a list whose items are being replaced.
 *
 * All threads are stopped, and the capture has read their stacks. Only a thread that holds
 * a GIL changes objects, or in builds without one any that runs; it is between two
 * instructions of bytecode, or within one that calls nothing, if it stands in the function
 * that runs them. What can't be told counts as no.
 */
bool objects_are_whole(struct capture *capture);

#endif
