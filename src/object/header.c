/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "object/header.h"

/* Classes of classes of classes end with type. */
#define METACLASSES_MAX 16

/* Objects lie at multiples of it. */
#define ALIGNMENT 8

/* No address space has room for so many references. What is freed begins with the address
 * of what was freed before it, which is larger. */
#define REFERENCES_BITS 40

/* From the second bit on: those of 3.12 and later are 32 bits, the highest for immortals.
 */
#define IMMORTAL_BIT (UINT64_C(1) << 31)

/* Of builds without a GIL, before ob_type: one count for the thread that made the object,
 * one for all others, which begins behind two bits. CPython: Include/object.h. */
#define LOCAL_BEFORE_TYPE   12
#define SHARED_BEFORE_TYPE  8
#define GC_BITS_BEFORE_TYPE 13
#define LOCAL_IMMORTAL      UINT32_MAX
#define SHARED_SHIFT        2
/* Added to the shared one where not all references are counted. CPython:
 * Include/internal/pycore_object.h, _Py_REF_DEFERRED. */
#define SHARED_DEFERRED ((uint64_t)INT64_MAX / 8)

/* CPython: Include/internal/pycore_gc.h, _PyGC_BITS_*. */
#define GC_BIT_TRACKED   1
#define GC_BIT_FINALIZED 2

/* In the low bits of _gc_prev. CPython: Include/internal/pycore_gc.h, _PyGC_PREV_*. */
#define PREV_FINALIZED  1
#define PREV_COLLECTING 2
#define PREV_SHIFT      2
/* Of _gc_next they mean something to the collector alone. */
#define POINTER_MASK (~UINT64_C(3))

/* gc_refs of an object that is in no collection. CPython: Include/objimpl.h,
 * _PyGC_REFS_*. */
#define REFS_UNTRACKED (-2)
#define REFS_REACHABLE (-3)

/* What debug builds fill memory with. CPython: Objects/obmalloc.c, PYMEM_DEADBYTE. */
static const char *filling(uint64_t word)
{
	static const struct {
		uint8_t byte;
		const char *meaning;
	} bytes[] = {
		{0xdd, "that was freed"},
		{0xdb, "that was freed"},
		{0xcd, "that was not filled since it was allocated"},
		{0xcb, "that was not filled since it was allocated"},
		{0xfd, "before or behind an allocated block"},
		{0xfb, "before or behind an allocated block"},
	};
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++)
		if (word == bytes[i].byte * UINT64_C(0x0101010101010101))
			return bytes[i].meaning;
	return NULL;
}

static struct pyinspect_error *check_address(const struct view *view, uint64_t address,
					     uint64_t *ret)
{
	uint64_t tag = view->layout->dialect->stackref_tag;
	uint64_t object = address & tag ? address & ~tag : address;
	if (!object)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "there is no object at 0x%llx: it is NULL%s",
				    (unsigned long long)address,
				    address ? ", as the interpreter marks it" : "");
	if (tag && (address & tag) == tag)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "0x%llx is no address: the interpreter marks numbers "
				    "so, and this one is %lld",
				    (unsigned long long)address, (long long)address >> 2);
	if (object % ALIGNMENT)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "there is no object at 0x%llx: their addresses are "
				    "multiples of %d",
				    (unsigned long long)address, ALIGNMENT);
	*ret = object;
	return NULL;
}

/* It is a type, and leads to one that is its own type, as only `type` does. */
static bool is_type(const struct view *view, uint64_t type)
{
	for (int i = 0; i < METACLASSES_MAX; i++) {
		uint64_t meta;
		if (!type || type % ALIGNMENT || !view_is(view, type, TYPE_FLAG_TYPE) ||
		    !view_try(view, type, FIELD_OBJECT_TYPE, &meta))
			return false;
		if (meta == type)
			return true;
		type = meta;
	}
	return false;
}

