/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Modules. */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"

/* What a module's dict has; 0 for what isn't there. */
struct module {
	uint64_t name, file, loader, spec;
	/** Another name would be looked for by the module's own __getattr__ (PEP 562). */
	bool has_getattr;
};

static struct pyinspect_error *read_module(struct repr *repr, uint64_t object,
					   struct module *ret)
{
	uint64_t dict, getattr = 0;
	struct module module = {0};
	const struct {
		const char *name;
		uint64_t *value;
	} entries[] = {
		{"__name__", &module.name},     {"__file__", &module.file},
		{"__loader__", &module.loader}, {"__spec__", &module.spec},
		{"__getattr__", &getattr},
	};
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_MODULE_DICT, &dict);
	for (size_t i = 0; !error && dict && i < sizeof(entries) / sizeof(entries[0]); i++)
		error = dict_find(repr->view, dict, entries[i].name, entries[i].value);
	module.has_getattr = getattr;
	if (!error)
		*ret = module;
	return error;
}

/* CPython: 2.7 Objects/moduleobject.c, module_repr(). */
static struct pyinspect_error *write_module_27(struct repr *repr,
					       const struct module *module)
{
	const struct view *view = repr->view;
	bool has_name = module->name && view_is(view, module->name, TYPE_FLAG_BYTES);
	bool has_file = module->file && view_is(view, module->file, TYPE_FLAG_BYTES);
	struct pyinspect_error *error = NULL;
	printer_text(&repr->printer, "<module '");
	if (has_name)
		error = describe_str(repr, module->name);
	else
		printer_text(&repr->printer, "?");
	printer_text(&repr->printer, has_file ? "' from '" : "' (built-in)>");
	if (!error && has_file)
		error = describe_str(repr, module->file);
	if (!error && has_file)
		printer_text(&repr->printer, "'>");
	return error;
}

/* "<module ", its name, a text, and perhaps an object and a text behind it. */
static void open_module(struct repr *repr, uint64_t object, uint64_t name,
			const char *between, uint64_t inner, const char *end)
{
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, name ? "<module " : "<module '?'", name);
	repr_part(repr, level, between, inner);
	repr_part(repr, level, end, 0);
}

/* The list in a namespace loader's _path, which is a _NamespacePath. */
static uint64_t namespace_path(struct repr *repr, uint64_t loader)
{
	uint64_t path = lookup_attribute(repr, loader, "_path");
	uint64_t list = lookup_attribute(repr, path, "_path");
	return lookup_is(repr, list, "list") ? list : 0;
}

/* A module from somewhere: a place is written as a str, anything else as it is. */
static bool write_origin(struct repr *repr, uint64_t object, uint64_t name, uint64_t origin,
			 uint64_t has_location)
{
	unsigned __int128 located;
	if (!view_is(repr->view, origin, TYPE_FLAG_UNICODE) ||
	    !lookup_is(repr, has_location, "bool"))
		return false;
	cleanup_error struct pyinspect_error *error =
		lookup_large_int(repr, has_location, &located);
	if (error)
		return false;
	if (located) {
		name = lookup_is_none(repr, name) ? 0 : name;
		open_module(repr, object, name, " from ", origin, ">");
		return true;
	}
	const char *text = repr_string(repr, origin, lookup_name_max(repr));
	if (text)
		open_module(repr, object, name, repr_printf(repr, " (%s)>", text), 0, NULL);
	return text;
}

/* A module from nowhere: a namespace, or what its loader says. */
static bool write_loaded(struct repr *repr, uint64_t object, uint64_t name, uint64_t loader)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, loader, &class);
	if (error)
		return false;
	if (repr->view->layout->dialect->module_repr == MODULE_REPR_SPEC_AND_NAMESPACE &&
	    strcmp(class->short_name, "NamespaceLoader") == 0) {
		uint64_t list = namespace_path(repr, loader);
		if (list)
			open_module(repr, object, name, " (namespace) from ", list, ">");
		return list;
	}
	open_module(repr, object, name, " (", loader, ")>");
	return true;
}

/*
 * A module with a spec. Its has_location is a property that gives _set_fileattr.
 *
 * CPython: Lib/importlib/_bootstrap.py, _module_repr_from_spec().
 */
