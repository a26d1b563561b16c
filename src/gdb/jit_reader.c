/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way into GDB: it takes this for a reader of JIT-compiled code. GDB loads it, asks
 * about one frame, which lends it the target's memory, and unloads it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "gdb/channel.h"
#include "gdb/command.h"
#include "gdb/interrupt.h"
#include "gdb/pairing.h"
#include "gdb/reader_api.h"

READER_IS_GPL_COMPATIBLE;

static bool read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	struct reader_unwind_callbacks *gdb = context;
	return size <= INT32_MAX &&
	       gdb->target_read(address, buffer, (int)size) == READER_SUCCESS;
}

static uint64_t answered;
static struct interrupt interrupt;
static bool is_held;

/* What a loaded reader is for: one command, or frames in the backtrace. */
static struct reader {
	bool is_for_frames, is_done;
	/** NULL if there are no frames to show. */
	struct pairing *pairing;
} reader;

/* Whoever loads it for frames has written an empty request. */
static bool is_for_frames(void)
{
	size_t size;
	cleanup_free char *words = NULL;
	return channel_read(CHANNEL_WORDS, &words, &size) && size && !*words;
}

/* Registers that functions keep for their callers, or all about them. */
static bool is_kept(unsigned int number)
{
	return number == REGISTER_RBX || number == REGISTER_RBP || number == REGISTER_SP ||
	       (number >= REGISTER_R12 && number <= REGISTER_PC);
}

static void get_registers(struct reader_unwind_callbacks *gdb, struct registers *ret)
{
	*ret = (struct registers){0};
	for (unsigned int i = 0; i < REGISTER_COUNT; i++) {
		uint64_t value;
		if (!is_kept(i))
			continue;
		struct reader_register *got = gdb->reg_get(gdb, (int)i);
		if (got->defined && got->size == sizeof(value)) {
			memcpy(&value, got->value, sizeof(value));
			register_set(ret, i, value);
		}
		got->free(got);
	}
}

static void free_register(struct reader_register *value)
{
	free(value);
}

static void set_registers(struct reader_unwind_callbacks *gdb,
			  const struct registers *registers)
{
	for (unsigned int i = 0; i < REGISTER_COUNT; i++) {
		if (!is_kept(i) || !register_is_known(registers, i))
			continue;
		struct reader_register *value =
			calloc(1, sizeof(*value) + sizeof(uint64_t));
		if (!value)
			return;
		value->size = sizeof(uint64_t);
		value->defined = 1;
		value->free = free_register;
		memcpy(value->value, &registers->values[i], sizeof(uint64_t));
		gdb->reg_set(gdb, (int)i, value);
	}
}

static bool has_place(const struct registers *registers)
{
	return register_is_known(registers, REGISTER_PC) &&
	       register_is_known(registers, REGISTER_SP);
}

/* GDB asks for each frame anew: for a command once is enough. */
static enum reader_status unwind(struct reader_functions *self,
				 struct reader_unwind_callbacks *gdb)
{
	struct debugger debugger = {.read = read_memory, .context = gdb};
	struct registers registers, caller;
	if (!reader.is_done) {
		reader.is_done = true;
		if (reader.is_for_frames) {
			reader.pairing = pairing_create(&debugger);
		} else {
			answered = command_answer(&debugger);
			channel_tell(true, answered);
		}
	}
	if (!reader.pairing)
		return READER_FAIL;
	get_registers(gdb, &registers);
	if (!has_place(&registers) ||
	    !pairing_step(reader.pairing, &debugger, &registers, &caller))
		return READER_FAIL;
	set_registers(gdb, &caller);
	return READER_SUCCESS;
}

static enum reader_status read_debug_info(struct reader_functions *self,
					  struct reader_symbol_callbacks *gdb, void *memory,
					  long size)
{
	return READER_FAIL;
}

static struct reader_frame_id get_frame_id(struct reader_functions *self,
					   struct reader_unwind_callbacks *gdb)
{
	struct debugger debugger = {.read = read_memory, .context = gdb};
	struct reader_frame_id id = {0};
	struct registers registers;
	if (!reader.pairing)
		return id;
	get_registers(gdb, &registers);
	if (has_place(&registers))
		pairing_identify(reader.pairing, &debugger, &registers, &id.code_address,
				 &id.stack_address);
	return id;
}

static void destroy(struct reader_functions *self)
{
	if (!reader.is_for_frames)
		channel_tell(false, answered);
	if (is_held)
		interrupt_release(&interrupt);
	pairing_destroy(reader.pairing);
	reader = (struct reader){0};
}

struct reader_functions *gdb_init_reader(void)
{
	static struct reader_functions functions = {
		.version = READER_API_VERSION,
		.read_debug_info = read_debug_info,
		.unwind = unwind,
		.get_frame_id = get_frame_id,
		.destroy = destroy,
	};
	answered = 0;
	is_held = false;
	functions.version = READER_API_VERSION;
	reader = (struct reader){.is_for_frames = is_for_frames()};
	/* The answer of the command before may not be read yet. */
	if (reader.is_for_frames)
		return &functions;
	const char *problem = channel_open();
	if (problem)
		fprintf(stderr, "pyinspect: %s\n", problem);
	else
		channel_tell(true, 0);
	/* GDB refuses a reader of another version: so the macros write to no file of
	 * somebody else's. */
	functions.version = problem ? -1 : READER_API_VERSION;
	/* Without a request, it isn't for the time of a command that it is loaded. */
	is_held = !problem && request_waits_for(REQUEST_ROUTE_READER);
	if (is_held)
		interrupt_hold(&interrupt);
	return &functions;
}
