/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frames the text form leaves out. */
#include "snapshot/fold.h"
#include "tap.h"
#include "writing.h"

#define IMPORT    "<frozen importlib._bootstrap>"
#define EXTERNAL  "<frozen importlib._bootstrap_external>"
#define THREADING "/usr/lib/python3.11/threading.py"

#define FRAMES_MAX 16

struct stack {
	struct pyinspect_frame frames[FRAMES_MAX];
	size_t count;
};

static void add(struct stack *stack, const char *function, const char *module,
		const char *file)
{
	struct pyinspect_frame frame = a_frame(function, file, 1);
	frame.module = module;
	stack->frames[stack->count++] = frame;
}

static void add_native(struct stack *stack)
{
	stack->frames[stack->count++] =
		(struct pyinspect_frame){.owner = PYINSPECT_OWNER_NATIVE};
}

/* Compare with a letter for each frame: f folded, s shown. */
static void check_folds(struct stack *stack, const char *wanted)
{
	char got[FRAMES_MAX + 1] = {0};
	struct pyinspect_thread thread = a_thread(1, "x", stack->frames, stack->count);
	fold_frames(&thread);
	for (size_t i = 0; i < stack->count; i++)
		got[i] = stack->frames[i].folded ? 'f' : 's';
	CHECK_TEXT(got, wanted);
}

static void test_plain(void)
{
	struct stack stack = {0};
	add(&stack, "inner", "app", "/app/a.py");
	add(&stack, "<module>", "__main__", "/app/main.py");
	check_folds(&stack, "ss");
	stack.count = 0;
	check_folds(&stack, "");
}

static void test_import(void)
{
	struct stack stack = {0};
	add(&stack, "<module>", "lib", "/app/lib.py");
	add(&stack, "_call_with_frames_removed", "importlib._bootstrap", IMPORT);
	add(&stack, "exec_module", "importlib._bootstrap_external", EXTERNAL);
	add(&stack, "_load_unlocked", "importlib._bootstrap", IMPORT);
	add(&stack, "<module>", "__main__", "/app/main.py");
	check_folds(&stack, "sfffs");
}

static void test_innermost_import(void)
{
	struct stack stack = {0};
	add(&stack, "acquire", "importlib._bootstrap", IMPORT);
	add(&stack, "_find_and_load", "importlib._bootstrap", IMPORT);
	add(&stack, "<module>", "__main__", "/app/main.py");
	check_folds(&stack, "sss");
}

static void test_bootstrap(void)
{
	struct stack stack = {0};
	add(&stack, "work", "app", "/app/a.py");
	add(&stack, "run", "threading", THREADING);
	add(&stack, "_bootstrap_inner", "threading", THREADING);
	add(&stack, "_bootstrap", "threading", THREADING);
	check_folds(&stack, "sfff");
}

static void test_bootstrap_of_python2(void)
{
	struct stack stack = {0};
	add(&stack, "wait", "threading", "/usr/lib/python2.7/threading.py");
	add(&stack, "run", "threading", "/usr/lib/python2.7/threading.py");
	add(&stack, "__bootstrap_inner", "threading", "/usr/lib/python2.7/threading.py");
	add(&stack, "__bootstrap", "threading", "/usr/lib/python2.7/threading.py");
	check_folds(&stack, "sfff");
}

static void test_bootstrap_alone(void)
{
	struct stack stack = {0};
	add(&stack, "run", "threading", THREADING);
	add(&stack, "_bootstrap", "threading", THREADING);
	check_folds(&stack, "ss");
}

/* Waiting in threading is what a thread does, and so is another module's run(). */
static void test_like_a_bootstrap(void)
{
	struct stack stack = {0};
	add(&stack, "wait", "threading", THREADING);
	add(&stack, "run", "threading", THREADING);
	add(&stack, "helper", "app", "/app/a.py");
	add(&stack, "run", "app", "/app/a.py");
	check_folds(&stack, "ssss");
}

static void test_native(void)
{
	struct stack stack = {0};
	add(&stack, "callback", "app", "/app/a.py");
	add_native(&stack);
	add(&stack, "<module>", "__main__", "/app/main.py");
	add_native(&stack);
	check_folds(&stack, "sfsf");
}

static void test_native_and_bootstrap(void)
{
	struct stack stack = {0};
	add_native(&stack);
	add(&stack, "work", "app", "/app/a.py");
	add(&stack, "run", "threading", THREADING);
	add_native(&stack);
	add(&stack, "_bootstrap", "threading", THREADING);
	add_native(&stack);
	check_folds(&stack, "fsffff");
}

static void test_native_alone(void)
{
	struct stack stack = {0};
	add_native(&stack);
	check_folds(&stack, "f");
}

static void test_unreadable(void)
{
	struct stack stack = {0};
	add(&stack, NULL, NULL, NULL);
	add(&stack, "run", NULL, THREADING);
	add(&stack, NULL, "threading", THREADING);
	check_folds(&stack, "sss");
}

int main(void)
{
	TEST("frames of a program are shown", test_plain);
	TEST("import machinery between them is folded", test_import);
	TEST("import machinery innermost is what the thread does", test_innermost_import);
	TEST("the bootstrap of a thread is folded", test_bootstrap);
	TEST("so is that of 2.7", test_bootstrap_of_python2);
	TEST("a thread that is no further than its bootstrap shows it",
	     test_bootstrap_alone);
	TEST("what looks like a bootstrap elsewhere is shown", test_like_a_bootstrap);
	TEST("entry frames are folded", test_native);
	TEST("entry frames among a bootstrap are folded with it",
	     test_native_and_bootstrap);
	TEST("an entry frame alone is folded", test_native_alone);
	TEST("frames that can't be read are shown", test_unreadable);
	return tap_finish();
}
