/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "output/text.h"

static struct pyinspect_error *hand_on(struct text *text, pyinspect_write_fn write,
				       void *context)
{
	bool failed = text->failed;
	if (!failed)
		write(context, text->data, text->length);
	free(text->data);
	return failed ? &error_no_memory : NULL;
}

/* One of the things that a form can append. */
typedef void (*append_fn)(struct text *text, const struct pyinspect_snapshot *snapshot,
			  const struct pyinspect_write_options *options);

static append_fn append_snapshot(const struct output_ops *ops)
{
	return ops->snapshot;
}

static append_fn append_result(const struct output_ops *ops)
{
	return ops->result;
}

static void use_options(struct pyinspect_write_options *used,
			const struct pyinspect_write_options *given)
{
	*used = (struct pyinspect_write_options){.size = sizeof(*used)};
	if (given)
		memcpy(used, given,
		       given->size < sizeof(*used) ? given->size : sizeof(*used));
}

static struct pyinspect_error *append(const struct pyinspect_snapshot *snapshot,
				      const struct pyinspect_write_options *options,
				      append_fn (*choose)(const struct output_ops *),
				      struct text *text)
{
	struct pyinspect_write_options used;
	const struct output_ops *ops = &text_output;
	use_options(&used, options);
	struct pyinspect_error *error =
		used.format == PYINSPECT_FORMAT_JSON ? json_output_find(&ops) : NULL;
	if (!error)
		choose(ops)(text, snapshot, &used);
	return error;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_snapshot_write(
	const struct pyinspect_snapshot *snapshot,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context)
{
	struct text text = {0};
	struct pyinspect_error *error = append(snapshot, options, append_snapshot, &text);
	return error ? error : hand_on(&text, write, context);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_result_write(
	const struct pyinspect_snapshot *snapshot,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context)
{
	struct text text = {0};
	struct pyinspect_error *error = append(snapshot, options, append_result, &text);
	return error ? error : hand_on(&text, write, context);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_variables_write(
	const struct pyinspect_frame *frame, unsigned int indent,
	const struct pyinspect_write_options *options, pyinspect_write_fn write,
	void *context)
{
	struct text text = {0};
	struct written_globals globals = {0};
	struct pyinspect_write_options used;
	struct page page = {.text = &text, .options = &used, .globals = &globals};
	use_options(&used, options);
	page_write_variables(&page, frame, (int)(indent < INT16_MAX ? indent : INT16_MAX));
	free(globals.items);
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
