/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Renderings of a snapshot, on the public header alone. */
#ifndef OUTPUT_OUTPUT_H
#define OUTPUT_OUTPUT_H

#include "base/text.h"
#include "pyinspect.h"

/** A form that a snapshot can be written in. */
struct output_ops {
	/** Append the snapshot; the text's failed says whether memory was enough. */
	void (*snapshot)(struct text *text, const struct pyinspect_snapshot *snapshot,
			 const struct pyinspect_write_options *options);
	/** Append the value of the expression alone. */
	void (*result)(struct text *text, const struct pyinspect_snapshot *snapshot,
		       const struct pyinspect_write_options *options);
	/** Append that a target could not be looked at; NULL in forms without one. */
	void (*error)(struct text *text, const struct pyinspect_error *error,
		      const char *word);
};

extern const struct output_ops text_output;

/** Name under which the library of the JSON form exports its struct output_ops. */
#define JSON_OUTPUT_SYMBOL "pyinspect_json_output"

/**
 * The JSON form: from its library, which is loaded then (json_module.c), or where
 * everything is in one file, from there (json_builtin.c).
 */
struct pyinspect_error *json_output_find(const struct output_ops **ret);

#endif
