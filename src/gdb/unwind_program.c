/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "gdb/unwind_program.h"

/* Compilers remember one state at a time. */
#define STATES_MAX 16

/* Instructions, by the names that DWARF gives them. The first three have an operand in
 * their low six bits. */
enum {
	CFA_ADVANCE = 0x40,
	CFA_OFFSET = 0x80,
	CFA_RESTORE = 0xc0,
	CFA_NOP = 0x00,
	CFA_SET_LOC = 0x01,
	CFA_ADVANCE_1 = 0x02,
	CFA_ADVANCE_2 = 0x03,
	CFA_ADVANCE_4 = 0x04,
	CFA_OFFSET_EXTENDED = 0x05,
	CFA_RESTORE_EXTENDED = 0x06,
	CFA_UNDEFINED = 0x07,
	CFA_SAME_VALUE = 0x08,
	CFA_REGISTER = 0x09,
	CFA_REMEMBER = 0x0a,
	CFA_RECALL = 0x0b,
	CFA_DEFINE = 0x0c,
	CFA_DEFINE_REGISTER = 0x0d,
	CFA_DEFINE_OFFSET = 0x0e,
	CFA_DEFINE_EXPRESSION = 0x0f,
	CFA_EXPRESSION = 0x10,
	CFA_OFFSET_SIGNED = 0x11,
	CFA_DEFINE_SIGNED = 0x12,
	CFA_DEFINE_OFFSET_SIGNED = 0x13,
	CFA_VALUE_OFFSET = 0x14,
	CFA_VALUE_OFFSET_SIGNED = 0x15,
	CFA_VALUE_EXPRESSION = 0x16,
	CFA_ARGUMENTS_SIZE = 0x2e,
};

/* Bytes that are read one after the other; reading past the end fails and gives zeros. */
struct reader {
	const unsigned char *data, *end;
	uint64_t address;
	bool failed;
};

static struct reader reader_of(struct unwind_bytes bytes)
{
	return (struct reader){bytes.data, bytes.data + bytes.size, bytes.address, false};
}

static uint64_t read_fixed(struct reader *reader, size_t size)
{
	uint64_t value = 0;
	if ((size_t)(reader->end - reader->data) < size) {
		reader->failed = true;
		reader->data = reader->end;
		return 0;
	}
	memcpy(&value, reader->data, size);
	reader->data += size;
	reader->address += size;
	return value;
}

static uint64_t read_number(struct reader *reader, bool is_signed)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;
	do {
		byte = (uint8_t)read_fixed(reader, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80 && !reader->failed);
	if (is_signed && byte & 0x40 && shift < 64)
		value |= ~UINT64_C(0) << shift;
	return value;
}

static void skip(struct reader *reader, uint64_t size)
{
	if (size > (uint64_t)(reader->end - reader->data)) {
		reader->failed = true;
		size = (uint64_t)(reader->end - reader->data);
	}
	reader->data += size;
	reader->address += size;
}

static uint64_t read_pointer(struct reader *reader, uint8_t encoding)
{
	uint64_t place = reader->address;
	switch (encoding) {
	case ENCODING_ABSOLUTE_64:
		return read_fixed(reader, 8);
	case ENCODING_ABSOLUTE_U32:
		return read_fixed(reader, 4);
	case ENCODING_RELATIVE_32:
		return place + (uint64_t)(int64_t)(int32_t)read_fixed(reader, 4);
	case ENCODING_RELATIVE_64:
		return place + read_fixed(reader, 8);
	default:
		reader->failed = true;
		return 0;
	}
}

/* What a description shares with others. */
struct common {
	uint64_t code_unit;
	int64_t data_unit;
	uint8_t pointer_encoding;
	bool has_augmentation;
	struct reader program;
};

static void read_augmentation(struct reader *reader, const char *letters,
			      struct common *ret)
{
	uint64_t size = read_number(reader, false);
	struct reader part = *reader;
	skip(reader, size);
	part.end = reader->data;
	for (const char *letter = letters + 1; *letter && !part.failed; letter++) {
		if (*letter == 'R') {
			ret->pointer_encoding = (uint8_t)read_fixed(&part, 1);
			return;
		}
		if (*letter == 'L') {
			read_fixed(&part, 1);
		} else if (*letter == 'P') {
			uint8_t encoding = (uint8_t)read_fixed(&part, 1);
			/* An indirect one leads to the pointer. */
			read_pointer(&part, encoding & 0x7f);
		}
	}
	reader->failed |= part.failed;
}

