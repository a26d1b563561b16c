/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "gdb/command.h"
#include "gdb/interrupt.h"
#include "gdb/thread_pointer.h"

typedef void (*command_fn)(struct session *session);

static const struct {
	const char *name;
	command_fn run;
	/** Most arguments that it takes; and how they are written, for who errs. */
	size_t arguments;
	const char *usage;
} commands[] = {
	{"pybt", command_pybt, REQUEST_ARGUMENTS_MAX,
	 "pybt [ARGUMENT]..., as for backtrace"},
	{"pybt-arguments", command_pybt_arguments, REQUEST_ARGUMENTS_MAX,
	 "pybt [ARGUMENT]..., as for backtrace"},
	{"pyframes", command_pyframes, 0, "pyframes on|off"},
	{"pyframes-hooks", command_pyframes_hooks, 0, "pyframes on|off"},
	{"pystack", command_pystack, 2,
	 "pystack [N|all] [full], where N is the number of a thread"},
	{"pyo", command_pyo, 1, "pyo ADDRESS, where that is an expression of GDB's"},
	{"pyg", command_pyg, 1, "pyg ADDRESS, where that is an expression of GDB's"},
	{"pu", command_pu, 1, "pu ADDRESS, where that is an expression of GDB's"},
	{"pythreads", command_pythreads, 0, "pythreads"},
	{"pyinterps", command_pyinterps, 0, "pyinterps"},
	{"pygil", command_pygil, 0, "pygil"},
	{"pystackv", command_pystack, 2,
	 "pystackv [N|all] [full], where N is the number of a thread"},
	{"pyframe", command_pyframe, 0, "pyframe"},
	{"pyframev", command_pyframev, 0, "pyframev"},
	{"pylocals", command_pylocals, 0, "pylocals"},
	{"lineno", command_lineno, 0, "lineno"},
	{"pyprint", command_pyprint, REQUEST_ARGUMENTS_MAX,
	 "pyprint EXPRESSION, such as self.queue[0] or config['dsn']"},
	{"pyup", command_pyup, 1, "pyup [N], where N is how many frames"},
	{"pydown", command_pydown, 1, "pydown [N], where N is how many frames"},
	{"pylist", command_pylist, REQUEST_ARGUMENTS_MAX,
	 "pylist [FROM[, TO]], where FROM and TO are numbers of lines"},
	{"py-bt", command_py_bt, 0, "py-bt"},
	{"py-bt-full", command_py_bt_full, 0, "py-bt-full"},
	{"py-list", command_pylist, REQUEST_ARGUMENTS_MAX,
	 "py-list [FROM[, TO]], where FROM and TO are numbers of lines"},
	{"py-up", command_py_up, 0, "py-up"},
	{"py-down", command_py_down, 0, "py-down"},
	{"py-print", command_py_print, 1, "py-print NAME"},
	{"py-locals", command_py_locals, 0, "py-locals"},
};

/* No block of ours that can be read ends within a page. */
#define PAGE_SIZE ((size_t)4096)

static size_t read_target(void *context, uint64_t address, void *buffer, size_t size)
{
	const struct session *session = context;
	const struct debugger *gdb = session->debugger;
	if (interrupt_is_pending())
		return 0;
	if (gdb->read(gdb->context, address, buffer, size))
		return size;
	size_t done = 0;
	while (done < size) {
		size_t piece = PAGE_SIZE - (size_t)((address + done) % PAGE_SIZE);
		if (piece > size - done)
			piece = size - done;
		if (piece == size ||
		    !gdb->read(gdb->context, address + done, (char *)buffer + done, piece))
			break;
		done += piece;
	}
	return done;
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

void session_tell(struct session *session, struct pyinspect_error *error)
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
	session_tell(session, error);
	return NULL;
}

bool session_select_thread(struct session *session)
{
	const struct request_numbers *numbers = &session->request->numbers;
	session->options.ident = numbers->thread_pointer;
	if (!session->options.ident)
		session->options.ident =
			thread_above(session->debugger, numbers->stack_pointer);
	if (session->options.ident)
		return true;
	answer_printf(
		session->answer,
		"pyinspect: GDB doesn't tell where the selected thread's local storage "
		"is ($fs_base), so it isn't known which Python thread it is: "
		"`pystack all` shows all\n");
	return false;
}

void session_show_source(struct session *session)
{
	session->options.sysroot = session->request->sysroot;
	session->options.directory = session->request->directory;
}

void session_usage(struct session *session)
{
	answer_printf(session->answer, "Usage: %s\n", session->usage);
}

/* Of a process that was killed, GDB learns when it lets it run on. */
static bool has_memory(const struct session *session)
{
	uint64_t word;
	const struct request_numbers *numbers = &session->request->numbers;
	const struct debugger *gdb = session->debugger;
	return gdb->read(gdb->context, numbers->stack_pointer, &word, sizeof(word)) ||
	       (numbers->loader &&
		gdb->read(gdb->context, numbers->loader, &word, sizeof(word)));
}

static void run(struct session *session, command_fn command)
{
	if (!has_memory(session)) {
		answer_printf(
			session->answer,
			"pyinspect: GDB can't read the target's memory, not even the "
			"selected thread's stack: if it is a process, it has ended\n");
		return;
	}
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
		session_tell(session, error);
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

static void answer_request(const struct request *request, const struct debugger *debugger,
			   struct answer *answer)
{
	__attribute__((cleanup(interrupt_release))) struct interrupt interrupt;
	interrupt_hold(&interrupt);
	command_run(request, debugger, answer);
	if (!interrupt_is_pending())
		return;
	/* Whatever runs the command, as `thread apply all`, ends by an error. */
	answer_free(answer);
	answer_printf(answer, "pyinspect: interrupted\n");
	answer_command(answer, "pyinspect-interrupted");
}

uint64_t command_answer(const struct debugger *debugger)
{
	struct request request;
	struct answer answer = {0};
	bool known = request_read(&request);
	if (!request.numbers.thread_pointer)
		request.numbers.thread_pointer = debugger->thread_pointer;
	if (known)
		answer_request(&request, debugger, &answer);
	else
		answer_printf(
			&answer,
			"pyinspect: the macros of GDB are of another version than the "
			"plug-in: source the file that was installed with it\n");
	request_deinit(&request);
	answer_send(&answer);
	return request.numbers.serial;
}
