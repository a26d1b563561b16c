/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands for other objects: Objects/weakrefobject.c, Lib/weakref.py, _weakrefset.py;
 * Objects/memoryobject.c; Python/context.c. */
#include "base/cleanup.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

static struct pyinspect_error *format_weakref(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t target;
	const struct class *target_class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_WEAKREF_OBJECT, &target);
	if (error)
		return error;
	describe_class(repr, class);
	describe_address(repr, object);
	if (!target || lookup_is_none(repr, target)) {
		printer_text(&repr->printer, ", dead>");
		return NULL;
	}
	printer_text(&repr->printer, " to ");
	cleanup_error struct pyinspect_error *ignored =
		class_of(repr, target, &target_class);
	printer_text(&repr->printer, ignored ? "an object that can't be read"
					     : class_full_name(repr, target_class));
	describe_end(repr, target);
	return NULL;
}

/* WeakSet, WeakKeyDictionary, WeakValueDictionary: a set or a dict of references. */
static struct pyinspect_error *format_weak_container(struct repr *repr, uint64_t object,
						     const struct class *class)
{
	uint64_t data = lookup_attribute(repr, object, "data"), count;
	describe_class(repr, class);
	if (data && lookup_count(repr, data, &count))
		printer_printf(&repr->printer, " of %llu entr%s", (unsigned long long)count,
			       count == 1 ? "y" : "ies");
	describe_end(repr, object);
	return NULL;
}

/* _Py_MEMORYVIEW_RELEASED: Include/cpython/memoryobject.h. */
#define MEMORYVIEW_RELEASED 1
/* PyBUF_MAX_NDIM: Include/cpython/object.h. */
#define DIMENSIONS_MAX 64
#define FORMAT_MAX     100

static void write_shape(struct repr *repr, uint64_t object)
{
	uint64_t count, shape, length;
	if (!view_try(repr->view, object, FIELD_MEMORYVIEW_NDIM, &count) || count < 2 ||
	    count > DIMENSIONS_MAX ||
	    !view_try(repr->view, object, FIELD_MEMORYVIEW_SHAPE, &shape) || !shape)
		return;
	printer_text(&repr->printer, ", shape (");
	for (uint64_t i = 0; i < count; i++)
		if (memory_try(repr->view->memory, shape + 8 * i, &length, sizeof(length)))
			printer_printf(&repr->printer, "%s%lld", i ? ", " : "",
				       (long long)length);
	printer_text(&repr->printer, ")");
}

static struct pyinspect_error *format_memoryview(struct repr *repr, uint64_t object,
						 const struct class *class)
{
	const struct view *view = repr->view;
	char format[FORMAT_MAX + 1] = "B";
	uint64_t flags = 0, owner, size, address;
	const struct class *owner_class;
	struct pyinspect_error *error =
		view_read(view, object, FIELD_MEMORYVIEW_OBJECT, &owner);
	if (!error)
		error = view_read(view, object, FIELD_MEMORYVIEW_SIZE, &size);
	if (!error)
		error = view_read(view, object, FIELD_MEMORYVIEW_FORMAT, &address);
	if (error)
		return error;
	describe_class(repr, class);
	view_try(view, object, FIELD_MEMORYVIEW_FLAGS, &flags);
	if (flags & MEMORYVIEW_RELEASED) {
		printer_text(&repr->printer, ", released>");
		return NULL;
	}
	cleanup_error struct pyinspect_error *ignored =
		owner ? class_of(repr, owner, &owner_class) : NULL;
	if (owner && !ignored) {
		printer_text(&repr->printer, " of ");
		printer_text(&repr->printer, class_full_name(repr, owner_class));
	}
	error = address ? memory_read_string(view->memory, address, format, FORMAT_MAX)
			: NULL;
	printer_printf(&repr->printer, ", %llu byte%s", (unsigned long long)size,
		       size == 1 ? "" : "s");
	if (!error)
		printer_printf(&repr->printer, ", format '%s'", format);
	pyinspect_error_free(error);
	write_shape(repr, object);
	printer_text(&repr->printer, ">");
	return NULL;
}

/* Exactly as repr() has it. CPython: Python/context.c, contextvar_tp_repr(). */
static struct pyinspect_error *format_context_variable(struct repr *repr, uint64_t object,
						       const struct class *class)
{
	uint64_t name, otherwise;
	(void)class;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &name);
	if (!error)
		error = member_read(repr, object, 8, 8, &otherwise);
	if (error)
		return error;
	printer_text(&repr->printer, "<ContextVar name=");
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, NULL, name);
	if (otherwise)
		repr_part(repr, level, " default=", otherwise);
	repr_part(repr, level, repr_printf(repr, " at 0x%llx>", (unsigned long long)object),
		  0);
	return NULL;
}

/* Names with a module are those from 3.12. */
const struct formatter reference_formatters[] = {
	{.name = "weakref", .format = format_weakref},
	{.name = "weakref.ReferenceType", .format = format_weakref},
	{.name = "weakproxy", .format = format_weakref},
	{.name = "weakref.ProxyType", .format = format_weakref},
	{.name = "weakcallableproxy", .format = format_weakref},
	{.name = "weakref.CallableProxyType", .format = format_weakref},
	{.name = "memoryview", .format = format_memoryview},
	{.name = "_contextvars.ContextVar", .format = format_context_variable},
	{.name = "ContextVar", .format = format_context_variable},
	{0},
};

const struct formatter reference_classes[] = {
	{.name = "_weakrefset.WeakSet", .format = format_weak_container},
	{.name = "weakref.WeakKeyDictionary", .format = format_weak_container},
	{.name = "weakref.WeakValueDictionary", .format = format_weak_container},
	{0},
};
