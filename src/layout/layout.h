/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Where the members of CPython's structures are in one build of CPython.
 *
 * One list of members (fields.def) and three producers that fill one struct:
 * tables generated from DWARF (layout_from_table()), the target's own
 * _Py_DebugOffsets (layout_from_debug_offsets()), and DWARF itself (dwarf_layout_find();
 * layout_from_dwarf() runs in a process of its own because of libdw).
 */
#ifndef LAYOUT_LAYOUT_H
#define LAYOUT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dialect;

enum field {
#define FIELD(name, width, structs, members) FIELD_##name,
#include "layout/fields.def"
#undef FIELD
	FIELD_COUNT,
};

/** Offset of a member that the build does not have. Never 0: that is an offset. */
#define LAYOUT_ABSENT (-1)

/** Which producer an offset comes from, the least trusted first. */
enum layout_source {
	LAYOUT_SOURCE_NONE,
	LAYOUT_SOURCE_TABLE,
	LAYOUT_SOURCE_DWARF,
	LAYOUT_SOURCE_DEBUG_OFFSETS,
};

struct layout {
	/** What layout can't show; NULL until it is known. */
	const struct dialect *dialect;
	/** A build without a GIL. */
	bool is_free_threaded;
	/** unicode of 2.7 is UTF-16, not UCS-4. CPython: --enable-unicode=ucs2. */
	bool is_narrow;
	/** Bytes from the start of the struct, or the struct's size; or LAYOUT_ABSENT. */
	int32_t offsets[FIELD_COUNT];
	/** An enum layout_source for each. */
	uint8_t sources[FIELD_COUNT];
};

/** A member of fields.def. */
struct field_info {
	const char *name;
	/** Bytes that are read; 0 for a place or a size. */
	unsigned int width;
	/** Alternatives, separated by |, newest first. */
	const char *structs, *members;
	/** The struct is an object: it begins with PyObject. */
	bool is_object;
};

/** One for each field. */
extern const struct field_info field_infos[FIELD_COUNT];

/** One offset of a generated table; what a table does not list is absent. */
struct table_entry {
	enum field field;
	int32_t offset;
};

/** A generated table: the layout of release builds of a version. */
struct layout_table {
	/** Architecture, as uname -m names it. */
	const char *machine;
	/** Version of the build that it was made from, such as "3.12.1". */
	const char *python;
	const struct table_entry *entries;
	size_t count;
};

/** Make every member absent. */
void layout_clear(struct layout *layout);

/** Fill a layout from a table; what was there is lost. */
void layout_from_table(struct layout *layout, const struct layout_table *table);

/** Set one offset and say where it comes from. */
void layout_set(struct layout *layout, enum field field, int32_t offset,
		enum layout_source source);

/** Bytes that some builds put before the members of every object. CPython:
 * Include/object.h, _PyObject_HEAD_EXTRA (Py_TRACE_REFS), and PyObject of builds without a
 * GIL. */
#define OBJECT_HEAD_EXTRA 16

/**
 * Move the members of all objects, as far as they are from a table: tables are of
 * builds that put nothing before them.
 */
void layout_shift_objects(struct layout *layout, int32_t bytes);

/** Take over all members of structs that the layout has no member of. */
void layout_complete(struct layout *layout, const struct layout *from);

/**
 * The first member that ends outside of its struct, by the struct's size where the layout
 * has that; FIELD_COUNT if all is well.
 */
enum field layout_find_outside(const struct layout *layout);

/**
 * The first member that _Py_DebugOffsets have elsewhere than a table of the same
 * version; FIELD_COUNT if there is none. Sizes, and what releases of one version have
 * moved, are not compared.
 */
enum field layout_find_difference(const struct layout *layout,
				  const struct layout_table *table);

static inline bool layout_has(const struct layout *layout, enum field field)
{
	return layout->offsets[field] != LAYOUT_ABSENT;
}

/** Offset of a member that the layout has. */
static inline uint64_t layout_at(const struct layout *layout, enum field field)
{
	return (uint64_t)layout->offsets[field];
}

#endif
