/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "tap.h"

static void test_create(void)
{
	cleanup_error struct pyinspect_error *error =
		error_create(PYINSPECT_ERROR_BAD_DATA, "%d of %s", 3, "x");
	CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_BAD_DATA);
	CHECK_TEXT(pyinspect_error_message(error), "3 of x");
	CHECK_NUMBER(pyinspect_error_address(error), 0);
	CHECK_TEXT(pyinspect_error_file(error), NULL);
}

static void test_context(void)
{
	cleanup_error struct pyinspect_error *error =
		error_at(PYINSPECT_ERROR_FAULT, 0xffff800000000000, "can't read");
	struct pyinspect_error *same = error_context(error, "frame %d", 7);
	CHECK(same == error);
	same = error_context(error, "thread %s", "%s");
	CHECK(same == error);
	CHECK_TEXT(pyinspect_error_message(error), "thread %s: frame 7: can't read");
	CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_FAULT);
	CHECK_NUMBER(pyinspect_error_address(error), 0xffff800000000000);
}

static void test_system(void)
{
	cleanup_error struct pyinspect_error *error =
		error_system(ENOENT, "maps", "can't open %s", "maps");
	CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_SYSTEM);
	CHECK_TEXT(pyinspect_error_message(error),
		   "can't open maps: No such file or directory");
	CHECK_TEXT(pyinspect_error_file(error), "maps");
}

static void test_no_memory(void)
{
	struct pyinspect_error *error = error_context(&error_no_memory, "frame %d", 7);
	CHECK(error == &error_no_memory);
	CHECK_TEXT(pyinspect_error_message(error), "out of memory");
	CHECK_NUMBER(pyinspect_error_code(error), PYINSPECT_ERROR_NO_MEMORY);
	pyinspect_error_free(error);
	pyinspect_error_free(error);
	pyinspect_error_free(NULL);
}

static void test_hand_on(void)
{
	char *kept;
	{
		cleanup_free char *text = strdup("kept");
		kept = take_pointer(text);
		CHECK(text == NULL);
	}
	CHECK_TEXT(kept, "kept");
	free(kept);
	int fd = 7;
	CHECK_NUMBER(take_fd(&fd), 7);
	CHECK_NUMBER(fd, -1);
}

int main(void)
{
	TEST("an error has a code and a sentence", test_create);
	TEST("context goes before the sentence, and the rest stays", test_context);
	TEST("an error of the system's says the file and the reason", test_system);
	TEST("out of memory is one error that is never freed", test_no_memory);
	TEST("what is handed on is not cleaned up", test_hand_on);
	return tap_finish();
}
