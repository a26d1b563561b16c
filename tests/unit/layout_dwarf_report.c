/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What pyinspect-dwarf prints and the cache keeps: taken as written, or not at all. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "image.h"
#include "layout/dialects.h"
#include "layout/dwarf_cache.h"
#include "layout/dwarf_report.h"
#include "tap.h"

static const char build_id[] = "0123456789abcdef0123456789abcdef01234567";

/* A report with all that there can be, and the layout of a table. */
static void fill(struct dwarf_report *report)
{
	const struct dialect *dialect = dialect_at(dialect_count - 1);
	dwarf_report_init(report);
	strcpy(report->build_id, build_id);
	strcpy(report->file, "/usr/lib/debug/a file");
	strcpy(report->debuglink, "a name.debug");
	report->debuglink_crc = 0xfedcba98;
	strcpy(report->altlink, "../shared");
	strcpy(report->altlink_id, "abcd");
	report->crc = 0x1234;
	report->has_crc = true;
	report->symbols[DWARF_SYMBOL_RUNTIME] = UINT64_C(0xffffffff81234567);
	layout_from_table(&report->layout, dialect->tables[0]);
	report->has_layout = true;
}

static char *written(const struct dwarf_report *report)
{
	struct text text = {0};
	dwarf_report_write(report, &text);
	return text.data;
}

static bool parses(const char *text, struct dwarf_report *ret)
{
	char *copy = strdup(text);
	bool valid = dwarf_report_parse(copy, ret);
	free(copy);
	return valid;
}

static void test_round_trip(void)
{
	struct dwarf_report report, back;
	fill(&report);
	char *text = written(&report);
	REQUIRE(parses(text, &back));
	free(text);
	CHECK_TEXT(back.build_id, report.build_id);
	CHECK_TEXT(back.file, report.file);
	CHECK_TEXT(back.debuglink, report.debuglink);
	CHECK_NUMBER(back.debuglink_crc, report.debuglink_crc);
	CHECK_TEXT(back.altlink, report.altlink);
	CHECK_TEXT(back.altlink_id, report.altlink_id);
	CHECK(back.has_crc && back.crc == report.crc);
	CHECK(back.symbols[DWARF_SYMBOL_RUNTIME] == report.symbols[DWARF_SYMBOL_RUNTIME]);
	CHECK(back.has_layout && !back.layout.is_free_threaded);
	for (enum field i = 0; i < FIELD_COUNT; i++)
		CHECK_NUMBER(back.layout.offsets[i], report.layout.offsets[i]);
}

static void test_no_layout(void)
{
	struct dwarf_report report, back;
	dwarf_report_init(&report);
	strcpy(report.error, "no debugging information\nend");
	char *text = written(&report);
	REQUIRE(parses(text, &back));
	free(text);
	CHECK(!back.has_layout);
	CHECK_TEXT(back.error, "no debugging information?end");
}

/* The text with one part replaced by another. */
static void check_refused(const char *part, const char *by)
{
	struct dwarf_report report, back;
	fill(&report);
	char *text = written(&report), changed[DWARF_REPORT_MAX];
	const char *at = strstr(text, part);
	REQUIRE(at != NULL);
	snprintf(changed, sizeof(changed), "%.*s%s%s", (int)(at - text), text, by,
		 at + strlen(part));
	if (!CHECK(!parses(changed, &back)))
		printf("# with \"%s\" for \"%s\"\n", by, part);
	free(text);
}

