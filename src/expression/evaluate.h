/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The value of an expression in a frame, by reading alone. */
#ifndef EXPRESSION_EVALUATE_H
#define EXPRESSION_EVALUATE_H

#include "expression/syntax.h"
#include "repr/variables.h"

/** Where names are looked up: local, cell, free, global, builtin. */
struct scope {
	struct variables_reader *reader;
	const struct raw_frame *frame;
	/** The dict of builtins, or their module; 0 if it isn't known. */
	uint64_t builtins;
};

/**
 * Evaluate an expression.
 *
 * @param ret Its name is set already; the rest is filled in.
 * @return NULL; ARGUMENT if something is not there, or would have to run; FAULT, BAD_DATA.
 */
struct pyinspect_error *expression_evaluate(const struct scope *scope,
					    const struct node *node,
					    struct pyinspect_value *ret);

#endif