static struct pyinspect_error *read_type(const struct view *view,
					 struct object_header *header)
{
	unsigned long long address = header->address;
	struct pyinspect_error *error =
		view_read(view, header->address, FIELD_OBJECT_TYPE, &header->type);
	if (error) {
		pyinspect_error_free(error);
		return error_at(PYINSPECT_ERROR_FAULT, header->address,
				"there is no object at 0x%llx: nothing can be read there",
				address);
	}
	const char *meaning = filling(header->type);
	if (meaning)
		return error_at(PYINSPECT_ERROR_BAD_DATA, header->address,
				"there is no object at 0x%llx: it is memory %s (a debug "
				"build fills it with 0x%02x)",
				address, meaning, (unsigned int)(header->type & 0xff));
	if (!is_type(view, header->type) ||
	    !view_try(view, header->type, FIELD_TYPE_FLAGS, &header->type_flags))
		return error_at(PYINSPECT_ERROR_BAD_DATA, header->address,
				"there is no object at 0x%llx: where its type would be is "
				"0x%llx, which is none",
				address, (unsigned long long)header->type);
	return NULL;
}

static struct pyinspect_error *fail_freed(const struct object_header *header,
					  uint64_t count)
{
	return error_at(
		PYINSPECT_ERROR_BAD_DATA, header->address,
		"there is no object at 0x%llx: its reference count would be 0x%llx; "
		"such a word is in memory that was freed, or inside of something "
		"else",
		(unsigned long long)header->address, (unsigned long long)count);
}

static struct pyinspect_error *read_unguarded(const struct view *view,
					      struct object_header *header)
{
	uint64_t type = header->address + layout_at(view->layout, FIELD_OBJECT_TYPE);
	uint64_t local = 0, shared = 0;
	struct pyinspect_error *error = memory_read_unsigned(
		view->memory, type - LOCAL_BEFORE_TYPE, sizeof(uint32_t), &local);
	if (!error)
		error = memory_read_u64(view->memory, type - SHARED_BEFORE_TYPE, &shared);
	if (error)
		return error;
	int64_t others = (int64_t)shared >> SHARED_SHIFT;
	if (others >= (int64_t)(SHARED_DEFERRED / 2))
		others -= (int64_t)SHARED_DEFERRED;
	header->is_immortal = local == LOCAL_IMMORTAL;
	header->references = header->is_immortal ? local : local + (uint64_t)others;
	return header->references >> REFERENCES_BITS
		       ? fail_freed(header, header->references)
		       : NULL;
}

static struct pyinspect_error *read_references(const struct view *view,
					       struct object_header *header)
{
	const struct dialect *dialect = view->layout->dialect;
	uint64_t count;
	if (view->layout->is_free_threaded)
		return read_unguarded(view, header);
	struct pyinspect_error *error =
		view_read(view, header->address, FIELD_OBJECT_REFCNT, &count);
	if (error)
		return error;
	uint64_t flags = dialect->reference_flag_bits;
	uint64_t plain = flags ? count & (UINT64_MAX >> flags) : count;
	if (plain >> REFERENCES_BITS)
		return fail_freed(header, count);
	if (dialect->has_immortals) {
		plain &= UINT32_MAX;
		header->is_immortal = plain & IMMORTAL_BIT;
	}
	header->references = plain;
	return NULL;
}

struct pyinspect_error *object_header_read(const struct view *view, uint64_t address,
					   struct object_header *ret)
{
	struct object_header header = {0};
	struct pyinspect_error *error = check_address(view, address, &header.address);
	if (!error)
		error = read_type(view, &header);
	if (!error)
		error = read_references(view, &header);
	if (!error)
		*ret = header;
	return error;
}

uint64_t gc_header_size(const struct view *view)
{
	return !view->layout->is_free_threaded &&
			       layout_has(view->layout, FIELD_GCHEAD_SIZE)
		       ? layout_at(view->layout, FIELD_GCHEAD_SIZE)
		       : 0;
}

bool gc_header_is_there(const struct view *view, const struct object_header *object)
{
	uint64_t flags;
	if (!(object->type_flags & TYPE_FLAG_GC))
		return false;
	/* Types that are no heap types lie in the program, with nothing before them.
	 * CPython: Objects/typeobject.c, type_is_gc(). */
	return !view_is(view, object->address, TYPE_FLAG_TYPE) ||
	       (view_try(view, object->address, FIELD_TYPE_FLAGS, &flags) &&
		(flags & TYPE_FLAG_HEAP));
}

