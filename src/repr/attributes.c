/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/attributes.h"

bool value_fill(struct repr *repr, uint64_t object, struct pyinspect_value *value)
{
	value->is_unbound = !object;
	return !object || repr_write(repr, object, value);
}
