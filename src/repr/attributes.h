/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** A value with the attributes below it. */
#ifndef REPR_ATTRIBUTES_H
#define REPR_ATTRIBUTES_H

#include "repr/repr.h"

/** Attributes and items of one variable that are read, with all below them. */
#define CHILDREN_MAX 10000

/**
 * Set what belongs to an object: its text, and its children to limits.depth.
 *
 * Children are the attributes of the object: its slots, those of bases first, then what
 * its __dict__ has. Of list, tuple and dict they are the items that have attributes, also
 * deeper inside; a container is no level of its own. Modules, classes and functions have
 * none.
 *
 * @param object 0 for one that is unbound.
 * @param value Its name and kind are set already.
 * @return False if there is no memory.
 */
bool value_fill(struct repr *repr, uint64_t object, struct pyinspect_value *value);

#endif
