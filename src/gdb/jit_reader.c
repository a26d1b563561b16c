/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way into GDB: it takes this for a reader of JIT-compiled code. GDB loads it, asks
 * about one frame, which lends it the target's memory, and unloads it.
 */
#include <stdio.h>

#include "gdb/channel.h"
#include "gdb/command.h"
#include "gdb/reader_api.h"

READER_IS_GPL_COMPATIBLE;

/* What GDB's own reading is asked for: no block of ours crosses a page. */
#define PAGE_SIZE ((size_t)4096)

/* GDB reads all or nothing. */
static size_t read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	struct reader_unwind_callbacks *gdb = context;
	if (size <= INT32_MAX &&
	    gdb->target_read(address, buffer, (int)size) == READER_SUCCESS)
		return size;
	size_t done = 0;
	while (done < size) {
		size_t piece = PAGE_SIZE - (size_t)((address + done) % PAGE_SIZE);
		if (piece > size - done)
			piece = size - done;
		if (piece == size || gdb->target_read(address + done, (char *)buffer + done,
						      (int)piece) != READER_SUCCESS)
			break;
		done += piece;
	}
	return done;
}

static void work(struct reader_unwind_callbacks *gdb)
{
	struct request request;
	struct answer answer = {0};
	struct debugger debugger = {.read = read_memory, .context = gdb};
	if (request_read(&request))
		command_run(&request, &debugger, &answer);
	else
		answer_printf(
			&answer,
			"pyinspect: the macros of GDB are of another version than the "
			"plug-in: source the file that was installed with it\n");
	request_deinit(&request);
	answer_send(&answer);
}

/* GDB asks for each frame anew: once is enough. */
static enum reader_status unwind(struct reader_functions *self,
				 struct reader_unwind_callbacks *gdb)
{
	if (!self->private_data) {
		self->private_data = self;
		work(gdb);
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
	const char *problem = channel_open();
	if (problem)
		fprintf(stderr, "pyinspect: %s\n", problem);
	return &functions;
}
