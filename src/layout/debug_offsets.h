/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The layout that a CPython, 3.13 or later, tells of itself. */
#ifndef LAYOUT_DEBUG_OFFSETS_H
#define LAYOUT_DEBUG_OFFSETS_H

#include "layout/dialects.h"
#include "layout/layout.h"
#include "pyinspect.h"

/** The first word of _Py_DebugOffsets: "xdebugpy". The second is PY_VERSION_HEX. */
#define DEBUG_OFFSETS_COOKIE UINT64_C(0x7970677562656478)

/** Most words that a revision has. */
#define DEBUG_OFFSETS_MAX 160

/** How many words _Py_DebugOffsets has in a revision, cookie included. */
size_t debug_offsets_count(unsigned int revision);

/** Third word: 1 in builds without a GIL. */
#define DEBUG_OFFSETS_FREE_THREADED 2

/**
 * Put what _Py_DebugOffsets says over a layout taken from a table.
 *
 * What it doesn't cover stays as the table has it, unless the struct has another
 * size than in the table and the member lies behind all those covered: then it
 * may have moved, and is made absent.
 *
 * @param layout Has its dialect.
 * @param words debug_offsets_count() of them.
 * @return NULL; BAD_DATA if an offset lies outside its struct. The layout is then
 * of no use.
 *
 * CPython: Include/internal/pycore_debug_offsets.h.
 */
struct pyinspect_error *layout_from_debug_offsets(struct layout *layout,
						  const uint64_t *words);

#endif
