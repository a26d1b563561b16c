/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Memory that is freed all at once, and arrays that grow. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/** Zero-initialised is empty. */
struct arena {
	struct arena_block *blocks;
	size_t used;
};

/** Zeroed, aligned for any object; NULL if there is no memory. */
void *arena_alloc(struct arena *arena, size_t size);

/** A copy of length bytes with a NUL behind; NULL if there is no memory. */
char *arena_copy(struct arena *arena, const char *text, size_t length);

/** sprintf() into the arena; NULL if there is no memory. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Free all that was allocated; the arena is empty then. */
void arena_deinit(struct arena *arena);

/**
 * An array that grows: ARRAY(struct frame) frames = {0};
 * The items are freed with free(frames.items).
 */
#define ARRAY(type)                                                                        \
	struct {                                                                           \
		type *items;                                                               \
		size_t count, capacity;                                                    \
	}

/** Make room for one more item; used by array_push(). */
bool array_grow(void **items, size_t *capacity, size_t count, size_t item_size);

/** Append an item and return whether there was memory for it. */
#define array_push(array, ...)                                                             \
	(array_grow((void **)&(array)->items, &(array)->capacity, (array)->count,          \
		    sizeof(*(array)->items)) &&                                            \
	 ((array)->items[(array)->count++] = (__VA_ARGS__), true))

#endif
