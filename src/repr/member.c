/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "repr/member.h"
#include "repr/slots.h"

/* Free variables of a function, characters of a name, items of a tuple. */
#define FREE_VARIABLES_MAX 1000
#define NAME_MAX_LENGTH    1000
#define TUPLE_ITEMS_MAX    ((uint64_t)1 << 16)

static bool has_type(const struct repr *repr, uint64_t object, const char *name)
{
	char found[64];
	uint64_t type;
	if (!view_try(repr->view, object, FIELD_OBJECT_TYPE, &type))
		return false;
	struct pyinspect_error *error =
		view_type_name(repr->view, type, found, sizeof(found));
	bool same = !error && strcmp(found, name) == 0;
	pyinspect_error_free(error);
	return same;
}

static uint64_t find_in_slots(struct repr *repr, uint64_t object, uint64_t class,
			      const char *name)
{
	struct slot slot;
	struct slot_cursor cursor = slots_begin(repr, class);
	while (slots_next(&cursor, object, &slot))
		if (strcmp(slot.name, name) == 0)
			return slot.object;
	return 0;
}

static uint64_t find_in_dict(const struct repr *repr, uint64_t object, const char *name)
{
	uint64_t value = 0;
	struct pyinspect_error *error = attributes_find(repr->view, object, name, &value);
	pyinspect_error_free(error);
	return error ? 0 : value;
}

/* The type of an object has one of the slots of descriptors. */
static bool has_slot(const struct repr *repr, uint64_t object, enum field slot)
{
	uint64_t type, function;
	return !view_try(repr->view, object, FIELD_OBJECT_TYPE, &type) ||
	       !view_try(repr->view, type, slot, &function) || function;
}

uint64_t member_find(struct repr *repr, uint64_t object, const struct class *class,
		     const char *name)
{
	uint64_t definer = 0, found = 0, base;
	/* Only one in Python is found to be a function. */
	if (function_code(repr, class_lookup(repr, class, "__getattribute__")))
		return 0;
	for (size_t i = 0; !found && (base = class_mro(repr, class, i)); i++) {
		found = class_dict_find(repr, base, name);
		definer = base;
	}
	if (found && has_slot(repr, found, FIELD_TYPE_DESCR_SET))
		return has_type(repr, found, "member_descriptor")
			       ? find_in_slots(repr, object, definer, name)
			       : 0;
	uint64_t value = find_in_dict(repr, object, name);
	if (value || !found)
		return value;
	return has_slot(repr, found, FIELD_TYPE_DESCR_GET) ? 0 : found;
}

bool member_is_overridden(struct repr *repr, const struct class *class,
			  const struct class *base, const char *const *names)
{
	uint64_t address;
	for (size_t i = 0;
	     (address = class_mro(repr, class, i)) && address != base->address; i++)
		for (const char *const *name = names; *name; name++)
			if (class_dict_find(repr, address, *name))
				return true;
	return false;
}

uint64_t function_code(const struct repr *repr, uint64_t object)
{
	uint64_t code;
	return object && has_type(repr, object, "function") &&
			       view_try(repr->view, object, FIELD_FUNCTION_CODE, &code)
		       ? code
		       : 0;
}

const char *function_module(struct repr *repr, uint64_t object)
{
	uint64_t globals, name = 0;
	if (!function_code(repr, object) ||
	    !view_try(repr->view, object, FIELD_FUNCTION_GLOBALS, &globals))
		return NULL;
	cleanup_error struct pyinspect_error *error =
		dict_find(repr->view, globals, "__name__", &name);
	return error || !name ? NULL : repr_string(repr, name, NAME_MAX_LENGTH);
}

bool function_is(struct repr *repr, uint64_t object, const char *module,
		 const char *qualname)
{
	uint64_t name;
	enum field field = FIELD_FUNCTION_QUALNAME;
	if (!layout_has(repr->view->layout, field)) {
		const char *dot = strrchr(qualname, '.');
		qualname = dot ? dot + 1 : qualname;
		field = FIELD_FUNCTION_NAME;
	}
	if (!function_code(repr, object) || !view_try(repr->view, object, field, &name) ||
	    !unicode_equals(repr->view, name, qualname))
		return false;
	const char *found = function_module(repr, object);
	return found && strcmp(found, module) == 0;
}

uint64_t tuple_item(const struct repr *repr, uint64_t tuple, uint64_t index)
{
	const struct view *view = repr->view;
	uint64_t count, item, at = tuple + layout_at(view->layout, FIELD_TUPLE_ITEMS);
	if (!tuple || !view_is(view, tuple, TYPE_FLAG_TUPLE) ||
	    !view_try(view, tuple, FIELD_VAR_SIZE, &count) || index >= count ||
	    index >= TUPLE_ITEMS_MAX ||
	    !memory_try(view->memory, at + index * 8, &item, sizeof(item)))
		return 0;
	return item;
}

/* Where names of free variables are in localsplusnames, they come last. */
static bool free_variable_names(const struct repr *repr, uint64_t code, uint64_t closure,
				uint64_t *names_ret, uint64_t *first_ret)
{
	const struct view *view = repr->view;
	uint64_t all, count;
	*first_ret = 0;
	if (layout_has(view->layout, FIELD_CODE_FREEVARS))
		return view_try(view, code, FIELD_CODE_FREEVARS, names_ret);
	if (!view_try(view, code, FIELD_CODE_LOCALSPLUSNAMES, names_ret) ||
	    !view_try(view, *names_ret, FIELD_VAR_SIZE, &all) ||
	    !view_try(view, closure, FIELD_VAR_SIZE, &count) || count > all)
		return false;
	*first_ret = all - count;
	return true;
}

uint64_t function_free_variable(struct repr *repr, uint64_t object, const char *name)
{
	const struct view *view = repr->view;
	uint64_t code = function_code(repr, object), closure, names, first, cell, value;
	if (!code || !view_try(view, object, FIELD_FUNCTION_CLOSURE, &closure) ||
	    !closure || !free_variable_names(repr, code, closure, &names, &first))
		return 0;
	for (uint64_t i = 0; i < FREE_VARIABLES_MAX; i++) {
		cell = tuple_item(repr, closure, i);
		if (!cell)
			return 0;
		if (unicode_equals(view, tuple_item(repr, names, first + i), name))
			return view_try(view, cell, FIELD_CELL_REF, &value) ? value : 0;
	}
	return 0;
}
