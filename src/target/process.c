/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "target/mappings.h"
#include "target/permission.h"
#include "target/process.h"
#include "target/threads.h"

/* Files of /proc that are read whole: command lines may be large, not endless. */
#define FILE_LIMIT ((size_t)8 << 20)

static size_t read_plain(struct process *process, uint64_t address, void *buffer,
			 size_t size)
{
	ssize_t got = -1;
	reading_begin(&process->reading, address, size);
	if (!process->use_mem_fd) {
		struct iovec local = {.iov_base = buffer, .iov_len = size};
		struct iovec remote = {.iov_base = (void *)(uintptr_t)address,
				       .iov_len = size};
		got = process_vm_readv(process->handle, &local, 1, &remote, 1, 0);
		process->use_mem_fd = got < 0 && (errno == ENOSYS || errno == EPERM);
	}
	if (process->use_mem_fd)
		got = pread(process->mem_fd, buffer, size, (off_t)address);
	reading_end(&process->reading);
	return got > 0 ? (size_t)got : 0;
}

/* Page by page, so that it is known which one doesn't come, and the bad ones are left
 * out. */
static size_t read_careful(struct process *process, uint64_t address, char *buffer,
			   size_t size)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	size_t done = 0;
	while (done < size && care_may_read(process, address + done)) {
		size_t left = (size_t)(page - (address + done) % page);
		size_t piece = size - done < left ? size - done : left;
		size_t got = read_plain(process, address + done, buffer + done, piece);
		done += got;
		if (got < piece)
			break;
	}
	return done;
}

static size_t read_process(void *context, uint64_t address, void *buffer, size_t size)
{
	struct process *process = context;
	return process->care.is_taken ? read_careful(process, address, buffer, size)
				      : read_plain(process, address, buffer, size);
}

/* Most pieces that one call takes; Linux takes up to 1024 (UIO_MAXIOV). */
#define PIECES_MAX ((size_t)256)

/* Read pieces in one call; returns how many of the first ones it got whole. */
static size_t read_pieces(struct process *process, struct memory_piece *pieces,
			  size_t count)
{
	struct iovec local[PIECES_MAX], remote[PIECES_MAX];
	for (size_t i = 0; i < count; i++) {
		local[i] = (struct iovec){pieces[i].buffer, pieces[i].size};
		remote[i] = (struct iovec){(void *)(uintptr_t)pieces[i].address,
					   pieces[i].size};
	}
	if (process->use_mem_fd || process->care.is_taken)
		return 0;
	reading_begin(&process->reading, pieces[0].address, 0);
	ssize_t got = process_vm_readv(process->handle, local, count, remote, count, 0);
	reading_end(&process->reading);
	size_t whole = 0;
	while (got > 0 && whole < count && (size_t)got >= pieces[whole].size)
		got -= (ssize_t)pieces[whole++].size;
	return whole;
}

/* The call ends at the first piece that faults: read that one alone, and go on. */
static void read_many(void *context, struct memory_piece *pieces, size_t count)
{
	size_t done = 0;
	while (done < count) {
		size_t ahead = count - done < PIECES_MAX ? count - done : PIECES_MAX;
		size_t whole = read_pieces(context, pieces + done, ahead);
		done += whole;
		if (whole == ahead)
			continue;
		pieces[done].size = read_process(context, pieces[done].address,
						 pieces[done].buffer, pieces[done].size);
		done++;
	}
}

static struct pyinspect_error *read_all(int fd, const char *name, char **data_ret,
					size_t *size_ret)
{
	struct text text = {0};
	char chunk[4096];
	ssize_t got;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0 && text.length < FILE_LIMIT)
		text_append(&text, chunk, (size_t)got);
	int number = errno;
	text_append(&text, "", 0);
	if (got < 0 || text.failed) {
		free(text.data);
		return got < 0 ? error_system(number, name, "can't read /proc/PID/%s", name)
			       : &error_no_memory;
	}
	*data_ret = text.data;
	if (size_ret)
		*size_ret = text.length;
	return NULL;
}

struct pyinspect_error *process_read_file(const struct process *process, const char *name,
					  char **data_ret, size_t *size_ret)
{
	cleanup_close int fd = openat(process->proc_fd, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_system(errno, name, "can't open /proc/%d/%s", process->pid,
				    name);
	return read_all(fd, name, data_ret, size_ret);
}

char *process_read_link(const struct process *process, const char *name)
{
	char path[4096];
	ssize_t length = readlinkat(process->proc_fd, name, path, sizeof(path) - 1);
	if (length < 0)
		return NULL;
	path[length] = '\0';
	return strdup(path);
}

const char *status_value(const char *status, const char *name)
{
	size_t length = strlen(name);
	for (const char *line = status; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			return line + length + 1 + strspn(line + length + 1, " \t");
	}
	return NULL;
}

static struct pyinspect_error *no_process(pid_t pid)
{
	return error_create(PYINSPECT_ERROR_NO_TARGET,
			    "there is no process %d: it has ended, or it is in another pid "
			    "namespace (give its number as this system's ps shows it)",
			    pid);
}

static struct pyinspect_error *open_directory(struct process *process, pid_t pid)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d", pid);
	process->proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (process->proc_fd < 0)
		return errno == ENOENT || errno == ESRCH
			       ? no_process(pid)
			       : error_system(errno, path, "can't open %s", path);
	process->handle = pid;
	return NULL;
}

