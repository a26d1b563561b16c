/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * A remote object as text: what repr() of it would give, without running anything.
 *
 * Containers are levels of a list, not of the C stack. Each type's formatter writes
 * the text of an object, or opens a level whose next() leads to what is inside.
 */
#ifndef REPR_REPR_H
#define REPR_REPR_H

#include "base/arena.h"
#include "base/map.h"
#include "object/dict.h"
#include "repr/class.h"
#include "repr/printer.h"
#include "repr/secrets.h"
#include "repr/value.h"
#include "runtime/code.h"

/** Containers within one another that are opened. */
#define LEVELS_MAX 1000
/** Objects that are looked at for one value. */
#define OBJECTS_MAX ((size_t)1 << 20)
/** Slots of a table that are looked at for the next item in it. */
#define EMPTY_SLOTS_MAX ((size_t)1 << 16)

struct repr_limits {
	/** Characters of one value, and items of one container. */
	size_t max_length, max_items;
	/** Levels of attributes. */
	uint32_t depth;
	/** Hide values of names that secrets_match() says, with these more words. */
	bool redact;
	const char *const *secret_names;
};

struct level;

/**
 * Lead to the next object inside: write what stands before it, and return true; or
 * return false at the end. 0 is an object that isn't there. level does not move
 * meanwhile.
 */
typedef bool (*level_next_fn)(struct repr *repr, struct level *level, uint64_t *child_ret);

/** A piece of an object that is written as a list of texts and objects. */
struct part {
	struct part *next;
	/** Written before the object; not copied. */
	const char *text;
	/** 0 for none. */
	uint64_t object;
	/** How the object is written; NULL as its type says. */
	format_fn format;
};

/** What is written of entries. */
enum entry_form {
	/** key: value */
	ENTRY_ITEM,
	/** (key, value) */
	ENTRY_PAIR,
	ENTRY_KEY,
	ENTRY_VALUE,
	/** name=value */
	ENTRY_NAMED,
};

/** A key and its value that were read before they are written. */
struct entry {
	/** For ENTRY_NAMED. */
	const char *name;
	uint64_t key, value;
};

/** Where entries come from: just one of cursor, chain and list. */
struct entries {
	enum entry_form form;
	/** The value that belongs to the key that was given last. */
	uint64_t value;
	bool has_value, is_secret, is_pair_open;
	/** In the order of a dict's table. */
	struct dict_cursor cursor;
	/** In the order of an OrderedDict's list: its next node, and one of those before,
	 *  which tells a cycle. */
	uint64_t ordered_dict, node, earlier, steps, steps_max;
	/** Of an array in the arena. */
	const struct entry *list;
};

/** An object that was begun and not ended. */
struct level {
	uint64_t object;
	level_next_fn next;
	/** Written at the end, whatever happens; not copied. */
	const char *close;
	/** Children so far, and in all. */
	uint64_t given, count;
	union {
		/** Pointers behind one another. */
		struct {
			uint64_t address;
			unsigned int stride;
		} array;
		struct entries entries;
		struct {
			struct part *first, *last;
		} parts;
		/** Whatever else a formatter needs. */
		uint64_t words[8];
	};
};

struct repr {
	const struct view *view;
	/** What is handed out lives here. */
	struct arena *arena;
	/** For places of generators and frames. */
	struct codes *codes;
	struct repr_limits limits;
	/** struct class by address. */
	struct map classes;

	/* Of the value that is being written: */
	struct printer printer;
	struct level *levels;
	size_t level_count, level_capacity;
	size_t object_count;
	/** Characters or items of the outermost object; 0 if that isn't known. */
	uint64_t total;
	bool has_custom_repr, no_memory;
	/** Set by a level_next_fn: how its child is written; NULL as its type says. */
	format_fn child_format;
	/** The first thing that could not be read. */
	const char *problem;
};

void repr_init(struct repr *repr, const struct view *view, struct arena *arena,
	       struct codes *codes, const struct repr_limits *limits);
void repr_deinit(struct repr *repr);

/**
 * Write an object as text.
 *
 * @param ret type, text, address, total, is_cut, has_custom_repr and problem are set.
 * @return False if there is no memory.
 */
bool repr_write(struct repr *repr, uint64_t object, struct pyinspect_value *ret);

/** The same in two steps, for texts that are no object's: between them, formatters write
 *  what they like. repr_finish() sets all but type and address. */
void repr_begin(struct repr *repr);
bool repr_finish(struct repr *repr, struct pyinspect_value *ret);

/* For formatters: */

/** Open a level; the caller fills the union. NULL if no more levels are opened; that is
 *  marked. Valid until the next call. */
struct level *repr_open(struct repr *repr, uint64_t object, uint64_t count,
			level_next_fn next, const char *close);

/** Open a level for pointers behind one another, separated by ", ". */
struct level *repr_open_array(struct repr *repr, uint64_t object, uint64_t address,
			      uint64_t count, const char *close);

/** Open a level of texts and objects: repr_part() fills it. */
struct level *repr_open_parts(struct repr *repr, uint64_t object);

/** Add a text, and behind it an object (0 is none), to a level of parts; NULL is ignored.
 */
void repr_part(struct repr *repr, struct level *level, const char *text, uint64_t object);

/** The same for an object that is written in another way than its type has it. */
void repr_part_as(struct repr *repr, struct level *level, const char *text, uint64_t object,
		  format_fn format);

/** Write what stands for an object whose repr() would have to be run. */
struct pyinspect_error *repr_opaque(struct repr *repr, uint64_t object,
				    const struct class *class);

/** Write an object as object.__repr__ has it. */
struct pyinspect_error *repr_plain(struct repr *repr, uint64_t object,
				   const struct class *class);

/** Append a closing bracket within a level: always. */
void repr_close(struct repr *repr, const char *text);

/**
 * Begin the next item of a container: write ", " between two, and false behind the
 * last; or say how many more there are, if there is no room for them.
 */
bool repr_more(struct repr *repr, struct level *level);

/** The object is inside itself: it is among the open levels. */
bool repr_is_open(const struct repr *repr, uint64_t object);

/** Say how many characters or items the object has, if it is the outermost. */
void repr_set_total(struct repr *repr, uint64_t total);

/** The value of this name is hidden. */
bool repr_is_secret(const struct repr *repr, const char *name);

/** The same for the name that an object is, a str or bytes. */
bool repr_is_secret_object(struct repr *repr, uint64_t object);

/** Write that something can't be read, and why; frees the error. */
void repr_fail(struct repr *repr, uint64_t object, struct pyinspect_error *error);

/** sprintf() into the arena; "" if there is no memory, which is noted. */
const char *repr_printf(struct repr *repr, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Text of a str, at most limit characters, in the arena; NULL if it is none. */
const char *repr_string(struct repr *repr, uint64_t object, size_t limit);

#endif
