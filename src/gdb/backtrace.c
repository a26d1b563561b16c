/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "gdb/channel.h"
#include "gdb/python_frames.h"
#include "gdb/symbol_file.h"
#include "gdb/thread_pointer.h"

/* Frames of one thread that are shown, half of them innermost and half outermost, and of
 * all threads: GDB takes some microseconds for each. */
#define THREAD_SLOTS_MAX 10000
#define SLOTS_MAX        50000
/* Where slots may be: of these the first one where the target has nothing. */
#define BASE_FIRST UINT64_C(0x600000000000)
#define BASE_STEP  UINT64_C(0x010000000000)
#define BASES      16
#define PAGE_SIZE  4096

/* What is being made. */
struct maker {
	struct session *session;
	const struct pyinspect_snapshot *snapshot;
	/** What symbols are called. */
	struct arena arena;
	struct groups {
		struct frame_group *items;
		size_t count, capacity;
	} groups;
	struct symbols {
		struct symbol *items;
		size_t count, capacity;
	} symbols;
	struct addresses {
		uint64_t *items;
		size_t count, capacity;
	} addresses;
	size_t threads, omitted;
	/** Some thread's frames aren't among them: there are too many. */
	bool is_full;
	bool failed;
};

static const char *keep(struct maker *maker, struct text *text)
{
	const char *kept = text->data && !text->failed
				   ? arena_copy(&maker->arena, text->data, text->length)
				   : NULL;
	free(text->data);
	maker->failed |= !kept;
	return kept ? kept : "";
}

/* Module and name: so it isn't taken for a function in C, where somebody asks for that. */
static const char *name_of(struct maker *maker, const struct pyinspect_frame *frame)
{
	struct text text = {0};
	const char *module = pyinspect_frame_module(frame);
	const char *name = pyinspect_frame_qualname(frame);
	if (!name)
		name = pyinspect_frame_function(frame);
	text_append_escaped(&text, module ? module : "?");
	text_append_string(&text, ".");
	text_append_escaped(&text, name ? name : "?");
	return keep(maker, &text);
}

static void add_slot(struct maker *maker, struct symbol symbol, uint64_t address)
{
	maker->failed |= !array_push(&maker->symbols, symbol) ||
			 !array_push(&maker->addresses, address);
}

static void add_frame(struct maker *maker, const struct pyinspect_thread *thread,
		      size_t index)
{
	const struct pyinspect_frame *frame = pyinspect_thread_frame(thread, index);
	struct symbol symbol = {
		.name = name_of(maker, frame),
		.file = pyinspect_frame_file(frame),
		.line = pyinspect_frame_line(frame),
	};
	add_slot(maker, symbol, pyinspect_thread_frame_address(thread, index));
}

static void add_gap(struct maker *maker, size_t count)
{
	struct text text = {0};
	text_printf(&text, "<%zu Python frames left out>", count);
	add_slot(maker, (struct symbol){.name = keep(maker, &text)}, 0);
}

static void add_activation(struct maker *maker, const struct pyinspect_thread *thread,
			   const struct pyinspect_activation *activation)
{
	size_t after, first = maker->symbols.count;
	pyinspect_thread_frames_omitted(thread, &after);
	if (!activation->count)
		return;
	for (size_t i = activation->first; i < activation->first + activation->count; i++) {
		if (activation->omitted && i == after)
			add_gap(maker, activation->omitted);
		add_frame(maker, thread, i);
	}
	if (activation->omitted && after == activation->first + activation->count)
		add_gap(maker, activation->omitted);
	struct frame_group group = {
		.mark = activation->address,
		.first = first,
		.count = maker->symbols.count - first,
		.thread = maker->threads,
	};
	maker->failed |= !array_push(&maker->groups, group);
}

static void add_thread(struct maker *maker, const struct pyinspect_thread *thread)
{
	struct pyinspect_activation activation;
	if (maker->symbols.count + THREAD_SLOTS_MAX > SLOTS_MAX) {
		maker->is_full |= pyinspect_thread_frame_count(thread) > 0;
		return;
	}
	const struct pyinspect_problem *problem;
	for (size_t i = 0; (problem = pyinspect_thread_problem(thread, i)); i++)
		session_print_problem(maker->session, problem);
	maker->threads++;
	maker->omitted += pyinspect_thread_frames_omitted(thread, NULL);
	for (size_t i = 0; pyinspect_thread_activation(thread, i, &activation); i++)
		add_activation(maker, thread, &activation);
}

