/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The class Bdb.
 *
 * Its methods are spread over bdb_*.c by what they are for. Each call of one of them to
 * another is an attribute lookup, as in Python, unless the class of the object has our
 * method there: then the C function is called at once. The pairs are called ask_* and
 * tell_* here; the functions without a prefix do what the method of that name does.
 *
 * The state is in the dictionary of the instance, in plain attributes that anybody may
 * change.
 */
#ifndef AGENT_BDB_H
#define AGENT_BDB_H

#include "agent/value.h"

/** The classes; NULL before bdb_init(). */
extern struct object *bdb_class, *bdb_quit;

/** Make the classes. */
int bdb_init(void);

/** Whether an object's method of this name is ours, and not one of a subclass or of the
 * instance. */
bool bdb_own(struct object *self, enum name name);

/** Whether all methods that decide where to stop are ours; a class is asked again after a
 * while. */
bool bdb_is_plain(struct object *self);

/** Look at the class again now. */
void bdb_look_again(void);

/* Attributes of a Bdb, as get(), set() and their kind: directly in its dictionary, unless
 * its class has a say in it. */
struct object *state_get(struct object *self, enum name name);
int state_set(struct object *self, enum name name, struct object *value);
int state_set_new(struct object *self, enum name name, struct object *value);
int state_set_bool(struct object *self, enum name name, bool value);
int state_set_number(struct object *self, enum name name, long number);
int state_truth(struct object *self, enum name name);
int state_number(struct object *self, enum name name, long *number_ret);

/** Call a method that is not ours, and ignore what it returns; ours of this name does
 * nothing. */
int bdb_tell(struct object *self, enum name name, struct object *frame,
	     struct object *argument);

/** The methods, by purpose; each table ends with a row without a name. */
extern struct method bdb_dispatch_methods[], bdb_stepping_methods[], bdb_breaks_methods[],
	bdb_stack_methods[], bdb_run_methods[];

/* Names of files, and whether to stop: bdb_dispatch.c */

/** What dispatching returns for "trace on": stands for self.trace_dispatch, which need not
 * be made then. */
#define TRACE_ON names[NAME_trace_dispatch]

/**
 * What trace_dispatch() does.
 *
 * @param argument For a return its value, for an exception (type, value, traceback).
 * @return TRACE_ON, None, or what a method of a subclass returned.
 */
struct object *bdb_dispatch(struct object *self, struct object *frame, enum event event,
			    struct object *argument);

/** Whether a breakpoint of this place acts in this frame; then it is the current one, and a
 * temporary one is cleared. */
int bdb_break_at(struct object *self, struct object *filename, struct object *lineno,
		 struct object *frame);

/** The method trace_dispatch(). */
struct object *bdb_trace_dispatch(struct object *self, struct object *args,
				  struct object *kwargs);

/** The word for an event. */
enum name event_name(enum event event);

struct object *ask_canonic(struct object *self, struct object *filename);
int ask_break_anywhere(struct object *self, struct object *frame);

/* Breakpoints: bdb_breaks.c */

int ask_get_break(struct object *self, struct object *filename, struct object *lineno);
/** The lines of a file with breakpoints, or None. */
struct object *breaks_of(struct object *self, struct object *filename);
int tell_load_breaks(struct object *self);

/* Stepping: bdb_stepping.c */

int tell_set_stopinfo(struct object *self, struct object *stopframe,
		      struct object *returnframe);
int tell_set_caller_tracefunc(struct object *self, struct object *frame);
int tell_reset(struct object *self);
/** Let a frame be traced by self.trace_dispatch. */
int trace_frame(struct object *self, struct object *frame);

/* Starting and stopping: bdb_run.c */

int tell_start_trace(struct object *self);
int tell_stop_trace(struct object *self);
int tell_disable_current_event(struct object *self);
int tell_restart_events(struct object *self);
/** Frames have got or lost trace functions. */
int update_events(struct object *self);

/** Go on to an older frame, and give the newer one back. None ends the walk, NULL is an
 * error. */
struct object *frame_step(struct object *frame);

#endif
