/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "runtime/code.h"

/* A function of a million lines has a table of some 20 MB. */
#define TABLE_LIMIT ((uint64_t)64 << 20)

void codes_deinit(struct codes *codes)
{
	free(codes->slots);
	*codes = (struct codes){0};
}

static struct code **slot_of(const struct codes *codes, uint64_t address)
{
	uint64_t hash = address * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot = (size_t)(hash >> 32) & (codes->slot_count - 1);
	while (codes->slots[slot] && codes->slots[slot]->address != address)
		slot = (slot + 1) & (codes->slot_count - 1);
	return &codes->slots[slot];
}

static bool make_room(struct codes *codes)
{
	if (codes->count * 2 < codes->slot_count)
		return true;
	struct codes grown = {.slot_count =
				      codes->slot_count ? codes->slot_count * 2 : 128};
	grown.slots = calloc(grown.slot_count, sizeof(*grown.slots));
	if (!grown.slots)
		return false;
	for (size_t i = 0; i < codes->slot_count; i++)
		if (codes->slots[i])
			*slot_of(&grown, codes->slots[i]->address) = codes->slots[i];
	free(codes->slots);
	codes->slots = grown.slots;
	codes->slot_count = grown.slot_count;
	return true;
}

/* Keep the first reason: the others mostly follow from it. */
static void note(struct code *code, struct arena *arena, struct pyinspect_error *error,
		 const char *what)
{
	if (!code->problem)
		code->problem =
			arena_printf(arena, "%s: %s", what, pyinspect_error_message(error));
	pyinspect_error_free(error);
}

/* All code objects of a broken target may lead to the same large buffer. */
static struct pyinspect_error *spend(struct codes *codes, size_t bytes)
{
	if (bytes > CODES_BUDGET - codes->bytes)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "the budget of %zu MiB for code objects is used up",
				    CODES_BUDGET >> 20);
	codes->bytes += bytes;
	return NULL;
}

static const char *read_name(struct codes *codes, struct code *code,
			     const struct view *view, struct arena *arena, enum field field,
			     const char *what)
{
	uint64_t object;
	size_t total = 0;
	struct text text = {0};
	struct pyinspect_error *error = view_read(view, code->address, field, &object);
	if (!error)
		error = unicode_read(view, object, NAME_LIMIT, &text, &total);
	if (!error && total > NAME_LIMIT)
		error = error_create(PYINSPECT_ERROR_BAD_DATA,
				     "only the first %zu of %zu characters are shown",
				     NAME_LIMIT, total);
	const char *name = NULL;
	if (!error)
		error = spend(codes, text.length);
	if (text.data && (!error || total > NAME_LIMIT))
		name = arena_copy(arena, text.data, text.length);
	if (error)
		note(code, arena, error, what);
	free(text.data);
	return name;
}

static struct pyinspect_error *read_table(struct codes *codes, struct code *code,
					  const struct view *view, struct arena *arena)
{
	uint64_t object, size;
	enum field data =
		view->layout->dialect->bytes_are_str ? FIELD_STRING_DATA : FIELD_BYTES_DATA;
	struct pyinspect_error *error =
		view_read(view, code->address, FIELD_CODE_LINETABLE, &object);
	if (!error && !view_is(view, object, TYPE_FLAG_BYTES))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object, "it is no bytes object");
	if (!error)
		error = view_read(view, object, FIELD_VAR_SIZE, &size);
	if (!error && size > TABLE_LIMIT)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has %llu bytes",
				 (unsigned long long)size);
	if (!error)
		error = spend(codes, size);
	if (error)
		return error;
	uint8_t *table = arena_alloc(arena, size + 1);
	if (!table)
		return &error_no_memory;
	error = memory_read(view->memory, object + layout_at(view->layout, data), table,
			    size);
	if (error)
		return error;
	code->table = table;
	code->table_size = size;
	return NULL;
}

static bool member_is(const struct view *view, uint64_t object, enum field field,
		      uint64_t flags)
{
	uint64_t member;
	return view_try(view, object, field, &member) && view_is(view, member, flags);
}

/* Names of built-in types are constants, which a core whose files aren't here lacks. */
static bool is_like_code(const struct view *view, uint64_t address, uint64_t type)
{
	return view_is(view, type, TYPE_FLAG_TYPE) &&
	       member_is(view, address, FIELD_CODE_FILENAME, TYPE_FLAG_UNICODE) &&
	       member_is(view, address, FIELD_CODE_NAME, TYPE_FLAG_UNICODE) &&
	       member_is(view, address, FIELD_CODE_LINETABLE, TYPE_FLAG_BYTES);
}

