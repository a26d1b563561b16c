/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions, methods and descriptors. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/callables.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"

/* Methods of methods that are followed to a name. */
#define METHODS_MAX 16

/* "<word name at 0x..>" */
static struct pyinspect_error *write_named(struct repr *repr, uint64_t object,
					   const char *word, enum field field)
{
	uint64_t name;
	struct pyinspect_error *error = view_read(repr->view, object, field, &name);
	if (error)
		return error;
	printer_printf(&repr->printer, "<%s ", word);
	error = describe_str(repr, name);
	if (!error)
		describe_end(repr, object);
	return error;
}

/* CPython: Objects/funcobject.c, func_repr(). */
static struct pyinspect_error *format_function(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	bool has_qualname = layout_has(repr->view->layout, FIELD_FUNCTION_QUALNAME);
	(void)class;
	return write_named(repr, object, "function",
			   has_qualname ? FIELD_FUNCTION_QUALNAME : FIELD_FUNCTION_NAME);
}

/* What looking up a name of something callable gives. */
enum found_name {
	NAME_FOUND,
	/** There is none, or it is no str. */
	NAME_NONE,
	/** Code would have to run. */
	NAME_UNKNOWN,
};

static enum found_name keep_name(struct repr *repr, uint64_t object, const char **ret)
{
	*ret = object ? repr_string(repr, object, lookup_name_max(repr)) : NULL;
	return *ret ? NAME_FOUND : NAME_NONE;
}

static const char *builtin_name(struct repr *repr, uint64_t object)
{
	uint64_t definition, name;
	if (!view_try(repr->view, object, FIELD_CFUNCTION_DEFINITION, &definition) ||
	    !definition || !view_try(repr->view, definition, FIELD_METHODDEF_NAME, &name))
		return NULL;
	return lookup_c_string(repr, name);
}

static bool is_module(struct repr *repr, uint64_t object)
{
	uint64_t type;
	if (!view_try(repr->view, object, FIELD_OBJECT_TYPE, &type))
		return false;
	const struct class *class = class_try(repr, type);
	return class && lookup_inherits(repr, class, "module");
}

/* CPython: Objects/methodobject.c, meth_get__qualname__(). */
static enum found_name builtin_qualname(struct repr *repr, uint64_t object,
					const char **ret)
{
	uint64_t self, type;
	const char *name = builtin_name(repr, object);
	if (!name || !view_try(repr->view, object, FIELD_CFUNCTION_SELF, &self))
		return NAME_UNKNOWN;
	*ret = name;
	if (!self || is_module(repr, self))
		return NAME_FOUND;
	if (view_is(repr->view, self, TYPE_FLAG_TYPE))
		type = self;
	else if (!view_try(repr->view, self, FIELD_OBJECT_TYPE, &type))
		return NAME_UNKNOWN;
	const struct class *class = class_try(repr, type);
	if (!class || !class->qualname)
		return NAME_UNKNOWN;
	*ret = repr_printf(repr, "%s.%s", class->qualname, name);
	return NAME_FOUND;
}

/* Of an object whose attributes are in its __dict__ or its class alone. */
static enum found_name attribute_name(struct repr *repr, const struct class *class,
				      uint64_t object, const char **ret)
{
	static const char *const names[] = {"__qualname__", "__name__"};
	bool is_known = !class->is_c || strcmp(class->name, "functools.partial") == 0 ||
			strcmp(class->name, "functools._lru_cache_wrapper") == 0;
	if (!is_known || class_lookup(repr, class, "__getattr__"))
		return NAME_UNKNOWN;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t found = lookup_attribute(repr, object, names[i]);
		/* In the class it may be a property. */
		if (!found && class_lookup(repr, class, names[i]))
			return NAME_UNKNOWN;
		if (found)
			return keep_name(repr, found, ret);
	}
	return NAME_NONE;
}

