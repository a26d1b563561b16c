/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "target/machine.h"
#include "target/threads.h"

/* No process has more threads than the largest pid_max. */
#define THREADS_MAX ((size_t)1 << 22)
/* Descriptors left to the caller, of the soft limit. */
#define SPARE_DESCRIPTORS ((size_t)256)

/* Read a file of a thread's directory; returns the length, negative on failure. */
static ssize_t read_thread_file(int task, pid_t tid, const char *name, char *buffer,
				size_t size, int *fd_ret)
{
	char path[48];
	char *start = path + 16;
	/* "TID/name": thousands of these are made, and printf takes its time. */
	stpcpy(start, name);
	*--start = '/';
	for (unsigned int left = (unsigned int)tid; left; left /= 10)
		*--start = (char)('0' + left % 10);
	cleanup_close int fd = openat(task, start, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t length = read(fd, buffer, size - 1);
	if (length >= 0)
		buffer[length] = '\0';
	if (length >= 0 && fd_ret)
		*fd_ret = take_fd(&fd);
	return length;
}

/* "tid (name) S ...": the name may hold anything, parentheses too. */
static bool parse_stat(const char *text, struct os_thread *thread)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	if (!open || !close || close < open || close[1] != ' ')
		return false;
	size_t length = (size_t)(close - open - 1);
	if (length >= sizeof(thread->name))
		length = sizeof(thread->name) - 1;
	memcpy(thread->name, open + 1, length);
	thread->state = close[2];
	return true;
}

/* The next decimal number; false if there is none. */
static bool next_number(const char **text, uint64_t *ret)
{
	const char *at = *text + strspn(*text, " ");
	uint64_t number = 0;
	if (*at < '0' || *at > '9')
		return false;
	while (*at >= '0' && *at <= '9')
		number = number * 10 + (uint64_t)(*at++ - '0');
	*text = at;
	*ret = number;
	return true;
}

/* "time waited count" */
static bool parse_schedstat(const char *text, struct os_thread *thread)
{
	uint64_t waited;
	return next_number(&text, &thread->cpu_ns) && next_number(&text, &waited) &&
	       next_number(&text, &thread->run_count);
}

/* Where there is no schedstat. */
static bool parse_switches(const char *status, struct os_thread *thread)
{
	const char *given_back = status_value(status, "voluntary_ctxt_switches");
	const char *taken = status_value(status, "nonvoluntary_ctxt_switches");
	if (!given_back || !taken)
		return false;
	thread->run_count = strtoull(given_back, NULL, 10) + strtoull(taken, NULL, 10);
	thread->counts_switches = true;
	return true;
}

/* "running", "-1 sp pc", or "number argument argument ..." */
static void parse_syscall(const char *text, struct os_thread *thread)
{
	char *end;
	long number = strtol(text, &end, 10);
	if (end == text || number < 0)
		return;
	thread->syscall = (int)number;
	thread->syscall_argument = strtoull(end, NULL, 16);
}

static void find_inner_tid(int task, struct os_thread *thread, unsigned int depth)
{
	char text[4096];
	if (depth <= 1 ||
	    read_thread_file(task, thread->tid, "status", text, sizeof(text), NULL) <= 0)
		return;
	const char *value = status_value(text, "NSpid");
	for (unsigned int i = 1; value && i < depth; i++)
		value = strpbrk(value + strspn(value, " \t"), " \t");
	if (value)
		thread->inner_tid = (pid_t)atoi(value);
}

/* Of a descriptor that was kept; if that is of a thread that has ended, it is closed. */
static bool read_kept(struct os_thread *thread, char *buffer, size_t size)
{
	if (thread->schedstat_fd < 0)
		return false;
	ssize_t length = pread(thread->schedstat_fd, buffer, size - 1, 0);
	if (length > 0) {
		buffer[length] = '\0';
		return true;
	}
	close(thread->schedstat_fd);
	thread->schedstat_fd = -1;
	return false;
}

