/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** str of all versions; 2.7's str and unicode. */
#ifndef OBJECT_UNICODE_H
#define OBJECT_UNICODE_H

#include "object/characters.h"

/**
 * Where the characters of a str (2.7: of a str or a unicode) are.
 *
 * @return NULL; BAD_DATA if the object is no str or contradicts itself; FAULT.
 *
 * CPython: Include/cpython/unicodeobject.h (PEP 393), 2.7 Include/unicodeobject.h.
 */
struct pyinspect_error *unicode_locate(const struct view *view, uint64_t object,
				       struct characters *ret);

/**
 * Append the text of a str (2.7: of a str or a unicode) as base/text.h has it.
 *
 * Bytes of a 2.7 str are taken over as they are.
 *
 * @param limit Most characters that are taken.
 * @param total_ret Length of the str in characters; may be NULL.
 * @return NULL; BAD_DATA if the object is no str or contradicts itself; FAULT.
 * What was appended before an error stays.
 */
struct pyinspect_error *unicode_read(const struct view *view, uint64_t object, size_t limit,
				     struct text *text, size_t *total_ret);

/** The object is a str that holds just this ASCII text. */
bool unicode_equals(const struct view *view, uint64_t object, const char *ascii);

#endif
