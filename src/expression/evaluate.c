/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "expression/evaluate.h"
#include "expression/operand.h"
#include "repr/attributes.h"
#include "repr/callables.h"
#include "repr/entries.h"
#include "repr/quoted.h"

static struct pyinspect_error *evaluate(const struct scope *scope, const struct node *node,
					struct operand *ret);

/* The variable of the frame's own code; *found_ret is whether it has one of that name. */
static struct pyinspect_error *find_variable(const struct scope *scope, const char *name,
					     bool *found_ret, uint64_t *ret)
{
	const struct variables *variables = variables_of(scope->reader, scope->frame->code);
	*found_ret = false;
	*ret = 0;
	for (size_t i = 0; variables && i < variables->count && !*found_ret; i++) {
		const struct variable *variable = &variables->items[i];
		if (strcmp(variable->name, name) != 0)
			continue;
		struct pyinspect_error *error = variable_read(
			scope->reader->repr->view, scope->frame->address, variable, ret);
		if (error)
			return error;
		/* One of an inlined comprehension leaves the name to others. */
		*found_ret = *ret || !variable->is_hidden;
	}
	return NULL;
}

static uint64_t find_in_dict(struct repr *repr, uint64_t dict, const char *name)
{
	struct dict_cursor cursor;
	struct operand key = {.kind = OPERAND_TEXT, .text = name};
	uint64_t value = 0;
	cleanup_error struct pyinspect_error *error =
		dict ? dict_begin(repr->view, dict, &cursor) : NULL;
	if (!dict || error)
		return 0;
	pyinspect_error_free(dict_get(repr, &cursor, &key, &value));
	return value;
}

static uint64_t find_builtin(const struct scope *scope, const char *name)
{
	struct repr *repr = scope->reader->repr;
	uint64_t dict = scope->builtins;
	if (dict && !view_is(repr->view, dict, TYPE_FLAG_DICT) &&
	    !view_try(repr->view, dict, FIELD_MODULE_DICT, &dict))
		return 0;
	return find_in_dict(repr, dict, name);
}

static struct pyinspect_error *evaluate_name(const struct scope *scope,
					     const struct node *node, struct operand *ret)
{
	struct repr *repr = scope->reader->repr;
	bool found;
	uint64_t object;
	struct pyinspect_error *error = find_variable(scope, node->text, &found, &object);
	if (error)
		return error;
	if (found && !object)
		return error_create(PYINSPECT_ERROR_ARGUMENT, "%s: it has no value now",
				    node->text);
	if (!object)
		object = find_in_dict(repr,
				      variables_mapping(repr->view, scope->frame->address),
				      node->text);
	if (!object)
		object = find_in_dict(repr, scope->frame->globals, node->text);
	if (!object)
		object = find_builtin(scope, node->text);
	if (!object)
		return error_create(
			PYINSPECT_ERROR_ARGUMENT,
			"%s: there is no variable of that name in this frame, its "
			"module or the builtins",
			node->text);
	ret->kind = OPERAND_OBJECT;
	ret->object = object;
	return NULL;
}

static struct pyinspect_error *attributes_of(struct repr *repr, const struct operand *of,
					     struct operand *ret)
{
	struct operand dict = {.source = ret->source};
	if (of->kind != OPERAND_OBJECT)
		return error_create(PYINSPECT_ERROR_ARGUMENT, "%s: it has no attributes",
				    of->source);
	const struct class *class;
	struct pyinspect_error *error = class_of(repr, of->object, &class);
	if (error)
		return error;
	/* What is a dict already: of a module, a class, an old instance. */
	if ((class->flags & TYPE_FLAG_TYPE) || strcmp(class->name, "module") == 0) {
		error = attribute_get(repr, of, "__dict__", &dict);
		ret->kind = dict.kind;
		ret->object = dict.object;
		return error;
	}
	ret->kind = OPERAND_ATTRIBUTES;
	ret->object = of->object;
	return NULL;
}

static struct pyinspect_error *type_of(struct repr *repr, const struct operand *of,
				       struct operand *ret)
{
	if (of->kind != OPERAND_OBJECT)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "%s: it is no object of the process", of->source);
	ret->kind = OPERAND_OBJECT;
	return view_read(repr->view, of->object, FIELD_OBJECT_TYPE, &ret->object);
}

static struct pyinspect_error *evaluate_call(struct repr *repr, const struct node *node,
					     const struct operand *of, struct operand *ret)
{
	if (strcmp(node->text, "len") == 0)
		return length_get(repr, of, ret);
	if (strcmp(node->text, "type") == 0)
		return type_of(repr, of, ret);
	if (strcmp(node->text, "vars") == 0)
		return attributes_of(repr, of, ret);
	if (of->kind != OPERAND_OBJECT)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "%s: it is no object of the process", of->source);
	ret->kind = OPERAND_NUMBER;
	ret->number = (int64_t)of->object;
	return NULL;
}

