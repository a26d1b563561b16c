/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "gdb/channel.h"

/* Nobody types that much; the most frames that are shown take less. */
#define SIZE_LIMIT ((off_t)1 << 24)
/* By its name it is told from a descriptor of somebody else's. */
#define NAME   "pyinspect-gdb"
#define TARGET "/memfd:" NAME " (deleted)"

static bool is_ours(int fd)
{
	char path[32], target[sizeof(TARGET)];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ssize_t length = readlink(path, target, sizeof(target));
	return length == (ssize_t)strlen(TARGET) &&
	       memcmp(target, TARGET, (size_t)length) == 0;
}

static bool is_free(int fd)
{
	return fcntl(fd, F_GETFD) < 0;
}

static bool create(int number)
{
	cleanup_close int fd = memfd_create(NAME, MFD_CLOEXEC);
	return fd >= 0 && dup3(fd, number, O_CLOEXEC) == number;
}

const char *channel_open(void)
{
	for (int number = CHANNEL_WORDS; number < CHANNEL_END; number++) {
		if (!is_ours(number) && !is_free(number))
			return "GDB has so many files open that descriptors 1000 to 1008, "
			       "which pyinspect uses, are taken";
		if ((number == CHANNEL_ANSWER || !is_ours(number)) && !create(number))
			return "GDB can't open descriptors 1000 to 1008, which pyinspect "
			       "uses: raise the limit of open files (ulimit -n) to 1024";
	}
	return NULL;
}

bool channel_read(enum channel channel, char **data_ret, size_t *size_ret)
{
	struct stat status;
	if (!is_ours((int)channel) || fstat((int)channel, &status) != 0 ||
	    status.st_size > SIZE_LIMIT)
		return false;
	size_t size = (size_t)status.st_size;
	cleanup_free char *data = malloc(size + 1);
	if (!data || pread((int)channel, data, size, 0) != (ssize_t)size)
		return false;
	data[size] = '\0';
	*data_ret = take_pointer(data);
	*size_ret = size;
	return true;
}

void channel_tell(bool loaded, uint64_t answered)
{
	/* Whatever GDB's input-radix is. */
	char script[160];
	int length = snprintf(script, sizeof(script),
			      "set $__pyinspect_ready = 1\n"
			      "set $__pyinspect_loaded = %d\n"
			      "set $__pyinspect_answered = 0x%llx\n",
			      loaded, (unsigned long long)answered);
	channel_write(CHANNEL_STATE, script, (size_t)length);
}

bool channel_write(enum channel channel, const char *data, size_t size)
{
	return is_ours((int)channel) && ftruncate((int)channel, 0) == 0 &&
	       pwrite((int)channel, data, size, 0) == (ssize_t)size;
}

bool channel_replace(enum channel channel, const char *data, size_t size)
{
	return (is_ours((int)channel) || is_free((int)channel)) && create((int)channel) &&
	       channel_write(channel, data, size);
}
