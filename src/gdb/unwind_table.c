/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "gdb/unwind_program.h"
#include "gdb/unwind_table.h"

/* CPython's files have some ten thousand functions; the largest is described by 30 KB. */
#define ENTRIES_MAX     1000000
#define DESCRIPTION_MAX ((size_t)1 << 20)

/* Sorted by start; both are relative to the header. */
struct unwind_table_entry {
	int32_t start, description;
};

struct header {
	uint8_t version, frame_encoding, count_encoding, table_encoding;
	int32_t frame;
	uint32_t count;
};

static bool read_all(const struct debugger *debugger, uint64_t address, void *buffer,
		     size_t size)
{
	return debugger->read(debugger->context, address, buffer, size);
}

bool unwind_table_read(struct unwind_table *table, const struct debugger *debugger,
		       uint64_t address)
{
	struct header header;
	if (!address || !read_all(debugger, address, &header, sizeof(header)) ||
	    header.version != 1 || header.frame_encoding != ENCODING_RELATIVE_32 ||
	    header.count_encoding != ENCODING_ABSOLUTE_U32 ||
	    header.table_encoding != ENCODING_HEADER_32 || header.count > ENTRIES_MAX)
		return false;
	size_t size = header.count * sizeof(*table->entries);
	cleanup_free struct unwind_table_entry *entries = malloc(size + 1);
	if (!entries || !read_all(debugger, address + sizeof(header), entries, size))
		return false;
	unwind_table_deinit(table);
	table->header = address;
	table->entries = take_pointer(entries);
	table->count = header.count;
	return true;
}

void unwind_table_deinit(struct unwind_table *table)
{
	free(table->entries);
	free(table->description);
	*table = (struct unwind_table){0};
}

/* Address of the description of the function that may have the instruction; or 0. */
static uint64_t find_description(const struct unwind_table *table, uint64_t instruction)
{
	int64_t at = (int64_t)(instruction - table->header);
	size_t low = 0, high = table->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (table->entries[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? table->header + (uint64_t)(int64_t)table->entries[low - 1].description
		   : 0;
}

/* An entry of .eh_frame: a length, and so many bytes behind it. */
static unsigned char *read_entry(const struct debugger *debugger, uint64_t address,
				 size_t *size_ret)
{
	uint32_t length;
	if (!read_all(debugger, address, &length, sizeof(length)) || length < 4 ||
	    length > DESCRIPTION_MAX)
		return NULL;
	cleanup_free unsigned char *data = malloc(length);
	if (!data || !read_all(debugger, address + sizeof(length), data, length))
		return NULL;
	*size_ret = length;
	return take_pointer(data);
}

/* All frames of a thread's evaluation function have the same one. */
static bool load_description(struct unwind_table *table, const struct debugger *debugger,
			     uint64_t address)
{
	if (address && address == table->description_address)
		return true;
	free(table->description);
	table->description_address = 0;
	table->description =
		address ? read_entry(debugger, address, &table->description_size) : NULL;
	if (!table->description)
		return false;
	table->description_address = address;
	return true;
}

static bool run(struct unwind_table *table, const struct debugger *debugger,
		uint64_t instruction, struct unwind_program *program)
{
	uint32_t common_offset;
	size_t common_size;
	uint64_t address = table->description_address + sizeof(uint32_t);
	memcpy(&common_offset, table->description, sizeof(common_offset));
	if (!common_offset)
		return false;
	cleanup_free unsigned char *common =
		read_entry(debugger, address - common_offset, &common_size);
	return common &&
	       unwind_program_run(program, (struct unwind_bytes){common, common_size, 0},
				  (struct unwind_bytes){table->description,
							table->description_size, address},
				  instruction);
}

static void apply(const struct debugger *debugger, const struct unwind_rule *rules,
		  const struct registers *registers, struct unwound *ret)
{
	ret->caller = (struct registers){0};
	for (unsigned int i = 0; i < REGISTER_COUNT; i++) {
		uint64_t value = ret->end + (uint64_t)rules[i].value;
		switch (rules[i].kind) {
		case UNWIND_SAME:
			if (register_is_known(registers, i) && i != REGISTER_PC)
				register_set(&ret->caller, i, registers->values[i]);
			break;
		case UNWIND_SAVED:
			if (read_all(debugger, value, &value, sizeof(value)))
				register_set(&ret->caller, i, value);
			break;
		case UNWIND_VALUE:
			register_set(&ret->caller, i, value);
			break;
		case UNWIND_UNKNOWN:
			break;
		}
	}
	register_set(&ret->caller, REGISTER_SP, ret->end);
}

bool unwind_table_step(struct unwind_table *table, const struct debugger *debugger,
		       const struct registers *registers, struct unwound *ret)
{
	struct unwind_program program = {0};
	uint64_t instruction = registers->values[REGISTER_PC];
	if (!load_description(table, debugger, find_description(table, instruction)) ||
	    !run(table, debugger, instruction, &program) || !program.has_frame ||
	    !register_is_known(registers, program.frame_register))
		return false;
	ret->function = program.function;
	ret->end =
		registers->values[program.frame_register] + (uint64_t)program.frame_offset;
	apply(debugger, program.rules, registers, ret);
	return register_is_known(&ret->caller, REGISTER_PC);
}
