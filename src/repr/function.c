/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/function.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "repr/lookup.h"

/* Free variables of a function, characters of a name. */
#define FREE_VARIABLES_MAX 1000
#define NAME_MAX_LENGTH    1000

uint64_t function_code(struct repr *repr, uint64_t object)
{
	uint64_t code;
	return lookup_is(repr, object, "function") &&
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
