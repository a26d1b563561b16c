/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The dynamic loader's list of mapped files, sound and broken. */
#include <elf.h>
#include <link.h>
#include <stdlib.h>

#include "image.h"
#include "modules/image.h"
#include "modules/link_map.h"
#include "tap.h"

#define EXECUTABLE UINT64_C(0x555500000000)
#define FIXED      UINT64_C(0x400000)
#define LIBRARY    UINT64_C(0x7f1000000000)
#define OTHER      UINT64_C(0x7f2000000000)
#define HEAP       UINT64_C(0x600000000)
#define HEADERS    64

static struct {
	struct memory_image memory;
	struct target target;
	uint64_t loader, headers;
} it;

static uint64_t tell_symbol(void *context, const char *name)
{
	return strcmp(name, "_r_debug") == 0 ? it.loader : 0;
}

static uint64_t tell_auxiliary(void *context, uint64_t type)
{
	return type == AT_PHDR ? it.headers : 0;
}

static const struct target_ops ops = {.symbol = tell_symbol, .auxiliary = tell_auxiliary};

static void map_file(uint64_t start)
{
	image_map(&it.memory, start, IMAGE_PAGE);
	image_write(&it.memory, start, ELFMAG, SELFMAG);
}

static void begin(void)
{
	memset(&it, 0, sizeof(it));
	it.target.ops = &ops;
	image_set_heap(&it.memory, HEAP, 1 << 16);
	image_open(&it.target.memory, image_read, &it.memory);
	it.memory.reader = &it.target.memory;
	map_file(EXECUTABLE);
	map_file(LIBRARY);
	map_file(OTHER);
}

static void end(void)
{
	memory_deinit(&it.target.memory);
	image_deinit(&it.memory);
}

/* An entry of the list; next may be 0. */
static uint64_t add_map(uint64_t moved, const char *path, uint64_t next)
{
	uint64_t name = image_alloc(&it.memory, strlen(path) + 1);
	uint64_t address = image_alloc(&it.memory, sizeof(struct link_map));
	struct link_map map = {.l_addr = moved,
			       .l_name = (char *)(uintptr_t)name,
			       .l_next = (struct link_map *)(uintptr_t)next};
	image_write(&it.memory, name, path, strlen(path) + 1);
	image_write(&it.memory, address, &map, sizeof(map));
	return address;
}

static uint64_t add_loader(uint64_t first, int version, uint64_t next)
{
	uint64_t address = image_alloc(&it.memory, sizeof(struct r_debug) + 8);
	struct r_debug debug = {.r_version = version,
				.r_map = (struct link_map *)(uintptr_t)first};
	image_write(&it.memory, address, &debug, sizeof(debug));
	image_write_u64(&it.memory, address + sizeof(debug), next);
	return address;
}

/* What was called back for, "START=PATH;". */
static char listed[4096];
static size_t listed_count;

static bool collect(void *context, const struct mapping *mapping)
{
	size_t length = strlen(listed);
	listed_count++;
	snprintf(listed + length, sizeof(listed) - length, "%llx=%s;",
		 (unsigned long long)mapping->start, mapping->path);
	return true;
}

static int list(void)
{
	*listed = '\0';
	listed_count = 0;
	return error_code_of(link_map_list(&it.target, collect, NULL));
}

static void test_symbol(void)
{
	uint64_t last = add_map(OTHER, "/lib/libpython3.12.so.1.0", 0);
	uint64_t middle = add_map(LIBRARY, "/lib/libc.so.6", last);
	it.loader = add_loader(add_map(EXECUTABLE, "", middle), 1, 0);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "555500000000=executable;7f1000000000=/lib/libc.so.6;"
			   "7f2000000000=/lib/libpython3.12.so.1.0;");
}

static void write_segment(unsigned int index, uint32_t type, uint64_t address)
{
	Elf64_Phdr segment = {.p_type = type, .p_vaddr = address};
	image_write(&it.memory, it.headers + index * sizeof(segment), &segment,
		    sizeof(segment));
}

static void write_dynamic(uint64_t address, unsigned int index, int64_t tag, uint64_t value)
{
	Elf64_Dyn entry = {.d_tag = tag, .d_un.d_ptr = value};
	image_write(&it.memory, address + index * sizeof(entry), &entry, sizeof(entry));
}

