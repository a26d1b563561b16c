/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Characters between quotes, escaped as repr() of str, bytes and their like does it. */
#ifndef REPR_QUOTED_H
#define REPR_QUOTED_H

#include "object/characters.h"
#include "repr/printable.h"
#include "repr/repr.h"

/** The quotes depend on all characters; of these so many are looked at, or as many as are
 *  shown. */
#define QUOTES_SCAN_MAX ((uint64_t)1 << 20)

/** What is written beside the characters. */
struct quoted_style {
	/** Before and behind the quotes. */
	const char *open, *close;
	/** What is not escaped; NULL if all is that isn't ASCII. */
	const struct printable *printable;
	/** A single quote is escaped between double ones, too. */
	bool escape_single;
};

/** As repr() has bytes (2.7: str), text (2.7: unicode), and what is str in each. */
struct quoted_style quoted_bytes(const struct repr *repr);
struct quoted_style quoted_unicode(const struct repr *repr);
struct quoted_style quoted_str(const struct repr *repr);

/**
 * Write characters between quotes; what doesn't fit is left out and counted. The number
 * of them all is the object's total.
 *
 * @return NULL; FAULT and BAD_DATA, perhaps after something was written.
 *
 * CPython: Objects/unicodeobject.c, unicode_repr(); bytesobject.c, PyBytes_Repr().
 */
struct pyinspect_error *quoted_write(struct repr *repr, uint64_t object,
				     const struct characters *characters,
				     const struct quoted_style *style);

/** The same for characters that were read already. */
struct pyinspect_error *quoted_write_known(struct repr *repr, const uint32_t *items,
					   size_t count, const struct quoted_style *style);

/** The same for a text as base/text.h has it. */
struct pyinspect_error *quoted_write_text(struct repr *repr, const char *text,
					  const struct quoted_style *style);

#endif