/* The leader has ended and other threads live: any of these has the memory. */
static struct pyinspect_error *find_live_thread(struct process *process)
{
	cleanup_close int task = openat(process->proc_fd, "task", O_RDONLY | O_DIRECTORY);
	DIR *directory = task < 0 ? NULL : fdopendir(task);
	if (!directory)
		return no_process(process->pid);
	task = -1;
	pid_t found = 0;
	struct dirent *entry;
	while (!found && (entry = readdir(directory))) {
		pid_t tid = (pid_t)atoi(entry->d_name);
		if (tid > 0 && tid != process->pid)
			found = tid;
	}
	closedir(directory);
	if (!found)
		return error_create(
			PYINSPECT_ERROR_NO_TARGET,
			"process %d has ended and waits for its parent to collect it "
			"(a zombie): nothing of it is left to see",
			process->pid);
	close(process->proc_fd);
	process->proc_fd = -1;
	return open_directory(process, found);
}

static unsigned int count_words(const char *line)
{
	unsigned int count = 0;
	while (*line && *line != '\n') {
		line += strspn(line, " \t");
		size_t length = strcspn(line, " \t\n");
		count += length > 0;
		line += length;
	}
	return count;
}

static void describe(struct process *process, const char *status)
{
	const char *value = status_value(status, "TracerPid");
	process->tracer = value ? (pid_t)atoi(value) : 0;
	value = status_value(status, "PPid");
	process->parent = value ? (pid_t)atoi(value) : 0;
	value = status_value(status, "NSpid");
	process->namespace_depth = value ? count_words(value) : 1;
	value = status_value(status, "Threads");
	process->thread_count = value ? strtoul(value, NULL, 10) : 0;
	process->uid = (uid_t)-1;
	value = status_value(status, "Uid");
	/* Real, effective, ...: the one that counts is the second. */
	if (value)
		process->uid = (uid_t)strtoul(strpbrk(value, " \t") ?: value, NULL, 10);
}

/* A field of /proc/PID/stat, counted from 1 and beyond the second; NULL if not there. */
static const char *stat_field(const char *stat, int number)
{
	/* The name may hold blanks and parentheses: count from behind the last one. */
	const char *field = strrchr(stat, ')');
	for (int i = 2; field && i < number; i++)
		field = strchr(field + 1, ' ');
	return field;
}

static void read_start_time(struct process *process)
{
	cleanup_free char *stat = NULL;
	cleanup_error struct pyinspect_error *error =
		process_read_file(process, "stat", &stat, NULL);
	process->start_time = -1;
	const char *field = error ? NULL : stat_field(stat, 22);
	if (field)
		process->start_time = strtod(field, NULL) / (double)sysconf(_SC_CLK_TCK);
}

/* Linux: include/linux/sched.h, PF_KTHREAD. */
#define FLAG_KERNEL_THREAD 0x00200000ul

static bool is_kernel_thread(const struct process *process)
{
	cleanup_free char *stat = NULL;
	cleanup_error struct pyinspect_error *error =
		process_read_file(process, "stat", &stat, NULL);
	const char *flags = error ? NULL : stat_field(stat, 9);
	return flags && (strtoul(flags, NULL, 10) & FLAG_KERNEL_THREAD);
}

static struct pyinspect_error *check_kind(struct process *process, char **status)
{
	const char *state = status_value(*status, "State");
	if (state && (*state == 'Z' || *state == 'X')) {
		struct pyinspect_error *error = find_live_thread(process);
		if (error)
			return error;
		free(*status);
		*status = NULL;
		error = process_read_file(process, "status", status, NULL);
		if (error) {
			pyinspect_error_free(error);
			return no_process(process->pid);
		}
	}
	if (status_value(*status, "VmSize"))
		return NULL;
	if (is_kernel_thread(process))
		return error_create(
			PYINSPECT_ERROR_NOT_PYTHON,
			"process %d is a thread of the kernel's, not a Python process",
			process->pid);
	return error_create(PYINSPECT_ERROR_NO_TARGET,
			    "process %d is just ending: it has no memory any more",
			    process->pid);
}

/* Who enters a pid namespace and mounts no /proc there sees the old one. */
static bool proc_is_foreign(void)
{
	char self[16];
	ssize_t length = readlink("/proc/self", self, sizeof(self) - 1);
	self[length > 0 ? length : 0] = '\0';
	return atoi(self) != getpid();
}

