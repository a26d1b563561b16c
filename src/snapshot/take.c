/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "modules/backing.h"
#include "snapshot/build.h"
#include "snapshot/death.h"
#include "snapshot/describe.h"
#include "snapshot/past.h"
#include "target/process.h"
#include "target/threads.h"

static double clock_seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *copy_string(struct pyinspect_snapshot *snapshot, const char *text)
{
	return text ? arena_copy(&snapshot->arena, text, strlen(text)) : NULL;
}

/* The most trusted source that an offset was taken from. */
static enum pyinspect_layout_source layout_source(const struct layout *layout)
{
	static const enum pyinspect_layout_source sources[] = {
		[LAYOUT_SOURCE_NONE] = PYINSPECT_LAYOUT_TABLE,
		[LAYOUT_SOURCE_TABLE] = PYINSPECT_LAYOUT_TABLE,
		[LAYOUT_SOURCE_DWARF] = PYINSPECT_LAYOUT_DWARF,
		[LAYOUT_SOURCE_DEBUG_OFFSETS] = PYINSPECT_LAYOUT_DEBUG_OFFSETS,
	};
	uint8_t best = 0;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout->sources[i] > best)
			best = layout->sources[i];
	return sources[best];
}

static bool describe_python(struct pyinspect_snapshot *snapshot,
			    const struct runtime *runtime)
{
	hexversion_text(runtime->hexversion, snapshot->python_version);
	snapshot->is_newer = runtime->is_newer;
	snapshot->is_debug = runtime->is_debug;
	snapshot->is_free_threaded = runtime->is_free_threaded;
	snapshot->has_jit = runtime->has_jit;
	snapshot->layout_source = layout_source(&runtime->layout);
	snapshot->layout_name = copy_string(snapshot, runtime->layout_name);
	snapshot->library = copy_string(snapshot, runtime->library);
	snapshot->notes =
		arena_alloc(&snapshot->arena, runtime->notes.count * sizeof(char *));
	if (!snapshot->notes)
		return false;
	for (size_t i = 0; i < runtime->notes.count; i++)
		snapshot->notes[i] = copy_string(snapshot, runtime->notes.items[i]);
	snapshot->note_count = runtime->notes.count;
	if (runtime->doubt)
		snapshot_add_problem(snapshot, &snapshot->problems, "python",
				     runtime->doubt);
	return true;
}

static bool has_wanted(const struct capture *capture)
{
	for (size_t i = 0; i < capture->threads.count; i++)
		if (capture_wants(capture, &capture->threads.items[i]))
			return true;
	return false;
}

static struct pyinspect_error *check_wanted(const struct capture *capture)
{
	pid_t tid = capture->options->tid;
	const struct pyinspect_options *options = capture->options;
	if (options->ident && !options->object && !options->gc_head && !has_wanted(capture))
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "no Python code runs in this thread: it has no thread "
				    "state");
	if (!tid || os_threads_find(&capture->os, tid) ||
	    (!capture->target->process && has_wanted(capture)))
		return NULL;
	if (capture->target->core)
		return error_create(PYINSPECT_ERROR_ARGUMENT, "no thread %d is in the core",
				    tid);
	if (!capture->target->process)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "no Python code runs in thread %d", tid);
	return error_create(PYINSPECT_ERROR_ARGUMENT,
			    "process %d has no thread %d; ps -L -p %d lists them",
			    capture->snapshot->pid, tid, capture->snapshot->pid);
}

static struct pyinspect_error *check_alive(const struct target *target)
{
	if (!target->process)
		return NULL;
	if (process_is_replaced(target->process))
		return error_create(PYINSPECT_ERROR_NO_TARGET,
				    "process %d began another program (exec) while it was "
				    "looked at: look again",
				    target->process->pid);
	if (process_is_alive(target->process))
		return NULL;
	return error_create(PYINSPECT_ERROR_NO_TARGET,
			    "process %d ended while it was looked at",
			    target->process->pid);
}

