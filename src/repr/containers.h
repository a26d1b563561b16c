/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What formatters of containers share. */
#ifndef REPR_CONTAINERS_H
#define REPR_CONTAINERS_H

#include "repr/repr.h"

/** More items than fit into a terabyte are no container's. */
#define CONTAINER_ITEMS_MAX (UINT64_C(1) << 37)

/** ob_size of an object; BAD_DATA if nothing has so many items. */
struct pyinspect_error *container_count(const struct repr *repr, uint64_t object,
					uint64_t *ret);

/** dict.__repr__() of an object that is a dict, whatever its own class says. */
struct pyinspect_error *container_format_dict(struct repr *repr, uint64_t object,
					      const struct class *class);

#endif
