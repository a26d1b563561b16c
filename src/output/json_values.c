/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "output/json_values.h"

/* Levels of attributes that are written. */
#define DEPTH_MAX 100

static const char *const kinds[] = {
	[PYINSPECT_VALUE_ARGUMENT] = "argument", [PYINSPECT_VALUE_LOCAL] = "local",
	[PYINSPECT_VALUE_CELL] = "cell",         [PYINSPECT_VALUE_FREE] = "free",
	[PYINSPECT_VALUE_GLOBAL] = "global",     [PYINSPECT_VALUE_ATTRIBUTE] = "attribute",
	[PYINSPECT_VALUE_ITEM] = "item",         [PYINSPECT_VALUE_RESULT] = "result",
};

static const char *const parameters[] = {
	[PYINSPECT_PARAMETER_POSITIONAL_ONLY] = "positional_only",
	[PYINSPECT_PARAMETER_POSITIONAL] = "positional",
	[PYINSPECT_PARAMETER_KEYWORD_ONLY] = "keyword_only",
	[PYINSPECT_PARAMETER_VARARGS] = "varargs",
	[PYINSPECT_PARAMETER_VARKW] = "varkw",
};

static void set_flag(json_t *json, const char *name, bool value)
{
	if (value)
		json_object_set_new(json, name, json_true());
}

static void add_names(json_t *json, const struct pyinspect_value *value)
{
	enum pyinspect_parameter parameter = pyinspect_value_parameter(value);
	if (pyinspect_value_name(value))
		json_object_set_new(json, "name", json_text(pyinspect_value_name(value)));
	json_object_set_new(json, "kind", json_string(kinds[pyinspect_value_kind(value)]));
	if (parameter != PYINSPECT_PARAMETER_NONE)
		json_object_set_new(json, "parameter", json_string(parameters[parameter]));
}

static void add_text(json_t *json, const struct pyinspect_value *value)
{
	char address[24];
	uint64_t total;
	bool is_cut = pyinspect_value_is_truncated(value, &total);
	snprintf(address, sizeof(address), "0x%llx",
		 (unsigned long long)pyinspect_value_address(value));
	json_object_set_new(json, "type", json_text(pyinspect_value_type(value)));
	json_object_set_new(json, "repr", json_text(pyinspect_value_text(value)));
	json_object_set_new(json, "address",
			    pyinspect_value_address(value) ? json_string(address)
							   : json_null());
	json_object_set_new(json, "truncated", json_boolean(is_cut));
	if (is_cut && total)
		json_object_set_new(json, "total", json_integer((json_int_t)total));
}

static void add_flags(json_t *json, const struct pyinspect_value *value)
{
	set_flag(json, "unbound", pyinspect_value_is_unbound(value));
	set_flag(json, "custom_repr", pyinspect_value_has_custom_repr(value));
	set_flag(json, "redacted", pyinspect_value_is_redacted(value));
	if (!pyinspect_value_is_verified(value))
		json_object_set_new(json, "verified", json_false());
}

static json_t *value_json(const struct pyinspect_value *value)
{
	json_t *json = json_object();
	add_names(json, value);
	add_text(json, value);
	add_flags(json, value);
	return json;
}

/* An object under way, and which of its children comes next. */
struct family {
	const struct pyinspect_value *value;
	json_t *json;
	size_t next;
};

static void append_child(json_t *json, const struct pyinspect_value *child, json_t *member)
{
	const char *name = pyinspect_value_kind(child) == PYINSPECT_VALUE_ITEM
				   ? "items"
				   : "attributes";
	json_t *list = json_object_get(json, name);
	if (!list) {
		list = json_array();
		json_object_set_new(json, name, list);
	}
	json_array_append_new(list, member);
}

json_t *json_value(const struct pyinspect_value *value)
{
	json_t *whole = value_json(value);
	struct family families[DEPTH_MAX] = {{.value = value, .json = whole}};
	size_t count = 1;
	while (count) {
		struct family *family = &families[count - 1];
		const struct pyinspect_value *child =
			pyinspect_value_child(family->value, family->next++);
		if (!child) {
			count--;
			continue;
		}
		json_t *json = value_json(child);
		append_child(family->json, child, json);
		if (count < DEPTH_MAX)
			families[count++] = (struct family){.value = child, .json = json};
	}
	return whole;
}

json_t *json_variables(const struct pyinspect_frame *frame)
{
	json_t *array = json_array();
	const struct pyinspect_value *value;
	for (size_t i = 0; (value = pyinspect_frame_variable(frame, i)); i++)
		json_array_append_new(array, json_value(value));
	return array;
}
