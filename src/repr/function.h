/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Functions made in Python: whose they are, and what they have kept. */
#ifndef REPR_FUNCTION_H
#define REPR_FUNCTION_H

#include "repr/repr.h"

/** The code of a Python function; 0 if it is none. */
uint64_t function_code(struct repr *repr, uint64_t object);

/** __name__ of the module that a Python function belongs to: in the arena, or NULL. */
const char *function_module(struct repr *repr, uint64_t object);

/**
 * The object is the function of that name that a module of that name defines.
 *
 * @param qualname Where functions have none (2.7), the last part of it counts.
 */
bool function_is(struct repr *repr, uint64_t object, const char *module,
		 const char *qualname);

/** What a function's closure holds under a name; 0 if nothing. */
uint64_t function_free_variable(struct repr *repr, uint64_t object, const char *name);

#endif
