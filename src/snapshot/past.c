/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/error.h"
#include "snapshot/past.h"
#include "target/process.h"
#include "target/threads.h"

static void drop_threads(struct past *past)
{
	captured_threads_deinit(&past->threads);
	os_threads_deinit(&past->os);
}

void past_clear(struct past *past)
{
	drop_threads(past);
	if (past->has_runtime)
		runtime_deinit(&past->runtime);
	past->has_runtime = false;
}

/* The same program still runs, and what is looked for is the same, too. */
static bool is_valid(const struct past *past, const struct target *target,
		     const struct pyinspect_options *options)
{
	return past->options.producer == options->producer &&
	       past->options.max_frames == options->max_frames &&
	       past->options.all_frames == options->all_frames &&
	       past->options.activations == options->activations &&
	       past->options.python == options->python &&
	       process_has_memory(target->process, past->runtime.head_pointer);
}

struct past *past_of(struct target *target, const struct pyinspect_options *options)
{
	if (!options->repeated || !target->process)
		return NULL;
	if (!target->past)
		target->past = calloc(1, sizeof(*target->past));
	if (target->past && target->past->has_runtime &&
	    !is_valid(target->past, target, options))
		past_clear(target->past);
	return target->past;
}

void past_give(struct past *past, struct capture *capture)
{
	capture->os = past->os;
	capture->threads = past->threads;
	past->os = (struct os_threads){0};
	past->threads = (struct captured_threads){0};
}

/* What its stack shows is in the snapshot's arena, and is found again by addresses. */
static void make_old(struct captured_thread *thread)
{
	thread->is_old = true;
	thread->stopped = false;
	thread->values = NULL;
	if (thread->raw.error || thread->stack.error || thread->stack.has_watched)
		thread->verified = false;
	if (thread->verified)
		return;
	stack_deinit(&thread->stack);
	pyinspect_error_free(thread->raw.error);
	thread->raw.error = NULL;
}

void past_keep(struct past *past, struct capture *capture)
{
	past->has_runtime = true;
	past->options = *capture->options;
	past->os = capture->os;
	past->threads = capture->threads;
	capture->os = (struct os_threads){0};
	capture->threads = (struct captured_threads){0};
	for (size_t i = 0; i < past->os.count; i++)
		past->os.items[i].settled = false;
	for (size_t i = 0; i < past->threads.count; i++)
		make_old(&past->threads.items[i]);
}