static bool is_code(struct codes *codes, const struct view *view, uint64_t address)
{
	char name[8];
	uint64_t type;
	if (!view_try(view, address, FIELD_OBJECT_TYPE, &type))
		return false;
	if (codes->code_type)
		return type == codes->code_type;
	cleanup_error struct pyinspect_error *error =
		view_type_name(view, type, name, sizeof(name));
	bool is_nameless = error && pyinspect_error_code(error) == PYINSPECT_ERROR_FAULT;
	if (is_nameless ? !is_like_code(view, address, type)
			: error || strcmp(name, "code") != 0)
		return false;
	codes->code_type = type;
	return true;
}

/* co_flags. CPython: Include/cpython/code.h, CO_GENERATOR, CO_COROUTINE,
 * CO_ASYNC_GENERATOR. */
#define CODE_FLAGS_GENERATOR 0x2a0

/* Bytes of a name, and of a line table, that are enough for nearly all of them. */
#define NAME_SIZE  0x80
#define TABLE_SIZE 0x100

/* What a code object leads to, in one call. */
static void prefetch(const struct view *view, uint64_t code)
{
	static const struct {
		enum field field;
		size_t size;
	} wanted[] = {
		{FIELD_CODE_NAME, NAME_SIZE},
		{FIELD_CODE_QUALNAME, NAME_SIZE},
		{FIELD_CODE_FILENAME, NAME_SIZE},
		{FIELD_CODE_LINETABLE, TABLE_SIZE},
	};
	struct memory_range ranges[sizeof(wanted) / sizeof(*wanted)];
	size_t count = 0;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		ranges[count].size = wanted[i].size;
		if (view_try(view, code, wanted[i].field, &ranges[count].address))
			count++;
	}
	memory_prefetch_many(view->memory, ranges, count);
}

static void fill(struct codes *codes, struct code *code, const struct view *view,
		 struct arena *arena)
{
	const struct layout *layout = view->layout;
	uint64_t line = 0, flags = 0;
	prefetch(view, code->address);
	struct pyinspect_error *error =
		view_read(view, code->address, FIELD_CODE_FIRSTLINENO, &line);
	if (error)
		note(code, arena, error, "first line");
	code->first_line = (int32_t)line;
	view_try(view, code->address, FIELD_CODE_FLAGS, &flags);
	code->is_generator = flags & CODE_FLAGS_GENERATOR;
	code->function = read_name(codes, code, view, arena, FIELD_CODE_NAME, "function");
	if (layout_has(layout, FIELD_CODE_QUALNAME))
		code->qualname = read_name(codes, code, view, arena, FIELD_CODE_QUALNAME,
					   "qualified name");
	code->file = read_name(codes, code, view, arena, FIELD_CODE_FILENAME, "file");
	error = read_table(codes, code, view, arena);
	if (error)
		note(code, arena, error, "line table");
	if (layout_has(layout, FIELD_CODE_CODE_ADAPTIVE))
		code->instructions =
			code->address + layout_at(layout, FIELD_CODE_CODE_ADAPTIVE);
	code->located_offset = INT64_MIN;
}

struct code *codes_get(struct codes *codes, const struct view *view, struct arena *arena,
		       uint64_t address)
{
	if (!make_room(codes))
		return NULL;
	struct code **slot = slot_of(codes, address);
	if (*slot)
		return *slot;
	struct code *code = arena_alloc(arena, sizeof(*code));
	if (!code)
		return NULL;
	code->address = address;
	code->is_other = !is_code(codes, view, address);
	if (code->is_other)
		code->problem =
			view->memory->timed_out
				? "not read, because the time limit was reached"
				: "what it runs is not a code object that can be read";
	else
		fill(codes, code, view, arena);
	*slot = code;
	codes->count++;
	return code;
}

uint64_t code_instructions(const struct view *view, const struct code *code,
			   uint32_t tlbc_index)
{
	uint64_t copies, count, address;
	if (!tlbc_index || !layout_has(view->layout, FIELD_CODE_TLBC))
		return code->instructions;
	/* {size, pointers[size]} */
	if (!view_try(view, code->address, FIELD_CODE_TLBC, &copies) ||
	    !memory_try(view->memory, copies, &count, sizeof(count)) ||
	    tlbc_index >= count ||
	    !memory_try(view->memory, copies + 8 + (uint64_t)tlbc_index * 8, &address,
			sizeof(address)))
		return 0;
	return address;
}

struct location code_locate(struct code *code, enum line_table kind, struct arena *arena,
			    int64_t offset, const char **problem_ret)
{
	if (code->located_offset != offset) {
		struct location found = {0};
		cleanup_error struct pyinspect_error *error = NULL;
		if (code->table)
			error = linetable_decode(kind, code->table, code->table_size,
						 code->first_line, offset, &found);
		code->location = found;
		code->located_offset = offset;
		code->location_problem = NULL;
		if (error)
			code->location_problem =
				arena_printf(arena, "%s", pyinspect_error_message(error));
	}
	*problem_ret = code->location_problem;
	return code->location;
}
