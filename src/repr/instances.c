/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "repr/formatters.h"
#include "repr/repr.h"

/* CPython: Objects/typeobject.c, object_repr(). */
static struct pyinspect_error *format_instance(struct repr *repr, uint64_t object,
					       const struct class *class)
{
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class_full_name(repr, class));
	printer_printf(&repr->printer, " object at 0x%llx>", (unsigned long long)object);
	return NULL;
}

/* Shorter than object.__repr__ has it, so that nobody takes it for what repr() gives. */
static struct pyinspect_error *format_opaque(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class_full_name(repr, class));
	printer_printf(&repr->printer, " at 0x%llx>", (unsigned long long)object);
	return NULL;
}

const struct formatter instance_formatters[] = {
	{.name = "object", .format = format_instance},
	{0},
};

const struct formatter python_formatters[] = {
	{0},
};

const struct formatter opaque_formatter = {
	.format = format_opaque,
	.is_custom = true,
};
