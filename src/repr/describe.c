/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "repr/describe.h"

#include <stdlib.h>

#include "base/error.h"
#include "object/unicode.h"

void describe_address(struct repr *repr, uint64_t object)
{
	printer_printf(&repr->printer, " at 0x%llx", (unsigned long long)object);
}

void describe_class(struct repr *repr, const struct class *class)
{
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class_short_name(class));
}

void describe_end(struct repr *repr, uint64_t object)
{
	describe_address(repr, object);
	printer_text(&repr->printer, ">");
}

struct pyinspect_error *describe_str(struct repr *repr, uint64_t object)
{
	struct text text = {0};
	size_t room = repr->printer.room;
	struct pyinspect_error *error = unicode_read(
		repr->view, object, room < SIZE_MAX ? room + 1 : room, &text, NULL);
	if (!error)
		printer_text(&repr->printer, text.data);
	free(text.data);
	return error;
}

bool describe_try_str(struct repr *repr, uint64_t object)
{
	struct pyinspect_error *error = object ? describe_str(repr, object) : NULL;
	pyinspect_error_free(error);
	return object && !error;
}

void describe_inner(struct repr *repr, uint64_t object, uint64_t inner, const char *before,
		    const char *after)
{
	printer_text(&repr->printer, before);
	if (!inner || repr_is_open(repr, object)) {
		printer_text(&repr->printer, inner ? "..." : "nothing");
		printer_text(&repr->printer, after);
		return;
	}
	struct level *level = repr_open_parts(repr, object);
	repr_part(repr, level, NULL, inner);
	if (level)
		level->close = after;
}

void describe_bytes(struct repr *repr, const unsigned char *bytes, size_t count)
{
	static const char *const names[256] = {
		['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r", ['\\'] = "\\\\"};
	for (size_t i = 0; i < count; i++) {
		if (names[bytes[i]])
			printer_text(&repr->printer, names[bytes[i]]);
		else if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			printer_printf(&repr->printer, "\\x%02x", bytes[i]);
		else
			printer_character(&repr->printer, bytes[i]);
	}
}
