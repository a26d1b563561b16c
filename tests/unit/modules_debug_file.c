/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where debugging information is looked for, and what is never opened for it. */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "modules/build_id.h"
#include "modules/debug_file.h"
#include "tap.h"
#include "target/process.h"

static char folder[] = "/tmp/pyinspect-test-XXXXXX";
static char sysroot[100], directory[100];

/* Path of something below the folder; good until it is called a few times more. */
static char *below(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *below(const char *format, ...)
{
	static char paths[8][300];
	static unsigned int next;
	char *path = paths[next++ % 8];
	int length = snprintf(path, 300, "%s/", folder);
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(path + length, 300 - (size_t)length, format, arguments);
	va_end(arguments);
	return path;
}

static void make_folders(const char *path)
{
	char copy[300];
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *at = copy + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(copy, 0700);
		*at = '/';
	}
}

static void make_file(const char *path, const char *text)
{
	make_folders(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		exit(99);
	close(fd);
}

/* What was found: "TEXT;" of each file, "!;" of what can't be read. */
static struct text found;

static bool collect(void *context, const struct debug_file *file)
{
	char text[100] = "!";
	if (file->fd >= 0) {
		ssize_t got = read(file->fd, text, sizeof(text) - 1);
		text[got > 0 ? got : 0] = '\0';
		CHECK(!file->problem);
	} else {
		CHECK(file->problem != NULL);
	}
	text_printf(&found, "%s;", text);
	return context != NULL;
}

static struct debug_files files;
static struct process *process;
static struct image image = {.path = "/opt/lib/libx.so"};

/* Begin with nothing found. Every file of the sysroot and the directory is gone. */
static void begin(void)
{
	const char *const directories[] = {directory, "/nonexistent", NULL};
	char command[300];
	snprintf(command, sizeof(command), "rm -rf %s %s", sysroot, directory);
	if (system(command) != 0 || mkdir(sysroot, 0700) != 0 || mkdir(directory, 0700))
		exit(99);
	struct debug_places places = {.directories = directories, .sysroot = sysroot};
	debug_files_init(&files, process, &image, &places);
	files.callback = collect;
	found.length = 0;
	text_append(&found, "", 0);
}

static void end(const char *wanted)
{
	CHECK_TEXT(found.data, wanted);
	debug_files_deinit(&files);
}

static void test_build_id(void)
{
	begin();
	make_file(below("sysroot/usr/lib/debug/.build-id/ab/cdef.debug"), "sysroot");
	make_file(below("directory/.build-id/ab/cdef.debug"), "directory");
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	end("directory;sysroot;");
	begin();
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	end("");
}

static void test_first_ends(void)
{
	begin();
	files.context = &files;
	make_file(below("sysroot/usr/lib/debug/.build-id/ab/cdef.debug"), "sysroot");
	make_file(below("directory/.build-id/ab/cdef.debug"), "directory");
	CHECK(debug_files_of_build_id(&files, "abcdef"));
	end("directory;");
}

static void test_link(void)
{
	begin();
	make_file(below("sysroot/opt/lib/x.debug"), "beside");
	make_file(below("sysroot/opt/lib/.debug/x.debug"), "hidden");
	make_file(below("sysroot/usr/lib/debug/opt/lib/x.debug"), "debug");
	make_file(below("directory/opt/lib/x.debug"), "directory");
	make_file(below("sysroot/opt/x.debug"), "above");
	CHECK(!debug_files_of_link(&files, "x.debug"));
	/* In the directory the folder itself and that below it are one. */
	CHECK(strstr(found.data, "directory;") == found.data);
	CHECK_HOLDS(found.data, "beside;hidden;debug;");
	CHECK(!strstr(found.data, "above"));
	debug_files_deinit(&files);
}

static void test_link_is_a_name(void)
{
	static const char *const names[] = {"../x.debug", "/etc/passwd", "..",
					    "lib/x.debug"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		begin();
		make_file(below("sysroot/opt/x.debug"), "above");
		make_file(below("sysroot/opt/lib/lib/x.debug"), "below");
		CHECK(!debug_files_of_link(&files, names[i]));
		end("");
	}
}

static void test_links_stay_inside(void)
{
	begin();
	make_file(below("sysroot/etc/passwd"), "inner");
	make_folders(below("sysroot/usr/lib/debug/.build-id/ab/x"));
	REQUIRE(symlink("/etc/passwd",
			below("sysroot/usr/lib/debug/.build-id/ab/cdef.debug")) == 0);
	REQUIRE(symlink("../../../../../../../../../../../../etc/passwd",
			below("sysroot/usr/lib/debug/.build-id/ab/cd01.debug")) == 0);
	REQUIRE(symlink("/proc/self/exe",
			below("sysroot/usr/lib/debug/.build-id/ab/cd02.debug")) == 0);
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	CHECK(!debug_files_of_build_id(&files, "abcd01"));
	CHECK(!debug_files_of_build_id(&files, "abcd02"));
	make_file(below("outside"), "outside");
	CHECK(!debug_files_of_path(&files, "../outside"));
	end("inner;inner;");
}

static void test_only_plain_files(void)
{
	begin();
	const char *path = below("directory/.build-id/ab/cdef.debug");
	make_folders(path);
	REQUIRE(mkfifo(path, 0600) == 0);
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	REQUIRE(unlink(path) == 0 && mkdir(path, 0700) == 0);
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	REQUIRE(rmdir(path) == 0);
	make_file(path, "");
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	REQUIRE(truncate(path, (off_t)1 << 40) == 0);
	CHECK(!debug_files_of_build_id(&files, "abcdef"));
	end("!;!;!;!;");
}

static void test_image(void)
{
	begin();
	make_file(below("sysroot/opt/lib/libx.so"), "copy");
	CHECK(!debug_files_of_image(&files));
	end("copy;");
	/* The kernel's link is to what is mapped; it may not be ours to follow. */
	char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	REQUIRE(length > 0);
	path[length] = '\0';
	struct image kept = image;
	image.path = path;
	begin();
	files.context = &files;
	CHECK(debug_files_of_image(&files));
	image = kept;
	CHECK_HOLDS(found.data, "\177ELF");
	debug_files_deinit(&files);
}

static void test_build_id_text(void)
{
	char text[BUILD_ID_TEXT_SIZE];
	unsigned char bytes[BUILD_ID_MAX + 1];
	memset(bytes, 0xab, sizeof(bytes));
	build_id_text(bytes, 3, text);
	CHECK_TEXT(text, "ababab");
	build_id_text(bytes, BUILD_ID_MAX, text);
	CHECK_NUMBER(strlen(text), 2 * BUILD_ID_MAX);
	CHECK(build_id_is_valid(text));
	build_id_text(bytes, sizeof(bytes), text);
	CHECK_TEXT(text, "");
	build_id_text(bytes, 0, text);
	CHECK_TEXT(text, "");
	static const char *const wrong[] = {"",     "a",    "ab",        "abc",
					    "abcg", "ABCD", "../../etc", "ab/d"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK(!build_id_is_valid(wrong[i]));
}

int main(void)
{
	char command[100];
	if (!mkdtemp(folder) || process_open(getpid(), &process))
		return 99;
	snprintf(sysroot, sizeof(sysroot), "%s/sysroot", folder);
	snprintf(directory, sizeof(directory), "%s/directory", folder);
	TEST("a build-id leads to files, the user's first", test_build_id);
	TEST("the first that fits ends the search", test_first_ends);
	TEST("a name leads to files beside the image", test_link);
	TEST("a name is no path", test_link_is_a_name);
	TEST("links don't lead out of a root", test_links_stay_inside);
	TEST("only plain files are opened, and no giants", test_only_plain_files);
	TEST("the mapped file is found, and its copy", test_image);
	TEST("build-ids are hexadecimal digits", test_build_id_text);
	process_close(process);
	free(found.data);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	if (system(command) != 0)
		puts("# the folder stays");
	return tap_finish();
}
