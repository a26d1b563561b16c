/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout/layout.h"

const struct field_info field_infos[FIELD_COUNT] = {
#define FIELD(name, width, structs, members)                                               \
	[FIELD_##name] = {#name, width, structs, members},
#include "layout/fields.def"
#undef FIELD
};

void layout_clear(struct layout *layout)
{
	layout->dialect = NULL;
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