/* What it sleeps in is what it slept in before. */
static void take_over(const struct os_thread *known, struct os_thread *thread)
{
	memcpy(thread->name, known->name, sizeof(thread->name));
	thread->inner_tid = known->inner_tid;
	thread->state = known->state;
	thread->syscall = known->syscall;
	thread->syscall_argument = known->syscall_argument;
}

static bool sample(int task, unsigned int depth, bool keep, const struct os_thread *known,
		   struct os_thread *thread)
{
	char text[512];
	if (read_kept(thread, text, sizeof(text)) ||
	    read_thread_file(task, thread->tid, "schedstat", text, sizeof(text),
			     keep ? &thread->schedstat_fd : NULL) > 0)
		thread->has_run_count = parse_schedstat(text, thread);
	if (!thread->has_run_count) {
		char status[4096];
		thread->has_run_count =
			read_thread_file(task, thread->tid, "status", status,
					 sizeof(status), NULL) > 0 &&
			parse_switches(status, thread);
	}
	if (known && thread_has_rested(known, thread)) {
		take_over(known, thread);
		return true;
	}
	/* The state after the count: asleep now, it can't have been asleep before. */
	if (read_thread_file(task, thread->tid, "stat", text, sizeof(text), NULL) <= 0 ||
	    !parse_stat(text, thread))
		return false;
	if (thread->state != 'R' &&
	    read_thread_file(task, thread->tid, "syscall", text, sizeof(text), NULL) > 0)
		parse_syscall(text, thread);
	find_inner_tid(task, thread, depth);
	return true;
}

static size_t descriptors_to_keep(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= SPARE_DESCRIPTORS)
		return 0;
	return limit.rlim_cur - SPARE_DESCRIPTORS;
}

static int compare_tids(const void *a, const void *b)
{
	const struct os_thread *left = a, *right = b;
	return (left->tid > right->tid) - (left->tid < right->tid);
}

static void sort_by_tid(struct os_threads *threads)
{
	if (threads->count)
		qsort(threads->items, threads->count, sizeof(*threads->items),
		      compare_tids);
}

static bool add_thread(struct os_threads *threads, pid_t tid)
{
	struct os_thread thread = {
		.tid = tid, .inner_tid = tid, .syscall = -1, .schedstat_fd = -1};
	return array_push(threads, thread);
}

