/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dwarf.h>
#include <string.h>

#include "layout/dwarf_type.h"

enum {
	/** Typedefs and qualifiers between a member and its type: 3 in CPython. */
	PEEL_MAX = 16,
	/** Anonymous structs and unions in one another: 2 in CPython. */
	ANONYMOUS_MAX = 8,
	/** Members looked at for one name: about 250 in CPython's largest struct. */
	MEMBERS_MAX = 10000,
};

bool alternative_next(const char **list, char separator, char name[ALTERNATIVE_SIZE])
{
	if (!*list)
		return false;
	const char *end = strchrnul(*list, separator);
	size_t length = (size_t)(end - *list);
	if (length >= ALTERNATIVE_SIZE)
		return false;
	memcpy(name, *list, length);
	name[length] = '\0';
	*list = *end ? end + 1 : NULL;
	return true;
}

/* dwarf_siblingof() believes DW_AT_sibling, which may lead back in a broken file. */
bool dwarf_type_next(Dwarf_Die *die)
{
	Dwarf_Off before = dwarf_dieoffset(die);
	return dwarf_siblingof(die, die) == 0 && dwarf_dieoffset(die) > before;
}

static bool is_aggregate(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

/** The type of a DIE; false for void. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attribute;
	return dwarf_attr_integrate(die, DW_AT_type, &attribute) &&
	       dwarf_formref_die(&attribute, ret);
}

/** Go through typedefs and qualifiers; dwarf_peel_type() has no bound. */
static bool peel(Dwarf_Die *die)
{
	for (int i = 0; i < PEEL_MAX; i++) {
		switch (dwarf_tag(die)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_atomic_type:
			if (!type_of(die, die))
				return false;
			break;
		default:
			return true;
		}
	}
	return false;
}

static bool unsigned_attribute(Dwarf_Die *die, unsigned int name, Dwarf_Word *ret)
{
	Dwarf_Attribute attribute;
	return dwarf_attr(die, name, &attribute) && dwarf_formudata(&attribute, ret) == 0;
}

/** Read where a member begins; a union's members don't say, and begin at 0. */
static bool member_offset(Dwarf_Die *die, Dwarf_Word *ret)
{
	Dwarf_Word bits;
	Dwarf_Attribute attribute;
	if (unsigned_attribute(die, DW_AT_data_bit_offset, &bits)) {
		*ret = bits / 8;
		return true;
	}
	*ret = 0;
	if (!dwarf_attr(die, DW_AT_data_member_location, &attribute) ||
	    dwarf_formudata(&attribute, ret) == 0)
		return true;
	/* DWARF 2 has an expression here. */
	Dwarf_Op *operations;
	size_t count;
	if (dwarf_getlocation(&attribute, &operations, &count) != 0 || count != 1 ||
	    operations[0].atom != DW_OP_plus_uconst)
		return false;
	*ret = operations[0].number;
	return true;
}

static bool member_read(Dwarf_Die *die, struct dwarf_member *ret)
{
	ret->is_bitfield = dwarf_hasattr(die, DW_AT_bit_size);
	return member_offset(die, &ret->offset) && type_of(die, &ret->type) &&
	       peel(&ret->type);
}

/** Find a member by its name, also in anonymous structs and unions. */
static bool member_find(Dwarf_Die *aggregate, const char *name, int depth,
			unsigned int *budget, struct dwarf_member *ret)
{
	Dwarf_Die die;
	if (depth == ANONYMOUS_MAX || dwarf_child(aggregate, &die) != 0)
		return false;
	do {
		struct dwarf_member member, inner;
		if (!*budget || !--*budget)
			return false;
		if (dwarf_tag(&die) != DW_TAG_member)
			continue;
		const char *die_name = dwarf_diename(&die);
		if (die_name && strcmp(die_name, name) == 0)
			return member_read(&die, ret);
		if (die_name || !member_read(&die, &member) || !is_aggregate(&member.type))
			continue;
		if (member_find(&member.type, name, depth + 1, budget, &inner)) {
			*ret = inner;
			ret->offset += member.offset;
			return true;
		}
	} while (dwarf_type_next(&die));
	return false;
}

bool dwarf_type_definition(Dwarf_Die *die)
{
	return peel(die) && is_aggregate(die) && !dwarf_hasattr(die, DW_AT_declaration) &&
	       dwarf_hasattr(die, DW_AT_byte_size);
}

Dwarf_Word dwarf_type_size(Dwarf_Die *type)
{
	Dwarf_Word size;
	if (dwarf_tag(type) == DW_TAG_array_type || dwarf_aggregate_size(type, &size) != 0)
		return 0;
	return size;
}

bool dwarf_type_member(Dwarf_Die *aggregate, const char *path, struct dwarf_member *ret)
{
	char name[ALTERNATIVE_SIZE];
	struct dwarf_member member = {.type = *aggregate};
	while (alternative_next(&path, '.', name)) {
		Dwarf_Word base = member.offset;
		unsigned int budget = MEMBERS_MAX;
		Dwarf_Die inner = member.type;
		if (!is_aggregate(&inner) ||
		    !member_find(&inner, name, 0, &budget, &member))
			return false;
		member.offset += base;
	}
	*ret = member;
	return true;
}
