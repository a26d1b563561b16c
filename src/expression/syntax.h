/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Expressions that can be evaluated by reading alone.
 *
 *	expression:  primary
 *	primary:     atom { "." NAME | "[" expression "]" }
 *	atom:        NAME | NAME "(" expression ")" | INTEGER | STRING | "(" expression ")"
 *
 * with Python's names, integers and strings. Functions are len, type, vars, id.
 */
#ifndef EXPRESSION_SYNTAX_H
#define EXPRESSION_SYNTAX_H

#include "base/arena.h"
#include "pyinspect.h"

/** Expressions within one another, and bytes of one. */
#define EXPRESSION_DEPTH_MAX  50
#define EXPRESSION_LENGTH_MAX 10000

enum node_kind {
	/** text is the name. */
	NODE_NAME,
	/** text is the name of the attribute, of left. */
	NODE_ATTRIBUTE,
	/** left[right] */
	NODE_ITEM,
	/** text(left) */
	NODE_CALL,
	NODE_INTEGER,
	/** text, as base/text.h has it. */
	NODE_STRING,
	/** text and length: bytes. */
	NODE_BYTES,
};

struct node {
	enum node_kind kind;
	const char *text;
	size_t length;
	int64_t number;
	const struct node *left, *right;
	/** The piece of the expression that it is, for messages. */
	const char *source;
};

/**
 * Parse an expression.
 *
 * @param ret In the arena.
 * @return NULL; ARGUMENT, with a sentence on what is wrong where.
 */
struct pyinspect_error *expression_parse(struct arena *arena, const char *expression,
					 const struct node **ret);

#endif
