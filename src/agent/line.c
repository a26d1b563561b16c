/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/line.h"

#include "agent/bdb.h"
#include "agent/break_table.h"
#include "agent/frame.h"
#include "agent/instance.h"

enum stop {
	STOP_NO,
	STOP_YES,
	STOP_BREAKPOINT, /* if one acts */
	STOP_UNKNOWN,    /* not one of our cases */
};

static bool is_ordinary(const struct instance *instance)
{
	return instance->plain && instance->direct &&
	       instance_attribute(instance, NAME_quitting) == py.false_object &&
	       instance_attribute(instance, NAME_skip) == none &&
	       instance_attribute(instance, NAME_monitoring_tracer) == none;
}

/* In stopframe: from a line on, or never if that is -1. */
static bool stops_from(const struct instance *instance, long line)
{
	struct object *stoplineno = instance_attribute(instance, NAME_stoplineno);
	long limit = stoplineno ? py.PyLong_AsLong(stoplineno) : -1;
	return limit != -1 && line >= limit;
}

/* The command was given at this line. */
static bool is_line_of_command(const struct instance *instance, struct object *frame,
			       long line)
{
	struct object *cmdlineno;
	if (instance_attribute(instance, NAME_cmdframe) != frame)
		return false;
	cmdlineno = instance_attribute(instance, NAME_cmdlineno);
	return cmdlineno && !is_none(cmdlineno) && py.PyLong_AsLong(cmdlineno) == line;
}

static enum stop has_breakpoint(struct object *self, struct object *frame, long line,
				struct object **filename_ret)
{
	cleanup_drop struct object *code = frame_code(frame);
	const struct break_lines *lines = code ? break_table_lines(self, code) : NULL;
	if (!lines) {
		py.PyErr_Clear();
		return STOP_UNKNOWN;
	}
	if (lines->every_line)
		return STOP_UNKNOWN;
	if (!break_lines_have(lines, line))
		return STOP_NO;
	*filename_ret = hold(lines->filename);
	return STOP_BREAKPOINT;
}

static enum stop decide(struct object *self, const struct instance *instance,
			struct object *frame, long line, struct object **filename_ret)
{
	struct object *stopframe = instance_attribute(instance, NAME_stopframe);
	if (!stopframe || line < 0)
		return STOP_UNKNOWN;
	if (is_none(stopframe) || (stopframe == frame && stops_from(instance, line)))
		return is_line_of_command(instance, frame, line) ? STOP_NO : STOP_YES;
	return has_breakpoint(self, frame, line, filename_ret);
}

/* What the user does at a stop. Its class may have no user_line() of its own. */
static int tell(struct object *self, struct object *frame, struct object *dictionary)
{
	if (bdb_tell(self, NAME_user_line, frame, NULL) < 0)
		return -1;
	if (py.PyDict_GetItem(dictionary, names[NAME_quitting]) == py.false_object)
		return 0;
	int quitting = state_truth(self, NAME_quitting);
	if (quitting > 0)
		py.PyErr_SetNone(bdb_quit);
	return quitting ? -1 : 0;
}

/* Breakpoints count, also where the line is that of the last command. */
static int break_and_tell(struct object *self, struct object *frame,
			  struct object *filename, long line, struct object *dictionary)
{
	cleanup_drop struct object *lineno = number(line);
	int acts = lineno ? bdb_break_at(self, filename, lineno, frame) : -1;
	if (acts <= 0)
		return acts;
	const struct instance *instance = instance_known(self);
	if (instance && is_line_of_command(instance, frame, line))
		return 0;
	return tell(self, frame, dictionary);
}

struct object *line_dispatch(struct object *self, struct object *frame)
{
	const struct instance *instance = instance_known(self);
	if (!instance || type_of(frame) != py.PyFrame_Type || !is_ordinary(instance))
		return NULL;
	cleanup_drop struct object *filename = NULL;
	long line = py.PyFrame_GetLineNumber(frame);
	enum stop stop = decide(self, instance, frame, line, &filename);
	if (stop == STOP_NO)
		return hold(TRACE_ON);
	if (stop == STOP_UNKNOWN)
		return NULL;

	/* One that the instance is given meanwhile is not the one that has to be left in
	 * order. */
	cleanup_drop struct object *dictionary = hold(instance->dictionary);
	if (py.PyDict_SetItem(dictionary, names[NAME_enterframe], frame) < 0)
		return LINE_FAILED;
	int result = stop == STOP_YES
			     ? tell(self, frame, dictionary)
			     : break_and_tell(self, frame, filename, line, dictionary);
	struct pending_error error;
	if (result < 0)
		error_save(&error);
	py.PyDict_SetItem(dictionary, names[NAME_enterframe], none);
	if (result < 0)
		error_restore(&error);
	return result < 0 ? LINE_FAILED : hold(TRACE_ON);
}
