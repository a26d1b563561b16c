/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text form. */
#include <stdlib.h>

#include "tap.h"
#include "utf8.h"
#include "writing.h"

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;
	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

/* Write threads of one interpreter. */
static char *write_threads(struct pyinspect_thread *threads, size_t count)
{
	struct pyinspect_interpreter interpreter = an_interpreter(threads, count);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	return write_text(&snapshot, false, false);
}

static void test_frames(void)
{
	struct pyinspect_frame frames[] = {a_frame("inner", "/app/a.py", 12),
					   a_frame("<module>", "/app/main.py", 3)};
	struct pyinspect_thread thread = a_thread(4711, "MainThread", frames, 2);
	thread.is_main = true;
	frames[0].source = "time.sleep(60)";
	char *text = write_threads(&thread, 1);
	CHECK_HOLDS(text, "Process 4711:");
	CHECK_HOLDS(text, "CPython 3.13.0");
	CHECK_HOLDS(text, "Thread 4711 \"MainThread\" (main), sleeping in futex\n"
			  "    inner (/app/a.py:12)\n"
			  "        time.sleep(60)\n"
			  "    <module> (/app/main.py:3)\n");
	free(text);
}

static void test_folds(void)
{
	struct pyinspect_frame frames[6];
	for (int i = 0; i < 6; i++) {
		bool import = i == 1 || i == 2;
		frames[i] = a_frame(
			"f", import ? "<frozen importlib._bootstrap>" : "/lib/threading.py",
			i + 1);
		frames[i].folded = i != 0 && i != 3;
	}
	struct pyinspect_thread thread = a_thread(7, "x", frames, 6);
	struct pyinspect_interpreter interpreter = an_interpreter(&thread, 1);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	char *text = write_text(&snapshot, false, false);
	CHECK_HOLDS(text, "    f (/lib/threading.py:1)\n"
			  "    [2 frames of the import machinery: --all-frames]\n"
			  "    f (/lib/threading.py:4)\n"
			  "    [2 frames of threading.py: --all-frames]\n");
	free(text);
	text = write_text(&snapshot, true, false);
	CHECK_NUMBER(count_of(text, "    f ("), 6);
	CHECK(!strstr(text, "--all-frames"));
	free(text);
}

/* Import machinery right above a thread's bootstrap is not one fold with it. */
static void test_neighbours(void)
{
	struct pyinspect_frame frames[4];
	for (int i = 0; i < 4; i++) {
		frames[i] = a_frame(
			"f", i < 2 ? "<frozen importlib._bootstrap>" : "/lib/x.py", 1);
		frames[i].folded = true;
	}
	struct pyinspect_thread thread = a_thread(7, "x", frames, 4);
	char *text = write_threads(&thread, 1);
	CHECK_HOLDS(text, "    [2 frames of the import machinery: --all-frames]\n"
			  "    [2 frames of x.py: --all-frames]\n");
	free(text);
}

/* A stack of which only some frames were kept. */
static char *write_elided(size_t kept, size_t after, bool folded)
{
	struct pyinspect_frame frames[8];
	for (size_t i = 0; i < kept; i++) {
		frames[i] = a_frame("f", "/app/a.py", (int32_t)i + 1);
		frames[i].folded = folded;
	}
	struct pyinspect_thread thread = a_thread(7, "x", frames, kept);
	thread.frame_count = 1000;
	thread.omitted = 1000 - kept;
	thread.omitted_after = after;
	return write_threads(&thread, 1);
}

static void test_gap(void)
{
	char *text = write_elided(4, 2, false);
	CHECK_HOLDS(text, "    f (/app/a.py:2)\n"
			  "    [996 of 1000 frames not shown: --max-frames 0]\n"
			  "    f (/app/a.py:3)\n");
	free(text);
}

static void test_gap_at_the_end(void)
{
	char *text = write_elided(1, 1, false);
	CHECK_HOLDS(text, "    f (/app/a.py:1)\n"
			  "    [999 of 1000 frames not shown: --max-frames 0]\n");
	free(text);
}

static void test_gap_among_folds(void)
{
	char *text = write_elided(6, 3, true);
	CHECK_HOLDS(text, "    [3 frames of a.py: --all-frames]\n"
			  "    [994 of 1000 frames not shown: --max-frames 0]\n"
			  "    [3 frames of a.py: --all-frames]\n");
	free(text);
}

