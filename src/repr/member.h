/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** One attribute of an object by its name, as far as it can be read without running code.
 */
#ifndef REPR_MEMBER_H
#define REPR_MEMBER_H

#include "repr/repr.h"

/**
 * Get what getattr(object, name) gives.
 *
 * @return The value; 0 if there is none, or if it can't be had without running a
 * property, __getattr__() or the like.
 *
 * CPython: Objects/object.c, _PyObject_GenericGetAttrWithDict().
 */
uint64_t member_find(struct repr *repr, uint64_t object, const struct class *class,
		     const char *name);

/**
 * A class before base in the method resolution order has one of these names itself.
 *
 * @param names Ended by NULL.
 */
bool member_is_overridden(struct repr *repr, const struct class *class,
			  const struct class *base, const char *const *names);

/**
 * The object is the function of that name that a module of that name defines.
 *
 * @param qualname Where functions have none (2.7), the last part of it counts.
 */
bool function_is(struct repr *repr, uint64_t object, const char *module,
		 const char *qualname);

/** The code of a Python function; 0 if it is none. */
uint64_t function_code(const struct repr *repr, uint64_t object);

/** __name__ of the module that a Python function belongs to: in the arena, or NULL. */
const char *function_module(struct repr *repr, uint64_t object);

/** Item number index of a tuple; 0 if it has none. */
uint64_t tuple_item(const struct repr *repr, uint64_t tuple, uint64_t index);

/** What a function's closure holds under a name; 0 if nothing. */
uint64_t function_free_variable(struct repr *repr, uint64_t object, const char *name);

#endif
