/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "snapshot/boundary.h"
#include "snapshot/capture.h"
#include "snapshot/exceptions.h"
#include "snapshot/values.h"
#include "target/stop.h"
#include "target/threads.h"

/* Readings without a stop before threads that still ran are stopped. */
#define UNSTOPPED_TRIES 3
/* Readings with a stop: others may wake up meanwhile; the last one stops all. */
#define STOPPED_TRIES 3
/* Stops until threads stand where values are whole: each lets them go on for a while. */
#define VALUE_TRIES 6
/* What is read of a thread, typically; of a deep stack it is more. */
#define THREAD_BYTES ((size_t)8 << 10)

void captured_threads_deinit(struct captured_threads *threads)
{
	for (size_t i = 0; i < threads->count; i++) {
		stack_deinit(&threads->items[i].stack);
		for (size_t j = 0; j < threads->items[i].exception_count; j++)
			stack_deinit(&threads->items[i].exceptions[j].traceback);
		pyinspect_error_free(threads->items[i].raw.error);
	}
	free(threads->items);
	*threads = (struct captured_threads){0};
}

static void drop_errors(struct capture *capture)
{
	for (size_t i = 0; i < capture->errors.count; i++)
		pyinspect_error_free(capture->errors.items[i]);
	capture->errors.count = 0;
}

/* Returns whether there was an error. */
static bool note_error(struct capture *capture, struct pyinspect_error *error)
{
	bool failed = error;
	if (error && !array_push(&capture->errors, error))
		pyinspect_error_free(error);
	return failed;
}

void capture_deinit(struct capture *capture)
{
	drop_errors(capture);
	free(capture->errors.items);
	captured_threads_deinit(&capture->threads);
	stack_reader_deinit(&capture->reader);
	os_threads_deinit(&capture->os);
	raw_interpreters_deinit(&capture->interpreters);
	free(capture->names.items);
	pyinspect_error_free(capture->stop_error);
}

static struct pyinspect_error *sample_threads(struct capture *capture)
{
	const struct target *target = capture->target;
	return target->ops->threads ? target->ops->threads(target->context, &capture->os)
				    : NULL;
}

/* Of what an earlier snapshot has proven, that of threads which never ran since is so
 * still. */
static void check_old(struct capture *capture)
{
	for (size_t i = 0; i < capture->threads.count; i++) {
		struct captured_thread *thread = &capture->threads.items[i];
		const struct os_thread *now = os_threads_find(&capture->os, thread->os.tid);
		thread->verified &= now && thread_has_rested(&thread->os, now) &&
				    now->inner_tid == thread->os.inner_tid;
		if (thread->verified)
			thread->os = *now;
	}
}

struct pyinspect_error *capture_begin(struct capture *capture)
{
	memory_forget(&capture->target->memory);
	capture->cache_is_newer = true;
	struct pyinspect_error *error = sample_threads(capture);
	check_old(capture);
	return error;
}

/* Forget all that was read but the stacks that are proven already. */
static void begin_reading(struct capture *capture)
{
	if (!capture->cache_is_newer)
		memory_forget(&capture->target->memory);
	capture->cache_is_newer = false;
	stack_reader_deinit(&capture->reader);
	raw_interpreters_deinit(&capture->interpreters);
	drop_errors(capture);
}

/* What an earlier reading has left. */
struct earlier {
	struct captured_threads threads;
	/** Where the next one is looked for first: the lists are in the same order. */
	size_t next;
};

/* A thread that an earlier reading has proven, and that is still listed. */
static struct captured_thread *find_proven(struct earlier *earlier,
					   const struct raw_thread *raw)
{
	size_t count = earlier->threads.count;
	for (size_t i = 0; i < count; i++) {
		size_t at = (earlier->next + i) % count;
		struct captured_thread *thread = &earlier->threads.items[at];
		if (thread->verified && thread->raw.tstate == raw->tstate &&
		    thread->raw.ident == raw->ident &&
		    thread->raw.inner_tid == raw->inner_tid &&
		    (!thread->is_old || thread->raw.frame == raw->frame)) {
			earlier->next = at + 1;
			return thread;
		}
	}
	return NULL;
}

