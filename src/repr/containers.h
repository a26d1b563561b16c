/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What formatters of containers share. */
#ifndef REPR_CONTAINERS_H
#define REPR_CONTAINERS_H

#include "repr/repr.h"

/** ob_size of an object; BAD_DATA if nothing has so many items. */
struct pyinspect_error *container_count(const struct repr *repr, uint64_t object,
					uint64_t *ret);

/**
 * Write "{", and open a level for the entries of a dict.
 *
 * @param object What is being written: the dict, or what contains it.
 */
struct pyinspect_error *container_open_dict(struct repr *repr, uint64_t object,
					    uint64_t dict, const char *close);

/** The same for what the __dict__ of an object has, whatever form that has. */
struct pyinspect_error *container_open_attributes(struct repr *repr, uint64_t object);

#endif
