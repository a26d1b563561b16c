/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The generated tables and the dialects, on their own. */
#include "layout/dialects.h"
#include "layout/layout.h"
#include "tap.h"

/* The runtime and the interpreter have some 500 KB. */
#define OFFSET_MAX (1 << 20)

/* Architectures, the one that has all tables first. */
static const char *const machines[] = {"x86_64", "aarch64"};

#define MACHINES (sizeof(machines) / sizeof(machines[0]))

/* Table number index of all dialects and machines; NULL if the machine has none. */
static const struct layout_table *table_at(size_t index)
{
	return dialect_table(dialect_at(index / MACHINES), machines[index % MACHINES]);
}

#define FOR_EACH_TABLE(index)                                                              \
	for (size_t index = 0; index < dialect_count * MACHINES; index++)                  \
		if (table_at(index))

static bool is_size(enum field field)
{
	return !field_infos[field].members[0];
}

static void test_every_dialect_has_a_table(void)
{
	size_t seen = 0, named = 0;
	for (size_t i = 0; i < dialect_count; i++) {
		REQUIRE(dialect_table(dialect_at(i), machines[0]) != NULL);
		for (size_t j = 0; dialect_at(i)->tables[j]; j++)
			seen++;
	}
	FOR_EACH_TABLE(i)
	{
		const struct dialect *dialect = dialect_at(i / MACHINES);
		char start[16];
		snprintf(start, sizeof(start), "%u.%u.", dialect->major, dialect->minor);
		CHECK(strncmp(table_at(i)->python, start, strlen(start)) == 0);
		CHECK_TEXT(table_at(i)->machine, machines[i % MACHINES]);
		named++;
	}
	CHECK_NUMBER(seen, named);
	CHECK(dialect_table(dialect_at(0), "vax") == NULL);
}

/* Structs of CPython's differ only by what the C library puts into them. */
static void test_machines_agree(void)
{
	FOR_EACH_TABLE(i)
	{
		struct layout layout, other;
		layout_from_table(&layout, table_at(i));
		layout_from_table(&other, table_at(i - i % MACHINES));
		for (enum field j = 0; j < FIELD_COUNT; j++) {
			bool is_object = field_infos[j].is_object;
			if (CHECK(layout_has(&layout, j) == layout_has(&other, j) &&
				  (!is_object || layout.offsets[j] == other.offsets[j])))
				continue;
			printf("# %s of %s for %s\n", field_infos[j].name,
			       table_at(i)->python, table_at(i)->machine);
		}
	}
}

static void test_entries(void)
{
	FOR_EACH_TABLE(i)
	{
		const struct layout_table *table = table_at(i);
		bool seen[FIELD_COUNT] = {false};
		for (size_t j = 0; j < table->count; j++) {
			const struct table_entry *entry = &table->entries[j];
			REQUIRE((unsigned int)entry->field < FIELD_COUNT);
			CHECK(!seen[entry->field]);
			CHECK(entry->offset >= 0 && entry->offset < OFFSET_MAX);
			seen[entry->field] = true;
		}
	}
}

/* The size of the struct that a field is in; 0 if it isn't known. */
static int32_t struct_size(const struct layout *layout, enum field field)
{
	for (enum field i = 0; i < FIELD_COUNT; i++)
		if (is_size(i) && layout_has(layout, i) &&
		    strcmp(field_infos[i].structs, field_infos[field].structs) == 0)
			return layout->offsets[i];
	return 0;
}

static void test_members_lie_within(void)
{
	FOR_EACH_TABLE(i)
	{
		struct layout layout;
		layout_from_table(&layout, table_at(i));
		for (enum field j = 0; j < FIELD_COUNT; j++) {
			int32_t size = struct_size(&layout, j);
			if (!layout_has(&layout, j) || is_size(j) || !size)
				continue;
			if (!CHECK(layout.offsets[j] + (int32_t)field_infos[j].width <=
				   size))
				printf("# %s of %s\n", field_infos[j].name,
				       table_at(i)->python);
		}
	}
}

/* Members of one struct that are read with a width must not overlap. */
static void test_members_do_not_overlap(void)
{
	FOR_EACH_TABLE(i)
	{
		struct layout layout;
		layout_from_table(&layout, table_at(i));
		for (enum field j = 0; j < FIELD_COUNT; j++)
			for (enum field k = 0; k < j; k++) {
				if (!layout_has(&layout, j) || !layout_has(&layout, k) ||
				    !field_infos[j].width || !field_infos[k].width ||
				    strcmp(field_infos[j].structs, field_infos[k].structs))
					continue;
				int32_t a = layout.offsets[j], b = layout.offsets[k];
				if (!CHECK(a + (int32_t)field_infos[j].width <= b ||
					   b + (int32_t)field_infos[k].width <= a))
					printf("# %s and %s of %s\n", field_infos[j].name,
					       field_infos[k].name, table_at(i)->python);
			}
	}
}

static void check_one_of(const struct layout *layout, enum field a, enum field b,
			 const char *python)
{
	if (!CHECK(layout_has(layout, a) != layout_has(layout, b)))
		printf("# %s or %s of %s\n", field_infos[a].name, field_infos[b].name,
		       python);
}

