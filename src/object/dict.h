/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** dict of all versions, and the attributes of instances, entry by entry. */
#ifndef OBJECT_DICT_H
#define OBJECT_DICT_H

#include "object/view.h"

/** A walk over entries; filled by dict_begin() or attributes_begin(). */
struct dict_cursor {
	struct view view;
	/** First entry, bytes of one, and where in it key and value stand. */
	uint64_t entries;
	unsigned int entry_size, key_offset, value_offset;
	/** Values apart from the keys; 0 if they are in the entries. */
	uint64_t values;
	/** Where bytes tell in which order values were set, and the step from one to the
	 *  next; 0 if entries are in order. */
	uint64_t order;
	int order_step;
	/** Of entries that the keys have: an order may lead to any of them. */
	uint64_t entry_count;
	uint64_t index, count;
	/** Empty entries on the way to the next one after which the walk ends: a million,
	 *  if the caller sets nothing else. */
	uint64_t empty_max;
	/** It ended for that reason. */
	bool gave_up;
	/** Entries before this one have been brought into the cache with their keys. */
	uint64_t prefetched;
	/** What ended the walk early; the caller frees it. */
	struct pyinspect_error *error;
};

/**
 * Start to walk a dict, in the order of insertion (2.7: of its table).
 *
 * @return NULL; BAD_DATA if the object is no dict or contradicts itself; FAULT.
 *
 * CPython: Objects/dictobject.c, Include/internal/pycore_dict.h.
 */
struct pyinspect_error *dict_begin(const struct view *view, uint64_t object,
				   struct dict_cursor *cursor);

/**
 * Start to walk the attributes in an instance's __dict__, whatever form it has.
 * Slots are not among them.
 *
 * CPython: Objects/dictobject.c, _PyObject_GetDictPtr() and its successors.
 */
struct pyinspect_error *attributes_begin(const struct view *view, uint64_t object,
					 struct dict_cursor *cursor);

/** Step to the next entry; false at the end, or at an error that the cursor has. */
bool dict_next(struct dict_cursor *cursor, uint64_t *key_ret, uint64_t *value_ret);

/**
 * Find the value of a key that is this ASCII text.
 *
 * @param value_ret 0 if there is none.
 * @return NULL; BAD_DATA, also if there are so many entries that it isn't among the first
 * 2^18 of them; FAULT.
 */
struct pyinspect_error *dict_find(const struct view *view, uint64_t object, const char *key,
				  uint64_t *value_ret);

/** The same among what attributes_begin() walks. */
struct pyinspect_error *attributes_find(const struct view *view, uint64_t object,
					const char *name, uint64_t *value_ret);

/**
 * Find the value of a key that is this very object.
 *
 * @param hash What hash() says of the key.
 * @param value_ret 0 if there is none.
 */
struct pyinspect_error *dict_find_object(const struct view *view, uint64_t object,
					 uint64_t key, uint64_t hash, uint64_t *value_ret);

#endif
