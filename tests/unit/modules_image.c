/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Exported symbols of ELF images made by hand, sound and broken. */
#include <stdlib.h>
#include <unistd.h>

#include "elf_image.h"
#include "modules/image.h"
#include "tap.h"

/* A walk that has no end ends the program, and so fails the test. */
#define PATIENCE 10

static const enum elf_hash hashes[] = {ELF_HASH_GNU, ELF_HASH_SYSV, ELF_HASH_BOTH};

static int look_up(struct elf *elf, const char *name, uint64_t *address_ret)
{
	struct image image = {.path = (char *)"/lib/libpython.so", .start = ELF_BASE};
	*address_ret = 0;
	/* Tests write into the image behind the cache's back. */
	memory_forget(&elf->target.memory);
	alarm(PATIENCE);
	int code = error_code_of(image_symbol(&elf->target, &image, name, address_ret));
	alarm(0);
	return code;
}

static void check_found(struct elf *elf, const char *name, uint64_t wanted)
{
	uint64_t address;
	CHECK_NUMBER(look_up(elf, name, &address), 0);
	CHECK_NUMBER(address, wanted);
}

#define FOR_EACH_HASH(elf)                                                                 \
	for (size_t hash_ = 0; hash_ < sizeof(hashes) / sizeof(hashes[0]); hash_++)        \
		for (bool once_ = (elf_init(elf, hashes[hash_], false), true); once_;      \
		     once_ = (elf_deinit(elf), false))

static void test_found(void)
{
	struct elf elf;
	FOR_EACH_HASH(&elf)
	{
		for (size_t i = 0; i < ELF_SYMBOLS; i++) {
			char name[16];
			snprintf(name, sizeof(name), "symbol_%zu", i);
			check_found(&elf, name, ELF_BASE + elf_symbol_value(i));
		}
		check_found(&elf, "_PyRuntime", ELF_BASE + elf_symbol_value(ELF_SYMBOLS));
	}
}

static void test_not_found(void)
{
	struct elf elf;
	FOR_EACH_HASH(&elf)
	{
		check_found(&elf, "symbol_", 0);
		check_found(&elf, "symbol_00", 0);
		check_found(&elf, "Py_Version", 0);
		check_found(&elf, "", 0);
		for (int i = 0; i < 500; i++) {
			char name[16];
			snprintf(name, sizeof(name), "absent_%d", i);
			check_found(&elf, name, 0);
		}
		/* It is in the table, but of another file. */
		check_found(&elf, "imported", 0);
	}
}

static void test_prelinked_addresses(void)
{
	struct elf elf;
	for (size_t i = 0; i < 3; i++) {
		elf_init(&elf, hashes[i], true);
		check_found(&elf, "_PyRuntime", ELF_BASE + elf_symbol_value(ELF_SYMBOLS));
		elf_deinit(&elf);
	}
}

static void test_data_segment(void)
{
	struct elf elf;
	struct image image = {.path = (char *)"/lib/x", .start = ELF_BASE};
	uint64_t address;
	elf_init(&elf, ELF_HASH_GNU, false);
	CHECK(!image_symbol(&elf.target, &image, "_PyRuntime", &address));
	CHECK_NUMBER(image.data_start, ELF_BASE + ELF_DATA);
	CHECK_NUMBER(image.data_end, ELF_BASE + ELF_DATA + ELF_DATA_SIZE);
	CHECK_NUMBER(image.bias, ELF_BASE);
	elf_deinit(&elf);
}

static void test_no_elf(void)
{
	struct elf elf;
	uint64_t address;
	static const struct {
		size_t at;
		uint8_t byte;
	} spoilt[] = {{0, 0},
		      {3, 'X'},
		      {EI_CLASS, ELFCLASS32},
		      {EI_DATA, ELFDATA2MSB},
		      {offsetof(Elf64_Ehdr, e_phentsize), 55}};
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		elf_init(&elf, ELF_HASH_GNU, false);
		image_write(&elf.memory, ELF_BASE + spoilt[i].at, &spoilt[i].byte, 1);
		CHECK_NUMBER(look_up(&elf, "_PyRuntime", &address),
			     PYINSPECT_ERROR_BAD_DATA);
		CHECK_NUMBER(address, 0);
		elf_deinit(&elf);
	}
}

