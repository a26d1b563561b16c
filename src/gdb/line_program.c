/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "gdb/line_program.h"
#include "gdb/python_frames.h"

enum {
	LINE_COPY = 1,
	LINE_ADVANCE_ADDRESS = 2,
	LINE_ADVANCE = 3,
	LINE_SET_FILE = 4,
	LINE_OPERATIONS = 13,
	LINE_EXTENDED = 0,
	LINE_END_SEQUENCE = 1,
	LINE_SET_ADDRESS = 2,
};

/* Operands of the operations 1 to 12. */
static const char operands[] = {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1};

void append_fixed(struct text *text, uint64_t value, size_t size)
{
	text_append(text, (const char *)&value, size);
}

void append_unsigned(struct text *text, uint64_t value)
{
	do {
		uint8_t byte = value & 0x7f;
		value >>= 7;
		append_fixed(text, byte | (value ? 0x80 : 0), 1);
	} while (value);
}

void append_signed(struct text *text, int64_t value)
{
	for (;;) {
		uint8_t byte = value & 0x7f;
		value >>= 7;
		bool is_last = value == (byte & 0x40 ? -1 : 0);
		append_fixed(text, byte | (is_last ? 0 : 0x80), 1);
		if (is_last)
			return;
	}
}

void append_moved(struct text *text, struct text *from)
{
	if (from->length)
		text_append(text, from->data, from->length);
	text->failed |= from->failed;
	free(from->data);
	*from = (struct text){0};
}

/* Names of files, and their numbers by a hash of the name: from 1. */
struct files {
	struct text names;
	struct map numbers;
	uint64_t count;
	bool failed;
};

static uint64_t hash_of(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash ? hash : 1;
}

static uint64_t number_of(struct files *files, const char *name)
{
	uint64_t hash = hash_of(name);
	uint64_t number = (uintptr_t)map_find(&files->numbers, hash);
	if (number)
		return number;
	number = ++files->count;
	files->failed |= !map_add(&files->numbers, hash, (void *)(uintptr_t)number);
	/* A folder, a time and a size follow: none is known. */
	text_append_escaped(&files->names, name);
	text_append(&files->names, "\0\0\0", 4);
	return number;
}

/* The registers of the machine that the operations are for. */
struct state {
	bool is_open;
	uint64_t address, file;
	int64_t line;
};

static void end_sequence(struct state *state, struct text *program)
{
	if (!state->is_open)
		return;
	append_fixed(program, LINE_ADVANCE_ADDRESS, 1);
	append_unsigned(program, SLOT_SIZE);
	append_fixed(program, LINE_EXTENDED, 1);
	append_unsigned(program, 1);
	append_fixed(program, LINE_END_SEQUENCE, 1);
	state->is_open = false;
}

static void begin_sequence(struct state *state, uint64_t address, struct text *program)
{
	append_fixed(program, LINE_EXTENDED, 1);
	append_unsigned(program, 1 + sizeof(address));
	append_fixed(program, LINE_SET_ADDRESS, 1);
	append_fixed(program, address, sizeof(address));
	*state = (struct state){true, address, 1, 1};
}

static void add_row(struct state *state, uint64_t address, uint64_t file, int64_t line,
		    struct text *program)
{
	if (!state->is_open)
		begin_sequence(state, address, program);
	if (address != state->address) {
		append_fixed(program, LINE_ADVANCE_ADDRESS, 1);
		append_unsigned(program, address - state->address);
	}
	if (file != state->file) {
		append_fixed(program, LINE_SET_FILE, 1);
		append_unsigned(program, file);
	}
	if (line != state->line) {
		append_fixed(program, LINE_ADVANCE, 1);
		append_signed(program, line - state->line);
	}
	append_fixed(program, LINE_COPY, 1);
	*state = (struct state){true, address, file, line};
}

/* The header says how long it is, and how long all is. */
static void assemble(struct text *names, struct text *program, struct text *ret)
{
	struct text header = {0};
	append_fixed(&header, 1, 1); /* bytes of the least instruction */
	append_fixed(&header, 1, 1); /* instructions in a word */
	append_fixed(&header, 1, 1); /* rows begin statements */
	append_fixed(&header, (uint8_t)-1, 1);
	append_fixed(&header, 1, 1); /* special operations aren't used */
	append_fixed(&header, LINE_OPERATIONS, 1);
	text_append(&header, operands, sizeof(operands));
	append_fixed(&header, 0, 1); /* no folders */
	append_moved(&header, names);
	append_fixed(&header, 0, 1);
	append_fixed(ret, 2 + 4 + header.length + program->length, 4);
	append_fixed(ret, 4, 2);
	append_fixed(ret, header.length, 4);
	append_moved(ret, &header);
	append_moved(ret, program);
}

void line_program_write(const struct symbol *symbols, size_t count, uint64_t base,
			struct text *ret)
{
	struct files files = {0};
	struct text program = {0};
	struct state state = {0};
	for (size_t i = 0; i < count; i++) {
		const struct symbol *symbol = &symbols[i];
		if (symbol->file && symbol->line > 0)
			add_row(&state, base + i * SLOT_SIZE,
				number_of(&files, symbol->file), symbol->line, &program);
		else
			end_sequence(&state, &program);
	}
	end_sequence(&state, &program);
	assemble(&files.names, &program, ret);
	ret->failed |= files.failed;
	map_deinit(&files.numbers);
}
