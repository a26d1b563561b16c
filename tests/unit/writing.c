/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "writing.h"

const char hostile[] = "a\nb\x1b[2J\x07\\\x7f\xc2\x9b"
		       "31m\xe2\x80\xae\xe2\x80\xa8\xed\xb2\x80\xff\xc0\x80\xef\xbf\xbe";

struct pyinspect_frame a_frame(const char *function, const char *file, int32_t line)
{
	return (struct pyinspect_frame){.function = function,
					.qualname = function,
					.module = "module",
					.file = file,
					.line = line,
					.owner = PYINSPECT_OWNER_THREAD};
}

struct pyinspect_thread a_thread(pid_t tid, const char *name,
				 struct pyinspect_frame *frames, size_t count)
{
	return (struct pyinspect_thread){.tid = tid,
					 .ident = 0x7f0000000000 + (uint64_t)tid,
					 .name = name,
					 .os_name = "python3",
					 .state = 'S',
					 .syscall = "futex",
					 .verified = true,
					 .cpu_seconds = 0.5,
					 .frames = frames,
					 .kept = count,
					 .frame_count = count};
}

struct pyinspect_interpreter an_interpreter(struct pyinspect_thread *threads, size_t count)
{
	return (struct pyinspect_interpreter){.is_main = true,
					      .has_own_gil = true,
					      .gil_locked = PYINSPECT_NO,
					      .threads = threads,
					      .thread_count = count};
}

struct pyinspect_snapshot a_snapshot(struct pyinspect_interpreter *interpreter)
{
	return (struct pyinspect_snapshot){.time = 1700000000.25,
					   .elapsed = 5,
					   .pid = 4711,
					   .uid = (uid_t)-1,
					   .python_version = "3.13.0",
					   .layout_name = "3.13 x86_64",
					   .executable = "/usr/bin/python3",
					   .interpreters = interpreter,
					   .interpreter_count = 1};
}

static bool append(void *context, const char *data, size_t size)
{
	text_append(context, data, size);
	return true;
}

char *write_text(const struct pyinspect_snapshot *snapshot, bool all_frames, bool color)
{
	struct text text = {0};
	struct pyinspect_write_options options = {.size = sizeof(options),
						  .format = PYINSPECT_FORMAT_TEXT,
						  .color = color,
						  .all_frames = all_frames,
						  .verbose = true};
	struct pyinspect_error *error =
		pyinspect_snapshot_write(snapshot, &options, append, &text);
	if (error || strlen(text.data) != text.length) {
		printf("Bail out! can't write\n");
		exit(99);
	}
	return text.data;
}
