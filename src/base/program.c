/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/program.h"

/* How long a program that was killed may take to go: more has no end in sight. */
#define DEATH_NS   ((uint64_t)1000000000)
#define NS_PER_MS  ((uint64_t)1000000)
#define FIRST_FREE 10

uint64_t program_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* Out of the way of the numbers that the program gets its descriptors under. */
static int copy_high(int fd)
{
	int opened = fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC) : fd;
	int copy = fcntl(opened, F_DUPFD_CLOEXEC, FIRST_FREE);
	if (fd < 0 && opened >= 0)
		close(opened);
	return copy;
}

static int spawn(const struct program *program, const int fds[PROGRAM_FDS], pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	char *none[] = {NULL};
	sigset_t all, empty;
	sigfillset(&all);
	sigemptyset(&empty);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &empty);
	int number = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF |
								   POSIX_SPAWN_SETSIGMASK);
	for (int i = 0; i < PROGRAM_FDS && !number; i++)
		number = posix_spawn_file_actions_adddup2(&actions, fds[i], i);
#if __GLIBC_PREREQ(2, 34)
	/* Descriptors of a caller that are not closed by themselves. */
	if (!number)
		number = posix_spawn_file_actions_addclosefrom_np(&actions, PROGRAM_FDS);
#endif
	if (!number)
		number = posix_spawnp(ret, program->path, &actions, &attributes,
				      program->arguments,
				      program->environment ? program->environment : none);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return number;
}

/* Start it; its standard output is the pipe's end that is returned. */
static struct pyinspect_error *start(const struct program *program, pid_t *pid_ret,
				     int *fd_ret)
{
	int pipes[2], fds[PROGRAM_FDS], number = 0;
	if (pipe2(pipes, O_CLOEXEC) != 0)
		return error_system(errno, program->path, "can't run %s", program->path);
	for (int i = 0; i < PROGRAM_FDS; i++) {
		fds[i] = copy_high(i == 1 ? pipes[1] : program->fds[i]);
		if (fds[i] < 0)
			number = errno;
	}
	close(pipes[1]);
	if (!number)
		number = spawn(program, fds, pid_ret);
	for (int i = 0; i < PROGRAM_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	if (number) {
		close(pipes[0]);
		return error_system(number, program->path, "can't run %s", program->path);
	}
	*fd_ret = pipes[0];
	return NULL;
}

/* Read to the end; false if the deadline came first, or there was too much. */
static bool collect(const struct program *program, int fd, struct text *output)
{
	char chunk[16384];
	size_t total = 0;
	for (;;) {
		uint64_t now = program_clock();
		uint64_t left = now < program->deadline ? program->deadline - now : 0;
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
		int ready = poll(&poll_fd, 1, (int)(left / NS_PER_MS));
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		ssize_t got = read(fd, chunk, sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		total += (size_t)got;
		if (program->take && !program->take(program->context, chunk, (size_t)got))
			return false;
		if (!program->take)
			text_append(output, chunk, (size_t)got);
		if (total > program->limit || output->failed)
			return false;
	}
}

/* Wait until it is gone; false if the deadline came first. */
static bool await(pid_t pid, uint64_t deadline, int *status_ret)
{
	struct timespec pause = {.tv_nsec = 100000};
	do {
		pid_t got = waitpid(pid, status_ret, WNOHANG);
		if (got == pid)
			return true;
		/* A caller who waits for all children has taken this one. */
		if (got < 0 && errno == ECHILD) {
			*status_ret = 0;
			return true;
		}
		nanosleep(&pause, NULL);
	} while (program_clock() < deadline);
	return false;
}

static struct pyinspect_error *end_of(const struct program *program, int status)
{
	if (WIFSIGNALED(status))
		return error_create(PYINSPECT_ERROR_SYSTEM,
				    "%s was ended by signal %d (%s)", program->path,
				    WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status))
		return error_create(PYINSPECT_ERROR_SYSTEM, "%s failed with code %d",
				    program->path, WEXITSTATUS(status));
	return NULL;
}

struct pyinspect_error *program_run(const struct program *program, struct text *output)
{
	pid_t pid;
	int status, fd_number;
	struct pyinspect_error *error = start(program, &pid, &fd_number);
	if (error)
		return error;
	cleanup_close int fd = fd_number;
	text_append(output, "", 0);
	if (collect(program, fd, output) && await(pid, program->deadline, &status))
		return output->failed ? &error_no_memory : end_of(program, status);
	kill(pid, SIGKILL);
	await(pid, program_clock() + DEATH_NS, &status);
	if (output->failed)
		return &error_no_memory;
	if (output->length > program->limit)
		return error_create(PYINSPECT_ERROR_SYSTEM, "%s printed too much",
				    program->path);
	return error_create(PYINSPECT_ERROR_TIMEOUT, "%s took too long", program->path);
}