/* Prefer "it ended" to what follows from that. */
static struct pyinspect_error *explain(const struct target *target,
				       struct pyinspect_error *error)
{
	struct pyinspect_error *ended = check_alive(target);
	if (ended) {
		pyinspect_error_free(error);
		return ended;
	}
	if (error && target->process &&
	    pyinspect_error_code(error) != PYINSPECT_ERROR_ARGUMENT)
		return error_context(error, "process %d", target->process->pid);
	if (error && target->core &&
	    pyinspect_error_code(error) != PYINSPECT_ERROR_ARGUMENT)
		return error_context(error, "%s", target->core->path);
	return error;
}

static void describe_evaluator(struct pyinspect_snapshot *snapshot,
			       const struct capture *capture)
{
	struct evaluator found = evaluator_find(capture->target, capture->runtime);
	snapshot->evaluator = (struct pyinspect_evaluator){
		.start = found.named.start,
		.end = found.named.end,
		.part_start = found.largest.start,
		.part_end = found.largest.end,
		.unwind_header = found.unwind_header,
	};
}

static struct pyinspect_error *read_and_build(struct capture *capture)
{
	struct pyinspect_snapshot *snapshot = capture->snapshot;
	struct pyinspect_error *error = capture_take(capture);
	if (!error)
		error = check_wanted(capture);
	if (!error && !describe_python(snapshot, capture->runtime))
		error = &error_no_memory;
	if (!error && capture->options->activations)
		describe_evaluator(snapshot, capture);
	return error ? error : snapshot_build(snapshot, capture);
}

static void set_deadline(struct memory *memory, double timeout)
{
	memory->deadline = 0;
	memory->timed_out = false;
	/* Centuries are as good as never. */
	if (timeout > 0 && timeout < 1e9)
		memory->deadline =
			(uint64_t)((clock_seconds(CLOCK_MONOTONIC) + timeout) * 1e9);
}

/* Readings of a process that runs may go wrong: one that comes out is proven. */
#define FIND_TRIES 4

static struct pyinspect_error *find_runtime(struct target *target,
					    struct runtime_search *search,
					    struct runtime *runtime)
{
	struct pyinspect_error *error = NULL;
	for (int i = 0; i < FIND_TRIES; i++) {
		pyinspect_error_free(error);
		if (i > 0)
			memory_forget(&target->memory);
		search->is_last = i == FIND_TRIES - 1;
		error = runtime_find(target, search, runtime);
		if (!error || target->memory.timed_out)
			break;
		/* What is not of the moment stays so: the last try is another one. */
		if (pyinspect_error_code(error) != PYINSPECT_ERROR_NOT_PYTHON &&
		    i < FIND_TRIES - 2)
			i = FIND_TRIES - 2;
	}
	if (!error || !target->memory.timed_out)
		return error;
	pyinspect_error_free(error);
	return error_create(PYINSPECT_ERROR_TIMEOUT,
			    "the time limit was reached before its Python was found");
}

static struct pyinspect_error *find_and_look(struct capture *capture,
					     const char *executable, struct past *past)
{
	const struct pyinspect_options *options = capture->options;
	struct runtime_search search = {
		.executable = executable,
		.producer = options->producer,
		.wanted = options->python,
		.dwarf.places = {.directories = options->debug_directories,
				 .sysroot = options->sysroot},
	};
	if (past)
		past_give(past, capture);
	struct pyinspect_error *error = capture_begin(capture);
	if (!error && !(past && past->has_runtime))
		error = find_runtime(capture->target, &search, capture->runtime);
	dwarf_findings_deinit(&search.dwarf);
	capture->snapshot->python_count = capture->runtime->of_count;
	if (!error)
		error = read_and_build(capture);
	return error;
}

/* The files that it needs are looked for meanwhile. */
static struct pyinspect_error *look_at_core(struct capture *capture)
{
	struct core *core = capture->target->core;
	const struct pyinspect_options *options = capture->options;
	struct backing backing = {
		.core = core,
		.executable = options->executable,
		.places = {.directories = options->debug_directories,
			   .sysroot = options->sysroot},
		.deadline = capture->target->memory.deadline,
	};
	struct pyinspect_error *error = describe_core(capture->snapshot, core);
	if (error)
		return error;
	backing_begin(&backing);
	size_t index = backing_executable(core);
	error = find_and_look(
		capture, index == SIZE_MAX ? NULL : core->files.items[index].path, NULL);
	if (!error)
		error = death_describe(capture->snapshot, capture->target);
	backing_end(&backing);
	if (error)
		return describe_core_failure(core, error);
	describe_core_problems(capture->snapshot, core);
	return NULL;
}

