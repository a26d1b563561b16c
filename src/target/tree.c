/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "pyinspect.h"

struct parentage {
	pid_t pid, parent;
};

struct parentages {
	struct parentage *items;
	size_t count, capacity;
};

struct pids {
	pid_t *items;
	size_t count, capacity;
};

static pid_t read_parent(int proc, const char *pid)
{
	char path[64], text[512];
	snprintf(path, sizeof(path), "%.32s/stat", pid);
	cleanup_close int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	/* "pid (name) S parent": the name may hold anything. */
	const char *close = strrchr(text, ')');
	return close && strlen(close) > 4 ? (pid_t)atoi(close + 4) : 0;
}

static int compare_pids(const void *a, const void *b)
{
	const struct parentage *left = a, *right = b;
	return (left->pid > right->pid) - (left->pid < right->pid);
}

static struct pyinspect_error *list_processes(struct parentages *ret)
{
	DIR *proc = opendir("/proc");
	if (!proc)
		return error_system(errno, "/proc", "can't list the processes");
	struct dirent *entry;
	bool memory = true;
	while (memory && (entry = readdir(proc))) {
		pid_t pid = (pid_t)atoi(entry->d_name);
		pid_t parent = pid > 0 ? read_parent(dirfd(proc), entry->d_name) : 0;
		if (parent > 0)
			memory = array_push(ret, (struct parentage){pid, parent});
	}
	closedir(proc);
	if (!memory)
		return &error_no_memory;
	qsort(ret->items, ret->count, sizeof(*ret->items), compare_pids);
	return NULL;
}

static bool contains(const struct pids *pids, pid_t pid)
{
	for (size_t i = 0; i < pids->count; i++)
		if (pids->items[i] == pid)
			return true;
	return false;
}

PYINSPECT_EXPORT struct pyinspect_error *pyinspect_process_tree(pid_t pid, pid_t **pids_ret,
								size_t *count_ret)
{
	struct parentages processes = {0};
	struct pids found = {0};
	struct pyinspect_error *error = list_processes(&processes);
	if (!error && !array_push(&found, pid))
		error = &error_no_memory;
	/* A process that moved to another parent meanwhile must not be taken twice. */
	for (size_t i = 0; i < found.count && !error; i++)
		for (size_t j = 0; j < processes.count && !error; j++)
			if (processes.items[j].parent == found.items[i] &&
			    !contains(&found, processes.items[j].pid) &&
			    !array_push(&found, processes.items[j].pid))
				error = &error_no_memory;
	free(processes.items);
	if (error) {
		free(found.items);
		return error;
	}
	*pids_ret = found.items;
	*count_ret = found.count;
	return NULL;
}
