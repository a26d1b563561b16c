/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "target/permission.h"
#include "target/stop.h"

/* A thread that is not still by then is in an uninterruptible sleep. */
#define WAIT_NS ((uint64_t)200 * 1000 * 1000)
/* One that is not still by then is asked whether it is in such a sleep: all others are
 * held meanwhile. */
#define PATIENCE_NS ((uint64_t)2 * 1000 * 1000)
/* Nobody is held for longer, whatever the reader does: thousands of threads take less. */
#define HOLD_NS ((uint64_t)3 * 1000 * 1000 * 1000)
/* Nor while one read takes longer than this; looked at as often as that. */
#define READ_NS       ((uint64_t)200 * 1000 * 1000)
#define READ_LOOKS_NS ((uint64_t)50 * 1000 * 1000)
/* One that moves runs so long at a time, and tries so long in all. */
#define STEP_NS 30000
#define MOVE_NS ((uint64_t)30 * 1000 * 1000)
/* Threads may start while others are stopped: look again, but not for ever. */
#define RESCANS 16

struct tracee {
	pid_t tid;
	bool seized, stopped;
	/** By job control: it must not go on. */
	bool is_suspended;
	/** Signal to hand on when it is let go. */
	int signal;
};

struct tracees {
	struct tracee *items;
	size_t count, capacity;
	/** Hash table of tids: index in items + 1, 0 if empty; at most half full. */
	size_t *slots;
	size_t slot_count;
};

struct stop {
	/** Directory /proc/PID of the process that is meant, whoever has its number now. */
	int proc_fd;
	/** What the reader does. */
	const struct reading *reading;
	bool whole;
	struct tracees tracees;
	int refusal;
	pthread_t tracer;
	sigset_t old_mask;
	uint64_t began;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool ready, end, expired;
	/** What the reader wants to be done meanwhile. */
	struct move {
		struct tracee *tracee;
		stop_judge_fn judge;
		void *context;
		bool wanted, moved, stands;
	} move;
};

static uint64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static size_t *slot_of(const struct tracees *tracees, pid_t tid)
{
	size_t slot = (size_t)tid & (tracees->slot_count - 1);
	while (tracees->slots[slot] && tracees->items[tracees->slots[slot] - 1].tid != tid)
		slot = (slot + 1) & (tracees->slot_count - 1);
	return &tracees->slots[slot];
}

static bool grow_slots(struct tracees *tracees)
{
	size_t count = tracees->slot_count ? tracees->slot_count * 2 : 64;
	size_t *slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	free(tracees->slots);
	tracees->slots = slots;
	tracees->slot_count = count;
	for (size_t i = 0; i < tracees->count; i++)
		*slot_of(tracees, tracees->items[i].tid) = i + 1;
	return true;
}

static bool add_tracee(struct tracees *tracees, pid_t tid)
{
	if (tracees->slot_count <= (tracees->count + 1) * 2 && !grow_slots(tracees))
		return false;
	size_t *slot = slot_of(tracees, tid);
	if (*slot)
		return true;
	if (!array_push(tracees, (struct tracee){.tid = tid}))
		return false;
	*slot = tracees->count;
	return true;
}