/* pthread_self() is where its thread pointer points to. */
static struct os_thread *find_by_pointer(const struct os_threads *threads, uint64_t pointer)
{
	for (size_t i = 0; i < threads->count; i++)
		if (pointer && threads->items[i].thread_pointer == pointer)
			return &threads->items[i];
	return NULL;
}

static void find_os_thread(const struct capture *capture, struct captured_thread *thread)
{
	struct os_thread *os = NULL;
	/* A debugger's core has the debugger's ids. */
	if (capture->target->core)
		os = find_by_pointer(&capture->os, thread->raw.ident);
	if (!os && thread->raw.inner_tid)
		os = os_threads_find_inner(&capture->os, thread->raw.inner_tid);
	if (os)
		thread->os = *os;
	/* The reader knows no other threads than these. */
	if (!capture->target->ops->threads)
		thread->os.tid = thread->raw.inner_tid;
}

/* Take over what is known of a thread; false if there is no memory. */
static bool take_known(struct capture *capture, struct captured_thread *known,
		       struct captured_thread *ret)
{
	/* What its frames run is still there, but no longer in our memory. */
	if (known->is_old && !stack_resolve(&capture->reader, &known->stack))
		return false;
	*ret = *known;
	ret->is_old = false;
	known->verified = false;
	known->stack = (struct stack){0};
	known->raw.error = NULL;
	return true;
}

/* Of what isn't asked for, the thread state alone: it may hold the GIL. */
static bool is_read(const struct capture *capture, const struct raw_thread *raw)
{
	return !capture->options->ident || capture->options->ident == raw->ident;
}

static struct pyinspect_error *read_thread(struct capture *capture, struct raw_thread *raw,
					   size_t interpreter, struct earlier *earlier)
{
	struct captured_thread thread = {.raw = *raw, .interpreter = interpreter};
	struct captured_thread *known = find_proven(earlier, raw);
	capture->reader.watch = capture->interpreters.items[interpreter].collecting_frame;
	/* Nobody looked out for that frame then. */
	if (known && known->is_old && capture->reader.watch)
		known = NULL;
	if (known) {
		if (!take_known(capture, known, &thread))
			return &error_no_memory;
		thread.interpreter = interpreter;
	} else {
		raw->error = NULL;
		find_os_thread(capture, &thread);
		thread.stopped = capture->stop && thread.os.tid &&
				 stop_holds(capture->stop, thread.os.tid);
		if (is_read(capture, raw) &&
		    !stack_read(&capture->reader, &thread.raw, &thread.stack))
			return &error_no_memory;
	}
	if (!array_push(&capture->threads, thread)) {
		stack_deinit(&thread.stack);
		return &error_no_memory;
	}
	return NULL;
}

/* The stacks that are to be read, all threads in step. */
static void prefetch_unknown(const struct capture *capture, const struct raw_threads *list,
			     struct earlier *earlier)
{
	struct raw_threads unknown = {0};
	for (size_t i = 0; i < list->count; i++)
		if (is_read(capture, &list->items[i]) &&
		    !find_proven(earlier, &list->items[i]) &&
		    !array_push(&unknown, list->items[i]))
			break;
	stacks_prefetch(capture->runtime, unknown.items, unknown.count);
	free(unknown.items);
}

static struct pyinspect_error *read_threads(struct capture *capture, size_t interpreter,
					    struct earlier *earlier)
{
	struct raw_threads list = {0};
	struct pyinspect_error *error = NULL;
	capture->threads_incomplete |= note_error(
		capture,
		threads_of(capture->runtime,
			   capture->interpreters.items[interpreter].address, &list));
	prefetch_unknown(capture, &list, earlier);
	for (size_t i = 0; i < list.count && !error; i++)
		error = read_thread(capture, &list.items[i], interpreter, earlier);
	for (size_t i = 0; i < list.count; i++)
		pyinspect_error_free(list.items[i].error);
	free(list.items);
	return error;
}