static struct pyinspect_error *evaluate_item(const struct scope *scope,
					     const struct node *node,
					     const struct operand *of, struct operand *ret)
{
	struct operand key;
	struct pyinspect_error *error = evaluate(scope, node->right, &key);
	return error ? error : item_get(scope->reader->repr, of, &key, ret);
}

static void use_literal(const struct node *node, struct operand *ret)
{
	static const enum operand_kind kinds[] = {
		[NODE_INTEGER] = OPERAND_NUMBER,
		[NODE_STRING] = OPERAND_TEXT,
		[NODE_BYTES] = OPERAND_BYTES,
	};
	ret->kind = kinds[node->kind];
	ret->number = node->number;
	ret->text = node->text;
	ret->length = node->length;
}

/* A step of the path. The depth is that of the expression, which the parser bounds. */
static struct pyinspect_error *evaluate_one(const struct scope *scope,
					    const struct node *node,
					    const struct operand *left, struct operand *ret)
{
	struct repr *repr = scope->reader->repr;
	*ret = (struct operand){.source = node->source};
	switch (node->kind) {
	case NODE_NAME:
		return evaluate_name(scope, node, ret);
	case NODE_ATTRIBUTE:
		return attribute_get(repr, left, node->text, ret);
	case NODE_ITEM:
		return evaluate_item(scope, node, left, ret);
	case NODE_CALL:
		return evaluate_call(repr, node, left, ret);
	default:
		use_literal(node, ret);
		return NULL;
	}
}

static const struct node *node_at(const struct node *node, size_t depth)
{
	while (depth--)
		node = node->left;
	return node;
}

/* From the innermost step outwards, in a loop: paths may be long. */
static struct pyinspect_error *evaluate(const struct scope *scope, const struct node *node,
					struct operand *ret)
{
	size_t depth = 0;
	struct operand left = {0};
	for (const struct node *inner = node; inner->left; inner = inner->left)
		depth++;
	for (size_t i = depth + 1; i-- > 0;) {
		struct operand next;
		struct pyinspect_error *error =
			evaluate_one(scope, node_at(node, i), &left, &next);
		if (error)
			return error;
		left = next;
	}
	*ret = left;
	return NULL;
}

static void set_number(struct repr *repr, int64_t number, struct pyinspect_value *ret)
{
	ret->text = repr_printf(repr, "%lld", (long long)number);
	ret->type = "int";
}

/* Each byte is a character. */
static struct pyinspect_error *write_bytes(struct repr *repr, const char *bytes,
					   size_t length)
{
	struct quoted_style style = quoted_bytes(repr);
	cleanup_free uint32_t *items = malloc((length + 1) * sizeof(*items));
	if (!items)
		return &error_no_memory;
	for (size_t i = 0; i < length; i++)
		items[i] = (unsigned char)bytes[i];
	return quoted_write_known(repr, items, length, &style);
}

/* A str or bytes that is no object of the process. */
static bool set_text(struct repr *repr, const struct operand *result,
		     struct pyinspect_value *ret)
{
	bool is_27 = repr->view->layout->dialect->bytes_are_str;
	bool is_bytes = result->kind == OPERAND_BYTES || (is_27 && !result->is_unicode);
	ret->type = is_27 && result->is_unicode ? "unicode"
		    : is_bytes && !is_27        ? "bytes"
						: "str";
	struct quoted_style style = quoted_unicode(repr);
	repr_begin(repr);
	struct pyinspect_error *error =
		is_bytes ? write_bytes(repr, result->text,
				       result->kind == OPERAND_BYTES ? result->length
								     : strlen(result->text))
			 : quoted_write_text(repr, result->text, &style);
	pyinspect_error_free(error);
	return !error && repr_finish(repr, ret);
}

static bool show(struct repr *repr, const struct operand *result,
		 struct pyinspect_value *ret)
{
	struct pyinspect_error *error;
	switch (result->kind) {
	case OPERAND_NUMBER:
		set_number(repr, result->number, ret);
		return true;
	case OPERAND_TEXT:
	case OPERAND_BYTES:
		return set_text(repr, result, ret);
	case OPERAND_ATTRIBUTES:
		ret->type = "dict";
		repr_begin(repr);
		error = entries_open_attributes(repr, result->object);
		if (error)
			repr_fail(repr, result->object, error);
		return repr_finish(repr, ret);
	case OPERAND_METHOD:
		repr_begin(repr);
		ret->type = method_write(repr, result->function, result->object);
		return repr_finish(repr, ret);
	default:
		return value_fill(repr, result->object, ret);
	}
}

struct pyinspect_error *expression_evaluate(const struct scope *scope,
					    const struct node *node,
					    struct pyinspect_value *ret)
{
	struct repr *repr = scope->reader->repr;
	struct operand result;
	struct pyinspect_error *error = evaluate(scope, node, &result);
	if (error)
		return error;
	if (ret->name && repr_is_secret(repr, ret->name)) {
		ret->text = REDACTED;
		ret->is_redacted = true;
		return NULL;
	}
	return show(repr, &result, ret) ? NULL : &error_no_memory;
}
