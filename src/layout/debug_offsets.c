/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "layout/debug_offsets.h"

/* No struct of CPython's is larger; the runtime has about 350 KB. */
#define STRUCT_SIZE_MAX ((uint64_t)16 << 20)
/* The GIL's struct has some 200 bytes. */
#define GIL_SIZE_MAX 4096

enum use { USE_SKIP, USE_SIZE, USE_AT, USE_UNGUARDED, USE_IN_GIL };

struct word {
	const char *section, *member;
	enum field field;
	uint8_t since;
	uint8_t use;
};

#define SKIP                                      FIELD_COUNT, USE_SKIP
#define SIZE(field)                               FIELD_##field, USE_SIZE
#define AT(field)                                 FIELD_##field, USE_AT
#define UNGUARDED(field)                          FIELD_##field, USE_UNGUARDED
#define IN_GIL(field)                             FIELD_##field, USE_IN_GIL
#define WORD(since, section, member, ...)         WORD_(since, section, member, __VA_ARGS__)
#define WORD_(since, section, member, field, use) {#section, #member, field, since, use},

static const struct word all_words[] = {
#include "layout/debug_offsets.def"
};

#define ALL_COUNT (sizeof(all_words) / sizeof(all_words[0]))

size_t debug_offsets_count(unsigned int revision)
{
	size_t count = 0;
	for (size_t i = 0; i < ALL_COUNT; i++)
		count += all_words[i].since <= revision;
	return count;
}

/* A struct of the target while its members are taken over. */
struct section {
	const char *name;
	/** Its size in the target, and whether the table's is another. */
	uint64_t size;
	bool moved;
	/** Names of the struct in fields.def; NULL if its size is not of use. */
	const char *structs;
	uint64_t last_covered;
	bool is_free_threaded;
};

/*
 * Members that the target doesn't tell: behind those that it does they may have moved
 * with the struct's size; without a GIL, more of them may have.
 */
static void drop_doubtful(struct layout *layout, const struct section *section)
{
	if (!section->moved)
		return;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout->sources[i] == LAYOUT_SOURCE_TABLE &&
		    strcmp(field_infos[i].structs, section->structs) == 0 &&
		    ((section->is_free_threaded && !field_infos[i].is_object) ||
		     (uint64_t)layout->offsets[i] > section->last_covered))
			layout_set(layout, (enum field)i, LAYOUT_ABSENT,
				   LAYOUT_SOURCE_NONE);
}

static struct pyinspect_error *begin_section(struct layout *layout, struct section *section,
					     const struct word *word, uint64_t size)
{
	if (size == 0 || size > STRUCT_SIZE_MAX)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "_Py_DebugOffsets says that %s has %llu bytes",
				    word->section, (unsigned long long)size);
	section->size = size;
	if (word->use != USE_SIZE)
		return NULL;
	section->structs = field_infos[word->field].structs;
	section->moved = layout->offsets[word->field] != (int32_t)size;
	layout_set(layout, word->field, (int32_t)size, LAYOUT_SOURCE_DEBUG_OFFSETS);
	return NULL;
}

static struct pyinspect_error *use_word(struct layout *layout, struct section *section,
					const struct word *word, uint64_t value)
{
	bool is_size = strcmp(word->member, "size") == 0;
	if (is_size)
		return begin_section(layout, section, word, value);
	if (word->use == USE_SKIP)
		return NULL;
	if (word->use == USE_UNGUARDED && !section->is_free_threaded) {
		layout_set(layout, word->field, LAYOUT_ABSENT, LAYOUT_SOURCE_NONE);
		return NULL;
	}
	if (value > section->size ||
	    (word->use != USE_SIZE &&
	     field_infos[word->field].width > section->size - value))
		return error_create(
			PYINSPECT_ERROR_BAD_DATA,
			"_Py_DebugOffsets says that %s.%s is at %llu of %llu bytes",
			word->section, word->member, (unsigned long long)value,
			(unsigned long long)section->size);
	if (word->use == USE_AT && value > section->last_covered)
		section->last_covered = value;
	if (word->use == USE_IN_GIL) {
		value -= layout_at(layout, FIELD_INTERPRETER_OWN_GIL);
		if (value > GIL_SIZE_MAX)
			return error_create(
				PYINSPECT_ERROR_BAD_DATA,
				"_Py_DebugOffsets says that %s is outside of the GIL",
				word->member);
	}
	layout_set(layout, word->field, (int32_t)value, LAYOUT_SOURCE_DEBUG_OFFSETS);
	return NULL;
}

/* Without a GIL, or where references are traced, more stands before every object. */
static bool objects_are_shifted(const struct layout *layout, const uint64_t *words)
{
	for (size_t i = 0; i < ALL_COUNT; i++) {
		if (all_words[i].since > layout->dialect->debug_offsets_revision)
			continue;
		if (all_words[i].field == FIELD_OBJECT_TYPE)
			return *words ==
			       layout_at(layout, FIELD_OBJECT_TYPE) + OBJECT_HEAD_EXTRA;
		words++;
	}
	return false;
}

/* Sizes come after some members that they bound, and may contradict the table's. */
static struct pyinspect_error *check_bounds(const struct layout *layout)
{
	enum field outside = layout_find_outside(layout);
	if (outside == FIELD_COUNT)
		return NULL;
	return error_create(PYINSPECT_ERROR_BAD_DATA,
			    "_Py_DebugOffsets leaves %s at %d, outside of its struct",
			    field_infos[outside].name, layout->offsets[outside]);
}

struct pyinspect_error *layout_from_debug_offsets(struct layout *layout,
						  const uint64_t *words)
{
	struct section section = {.name = "header"};
	bool is_free_threaded = words[DEBUG_OFFSETS_FREE_THREADED] == 1;
	layout->is_free_threaded = is_free_threaded;
	if (objects_are_shifted(layout, words))
		layout_shift_objects(layout, OBJECT_HEAD_EXTRA);
	for (size_t i = 0; i < ALL_COUNT; i++) {
		const struct word *word = &all_words[i];
		if (word->since > layout->dialect->debug_offsets_revision)
			continue;
		if (strcmp(word->section, section.name) != 0) {
			drop_doubtful(layout, &section);
			section = (struct section){.name = word->section,
						   .size = STRUCT_SIZE_MAX,
						   .is_free_threaded = is_free_threaded};
		}
		struct pyinspect_error *error = use_word(layout, &section, word, *words++);
		if (error)
			return error;
	}
	return check_bounds(layout);
}
