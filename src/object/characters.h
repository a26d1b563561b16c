/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Characters behind one another, such as those of a str, read piece by piece. */
#ifndef OBJECT_CHARACTERS_H
#define OBJECT_CHARACTERS_H

#include "object/view.h"

/** Nothing with more characters fits into the address space. */
#define CHARACTER_COUNT_MAX (UINT64_C(1) << 46)

/** Where the characters of an object are, and how wide. */
struct characters {
	uint64_t address, length;
	/** Bytes of one character: 1, 2 or 4. */
	unsigned int width;
	/** Bytes, of which nobody knows the encoding; not characters. */
	bool is_raw;
	/** UTF-16: two of them may stand for one character. */
	bool is_utf16;
};

/** Error BAD_DATA if there are too many of them for any object. */
struct pyinspect_error *characters_check(const struct characters *characters,
					 uint64_t object);

/**
 * Read some of the characters; the numbers can be any, if the object is corrupt.
 *
 * @param first Number of the first one. @param ret Room for count of them.
 * @return NULL; FAULT; TIMEOUT.
 */
struct pyinspect_error *characters_read(const struct view *view,
					const struct characters *characters, uint64_t first,
					size_t count, uint32_t *ret);

/** The two are halves of one character, as UTF-16 has them. */
static inline bool characters_are_pair(uint32_t first, uint32_t second)
{
	return first >> 10 == 0xd800 >> 10 && second >> 10 == 0xdc00 >> 10;
}

static inline uint32_t characters_join_pair(uint32_t first, uint32_t second)
{
	return 0x10000 + ((first & 0x3ff) << 10 | (second & 0x3ff));
}

#endif
