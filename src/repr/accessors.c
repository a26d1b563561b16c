/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/value.h"

PYINSPECT_EXPORT enum pyinspect_value_kind pyinspect_value_kind(
	const struct pyinspect_value *value)
{
	return value->kind;
}

PYINSPECT_EXPORT enum pyinspect_parameter pyinspect_value_parameter(
	const struct pyinspect_value *value)
{
	return value->parameter;
}

PYINSPECT_EXPORT const char *pyinspect_value_name(const struct pyinspect_value *value)
{
	return value->name;
}

PYINSPECT_EXPORT const char *pyinspect_value_type(const struct pyinspect_value *value)
{
	return value->type;
}

PYINSPECT_EXPORT const char *pyinspect_value_text(const struct pyinspect_value *value)
{
	return value->text;
}

PYINSPECT_EXPORT uint64_t pyinspect_value_address(const struct pyinspect_value *value)
{
	return value->address;
}

PYINSPECT_EXPORT const struct pyinspect_object *pyinspect_value_object(
	const struct pyinspect_value *value)
{
	return value->object;
}

PYINSPECT_EXPORT bool pyinspect_value_is_truncated(const struct pyinspect_value *value,
						   uint64_t *total_ret)
{
	if (total_ret)
		*total_ret = value->total;
	return value->is_cut;
}

PYINSPECT_EXPORT bool pyinspect_value_is_unbound(const struct pyinspect_value *value)
{
	return value->is_unbound;
}

PYINSPECT_EXPORT bool pyinspect_value_has_custom_repr(const struct pyinspect_value *value)
{
	return value->has_custom_repr;
}

PYINSPECT_EXPORT bool pyinspect_value_is_redacted(const struct pyinspect_value *value)
{
	return value->is_redacted;
}

PYINSPECT_EXPORT bool pyinspect_value_is_verified(const struct pyinspect_value *value)
{
	return !value->is_unproven;
}

PYINSPECT_EXPORT const char *pyinspect_value_problem(const struct pyinspect_value *value)
{
	return value->problem;
}

PYINSPECT_EXPORT const struct pyinspect_value *pyinspect_value_child(
	const struct pyinspect_value *value, size_t index)
{
	return index < value->child_count ? &value->children[index] : NULL;
}