static void add_threads(struct maker *maker)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	for (size_t i = 0;
	     (interpreter = pyinspect_snapshot_interpreter(maker->snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			add_thread(maker, thread);
}

static bool is_free(const struct session *session, uint64_t base, uint64_t size)
{
	const struct debugger *debugger = session->debugger;
	char byte;
	for (uint64_t at = 0; at < size; at += PAGE_SIZE)
		if (debugger->read(debugger->context, base + at, &byte, 1))
			return false;
	return !debugger->read(debugger->context, base + size, &byte, 1);
}

/* 0 if the target has something everywhere: its memory is not what it seems. */
static uint64_t find_base(const struct maker *maker)
{
	uint64_t size = maker->symbols.count * SLOT_SIZE;
	for (unsigned int i = 0; i < BASES; i++)
		if (is_free(maker->session, BASE_FIRST + i * BASE_STEP, size))
			return BASE_FIRST + i * BASE_STEP;
	return 0;
}

static bool save(struct maker *maker, uint64_t base,
		 const struct pyinspect_evaluator *evaluator)
{
	struct text file = {0};
	struct python_frames frames = {
		.header = {.base = base,
			   .slot_count = maker->symbols.count,
			   .group_count = maker->groups.count,
			   .evaluator = *evaluator},
		.groups = maker->groups.items,
		.frames = maker->addresses.items,
	};
	for (size_t i = 0; i < maker->groups.count; i++)
		frames.groups[i].fingerprint = python_frames_fingerprint(
			&frames, &frames.groups[i], maker->session->debugger);
	symbol_file_write(maker->symbols.items, maker->symbols.count, base, &file);
	bool done = !file.failed && python_frames_save(&frames) &&
		    channel_replace(CHANNEL_SYMBOLS, file.data, file.length);
	free(file.data);
	return done;
}

static void show(struct maker *maker)
{
	struct answer *answer = maker->session->answer;
	struct pyinspect_evaluator evaluator;
	if (!maker->groups.count && !maker->is_full)
		return;
	if (!pyinspect_snapshot_evaluator(maker->snapshot, &evaluator) ||
	    !evaluator.unwind_header) {
		answer_printf(answer, "pyinspect: the function that runs bytecode can't be "
				      "found, or there is no table for unwinders in its "
				      "file: Python frames have no place in the "
				      "backtrace; `pystack` shows them\n");
		return;
	}
	uint64_t base = find_base(maker);
	if (!base) {
		answer_printf(answer, "pyinspect: the target has memory wherever Python "
				      "frames could have addresses for GDB; `pystack` "
				      "shows them\n");
		return;
	}
	if (maker->failed || !save(maker, base, &evaluator)) {
		answer_printf(answer, "pyinspect: not enough memory\n");
		return;
	}
	if (maker->omitted)
		answer_printf(answer,
			      "pyinspect: %zu Python frames are left out: of a "
			      "thread the %d innermost and as many outermost "
			      "have a place in the backtrace; `pystack full` "
			      "shows all\n",
			      maker->omitted, THREAD_SLOTS_MAX / 2);
	if (maker->is_full)
		answer_printf(answer, "pyinspect: there are too many Python frames: some "
				      "threads have none in their backtraces; `pybt` in "
				      "such a thread shows them\n");
	answer_command(answer, "__pyinspect_show 0x%llx 0x%llx", (unsigned long long)base,
		       (unsigned long long)(base + maker->symbols.count * SLOT_SIZE));
}

static void collect(struct session *session)
{
	struct maker maker = {.session = session};
	if (session->request->numbers.route != REQUEST_ROUTE_READER) {
		answer_printf(session->answer,
			      "pyinspect: GDB has another JIT reader loaded, so Python "
			      "frames have no place in the backtrace: "
			      "`jit-reader-unload` first, or `pystack`\n");
		return;
	}
	session->options.activations = true;
	session->options.max_frames = THREAD_SLOTS_MAX;
	struct pyinspect_snapshot *snapshot = session_look(session);
	if (!snapshot)
		return;
	maker.snapshot = snapshot;
	add_threads(&maker);
	show(&maker);
	free(maker.groups.items);
	free(maker.symbols.items);
	free(maker.addresses.items);
	arena_deinit(&maker.arena);
	pyinspect_snapshot_free(snapshot);
}

void command_pybt_arguments(struct session *session)
{
	const struct request *request = session->request;
	struct text *script = &session->answer->script;
	text_append_string(script, "define __pyinspect_backtrace\nbacktrace");
	for (size_t i = 0; i < request->argument_count; i++)
		text_printf(script, " %s", request->arguments[i]);
	text_append_string(script, "\nend\n");
}

void command_pybt(struct session *session)
{
	command_pybt_arguments(session);
	const struct request_numbers *numbers = &session->request->numbers;
	session->options.ident = numbers->thread_pointer;
	/* If neither is known, those of all threads do as well. */
	if (!session->options.ident)
		session->options.ident =
			thread_above(session->debugger, numbers->stack_pointer);
	collect(session);
}

void command_pyframes(struct session *session)
{
	collect(session);
}

/* Commands after which the frames are no longer true. */
static const char *const runners[] = {
	"step",   "next", "stepi", "nexti",  "until", "advance", "continue", "jump",
	"signal", "run",  "start", "starti", "kill",  "detach",  "attach",   "core-file",
};

/* The user has a hook of that name that isn't ours. */
static bool is_users(const char *hooks, const char *name)
{
	char quoted[48];
	snprintf(quoted, sizeof(quoted), "\"hook-%s\"", name);
	const char *found = strstr(hooks, quoted);
	if (!found)
		return false;
	const char *body = strchr(found, '\n');
	const char *end = body ? strchr(body + 1, '\n') : NULL;
	size_t length = end ? (size_t)(end - body) : body ? strlen(body) : 0;
	return !body || !memmem(body, length, "__pyinspect_", strlen("__pyinspect_"));
}

static void define_hook(struct session *session, const char *hooks, const char *name,
			const char *macro)
{
	if (is_users(hooks, name)) {
		answer_printf(session->answer,
			      "pyinspect: there is a hook-%s, which stays as it is%s\n",
			      name,
			      strcmp(name, "stop") == 0
				      ? ": Python frames are made anew by the next command "
					"of pyinspect, not by each stop"
				      : ": before that command say `pyframes off`");
		return;
	}
	answer_command(session->answer, "define hook-%s", name);
	answer_command(session->answer, "%s", macro);
	answer_command(session->answer, "end");
}

void command_pyframes_hooks(struct session *session)
{
	size_t size;
	cleanup_free char *hooks = NULL;
	if (!channel_read(CHANNEL_HOOKS, &hooks, &size))
		return;
	define_hook(session, hooks, "stop", "__pyinspect_stopped");
	define_hook(session, hooks, "finish", "__pyinspect_away_finish");
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++)
		define_hook(session, hooks, runners[i], "__pyinspect_away");
}
