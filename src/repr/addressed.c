/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/header.h"
#include "object/unicode.h"
#include "repr/addressed.h"
#include "repr/attributes.h"

static void set_collector(const struct gc_header *gc, struct pyinspect_object *ret)
{
	ret->gc_tracked = gc->is_tracked;
	ret->gc_finalized = gc->is_finalized;
	ret->gc_collecting = gc->is_collecting;
	ret->gc_head = gc->address;
	ret->gc_next = gc->next;
	ret->gc_previous = gc->previous;
	if (gc->has_references)
		ret->gc_references = (int64_t)gc->references;
}

/* Characters that are read, whatever the limit is. */
#define STRING_MAX ((size_t)1 << 20)

/* The text that a str is; nothing of any other object. */
static bool set_string(struct repr *repr, uint64_t object, struct pyinspect_object *ret)
{
	struct text text = {0};
	size_t total, limit = repr->limits.max_length;
	limit = limit < STRING_MAX ? limit : STRING_MAX;
	cleanup_error struct pyinspect_error *error =
		unicode_read(repr->view, object, limit, &text, &total);
	if (!error) {
		ret->string =
			arena_copy(repr->arena, text.data ? text.data : "", text.length);
		ret->string_omitted = total > limit ? total - limit : 0;
	}
	free(text.data);
	return error || ret->string;
}

static struct pyinspect_error *fill(struct repr *repr, const struct object_header *header,
				    const struct gc_header *gc, struct pyinspect_value *ret)
{
	struct pyinspect_object *object = arena_alloc(repr->arena, sizeof(*object));
	if (!object)
		return &error_no_memory;
	*object = (struct pyinspect_object){
		.type = header->type,
		.references = header->references,
		.immortal = header->is_immortal,
		.has_gc = gc != NULL,
		.gc_references = -1,
	};
	if (gc)
		set_collector(gc, object);
	ret->object = object;
	return value_fill(repr, header->address, ret) &&
			       set_string(repr, header->address, object)
		       ? NULL
		       : &error_no_memory;
}

/* What may make all of it wrong, and is no reason to show nothing. */
static void doubt(struct repr *repr, struct pyinspect_value *ret, const char *text)
{
	ret->problem =
		repr_printf(repr, "%s: what is shown may be no object, or damaged", text);
}

struct pyinspect_error *addressed_read(struct repr *repr, uint64_t address,
				       struct pyinspect_value *ret)
{
	struct object_header header;
	struct gc_header gc;
	struct pyinspect_error *error = object_header_read(repr->view, address, &header);
	if (error)
		return error;
	if (!gc_header_is_there(repr->view, &header)) {
		error = fill(repr, &header, NULL, ret);
	} else {
		cleanup_error struct pyinspect_error *broken =
			gc_header_read(repr->view, header.address, &gc);
		error = fill(repr, &header, broken ? NULL : &gc, ret);
		if (!error && broken)
			doubt(repr, ret, pyinspect_error_message(broken));
	}
	if (!error && !header.references)
		doubt(repr, ret, "its reference count is 0, as while it is freed");
	return error;
}

struct pyinspect_error *addressed_read_behind(struct repr *repr, uint64_t head,
					      struct pyinspect_value *ret)
{
	const struct view *view = repr->view;
	struct object_header header;
	struct gc_header gc;
	uint64_t size = gc_header_size(view);
	if (!size)
		return error_create(
			PYINSPECT_ERROR_ARGUMENT,
			"this Python has no headers of the garbage collector's: "
			"it is a build without a GIL, which keeps in objects "
			"themselves what these would say");
	struct pyinspect_error *error = object_header_read(view, head + size, &header);
	if (!error && !gc_header_is_there(view, &header))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, head,
				 "the garbage collector has nothing to do with objects of "
				 "this type");
	if (!error)
		error = gc_header_read(view, header.address, &gc);
	if (error)
		return error_context(error,
				     "0x%llx is no header of the garbage collector's",
				     (unsigned long long)head);
	error = fill(repr, &header, &gc, ret);
	if (!error && !header.references)
		doubt(repr, ret, "its reference count is 0, as while it is freed");
	return error;
}