/* Its __qualname__, else its __name__. */
static enum found_name callable_name(struct repr *repr, uint64_t object, const char **ret)
{
	const struct class *class;
	uint64_t inner;
	for (int i = 0; i < METHODS_MAX; i++) {
		cleanup_error struct pyinspect_error *error =
			class_of(repr, object, &class);
		if (error)
			return NAME_UNKNOWN;
		if (class->is_c && strcmp(class->name, "function") == 0)
			return view_try(repr->view, object, FIELD_FUNCTION_QUALNAME, &inner)
				       ? keep_name(repr, inner, ret)
				       : NAME_UNKNOWN;
		if (lookup_inherits(repr, class, "builtin_function_or_method"))
			return builtin_qualname(repr, object, ret);
		if (class->is_c && strcmp(class->name, "method") == 0) {
			if (!view_try(repr->view, object, FIELD_METHOD_FUNCTION, &object))
				return NAME_UNKNOWN;
			continue;
		}
		if (!(class->flags & TYPE_FLAG_TYPE))
			return attribute_name(repr, class, object, ret);
		error = class_at(repr, object, &class);
		*ret = error ? NULL : class->qualname;
		return *ret ? NAME_FOUND : NAME_UNKNOWN;
	}
	return NAME_UNKNOWN;
}

static void open_method(struct repr *repr, uint64_t object, const char *start,
			uint64_t self)
{
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, start, self);
	repr_part(repr, level, ">", 0);
}

/* CPython: Objects/classobject.c, method_repr(). */
static struct pyinspect_error *format_method(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	uint64_t function, self;
	const char *name = NULL;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_METHOD_FUNCTION, &function);
	if (!error)
		error = view_read(repr->view, object, FIELD_METHOD_SELF, &self);
	if (error)
		return error;
	if (callable_name(repr, function, &name) == NAME_UNKNOWN)
		return repr_opaque(repr, object, class);
	open_method(repr, object,
		    repr_printf(repr, "<bound method %s of ", name ? name : "?"), self);
	return NULL;
}

/* __name__ of a class of either kind, 2.7. */
static const char *class_name_27(struct repr *repr, uint64_t address)
{
	const struct class *class;
	uint64_t name;
	if (!address)
		return "?";
	if (lookup_is(repr, address, "classobj"))
		return view_try(repr->view, address, FIELD_OLDCLASS_NAME, &name)
			       ? repr_string(repr, name, lookup_name_max(repr))
			       : NULL;
	if (!view_is(repr->view, address, TYPE_FLAG_TYPE))
		return NULL;
	cleanup_error struct pyinspect_error *error = class_at(repr, address, &class);
	return error ? NULL : class_short_name(class);
}

/* __name__ of what a method of 2.7 calls. */
static const char *function_name_27(struct repr *repr, uint64_t function)
{
	uint64_t name;
	if (lookup_is(repr, function, "function"))
		return view_try(repr->view, function, FIELD_FUNCTION_NAME, &name)
			       ? repr_string(repr, name, lookup_name_max(repr))
			       : NULL;
	if (lookup_is(repr, function, "builtin_function_or_method"))
		return builtin_name(repr, function);
	/* A partial has no __name__, but for one that was given to it. */
	if (lookup_is(repr, function, "classobj"))
		return class_name_27(repr, function);
	return NULL;
}

/* Of one in Python: what is called, and 2.7's class of it. */
static const char *bound_name(struct repr *repr, uint64_t function, uint64_t self)
{
	const char *name = NULL;
	const struct class *class;
	if (!layout_has(repr->view->layout, FIELD_METHOD_CLASS))
		return callable_name(repr, function, &name) == NAME_FOUND ? name : "?";
	cleanup_error struct pyinspect_error *error = class_of(repr, self, &class);
	name = function_name_27(repr, function);
	return repr_printf(repr, "%s.%s", error ? "?" : class_short_name(class),
			   name ? name : "?");
}

const char *method_write(struct repr *repr, uint64_t function, uint64_t self)
{
	uint64_t name, type = 0;
	bool is_slot = lookup_is(repr, function, "wrapper_descriptor");
	if (!is_slot && !lookup_is(repr, function, "method_descriptor")) {
		open_method(repr, function,
			    repr_printf(repr, "<bound method %s of ",
					bound_name(repr, function, self)),
			    self);
		return layout_has(repr->view->layout, FIELD_METHOD_CLASS) ? "instancemethod"
									  : "method";
	}
	printer_text(&repr->printer, is_slot ? "<method-wrapper '" : "<built-in method ");
	if (!view_try(repr->view, function, FIELD_DESCRIPTOR_NAME, &name) ||
	    !describe_try_str(repr, name))
		printer_text(&repr->printer, "?");
	view_try(repr->view, self, FIELD_OBJECT_TYPE, &type);
	const char *type_name = lookup_type_name(repr, type);
	printer_printf(&repr->printer, "%s of %s object", is_slot ? "'" : "",
		       type_name ? type_name : "?");
	describe_end(repr, self);
	return is_slot ? "method-wrapper" : "builtin_function_or_method";
}

