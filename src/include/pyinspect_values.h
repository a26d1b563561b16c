/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The part of pyinspect.h that is about values: included there, not by itself. */
#ifndef PYINSPECT_VALUES_H
#define PYINSPECT_VALUES_H

#ifndef PYINSPECT_H
#error "include pyinspect.h"
#endif

struct pyinspect_value;

/** What a value is the value of. */
enum pyinspect_value_kind {
	/** An argument of the frame's function; one that inner functions use, too. */
	PYINSPECT_VALUE_ARGUMENT,
	PYINSPECT_VALUE_LOCAL,
	/** A local that inner functions use. */
	PYINSPECT_VALUE_CELL,
	/** A variable of an outer function. */
	PYINSPECT_VALUE_FREE,
	/** A variable of the frame's module. */
	PYINSPECT_VALUE_GLOBAL,
	PYINSPECT_VALUE_ATTRIBUTE,
	/** An item of a container; its name is how it is written: "[0]", "['key']". */
	PYINSPECT_VALUE_ITEM,
	/** Of an expression. */
	PYINSPECT_VALUE_RESULT,
};

/** How an argument is passed. */
enum pyinspect_parameter {
	PYINSPECT_PARAMETER_NONE,
	PYINSPECT_PARAMETER_POSITIONAL_ONLY,
	PYINSPECT_PARAMETER_POSITIONAL,
	PYINSPECT_PARAMETER_KEYWORD_ONLY,
	/** *args */
	PYINSPECT_PARAMETER_VARARGS,
	/** **kwargs */
	PYINSPECT_PARAMETER_VARKW,
};

/**
 * Variable number index of a frame; NULL behind the last. There are none unless
 * pyinspect_options.locals or globals was set.
 *
 * First the arguments in the order of the signature, then locals, cells, free variables,
 * globals.
 */
PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_frame_variable(
	const struct pyinspect_frame *frame, size_t index);

/** The variables of the frame were read; there may be none. */
PYINSPECT_EXPORT bool pyinspect_frame_has_variables(const struct pyinspect_frame *frame);

/**
 * Check how an expression is written, without a target.
 *
 * @return NULL; ARGUMENT with a sentence on what is wrong where.
 */
PYINSPECT_EXPORT struct pyinspect_error *pyinspect_expression_check(const char *expression);

/**
 * The value of pyinspect_options.expression, object or gc_head; NULL if none was given. Its
 * text is NULL if there is none: pyinspect_value_problem() says why.
 */
PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_snapshot_result(
	const struct pyinspect_snapshot *snapshot);

PYINSPECT_EXPORT enum pyinspect_value_kind pyinspect_value_kind(
	const struct pyinspect_value *value);
PYINSPECT_EXPORT enum pyinspect_parameter pyinspect_value_parameter(
	const struct pyinspect_value *value);
/** Name of the variable or attribute as it is stored; NULL if it has none. */
PYINSPECT_EXPORT const char *pyinspect_value_name(const struct pyinspect_value *value);
/** __name__ of its type; NULL if it is unbound or its type can't be read. */
PYINSPECT_EXPORT const char *pyinspect_value_type(const struct pyinspect_value *value);
/**
 * What repr() gives, as far as that can be had without running anything of the target;
 * else a description in angle brackets. NULL if it is unbound.
 */
PYINSPECT_EXPORT const char *pyinspect_value_text(const struct pyinspect_value *value);
/** Address of the object; 0 if it is unbound. */
PYINSPECT_EXPORT uint64_t pyinspect_value_address(const struct pyinspect_value *value);
/** What is known of an object that was asked for by its address. */
struct pyinspect_object {
	uint64_t type;
	/** 0: it is being freed, or was; immortal: they aren't counted. */
	uint64_t references;
	bool immortal;
	/** The garbage collector has to do with it, and looks at it in a collection; its
	 *  finalizer was run; a collection looks at it now. */
	bool has_gc, gc_tracked, gc_finalized, gc_collecting;
	/** Header of the collector's, and those beside it in a list; 0 if it has none. */
	uint64_t gc_head, gc_next, gc_previous;
	/** References that the collection under way has counted; negative if it hasn't. */
	int64_t gc_references;
	/** Characters of a str (2.7: unicode, too) to max_length; NULL of other objects. */
	const char *string;
	uint64_t string_omitted;
};
/** NULL but for what pyinspect_options.object and gc_head have found. */
PYINSPECT_EXPORT const struct pyinspect_object *pyinspect_value_object(
	const struct pyinspect_value *value);
/**
 * Something of the text was left out, and "..." stands there.
 *
 * @param total_ret Characters or items that the object has in all; 0 if it isn't known.
 * May be NULL.
 */
PYINSPECT_EXPORT bool pyinspect_value_is_truncated(const struct pyinspect_value *value,
						   uint64_t *total_ret);
/** The variable exists and has no value now. */
PYINSPECT_EXPORT bool pyinspect_value_is_unbound(const struct pyinspect_value *value);
/** It, or an object in it, has a __repr__ that was not run. */
PYINSPECT_EXPORT bool pyinspect_value_has_custom_repr(const struct pyinspect_value *value);
/** Its name looks like that of a secret, so text is "<redacted>". */
PYINSPECT_EXPORT bool pyinspect_value_is_redacted(const struct pyinspect_value *value);
/** No thread that could change it ran while it was read. */
PYINSPECT_EXPORT bool pyinspect_value_is_verified(const struct pyinspect_value *value);
/** Why something of it can't be read; NULL if nothing is missing. */
PYINSPECT_EXPORT const char *pyinspect_value_problem(const struct pyinspect_value *value);
/** Attribute or item number index, to pyinspect_options.depth; NULL behind the last. */
PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_value_child(
	const struct pyinspect_value *value, size_t index);

#endif