static struct pyinspect_error *list_tids(const struct process *process, int task_fd,
					 struct os_threads *threads)
{
	int fd = fcntl(task_fd, F_DUPFD_CLOEXEC, 0);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	if (!directory)
		return error_system(errno, "task", "can't list the threads of process %d",
				    process->pid);
	struct dirent *entry;
	bool memory = true;
	while (memory && threads->count < THREADS_MAX && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			memory = add_thread(threads, (pid_t)atoi(entry->d_name));
	closedir(directory);
	if (!memory)
		return &error_no_memory;
	sort_by_tid(threads);
	return NULL;
}

/* Threads that are to be sampled. */
struct sampling {
	const struct process *process;
	int task;
	struct os_threads *old, *now;
	/** How many keep their descriptors. */
	size_t keep;
};

/* Sample, or take over from the list before; its tid is 0 then if it has ended. */
static void fill(const struct sampling *sampling, size_t index)
{
	struct os_thread *thread = &sampling->now->items[index];
	struct os_thread *known = os_threads_find(sampling->old, thread->tid);
	if (known && known->settled) {
		*thread = *known;
		known->schedstat_fd = -1;
		return;
	}
	if (known) {
		thread->schedstat_fd = known->schedstat_fd;
		known->schedstat_fd = -1;
	}
	if (sample(sampling->task, sampling->process->namespace_depth,
		   index < sampling->keep, known, thread))
		return;
	if (thread->schedstat_fd >= 0)
		close(thread->schedstat_fd);
	thread->tid = 0;
}

/* A table of descriptors has room for so many from the start (Linux: NR_OPEN_DEFAULT). */
#define DESCRIPTORS_AT_START 64

/* Let the table of descriptors grow once: each time it grows in a program of several
 * threads, it waits for all processors of the machine (Linux: expand_fdtable()). */
static void reserve_descriptors(const struct sampling *sampling)
{
	size_t kept = sampling->now->count < sampling->keep ? sampling->now->count
							    : sampling->keep;
	if (kept + (size_t)sampling->task < DESCRIPTORS_AT_START)
		return;
	int highest = fcntl(sampling->task, F_DUPFD_CLOEXEC, (int)kept + sampling->task);
	if (highest >= 0)
		close(highest);
}

/* A second thread of ours would share the table of descriptors, which makes every call
 * dearer, and has to be waited for where the processors are taken: it gains nothing. */
static void sample_all(const struct sampling *sampling)
{
	reserve_descriptors(sampling);
	for (size_t i = 0; i < sampling->now->count; i++)
		fill(sampling, i);
}

static void drop_ended(struct os_threads *threads)
{
	size_t kept = 0;
	for (size_t i = 0; i < threads->count; i++)
		if (threads->items[i].tid)
			threads->items[kept++] = threads->items[i];
	threads->count = kept;
}

/* How often the list is made anew while threads start. */
#define LISTINGS 6

/* Sample those that are not in the list yet; *count_ret is how many there were. */
static struct pyinspect_error *sample_new(const struct process *process, int task,
					  struct os_threads *threads, size_t *count_ret)
{
	struct os_threads listed = {0}, fresh = {0};
	struct pyinspect_error *error = list_tids(process, task, &listed);
	for (size_t i = 0; i < listed.count && !error; i++)
		if (!os_threads_find(threads, listed.items[i].tid) &&
		    !array_push(&fresh, listed.items[i]))
			error = &error_no_memory;
	free(listed.items);
	*count_ret = fresh.count;
	struct sampling sampling = {.process = process,
				    .task = task,
				    .old = &(struct os_threads){0},
				    .now = &fresh,
				    .keep = descriptors_to_keep()};
	if (!error)
		sample_all(&sampling);
	for (size_t i = 0; i < fresh.count && !error; i++)
		if (fresh.items[i].tid && !array_push(threads, fresh.items[i]))
			error = &error_no_memory;
	free(fresh.items);
	sort_by_tid(threads);
	return error;
}

static struct pyinspect_error *sample_listed(const struct process *process, int task,
					     struct os_threads *old, struct os_threads *now)
{
	struct pyinspect_error *error = list_tids(process, task, now);
	if (error)
		return error;
	struct sampling sampling = {.process = process,
				    .task = task,
				    .old = old,
				    .now = now,
				    .keep = descriptors_to_keep()};
	sample_all(&sampling);
	drop_ended(now);
	size_t fresh = 1;
	for (int i = 0; i < LISTINGS && fresh && !error; i++)
		error = sample_new(process, task, now, &fresh);
	now->is_complete = !fresh;
	return error;
}

struct pyinspect_error *threads_list(const struct process *process,
				     struct os_threads *threads)
{
	struct os_threads now = {0};
	cleanup_close int task =
		openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (task < 0)
		return error_system(errno, "task", "can't list the threads of process %d",
				    process->pid);
	struct pyinspect_error *error = sample_listed(process, task, threads, &now);
	if (error) {
		os_threads_deinit(&now);
		return error;
	}
	os_threads_deinit(threads);
	*threads = now;
	return NULL;
}

void os_threads_deinit(struct os_threads *threads)
{
	for (size_t i = 0; i < threads->count; i++)
		if (threads->items[i].schedstat_fd >= 0)
			close(threads->items[i].schedstat_fd);
	free(threads->items);
	*threads = (struct os_threads){0};
}

struct os_thread *os_threads_find(const struct os_threads *threads, pid_t tid)
{
	if (threads->count == 0)
		return NULL;
	struct os_thread key = {.tid = tid};
	return bsearch(&key, threads->items, threads->count, sizeof(key), compare_tids);
}

struct os_thread *os_threads_find_inner(const struct os_threads *threads, pid_t inner_tid)
{
	struct os_thread *same = os_threads_find(threads, inner_tid);
	if (same && same->inner_tid == inner_tid)
		return same;
	for (size_t i = 0; i < threads->count; i++)
		if (threads->items[i].inner_tid == inner_tid)
			return &threads->items[i];
	return NULL;
}

/* A switch is counted when it is over: who runs now was not counted for that yet. */
static bool has_not_switched(const struct process *process, const struct os_thread *thread)
{
	char text[4096];
	struct os_thread now = {0};
	cleanup_close int task =
		openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (task < 0 ||
	    read_thread_file(task, thread->tid, "status", text, sizeof(text), NULL) <= 0)
		return false;
	const char *state = status_value(text, "State");
	return state && strchr("SDTt", *state) && parse_switches(text, &now) &&
	       now.run_count == thread->run_count;
}

static bool is_asleep(const struct os_thread *thread)
{
	return thread->state && strchr("SDTt", thread->state);
}

bool thread_has_rested(const struct os_thread *before, const struct os_thread *now)
{
	return is_asleep(before) && before->has_run_count && now->has_run_count &&
	       before->run_count == now->run_count && before->cpu_ns == now->cpu_ns;
}

bool thread_has_not_run(const struct process *process, const struct os_thread *thread)
{
	char text[128];
	ssize_t length;
	struct os_thread now = *thread;
	/* It has ended, and never runs again. */
	if (thread->state == 'Z' || thread->state == 'X')
		return true;
	if (!thread->has_run_count || !is_asleep(thread))
		return false;
	if (thread->counts_switches)
		return has_not_switched(process, thread);
	if (thread->schedstat_fd >= 0) {
		length = pread(thread->schedstat_fd, text, sizeof(text) - 1, 0);
	} else {
		char path[48];
		snprintf(path, sizeof(path), "task/%d/schedstat", thread->tid);
		cleanup_close int fd = openat(process->proc_fd, path, O_RDONLY | O_CLOEXEC);
		length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	}
	if (length <= 0)
		return false;
	text[length] = '\0';
	/* The time, too: a thread that is woken on its way to sleep goes on uncounted. */
	return parse_schedstat(text, &now) && now.run_count == thread->run_count &&
	       now.cpu_ns == thread->cpu_ns;
}

void thread_sample_syscall(const struct process *process, struct os_thread *thread)
{
	char text[512];
	cleanup_close int task =
		openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (task < 0 ||
	    read_thread_file(task, thread->tid, "syscall", text, sizeof(text), NULL) <= 0)
		return;
	thread->syscall = -1;
	parse_syscall(text, thread);
}

bool thread_may_live(const struct process *process, pid_t inner_tid)
{
	char path[32];
	snprintf(path, sizeof(path), "task/%d", inner_tid);
	return process->namespace_depth > 1 ||
	       faccessat(process->proc_fd, path, F_OK, 0) == 0;
}

bool thread_is_in_futex(const struct os_thread *thread)
{
	return syscall_is_futex(thread->syscall);
}

uint64_t thread_instruction(const struct process *process, pid_t tid)
{
	char text[512];
	cleanup_close int task =
		openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* In no system call, it is "-1", the stack pointer, the instruction pointer. */
	if (task < 0 ||
	    read_thread_file(task, tid, "syscall", text, sizeof(text), NULL) <= 0 ||
	    strncmp(text, "-1 ", 3) != 0)
		return 0;
	const char *last = strrchr(text, ' ');
	return last ? strtoull(last, NULL, 16) : 0;
}
