/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "output/output.h"

static struct pyinspect_error *hand_on(struct text *text, pyinspect_write_fn write,
				       void *context)
{
	bool failed = text->failed;
	if (!failed)
		write(context, text->data, text->length);
	free(text->data);
	return failed ? &error_no_memory : NULL;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_snapshot_write(
	const struct pyinspect_snapshot *snapshot,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context)
{
	struct pyinspect_write_options used = {.size = sizeof(used)};
	const struct output_ops *ops = &text_output;
	struct text text = {0};
	if (options)
		memcpy(&used, options,
		       options->size < sizeof(used) ? options->size : sizeof(used));
	if (used.format == PYINSPECT_FORMAT_JSON) {
		struct pyinspect_error *error = json_output_find(&ops);
		if (error)
			return error;
	}
	ops->snapshot(&text, snapshot, &used);
	return hand_on(&text, write, context);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_error_write_json(
	const struct pyinspect_error *error, const char *word, pyinspect_write_fn write,
	void *context)
{
	const struct output_ops *ops;
	struct text text = {0};
	struct pyinspect_error *failure = json_output_find(&ops);
	if (failure)
		return failure;
	ops->error(&text, error, word);
	return hand_on(&text, write, context);
}

PYINSPECT_EXPORT char *pyinspect_escape(const char *string)
{
	struct text text = {0};
	text_append(&text, "", 0);
	text_append_escaped(&text, string);
	if (!text.failed)
		return text.data;
	free(text.data);
	return NULL;
}
