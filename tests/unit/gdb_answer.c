/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the plug-in for GDB reads and writes: requests, and scripts that print. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "gdb/answer.h"
#include "gdb/channel.h"
#include "gdb/request.h"
#include "tap.h"

#define NAMED "__pyinspect_text_"

/* What GDB would print for the script, as far as the plug-in uses its language. */
struct reading {
	struct text printed, blocks[8];
	/** The block that is being defined; NULL if none is. */
	struct text *block;
	size_t unknown;
};

static char unescape(const char **at)
{
	const char *from = *at + 1;
	if (*from >= '0' && *from <= '7') {
		*at += 3;
		return (char)((from[0] - '0') << 6 | (from[1] - '0') << 3 |
			      (from[2] - '0'));
	}
	(*at)++;
	return *from == 'n' ? '\n' : *from;
}

static void read_printf(struct text *to, const char *line)
{
	const char *at = strchr(line, '"') + 1;
	for (; *at && *at != '"'; at++) {
		char c = *at == '\\' ? unescape(&at) : *at;
		if (*at == '%' && c == '%')
			at++;
		text_append(to, &c, 1);
	}
	/* The quotes end the line. */
	CHECK_TEXT(at, "\"");
}

static void read_line(struct reading *reading, const char *line)
{
	size_t number = strncmp(line, "define ", 7) == 0 || strncmp(line, NAMED, 17) == 0
				? strtoul(strrchr(line, '_') + 1, NULL, 10)
				: 0;
	if (strncmp(line, "define ", 7) == 0)
		reading->block = &reading->blocks[number % 8];
	else if (strcmp(line, "end") == 0)
		reading->block = NULL;
	else if (strncmp(line, "printf ", 7) == 0)
		read_printf(reading->block ? reading->block : &reading->printed, line);
	else if (strncmp(line, NAMED, 17) == 0)
		text_append(&reading->printed, reading->blocks[number % 8].data,
			    reading->blocks[number % 8].length);
	else
		reading->unknown++;
}

static struct reading read_script(void)
{
	struct reading reading = {0};
	char *script = NULL;
	size_t size;
	CHECK(channel_read(CHANNEL_ANSWER, &script, &size));
	char *rest = script;
	for (char *line; (line = strsep(&rest, "\n")) && rest;)
		read_line(&reading, line);
	free(script);
	return reading;
}

static void free_reading(struct reading *reading)
{
	free(reading->printed.data);
	for (size_t i = 0; i < 8; i++)
		free(reading->blocks[i].data);
}

