/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "output/output.h"

/* The library next to this one: only who asks for JSON pays for loading it. */
#define JSON_LIBRARY "libpyinspect-json.so"

static struct pyinspect_error *load_json(const struct output_ops **ret)
{
	Dl_info self;
	struct text path = {0};
	if (dladdr((void *)load_json, &self) && strrchr(self.dli_fname, '/'))
		text_append(&path, self.dli_fname,
			    (size_t)(strrchr(self.dli_fname, '/') + 1 - self.dli_fname));
	text_append_string(&path, JSON_LIBRARY);
	if (path.failed) {
		free(path.data);
		return &error_no_memory;
	}
	void *library = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
	free(path.data);
	const struct output_ops *ops = library ? dlsym(library, JSON_OUTPUT_SYMBOL) : NULL;
	if (!ops)
		return error_create(PYINSPECT_ERROR_SYSTEM,
				    "can't load the writer of JSON: %s; pyinspect is not "
				    "installed as a whole",
				    dlerror());
	*ret = ops;
	return NULL;
}

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
		struct pyinspect_error *error = load_json(&ops);
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
	struct pyinspect_error *failure = load_json(&ops);
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
