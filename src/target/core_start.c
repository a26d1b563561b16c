/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/core_start.h"

/* Linux: arguments and environment have 6 MiB at most, and 128 KiB each. */
#define POINTERS_MAX ((size_t)1 << 20)
#define STRING_MAX   ((size_t)128 << 10)
/* How far below the random bytes the vector may end: platform strings, alignment. */
#define GAP_MAX ((size_t)4096)
/* Words that are compared: more than chance gives. */
#define COMPARED_MAX ((size_t)4)
#define BATCH        ((size_t)512)

static bool read_word(const struct core *core, uint64_t address, uint64_t *ret)
{
	return core_read_dumped((void *)core, address, ret, sizeof(*ret)) == sizeof(*ret);
}

static char *read_string(const struct core *core, uint64_t address, struct arena *arena)
{
	char piece[256];
	size_t length = 0, got;
	const char *end = NULL;
	while (!end && length < STRING_MAX) {
		got = core_read_dumped((void *)core, address + length, piece,
				       sizeof(piece));
		if (!got)
			return NULL;
		end = memchr(piece, '\0', got);
		length += end ? (size_t)(end - piece) : got;
	}
	cleanup_free char *text = malloc(length + 1);
	if (!text || core_read_dumped((void *)core, address, text, length) != length)
		return NULL;
	return arena_copy(arena, text, length);
}

/* Where the auxiliary vector lies on the stack; 0 if it isn't found. */
static uint64_t find_vector(const struct core *core)
{
	uint64_t top = core_auxiliary((void *)core, AT_RANDOM) & ~UINT64_C(7);
	size_t count = core->auxiliary.count;
	size_t compared = count < COMPARED_MAX ? count : COMPARED_MAX;
	size_t size = (count + 1) * sizeof(struct core_word);
	struct core_word words[COMPARED_MAX];
	if (!top || !count)
		return 0;
	for (size_t gap = 0; gap < GAP_MAX; gap += 8) {
		uint64_t address = top - gap - size;
		size_t bytes = compared * sizeof(words[0]);
		if (core_read_dumped((void *)core, address, words, bytes) == bytes &&
		    memcmp(words, core->auxiliary.items, bytes) == 0)
			return address;
	}
	return 0;
}

/* The pointers in front of an end, which is a NULL: back to the one before them, or to
 * the word that is their number. */
static size_t count_back(const struct core *core, uint64_t end, bool counted)
{
	uint64_t batch[BATCH];
	size_t count = 0;
	while (count < POINTERS_MAX) {
		uint64_t from = end - (count + BATCH) * 8;
		size_t have = core_read_dumped((void *)core, from, batch, sizeof(batch));
		for (size_t i = have / 8; i-- > 0; count++)
			if (batch[i] == (counted ? count : 0) && (!counted || count))
				return count;
		if (have < sizeof(batch))
			break;
	}
	return SIZE_MAX;
}

static bool read_list(const struct core *core, uint64_t address, size_t count,
		      const char *prefix, struct arena *arena, const char ***items_ret,
		      size_t *count_ret)
{
	*items_ret = arena_alloc(arena, (count + 1) * sizeof(char *));
	if (!*items_ret)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint64_t pointer;
		char start[16] = "";
		size_t length = strlen(prefix);
		if (!read_word(core, address + i * 8, &pointer) ||
		    core_read_dumped((void *)core, pointer, start, length) != length ||
		    memcmp(start, prefix, length) != 0)
			continue;
		const char *text = read_string(core, pointer, arena);
		if (text)
			(*items_ret)[(*count_ret)++] = text;
	}
	return true;
}

/* They are cut at 80 bytes, and blanks in them look like those between them. */
static bool use_note(const struct core *core, struct arena *arena, struct core_start *ret)
{
	ret->arguments = arena_alloc(arena, sizeof(char *));
	const char *text = arena_copy(arena, core->arguments, strlen(core->arguments));
	if (!ret->arguments || !text)
		return false;
	ret->arguments[0] = text;
	ret->argument_count = *text != '\0';
	return true;
}

bool core_start_read(const struct core *core, const char *prefix, struct arena *arena,
		     struct core_start *ret)
{
	uint64_t path = core_auxiliary((void *)core, AT_EXECFN);
	*ret = (struct core_start){.executable =
					   path ? read_string(core, path, arena) : NULL};
	uint64_t vector = find_vector(core);
	size_t variables = vector ? count_back(core, vector - 8, false) : SIZE_MAX;
	if (variables == SIZE_MAX)
		return use_note(core, arena, ret);
	uint64_t environment = vector - 8 - variables * 8;
	size_t arguments = count_back(core, environment - 8, true);
	if (!read_list(core, environment, variables, prefix, arena, &ret->variables,
		       &ret->variable_count))
		return false;
	if (arguments == SIZE_MAX)
		return use_note(core, arena, ret);
	return read_list(core, environment - 8 - arguments * 8, arguments, "", arena,
			 &ret->arguments, &ret->argument_count);
}
