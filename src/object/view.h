/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Objects of one CPython, read through the layout of its structures. */
#ifndef OBJECT_VIEW_H
#define OBJECT_VIEW_H

#include "base/text.h"
#include "layout/dialects.h"
#include "layout/layout.h"
#include "target/memory.h"

/** Where objects are read from, and how. Both outlive the view. */
struct view {
	struct memory *memory;
	const struct layout *layout;
};

/* Bits of tp_flags. CPython: Include/object.h, Py_TPFLAGS_*. */
#define TYPE_FLAG_INLINE_VALUES (UINT64_C(1) << 2)
#define TYPE_FLAG_MANAGED_DICT  (UINT64_C(1) << 4)
#define TYPE_FLAG_HEAP          (UINT64_C(1) << 9)
#define TYPE_FLAG_GC            (UINT64_C(1) << 14)
#define TYPE_FLAG_INT2          (UINT64_C(1) << 23)
#define TYPE_FLAG_LONG          (UINT64_C(1) << 24)
#define TYPE_FLAG_LIST          (UINT64_C(1) << 25)
#define TYPE_FLAG_TUPLE         (UINT64_C(1) << 26)
#define TYPE_FLAG_BYTES         (UINT64_C(1) << 27)
#define TYPE_FLAG_UNICODE       (UINT64_C(1) << 28)
#define TYPE_FLAG_DICT          (UINT64_C(1) << 29)
#define TYPE_FLAG_EXCEPTION     (UINT64_C(1) << 30)
#define TYPE_FLAG_TYPE          (UINT64_C(1) << 31)

/**
 * Read a member of the struct at address.
 *
 * @return NULL; UNSUPPORTED if the layout has no such member; FAULT.
 */
struct pyinspect_error *view_read(const struct view *view, uint64_t address,
				  enum field field, uint64_t *ret);

/** The same; false for any failure. */
bool view_try(const struct view *view, uint64_t address, enum field field, uint64_t *ret);

/** Type of an object, and its tp_flags. */
struct pyinspect_error *view_type(const struct view *view, uint64_t object,
				  uint64_t *type_ret, uint64_t *flags_ret);

/** The object is of a type that has one of these flags; unreadable ones are not. */
bool view_is(const struct view *view, uint64_t object, uint64_t flags);

/** tp_name of a type, cut at limit - 1 bytes. */
struct pyinspect_error *view_type_name(const struct view *view, uint64_t type, char *name,
				       size_t limit);

/** The pointer in a _PyStackRef, or in a plain pointer. */
static inline uint64_t view_untag(const struct view *view, uint64_t reference)
{
	return reference & ~(uint64_t)view->layout->dialect->stackref_tag;
}

#endif