/* Of an executable at start, whose addresses are moved by so much. */
static void add_headers(uint64_t start, uint64_t moved)
{
	it.headers = start + HEADERS;
	write_segment(0, PT_PHDR, it.headers - moved);
	write_segment(1, PT_LOAD, 0);
	write_segment(2, PT_DYNAMIC, start + 0x800 - moved);
	write_dynamic(start + 0x800, 0, DT_NEEDED, 1);
	write_dynamic(start + 0x800, 1, DT_DEBUG, it.loader);
	write_dynamic(start + 0x800, 2, DT_NULL, 0);
	it.loader = 0;
}

static void test_headers(void)
{
	it.loader = add_loader(
		add_map(EXECUTABLE, "", add_map(LIBRARY, "/lib/libc.so.6", 0)), 1, 0);
	add_headers(EXECUTABLE, EXECUTABLE);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "555500000000=executable;7f1000000000=/lib/libc.so.6;");
}

static void test_fixed(void)
{
	map_file(FIXED);
	it.loader = add_loader(add_map(0, "", 0), 1, 0);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "400000=executable;");
	add_headers(FIXED, 0);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "400000=executable;");
}

static void test_namespaces(void)
{
	uint64_t second = add_loader(add_map(OTHER, "/opt/libpython3.8.so", 0), 2, 0);
	uint64_t first = add_map(EXECUTABLE, "", 0);
	it.loader = add_loader(first, 2, second);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "555500000000=executable;7f2000000000=/opt/libpython3.8.so;");
	/* Before there were namespaces, something else follows. */
	it.loader = add_loader(first, 1, second);
	CHECK_NUMBER(list(), 0);
	CHECK_TEXT(listed, "555500000000=executable;");
}

static void test_unknown(void)
{
	CHECK_NUMBER(list(), PYINSPECT_ERROR_BAD_DATA);
	it.headers = EXECUTABLE + HEADERS;
	CHECK_NUMBER(list(), PYINSPECT_ERROR_BAD_DATA);
	it.headers = 8;
	CHECK_NUMBER(list(), PYINSPECT_ERROR_BAD_DATA);
	it.loader = 8;
	CHECK_NUMBER(list(), PYINSPECT_ERROR_FAULT);
	CHECK_NUMBER(listed_count, 0);
}

static void test_broken(void)
{
	/* What is not there any more costs itself alone; what can't be followed, the rest.
	 */
	uint64_t gone = add_map(UINT64_C(0x7f7000000000), "/gone", 16);
	it.loader = add_loader(add_map(EXECUTABLE, "", gone), 1, 0);
	CHECK_NUMBER(list(), PYINSPECT_ERROR_FAULT);
	CHECK_TEXT(listed, "555500000000=executable;");
}

static void test_cycle(void)
{
	uint64_t last = add_map(OTHER, "/b", 0);
	uint64_t first = add_map(LIBRARY, "/a", last);
	image_write_u64(&it.memory, last + offsetof(struct link_map, l_next), first);
	it.loader = add_loader(first, 2, 0);
	CHECK_NUMBER(list(), PYINSPECT_ERROR_BAD_DATA);
	CHECK(listed_count < 16);
	/* A list of namespaces that leads to itself. */
	it.loader = add_loader(add_map(OTHER, "/b", 0), 2, 0);
	image_write_u64(&it.memory, it.loader + sizeof(struct r_debug), it.loader);
	CHECK_NUMBER(list(), 0);
	CHECK(listed_count <= 64);
}

static void test_path_without_end(void)
{
	uint64_t map = add_map(LIBRARY, "", 0);
	uint64_t name = UINT64_C(0x7f3000000000);
	memset(image_map(&it.memory, name, 4 * IMAGE_PAGE)->bytes, 'x', 4 * IMAGE_PAGE);
	image_write_u64(&it.memory, map + offsetof(struct link_map, l_name), name);
	it.loader = add_loader(map, 1, 0);
	CHECK_NUMBER(list(), 0);
	CHECK_NUMBER(listed_count, 1);
}

#define RUN(name, function)                                                                \
	do {                                                                               \
		begin();                                                                   \
		TEST(name, function);                                                      \
		end();                                                                     \
	} while (0)

int main(void)
{
	RUN("the list is found by the loader's symbol", test_symbol);
	RUN("the list is found by the program's headers", test_headers);
	RUN("an executable that can't be moved is found", test_fixed);
	RUN("each namespace's files are listed", test_namespaces);
	RUN("without a way to the list, that is said", test_unknown);
	RUN("an entry that can't be followed ends the list", test_broken);
	RUN("cycles end the list", test_cycle);
	RUN("a path without an end is cut", test_path_without_end);
	return tap_finish();
}