static void test_alike(void)
{
	struct pyinspect_frame frames[] = {a_frame("wait", "/app/a.py", 12),
					   a_frame("work", "/app/a.py", 3)};
	struct pyinspect_thread threads[6];
	for (int i = 0; i < 6; i++)
		threads[i] = a_thread(100 + i, "worker", frames, 2);
	char *text = write_threads(threads, 6);
	CHECK_HOLDS(text, "6 threads alike: 100 \"worker\" ... 105 \"worker\"");
	CHECK_NUMBER(count_of(text, "wait (/app/a.py:12)"), 1);
	free(text);
	text = write_threads(threads, 3);
	CHECK_HOLDS(text,
		    "3 threads alike: 100 \"worker\", 101 \"worker\", 102 \"worker\"");
	free(text);
}

/* One thing that differs keeps two threads apart. */
static void check_apart(void (*change)(struct pyinspect_thread *thread))
{
	struct pyinspect_frame frames[2][2];
	struct pyinspect_thread threads[2];
	for (int i = 0; i < 2; i++) {
		frames[i][0] = a_frame("wait", "/app/a.py", 12);
		frames[i][1] = a_frame("work", "/app/a.py", 3);
		threads[i] = a_thread(100 + i, "worker", frames[i], 2);
	}
	change(&threads[1]);
	char *text = write_threads(threads, 2);
	CHECK(!strstr(text, "alike"));
	CHECK_NUMBER(count_of(text, "Thread 10"), 2);
	free(text);
}

static void change_line(struct pyinspect_thread *thread)
{
	thread->frames[1].line++;
}

static void change_function(struct pyinspect_thread *thread)
{
	thread->frames[0].function = thread->frames[0].qualname = "other";
}

static void change_file(struct pyinspect_thread *thread)
{
	thread->frames[0].file = NULL;
}

static void change_depth(struct pyinspect_thread *thread)
{
	thread->frame_count = ++thread->omitted;
}

static void change_state(struct pyinspect_thread *thread)
{
	thread->state = 'R';
}

static void change_syscall(struct pyinspect_thread *thread)
{
	thread->syscall = NULL;
}

static void change_gil(struct pyinspect_thread *thread)
{
	thread->holds_gil = PYINSPECT_YES;
}

static void change_proof(struct pyinspect_thread *thread)
{
	thread->verified = false;
}

static void change_daemon(struct pyinspect_thread *thread)
{
	thread->daemon = PYINSPECT_YES;
}

static void test_not_alike(void)
{
	static void (*const changes[])(struct pyinspect_thread *) = {
		change_line,    change_function, change_file,  change_depth, change_state,
		change_syscall, change_gil,      change_proof, change_daemon};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		check_apart(changes[i]);
}

static void test_different_sources(void)
{
	struct pyinspect_frame frames[2] = {a_frame("f", "/app/a.py", 1),
					    a_frame("f", "/app/a.py", 1)};
	struct pyinspect_thread threads[2] = {a_thread(1, "a", &frames[0], 1),
					      a_thread(2, "b", &frames[1], 1)};
	struct pyinspect_problem problem = {"thread 2 frame 0", "line table: broken"};
	struct problem_node node = {NULL, problem};
	frames[1].problems.first = &node;
	char *text = write_threads(threads, 2);
	CHECK(!strstr(text, "alike"));
	CHECK_HOLDS(text, "        ! line table: broken\n");
	free(text);
}

static void test_missing(void)
{
	struct pyinspect_frame frames[] = {a_frame(NULL, NULL, 0), a_frame("f", "", 0)};
	struct pyinspect_thread threads[] = {a_thread(0, NULL, frames, 2),
					     a_thread(8, "idle", NULL, 0)};
	char *text = write_threads(threads, 2);
	CHECK_HOLDS(text, "    [function unreadable] (file unreadable, no line)\n");
	CHECK_HOLDS(text, "    f (no file name, no line)\n");
	CHECK_HOLDS(text, "0x7f0000000000 (of a thread that is no more)");
	CHECK_HOLDS(text, "    [runs no Python code]\n");
	free(text);
}

