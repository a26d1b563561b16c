/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** What every object begins with, and what the garbage collector has before it. */
#ifndef OBJECT_HEADER_H
#define OBJECT_HEADER_H

#include "object/view.h"

struct object_header {
	/** The object: the address that was asked for, without the marks of a _PyStackRef.
	 */
	uint64_t address;
	uint64_t type, type_flags;
	/** 0 if it is being freed, or was. */
	uint64_t references;
	/** Its references are not counted. */
	bool is_immortal;
};

/**
 * Read what is at an address that anybody may have typed.
 *
 * @return NULL if an object is there, as far as it can be told from its reference count
 * and its type; else BAD_DATA or FAULT with a sentence on what is wrong.
 *
 * CPython: Include/object.h, Include/refcount.h; Objects/object.c, _PyObject_IsFreed().
 */
struct pyinspect_error *object_header_read(const struct view *view, uint64_t address,
					   struct object_header *ret);

struct gc_header {
	/** Where it is: a PyGC_Head; 0 in builds without a GIL, which have none. */
	uint64_t address;
	/** Its neighbours, without their marks; previous is 0 while references are counted
	 *  in its place. */
	uint64_t next, previous;
	/** References that a collection under way has counted so far. */
	uint64_t references;
	/** It is among the objects that a collection looks at; its finalizer has run; a
	 *  collection under way looks at it; references is known. */
	bool is_tracked, is_finalized, is_collecting, has_references;
};

/** Bytes of a PyGC_Head; 0 in builds without a GIL. */
uint64_t gc_header_size(const struct view *view);

/** The collector has something to say of the object: most containers, classes. */
bool gc_header_is_there(const struct view *view, const struct object_header *object);

/**
 * Read what the collector says of an object for which gc_header_is_there().
 *
 * @return NULL; BAD_DATA if the neighbours don't lead back to it; FAULT.
 *
 * CPython: Include/internal/pycore_gc.h; Include/objimpl.h before 3.9.
 */
struct pyinspect_error *gc_header_read(const struct view *view, uint64_t object,
				       struct gc_header *ret);

#endif