static bool read_common(struct unwind_bytes bytes, struct common *ret)
{
	struct reader reader = reader_of(bytes);
	*ret = (struct common){.pointer_encoding = ENCODING_ABSOLUTE_64};
	uint64_t id = read_fixed(&reader, 4), version = read_fixed(&reader, 1);
	const char *letters = (const char *)reader.data;
	if (id != 0 || (version != 1 && version != 3) ||
	    !memchr(letters, '\0', (size_t)(reader.end - reader.data)))
		return false;
	skip(&reader, strlen(letters) + 1);
	ret->code_unit = read_number(&reader, false);
	ret->data_unit = (int64_t)read_number(&reader, true);
	uint64_t return_column =
		version == 1 ? read_fixed(&reader, 1) : read_number(&reader, false);
	ret->has_augmentation = *letters == 'z';
	if (ret->has_augmentation)
		read_augmentation(&reader, letters, ret);
	ret->program = reader;
	return !reader.failed && return_column == REGISTER_PC &&
	       (ret->has_augmentation || !*letters);
}

/* A program that runs. */
struct run {
	struct unwind_program *program;
	const struct common *common;
	/** What the common part has set, which registers can go back to. */
	struct unwind_program initial;
	struct unwind_program states[STATES_MAX];
	size_t state_count;
	uint64_t location, instruction;
	bool failed;
};

static void set_rule(struct run *run, uint64_t number, enum unwind_rule_kind kind,
		     int64_t value)
{
	if (number < REGISTER_COUNT)
		run->program->rules[number] = (struct unwind_rule){kind, value};
}

static void restore(struct run *run, uint64_t number)
{
	if (number < REGISTER_COUNT)
		run->program->rules[number] = run->initial.rules[number];
}

static void define_frame(struct run *run, uint64_t number, int64_t offset)
{
	run->program->has_frame = number < REGISTER_COUNT;
	run->program->frame_register = (unsigned int)number;
	run->program->frame_offset = offset;
	run->failed |= number >= REGISTER_COUNT;
}

static void remember(struct run *run)
{
	if (run->state_count == STATES_MAX)
		run->failed = true;
	else
		run->states[run->state_count++] = *run->program;
}

static void recall(struct run *run)
{
	if (!run->state_count)
		run->failed = true;
	else
		*run->program = run->states[--run->state_count];
}

static int64_t scaled(struct reader *reader, const struct run *run, bool is_signed)
{
	return (int64_t)(read_number(reader, is_signed) * (uint64_t)run->common->data_unit);
}

/* What says where a register is. */
static void run_rule(struct run *run, struct reader *reader, uint8_t operation)
{
	uint64_t number = read_number(reader, false);
	switch (operation) {
	case CFA_OFFSET_EXTENDED:
	case CFA_OFFSET_SIGNED:
		set_rule(run, number, UNWIND_SAVED,
			 scaled(reader, run, operation == CFA_OFFSET_SIGNED));
		break;
	case CFA_VALUE_OFFSET:
	case CFA_VALUE_OFFSET_SIGNED:
		set_rule(run, number, UNWIND_VALUE,
			 scaled(reader, run, operation == CFA_VALUE_OFFSET_SIGNED));
		break;
	case CFA_RESTORE_EXTENDED:
		restore(run, number);
		break;
	case CFA_SAME_VALUE:
		set_rule(run, number, UNWIND_SAME, 0);
		break;
	case CFA_REGISTER:
		read_number(reader, false);
		set_rule(run, number, UNWIND_UNKNOWN, 0);
		break;
	case CFA_EXPRESSION:
	case CFA_VALUE_EXPRESSION:
		skip(reader, read_number(reader, false));
		set_rule(run, number, UNWIND_UNKNOWN, 0);
		break;
	default:
		set_rule(run, number, UNWIND_UNKNOWN, 0);
	}
}

