/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "gdb/command.h"

typedef void (*command_fn)(struct session *session);

static const struct {
	const char *name;
	command_fn run;
	/** Most arguments that it takes; and how they are written, for who errs. */
	size_t arguments;
	const char *usage;
} commands[] = {
	{"pystack", command_pystack, 2,
	 "pystack [N|all] [full], where N is the number of a thread"},
	{"pyo", command_pyo, 1, "pyo ADDRESS, where that is an expression of GDB's"},
	{"pyg", command_pyg, 1, "pyg ADDRESS, where that is an expression of GDB's"},
	{"pu", command_pu, 1, "pu ADDRESS, where that is an expression of GDB's"},
	{"pythreads", command_pythreads, 0, "pythreads"},
	{"pyinterps", command_pyinterps, 0, "pyinterps"},
	{"pygil", command_pygil, 0, "pygil"},
};

static size_t read_target(void *context, uint64_t address, void *buffer, size_t size)
{
	const struct session *session = context;
	return session->debugger->read(session->debugger->context, address, buffer, size);
}

/* What the macros have asked GDB for, before what GDB can be asked for now. */
static uint64_t find_symbol(void *context, const char *name)
{
	const struct session *session = context;
	const struct request_numbers *numbers = &session->request->numbers;
	if (strcmp(name, "_r_debug") == 0 && numbers->loader)
		return numbers->loader;
	if (strcmp(name, "_PyRuntime") == 0 && numbers->runtime)
		return numbers->runtime;
	return session->debugger->symbol
		       ? session->debugger->symbol(session->debugger->context, name)
		       : 0;
}

static uint64_t find_auxiliary(void *context, uint64_t type)
{
	const struct session *session = context;
	return request_auxiliary(session->request, type);
}

static bool find_futex(void *context, uint64_t ident, uint64_t *address_ret)
{
	const struct session *session = context;
	const struct request_thread *thread = request_thread(session->request, ident);
	return thread && request_thread_futex(thread, address_ret);
}

static void tell_error(struct session *session, struct pyinspect_error *error)
{
	char *text = pyinspect_escape(pyinspect_error_message(error));
	answer_printf(session->answer, "pyinspect: %s\n",
		      text ? text : "not enough memory");
	free(text);
	pyinspect_error_free(error);
}

struct pyinspect_snapshot *session_look(struct session *session)
{
	struct pyinspect_snapshot *snapshot = NULL;
	struct pyinspect_error *error =
		pyinspect_snapshot_take(session->target, &session->options, &snapshot);
	if (!error)
		return snapshot;
	tell_error(session, error);
	return NULL;
}

bool session_select_thread(struct session *session)
{
	session->options.ident = session->request->numbers.thread_pointer;
	if (session->options.ident)
		return true;
	answer_printf(
		session->answer,
		"pyinspect: GDB doesn't tell where the selected thread's local storage "
		"is ($fs_base), so it isn't known which Python thread it is: "
		"`pystack all` shows all\n");
	return false;
}

void session_usage(struct session *session)
{
	answer_printf(session->answer, "Usage: %s\n", session->usage);
}

static void run(struct session *session, command_fn command)
{
	struct pyinspect_callbacks callbacks = {
		.size = sizeof(callbacks),
		.read = read_target,
		.symbol = find_symbol,
		.auxiliary = find_auxiliary,
		.futex = find_futex,
	};
	struct pyinspect_error *error =
		pyinspect_target_open_callbacks(&callbacks, session, &session->target);
	if (error) {
		tell_error(session, error);
		return;
	}
	command(session);
	pyinspect_target_close(session->target);
}

void command_run(const struct request *request, const struct debugger *debugger,
		 struct answer *answer)
{
	struct session session = {
		.request = request,
		.debugger = debugger,
		.answer = answer,
		.options = PYINSPECT_OPTIONS_DEFAULT,
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, request->command) != 0)
			continue;
		session.usage = commands[i].usage;
		if (request->argument_count > commands[i].arguments)
			session_usage(&session);
		else
			run(&session, commands[i].run);
		return;
	}
	answer_printf(answer,
		      "pyinspect: this plug-in has no command %s: it is of another "
		      "version than the macros of GDB\n",
		      request->command);
}