static void test_bytes(void)
{
	char all[256];
	struct answer answer = {0};
	for (size_t i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '"';
	answer_print(&answer, all, sizeof(all));
	answer_printf(&answer, "%s %d\n", "100%% \\040", 7);
	answer_send(&answer);
	struct reading reading = read_script();
	REQUIRE(reading.printed.length > sizeof(all));
	CHECK(memcmp(reading.printed.data, all, sizeof(all)) == 0);
	CHECK(strncmp(reading.printed.data + sizeof(all), "100%% \\040 7\n", 12) == 0);
	CHECK_NUMBER(reading.unknown, 0);
	free_reading(&reading);
}

static void test_fold(void)
{
	struct answer answer = {0};
	struct text wanted = {0};
	for (int i = 0; i < 6; i++) {
		answer_printf(&answer, "Thread %d\n", i);
		text_printf(&wanted, "Thread %d\n", i);
		size_t mark = answer_mark(&answer);
		for (int j = 0; j < 40; j++) {
			answer_printf(&answer, "file.py (%d): of %d\n", j, i % 2);
			text_printf(&wanted, "file.py (%d): of %d\n", j, i % 2);
		}
		answer_fold(&answer, mark);
	}
	size_t size;
	char *script = NULL;
	answer_send(&answer);
	REQUIRE(channel_read(CHANNEL_ANSWER, &script, &size));
	free(script);
	CHECK(size < wanted.length / 2);
	struct reading reading = read_script();
	text_append(&reading.printed, "", 1);
	CHECK_TEXT(reading.printed.data, wanted.data);
	free_reading(&reading);
	free(wanted.data);
}

static void test_large(void)
{
	struct answer answer = {0};
	struct text wanted = {0};
	for (int i = 0; i < 5000; i++) {
		answer_printf(&answer, "line %d\n", i);
		text_printf(&wanted, "line %d\n", i);
	}
	answer_send(&answer);
	struct reading reading = read_script();
	text_append(&reading.printed, "", 1);
	CHECK_TEXT(reading.printed.data, wanted.data);
	free_reading(&reading);
	free(wanted.data);
}

static void test_set(void)
{
	char *script = NULL;
	size_t size;
	struct answer answer = {0};
	answer_printf(&answer, "before\n");
	answer_set(&answer, "__pyinspect_frame", UINT64_C(0x7fff00001234));
	answer_send(&answer);
	REQUIRE(channel_read(CHANNEL_ANSWER, &script, &size));
	CHECK_TEXT(script, "printf \"before\\n\"\n"
			   "set $__pyinspect_frame = (unsigned long) 0x7fff00001234\n");
	free(script);
}

static void write_request(const char *words, size_t size, uint64_t version)
{
	struct request_numbers numbers = {.version = version, .thread_pointer = 5};
	REQUIRE(channel_write(CHANNEL_WORDS, words, size));
	REQUIRE(channel_write(CHANNEL_NUMBERS, (const char *)&numbers, sizeof(numbers)));
}

static void test_request(void)
{
	static const char words[] = "pyprint\0/target:\0self.x['a b']\0\0+\0001";
	struct request request;
	write_request(words, sizeof(words), REQUEST_VERSION);
	REQUIRE(request_read(&request));
	CHECK_TEXT(request.command, "pyprint");
	CHECK_TEXT(request.sysroot, "/");
	REQUIRE(request.argument_count == 3);
	CHECK_TEXT(request.arguments[0], "self.x['a b']");
	CHECK_TEXT(request.arguments[2], "1");
	char *line = request_line(&request);
	CHECK_TEXT(line, "self.x['a b'] + 1");
	free(line);
	CHECK_NUMBER(request.numbers.thread_pointer, 5);
	request_deinit(&request);
	/* Macros of another version; words without an end; too many of them. */
	write_request(words, sizeof(words), REQUEST_VERSION + 1);
	CHECK(!request_read(&request));
	request_deinit(&request);
	write_request("pystack", 7, REQUEST_VERSION);
	REQUIRE(request_read(&request));
	CHECK_TEXT(request.command, "pystack");
	CHECK_NUMBER(request.argument_count, 0);
	CHECK_TEXT(request.sysroot, "/");
	CHECK(request.directory == NULL);
	request_deinit(&request);
	char many[2000];
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 ? '\0' : 'x';
	write_request(many, sizeof(many), REQUEST_VERSION);
	REQUIRE(request_read(&request));
	CHECK_NUMBER(request.argument_count, REQUEST_ARGUMENTS_MAX);
	request_deinit(&request);
}

static void check_folders(const char *setting, const char *sysroot, const char *printed,
			  const char *directory)
{
	struct text words = {0};
	struct request request;
	text_printf(&words, "pylist%c/%s", 0, setting);
	write_request(words.data, words.length, REQUEST_VERSION);
	REQUIRE(channel_write(CHANNEL_AUXV, printed, strlen(printed)));
	REQUIRE(request_read(&request));
	CHECK_TEXT(request.sysroot, sysroot);
	CHECK((request.directory == NULL) == (directory == NULL));
	if (directory && request.directory)
		CHECK_TEXT(request.directory, directory);
	request_deinit(&request);
	free(words.data);
	channel_write(CHANNEL_AUXV, "", 0);
}

static void test_folders(void)
{
	check_folders("", "/", "", NULL);
	check_folders("target:", "/", "process 7\ncwd = '/srv/it's'\n", "/srv/it's");
	check_folders("target:/srv/root", "/srv/root", "cwd = '/", NULL);
	check_folders("/srv/root", "/srv/root", "cwd = 'relative'\n", NULL);
	check_folders("remote:", "/", "cwd = '/a'\n3 AT_PHDR x 0x40\n", "/a");
}

static void test_auxiliary(void)
{
	char text[] =
		"33   AT_SYSINFO_EHDR      System-supplied DSO's ELF header 0x7ffff7fc3000\n"
		"3    AT_PHDR              Program headers for program    0x555555554040\n"
		"25   AT_RANDOM            Address of 16 random bytes     0x7fffffffe9a9\n"
		"6    AT_PAGESZ            System page size               4096";
	struct request request = {.auxv = text};
	CHECK_NUMBER(request_auxiliary(&request, 3), 0x555555554040);
	CHECK_NUMBER(request_auxiliary(&request, 6), 4096);
	CHECK_NUMBER(request_auxiliary(&request, 9), 0);
	request.auxv = NULL;
	CHECK_NUMBER(request_auxiliary(&request, 3), 0);
}

static void test_taken(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	REQUIRE(dup2(fd, CHANNEL_ANSWER) == (int)CHANNEL_ANSWER);
	close(fd);
	CHECK(channel_open() != NULL);
	CHECK(!channel_write(CHANNEL_ANSWER, "x", 1));
	close((int)CHANNEL_ANSWER);
	CHECK(channel_open() == NULL);
}

int main(void)
{
	const char *problem = channel_open();
	if (problem) {
		printf("1..0 # SKIP %s\n", problem);
		return 0;
	}
	TEST("every byte is printed as it is", test_bytes);
	TEST("text that is printed again is read once", test_fold);
	TEST("long answers are whole", test_large);
	TEST("variables are set after what was printed before", test_set);
	TEST("requests are read, and others refused", test_request);
	TEST("folders are read as GDB writes them", test_folders);
	TEST("the auxiliary vector is read as GDB prints it", test_auxiliary);
	TEST("descriptors of others are left alone", test_taken);
	return tap_finish();
}
