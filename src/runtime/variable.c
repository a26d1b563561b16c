/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/unicode.h"
#include "runtime/variable.h"

#define VARIABLE_NAME_MAX 1000

/* co_flags. CPython: Include/cpython/code.h. */
enum {
	CODE_OPTIMIZED = 1,
	CODE_VARARGS = 4,
	CODE_VARKEYWORDS = 8,
};

/* A byte of co_localspluskinds. CPython: Include/internal/pycore_code.h, CO_FAST_*. */
enum {
	KIND_HIDDEN = 0x10,
	KIND_LOCAL = 0x20,
	KIND_CELL = 0x40,
	KIND_FREE = 0x80,
};

/* How many of the first variables are arguments of which sort. */
struct signature {
	uint64_t positional_only, positional, keyword_only;
	bool varargs, varkw;
};

struct list {
	const struct view *view;
	struct arena *arena;
	uint64_t code;
	struct signature signature;
	ARRAY(struct variable) items;
	bool no_memory;
	const char *problem;
};

static uint64_t argument_count(const struct signature *signature)
{
	return signature->positional + signature->keyword_only + signature->varargs +
	       signature->varkw;
}

static uint64_t number(const struct list *list, enum field field)
{
	uint64_t value = 0;
	view_try(list->view, list->code, field, &value);
	return value > VARIABLES_MAX ? VARIABLES_MAX : value;
}

static struct signature read_signature(const struct list *list, uint64_t flags)
{
	return (struct signature){
		.positional_only = number(list, FIELD_CODE_POSONLYARGCOUNT),
		.positional = number(list, FIELD_CODE_ARGCOUNT),
		.keyword_only = number(list, FIELD_CODE_KWONLYARGCOUNT),
		.varargs = flags & CODE_VARARGS,
		.varkw = flags & CODE_VARKEYWORDS,
	};
}

static enum pyinspect_parameter parameter_at(const struct signature *signature,
					     uint64_t index)
{
	uint64_t named = signature->positional + signature->keyword_only;
	if (index < signature->positional_only)
		return PYINSPECT_PARAMETER_POSITIONAL_ONLY;
	if (index < signature->positional)
		return PYINSPECT_PARAMETER_POSITIONAL;
	if (index < named)
		return PYINSPECT_PARAMETER_KEYWORD_ONLY;
	if (index == named && signature->varargs)
		return PYINSPECT_PARAMETER_VARARGS;
	return index < argument_count(signature) ? PYINSPECT_PARAMETER_VARKW
						 : PYINSPECT_PARAMETER_NONE;
}

static void note(struct list *list, struct pyinspect_error *error)
{
	if (!list->problem)
		list->problem = arena_printf(list->arena, "variables: %s",
					     pyinspect_error_message(error));
	pyinspect_error_free(error);
}

/* A tuple of names, and how many it has. */
struct names {
	uint64_t items, count;
};

static struct names read_names(struct list *list, enum field field)
{
	struct names names = {0};
	uint64_t tuple;
	struct pyinspect_error *error = view_read(list->view, list->code, field, &tuple);
	if (!error && !view_is(list->view, tuple, TYPE_FLAG_TUPLE))
		error = error_at(PYINSPECT_ERROR_BAD_DATA, tuple, "%s is no tuple",
				 field_infos[field].members);
	if (!error)
		error = view_read(list->view, tuple, FIELD_VAR_SIZE, &names.count);
	if (!error && names.count > VARIABLES_MAX)
		error = error_at(PYINSPECT_ERROR_BAD_DATA, tuple, "%s has %llu items",
				 field_infos[field].members,
				 (unsigned long long)names.count);
	if (error) {
		note(list, error);
		return (struct names){0};
	}
	names.items = tuple + layout_at(list->view->layout, FIELD_TUPLE_ITEMS);
	return names;
}

