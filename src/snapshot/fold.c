/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "snapshot/fold.h"

static bool starts_with(const char *text, const char *start)
{
	return text && strncmp(text, start, strlen(start)) == 0;
}

/* CPython: Lib/importlib/_bootstrap.py, _bootstrap_external.py, as they are frozen. */
static bool is_import(const struct pyinspect_frame *frame)
{
	return starts_with(frame->file, "<frozen importlib");
}

/* CPython: Lib/threading.py, how a thread comes to the function that it runs. */
static bool is_bootstrap(const struct pyinspect_frame *frame)
{
	static const char *const names[] = {
		"run", "_bootstrap", "_bootstrap_inner", "__bootstrap", "__bootstrap_inner",
	};
	if (!frame->function || !frame->module || strcmp(frame->module, "threading") != 0)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(frame->function, names[i]) == 0)
			return true;
	return false;
}

void fold_frames(struct pyinspect_thread *thread)
{
	size_t last = thread->kept;
	for (size_t i = 0; i < thread->kept; i++)
		thread->frames[i].folded =
			is_import(&thread->frames[i]) ||
			thread->frames[i].owner == PYINSPECT_OWNER_NATIVE;
	while (last > 0 && (is_bootstrap(&thread->frames[last - 1]) ||
			    thread->frames[last - 1].owner == PYINSPECT_OWNER_NATIVE))
		thread->frames[--last].folded = true;
	/* What stands innermost is where the thread is. */
	for (size_t i = 0; i < thread->kept && thread->frames[i].folded; i++)
		if (thread->frames[i].owner != PYINSPECT_OWNER_NATIVE)
			thread->frames[i].folded = false;
}
