/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Attributes that classes keep in __slots__. */
#ifndef REPR_SLOTS_H
#define REPR_SLOTS_H

#include "repr/repr.h"

/** Slots of one class that are looked at. */
#define SLOTS_MAX 4096

struct slot {
	/** As it is stored, mangled; in the arena. */
	const char *name;
	/** 0 if it has no value. */
	uint64_t object;
};

struct slot_cursor {
	struct repr *repr;
	/** The next PyMemberDef, and how many slots are left. */
	uint64_t member, left;
};

/**
 * Start with the slots that a class itself adds; none if it is no class made in Python.
 *
 * CPython: Objects/typeobject.c, type_new_slots(); Include/descrobject.h, PyMemberDef.
 */
struct slot_cursor slots_begin(struct repr *repr, uint64_t class);

/** The next slot of an object of that class; false behind the last. */
bool slots_next(struct slot_cursor *cursor, uint64_t object, struct slot *ret);

#endif
