/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The threads of a Python process and their frames, by libpyinspect alone.
 *
 *	cc -o example example.c $(pkg-config --cflags --libs pyinspect)
 *	./example 4711
 *
 * With a library that is built and not installed, PKG_CONFIG_PATH is
 * build/meson-uninstalled to compile, and LD_LIBRARY_PATH is build/src to run.
 * Exit codes: 0 all was shown, 1 parts are missing, 2 nothing was shown.
 */
#include <pyinspect.h>
#include <stdio.h>
#include <stdlib.h>

/* Text of the target goes to a terminal escaped, always. */
static void print_text(const char *text, const char *instead)
{
	char *escaped = text ? pyinspect_escape(text) : NULL;
	fputs(escaped ? escaped : instead, stdout);
	free(escaped);
}

static void print_frame(const struct pyinspect_frame *frame)
{
	const char *name = pyinspect_frame_qualname(frame);
	printf("    ");
	print_text(name ? name : pyinspect_frame_function(frame), "?");
	printf(" (");
	print_text(pyinspect_frame_file(frame), "?");
	printf(":%d)\n", pyinspect_frame_line(frame));
}

static void print_thread(const struct pyinspect_thread *thread)
{
	const struct pyinspect_frame *frame;
	size_t after, omitted = pyinspect_thread_frames_omitted(thread, &after);
	printf("Thread %d ", pyinspect_thread_tid(thread));
	print_text(pyinspect_thread_name(thread), "without a name");
	printf("%s\n", pyinspect_thread_is_verified(thread) ? "" : " (it ran meanwhile)");
	for (size_t i = 0; (frame = pyinspect_thread_frame(thread, i)); i++) {
		if (omitted && i == after)
			printf("    ... %zu more ...\n", omitted);
		print_frame(frame);
	}
}

static void print_snapshot(const struct pyinspect_snapshot *snapshot)
{
	const struct pyinspect_interpreter *interpreter;
	const struct pyinspect_thread *thread;
	printf("Python %s\n", pyinspect_snapshot_python_version(snapshot));
	for (size_t i = 0; (interpreter = pyinspect_snapshot_interpreter(snapshot, i)); i++)
		for (size_t j = 0; (thread = pyinspect_interpreter_thread(interpreter, j));
		     j++)
			print_thread(thread);
}

/* Open, look, close: the snapshot does not need its target any more. */
static struct pyinspect_error *look(pid_t pid, struct pyinspect_snapshot **snapshot_ret)
{
	struct pyinspect_options options = PYINSPECT_OPTIONS_DEFAULT;
	struct pyinspect_target *target;
	struct pyinspect_error *error = pyinspect_target_open_process(pid, &target);
	if (error)
		return error;
	options.max_frames = 20;
	error = pyinspect_snapshot_take(target, &options, snapshot_ret);
	pyinspect_target_close(target);
	return error;
}

int main(int argc, char **argv)
{
	struct pyinspect_snapshot *snapshot;
	if (argc != 2) {
		fprintf(stderr, "Usage: example PID\n");
		return 2;
	}
	struct pyinspect_error *error = look((pid_t)atoi(argv[1]), &snapshot);
	if (error) {
		char *escaped = pyinspect_escape(pyinspect_error_message(error));
		fprintf(stderr, "example: %s\n", escaped ? escaped : "out of memory");
		free(escaped);
		pyinspect_error_free(error);
		return 2;
	}
	print_snapshot(snapshot);
	size_t problems = pyinspect_snapshot_problem_count(snapshot);
	if (problems)
		printf("%zu parts could not be read\n", problems);
	pyinspect_snapshot_free(snapshot);
	return problems ? 1 : 0;
}