static struct pyinspect_snapshot make_hostile(struct pyinspect_frame *frame,
					      struct pyinspect_thread *thread,
					      struct pyinspect_interpreter *interpreter)
{
	static const char *arguments[] = {"python3", hostile, ""};
	static const char *notes[] = {hostile};
	*frame = a_frame(hostile, hostile, 5);
	frame->module = frame->source = hostile;
	frame->source_newer = true;
	*thread = a_thread(7, hostile, frame, 1);
	thread->os_name = hostile;
	*interpreter = an_interpreter(thread, 1);
	struct pyinspect_snapshot snapshot = a_snapshot(interpreter);
	snapshot.executable = snapshot.library = hostile;
	snapshot.arguments = arguments;
	snapshot.argument_count = 3;
	snapshot.notes = notes;
	snapshot.note_count = 1;
	snapshot.native_threads = thread;
	snapshot.native_thread_count = 1;
	snapshot_add_problem(&snapshot, &snapshot.problems, hostile, hostile);
	snapshot_add_problem(&snapshot, &thread->problems, hostile, hostile);
	snapshot_add_problem(&snapshot, &frame->problems, hostile, hostile);
	return snapshot;
}

static void test_hostile(void)
{
	struct pyinspect_frame frame;
	struct pyinspect_thread thread;
	struct pyinspect_interpreter interpreter;
	struct pyinspect_snapshot snapshot = make_hostile(&frame, &thread, &interpreter);
	for (int folded = 0; folded < 2; folded++) {
		frame.folded = folded;
		char *text = write_text(&snapshot, false, false);
		CHECK(utf8_is_calm(text, strlen(text), true));
		CHECK_HOLDS(text, "a\\nb\\x1b[2J\\x07\\\\\\x7f\\x9b31m\\u202e\\u2028\\udc80"
				  "\\xff\\x00\\ufffe");
		/* A name can't begin a line of its own. */
		CHECK(!strstr(text, "\nb"));
		free(text);
	}
	arena_deinit(&snapshot.arena);
}

/* With colour, the only escapes are ours. */
static void test_color(void)
{
	struct pyinspect_frame frame;
	struct pyinspect_thread thread;
	struct pyinspect_interpreter interpreter;
	struct pyinspect_snapshot snapshot = make_hostile(&frame, &thread, &interpreter);
	char *text = write_text(&snapshot, false, true), *to = text;
	CHECK(strstr(text, "\x1b[") != NULL);
	for (char *from = text; *from;) {
		size_t length = strspn(from, "\x1b");
		if (length == 0) {
			*to++ = *from++;
			continue;
		}
		/* ESC [ digits m */
		size_t digits = strspn(from + 2, "0123456789;");
		if (!CHECK(from[1] == '[' && from[2 + digits] == 'm'))
			break;
		from += 3 + digits;
	}
	*to = '\0';
	char *plain = write_text(&snapshot, false, false);
	CHECK_TEXT(text, plain);
	free(text);
	free(plain);
	arena_deinit(&snapshot.arena);
}

static bool refuse(void *context, const char *data, size_t size)
{
	++*(int *)context;
	return false;
}

static void test_refusing_writer(void)
{
	int calls = 0;
	struct pyinspect_interpreter interpreter = an_interpreter(NULL, 0);
	struct pyinspect_snapshot snapshot = a_snapshot(&interpreter);
	CHECK(!pyinspect_snapshot_write(&snapshot, NULL, refuse, &calls));
	CHECK_NUMBER(calls, 1);
}

int main(void)
{
	TEST("threads and frames are written in order", test_frames);
	TEST("folded frames that belong together make one line", test_folds);
	TEST("folds of different kinds are apart", test_neighbours);
	TEST("a line says how many frames are left out", test_gap);
	TEST("so it does when nothing is kept behind them", test_gap_at_the_end);
	TEST("frames left out part the folds around them", test_gap_among_folds);
	TEST("threads alike are written once", test_alike);
	TEST("any difference that is shown keeps threads apart", test_not_alike);
	TEST("a problem keeps threads apart", test_different_sources);
	TEST("what is missing is named", test_missing);
	TEST("nothing of a target acts on the terminal", test_hostile);
	TEST("colour adds its own escapes and no others", test_color);
	TEST("a writer that refuses is not asked again", test_refusing_writer);
	return tap_finish();
}