/* gc_refs has all that is no pointer, to 3.7. */
static void decode_references(const struct view *view, uint64_t word, struct gc_header *gc)
{
	unsigned int shift = view->layout->dialect->gc_refs_shift;
	int64_t references = (int64_t)word >> shift;
	gc->is_tracked = references != REFS_UNTRACKED;
	gc->is_finalized = shift && (word & 1);
	gc->has_references = references >= 0;
	gc->is_collecting = gc->is_tracked && references != REFS_REACHABLE;
	gc->references = gc->has_references ? (uint64_t)references : 0;
	if (!gc->is_tracked)
		gc->next = gc->previous = 0;
}

/* Since bpo-33597 (3.8), marks are in the pointers. */
static void decode_marks(struct gc_header *gc)
{
	uint64_t word = gc->previous;
	gc->next &= POINTER_MASK;
	gc->previous = word & POINTER_MASK;
	gc->is_tracked = gc->next != 0;
	gc->is_finalized = word & PREV_FINALIZED;
	gc->is_collecting = word & PREV_COLLECTING;
	gc->has_references = gc->is_collecting;
	if (!gc->is_collecting)
		return;
	gc->references = word >> PREV_SHIFT;
	gc->previous = 0;
}

/* A neighbour leads back; while a collection has broken its list up, that isn't known. */
static bool leads_back(const struct view *view, uint64_t neighbour, enum field field,
		       uint64_t address)
{
	uint64_t back;
	if (!neighbour)
		return true;
	if (!view_try(view, neighbour, field, &back))
		return false;
	return (back & POINTER_MASK) == address ||
	       (field == FIELD_GCHEAD_PREV &&
		!layout_has(view->layout, FIELD_GCHEAD_REFS) && (back & PREV_COLLECTING));
}

static struct pyinspect_error *read_unguarded_bits(const struct view *view, uint64_t object,
						   struct gc_header *gc)
{
	uint64_t bits, at = object + layout_at(view->layout, FIELD_OBJECT_TYPE) -
			    GC_BITS_BEFORE_TYPE;
	struct pyinspect_error *error = memory_read_unsigned(view->memory, at, 1, &bits);
	if (error)
		return error;
	gc->is_tracked = bits & GC_BIT_TRACKED;
	gc->is_finalized = bits & GC_BIT_FINALIZED;
	return NULL;
}

static struct pyinspect_error *read_head(const struct view *view, uint64_t object,
					 struct gc_header *gc)
{
	uint64_t references;
	gc->address = object - gc_header_size(view);
	struct pyinspect_error *error =
		view_read(view, gc->address, FIELD_GCHEAD_NEXT, &gc->next);
	if (!error)
		error = view_read(view, gc->address, FIELD_GCHEAD_PREV, &gc->previous);
	if (error)
		return error;
	if (!layout_has(view->layout, FIELD_GCHEAD_REFS)) {
		decode_marks(gc);
		return NULL;
	}
	error = view_read(view, gc->address, FIELD_GCHEAD_REFS, &references);
	if (!error)
		decode_references(view, references, gc);
	return error;
}

struct pyinspect_error *gc_header_read(const struct view *view, uint64_t object,
				       struct gc_header *ret)
{
	struct gc_header gc = {0};
	struct pyinspect_error *error = view->layout->is_free_threaded
						? read_unguarded_bits(view, object, &gc)
						: read_head(view, object, &gc);
	if (!error && gc.is_tracked && gc.address &&
	    (!leads_back(view, gc.next, FIELD_GCHEAD_PREV, gc.address) ||
	     !leads_back(view, gc.previous, FIELD_GCHEAD_NEXT, gc.address)))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, gc.address,
				 "the garbage collector's header at 0x%llx, before the "
				 "object, is in no list: its neighbours don't lead back to "
				 "it",
				 (unsigned long long)gc.address);
	if (!error)
		*ret = gc;
	return error;
}
