/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What is known of addresses: a table from a word, other than 0, to a pointer. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Zero-initialised is empty. */
struct map {
	struct map_slot {
		uint64_t key;
		void *value;
	} * slots;
	size_t slot_count, count;
};

/** The value of a key; NULL if there is none. */
void *map_find(const struct map *map, uint64_t key);

/** Set the value of a key that isn't there yet; false if there is no memory. */
bool map_add(struct map *map, uint64_t key, void *value);

/** Forget all; the values are the caller's. */
void map_deinit(struct map *map);

#endif
