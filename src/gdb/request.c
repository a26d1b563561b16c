/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "base/text.h"
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

/* Older GDBs write a setting without the NUL at its end, which the macros add; newer ones
 * with it. */
static void split(struct request *request, size_t size)
{
	const char *end = request->words + size;
	for (const char *word = request->words; word < end; word += strlen(word) + 1) {
		if (!*word)
			continue;
		if (!request->command)
			request->command = word;
		else if (!request->sysroot)
			request->sysroot = word;
		else if (request->argument_count < REQUEST_ARGUMENTS_MAX)
			request->arguments[request->argument_count++] = word;
	}
}

/* The macros put a slash before, so that there is a word; "target:" is what lies in the
 * target itself, and "remote:" its older name. */
static const char *plain_sysroot(const char *sysroot)
{
	sysroot += *sysroot == '/';
	if (strncmp(sysroot, "target:", 7) == 0 || strncmp(sysroot, "remote:", 7) == 0)
		sysroot += 7;
	return *sysroot ? sysroot : "/";
}

/* A line "cwd = 'FOLDER'". */
static bool read_directory(struct request *request)
{
	static const char before[] = "cwd = '";
	const char *start = request->auxv ? strstr(request->auxv, before) : NULL;
	if (!start)
		return true;
	start += strlen(before);
	const char *end = strstr(start, "'\n");
	if (!end || *start != '/')
		return true;
	request->directory = strndup(start, (size_t)(end - start));
	return request->directory;
}

bool request_waits_for(enum request_route route)
{
	struct request_numbers numbers;
	return read_numbers(&numbers) && numbers.route == route;
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
	bool known = read_numbers(&ret->numbers);
	channel_write(CHANNEL_NUMBERS, "", 0);
	if (!known || !channel_read(CHANNEL_WORDS, &ret->words, &size))
		return false;
	if (!channel_read(CHANNEL_AUXV, &ret->auxv, &(size_t){0}))
		ret->auxv = NULL;
	read_threads(ret);
	split(ret, size);
	ret->sysroot = plain_sysroot(ret->sysroot ? ret->sysroot : "/");
	return ret->command && read_directory(ret);
}

char *request_line(const struct request *request)
{
	struct text line = {0};
	text_append(&line, "", 0);
	for (size_t i = 0; i < request->argument_count; i++) {
		text_append_string(&line, i ? " " : "");
		text_append_string(&line, request->arguments[i]);
	}
	if (!line.failed)
		return line.data;
	free(line.data);
	return NULL;
}

void request_deinit(struct request *request)
{
	free(request->words);
	free(request->auxv);
	free(request->directory);
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