static int compare_names(const void *a, const void *b)
{
	const struct thread_name *left = a, *right = b;
	if (left->interpreter != right->interpreter)
		return left->interpreter < right->interpreter ? -1 : 1;
	return (left->ident > right->ident) - (left->ident < right->ident);
}

const struct thread_name *capture_find_name(const struct capture *capture,
					    uint64_t interpreter, uint64_t ident)
{
	struct thread_name key = {.interpreter = interpreter, .ident = ident};
	return capture->names.count
		       ? bsearch(&key, capture->names.items, capture->names.count,
				 sizeof(key), compare_names)
		       : NULL;
}

static void read_names(struct capture *capture)
{
	for (size_t i = 0; i < capture->interpreters.count; i++)
		note_error(capture,
			   thread_names_read(capture->runtime,
					     &capture->interpreters.items[i],
					     capture->reader.arena, &capture->names));
	if (capture->names.count)
		qsort(capture->names.items, capture->names.count,
		      sizeof(*capture->names.items), compare_names);
}

/* One reading of all stacks but those that an earlier one has proven. */
static struct pyinspect_error *read_all(struct capture *capture)
{
	begin_reading(capture);
	struct earlier earlier = {.threads = capture->threads};
	capture->threads = (struct captured_threads){0};
	struct pyinspect_error *error = NULL;
	capture->threads_incomplete = note_error(
		capture, interpreters_list(capture->runtime, &capture->interpreters));
	for (size_t i = 0; i < capture->interpreters.count && !error; i++)
		error = read_threads(capture, i, &earlier);
	captured_threads_deinit(&earlier.threads);
	capture->main_ident = runtime_main_ident(capture->runtime);
	return error;
}

/* The thread state's own thread is no more; of 2.7, a forked child has such for ever. */
static bool has_ended(const struct capture *capture, const struct captured_thread *thread)
{
	if (thread->os.tid || !thread->raw.inner_tid)
		return thread->raw.has_no_tid;
	return !thread_may_live(capture->target->process, thread->raw.inner_tid);
}

/* Nobody has run, so nothing at all has changed, and no thread was started. */
static bool all_stood_still(const struct capture *capture)
{
	if (!capture->os.is_complete)
		return false;
	for (size_t i = 0; i < capture->os.count; i++) {
		const struct os_thread *os = &capture->os.items[i];
		if (!(capture->stop && stop_holds(capture->stop, os->tid)) &&
		    !thread_has_not_run(capture->target->process, os))
			return false;
	}
	return true;
}

/* Whether a thread was read as it was. */
static bool is_proven(const struct capture *capture, const struct captured_thread *thread)
{
	/* Memory without threads doesn't move while we look. */
	if (!capture->target->process)
		return true;
	if (thread->stopped || capture->stop_is_whole)
		return !thread->stack.is_doubtful && !thread->raw.error;
	if (thread->os.tid)
		return !thread->stack.is_lost &&
		       thread_has_not_run(capture->target->process, &thread->os);
	return has_ended(capture, thread) && all_stood_still(capture);
}

static int compare_tid(const void *a, const void *b)
{
	const struct captured_thread *const *left = a, *const *right = b;
	return ((*left)->raw.inner_tid > (*right)->raw.inner_tid) -
	       ((*left)->raw.inner_tid < (*right)->raw.inner_tid);
}

static bool has_equals(struct captured_thread **sorted, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (compare_tid(&sorted[i - 1], &sorted[i]) == 0)
			return true;
	return false;
}

