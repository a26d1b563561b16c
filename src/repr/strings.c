/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/repr.h"

static struct pyinspect_error *format_str(struct repr *repr, uint64_t object,
					  const struct class *class)
{
	struct text text = {0};
	(void)class;
	struct pyinspect_error *error =
		unicode_read(repr->view, object, repr->limits.max_length, &text, NULL);
	if (!error) {
		printer_text(&repr->printer, "'");
		printer_text(&repr->printer, text.data);
		printer_text(&repr->printer, "'");
	}
	free(text.data);
	return error;
}

const struct formatter string_formatters[] = {
	{.name = "str", .format = format_str},
	{0},
};