static const char *read_name(struct list *list, uint64_t address)
{
	uint64_t object;
	struct text text = {0};
	const char *name = NULL;
	struct pyinspect_error *error =
		memory_read_u64(list->view->memory, address, &object);
	if (!error)
		error = unicode_read(list->view, object, VARIABLE_NAME_MAX, &text, NULL);
	if (error)
		note(list, error);
	else
		name = arena_copy(list->arena, text.data ? text.data : "", text.length);
	free(text.data);
	return name;
}

static void add(struct list *list, const struct names *names, uint64_t index,
		struct variable variable)
{
	variable.name = read_name(list, names->items + index * 8);
	if (!variable.name)
		variable.name = "?";
	if (!array_push(&list->items, variable))
		list->no_memory = true;
}

/* From 3.11: one tuple of names, and what each of them is. */
static void list_localsplus(struct list *list)
{
	struct names names = read_names(list, FIELD_CODE_LOCALSPLUSNAMES);
	uint64_t kinds;
	cleanup_free uint8_t *bytes = calloc(names.count + 1, 1);
	struct pyinspect_error *error =
		view_read(list->view, list->code, FIELD_CODE_LOCALSPLUSKINDS, &kinds);
	if (!error && bytes)
		error = memory_read(list->view->memory,
				    kinds + layout_at(list->view->layout, FIELD_BYTES_DATA),
				    bytes, names.count);
	if (error || !bytes) {
		list->no_memory |= !bytes;
		if (error)
			note(list, error);
		return;
	}
	for (uint64_t i = 0; i < names.count; i++) {
		enum pyinspect_parameter parameter = parameter_at(&list->signature, i);
		bool is_cell = bytes[i] & KIND_CELL;
		struct variable variable = {
			.parameter = parameter,
			.slot = (uint32_t)i,
			.is_cell = bytes[i] & (KIND_CELL | KIND_FREE),
			.is_hidden = bytes[i] & KIND_HIDDEN,
			.kind = parameter              ? PYINSPECT_VALUE_ARGUMENT
				: bytes[i] & KIND_FREE ? PYINSPECT_VALUE_FREE
				: is_cell              ? PYINSPECT_VALUE_CELL
						       : PYINSPECT_VALUE_LOCAL,
		};
		add(list, &names, i, variable);
	}
}

/* To 3.10: an argument that is a cell, too, has its value there. */
static struct variable *argument_of_cell(struct list *list, const char *name)
{
	uint64_t arguments = argument_count(&list->signature);
	for (size_t i = 0; i < list->items.count && i < arguments; i++)
		if (strcmp(list->items.items[i].name, name) == 0)
			return &list->items.items[i];
	return NULL;
}

static void list_cells(struct list *list, uint64_t local_count)
{
	struct names names = read_names(list, FIELD_CODE_CELLVARS);
	for (uint64_t i = 0; i < names.count; i++) {
		struct variable variable = {
			.kind = PYINSPECT_VALUE_CELL,
			.slot = (uint32_t)(local_count + i),
			.is_cell = true,
		};
		add(list, &names, i, variable);
		if (list->no_memory)
			return;
		struct variable *argument = argument_of_cell(
			list, list->items.items[list->items.count - 1].name);
		if (argument) {
			argument->slot = variable.slot;
			argument->is_cell = true;
			list->items.count--;
		}
	}
	struct names free_names = read_names(list, FIELD_CODE_FREEVARS);
	for (uint64_t i = 0; i < free_names.count; i++)
		add(list, &free_names, i,
		    (struct variable){
			    .kind = PYINSPECT_VALUE_FREE,
			    .slot = (uint32_t)(local_count + names.count + i),
			    .is_cell = true,
		    });
}

