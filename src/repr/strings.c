/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "object/bytes.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/quoted.h"

static struct pyinspect_error *format_text(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	struct characters characters;
	struct quoted_style style = quoted_unicode(repr);
	(void)class;
	struct pyinspect_error *error = unicode_locate(repr->view, object, &characters);
	return error ? error : quoted_write(repr, object, &characters, &style);
}

static struct pyinspect_error *format_bytes(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	struct characters characters;
	struct quoted_style style = quoted_bytes(repr);
	(void)class;
	struct pyinspect_error *error = bytes_locate(repr->view, object, &characters);
	return error ? error : quoted_write(repr, object, &characters, &style);
}

/* 2.7's is bytes. */
static struct pyinspect_error *format_str(struct repr *repr, uint64_t object,
					  const struct class *class)
{
	return repr->view->layout->dialect->bytes_are_str
		       ? format_bytes(repr, object, class)
		       : format_text(repr, object, class);
}

static struct pyinspect_error *format_bytearray(struct repr *repr, uint64_t object,
						const struct class *class)
{
	struct characters characters;
	const struct dialect *dialect = repr->view->layout->dialect;
	struct quoted_style style = {.open = "(b",
				     .close = ")",
				     .escape_single = dialect->bytearray_escapes_single};
	struct pyinspect_error *error = bytearray_locate(repr->view, object, &characters);
	if (error)
		return error;
	printer_text(&repr->printer, class_repr_name(repr, class));
	return quoted_write(repr, object, &characters, &style);
}

const struct formatter string_formatters[] = {
	{.name = "str", .format = format_str},
	{.name = "unicode", .format = format_text},
	{.name = "bytes", .format = format_bytes},
	{.name = "bytearray", .format = format_bytearray},
	{0},
};
