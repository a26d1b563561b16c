/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A library for the target: a thread that wakes every 50 us and keeps the longest
 * time between two ticks, in nanoseconds, in a file that the bench reads and resets.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

int start_ticking(const char *path);

static _Atomic long long *longest;

static void *tick(void *unused)
{
	struct timespec pause = {.tv_nsec = 50000}, before, after;
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	for (;;) {
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &after);
		long long gap = (long long)(after.tv_sec - before.tv_sec) * 1000000000 +
				(after.tv_nsec - before.tv_nsec);
		if (gap > atomic_load(longest))
			atomic_store(longest, gap);
		before = after;
	}
	return unused;
}

__attribute__((visibility("default"))) int start_ticking(const char *path)
{
	pthread_t thread;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, sizeof(*longest)) < 0)
		return -1;
	longest = mmap(NULL, sizeof(*longest), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (longest == MAP_FAILED)
		return -1;
	return pthread_create(&thread, NULL, tick, NULL);
}
