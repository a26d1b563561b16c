/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What a debugger asks of frames and code objects. Frames may be objects of other kinds
 * with the same attributes. */
#ifndef AGENT_FRAME_H
#define AGENT_FRAME_H

#include "agent/value.h"

/** Its code object. */
struct object *frame_code(struct object *frame);

/** The older frame, or None. */
struct object *frame_back(struct object *frame);

/** Its line number as Python has it: an int or None. */
struct object *frame_lineno(struct object *frame);

/** Its file name as the code object has it. */
struct object *frame_filename(struct object *frame);

/** Whether it is a generator's, coroutine's or asynchronous generator's. */
int frame_is_generator(struct object *frame);

/** Whether it has a trace function of its own. */
int frame_is_traced(struct object *frame);

/** Give it a trace function. */
int frame_trace(struct object *frame, struct object *function);

/** Take its trace function away. */
int frame_untrace(struct object *frame);

/** What was assigned in f_locals becomes the frame's, after they were asked for. */
void frame_take_locals(struct object *frame);

/** The flags of code of generators, coroutines and asynchronous generators. */
enum { GENERATOR_AND_COROUTINE_FLAGS = 0x20 | 0x80 | 0x200 };

/** All lines of a code object, as a set of int. */
struct object *code_lines(struct object *code);

#endif
