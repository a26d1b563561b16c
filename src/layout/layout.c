/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "layout/layout.h"

#define INFO(name, is_object, width, structs, members)                                     \
	[FIELD_##name] = {#name, width, structs, members, is_object},
#define FIELD(name, ...)        INFO(name, false, __VA_ARGS__)
#define OBJECT_FIELD(name, ...) INFO(name, true, __VA_ARGS__)

const struct field_info field_infos[FIELD_COUNT] = {
#include "layout/fields.def"
};

void layout_clear(struct layout *layout)
{
	layout->dialect = NULL;
	layout->is_free_threaded = false;
	for (int i = 0; i < FIELD_COUNT; i++)
		layout_set(layout, (enum field)i, LAYOUT_ABSENT, LAYOUT_SOURCE_NONE);
}

void layout_set(struct layout *layout, enum field field, int32_t offset,
		enum layout_source source)
{
	layout->offsets[field] = offset;
	layout->sources[field] = (uint8_t)source;
}

void layout_from_table(struct layout *layout, const struct layout_table *table)
{
	layout_clear(layout);
	for (size_t i = 0; i < table->count; i++)
		layout_set(layout, table->entries[i].field, table->entries[i].offset,
			   LAYOUT_SOURCE_TABLE);
}

void layout_shift_objects(struct layout *layout, int32_t bytes)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (field_infos[i].is_object && layout->sources[i] == LAYOUT_SOURCE_TABLE)
			layout->offsets[i] += bytes;
}

static bool knows_struct(const struct layout *layout, const char *structs)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout_has(layout, (enum field)i) &&
		    strcmp(field_infos[i].structs, structs) == 0)
			return true;
	return false;
}

void layout_complete(struct layout *layout, const struct layout *from)
{
	const struct layout before = *layout;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout_has(from, (enum field)i) &&
		    !knows_struct(&before, field_infos[i].structs))
			layout_set(layout, (enum field)i, from->offsets[i],
				   from->sources[i]);
}

enum field layout_find_outside(const struct layout *layout)
{
	const struct field_info *owner = NULL;
	int64_t size = LAYOUT_ABSENT;
	/* The size of a struct comes first in fields.def. */
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field_info *info = &field_infos[i];
		if (!*info->members) {
			owner = info;
			size = layout->offsets[i];
		} else if (owner && size != LAYOUT_ABSENT &&
			   layout_has(layout, (enum field)i) &&
			   strcmp(owner->structs, info->structs) == 0 &&
			   layout->offsets[i] + (int64_t)info->width > size) {
			return (enum field)i;
		}
	}
	return FIELD_COUNT;
}

/* Releases have changed the collector's state (3.14.5), and what lies behind it. */
static bool is_steady(const struct layout *released, enum field field)
{
	const struct field_info *info = &field_infos[field];
	if (!*info->members || strncmp(info->structs, "pyruntimestate", 14) == 0 ||
	    strcmp(info->structs, "_gc_runtime_state") == 0)
		return false;
	return strcmp(info->structs, "_is") != 0 ||
	       released->offsets[field] <= released->offsets[FIELD_INTERPRETER_GC];
}

enum field layout_find_difference(const struct layout *layout,
				  const struct layout_table *table)
{
	struct layout released;
	layout_from_table(&released, table);
	bool are_shifted =
		layout->offsets[FIELD_OBJECT_TYPE] != released.offsets[FIELD_OBJECT_TYPE];
	for (int i = 0; i < FIELD_COUNT; i++)
		if (layout->sources[i] == LAYOUT_SOURCE_DEBUG_OFFSETS &&
		    layout->offsets[i] != released.offsets[i] &&
		    is_steady(&released, (enum field)i) &&
		    !(are_shifted && field_infos[i].is_object))
			return (enum field)i;
	return FIELD_COUNT;
}
