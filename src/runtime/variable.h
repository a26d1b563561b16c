/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Which variables a frame has, and where in it they are. */
#ifndef RUNTIME_VARIABLE_H
#define RUNTIME_VARIABLE_H

#include "base/arena.h"
#include "object/view.h"

/** Most variables of a code object that are listed. */
#define VARIABLES_MAX 100000

/** A variable of a code object. */
struct variable {
	const char *name;
	enum pyinspect_value_kind kind;
	enum pyinspect_parameter parameter;
	/** Number of its word among the frame's localsplus. */
	uint32_t slot;
	/** The word may be a cell, which has the value. */
	bool is_cell;
	/** Of a comprehension that is part of the code object; it seldom has a value. */
	bool is_hidden;
};

/** In the order that pyinspect_frame_variable() gives. */
struct variables {
	struct variable *items;
	size_t count;
	/** Its code keeps them in slots; else (modules, classes, exec) they are in a dict.
	 */
	bool are_fast;
	/** Why some are missing; NULL if none are. */
	const char *problem;
};

/**
 * List the variables of a code object.
 *
 * @param arena Where names and the list are put.
 * @return False if there is no memory.
 *
 * CPython: Objects/codeobject.c; Include/internal/pycore_code.h, CO_FAST_LOCAL.
 */
bool variables_list(const struct view *view, struct arena *arena, uint64_t code,
		    struct variables *ret);

/**
 * The object that a variable of a frame has.
 *
 * @param frame Address of the frame.
 * @return NULL, and 0 for a variable without a value; FAULT.
 */
struct pyinspect_error *variable_read(const struct view *view, uint64_t frame,
				      const struct variable *variable, uint64_t *ret);

/**
 * The mapping that holds the variables of a frame whose code has none of its own.
 *
 * @return 0 if there is none.
 */
uint64_t variables_mapping(const struct view *view, uint64_t frame);

#endif