static void scan(struct stop *stop)
{
	int fd = openat(stop->proc_fd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			add_tracee(&stop->tracees, (pid_t)atoi(entry->d_name));
	if (directory)
		closedir(directory);
	else if (fd >= 0)
		close(fd);
}

/* Seize and interrupt those from index first on: all at once, so that they stop together.
 */
static void interrupt(struct stop *stop, size_t first)
{
	for (size_t i = first; i < stop->tracees.count; i++) {
		struct tracee *tracee = &stop->tracees.items[i];
		tracee->seized = ptrace(PTRACE_SEIZE, tracee->tid, 0, 0) == 0;
		/* ESRCH: it has just ended. */
		if (!tracee->seized && errno != ESRCH)
			stop->refusal = errno;
	}
	for (size_t i = first; i < stop->tracees.count; i++)
		if (stop->tracees.items[i].seized)
			ptrace(PTRACE_INTERRUPT, stop->tracees.items[i].tid, 0, 0);
}

static void note_stop(struct tracee *tracee, int status)
{
	if (!WIFSTOPPED(status)) {
		tracee->seized = false;
		return;
	}
	tracee->stopped = true;
	/* No event: a signal was just being delivered, and must still be. */
	if (status >> 16 == 0)
		tracee->signal = WSTOPSIG(status);
	tracee->is_suspended =
		status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP;
}

/* It sleeps uninterruptibly, as the parent of a vfork() does until the child execs. */
static bool is_uninterruptible(const struct stop *stop, pid_t tid)
{
	char path[48], text[512];
	snprintf(path, sizeof(path), "task/%d/stat", tid);
	cleanup_close int fd = openat(stop->proc_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length <= 0)
		return false;
	text[length] = '\0';
	const char *end = strrchr(text, ')');
	return end && strlen(end) > 2 && end[2] == 'D';
}

static void wait_for(const struct stop *stop, struct tracee *tracee, uint64_t deadline)
{
	uint64_t patience = now_ns() + PATIENCE_NS;
	while (tracee->seized) {
		int status;
		pid_t got = waitpid(tracee->tid, &status, __WALL | __WNOTHREAD | WNOHANG);
		if (got == tracee->tid)
			note_stop(tracee, status);
		uint64_t now = now_ns();
		if (got || now > deadline ||
		    (now > patience && is_uninterruptible(stop, tracee->tid)))
			return;
		nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
	}
}

static void collect(struct stop *stop, size_t first)
{
	uint64_t deadline = now_ns() + WAIT_NS;
	for (size_t i = first; i < stop->tracees.count; i++)
		wait_for(stop, &stop->tracees.items[i], deadline);
}

static void hold_all(struct stop *stop)
{
	size_t first = 0;
	for (int i = 0; i < RESCANS; i++) {
		if (stop->whole)
			scan(stop);
		if (first == stop->tracees.count)
			return;
		interrupt(stop, first);
		collect(stop, first);
		first = stop->tracees.count;
	}
}

static void release_all(struct stop *stop)
{
	for (size_t i = 0; i < stop->tracees.count; i++) {
		struct tracee *tracee = &stop->tracees.items[i];
		if (tracee->stopped)
			ptrace(PTRACE_DETACH, tracee->tid, 0, (long)tracee->signal);
	}
}

/* Let a thread go on for a moment; whether it was stopped again. */
static bool step(const struct stop *stop, struct tracee *tracee)
{
	if (ptrace(PTRACE_CONT, tracee->tid, 0, (long)tracee->signal) != 0)
		return false;
	tracee->signal = 0;
	tracee->stopped = false;
	nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
	ptrace(PTRACE_INTERRUPT, tracee->tid, 0, 0);
	wait_for(stop, tracee, now_ns() + WAIT_NS);
	return tracee->stopped;
}

static void move(const struct stop *stop, struct move *move)
{
	uint64_t deadline = now_ns() + MOVE_NS;
	struct tracee *tracee = move->tracee;
	move->wanted = false;
	for (;;) {
		move->stands = move->judge(move->context, tracee->tid);
		if (move->stands || tracee->is_suspended || now_ns() > deadline)
			return;
		move->moved = true;
		if (!step(stop, tracee))
			return;
	}
}

/* Until the reader has finished, or they have been held for long enough. With the lock
 * held. */
static void wait_for_reader(struct stop *stop)
{
	struct reading_watch watch = {0};
	uint64_t limit = now_ns() + HOLD_NS;
	while (!stop->end && !stop->expired) {
		if (stop->move.wanted) {
			move(stop, &stop->move);
			pthread_cond_broadcast(&stop->changed);
		}
		uint64_t then = now_ns() + READ_LOOKS_NS;
		struct timespec next = {.tv_sec = (time_t)(then / 1000000000),
					.tv_nsec = (long)(then % 1000000000)};
		if (pthread_cond_clockwait(&stop->changed, &stop->lock, CLOCK_MONOTONIC,
					   &next) != ETIMEDOUT)
			continue;
		uint64_t now = now_ns();
		stop->expired = now > limit ||
				reading_is_stuck(stop->reading, &watch, now, READ_NS);
		if (stop->expired)
			pthread_cond_broadcast(&stop->changed);
	}
}

/* What is still seized when this thread ends is let go by the kernel. */
static void *trace(void *argument)
{
	struct stop *stop = argument;
	/* Waits of this thread end when they should, not when it suits others. */
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	hold_all(stop);
	pthread_mutex_lock(&stop->lock);
	stop->ready = true;
	pthread_cond_broadcast(&stop->changed);
	wait_for_reader(stop);
	pthread_mutex_unlock(&stop->lock);
	release_all(stop);
	return NULL;
}

static void free_stop(struct stop *stop)
{
	pthread_mutex_destroy(&stop->lock);
	pthread_cond_destroy(&stop->changed);
	free(stop->tracees.items);
	free(stop->tracees.slots);
	free(stop);
}

size_t stop_count(const struct stop *stop)
{
	return stop->tracees.count;
}

bool stop_holds(const struct stop *stop, pid_t tid)
{
	const struct tracees *tracees = &stop->tracees;
	size_t found = tracees->slot_count ? *slot_of(tracees, tid) : 0;
	return found && tracees->items[found - 1].stopped;
}

static bool holds_any(const struct stop *stop)
{
	for (size_t i = 0; i < stop->tracees.count; i++)
		if (stop->tracees.items[i].stopped)
			return true;
	return false;
}

bool stop_move(struct stop *stop, pid_t tid, stop_judge_fn judge, void *context,
	       bool *moved_ret)
{
	if (!stop_holds(stop, tid))
		return false;
	pthread_mutex_lock(&stop->lock);
	stop->move = (struct move){
		.tracee = &stop->tracees.items[*slot_of(&stop->tracees, tid) - 1],
		.judge = judge,
		.context = context,
		.wanted = true,
	};
	pthread_cond_broadcast(&stop->changed);
	while (stop->move.wanted && !stop->expired)
		pthread_cond_wait(&stop->changed, &stop->lock);
	bool stands = stop->move.stands;
	*moved_ret = stop->move.moved;
	pthread_mutex_unlock(&stop->lock);
	return stands;
}

static struct pyinspect_error *start(struct stop *stop)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &stop->old_mask);
	stop->began = now_ns();
	int number = pthread_create(&stop->tracer, NULL, trace, stop);
	if (number) {
		pthread_sigmask(SIG_SETMASK, &stop->old_mask, NULL);
		return error_system(number, NULL,
				    "can't start the thread that stops threads");
	}
	pthread_mutex_lock(&stop->lock);
	while (!stop->ready)
		pthread_cond_wait(&stop->changed, &stop->lock);
	pthread_mutex_unlock(&stop->lock);
	return NULL;
}

