/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Which addresses the code of a function has, without symbols. */
#ifndef MODULES_FUNCTION_H
#define MODULES_FUNCTION_H

#include "modules/image.h"

/** From start to before end; empty if start == end. */
struct extent {
	uint64_t start, end;
};

/**
 * The largest function of an image, by its table for unwinders. The evaluation loop is
 * that of every CPython: also where compilers have put most of it into a part without a
 * name.
 *
 * @return Empty if the image has no such table.
 *
 * Linux Standard Base, Core: 10.6.2, .eh_frame_hdr.
 */
struct extent function_largest(struct target *target, struct image *image);

#endif
