/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** An object that somebody asks for by its address, which may be wrong. */
#ifndef REPR_ADDRESSED_H
#define REPR_ADDRESSED_H

#include "repr/repr.h"

/**
 * Describe the object at an address.
 *
 * @param ret Its kind is set already.
 * @return NULL; BAD_DATA or FAULT with a sentence if none is there; NO_MEMORY.
 */
struct pyinspect_error *addressed_read(struct repr *repr, uint64_t address,
				       struct pyinspect_value *ret);

/** The same of the object behind a header of the garbage collector's. */
struct pyinspect_error *addressed_read_behind(struct repr *repr, uint64_t head,
					      struct pyinspect_value *ret);

#endif
