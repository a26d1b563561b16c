/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/events_frames.h"

#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/events_trace.h"
#include "agent/frame.h"

static struct {
	struct object *self;     /* kept by its function */
	struct object *function; /* its bound trace_dispatch */
	void *thread, *interpreter;
	evaluator previous;
	bool traces; /* now, in this thread */
	unsigned long generation;
} waiting;

/* Where a frame that is evaluated has its code, in words; where frames aren't objects this
 * is found by trying. */
static int code_word = -1;

enum { WORDS_MAX = 16 };

struct object *events_frames_owner(void)
{
	return waiting.self;
}

bool events_frames_is_here(void)
{
	return waiting.self && py.PyThreadState_Get() == waiting.thread;
}

/* Borrowed: the frame keeps it. */
static struct object *code_of(void *frame)
{
	if (code_word >= 0)
		return ((struct object **)frame)[code_word];
	struct object *code = py.PyFrame_GetCode(frame);
	drop(code);
	return code;
}

static int trace(bool wanted)
{
	waiting.traces = wanted;
	if (!wanted)
		return events_trace_stop();
	return events_trace_start(waiting.function);
}

/* A frame that is thrown into has an exception already. */
static bool is_wanted(void *frame)
{
	struct object *code = code_of(frame);
	const struct break_lines *lines = break_table_known(waiting.self, code);
	if (lines)
		return lines->any;
	struct pending_error error;
	error_save(&error);
	lines = break_table_lines(waiting.self, code);
	py.PyErr_Clear();
	error_restore(&error);
	return lines && lines->any;
}

static void switch_trace(bool wanted)
{
	struct pending_error error;
	error_save(&error);
	trace(wanted);
	py.PyErr_Clear();
	error_restore(&error);
}

/* Frames that run already are not evaluated anew: if one has breakpoints, they all are
 * traced. */
static int stack_is_wanted(void)
{
	struct object *newest = py.PyEval_GetFrame();
	struct object *frame = hold(newest ? newest : none);
	while (frame && !is_none(frame)) {
		cleanup_drop struct object *code = frame_code(frame);
		const struct break_lines *lines =
			code ? break_table_lines(waiting.self, code) : NULL;
		if (!lines || lines->any) {
			drop(frame);
			return lines ? 1 : -1;
		}
		frame = frame_step(frame);
	}
	drop(frame);
	return frame ? 0 : -1;
}

/* What the caller of a frame needs: what it did before, unless breakpoints were set
 * meanwhile. */
static bool needs_again(bool before, unsigned long generation)
{
	if (waiting.generation == generation)
		return before;
	struct pending_error error;
	error_save(&error);
	int wanted = stack_is_wanted();
	py.PyErr_Clear();
	error_restore(&error);
	return wanted != 0;
}

static struct object *evaluate(void *thread, void *frame, int thrown)
{
	evaluator previous = waiting.previous;
	if (!waiting.self || thread != waiting.thread || events_trace_is_telling())
		return previous(thread, frame, thrown);
	bool before = waiting.traces, wanted = is_wanted(frame);
	if (wanted == before)
		return previous(thread, frame, thrown);
	struct object *self = waiting.self;
	unsigned long generation = waiting.generation;
	switch_trace(wanted);
	struct object *result = previous(thread, frame, thrown);
	if (waiting.self != self)
		return result;
	bool again = needs_again(before, generation);
	if (waiting.traces != again)
		switch_trace(again);
	return result;
}

/* Frames of 3.11 are no objects: the word that is the code object, in a frame of a code
 * that we know. */
static struct object *known_code;

static struct object *find_word(void *thread, void *frame, int thrown)
{
	for (int i = 0; i < WORDS_MAX && code_word < 0; i++)
		if (((struct object **)frame)[i] == known_code)
			code_word = i;
	return py._PyEval_EvalFrameDefault(thread, frame, thrown);
}

static int calibrate(void *interpreter)
{
	cleanup_drop struct object *compile = builtin(NAME_compile);
	cleanup_drop struct object *source = text("0");
	cleanup_drop struct object *file = text("<cbdb>");
	cleanup_drop struct object *mode = text("eval");
	cleanup_drop struct object *globals = py.PyDict_New();
	cleanup_drop struct object *code = compile && source && file && mode && globals
						   ? call(compile, source, file, mode)
						   : NULL;
	if (!code)
		return -1;
	evaluator previous = py._PyInterpreterState_GetEvalFrameFunc(interpreter);
	known_code = code;
	py._PyInterpreterState_SetEvalFrameFunc(interpreter, find_word);
	int result = done(py.PyEval_EvalCode(code, globals, globals));
	py._PyInterpreterState_SetEvalFrameFunc(interpreter, previous);
	known_code = NULL;
	return result;
}

bool events_frames_exist(void)
{
	static bool known, exists;
	if (known)
		return exists;
	known = true;
	if (!py.dialect.evaluates_frames || !py._PyInterpreterState_SetEvalFrameFunc ||
	    !py._PyInterpreterState_GetEvalFrameFunc || !py.PyInterpreterState_Get)
		return false;
	exists = !py.dialect.bare_frames ||
		 (calibrate(py.PyInterpreterState_Get()) == 0 && code_word >= 0);
	py.PyErr_Clear();
	return exists;
}

int events_frames_update(void)
{
	if (waiting.generation == break_table_generation)
		return 0;
	waiting.generation = break_table_generation;
	int wanted = stack_is_wanted();
	return wanted < 0 ? -1 : wanted == waiting.traces ? 0 : trace(wanted);
}

int events_frames_start(struct object *self)
{
	waiting.interpreter = py.PyInterpreterState_Get();
	waiting.function = events_trace_function();
	waiting.self = self;
	waiting.thread = py.PyThreadState_Get();
	waiting.traces = true;
	waiting.generation = 0;
	waiting.previous = py._PyInterpreterState_GetEvalFrameFunc(waiting.interpreter);
	py._PyInterpreterState_SetEvalFrameFunc(waiting.interpreter, evaluate);
	return events_frames_update();
}

int events_frames_end(bool trace_again)
{
	struct object *function = waiting.function;
	bool here = events_frames_is_here();
	int result = 0;
	if (here && trace_again && !waiting.traces)
		result = trace(true);
	else if (here && !trace_again && waiting.traces)
		result = trace(false);
	if (py._PyInterpreterState_GetEvalFrameFunc(waiting.interpreter) == evaluate)
		py._PyInterpreterState_SetEvalFrameFunc(waiting.interpreter,
							waiting.previous);
	waiting.self = waiting.function = NULL;
	drop(function);
	return result;
}
