/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "snapshot/look.h"
#include "snapshot/snapshot.h"
#include "target/process.h"

#define SECOND ((uint64_t)1000 * 1000 * 1000)
/* One call takes microseconds; from a slow disk or a swap, or on a machine that has no
 * time for us, much longer. */
#define PATIENCE     SECOND
#define PATIENCE_MIN (SECOND / 5)
/* How long after its deadline a look may put together what it has read. */
#define GRACE_MIN (2 * SECOND)
/* Descriptors beside those of threads; a table has room for as many from the start. */
#define DESCRIPTORS ((size_t)48)

struct look {
	look_fn work;
	struct target *target;
	struct pyinspect_options options;
	struct pyinspect_snapshot *snapshot;
	struct pyinspect_error *error;
	/** Of what the options point to. */
	struct arena arena;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool done, left_behind;
	/** The work wants the caller to take no signals; whether it takes none. */
	bool mask_wanted, is_masked;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

/* What a look was given may be gone when it still reads. */
static bool copy_text(struct arena *arena, const char **text)
{
	if (!*text)
		return true;
	*text = arena_copy(arena, *text, strlen(*text));
	return *text;
}

static bool copy_list(struct arena *arena, const char *const **list)
{
	const char *const *from = *list;
	size_t count = 0;
	bool memory = true;
	while (from && from[count])
		count++;
	if (!count)
		return true;
	const char **copies = arena_alloc(arena, (count + 1) * sizeof(*copies));
	for (size_t i = 0; i < count && copies; i++) {
		copies[i] = from[i];
		memory = copy_text(arena, &copies[i]) && memory;
	}
	*list = copies;
	return memory && copies;
}

static bool copy_options(struct look *look)
{
	struct pyinspect_options *options = &look->options;
	return copy_text(&look->arena, &options->sysroot) &&
	       copy_text(&look->arena, &options->executable) &&
	       copy_text(&look->arena, &options->directory) &&
	       copy_text(&look->arena, &options->expression) &&
	       copy_list(&look->arena, &options->debug_directories) &&
	       copy_list(&look->arena, &options->secret_names);
}

static void free_look(struct look *look)
{
	pthread_mutex_destroy(&look->lock);
	pthread_cond_destroy(&look->changed);
	arena_deinit(&look->arena);
	free(look);
}

static struct look *create(look_fn work, struct target *target,
			   const struct pyinspect_options *options)
{
	struct look *look = calloc(1, sizeof(*look));
	if (!look)
		return NULL;
	look->work = work;
	look->target = target;
	look->options = *options;
	pthread_mutex_init(&look->lock, NULL);
	pthread_cond_init(&look->changed, NULL);
	look->snapshot = calloc(1, sizeof(*look->snapshot));
	if (look->snapshot && copy_options(look))
		return look;
	free(look->snapshot);
	free_look(look);
	return NULL;
}

/* Nobody waits for it any more. */
static void drop(struct look *look)
{
	pyinspect_snapshot_free(look->snapshot);
	pyinspect_error_free(look->error);
	target_destroy(look->target);
	free_look(look);
}

static void *run(void *argument)
{
	struct look *look = argument;
	look->error = look->work(look, look->target, &look->options, look->snapshot);
	pthread_mutex_lock(&look->lock);
	bool left_behind = look->left_behind;
	look->done = true;
	pthread_mutex_unlock(&look->lock);
	/* The caller frees it after the end of this thread, not before. */
	if (left_behind)
		drop(look);
	else
		pthread_cond_signal(&look->changed);
	return NULL;
}

/* Let the table of descriptors grow while one thread uses it, see threads.c. */
static void reserve_descriptors(const struct process *process)
{
	if (process->thread_count < DESCRIPTORS / 2)
		return;
	int least = (int)(process->thread_count + DESCRIPTORS);
	int highest = fcntl(process->proc_fd, F_DUPFD_CLOEXEC, least);
	if (highest >= 0)
		close(highest);
}

static bool start(struct look *look, pthread_t *ret)
{
	sigset_t all, old;
	reserve_descriptors(look->target->process);
	/* Signals are for the threads that the caller knows. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	bool started = pthread_create(ret, NULL, run, look) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return started;
}

void look_mask_caller(struct look *look, bool mask)
{
	if (!look)
		return;
	pthread_mutex_lock(&look->lock);
	look->mask_wanted = mask;
	pthread_cond_broadcast(&look->changed);
	while (look->is_masked != mask && !look->left_behind)
		pthread_cond_wait(&look->changed, &look->lock);
	pthread_mutex_unlock(&look->lock);
}

static void mask_as_wanted(struct look *look, sigset_t *old)
{
	sigset_t all;
	sigfillset(&all);
	if (look->mask_wanted)
		pthread_sigmask(SIG_BLOCK, &all, old);
	else
		pthread_sigmask(SIG_SETMASK, old, NULL);
	look->is_masked = look->mask_wanted;
	pthread_cond_broadcast(&look->changed);
}

static struct timespec after(uint64_t ns)
{
	uint64_t then = now_ns() + ns;
	return (struct timespec){.tv_sec = (time_t)(then / SECOND),
				 .tv_nsec = (long)(then % SECOND)};
}

static uint64_t patience_of(const struct pyinspect_options *options)
{
	double quarter = options->timeout / 4 * (double)SECOND;
	if (options->timeout <= 0 || quarter >= (double)PATIENCE)
		return PATIENCE;
	uint64_t patience = (uint64_t)quarter;
	return patience < PATIENCE_MIN ? PATIENCE_MIN : patience;
}

static bool is_late(const struct look *look, uint64_t now)
{
	uint64_t deadline = look->target->memory.deadline;
	uint64_t grace = GRACE_MIN;
	if (deadline && look->options.timeout * (double)SECOND > (double)grace)
		grace = (uint64_t)(look->options.timeout * (double)SECOND);
	return deadline && now > deadline + grace;
}

/* With the lock held. */
static enum look_end wait_for_end(struct look *look, struct target **again_ret,
				  struct reading *reading_ret)
{
	struct reading_watch watch = {0};
	struct reading *reading = &look->target->process->reading;
	uint64_t patience = patience_of(&look->options);
	sigset_t old;
	bool is_stuck = false;
	while (!look->done) {
		if (look->mask_wanted != look->is_masked)
			mask_as_wanted(look, &old);
		struct timespec next = after(patience / 4);
		if (pthread_cond_clockwait(&look->changed, &look->lock, CLOCK_MONOTONIC,
					   &next) != ETIMEDOUT)
			continue;
		is_stuck = reading_is_stuck(reading, &watch, now_ns(), patience);
		if (!is_stuck && !is_late(look, now_ns()))
			continue;
		look->left_behind = true;
		pthread_cond_broadcast(&look->changed);
		memcpy(reading_ret, reading, sizeof(*reading));
		*again_ret = target_again(look->target, reading_ret);
		break;
	}
	if (look->is_masked) {
		look->mask_wanted = false;
		mask_as_wanted(look, &old);
	}
	if (look->done)
		return LOOK_FINISHED;
	return is_stuck ? LOOK_STUCK : LOOK_LATE;
}

static void take_result(struct look *look, struct pyinspect_snapshot **snapshot_ret,
			struct pyinspect_error **error_ret)
{
	*snapshot_ret = look->snapshot;
	*error_ret = look->error;
	free_look(look);
}

enum look_end look_run(look_fn work, struct target *target,
		       const struct pyinspect_options *options,
		       struct pyinspect_snapshot **snapshot_ret,
		       struct pyinspect_error **error_ret, struct target **again_ret,
		       struct reading *reading_ret)
{
	pthread_t thread;
	struct look *look = create(work, target, options);
	if (!look) {
		*snapshot_ret = NULL;
		*error_ret = &error_no_memory;
		return LOOK_FINISHED;
	}
	/* Memory of others hangs their callers. Without a thread we look all the same. */
	if (!target->process || !start(look, &thread)) {
		look->error = work(NULL, target, &look->options, look->snapshot);
		take_result(look, snapshot_ret, error_ret);
		return LOOK_FINISHED;
	}
	pthread_mutex_lock(&look->lock);
	enum look_end end = wait_for_end(look, again_ret, reading_ret);
	pthread_mutex_unlock(&look->lock);
	if (end != LOOK_FINISHED) {
		pthread_detach(thread);
		return end;
	}
	pthread_join(thread, NULL);
	take_result(look, snapshot_ret, error_ret);
	return end;
}