/* Take the proof from threads that follow one another with the same id. */
static size_t doubt_equals(struct captured_thread **sorted, size_t count)
{
	size_t doubted = 0;
	for (size_t i = 0; i < count; i++) {
		bool shared =
			(i > 0 && compare_tid(&sorted[i - 1], &sorted[i]) == 0) ||
			(i + 1 < count && compare_tid(&sorted[i], &sorted[i + 1]) == 0);
		doubted += shared && sorted[i]->verified;
		if (shared)
			sorted[i]->verified = false;
	}
	return doubted;
}

/*
 * A thread state has the id of the thread that made it: a new one until its own thread
 * begins, one of another interpreter for ever, whatever thread runs it. What the
 * maker did proves nothing then, only that all stood still.
 *
 * Returns how many threads are not proven because of that.
 */
static size_t doubt_shared(struct capture *capture)
{
	size_t count = capture->threads.count;
	struct captured_thread **sorted =
		calloc(count + 1, sizeof(struct captured_thread *));
	if (!capture->target->process || capture->stop_is_whole || !sorted) {
		free(sorted);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		sorted[i] = &capture->threads.items[i];
	qsort(sorted, count, sizeof(struct captured_thread *), compare_tid);
	size_t doubted = 0;
	if (has_equals(sorted, count) && !all_stood_still(capture))
		doubted = doubt_equals(sorted, count);
	free(sorted);
	return doubted;
}

/* Lists that broke off prove nothing if any thread could have changed them. */
static bool lists_are_doubtful(const struct capture *capture)
{
	return capture->errors.count && capture->target->process &&
	       !all_stood_still(capture);
}

/* Returns how many threads are not proven, and the lists of them. */
static size_t prove(struct capture *capture)
{
	size_t unproven = lists_are_doubtful(capture);
	for (size_t i = 0; i < capture->threads.count; i++) {
		struct captured_thread *thread = &capture->threads.items[i];
		struct os_thread *os;
		if (!thread->verified)
			thread->verified = is_proven(capture, thread);
		unproven += !thread->verified;
		os = os_threads_find(&capture->os, thread->os.tid);
		if (os)
			os->settled = thread->verified;
	}
	return unproven + doubt_shared(capture);
}

static bool is_late(const struct capture *capture)
{
	return capture->target->memory.timed_out;
}

static struct pyinspect_error *read_unstopped(struct capture *capture, size_t *unproven_ret)
{
	*unproven_ret = 0;
	for (int i = 0; i < UNSTOPPED_TRIES; i++) {
		struct pyinspect_error *error =
			capture->cache_is_newer ? NULL : sample_threads(capture);
		if (!error)
			error = read_all(capture);
		if (error)
			return error;
		*unproven_ret = prove(capture);
		if (!*unproven_ret || is_late(capture))
			break;
	}
	return NULL;
}

static bool wants_one(const struct capture *capture)
{
	return capture->options->tid || capture->options->ident;
}

bool capture_wants(const struct capture *capture, const struct captured_thread *thread)
{
	const struct pyinspect_options *options = capture->options;
	return (!options->tid || options->tid == thread->os.tid) &&
	       (!options->ident || options->ident == thread->raw.ident);
}

struct pids {
	pid_t *items;
	size_t count, capacity;
};

static bool list_unproven(const struct capture *capture, struct pids *ret)
{
	for (size_t i = 0; i < capture->threads.count; i++) {
		const struct captured_thread *thread = &capture->threads.items[i];
		if (!capture_wants(capture, thread))
			continue;
		if (!thread->verified && thread->os.tid && !array_push(ret, thread->os.tid))
			return false;
	}
	return true;
}

/* Where they stand now: a thread that waits by turns, for the GIL, was found at random.
 * When all are stopped, those that were found in a call are taken to be there still:
 * asking thousands would hold all the longer. */
static void sample_held(struct capture *capture)
{
	for (size_t i = 0; i < capture->os.count; i++) {
		struct os_thread *os = &capture->os.items[i];
		if ((os->syscall < 0 || !capture->stop_is_whole) &&
		    stop_holds(capture->stop, os->tid))
			thread_sample_syscall(capture->target->process, os);
	}
}

/* All threads stand still, and are those of the list: none has started, none has ended. */
static bool holds_the_list(const struct capture *capture)
{
	if (!capture->stop_is_whole || !capture->os.is_complete ||
	    stop_count(capture->stop) != capture->os.count)
		return false;
	for (size_t i = 0; i < capture->os.count; i++)
		if (!stop_holds(capture->stop, capture->os.items[i].tid))
			return false;
	return true;
}

/* Threads that have started since the list was made. Of those that are stopped, it isn't
 * known what their state was before. */
static struct pyinspect_error *add_new_threads(struct capture *capture)
{
	if (holds_the_list(capture))
		return NULL;
	for (size_t i = 0; i < capture->os.count; i++)
		capture->os.items[i].settled = true;
	struct pyinspect_error *error = sample_threads(capture);
	for (size_t i = 0; i < capture->os.count && !error; i++)
		if (!capture->os.items[i].settled &&
		    stop_holds(capture->stop, capture->os.items[i].tid))
			capture->os.items[i].state = '\0';
	return error;
}

/* Values, if all threads stand where these are whole; or as they are, if that wasn't to
 * be had so far. */
static struct pyinspect_error *read_held_values(struct capture *capture,
						size_t *unproven_ret)
{
	bool moved;
	struct pyinspect_error *error = NULL;
	bool whole = boundary_reach(capture, &moved);
	if (moved) {
		error = read_all(capture);
		*unproven_ret = error ? 1 : prove(capture);
	}
	whole = whole && !*unproven_ret;
	if (error || (!whole && ++capture->value_tries < VALUE_TRIES))
		return error;
	capture->value_tries = VALUE_TRIES;
	capture->values_are_proven = whole;
	return values_read(capture);
}

/* Values were to be read while all are stopped, and it was no good moment. */
static bool wants_another_stop(const struct capture *capture)
{
	return values_are_wanted(capture) && capture->value_tries < VALUE_TRIES;
}

/* Read while threads are stopped: those in the list, or with whole, all. */
static struct pyinspect_error *read_stopped(struct capture *capture,
					    const struct pids *pids, bool whole,
					    size_t *unproven_ret)
{
	bool expired;
	/* Fresh memory costs more than reading into it: not while somebody waits. */
	memory_reserve(&capture->target->memory, capture->os.count * THREAD_BYTES);
	look_mask_caller(capture->look, true);
	struct pyinspect_error *error = stop_begin(capture->target->process, pids->items,
						   pids->count, whole, &capture->stop);
	if (error) {
		look_mask_caller(capture->look, false);
		pyinspect_error_free(capture->stop_error);
		capture->stop_error = error;
		return NULL;
	}
	capture->stop_is_whole = whole;
	error = add_new_threads(capture);
	sample_held(capture);
	if (!error)
		error = read_all(capture);
	if (!error)
		*unproven_ret = prove(capture);
	if (!error && whole && values_are_wanted(capture))
		error = read_held_values(capture, unproven_ret);
	capture->stopped_us += stop_end(capture->stop, &expired);
	look_mask_caller(capture->look, false);
	capture->stop = NULL;
	capture->stop_is_whole = false;
	/* They ran on while they were read. */
	capture->values_are_proven &= !expired;
	for (size_t i = 0; expired && i < capture->threads.count; i++)
		capture->threads.items[i].verified &= !capture->threads.items[i].stopped;
	return error;
}

static bool goes_on(const struct capture *capture, const struct pyinspect_error *error)
{
	return !error && !is_late(capture) && !capture->stop_error;
}

static struct pyinspect_error *stop_unproven(struct capture *capture, size_t unproven)
{
	struct pyinspect_error *error = NULL;
	for (int i = 0; i < STOPPED_TRIES && unproven && goes_on(capture, error); i++) {
		struct pids pids = {0};
		if (!list_unproven(capture, &pids))
			error = &error_no_memory;
		bool whole = i == STOPPED_TRIES - 1 || !pids.count;
		/* One thread is wanted, and that one is proven. */
		if (!error && (pids.count || !wants_one(capture)))
			error = read_stopped(capture, &pids, whole, &unproven);
		free(pids.items);
	}
	return error;
}

/* Of one instant: nothing that an earlier one has proven is kept. */
static struct pyinspect_error *read_instant(struct capture *capture, size_t *unproven_ret)
{
	struct pids none = {0};
	for (size_t i = 0; i < capture->threads.count; i++)
		capture->threads.items[i].verified = false;
	return read_stopped(capture, &none, true, unproven_ret);
}

static struct pyinspect_error *stop_whole(struct capture *capture)
{
	size_t unproven = 1;
	struct pyinspect_error *error = NULL;
	/* What was read before they were held is of another instant. */
	capture->cache_is_newer = false;
	for (int i = 0; goes_on(capture, error) &&
			((i < STOPPED_TRIES && unproven) || wants_another_stop(capture));
	     i++)
		error = read_instant(capture, &unproven);
	if (error || !capture->stop_error)
		return error;
	return read_unstopped(capture, &unproven);
}

static struct pyinspect_error *read_stacks(struct capture *capture)
{
	size_t unproven;
	bool is_process = capture->target->process != NULL;
	if (is_process && capture->options->stop == PYINSPECT_STOP_ALL)
		return stop_whole(capture);
	struct pyinspect_error *error = read_unstopped(capture, &unproven);
	if (error || !is_process || capture->options->stop == PYINSPECT_STOP_NEVER)
		return error;
	return stop_unproven(capture, unproven);
}

/* No thread that has Python state has run since it was sampled. */
static bool python_stood_still(const struct capture *capture)
{
	if (!capture->target->process)
		return true;
	for (size_t i = 0; i < capture->threads.count; i++) {
		const struct os_thread *os = &capture->threads.items[i].os;
		if (!capture->threads.items[i].verified ||
		    (os->tid ? !thread_has_not_run(capture->target->process, os)
			     : !all_stood_still(capture)))
			return false;
	}
	return true;
}

/*
 * Values are not of one thread: any other may change them. They are exact if none ran
 * from the sampling of the threads to the last reading; else all are stopped.
 */
static struct pyinspect_error *read_values(struct capture *capture)
{
	size_t unproven = 1;
	struct pyinspect_error *error = NULL;
	bool may_stop =
		capture->target->process && capture->options->stop != PYINSPECT_STOP_NEVER;
	if (capture->stopped_us == 0 || !may_stop) {
		error = values_read(capture);
		capture->values_are_proven = !error && python_stood_still(capture);
	}
	while (may_stop && !capture->values_are_proven && goes_on(capture, error) &&
	       wants_another_stop(capture))
		error = read_instant(capture, &unproven);
	/* Stopping is refused: better values that may be wrong than none. */
	if (!error && capture->stop_error && !capture->values_are_proven)
		error = values_read(capture);
	return error;
}

bool capture_is_main(const struct capture *capture, const struct captured_thread *thread)
{
	if (!capture->interpreters.items[thread->interpreter].is_main)
		return false;
	if (capture->main_ident)
		return thread->raw.ident == capture->main_ident;
	return thread->os.tid && thread->os.tid == capture->snapshot->pid;
}

struct pyinspect_error *capture_take(struct capture *capture)
{
	struct pyinspect_error *error = read_stacks(capture);
	if (!error && values_are_wanted(capture) && !capture->values_are_proven)
		error = read_values(capture);
	if (!error && capture->target->core)
		error = exceptions_read(capture);
	/* Names seldom change: nobody is held, and no proof waits, for them. */
	if (!error)
		read_names(capture);
	return error;
}
