/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/integer.h"
#include "repr/formatters.h"
#include "repr/repr.h"

static struct pyinspect_error *format_none(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	(void)object, (void)class;
	printer_text(&repr->printer, "None");
	return NULL;
}

static struct pyinspect_error *format_not_implemented(struct repr *repr, uint64_t object,
						      const struct class *class)
{
	(void)object, (void)class;
	printer_text(&repr->printer, "NotImplemented");
	return NULL;
}

static struct pyinspect_error *format_ellipsis(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	(void)object, (void)class;
	printer_text(&repr->printer, "Ellipsis");
	return NULL;
}

static struct pyinspect_error *format_bool(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	uint64_t value;
	bool negative;
	(void)class;
	struct pyinspect_error *error = integer_read(repr->view, object, &value, &negative);
	if (!error)
		printer_text(&repr->printer, value ? "True" : "False");
	return error;
}

const struct formatter scalar_formatters[] = {
	{.name = "NoneType", .format = format_none},
	{.name = "NotImplementedType", .format = format_not_implemented},
	{.name = "ellipsis", .format = format_ellipsis},
	{.name = "bool", .format = format_bool},
	{0},
};