/* What says where the frame ends. */
static void run_definition(struct run *run, struct reader *reader, uint8_t operation)
{
	const struct unwind_program *program = run->program;
	uint64_t number;
	switch (operation) {
	case CFA_DEFINE:
		number = read_number(reader, false);
		define_frame(run, number, (int64_t)read_number(reader, false));
		break;
	case CFA_DEFINE_SIGNED:
		number = read_number(reader, false);
		define_frame(run, number, scaled(reader, run, true));
		break;
	case CFA_DEFINE_REGISTER:
		define_frame(run, read_number(reader, false), program->frame_offset);
		break;
	case CFA_DEFINE_OFFSET:
		define_frame(run, program->frame_register,
			     (int64_t)read_number(reader, false));
		break;
	case CFA_DEFINE_OFFSET_SIGNED:
		define_frame(run, program->frame_register, scaled(reader, run, true));
		break;
	default:
		skip(reader, read_number(reader, false));
		run->program->has_frame = false;
	}
}

static void advance(struct run *run, uint64_t units)
{
	run->location += units * run->common->code_unit;
}

static void run_long(struct run *run, struct reader *reader, uint8_t operation)
{
	switch (operation) {
	case CFA_NOP:
		break;
	case CFA_SET_LOC:
		run->location = read_pointer(reader, run->common->pointer_encoding);
		break;
	case CFA_ADVANCE_1:
		advance(run, read_fixed(reader, 1));
		break;
	case CFA_ADVANCE_2:
		advance(run, read_fixed(reader, 2));
		break;
	case CFA_ADVANCE_4:
		advance(run, read_fixed(reader, 4));
		break;
	case CFA_REMEMBER:
		remember(run);
		break;
	case CFA_RECALL:
		recall(run);
		break;
	case CFA_ARGUMENTS_SIZE:
		read_number(reader, false);
		break;
	case CFA_DEFINE:
	case CFA_DEFINE_REGISTER:
	case CFA_DEFINE_OFFSET:
	case CFA_DEFINE_EXPRESSION:
	case CFA_DEFINE_SIGNED:
	case CFA_DEFINE_OFFSET_SIGNED:
		run_definition(run, reader, operation);
		break;
	default:
		if (operation > CFA_VALUE_EXPRESSION)
			run->failed = true;
		else
			run_rule(run, reader, operation);
	}
}

/* Until what is said is of instructions behind the one that is asked for. */
static bool run_program(struct run *run, struct reader *reader)
{
	while (reader->data < reader->end && !reader->failed && !run->failed) {
		uint8_t byte = (uint8_t)read_fixed(reader, 1), operand = byte & 0x3f;
		switch (byte & 0xc0) {
		case CFA_ADVANCE:
			advance(run, operand);
			break;
		case CFA_OFFSET:
			set_rule(run, operand, UNWIND_SAVED, scaled(reader, run, false));
			break;
		case CFA_RESTORE:
			restore(run, operand);
			break;
		default:
			run_long(run, reader, byte);
		}
		if (run->location > run->instruction)
			break;
	}
	return !reader->failed && !run->failed;
}

bool unwind_program_run(struct unwind_program *program, struct unwind_bytes common_bytes,
			struct unwind_bytes description, uint64_t instruction)
{
	struct common common;
	struct reader reader = reader_of(description);
	if (!read_common(common_bytes, &common))
		return false;
	read_fixed(&reader, 4);
	uint64_t start = read_pointer(&reader, common.pointer_encoding);
	bool is_short = common.pointer_encoding == ENCODING_RELATIVE_32 ||
			common.pointer_encoding == ENCODING_ABSOLUTE_U32;
	uint64_t size = read_fixed(&reader, is_short ? 4 : 8);
	if (common.has_augmentation)
		skip(&reader, read_number(&reader, false));
	if (reader.failed || instruction < start || instruction - start >= size)
		return false;
	*program = (struct unwind_program){.function = start};
	struct run run = {
		.program = program,
		.common = &common,
		.location = start,
		.instruction = instruction,
	};
	if (!run_program(&run, &common.program))
		return false;
	run.initial = *program;
	return run_program(&run, &reader);
}
