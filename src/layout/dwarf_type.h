/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * C types in DWARF: structs, their sizes, places of their members.
 *
 * All walks are bounded whatever the file says; libdw's own dwarf_siblingof() and
 * dwarf_peel_type() are not.
 */
#ifndef LAYOUT_DWARF_TYPE_H
#define LAYOUT_DWARF_TYPE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stddef.h>

/** Longest alternative of a list in fields.def, with its NUL. */
#define ALTERNATIVE_SIZE 64

/** Place and type of a member. */
struct dwarf_member {
	/** Bytes from the start of the struct that was asked. */
	Dwarf_Word offset;
	/** Without typedefs and qualifiers. */
	Dwarf_Die type;
	/** A bit-field: offset is that of the byte that it begins in. */
	bool is_bitfield;
};

/**
 * Copy the next alternative out of a list and move on.
 *
 * @param list What is left of it; NULL at its end.
 * @return false at the end, and for one longer than ALTERNATIVE_SIZE.
 */
bool alternative_next(const char **list, char separator, char name[ALTERNATIVE_SIZE]);

/** Move to the next DIE of the same parent; false if there is none. */
bool dwarf_type_next(Dwarf_Die *die);

/** Get from a tag or a typedef to the complete struct or union; false if it is none. */
bool dwarf_type_definition(Dwarf_Die *die);

/** Size of a type without typedefs; 0 for an array: it has only a place. */
Dwarf_Word dwarf_type_size(Dwarf_Die *type);

/**
 * Follow a path of member names, separated by dots, from a struct. Members of
 * anonymous structs and unions are found, too; pointers are not followed.
 */
bool dwarf_type_member(Dwarf_Die *aggregate, const char *path, struct dwarf_member *ret);

#endif
