/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of /proc/PID/maps, and of /proc/PID/status. */
#include <stdlib.h>

#include "image.h"
#include "tap.h"
#include "target/mappings.h"
#include "target/process.h"

struct parsed {
	char *line;
	struct mapping mapping;
	bool good;
};

static struct parsed parse(const char *line)
{
	struct parsed parsed = {.line = strdup(line)};
	parsed.good = mapping_parse(parsed.line, &parsed.mapping);
	return parsed;
}

static void check_path(const char *line, const char *wanted)
{
	struct parsed parsed = parse(line);
	CHECK(parsed.good);
	if (parsed.good)
		CHECK_TEXT(parsed.mapping.path, wanted);
	free(parsed.line);
}

static void test_members(void)
{
	struct parsed parsed = parse("7f2c14a00000-7f2c14c5e000 r-xp 0002e000 fe:01 1835124"
				     "                    /usr/lib/libpython3.11.so.1.0\n");
	REQUIRE(parsed.good);
	CHECK_NUMBER(parsed.mapping.start, 0x7f2c14a00000);
	CHECK_NUMBER(parsed.mapping.end, 0x7f2c14c5e000);
	CHECK_NUMBER(parsed.mapping.offset, 0x2e000);
	CHECK_NUMBER(parsed.mapping.inode, 1835124);
	CHECK_NUMBER(parsed.mapping.device, UINT64_C(0xfe) << 32 | 1);
	CHECK(parsed.mapping.readable && parsed.mapping.executable);
	CHECK(!parsed.mapping.writable);
	CHECK_TEXT(parsed.mapping.path, "/usr/lib/libpython3.11.so.1.0");
	free(parsed.line);
}

static void test_permissions(void)
{
	static const char *const lines[] = {
		"1000-2000 ---p 0 0:0 0", "1000-2000 r--p 0 0:0 0",
		"1000-2000 -w-p 0 0:0 0", "1000-2000 rw-p 0 0:0 0",
		"1000-2000 --xs 0 0:0 0", "1000-2000 r-xs 0 0:0 0",
		"1000-2000 -wxs 0 0:0 0", "1000-2000 rwxs 0 0:0 0"};
	for (unsigned int i = 0; i < 8; i++) {
		struct parsed parsed = parse(lines[i]);
		CHECK(parsed.good);
		CHECK_NUMBER(parsed.mapping.readable, i & 1);
		CHECK_NUMBER(parsed.mapping.writable, i >> 1 & 1);
		CHECK_NUMBER(parsed.mapping.executable, i >> 2 & 1);
		free(parsed.line);
	}
}

static void test_paths(void)
{
	check_path("1000-2000 r--p 0 0:0 7 /with blanks  in it\n", "/with blanks  in it");
	check_path("1000-2000 r--p 0 0:0 7 /a (deleted)\n", "/a (deleted)");
	check_path("1000-2000 r--p 0 0:0 7 /a\\012b\n", "/a\\012b");
	check_path("1000-2000 r--p 0 0:0 7 /caf\xc3\xa9/\x1b[1m\n", "/caf\xc3\xa9/\x1b[1m");
	check_path("1000-2000 r--p 0 0:0 0 [stack]\n", "[stack]");
	check_path("1000-2000 r--p 0 0:0 7 /memfd:x y (deleted)\n", "/memfd:x y (deleted)");
}

static void test_no_path(void)
{
	check_path("7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 \n", "");
	check_path("7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0\n", "");
	check_path("7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0", "");
}

static void test_high_addresses(void)
{
	struct parsed parsed = parse(
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n");
	CHECK(parsed.good);
	CHECK_NUMBER(parsed.mapping.start, 0xffffffffff600000);
	CHECK_NUMBER(parsed.mapping.end, 0xffffffffff601000);
	free(parsed.line);
}

static void test_garbage(void)
{
	static const char *const lines[] = {
		"",
		"\n",
		"x",
		"1000",
		"1000-",
		"1000-2000",
		"1000-2000 r-xp",
		"1000-2000 r-xp 0",
		"1000-2000 r-xp 0 0",
		"1000-2000 r-xp 0 0:0",
		"1000 2000 r-xp 0 0:0 0 /a",
		"1000-2000 r-xp zz 0:0 0 /a",
		"Size:                  4 kB",
		"VmFlags: rd ex mr mw me",
		"/usr/bin/python3 1000-2000 r-xp 0 0:0 0",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct parsed parsed = parse(lines[i]);
		CHECK(!parsed.good);
		free(parsed.line);
	}
}

/* A path that stays within its line whatever the bytes are. */
static void test_random(void)
{
	static const char bytes[] = "0123456789abcdef- rwxsp:/\n()[]\t~";
	struct random random = {4711};
	for (int i = 0; i < 20000; i++) {
		char line[80] = "1000-2000 r-xp 0 0:0 0 ";
		size_t start = random_below(&random, 24), end = random_below(&random, 79);
		for (size_t j = start; j < end; j++)
			line[j] = bytes[random_below(&random, sizeof(bytes) - 1)];
		line[end > start ? end : start] = '\0';
		size_t length = strlen(line);
		struct mapping mapping;
		if (mapping_parse(line, &mapping))
			CHECK(mapping.path >= line && mapping.path <= line + length);
	}
}

static const char status[] = "Name:\tTgid: 7 State:\n"
			     "Umask:\t0022\n"
			     "State:\tS (sleeping)\n"
			     "Tgid:\t4711\n"
			     "NSpid:\t4711\t7\n"
			     "VmSize:\t    5000 kB\n"
			     "Empty:\n"
			     "Last:\t1";

static bool begins_with(const char *text, const char *start)
{
	return text && strncmp(text, start, strlen(start)) == 0;
}

static void test_status(void)
{
	CHECK(begins_with(status_value(status, "Umask"), "0022\n"));
	CHECK(begins_with(status_value(status, "VmSize"), "5000 kB\n"));
	CHECK(begins_with(status_value(status, "NSpid"), "4711\t7\n"));
	CHECK_TEXT(status_value(status, "Last"), "1");
	CHECK(begins_with(status_value(status, "Empty"), "\n"));
	CHECK_TEXT(status_value(status, "Missing"), NULL);
	CHECK_TEXT(status_value(status, "Las"), NULL);
	CHECK_TEXT(status_value(status, "ast"), NULL);
	CHECK_TEXT(status_value("", "Name"), NULL);
}

/* A thread may call itself what another line is called. */
static void test_status_of_a_liar(void)
{
	CHECK(begins_with(status_value(status, "State"), "S (sleeping)"));
	CHECK(begins_with(status_value(status, "Tgid"), "4711\n"));
	CHECK(begins_with(status_value(status, "Name"), "Tgid: 7 State:\n"));
}

int main(void)
{
	TEST("a line gives all members of a mapping", test_members);
	TEST("each permission has its own letter", test_permissions);
	TEST("a path may hold anything but a newline", test_paths);
	TEST("a mapping without a path has an empty one", test_no_path);
	TEST("addresses have 64 bits", test_high_addresses);
	TEST("what is no mapping is refused", test_garbage);
	TEST("random lines give a path within the line, or nothing", test_random);
	TEST("a value of a status file is found by its name", test_status);
	TEST("a name that looks like another line does not mislead", test_status_of_a_liar);
	return tap_finish();
}