/* CPython: 2.7 Objects/classobject.c, instancemethod_repr(). */
static struct pyinspect_error *format_method_27(struct repr *repr, uint64_t object,
						const struct class *class)
{
	uint64_t function, self, owner;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_METHOD_FUNCTION, &function);
	if (!error)
		error = view_read(repr->view, object, FIELD_METHOD_SELF, &self);
	if (!error)
		error = view_read(repr->view, object, FIELD_METHOD_CLASS, &owner);
	if (error)
		return error;
	const char *name = function_name_27(repr, function);
	const char *of = class_name_27(repr, owner);
	if (!name || !of)
		return repr_opaque(repr, object, class);
	if (self)
		open_method(repr, object,
			    repr_printf(repr, "<bound method %s.%s of ", of, name), self);
	else
		printer_text(&repr->printer,
			     repr_printf(repr, "<unbound method %s.%s>", of, name));
	return NULL;
}

/* CPython: Objects/methodobject.c, meth_repr(). */
static struct pyinspect_error *format_builtin(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t self, type;
	(void)class;
	const char *name = builtin_name(repr, object), *type_name;
	if (!name)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"its definition has no name that can be read");
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_CFUNCTION_SELF, &self);
	if (error)
		return error;
	if (!self || is_module(repr, self)) {
		printer_text(&repr->printer,
			     repr_printf(repr, "<built-in function %s>", name));
		return NULL;
	}
	error = view_read(repr->view, self, FIELD_OBJECT_TYPE, &type);
	if (error)
		return error_context(error, "what it is a method of");
	type_name = lookup_type_name(repr, type);
	if (!type_name)
		return error_at(PYINSPECT_ERROR_BAD_DATA, self,
				"what it is a method of has no type that can be read");
	printer_text(&repr->printer, repr_printf(repr, "<built-in method %s of %s object",
						 name, type_name));
	describe_end(repr, self);
	return NULL;
}

/* CPython: Objects/descrobject.c, descr_repr(). */
static struct pyinspect_error *write_descriptor(struct repr *repr, uint64_t object,
						const char *start)
{
	uint64_t name, type;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_DESCRIPTOR_NAME, &name);
	if (!error)
		error = view_read(repr->view, object, FIELD_DESCRIPTOR_TYPE, &type);
	if (error)
		return error;
	const char *type_name = lookup_type_name(repr, type);
	if (!type_name)
		return error_at(PYINSPECT_ERROR_BAD_DATA, type,
				"what it describes is no type that can be read");
	printer_text(&repr->printer, start);
	error = name ? describe_str(repr, name) : NULL;
	if (error)
		return error;
	bool is_short = repr->view->layout->dialect->descriptor_omits_object &&
			strcmp(type_name, "object") == 0;
	const char *of =
		repr_printf(repr, "%s' of '%s' objects>", name ? "" : "?", type_name);
	printer_text(&repr->printer, is_short ? "'>" : of);
	return NULL;
}

static struct pyinspect_error *format_method_descriptor(struct repr *repr, uint64_t object,
							const struct class *class)
{
	(void)class;
	return write_descriptor(repr, object, "<method '");
}

static struct pyinspect_error *format_member(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	(void)class;
	return write_descriptor(repr, object, "<member '");
}

static struct pyinspect_error *format_attribute(struct repr *repr, uint64_t object,
						const struct class *class)
{
	(void)class;
	return write_descriptor(repr, object, "<attribute '");
}

static struct pyinspect_error *format_slot_wrapper(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	(void)class;
	return write_descriptor(repr, object, "<slot wrapper '");
}

/* CPython: Objects/descrobject.c, wrapper_repr(). */
static struct pyinspect_error *format_method_wrapper(struct repr *repr, uint64_t object,
						     const struct class *class)
{
	uint64_t descriptor, self, name, type;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_WRAPPER_DESCRIPTOR, &descriptor);
	if (!error)
		error = view_read(repr->view, object, FIELD_WRAPPER_SELF, &self);
	if (!error)
		error = view_read(repr->view, descriptor, FIELD_DESCRIPTOR_NAME, &name);
	if (!error)
		error = view_read(repr->view, self, FIELD_OBJECT_TYPE, &type);
	const char *type_name = error ? NULL : lookup_type_name(repr, type);
	if (error)
		return error;
	if (!type_name)
		return error_at(PYINSPECT_ERROR_BAD_DATA, self,
				"what it wraps a method of has no type that can be read");
	printer_text(&repr->printer, "<method-wrapper '");
	error = describe_str(repr, name);
	if (error)
		return error;
	printer_text(&repr->printer, repr_printf(repr, "' of %s object", type_name));
	describe_end(repr, self);
	return NULL;
}

