/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way into GDB: it takes this for a reader of JIT-compiled code. GDB loads it, asks
 * about one frame, which lends it the target's memory, and unloads it.
 */
#include <stdio.h>

#include "gdb/channel.h"
#include "gdb/command.h"
#include "gdb/interrupt.h"
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

/* GDB asks for each frame anew: once is enough. */
static enum reader_status unwind(struct reader_functions *self,
				 struct reader_unwind_callbacks *gdb)
{
	if (!self->private_data) {
		struct debugger debugger = {.read = read_memory, .context = gdb};
		self->private_data = self;
		answered = command_answer(&debugger);
		channel_tell(true, answered);
	}
	return READER_FAIL;
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
	return (struct reader_frame_id){0};
}

static void destroy(struct reader_functions *self)
{
	channel_tell(false, answered);
	if (is_held)
		interrupt_release(&interrupt);
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
	functions.private_data = NULL;
	answered = 0;
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