static bool write_spec(struct repr *repr, uint64_t object, uint64_t spec)
{
	const struct class *class;
	cleanup_error struct pyinspect_error *error = class_of(repr, spec, &class);
	if (error ||
	    strcmp(class_full_name(repr, class), "_frozen_importlib.ModuleSpec") != 0)
		return false;
	uint64_t name = lookup_attribute(repr, spec, "name");
	uint64_t origin = lookup_attribute(repr, spec, "origin");
	uint64_t loader = lookup_attribute(repr, spec, "loader");
	uint64_t has_location = lookup_attribute(repr, spec, "_set_fileattr");
	if (!name || !origin || !loader || !has_location)
		return false;
	if (!lookup_is_none(repr, origin))
		return write_origin(repr, object, name, origin, has_location);
	name = lookup_is_none(repr, name) ? 0 : name;
	if (!lookup_is_none(repr, loader))
		return write_loaded(repr, object, name, loader);
	open_module(repr, object, name, ">", 0, NULL);
	return true;
}

/*
 * What a loader's own module_repr() would give: those of importlib are known by the names
 * of their classes.
 */
static const char *loader_text(const struct class *class)
{
	static const struct {
		const char *class, *text;
	} known[] = {
		{"BuiltinImporter", " (built-in)>"},
		{"FrozenImporter", " (frozen)>"},
		{"_NamespaceLoader", " (namespace)>"},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(class->short_name, known[i].class) == 0 && class->module &&
		    strncmp(class->module, "_frozen_importlib", 17) == 0)
			return known[i].text;
	return NULL;
}

enum loader_says {
	/** It has no module_repr(). */
	LOADER_NOTHING,
	LOADER_WRITTEN,
	/** Its module_repr() would have to be run. */
	LOADER_UNKNOWN,
};

static enum loader_says ask_loader(struct repr *repr, uint64_t object,
				   const struct module *module)
{
	const struct class *class;
	if (!module->loader || lookup_is_none(repr, module->loader))
		return LOADER_NOTHING;
	/* A loader may be a class, as BuiltinImporter is, or an instance. */
	cleanup_error struct pyinspect_error *error =
		view_is(repr->view, module->loader, TYPE_FLAG_TYPE)
			? class_at(repr, module->loader, &class)
			: class_of(repr, module->loader, &class);
	if (error)
		return LOADER_UNKNOWN;
	if (!class_lookup(repr, class, "module_repr"))
		return class_lookup(repr, class, "__getattr__") ? LOADER_UNKNOWN
								: LOADER_NOTHING;
	const char *text = loader_text(class);
	if (!text || !module->name)
		return LOADER_UNKNOWN;
	open_module(repr, object, module->name, text, 0, NULL);
	return LOADER_WRITTEN;
}

/* CPython: Lib/importlib/_bootstrap.py, _module_repr(). */
static bool write_module(struct repr *repr, uint64_t object, const struct module *module)
{
	enum module_repr form = repr->view->layout->dialect->module_repr;
	enum loader_says says = LOADER_NOTHING;
	bool has_spec = module->spec && !lookup_is_none(repr, module->spec);
	if (module->has_getattr &&
	    (!module->loader || !module->spec || !module->name || !module->file))
		return false;
	if (form == MODULE_REPR_LOADER_FIRST)
		says = ask_loader(repr, object, module);
	if (says == LOADER_NOTHING && has_spec)
		return write_spec(repr, object, module->spec);
	if (says == LOADER_NOTHING && form == MODULE_REPR_SPEC_FIRST)
		says = ask_loader(repr, object, module);
	if (says != LOADER_NOTHING)
		return says == LOADER_WRITTEN;
	if (module->file)
		open_module(repr, object, module->name, " from ", module->file, ">");
	else if (!module->loader || lookup_is_none(repr, module->loader))
		open_module(repr, object, module->name, ">", 0, NULL);
	else
		open_module(repr, object, module->name, " (", module->loader, ")>");
	return true;
}

/* CPython: Objects/moduleobject.c, module_repr(). */
static struct pyinspect_error *format_module(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	struct module module;
	struct pyinspect_error *error = read_module(repr, object, &module);
	if (error)
		return error;
	if (repr->view->layout->dialect->module_repr == MODULE_REPR_C)
		return write_module_27(repr, &module);
	/* A loader or a spec can lead back to the module. */
	if (repr_is_open(repr, object) || !write_module(repr, object, &module))
		return repr_opaque(repr, object, class);
	return NULL;
}

const struct formatter module_formatters[] = {
	{.name = "module", .format = format_module},
	{0},
};
