/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that reads DWARF, and whatever is in its place: it always ends. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/program.h"
#include "image.h"
#include "layout/dwarf_layout.h"
#include "tap.h"

#define SECOND UINT64_C(1000000000)

/* The helper, and a file with debugging information. */
static const char *helper, *sample;

static char *data;
static size_t size;

static bool load_sample(void)
{
	struct stat status;
	cleanup_close int fd = open(sample, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0)
		return false;
	size = (size_t)status.st_size;
	data = malloc(size);
	return data && read(fd, data, size) == (ssize_t)size;
}

static int make_file(const char *bytes, size_t count)
{
	int fd = memfd_create("file", MFD_CLOEXEC);
	if (fd < 0 || write(fd, bytes, count) != (ssize_t)count)
		exit(99);
	return fd;
}

/* Run it on a file; returns the error's code, 0 for none. */
static int run(const char *program, int fd, double seconds, struct dwarf_report *report)
{
	uint64_t deadline = program_clock() + (uint64_t)(seconds * 1e9);
	struct pyinspect_error *error =
		dwarf_helper_run(program, fd, -1, false, deadline, report);
	return error_code_of(error);
}

static void test_sample(void)
{
	struct dwarf_report report;
	cleanup_close int fd = make_file(data, size);
	REQUIRE(run(helper, fd, 60, &report) == 0);
	CHECK(report.has_layout);
	CHECK_NUMBER(report.layout.offsets[FIELD_CODE_NAME], 128);
	CHECK_NUMBER(report.layout.offsets[FIELD_INTERPRETER_ID], LAYOUT_ABSENT);
	CHECK_NUMBER(report.layout.sources[FIELD_CODE_NAME], LAYOUT_SOURCE_DWARF);
}

static void test_no_elf(void)
{
	struct dwarf_report report;
	cleanup_close int fd = make_file("text", 4);
	REQUIRE(run(helper, fd, 60, &report) == 0);
	CHECK(!report.has_layout);
	CHECK_HOLDS(report.error, "not an ELF file");
	REQUIRE(run(helper, -1, 60, &report) == 0);
	CHECK(!report.has_layout);
}

/* However it ends, no layout has members outside of their structs. */
static void check_broken(const char *bytes, size_t count, unsigned int *layouts)
{
	struct dwarf_report report;
	cleanup_close int fd = make_file(bytes, count);
	int code = run(helper, fd, 60, &report);
	CHECK(code == 0 || code == PYINSPECT_ERROR_SYSTEM ||
	      code == PYINSPECT_ERROR_BAD_DATA);
	if (code == 0 && report.has_layout) {
		++*layouts;
		CHECK(layout_find_outside(&report.layout) == FIELD_COUNT);
	}
}

static void test_cut(void)
{
	unsigned int layouts = 0;
	for (size_t count = 0; count < size; count += size / 60)
		check_broken(data, count, &layouts);
	CHECK_NUMBER(layouts, 0);
}

static void test_spoilt(void)
{
	struct random random = {11};
	unsigned int layouts = 0;
	char *copy = malloc(size);
	REQUIRE(copy != NULL);
	for (int i = 0; i < 300; i++) {
		memcpy(copy, data, size);
		for (uint64_t j = random_below(&random, 60); j < 60; j++)
			copy[random_below(&random, size)] = (char)random_next(&random);
		check_broken(copy, size, &layouts);
	}
	free(copy);
	/* Many changes hit what isn't read. */
	CHECK(layouts > 0);
}

/* A shell script in a file of its own, as the helper. */
static int run_script(const char *text, double seconds)
{
	char path[] = "/tmp/pyinspect-test-XXXXXX";
	struct dwarf_report report;
	int fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0 || dprintf(fd, "#!/bin/sh\n%s\n", text) < 0 || fchmod(fd, 0700) != 0)
		exit(99);
	close(fd);
	int code = run(path, -1, seconds, &report);
	unlink(path);
	return code;
}

static void test_bad_helpers(void)
{
	struct dwarf_report report;
	uint64_t begin = program_clock();
	CHECK_NUMBER(run("/nonexistent", -1, 60, &report), PYINSPECT_ERROR_SYSTEM);
	CHECK_NUMBER(run_script("exit 3", 60), PYINSPECT_ERROR_SYSTEM);
	CHECK_NUMBER(run_script("kill -SEGV $$", 60), PYINSPECT_ERROR_SYSTEM);
	CHECK_NUMBER(run_script("exec yes", 60), PYINSPECT_ERROR_SYSTEM);
	CHECK_NUMBER(run_script("echo nonsense", 60), PYINSPECT_ERROR_BAD_DATA);
	CHECK_NUMBER(run_script(":", 60), PYINSPECT_ERROR_BAD_DATA);
	CHECK_NUMBER(run_script("printf 'a\\0b'", 60), PYINSPECT_ERROR_BAD_DATA);
	CHECK(program_clock() - begin < 30 * SECOND);
}

static void test_slow_helpers(void)
{
	uint64_t begin = program_clock();
	CHECK_NUMBER(run_script("exec sleep 100", 0.2), PYINSPECT_ERROR_TIMEOUT);
	CHECK_NUMBER(run_script("trap '' TERM INT; echo x; exec sleep 100", 0.2),
		     PYINSPECT_ERROR_TIMEOUT);
	/* It says that it is done, and isn't. */
	CHECK_NUMBER(run_script("exec >&-; exec sleep 100", 0.2), PYINSPECT_ERROR_TIMEOUT);
	CHECK(program_clock() - begin < 30 * SECOND);
}

/* What a program can see of its caller. */
static void test_nothing_is_left_open(void)
{
	struct text output = {0};
	char *arguments[] = {"sh", "-c",
			     "ls /proc/self/fd | tr '\\n' ' '; echo \"$HOME.$PATH\"", NULL};
	char *environment[] = {"PATH=/usr/bin:/bin", NULL};
	struct program program = {.path = "/bin/sh",
				  .arguments = arguments,
				  .environment = environment,
				  .fds = {-1, -1, -1, -1},
				  .deadline = program_clock() + 60 * SECOND,
				  .limit = 1000};
	cleanup_close int own = open("/dev/null", O_RDONLY | O_CLOEXEC);
	REQUIRE(own >= 0);
	CHECK_NUMBER(error_code_of(program_run(&program, &output)), 0);
	/* The fifth one is the listing itself. */
	CHECK_TEXT(output.data, "0 1 2 3 4 ./usr/bin:/bin\n");
	free(output.data);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	helper = argv[1];
	sample = argv[2];
	if (!load_sample())
		return 99;
	TEST("the helper tells the layout of a file", test_sample);
	TEST("the helper says what is no file of its kind", test_no_elf);
	TEST("a file that is cut short has no layout", test_cut);
	TEST("a spoilt file costs a sentence at most", test_spoilt);
	TEST("a helper that fails, crashes or babbles costs a sentence", test_bad_helpers);
	TEST("a helper that doesn't end is ended", test_slow_helpers);
	TEST("a program is given what it shall have, and no more",
	     test_nothing_is_left_open);
	free(data);
	return tap_finish();
}