static void test_headers(void)
{
	static const struct {
		uint64_t offset;
		uint16_t count;
		int code;
	} rows[] = {
		{64, 0, PYINSPECT_ERROR_BAD_DATA},
		{64, 0xffff, PYINSPECT_ERROR_BAD_DATA},
		{64, 129, PYINSPECT_ERROR_BAD_DATA},
		{UINT64_MAX, 3, PYINSPECT_ERROR_FAULT},
		{UINT64_C(1) << 40, 3, PYINSPECT_ERROR_FAULT},
		/* Zeros: nothing to load. */
		{ELF_SIZE - 3 * sizeof(Elf64_Phdr), 3, PYINSPECT_ERROR_BAD_DATA},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct elf elf;
		uint64_t address;
		elf_init(&elf, ELF_HASH_GNU, false);
		elf.header->e_phoff = rows[i].offset;
		elf.header->e_phnum = rows[i].count;
		CHECK_NUMBER(look_up(&elf, "_PyRuntime", &address), rows[i].code);
		elf_deinit(&elf);
	}
}

static void test_nothing_there(void)
{
	struct elf elf;
	struct image image = {.path = (char *)"/lib/x", .start = 0x1000};
	uint64_t address = 77;
	elf_init(&elf, ELF_HASH_GNU, false);
	CHECK_NUMBER(error_code_of(image_symbol(&elf.target, &image, "a", &address)),
		     PYINSPECT_ERROR_FAULT);
	CHECK_NUMBER(address, 77);
	elf_deinit(&elf);
}

static void test_dynamic_without_end(void)
{
	struct elf elf;
	uint64_t address;
	elf_init(&elf, ELF_HASH_GNU, false);
	/* The section, and all memory behind it, is entries that say nothing. */
	for (size_t at = ELF_DYNAMIC; at + 16 <= ELF_SIZE; at += 16)
		elf_dynamic(&elf, (at - ELF_DYNAMIC) / 16, DT_DEBUG, 0);
	CHECK_NUMBER(look_up(&elf, "_PyRuntime", &address), PYINSPECT_ERROR_BAD_DATA);
	elf_deinit(&elf);
}

static void test_dynamic_at_end_of_memory(void)
{
	struct elf elf;
	uint64_t address;
	elf_init(&elf, ELF_HASH_GNU, false);
	elf.segments[ELF_SEGMENT_DYNAMIC].p_vaddr = ELF_SIZE - 32;
	memset((char *)elf.header + ELF_SIZE - 32, 1, 32);
	CHECK_NUMBER(look_up(&elf, "_PyRuntime", &address), PYINSPECT_ERROR_BAD_DATA);
	elf_deinit(&elf);
}

static void test_no_buckets(void)
{
	struct elf elf;
	FOR_EACH_HASH(&elf)
	{
		elf.gnu->buckets = 0;
		elf.sysv->buckets = 0;
		check_found(&elf, "_PyRuntime", 0);
	}
	elf_init(&elf, ELF_HASH_GNU, false);
	elf.gnu->bloom_size = 0;
	check_found(&elf, "_PyRuntime", 0);
	elf_deinit(&elf);
}

static void test_chain_without_end(void)
{
	struct elf elf;
	uint64_t address;
	FOR_EACH_HASH(&elf)
	{
		elf_endless_chains(&elf);
		CHECK_NUMBER(look_up(&elf, "no_such_symbol", &address),
			     PYINSPECT_ERROR_BAD_DATA);
		CHECK_NUMBER(address, 0);
	}
}

static void test_counts_that_lie(void)
{
	static const uint32_t counts[] = {0xffffffff, 0x80000000, 0x7fffffff, 0x10000};
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct elf elf;
		FOR_EACH_HASH(&elf)
		{
			uint64_t address;
			elf.gnu->buckets = elf.sysv->buckets = counts[i];
			look_up(&elf, "_PyRuntime", &address);
			elf.gnu->buckets = 1;
			elf.gnu->bloom_size = counts[i];
			look_up(&elf, "_PyRuntime", &address);
			elf.gnu->bloom_size = 1;
			elf.gnu->first = counts[i];
			look_up(&elf, "_PyRuntime", &address);
			elf.gnu->bloom_shift = counts[i];
			look_up(&elf, "_PyRuntime", &address);
			CHECK(true);
		}
	}
}