struct pyinspect_error *stop_begin(const struct process *process, const pid_t *tids,
				   size_t count, bool whole, struct stop **ret)
{
	if (process->is_foreign)
		return permission_explain_stop(EPERM, process);
	struct stop *stop = calloc(1, sizeof(*stop));
	if (!stop)
		return &error_no_memory;
	stop->proc_fd = process->proc_fd;
	stop->reading = &process->reading;
	stop->whole = whole;
	pthread_mutex_init(&stop->lock, NULL);
	pthread_cond_init(&stop->changed, NULL);
	struct pyinspect_error *error = NULL;
	for (size_t i = 0; i < count && !error; i++)
		if (!add_tracee(&stop->tracees, tids[i]))
			error = &error_no_memory;
	if (!error)
		error = start(stop);
	if (error) {
		free_stop(stop);
		return error;
	}
	int refusal = stop->refusal;
	if (!holds_any(stop) && refusal) {
		bool expired;
		stop_end(stop, &expired);
		return permission_explain_stop(refusal, process);
	}
	*ret = stop;
	return NULL;
}

double stop_end(struct stop *stop, bool *expired_ret)
{
	pthread_mutex_lock(&stop->lock);
	stop->end = true;
	pthread_cond_broadcast(&stop->changed);
	pthread_mutex_unlock(&stop->lock);
	pthread_join(stop->tracer, NULL);
	*expired_ret = stop->expired;
	double held = (double)(now_ns() - stop->began) / 1000;
	pthread_sigmask(SIG_SETMASK, &stop->old_mask, NULL);
	free_stop(stop);
	return held;
}
