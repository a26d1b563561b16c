/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/break_table.h"

#include <stdlib.h>
#include <string.h>

#include "agent/bdb.h"
#include "agent/code_table.h"
#include "agent/events_trace.h"

unsigned long break_table_generation = 1;

/* More lines than this in one code object are all looked at. */
enum { BITS_MAX = 1 << 20 };

void break_table_change(void)
{
	break_table_generation++;
}

void break_lines_clear(struct break_lines *lines)
{
	free(lines->bits);
	drop(lines->filename);
}

/* Make room for a line, which is not before the first. */
static bool make_room(struct break_lines *lines, long line)
{
	long words = (line - lines->first) / 64 + 1, known = lines->count / 64;
	if (words <= known)
		return true;
	uint64_t *bits =
		words > BITS_MAX / 64 ? NULL : realloc(lines->bits, words * sizeof(*bits));
	if (!bits)
		return false;
	memset(bits + known, 0, (words - known) * sizeof(*bits));
	lines->bits = bits;
	lines->count = words * 64;
	return true;
}

/* A line that can't be noted makes all be looked at. */
static int add_line(struct break_lines *lines, struct object *value)
{
	long line = py.PyLong_AsLong(value);
	if (line == -1 && py.PyErr_Occurred())
		return -1;
	lines->any = true;
	if (line == lines->first || line < lines->first || !make_room(lines, line))
		lines->every_line = true;
	else
		lines->bits[(line - lines->first) / 64] |= (uint64_t)1
							   << (line - lines->first) % 64;
	return 0;
}

static int add_all(struct break_lines *lines, struct object *broken, struct object *code)
{
	cleanup_drop struct object *own = code_table_lines(code);
	cleanup_drop struct object *iterator = own ? py.PyObject_GetIter(broken) : NULL;
	if (!iterator)
		return -1;
	for (;;) {
		cleanup_drop struct object *line = py.PyIter_Next(iterator);
		if (!line)
			return py.PyErr_Occurred() ? -1 : 0;
		int has = py.PySequence_Contains(own, line);
		if (has < 0 || (has && add_line(lines, line) < 0))
			return -1;
	}
}

static int fill(struct break_lines *lines, struct object *self, struct object *code)
{
	cleanup_drop struct object *file = get(code, NAME_co_filename);
	cleanup_drop struct object *filename = file ? ask_canonic(self, file) : NULL;
	cleanup_drop struct object *broken = filename ? breaks_of(self, filename) : NULL;
	lines->filename = hold(filename);
	if (!broken || get_number(code, NAME_co_firstlineno, &lines->first) < 0)
		return -1;
	return is_none(broken) ? 0 : add_all(lines, broken, code);
}

const struct break_lines *break_table_known(struct object *self, struct object *code)
{
	const struct break_lines *lines = code_table_known_breaks(code);
	return lines && lines->owner == self && lines->generation == break_table_generation
		       ? lines
		       : NULL;
}

const struct break_lines *break_table_lines(struct object *self, struct object *code)
{
	const struct break_lines *known = break_table_known(self, code);
	if (known)
		return known;

	struct break_lines found = {.owner = self, .generation = break_table_generation};
	events_trace_mute();
	int filled = fill(&found, self, code);
	events_trace_unmute();
	if (filled < 0) {
		break_lines_clear(&found);
		return NULL;
	}
	/* What ran may have moved the table. */
	struct break_lines *lines = code_table_breaks(code);
	if (!lines) {
		break_lines_clear(&found);
		return NULL;
	}
	struct break_lines old = *lines;
	*lines = found;
	break_lines_clear(&old);
	return lines;
}