/* Each address of the dynamic section turned into each other one. */
static void test_tables_elsewhere(void)
{
	static const uint64_t places[] = {0,
					  1,
					  ELF_SIZE - 4,
					  ELF_SIZE,
					  UINT64_MAX,
					  UINT64_C(1) << 63,
					  UINT64_MAX - ELF_BASE};
	static const int64_t tags[] = {DT_SYMTAB, DT_STRTAB, DT_STRSZ, DT_GNU_HASH,
				       DT_HASH};
	for (size_t i = 0; i < 5 * 7; i++) {
		struct elf elf;
		FOR_EACH_HASH(&elf)
		{
			uint64_t address;
			elf_dynamic_set(&elf, tags[i / 7], places[i % 7]);
			int code = look_up(&elf, "_PyRuntime", &address);
			CHECK(code == 0 || code == PYINSPECT_ERROR_FAULT ||
			      code == PYINSPECT_ERROR_BAD_DATA);
			/* Without its name, or of another table, it is not found. */
			if (tags[i / 7] == DT_STRTAB || tags[i / 7] == DT_SYMTAB)
				CHECK_NUMBER(address, 0);
		}
	}
}

static void test_names_outside(void)
{
	struct elf elf;
	FOR_EACH_HASH(&elf)
	{
		/* All but the first bytes of the names are behind the strings' end. */
		elf_dynamic_set(&elf, DT_STRSZ, 8);
		check_found(&elf, "_PyRuntime", 0);
		elf_dynamic_set(&elf, DT_STRSZ, ELF_STRINGS_SIZE);
		check_found(&elf, "_PyRuntime", ELF_BASE + elf_symbol_value(ELF_SYMBOLS));
		for (size_t i = 1; i < ELF_SYMBOLS + 3; i++)
			elf.symbols[i].st_name = i % 2 ? 0xffffffff : ELF_STRINGS_SIZE;
		check_found(&elf, "_PyRuntime", 0);
	}
}

static void test_random_spoiling(void)
{
	struct random random = {0xe1f};
	for (int i = 0; i < 1000; i++) {
		struct elf elf;
		uint64_t address;
		elf_init(&elf, hashes[i % 3], i & 1);
		for (uint32_t j = 1 + random_below(&random, 6); j > 0; j--) {
			uint8_t byte = (uint8_t)random_next(&random);
			image_write(&elf.memory, ELF_BASE + random_below(&random, ELF_USED),
				    &byte, 1);
		}
		look_up(&elf, "_PyRuntime", &address);
		look_up(&elf, "no_such_symbol", &address);
		elf_deinit(&elf);
	}
	CHECK(true);
}

int main(void)
{
	TEST("symbols are found by either hash table", test_found);
	TEST("a symbol that is not exported is not found", test_not_found);
	TEST("tables may have addresses in memory or in the file",
	     test_prelinked_addresses);
	TEST("the writable segment is known", test_data_segment);
	TEST("what is no 64-bit ELF file is refused", test_no_elf);
	TEST("program headers that can't be are refused", test_headers);
	TEST("an image that isn't there is a fault", test_nothing_there);
	TEST("a dynamic section without an end is refused", test_dynamic_without_end);
	TEST("a dynamic section at the end of memory is refused",
	     test_dynamic_at_end_of_memory);
	TEST("a hash table without buckets has no symbols", test_no_buckets);
	TEST("a chain without an end is refused", test_chain_without_end);
	TEST("counts that lie lead to an end", test_counts_that_lie);
	TEST("tables at any address lead to an end", test_tables_elsewhere);
	TEST("names outside of the strings are none", test_names_outside);
	TEST("images spoilt at random lead to an end", test_random_spoiling);
	return tap_finish();
}
