/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/formatters.h"
#include "repr/repr.h"

/* Members behind PyObject. CPython: Include/internal/pycore_context.h,
 * struct _pycontextvarobject and _pycontexttokenobject. */
enum {
	VARIABLE_NAME = 0,
	VARIABLE_DEFAULT = 8,
	TOKEN_VARIABLE = 8,
	TOKEN_USED = 24,
};

static uint64_t member_at(const struct repr *repr, uint64_t object, uint64_t offset)
{
	return object + layout_at(repr->view->layout, FIELD_OBJECT_SIZE) + offset;
}

static void close_with_address(struct repr *repr, struct level *level, uint64_t object)
{
	repr_part(repr, level, repr_printf(repr, " at 0x%llx>", (unsigned long long)object),
		  0);
}

/* CPython: Python/context.c, contextvar_tp_repr(). */
static struct pyinspect_error *format_variable(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	struct memory *memory = repr->view->memory;
	uint64_t name, value;
	(void)class;
	struct pyinspect_error *error =
		memory_read_u64(memory, member_at(repr, object, VARIABLE_NAME), &name);
	if (!error)
		error = memory_read_u64(memory, member_at(repr, object, VARIABLE_DEFAULT),
					&value);
	if (error)
		return error;
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, "<ContextVar name=", name);
	if (value)
		repr_part(repr, level, " default=", value);
	close_with_address(repr, level, object);
	return NULL;
}

/* CPython: Python/context.c, token_tp_repr(). */
static struct pyinspect_error *format_token(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	struct memory *memory = repr->view->memory;
	uint64_t variable, used;
	(void)class;
	struct pyinspect_error *error =
		memory_read_u64(memory, member_at(repr, object, TOKEN_VARIABLE), &variable);
	if (!error)
		error = memory_read_unsigned(memory, member_at(repr, object, TOKEN_USED), 4,
					     &used);
	if (error)
		return error;
	struct level *level = repr_open_parts(repr, 0);
	repr_part(repr, level, used ? "<Token used var=" : "<Token var=", variable);
	close_with_address(repr, level, object);
	return NULL;
}

const struct formatter context_formatters[] = {
	{.name = "ContextVar", .format = format_variable},
	{.name = "_contextvars.ContextVar", .format = format_variable},
	{.name = "Token", .format = format_token},
	{.name = "_contextvars.Token", .format = format_token},
	{0},
};
