/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What an expression, or a part of one, stands for. */
#ifndef EXPRESSION_OPERAND_H
#define EXPRESSION_OPERAND_H

#include "repr/repr.h"

enum operand_kind {
	/** An object of the target. */
	OPERAND_OBJECT,
	/** An int that is no object there. */
	OPERAND_NUMBER,
	/** A str that is no object there: base/text.h. */
	OPERAND_TEXT,
	/** The same of bytes: text and length. */
	OPERAND_BYTES,
	/** A function with the object that it is bound to. */
	OPERAND_METHOD,
	/** The attributes in the __dict__ of an object. */
	OPERAND_ATTRIBUTES,
};

struct operand {
	enum operand_kind kind;
	uint64_t object;
	/** Of a method. */
	uint64_t function;
	int64_t number;
	const char *text;
	size_t length;
	/** A text is 2.7's unicode, not its str. */
	bool is_unicode;
	/** How it is written, for messages. */
	const char *source;
};

/** Entries of a dict that are compared with a key. */
#define ENTRIES_COMPARED_MAX ((size_t)1 << 20)

/**
 * What `object.name` gives if nothing has to run for it.
 *
 * @return NULL; ARGUMENT if there is no such attribute, or if a property, a descriptor or
 * __getattr__ would have to run: the message says which, and where it is.
 *
 * CPython: Objects/object.c, _PyObject_GenericGetAttrWithDict(); typeobject.c,
 * type_getattro(); moduleobject.c, module_getattro().
 */
struct pyinspect_error *attribute_get(struct repr *repr, const struct operand *of,
				      const char *name, struct operand *ret);

/** What `object[key]` gives if nothing has to run for it. */
struct pyinspect_error *item_get(struct repr *repr, const struct operand *of,
				 const struct operand *key, struct operand *ret);

/** What len(object) gives if nothing has to run for it. */
struct pyinspect_error *length_get(struct repr *repr, const struct operand *of,
				   struct operand *ret);

/** The value that a dict has for a key; 0 if it has none. */
struct pyinspect_error *dict_get(struct repr *repr, struct dict_cursor *cursor,
				 const struct operand *key, uint64_t *value_ret);

/**
 * The function in Python that a special method of a class is; 0 if it is none, or one of
 * C's.
 */
uint64_t python_method(struct repr *repr, const struct class *class, const char *name);

/** Say that a function would have to run: "x is .., and self.f (app.py:12) would .." */
struct pyinspect_error *would_run(struct repr *repr, const struct operand *of,
				  const char *what, uint64_t function);

#endif
