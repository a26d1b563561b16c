/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/frame.h"

static bool is_frame(struct object *object)
{
	return type_of(object) == py.PyFrame_Type;
}

struct object *frame_code(struct object *frame)
{
	if (py.PyFrame_GetCode && is_frame(frame))
		return py.PyFrame_GetCode(frame);
	return get(frame, NAME_f_code);
}

struct object *frame_back(struct object *frame)
{
	return get(frame, NAME_f_back);
}

struct object *frame_lineno(struct object *frame)
{
	return get(frame, NAME_f_lineno);
}

struct object *frame_filename(struct object *frame)
{
	cleanup_drop struct object *code = frame_code(frame);
	return code ? get(code, NAME_co_filename) : NULL;
}

int frame_is_generator(struct object *frame)
{
	long flags;
	cleanup_drop struct object *code = frame_code(frame);
	if (!code || get_number(code, NAME_co_flags, &flags) < 0)
		return -1;
	return (flags & GENERATOR_AND_COROUTINE_FLAGS) != 0;
}

int frame_is_traced(struct object *frame)
{
	return get_truth(frame, NAME_f_trace);
}

int frame_trace(struct object *frame, struct object *function)
{
	return set(frame, NAME_f_trace, function);
}

int frame_untrace(struct object *frame)
{
	return set(frame, NAME_f_trace, NULL);
}

void frame_take_locals(struct object *frame)
{
	if (is_frame(frame))
		py.PyFrame_LocalsToFast(frame, 1);
}

static int add_line(struct object *lines, long line)
{
	cleanup_drop struct object *value = number(line);
	return value ? py.PySet_Add(lines, value) : -1;
}

/* Pairs of bytes: how far the next entry is in code, and in lines; the latter are signed in
 * Python 3. */
static int add_lnotab(struct object *lines, struct object *table, long line)
{
	char *bytes;
	long size;
	int (*split)(struct object *, char **, long *) =
		py.PyString_AsStringAndSize ? py.PyString_AsStringAndSize
					    : py.PyBytes_AsStringAndSize;
	if (split(table, &bytes, &size) < 0 || add_line(lines, line) < 0)
		return -1;
	for (long i = 0; i + 1 < size; i += 2) {
		line += py.dialect.bytes_are_text ? (unsigned char)bytes[i + 1]
						  : (signed char)bytes[i + 1];
		if (add_line(lines, line) < 0)
			return -1;
	}
	return 0;
}

/* Each item is (start, end, line), and line may be None. */
static int add_ranges(struct object *lines, struct object *ranges)
{
	cleanup_drop struct object *iterator = ranges ? py.PyObject_GetIter(ranges) : NULL;
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *range = py.PyIter_Next(iterator);
		if (!range)
			return py.PyErr_Occurred() ? -1 : 0;
		struct object *line = py.PyTuple_GetItem(range, 2);
		if (!line || py.PySet_Add(lines, line) < 0)
			return -1;
	}
}

static int fill_lines(struct object *lines, struct object *code)
{
	long first;
	if (get_number(code, NAME_co_firstlineno, &first) < 0 || add_line(lines, first) < 0)
		return -1;
	cleanup_drop struct object *ranges =
		py.dialect.has_co_lines ? call_method(code, co_lines) : NULL;
	if (py.dialect.has_co_lines)
		return add_ranges(lines, ranges);
	cleanup_drop struct object *table = get(code, NAME_co_lnotab);
	return table ? add_lnotab(lines, table, first) : -1;
}

struct object *code_lines(struct object *code)
{
	struct object *lines = py.PySet_New(NULL);
	if (!lines || fill_lines(lines, code) == 0)
		return lines;
	drop(lines);
	return NULL;
}
