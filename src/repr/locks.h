/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Locks within other descriptions. */
#ifndef REPR_LOCKS_H
#define REPR_LOCKS_H

#include "repr/repr.h"

/** Whether a _thread.lock is locked; false for a failure, too: *ret is unchanged then. */
bool lock_is_locked(struct repr *repr, uint64_t object, bool *ret);

#endif