static void test_what_a_walk_needs(void)
{
	static const enum field needed[] = {
		FIELD_INTERPRETER_NEXT,    FIELD_INTERPRETER_THREADS_HEAD,
		FIELD_INTERPRETER_MODULES, FIELD_INTERPRETER_SYSDICT,
		FIELD_THREAD_NEXT,         FIELD_THREAD_INTERPRETER,
		FIELD_THREAD_IDENT,        FIELD_CODE_NAME,
		FIELD_CODE_FILENAME,       FIELD_CODE_FIRSTLINENO,
		FIELD_CODE_LINETABLE,      FIELD_CODE_FLAGS,
		FIELD_OBJECT_TYPE,         FIELD_VAR_SIZE,
		FIELD_TYPE_NAME,           FIELD_TYPE_FLAGS,
		FIELD_TYPE_DICTOFFSET,     FIELD_TYPE_BASICSIZE,
		FIELD_TYPE_ITEMSIZE,       FIELD_LONG_DIGITS};
	FOR_EACH_TABLE(i)
	{
		struct layout layout;
		const char *python = table_at(i)->python;
		layout_from_table(&layout, table_at(i));
		for (size_t j = 0; j < sizeof(needed) / sizeof(needed[0]); j++)
			if (!CHECK(layout_has(&layout, needed[j])))
				printf("# %s of %s\n", field_infos[needed[j]].name, python);
		check_one_of(&layout, FIELD_IFRAME_PREVIOUS, FIELD_PYFRAME_CODE, python);
		check_one_of(&layout, FIELD_CODE_CODE, FIELD_CODE_CODE_ADAPTIVE, python);
		check_one_of(&layout, FIELD_DICT_TABLE, FIELD_DICT_KEYS, python);
		check_one_of(&layout, FIELD_STRING_DATA, FIELD_BYTES_DATA, python);
		check_one_of(&layout, FIELD_UNICODE2_STR, FIELD_ASCII_STATE, python);
	}
}

static void test_layout_from_table(void)
{
	struct layout layout;
	FOR_EACH_TABLE(i)
	{
		size_t present = 0;
		memset(&layout, 7, sizeof(layout));
		layout_from_table(&layout, table_at(i));
		for (enum field j = 0; j < FIELD_COUNT; j++) {
			present += layout_has(&layout, j);
			CHECK_NUMBER(layout.sources[j], layout_has(&layout, j)
								? LAYOUT_SOURCE_TABLE
								: LAYOUT_SOURCE_NONE);
		}
		CHECK_NUMBER(present, table_at(i)->count);
		CHECK(layout.dialect == NULL);
	}
}

static const struct dialect *find(uint32_t hexversion, bool wanted_newer)
{
	bool newer = !wanted_newer;
	const struct dialect *dialect = dialect_find(hexversion, &newer);
	CHECK_NUMBER(newer, wanted_newer);
	return dialect;
}

static void test_dialect_find(void)
{
	for (size_t i = 0; i < dialect_count; i++) {
		const struct dialect *dialect = dialect_at(i);
		uint32_t version = (uint32_t)(dialect->major << 24 | dialect->minor << 16);
		CHECK(find(version, false) == dialect);
		CHECK(find(version | 0xffff, false) == dialect);
		CHECK(dialect_is(dialect, version | 0x12f0));
		CHECK(!dialect_is(dialect, version + 0x10000));
		CHECK(!dialect_is(dialect, version - 1));
	}
}

static void test_dialects_are_ordered(void)
{
	for (size_t i = 1; i < dialect_count; i++) {
		const struct dialect *a = dialect_at(i - 1), *b = dialect_at(i);
		CHECK(a->major < b->major || (a->major == b->major && a->minor < b->minor));
		CHECK(a->debug_offsets_revision <= b->debug_offsets_revision);
	}
}

static void test_versions_without_dialect(void)
{
	const struct dialect *newest = dialect_at(dialect_count - 1);
	uint32_t last = (uint32_t)(newest->major << 24 | newest->minor << 16);
	CHECK(find(last + 0x10000, true) == newest);
	CHECK(find(last + 0x500000, true) == newest);
	CHECK(find(0x04000000, true) == NULL);
	CHECK(find(0xffffffff, true) == NULL);
	CHECK(find(0x03050000, false) == NULL);
	CHECK(find(0x02060000, false) == NULL);
	CHECK(find(0x02080000, false) == NULL);
	CHECK(find(0, false) == NULL);
}

static void test_hexversion_text(void)
{
	static const struct {
		uint32_t hexversion;
		const char *text;
	} rows[] = {{0x030c01f0, "3.12.1"},      {0x030f00c1, "3.15.0rc1"},
		    {0x030f00a7, "3.15.0a7"},    {0x030d00b4, "3.13.0b4"},
		    {0x021b12f0, "2.27.18"},     {0x02070ff0, "2.7.15"},
		    {0xffffffff, "255.255.255"}, {0xffffffcf, "255.255.255rc15"},
		    {0x03080000, "3.8"}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[24];
		hexversion_text(rows[i].hexversion, text);
		CHECK_TEXT(text, rows[i].text);
	}
}

int main(void)
{
	TEST("every dialect has a table of its own version",
	     test_every_dialect_has_a_table);
	TEST("tables of one version have the same objects on all machines",
	     test_machines_agree);
	TEST("an entry of a table is a known field, once, at a sane offset", test_entries);
	TEST("members lie within their structs", test_members_lie_within);
	TEST("members of a struct do not overlap", test_members_do_not_overlap);
	TEST("a table has what a walk needs", test_what_a_walk_needs);
	TEST("a layout from a table has what the table has, and no more",
	     test_layout_from_table);
	TEST("a version is of its own dialect, whatever its patch level",
	     test_dialect_find);
	TEST("dialects are in the order of versions", test_dialects_are_ordered);
	TEST("a newer 3 is taken for the newest, and a 4 for nothing",
	     test_versions_without_dialect);
	TEST("versions are written as Python writes them", test_hexversion_text);
	return tap_finish();
}
