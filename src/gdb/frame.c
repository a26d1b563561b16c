/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gdb/frame.h"

bool frame_write(void *context, const char *data, size_t size)
{
	struct session *session = context;
	if (size)
		answer_print(session->answer, data, size);
	return true;
}

void frame_print_variables(struct session *session, const struct pyinspect_frame *frame,
			   unsigned int indent)
{
	struct pyinspect_error *error =
		pyinspect_variables_write(frame, indent, NULL, frame_write, session);
	if (error)
		session_tell(session, error);
}

void frame_print_problems(struct session *session, const struct pyinspect_frame *frame)
{
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_frame_problem(frame, i)); i++)
		session_print_problem(session, problem);
}
