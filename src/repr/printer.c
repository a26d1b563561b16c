/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "repr/printer.h"

/* Longest text of one printer_printf(), with its NUL. */
#define PIECE_SIZE 512

void printer_begin(struct printer *printer, size_t length)
{
	printer->text.length = 0;
	text_append(&printer->text, "", 0);
	printer->room = length;
	printer->is_cut = printer->is_marked = false;
}

bool printer_character(struct printer *printer, uint32_t code_point)
{
	if (!printer->room)
		return false;
	printer->room--;
	text_append_code_point(&printer->text, code_point);
	return true;
}

void printer_text(struct printer *printer, const char *text)
{
	while (*text) {
		const char *start = text;
		if (!printer->room) {
			printer_cut(printer);
			return;
		}
		code_point_decode(&text);
		text_append(&printer->text, start, (size_t)(text - start));
		printer->room--;
	}
}

void printer_printf(struct printer *printer, const char *format, ...)
{
	char piece[PIECE_SIZE];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(piece, sizeof(piece), format, arguments);
	va_end(arguments);
	printer_text(printer, piece);
}

void printer_close(struct printer *printer, const char *text)
{
	text_append_string(&printer->text, text);
}

void printer_more(struct printer *printer, uint64_t count)
{
	text_printf(&printer->text, "... %llu more", (unsigned long long)count);
	printer->is_cut = true;
	printer->is_marked |= printer_is_full(printer);
}

void printer_cut(struct printer *printer)
{
	if (!printer->is_marked)
		text_append_string(&printer->text, "...");
	printer->room = 0;
	printer->is_cut = printer->is_marked = true;
}

void printer_shorten(struct printer *printer, size_t start, size_t most, size_t kept,
		     const char *end)
{
	size_t count = 0, cut = start;
	if (printer->text.failed || start > printer->text.length)
		return;
	for (const char *at = printer->text.data + start; *at; count++) {
		if (count == kept)
			cut = (size_t)(at - printer->text.data);
		code_point_decode(&at);
	}
	if (count <= most)
		return;
	printer->text.length = cut;
	if (!printer->is_marked)
		printer->room += count - kept;
	printer_text(printer, end);
}