static void hold_by_number(struct process *process)
{
	process->is_foreign = process->use_mem_fd = proc_is_foreign();
	process->pidfd =
		process->is_foreign ? -1 : (int)syscall(SYS_pidfd_open, process->pid, 0);
}

static struct pyinspect_error *hold(struct process *process, pid_t pid)
{
	struct pyinspect_error *error = open_directory(process, pid);
	if (error)
		return error;
	cleanup_free char *status = NULL;
	error = process_read_file(process, "status", &status, NULL);
	if (error) {
		pyinspect_error_free(error);
		return no_process(pid);
	}
	const char *tgid = status_value(status, "Tgid");
	process->pid = tgid ? (pid_t)atoi(tgid) : pid;
	if (process->pid != pid) {
		close(process->proc_fd);
		return hold(process, process->pid);
	}
	hold_by_number(process);
	error = check_kind(process, &status);
	if (error)
		return error;
	describe(process, status);
	process->mem_fd = openat(process->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	if (process->mem_fd < 0)
		return permission_explain(errno, process->pid, status, process->proc_fd);
	read_start_time(process);
	return NULL;
}

struct pyinspect_error *process_open(pid_t pid, struct process **ret)
{
	if (pid <= 0)
		return error_create(PYINSPECT_ERROR_ARGUMENT, "%d is no process id", pid);
	struct process *process = calloc(1, sizeof(*process));
	if (!process)
		return &error_no_memory;
	process->proc_fd = process->pidfd = process->mem_fd = -1;
	care_init(&process->care);
	struct pyinspect_error *error = hold(process, pid);
	if (error) {
		process_close(process);
		return error;
	}
	*ret = process;
	return NULL;
}

void process_close(struct process *process)
{
	if (!process)
		return;
	if (process->proc_fd >= 0)
		close(process->proc_fd);
	if (process->pidfd >= 0)
		close(process->pidfd);
	if (process->mem_fd >= 0)
		close(process->mem_fd);
	care_deinit(&process->care);
	free(process);
}

static int duplicate_fd(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

struct process *process_duplicate(const struct process *process)
{
	struct process *copy = calloc(1, sizeof(*copy));
	if (!copy)
		return NULL;
	copy->pid = process->pid;
	copy->handle = process->handle;
	copy->proc_fd = duplicate_fd(process->proc_fd);
	copy->pidfd = duplicate_fd(process->pidfd);
	copy->mem_fd = duplicate_fd(process->mem_fd);
	copy->use_mem_fd = process->use_mem_fd;
	copy->namespace_depth = process->namespace_depth;
	copy->tracer = process->tracer;
	copy->parent = process->parent;
	copy->uid = process->uid;
	copy->thread_count = process->thread_count;
	copy->start_time = process->start_time;
	if (care_copy(&process->care, &copy->care) && copy->proc_fd >= 0 &&
	    copy->mem_fd >= 0)
		return copy;
	process_close(copy);
	return NULL;
}

bool process_is_alive(const struct process *process)
{
	/* A pidfd becomes readable when the whole thread group has ended. */
	struct pollfd poll_fd = {.fd = process->pidfd, .events = POLLIN};
	if (process->pidfd >= 0)
		return poll(&poll_fd, 1, 0) == 0;
	return faccessat(process->proc_fd, "stat", R_OK, 0) == 0;
}

bool process_is_replaced(const struct process *process)
{
	char byte;
	/* The descriptor stays with the memory that it was opened for. When nobody uses
	 * that any more, nothing can be read, which is no error (Linux: fs/proc/base.c,
	 * mem_rw()). */
	return process_is_alive(process) && pread(process->mem_fd, &byte, 1, 0) == 0;
}

void process_renew(struct process *process)
{
	if (!process_is_replaced(process))
		return;
	int mem_fd = openat(process->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	if (mem_fd < 0)
		return;
	close(process->mem_fd);
	process->mem_fd = mem_fd;
}

bool process_has_memory(const struct process *process, uint64_t address)
{
	/* Linux: an open mem stays with the memory that there was when it was opened. */
	char byte;
	return pread(process->mem_fd, &byte, 1, (off_t)address) == 1;
}

static double clock_seconds(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double process_elapsed(const struct process *process)
{
	if (process->start_time < 0)
		return -1;
	double elapsed = clock_seconds(CLOCK_BOOTTIME) - process->start_time;
	return elapsed < 0 ? 0 : elapsed;
}

double process_started_at(const struct process *process)
{
	double elapsed = process_elapsed(process);
	return elapsed < 0 ? 0 : clock_seconds(CLOCK_REALTIME) - elapsed;
}

static struct pyinspect_error *list_mappings(void *context, mapping_fn callback,
					     void *callback_context)
{
	const struct process *process = context;
	return mappings_read(process->proc_fd, callback, callback_context);
}

static struct pyinspect_error *list_threads(void *context, struct os_threads *threads)
{
	return threads_list(context, threads);
}

const struct target_ops process_ops = {
	.read = read_process,
	.read_many = read_many,
	.mappings = list_mappings,
	.threads = list_threads,
};
