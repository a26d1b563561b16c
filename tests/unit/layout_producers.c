/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The producers of layouts, compared on the Pythons of this machine: tables, DWARF,
 * and the words that 3.13 and later tell of themselves.
 */
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "layout/debug_offsets.h"
#include "layout/from_dwarf.h"
#include "python_files.h"
#include "tap.h"
#include "target/machine.h"

/* The file that the tests below look at. */
static const char *file;

static bool is_size(enum field field)
{
	return !field_infos[field].members[0];
}

static const struct layout_table *table_of(uint32_t hexversion)
{
	bool newer;
	const struct dialect *dialect = dialect_find(hexversion, &newer);
	return dialect ? dialect_table(dialect, machine_name) : NULL;
}

/* Where two layouts differ; sizes only if they are of the same build. */
static void compare(const struct layout *a, const struct layout *b, bool same_build)
{
	for (enum field i = 0; i < FIELD_COUNT; i++) {
		if (a->offsets[i] == b->offsets[i])
			continue;
		if (is_size(i) && !same_build && layout_has(a, i) && layout_has(b, i))
			continue;
		CHECK_NUMBER(a->offsets[i], b->offsets[i]);
		printf("# %s\n", field_infos[i].name);
	}
}

/* What a debug build differs in from the release builds that tables are of: the place of
 * all objects' members where it traces references; what lies behind its larger config. */
static void use_flavour(struct layout *table, const struct layout *build)
{
	if (!is_debug_name(file))
		return;
	if (build->offsets[FIELD_OBJECT_TYPE] != table->offsets[FIELD_OBJECT_TYPE])
		layout_shift_objects(table, OBJECT_HEAD_EXTRA);
	if (layout_has(build, FIELD_INTERPRETER_JIT))
		table->offsets[FIELD_INTERPRETER_JIT] =
			build->offsets[FIELD_INTERPRETER_JIT];
}

static void test_dwarf(void)
{
	struct layout dwarf, table;
	const struct layout_table *generated = table_of(version_of_name(file));
	if (!generated)
		SKIP("it is of a version without a table");
	struct pyinspect_error *error = layout_from_dwarf(file, &dwarf);
	if (error)
		printf("# %s\n", pyinspect_error_message(error));
	REQUIRE(error_code_of(error) == 0);
	char release[32];
	snprintf(release, sizeof(release), "/versions/%s/", generated->python);
	layout_from_table(&table, generated);
	use_flavour(&table, &dwarf);
	/* Some versions have structs in extension modules, which are other files. */
	layout_complete(&dwarf, &table);
	compare(&table, &dwarf, strstr(file, release) != NULL);
}

/* Section .PyRuntime of a 64-bit ELF file. */
static const uint64_t *find_runtime(const char *data, size_t size, size_t *words_ret)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)data;
	if (size < sizeof(*header) || header->e_shoff > size ||
	    header->e_shnum * sizeof(Elf64_Shdr) > size - header->e_shoff ||
	    header->e_shstrndx >= header->e_shnum)
		return NULL;
	const Elf64_Shdr *sections = (const Elf64_Shdr *)(data + header->e_shoff);
	const char *names = data + sections[header->e_shstrndx].sh_offset;
	for (size_t i = 0; i < header->e_shnum; i++)
		if (strcmp(names + sections[i].sh_name, ".PyRuntime") == 0 &&
		    sections[i].sh_type == SHT_PROGBITS) {
			*words_ret = sections[i].sh_size / 8;
			return (const uint64_t *)(data + sections[i].sh_offset);
		}
	return NULL;
}

static void check_words(const uint64_t *words)
{
	struct layout table, told;
	bool newer;
	uint32_t hexversion = (uint32_t)words[1];
	const struct layout_table *generated = table_of(hexversion);
	char version[24];
	REQUIRE(generated != NULL);
	CHECK_NUMBER(hexversion >> 16, version_of_name(file) >> 16);
	layout_from_table(&table, generated);
	table.dialect = dialect_find(hexversion, &newer);
	told = table;
	hexversion_text(hexversion, version);
	struct pyinspect_error *error = layout_from_debug_offsets(&told, words);
	if (error)
		printf("# %s\n", pyinspect_error_message(error));
	REQUIRE(error_code_of(error) == 0);
	/* What the words don't tell of a struct that has grown is made absent. */
	for (enum field i = 0; i < FIELD_COUNT; i++)
		if (!layout_has(&told, i))
			table.offsets[i] = LAYOUT_ABSENT;
	compare(&table, &told,
		strcmp(version, generated->python) == 0 && !is_debug_name(file));
}

static void test_debug_offsets(void)
{
	struct stat status;
	size_t count;
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	REQUIRE(fd >= 0 && fstat(fd, &status) == 0);
	size_t size = (size_t)status.st_size;
	char *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	REQUIRE(data != MAP_FAILED);
	const uint64_t *words = find_runtime(data, size, &count);
	if (!words || count < DEBUG_OFFSETS_MAX || words[0] != DEBUG_OFFSETS_COOKIE)
		CHECK(!"the file has a runtime that tells of itself");
	else
		check_words(words);
	munmap(data, size);
}

static bool tells_offsets(uint32_t hexversion)
{
	bool newer;
	const struct dialect *dialect = dialect_find(hexversion, &newer);
	return dialect && dialect->debug_offsets_revision;
}