static void test_refused(void)
{
	static const char *const changes[][2] = {
		{"pyinspect-dwarf 1", "pyinspect-dwarf 2"},
		{"pyinspect-dwarf 1 ", "pyinspect-dwarf 1 0"},
		{"build-id 01", "build-id 0"},
		{"build-id 01", "build-id zz"},
		{"build-id 01", "build-id 01\nbuild-id 01"},
		{"build-id ", "build_id "},
		{"\nend\n", "\n"},
		{"\nend\n", "\nend"},
		{"\nend\n", "\nend\nend\n"},
		{"\nend\n", "\n\nend\n"},
		{"field THREAD_NEXT ", "field THREAD_NEXT 8\nfield THREAD_NEXT "},
		{"field THREAD_NEXT ", "field THREAD_NEXTS "},
		{"field THREAD_NEXT ", "field THREAD_NEXT -"},
		{"field THREAD_NEXT ", "field THREAD_NEXT +"},
		{"field THREAD_NEXT ", "field THREAD_NEXT 99999999999999999999"},
		/* Inside of what a struct can have, and outside of this one. */
		{"field THREAD_NEXT ", "field THREAD_NEXT 100000"},
		{"field THREAD_NEXT ", "field THREAD_NEXT  "},
		{"symbol _PyRuntime", "symbol _PyRuntim"},
		{"symbol _PyRuntime ", "symbol _PyRuntime 0"},
		{"crc 00001234", "crc 100001234"},
		{"debuglink fedcba98", "debuglink none"},
		{"altlink abcd", "altlink abc"},
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		check_refused(changes[i][0], changes[i][1]);
}

/* Whatever comes: it ends, and what is taken lies within bounds. */
static void test_spoilt(void)
{
	struct random random = {4};
	struct dwarf_report report, back;
	fill(&report);
	char *text = written(&report);
	size_t length = strlen(text), taken = 0;
	for (int i = 0; i < 20000; i++) {
		char *copy = strdup(text);
		for (uint64_t j = random_below(&random, 3); j < 3; j++)
			copy[random_below(&random, length)] = (char)random_next(&random);
		if (i % 4 == 0)
			copy[random_below(&random, length)] = '\0';
		if (dwarf_report_parse(copy, &back)) {
			taken++;
			CHECK(layout_find_outside(&back.layout) == FIELD_COUNT);
			for (enum field j = 0; j < FIELD_COUNT; j++)
				CHECK(back.layout.offsets[j] >= LAYOUT_ABSENT &&
				      back.layout.offsets[j] <= 1 << 24);
		}
		free(copy);
	}
	free(text);
	/* A digit may become another one. */
	CHECK(taken > 0 && taken < 10000);
}

static char folder[] = "/tmp/pyinspect-test-XXXXXX";

static void in_cache(const char *name, char path[200])
{
	snprintf(path, 200, "%s/pyinspect/layouts/%s", folder, name);
}

static void test_cache(void)
{
	struct dwarf_report report, back;
	struct stat status;
	char path[200];
	fill(&report);
	CHECK(!dwarf_cache_read(build_id, &back));
	dwarf_cache_write(&report);
	REQUIRE(dwarf_cache_read(build_id, &back));
	CHECK_NUMBER(back.layout.offsets[FIELD_THREAD_NEXT],
		     report.layout.offsets[FIELD_THREAD_NEXT]);
	in_cache(build_id, path);
	REQUIRE(stat(path, &status) == 0);
	CHECK_NUMBER(status.st_mode & 0777, 0600);
	in_cache("", path);
	REQUIRE(stat(path, &status) == 0);
	CHECK_NUMBER(status.st_mode & 0777, 0700);
	/* Names are build-ids, not paths. */
	CHECK(!dwarf_cache_read("../layouts/0123", &back));
	CHECK(!dwarf_cache_read("", &back));
}

static void write_file(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		exit(99);
	close(fd);
}

static void test_cache_of_others(void)
{
	struct dwarf_report report, back;
	char path[200], other[200];
	fill(&report);
	dwarf_cache_write(&report);
	in_cache(build_id, path);
	in_cache("other", other);
	/* By a link. */
	REQUIRE(rename(path, other) == 0 && symlink("other", path) == 0);
	CHECK(!dwarf_cache_read(build_id, &back));
	/* Of another build. */
	REQUIRE(rename(other, path) == 0 && dwarf_cache_read(build_id, &back));
	in_cache("abcdef", other);
	REQUIRE(rename(path, other) == 0);
	CHECK(!dwarf_cache_read("abcdef", &back));
	/* Of another user. */
	dwarf_cache_write(&report);
	REQUIRE(dwarf_cache_read(build_id, &back));
	if (geteuid() == 0) {
		REQUIRE(chown(path, 1, 1) == 0);
		CHECK(!dwarf_cache_read(build_id, &back));
	}
	/* In a folder that others write to. */
	dwarf_cache_write(&report);
	in_cache("", other);
	REQUIRE(dwarf_cache_read(build_id, &back) && chmod(other, 0770) == 0);
	CHECK(!dwarf_cache_read(build_id, &back));
	REQUIRE(chmod(other, 0700) == 0);
}

static void test_cache_broken(void)
{
	static char large[DWARF_REPORT_MAX + 100];
	struct dwarf_report report, back;
	char path[200];
	fill(&report);
	in_cache(build_id, path);
	memset(large, 'x', sizeof(large));
	for (size_t size = 0; size <= sizeof(large); size += 9999) {
		write_file(path, large, size);
		CHECK(!dwarf_cache_read(build_id, &back));
	}
	char *text = written(&report);
	for (size_t size = 0; size < strlen(text); size += 7) {
		write_file(path, text, size);
		CHECK(!dwarf_cache_read(build_id, &back));
	}
	/* A NUL hides nothing behind it. */
	write_file(path, text, strlen(text) + 1);
	CHECK(!dwarf_cache_read(build_id, &back));
	free(text);
	dwarf_cache_write(&report);
	CHECK(dwarf_cache_read(build_id, &back));
}

static void test_no_folder(void)
{
	struct dwarf_report report, back;
	fill(&report);
	setenv("XDG_CACHE_HOME", "/proc/self", 1);
	dwarf_cache_write(&report);
	CHECK(!dwarf_cache_read(build_id, &back));
	setenv("XDG_CACHE_HOME", "relative", 1);
	unsetenv("HOME");
	dwarf_cache_write(&report);
	CHECK(!dwarf_cache_read(build_id, &back));
}

static void remove_folder(void)
{
	char command[100];
	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		puts("# the folder stays");
}

int main(void)
{
	if (!mkdtemp(folder) || setenv("XDG_CACHE_HOME", folder, 1) != 0)
		return 99;
	TEST("a report is read as it was written", test_round_trip);
	TEST("a report may have a sentence instead of a layout", test_no_layout);
	TEST("a report with anything else in it is refused", test_refused);
	TEST("a spoilt report is refused, or lies within bounds", test_spoilt);
	TEST("the cache gives what it was given", test_cache);
	TEST("the cache gives nothing that may be somebody else's", test_cache_of_others);
	TEST("a broken file in the cache is replaced", test_cache_broken);
	TEST("without a folder there is no cache", test_no_folder);
	remove_folder();
	return tap_finish();
}
