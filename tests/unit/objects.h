/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Python objects in a memory image, placed by the layout of a version.
 *
 * Nothing here knows a version number but the ones that the caller gives: what a
 * version is like, its layout and its dialect say.
 */
#ifndef UNIT_OBJECTS_H
#define UNIT_OBJECTS_H

#include "image.h"
#include "layout/dialects.h"
#include "layout/layout.h"
#include "object/view.h"

#define VERSION(major, minor) ((uint32_t)((major) << 24 | (minor) << 16 | 0xf0))

struct world {
	struct memory_image image;
	struct memory memory;
	struct layout layout;
	struct view view;
	uint32_t hexversion;
	/** Types that are made with the world; text is str, of 2.7 unicode. */
	uint64_t text_type, bytes_type, long_type, int_type, dict_type, code_type,
		object_type;
};

/** An empty world of a version; the test ends if there is no table for it. */
void world_init(struct world *world, uint32_t hexversion);

/** The same of a build without a GIL. */
void world_init_unguarded(struct world *world, uint32_t hexversion);
void world_deinit(struct world *world);

bool world_has(const struct world *world, enum field field);

/** Write a member; nothing if the version lacks it. */
void put(struct world *world, uint64_t address, enum field field, uint64_t value);

/** A new object of at least size bytes. */
uint64_t make_object(struct world *world, uint64_t type, size_t size);
uint64_t make_type(struct world *world, const char *name, uint64_t flags);

/** A NUL-ended C string. */
uint64_t make_c_string(struct world *world, const char *text);
uint64_t make_bytes(struct world *world, const void *data, size_t size);

/** A str of ASCII; in 2.7 a str, too, which is bytes. */
uint64_t make_str(struct world *world, const char *ascii);

/** How a str keeps its characters. */
struct str_form {
	/** Bytes of one character, as the state word has it. */
	unsigned int kind;
	bool ascii, compact, ready;
};

/** A str of any form; characters has count items of form.kind bytes. */
uint64_t make_text(struct world *world, struct str_form form, const void *characters,
		   size_t count);

/** An int; in 2.7 a long. */
uint64_t make_int(struct world *world, int64_t value);
uint64_t make_digits(struct world *world, const uint32_t *digits, size_t count,
		     bool negative);

struct pair {
	uint64_t key, value;
};

/** Bytes before the first of values that stand apart from their keys, and behind the
 *  last: there is the order in which they were set, where a version keeps it. */
#define ORDER_ROOM 64

/** Note in which order values were set: numbers of entries; NULL is 0, 1, 2 ... */
void put_order(struct world *world, uint64_t values, const uint8_t *order, size_t count);

/** How a dict keeps its entries. */
enum dict_form {
	/** {hash, key, value}, the only one before there were kinds. */
	DICT_GENERAL,
	/** {key, value}: all keys are str. */
	DICT_TEXT_KEYS,
	/** Keys shared with others, values apart. */
	DICT_SPLIT,
};

/** A dict; DICT_TEXT_KEYS becomes DICT_GENERAL where there are no kinds. */
uint64_t make_dict(struct world *world, enum dict_form form, const struct pair *pairs,
		   size_t count);

/** Its keys alone; values are left out of a split one. */
uint64_t make_keys(struct world *world, enum dict_form form, const struct pair *pairs,
		   size_t count);

/** A dict of ASCII names, ended by NULL: "a", value, "b", value, NULL. */
uint64_t make_names(struct world *world, ...);

#endif
