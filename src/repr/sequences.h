/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Items of sequences in C that aren't one array. */
#ifndef REPR_SEQUENCES_H
#define REPR_SEQUENCES_H

#include "repr/repr.h"

/** Item number index of a deque that has more than these. */
struct pyinspect_error *deque_item(struct repr *repr, uint64_t object, uint64_t index,
				   uint64_t *ret);

#endif
