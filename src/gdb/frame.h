/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What belongs to a Python frame, shown. */
#ifndef GDB_FRAME_H
#define GDB_FRAME_H

#include "gdb/command.h"

/** The variables that were read of a frame, a line each. */
void frame_print_variables(struct session *session, const struct pyinspect_frame *frame,
			   unsigned int indent);

/** What is missing of it, and why. */
void frame_print_problems(struct session *session, const struct pyinspect_frame *frame);

/** What is handed on to GDB by the library's writers, whose context is the session. */
bool frame_write(void *context, const char *data, size_t size);

#endif
