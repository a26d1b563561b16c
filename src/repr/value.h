/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What pyinspect.h calls a value. All of it is in the arena of its snapshot. */
#ifndef REPR_VALUE_H
#define REPR_VALUE_H

#include "pyinspect.h"

struct pyinspect_value {
	/** Of a variable, an attribute or an item; NULL for one that has none. */
	const char *name;
	enum pyinspect_value_kind kind;
	enum pyinspect_parameter parameter;
	/** __name__ of its type, and the text; NULL if it is unbound. */
	const char *type, *text;
	uint64_t address;
	/** Characters or items in all, if it is cut and that is known; else 0. */
	uint64_t total;
	bool is_cut, is_unbound, has_custom_repr, is_redacted, is_unproven;
	/** Why something of it can't be read; NULL if nothing is missing. */
	const char *problem;
	/** Of one that was asked for by its address. */
	const struct pyinspect_object *object;
	struct pyinspect_value *children;
	size_t child_count;
};

#endif
