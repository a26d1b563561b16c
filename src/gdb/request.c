/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

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

bool request_waits_for(enum request_route route)
{
	struct request_numbers numbers;
	return read_numbers(&numbers) && numbers.route == route;
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
	split(ret, size);
	return true;
}

void request_deinit(struct request *request)
{
	free(request->words);
	free(request->auxv);
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