static struct pyinspect_error *write_wrapped(struct repr *repr, uint64_t object,
					     const struct class *class, const char *start,
					     enum field field)
{
	uint64_t callable;
	/* Before 3.10 (bpo-43682) repr() was that of object. */
	if (!class_has_own_repr(repr, class))
		return repr_plain(repr, object, class);
	struct pyinspect_error *error = view_read(repr->view, object, field, &callable);
	if (error)
		return error;
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, start, callable);
	repr_part(repr, level, ")>", 0);
	return NULL;
}

/* CPython: Objects/funcobject.c, sm_repr() and cm_repr(). */
static struct pyinspect_error *format_staticmethod(struct repr *repr, uint64_t object,
						   const struct class *class)
{
	return write_wrapped(repr, object, class, "<staticmethod(",
			     FIELD_STATICMETHOD_CALLABLE);
}

static struct pyinspect_error *format_classmethod(struct repr *repr, uint64_t object,
						  const struct class *class)
{
	return write_wrapped(repr, object, class, "<classmethod(",
			     FIELD_CLASSMETHOD_CALLABLE);
}

/* CPython: Objects/typeobject.c, super_repr(). */
static struct pyinspect_error *format_super(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t type, bound;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_SUPER_TYPE, &type);
	if (!error)
		error = view_read(repr->view, object, FIELD_SUPER_OBJECT_TYPE, &bound);
	if (error)
		return error;
	const char *name = type ? lookup_type_name(repr, type) : "NULL";
	const char *bound_name = bound ? lookup_type_name(repr, bound) : "";
	if (!name || !bound_name)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"its types can't be read");
	printer_text(&repr->printer, repr_printf(repr, "<super: <class '%s'>, ", name));
	printer_text(&repr->printer,
		     bound ? repr_printf(repr, "<%s object>>", bound_name) : "NULL>");
	return NULL;
}

/* CPython: Objects/codeobject.c, code_repr(). */
static struct pyinspect_error *format_code(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	/* Longest that the buffer of 2.7 takes of them. */
	size_t name_max = repr->view->layout->dialect->code_repr_is_cut ? 100 : SIZE_MAX;
	size_t file_max = repr->view->layout->dialect->code_repr_is_cut ? 300 : SIZE_MAX;
	size_t most = lookup_name_max(repr);
	uint64_t name, filename, line;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_CODE_NAME, &name);
	if (!error)
		error = view_read(repr->view, object, FIELD_CODE_FILENAME, &filename);
	if (!error)
		error = view_read(repr->view, object, FIELD_CODE_FIRSTLINENO, &line);
	if (error)
		return error;
	const char *name_text = repr_string(repr, name, name_max < most ? name_max : most);
	const char *file = repr_string(repr, filename, file_max < most ? file_max : most);
	if (!name_text || !file)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "its name can't be read");
	printer_text(&repr->printer, repr_printf(repr, "<code object %s at 0x%llx, file \"",
						 name_text, (unsigned long long)object));
	printer_text(&repr->printer, file);
	printer_printf(&repr->printer, "\", line %d>", line ? (int)(int32_t)line : -1);
	return NULL;
}

const struct formatter callable_formatters[] = {
	{.name = "function", .format = format_function},
	{.name = "method", .format = format_method},
	{.name = "instancemethod", .format = format_method_27},
	{.name = "builtin_function_or_method", .format = format_builtin},
	{.name = "method_descriptor", .format = format_method_descriptor},
	{.name = "classmethod_descriptor", .format = format_method_descriptor},
	{.name = "member_descriptor", .format = format_member},
	{.name = "getset_descriptor", .format = format_attribute},
	{.name = "wrapper_descriptor", .format = format_slot_wrapper},
	{.name = "method-wrapper", .format = format_method_wrapper},
	{.name = "staticmethod", .format = format_staticmethod},
	{.name = "classmethod", .format = format_classmethod},
	{.name = "super", .format = format_super},
	{.name = "code", .format = format_code},
	{0},
};
