/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "gdb/channel.h"
#include "gdb/request.h"

static bool read_numbers(struct request_numbers *ret)
{
	size_t size;
	cleanup_free char *data = NULL;
	if (!channel_read(CHANNEL_NUMBERS, &data, &size) || size != sizeof(*ret))
		return false;
	memcpy(ret, data, size);
	return ret->version == REQUEST_VERSION;
}

/* Older GDBs write $_gdb_setting without the NUL at its end, newer ones with it; the macros
 * add one. */
static void split(struct request *request, size_t size)
{
	const char *end = request->words + size;
	request->command = request->words;
	for (const char *word = request->words + strlen(request->words) + 1;
	     word < end && request->argument_count < REQUEST_ARGUMENTS_MAX;
	     word += strlen(word) + 1)
		if (*word)
			request->arguments[request->argument_count++] = word;
}

/* Without them less is known, and that is all. */
static void read_threads(struct request *request)
{
	size_t size, head = sizeof(uint64_t);
	cleanup_free char *data = NULL;
	if (!channel_read(CHANNEL_THREADS, &data, &size) || size < head)
		return;
	size_t count = (size - head) / sizeof(*request->threads);
	request->threads = calloc(count + 1, sizeof(*request->threads));
	if (!request->threads)
		return;
	memcpy(request->threads, data + head, count * sizeof(*request->threads));
	request->thread_count = count;
}

bool request_read(struct request *ret)
{
	size_t size;
	*ret = (struct request){0};
	if (!read_numbers(&ret->numbers) ||
	    !channel_read(CHANNEL_WORDS, &ret->words, &size))
		return false;
	if (!channel_read(CHANNEL_AUXV, &ret->auxv, &(size_t){0}))
		ret->auxv = NULL;
	read_threads(ret);
	split(ret, size);
	return true;
}

void request_deinit(struct request *request)
{
	free(request->words);
	free(request->auxv);
	free(request->threads);
}

const struct request_thread *request_thread(const struct request *request,
					    uint64_t thread_pointer)
{
	for (size_t i = 0; i < request->thread_count; i++)
		if (request->threads[i].thread_pointer == thread_pointer)
			return &request->threads[i];
	return NULL;
}

bool request_thread_futex(const struct request_thread *thread, uint64_t *address_ret)
{
	if (thread->call < -1)
		return false;
	/* One that was stopped and let go on is in a call that begins the old one anew. */
	bool sleeps = thread->call == SYS_futex || thread->call == SYS_restart_syscall;
	*address_ret = sleeps ? thread->argument : 0;
	return true;
}

/* Lines such as "3    AT_PHDR              Program headers for program    0x400040". */
uint64_t request_auxiliary(const struct request *request, uint64_t type)
{
	const char *line = request->auxv;
	while (line && *line) {
		char *rest;
		const char *end = strchr(line, '\n');
		uint64_t number = strtoull(line, &rest, 10);
		const char *last = end ? end : line + strlen(line);
		while (last > line && last[-1] != ' ')
			last--;
		if (rest != line && number == type)
			return strtoull(last, NULL, 0);
		line = end ? end + 1 : NULL;
	}
	return 0;
}
