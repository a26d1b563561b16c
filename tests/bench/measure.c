/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * measure COMMAND [ARGUMENT...]: run it once without output, and print its wall time
 * and processor time in nanoseconds, its peak of resident memory in KiB (never less
 * than this small program's own), and its exit status.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static long long now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

static long long time_ns(struct timeval time)
{
	return (long long)time.tv_sec * 1000000000 + (long long)time.tv_usec * 1000;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	if (argc < 2)
		return 2;
	pid_t pid;
	int status;
	struct rusage usage;
	long long start = now_ns();
	if (posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ) != 0 ||
	    wait4(pid, &status, 0, &usage) != pid)
		return 1;
	printf("%lld %lld %ld %d\n", now_ns() - start,
	       time_ns(usage.ru_utime) + time_ns(usage.ru_stime), usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