static struct pyinspect_error *take(struct look *look, struct target *target,
				    const struct pyinspect_options *options,
				    struct pyinspect_snapshot *snapshot)
{
	struct past *past = past_of(target, options);
	struct runtime runtime = {0};
	struct runtime *used = past ? &past->runtime : &runtime;
	struct capture capture = {
		.target = target,
		.runtime = used,
		.options = options,
		.look = look,
		.snapshot = snapshot,
		.reader = {.runtime = used,
			   .arena = &snapshot->arena,
			   .max_frames = options->max_frames,
			   .all_frames = options->all_frames,
			   .activations = options->activations},
	};
	snapshot->time = clock_seconds(CLOCK_REALTIME);
	snapshot->uid = (uid_t)-1;
	snapshot->elapsed = -1;
	/* Between two snapshots it may have begun another program; the past is of the old.
	 */
	if (target->process)
		process_renew(target->process);
	if (target->process && !care_take(target->process))
		return &error_no_memory;
	cleanup_free char *executable =
		target->process ? process_read_link(target->process, "exe") : NULL;
	if (target->process)
		describe_process(snapshot, target->process, executable);
	struct pyinspect_error *error = target->core
						? look_at_core(&capture)
						: find_and_look(&capture, executable, past);
	if (past && !error)
		past_keep(past, &capture);
	else if (past)
		past_clear(past);
	capture_deinit(&capture);
	if (!past)
		runtime_deinit(&runtime);
	return explain(target, error);
}

static struct pyinspect_error *give_up(pid_t pid, enum look_end end,
				       const struct reading *stuck)
{
	uint64_t address = atomic_load(&stuck->address);
	if (end == LOOK_LATE)
		return error_create(PYINSPECT_ERROR_TIMEOUT,
				    "process %d: the look did not end long after its time "
				    "limit, and was given up",
				    pid);
	if (!address)
		return error_create(PYINSPECT_ERROR_TIMEOUT,
				    "process %d: reading %s doesn't end, because its file "
				    "system doesn't answer",
				    pid, stuck->file);
	return error_create(PYINSPECT_ERROR_TIMEOUT,
			    "process %d: reading memory at 0x%llx doesn't end: the kernel "
			    "waits for a page that a userfaultfd or a file system would "
			    "have to give",
			    pid, (unsigned long long)address);
}

/* Looks in all: each that is left behind shows one mapping more to leave out. */
#define LOOKS_MAX 8

static struct pyinspect_error *take_guarded(struct pyinspect_target *target,
					    const struct pyinspect_options *options,
					    struct pyinspect_snapshot **snapshot_ret)
{
	struct pyinspect_error *error;
	struct target *again;
	struct reading stuck;
	enum look_end end;
	if (!target->target)
		return error_create(PYINSPECT_ERROR_TIMEOUT,
				    "an earlier look at this process has not ended yet");
	pid_t pid = target->target->process ? target->target->process->pid : 0;
	set_deadline(&target->target->memory, options->timeout);
	for (int i = 0; i < LOOKS_MAX; i++) {
		end = look_run(take, target->target, options, snapshot_ret, &error, &again,
			       &stuck);
		if (end == LOOK_FINISHED)
			return error;
		target->target = again;
		if (!again || end == LOOK_LATE)
			break;
	}
	return give_up(pid, end, &stuck);
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_snapshot_take(
	struct pyinspect_target *target, const struct pyinspect_options *options,
	struct pyinspect_snapshot **snapshot_ret)
{
	struct pyinspect_options used = PYINSPECT_OPTIONS_DEFAULT;
	if (options)
		memcpy(&used, options,
		       options->size < sizeof(used) ? options->size : sizeof(used));
	struct pyinspect_snapshot *snapshot = NULL;
	struct pyinspect_error *error = take_guarded(target, &used, &snapshot);
	if (error) {
		pyinspect_snapshot_free(snapshot);
		return error;
	}
	*snapshot_ret = snapshot;
	return NULL;
}

PYINSPECT_EXPORT const char *pyinspect_version(void)
{
	return PYINSPECT_VERSION;
}
