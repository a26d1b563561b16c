/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Generators and coroutines within other descriptions. */
#ifndef REPR_GENERATORS_H
#define REPR_GENERATORS_H

#include "repr/repr.h"

/** Write " main at app.py:12" of a coroutine or generator; false if it is none. */
bool generator_write(struct repr *repr, uint64_t object);

#endif
