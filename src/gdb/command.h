/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The commands: what the user asks, by what GDB lends, into what GDB is to print. */
#ifndef GDB_COMMAND_H
#define GDB_COMMAND_H

#include "gdb/answer.h"
#include "gdb/request.h"
#include "pyinspect.h"

/** What GDB lends for the time of a command, by whichever way it was reached. */
struct debugger {
	/** Read memory of the target, all of it or nothing; without a message. */
	bool (*read)(void *context, uint64_t address, void *buffer, size_t size);
	/** Address of a symbol that GDB knows; 0 if it doesn't. */
	uint64_t (*symbol)(void *context, const char *name);
	/** Where the selected thread's local storage is; 0 if it isn't known. */
	uint64_t thread_pointer;
	void *context;
};

/** A command under way. */
struct session {
	const struct request *request;
	const struct debugger *debugger;
	struct answer *answer;
	struct pyinspect_target *target;
	/** How the command is written. */
	const char *usage;
	/** What the command's look is to be; the selected thread alone is asked for. */
	struct pyinspect_options options;
};

/** Carry out a request; whatever goes wrong becomes a sentence in the answer. */
void command_run(const struct request *request, const struct debugger *debugger,
		 struct answer *answer);

/**
 * Take the request that the macros have written, carry it out, and send the answer.
 *
 * @return Its serial number.
 */
uint64_t command_answer(const struct debugger *debugger);

/**
 * Look at the target by the session's options.
 *
 * @return NULL if that failed: the answer says why.
 */
struct pyinspect_snapshot *session_look(struct session *session);

/** Answer with an error; frees it. */
void session_tell(struct session *session, struct pyinspect_error *error);

/** Answer with how the command is written. */
void session_usage(struct session *session);

/** Have the session's look be about the selected thread alone: what runs Python in it. */
bool session_select_thread(struct session *session);

/** Print "Thread 0x7f.. (LWP 12) "name"", without an end of line. */
void session_print_thread(struct session *session, const struct pyinspect_thread *thread);

/** Print "FILE (LINE): NAME", as CPython's own macros print a frame; nothing of one that
 *  runs no Python code. */
void session_print_frame(struct session *session, const struct pyinspect_frame *frame);

/** Print what is missing, and why, in a line of its own. */
void session_print_problem(struct session *session,
			   const struct pyinspect_problem *problem);

/** Have lines of source read: where GDB looks for the target's files. */
void session_show_source(struct session *session);

/* The commands, by their files: stack.c, */
void command_pystack(struct session *session);
/* frames.c, */
void command_pyframe(struct session *session);
void command_pyframev(struct session *session);
void command_pylocals(struct session *session);
void command_lineno(struct session *session);
void command_pyprint(struct session *session);
void command_pyup(struct session *session);
void command_pydown(struct session *session);
/* listing.c, */
void command_pylist(struct session *session);
/* libpython.c, */
void command_py_bt(struct session *session);
void command_py_bt_full(struct session *session);
void command_py_up(struct session *session);
void command_py_down(struct session *session);
void command_py_print(struct session *session);
void command_py_locals(struct session *session);
/* object.c, */
void command_pyo(struct session *session);
void command_pyg(struct session *session);
void command_pu(struct session *session);
/* threads.c. */
void command_pythreads(struct session *session);
void command_pyinterps(struct session *session);
void command_pygil(struct session *session);
void command_pybt(struct session *session);
void command_pybt_arguments(struct session *session);
void command_pyframes(struct session *session);
void command_pyframes_hooks(struct session *session);

#endif