static bool has_dwarf(const char *path)
{
	struct layout layout;
	return error_code_of(layout_from_dwarf(path, &layout)) !=
	       PYINSPECT_ERROR_UNSUPPORTED;
}

static void check_file(const char *path)
{
	char name[300];
	const char *shown = path;
	/* What comes before is this machine's. */
	for (const char *at = path; (at = strchr(at, '/')); at++)
		if (strncmp(at, "/versions/", 10) == 0 || strncmp(at, "/roots/", 7) == 0)
			shown = at + 1;
	file = path;
	snprintf(name, sizeof(name), "%s: table and DWARF agree", shown);
	/* That of a stripped file is elsewhere; the layouts of processes are compared, too.
	 */
	if (has_dwarf(path))
		TEST(name, test_dwarf);
	snprintf(name, sizeof(name), "%s: table and debug offsets agree", shown);
	if (tells_offsets(version_of_name(path)))
		TEST(name, test_debug_offsets);
}

static void test_no_python(void)
{
	struct layout layout;
	memset(&layout, 7, sizeof(layout));
	CHECK_NUMBER(error_code_of(layout_from_dwarf("/nonexistent", &layout)),
		     PYINSPECT_ERROR_SYSTEM);
	CHECK_NUMBER(error_code_of(layout_from_dwarf("/dev/null", &layout)),
		     PYINSPECT_ERROR_BAD_DATA);
	int code = error_code_of(layout_from_dwarf("/proc/self/exe", &layout));
	CHECK(code == PYINSPECT_ERROR_NOT_PYTHON || code == PYINSPECT_ERROR_UNSUPPORTED);
	CHECK_NUMBER(layout.offsets[0], 0x07070707);
}

static const char *sample, *wrong_sample;

static void test_sample(void)
{
	static const struct {
		enum field field;
		int32_t offset;
	} wanted[] = {
		{FIELD_OBJECT_TYPE, 8},          {FIELD_OBJECT_SIZE, 16},
		{FIELD_INTERPRETER_NEXT, 24},    {FIELD_INTERPRETER_THREADS_HEAD, 56},
		{FIELD_INTERPRETER_SIZE, 64},    {FIELD_INTERPRETER_ID, LAYOUT_ABSENT},
		{FIELD_THREAD_NEXT, 0},          {FIELD_THREAD_INTERPRETER, 8},
		{FIELD_THREAD_IDENT, 24},        {FIELD_THREAD_STATUS, LAYOUT_ABSENT},
		{FIELD_CODE_NAME, 128},          {FIELD_CODE_FIRSTLINENO, 136},
		{FIELD_CODE_CODE_ADAPTIVE, 144}, {FIELD_DICT_KEYS, LAYOUT_ABSENT},
	};
	struct layout layout;
	struct pyinspect_error *error = layout_from_dwarf(sample, &layout);
	if (error)
		printf("# %s\n", pyinspect_error_message(error));
	REQUIRE(error_code_of(error) == 0);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (!CHECK_NUMBER(layout.offsets[wanted[i].field], wanted[i].offset))
			printf("# %s\n", field_infos[wanted[i].field].name);
}

static void test_wrong_sample(void)
{
	struct layout layout;
	struct pyinspect_error *error = layout_from_dwarf(wrong_sample, &layout);
	REQUIRE(error != NULL);
	CHECK_HOLDS(pyinspect_error_message(error), "THREAD_IDENT");
	CHECK_NUMBER(error_code_of(error), PYINSPECT_ERROR_BAD_DATA);
}

/* A file of a few bytes in memory. */
static int make_file(const void *data, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	if (write(fd, data, size) != (ssize_t)size)
		exit(99);
	return fd;
}

static void test_broken_files(void)
{
	struct random random = {77};
	struct layout layout;
	char elf[4096] = {0};
	int own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	REQUIRE(read(own, elf, sizeof(elf)) == sizeof(elf));
	close(own);
	for (size_t size = 0; size <= sizeof(elf); size += 64) {
		int fd = make_file(elf, size);
		CHECK(error_code_of(layout_from_dwarf_fd(fd, "cut", &layout)) != 0);
		close(fd);
	}
	for (int i = 0; i < 300; i++) {
		char spoilt[sizeof(elf)];
		memcpy(spoilt, elf, sizeof(elf));
		for (int j = 0; j < 20; j++)
			spoilt[random_below(&random, 256)] = (char)random_next(&random);
		int fd = make_file(spoilt, sizeof(spoilt));
		CHECK(error_code_of(layout_from_dwarf_fd(fd, "spoilt", &layout)) != 0);
		close(fd);
	}
}

static void test_none(void)
{
	SKIP("there is no Python of pyenv's or Debian's on this machine");
}

/* The two samples of debugging information are the arguments. */
int main(int argc, char **argv)
{
	glob_t files;
	find_python_files(&files);
	if (argc != 3)
		return 2;
	sample = argv[1];
	wrong_sample = argv[2];
	TEST("members are found wherever C lets them be", test_sample);
	TEST("a member of another size is refused", test_wrong_sample);
	TEST("a file that is no Python's is refused", test_no_python);
	TEST("files cut or spoilt are refused", test_broken_files);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_file(files.gl_pathv[i]);
	if (!files.gl_pathc)
		TEST("producers agree", test_none);
	globfree(&files);
	return tap_finish();
}
