/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A value with the attributes below it. */
#ifndef REPR_ATTRIBUTES_H
#define REPR_ATTRIBUTES_H

#include "repr/repr.h"

/**
 * Set what belongs to an object: its text, and its children to limits.depth.
 *
 * @param object 0 for one that is unbound.
 * @param value Its name and kind are set already.
 * @return False if there is no memory.
 */
bool value_fill(struct repr *repr, uint64_t object, struct pyinspect_value *value);

#endif
