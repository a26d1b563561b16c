/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* hold PID: stop all threads of a process and let them go: what ptrace alone costs. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define THREADS_MAX 65536

static pid_t threads[THREADS_MAX];

static size_t list_threads(const char *pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	DIR *directory = opendir(path);
	size_t count = 0;
	struct dirent *entry;
	while (directory && count < THREADS_MAX && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			threads[count++] = (pid_t)atoi(entry->d_name);
	if (directory)
		closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	size_t count = list_threads(argv[1]);
	for (size_t i = 0; i < count; i++)
		if (ptrace(PTRACE_SEIZE, threads[i], 0, 0) < 0)
			threads[i] = 0;
	for (size_t i = 0; i < count; i++)
		if (threads[i])
			ptrace(PTRACE_INTERRUPT, threads[i], 0, 0);
	for (size_t i = 0; i < count; i++)
		if (threads[i])
			waitpid(threads[i], NULL, __WALL);
	for (size_t i = 0; i < count; i++)
		if (threads[i])
			ptrace(PTRACE_DETACH, threads[i], 0, 0);
	return count ? 0 : 1;
}
