/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Levels whose items are keys with values: of dicts, views, namespaces, records. */
#ifndef REPR_ENTRIES_H
#define REPR_ENTRIES_H

#include "repr/repr.h"

/** Entries that are read before the first is written. */
#define ENTRIES_MAX 10000

/**
 * Write what stands before them, and open a level for the entries of a dict.
 *
 * @param object What is being written, among which cycles are looked for: 0 for none.
 * @param open Written once it is known that there is a dict.
 */
struct pyinspect_error *entries_open_table(struct repr *repr, uint64_t object,
					   uint64_t dict, enum entry_form form,
					   const char *open, const char *close);

/** The same in the order that iterating has: of an OrderedDict made in C, of its list. */
struct pyinspect_error *entries_open_dict(struct repr *repr, uint64_t object, uint64_t dict,
					  enum entry_form form, const char *open,
					  const char *close);

/** Write "{", and open a level for what the __dict__ of an object has, whatever its form.
 */
struct pyinspect_error *entries_open_attributes(struct repr *repr, uint64_t object);

/** Open a level for entries of an array in the arena. count: there may be more than are
 *  in the array. */
void entries_open_list(struct repr *repr, uint64_t object, const struct entry *list,
		       uint64_t count, enum entry_form form, const char *close);

/** Entries of a dict or an instance, read into the arena. */
struct entry_list {
	struct entry *items;
	size_t count, capacity;
	/** There are more than ENTRIES_MAX. */
	bool is_cut;
};

/** Read the entries that a cursor leads to; with their names, if these are str. */
struct pyinspect_error *entries_read(struct repr *repr, struct dict_cursor *cursor,
				     bool with_names, struct entry_list *ret);

/** Sort by name, as str are compared. */
void entries_sort(struct entry_list *list);

#endif