static void list_tuples(struct list *list)
{
	struct names names = read_names(list, FIELD_CODE_VARNAMES);
	uint64_t local_count = number(list, FIELD_CODE_NLOCALS);
	for (uint64_t i = 0; i < names.count; i++) {
		enum pyinspect_parameter parameter = parameter_at(&list->signature, i);
		add(list, &names, i,
		    (struct variable){
			    .kind = parameter ? PYINSPECT_VALUE_ARGUMENT
					      : PYINSPECT_VALUE_LOCAL,
			    .parameter = parameter,
			    .slot = (uint32_t)i,
		    });
	}
	list_cells(list, local_count);
}

/* The order of a signature: f(a, /, b, *args, c, **kwargs). */
static int rank(const struct variable *variable)
{
	static const int ranks[] = {
		[PYINSPECT_PARAMETER_POSITIONAL_ONLY] = 0,
		[PYINSPECT_PARAMETER_POSITIONAL] = 1,
		[PYINSPECT_PARAMETER_VARARGS] = 2,
		[PYINSPECT_PARAMETER_KEYWORD_ONLY] = 3,
		[PYINSPECT_PARAMETER_VARKW] = 4,
	};
	return variable->kind == PYINSPECT_VALUE_ARGUMENT ? ranks[variable->parameter]
							  : 5 + (int)variable->kind;
}

static void copy_ranked(const struct list *list, struct variables *ret)
{
	for (int wanted = 0; wanted <= 5 + PYINSPECT_VALUE_FREE; wanted++)
		for (size_t i = 0; i < list->items.count; i++)
			if (rank(&list->items.items[i]) == wanted)
				ret->items[ret->count++] = list->items.items[i];
}

bool variables_list(const struct view *view, struct arena *arena, uint64_t code,
		    struct variables *ret)
{
	struct list list = {.view = view, .arena = arena, .code = code};
	uint64_t flags = 0;
	view_try(view, code, FIELD_CODE_FLAGS, &flags);
	list.signature = read_signature(&list, flags);
	if (layout_has(view->layout, FIELD_CODE_LOCALSPLUSNAMES))
		list_localsplus(&list);
	else
		list_tuples(&list);
	*ret = (struct variables){
		.are_fast = flags & CODE_OPTIMIZED,
		.problem = list.problem,
		.items = arena_alloc(arena,
				     (list.items.count + 1) * sizeof(struct variable)),
	};
	if (ret->items)
		copy_ranked(&list, ret);
	free(list.items.items);
	return ret->items && !list.no_memory;
}

static uint64_t slots_of(const struct view *view, uint64_t frame)
{
	return frame +
	       layout_at(view->layout, layout_has(view->layout, FIELD_IFRAME_LOCALSPLUS)
					       ? FIELD_IFRAME_LOCALSPLUS
					       : FIELD_PYFRAME_LOCALSPLUS);
}

static bool is_cell(const struct view *view, uint64_t object)
{
	char name[8];
	uint64_t type;
	if (!view_try(view, object, FIELD_OBJECT_TYPE, &type))
		return false;
	cleanup_error struct pyinspect_error *error =
		view_type_name(view, type, name, sizeof(name));
	return !error && strcmp(name, "cell") == 0;
}

struct pyinspect_error *variable_read(const struct view *view, uint64_t frame,
				      const struct variable *variable, uint64_t *ret)
{
	uint64_t word;
	struct pyinspect_error *error = memory_read_u64(
		view->memory, slots_of(view, frame) + variable->slot * UINT64_C(8), &word);
	if (error)
		return error;
	word = view_untag(view, word);
	/* Until the cell is made, the slot has the argument itself. */
	if (word && variable->is_cell && is_cell(view, word))
		return view_read(view, word, FIELD_CELL_REF, ret);
	*ret = word;
	return NULL;
}

uint64_t variables_mapping(const struct view *view, uint64_t frame)
{
	uint64_t mapping = 0;
	if (!view_try(view, frame, FIELD_IFRAME_LOCALS, &mapping))
		view_try(view, frame, FIELD_PYFRAME_LOCALS, &mapping);
	return view_untag(view, mapping);
}
