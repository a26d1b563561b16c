/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "repr/quoted.h"

/* Characters that are read at once to be written. */
#define WINDOW_SIZE 2048

/* Bytes that are read at once to look for quotes. */
#define SCAN_PIECE ((size_t)128 << 10)

/* Longest escape, with its NUL. */
#define ESCAPE_SIZE 16

struct quoted_style quoted_bytes(const struct repr *repr)
{
	bool is_str = repr->view->layout->dialect->bytes_are_str;
	return (struct quoted_style){.open = is_str ? "" : "b", .close = ""};
}

struct quoted_style quoted_unicode(const struct repr *repr)
{
	const struct dialect *dialect = repr->view->layout->dialect;
	return (struct quoted_style){.open = dialect->bytes_are_str ? "u" : "",
				     .close = "",
				     .printable = printable_find(dialect->unicode)};
}

struct quoted_style quoted_str(const struct repr *repr)
{
	return repr->view->layout->dialect->bytes_are_str ? quoted_bytes(repr)
							  : quoted_unicode(repr);
}

/* Some of the characters, as they were read last; all of those that need not be read. */
struct window {
	const struct view *view;
	const struct characters *characters;
	const uint32_t *known;
	uint64_t first;
	size_t count;
	uint32_t items[WINDOW_SIZE];
};

static struct pyinspect_error *window_at(struct window *window, uint64_t index,
					 uint32_t *ret)
{
	if (window->known) {
		*ret = window->known[index];
		return NULL;
	}
	if (index - window->first >= window->count) {
		uint64_t left = window->characters->length - index;
		size_t count = left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE;
		window->count = 0;
		struct pyinspect_error *error = characters_read(
			window->view, window->characters, index, count, window->items);
		if (error)
			return error;
		window->first = index;
		window->count = count;
	}
	*ret = window->items[index - window->first];
	return NULL;
}

enum quotes {
	QUOTES_NONE,
	QUOTES_SINGLE,
	/** Whatever else there is. */
	QUOTES_DOUBLE,
};

static enum quotes look_for_quotes(const uint32_t *items, size_t count)
{
	enum quotes found = QUOTES_NONE;
	for (size_t i = 0; i < count; i++)
		if (items[i] == '"')
			return QUOTES_DOUBLE;
		else if (items[i] == '\'')
			found = QUOTES_SINGLE;
	return found;
}

/* Quotes from number first on, in pieces that pass the cache by. What can't be read has
 * none: it is said where it would stand. */
static enum quotes scan_quotes(const struct window *window, uint64_t first, uint64_t end)
{
	const struct characters *characters = window->characters;
	size_t most = SCAN_PIECE / characters->width;
	enum quotes found = QUOTES_NONE;
	cleanup_free uint32_t *items = malloc(most * sizeof(*items));
	for (uint64_t i = first; items && i < end && found != QUOTES_DOUBLE; i += most) {
		size_t count = end - i < most ? (size_t)(end - i) : most;
		cleanup_error struct pyinspect_error *error =
			characters_read(window->view, characters, i, count, items);
		if (error)
			break;
		enum quotes here = look_for_quotes(items, count);
		if (here > found)
			found = here;
	}
	return found;
}

/* Double ones only if there are single ones and no double ones. */
static char quote_for(enum quotes found)
{
	return found == QUOTES_SINGLE ? '"' : '\'';
}

static char choose_quote(struct window *window, size_t shown)
{
	uint32_t c;
	if (window->known)
		return quote_for(
			look_for_quotes(window->known, (size_t)window->characters->length));
	uint64_t end = shown > QUOTES_SCAN_MAX ? shown : QUOTES_SCAN_MAX;
	if (end > window->characters->length)
		end = window->characters->length;
	cleanup_error struct pyinspect_error *error = end ? window_at(window, 0, &c) : NULL;
	enum quotes found = look_for_quotes(window->items, window->count);
	if (!error && found != QUOTES_DOUBLE && end > window->count) {
		enum quotes behind = scan_quotes(window, window->count, end);
		if (behind > found)
			found = behind;
	}
	return quote_for(found);
}

static void write_escape(char text[ESCAPE_SIZE], uint32_t c)
{
	if (c == '\t' || c == '\n' || c == '\r')
		snprintf(text, ESCAPE_SIZE, "\\%c",
			 c == '\t'   ? 't'
			 : c == '\n' ? 'n'
				     : 'r');
	else if (c < 0x100)
		snprintf(text, ESCAPE_SIZE, "\\x%02x", c);
	else if (c < 0x10000)
		snprintf(text, ESCAPE_SIZE, "\\u%04x", c);
	else
		snprintf(text, ESCAPE_SIZE, "\\U%08x", c);
}

/* Write one character whole, or nothing of it. */
static bool write_character(struct printer *printer, uint32_t c, char quote,
			    const struct quoted_style *style)
{
	char escape[ESCAPE_SIZE];
	if (c == '\\' || c == (uint32_t)quote || (c == '\'' && style->escape_single))
		snprintf(escape, sizeof(escape), "\\%c", (char)c);
	else if (printable_has(style->printable, c))
		return printer_character(printer, c);
	else
		write_escape(escape, c);
	if (printer->room < strlen(escape))
		return false;
	printer_text(printer, escape);
	return true;
}

/* The character at an index, and how many units it takes. */
static struct pyinspect_error *next_character(struct window *window, uint64_t object,
					      uint64_t index, uint32_t *ret,
					      unsigned int *units_ret)
{
	const struct characters *characters = window->characters;
	uint32_t c, next = 0;
	struct pyinspect_error *error = window_at(window, index, &c);
	*units_ret = 1;
	if (!error && characters->is_utf16 && index + 1 < characters->length)
		error = window_at(window, index + 1, &next);
	if (error)
		return error;
	if (characters_are_pair(c, next) && characters->is_utf16) {
		c = characters_join_pair(c, next);
		*units_ret = 2;
	}
	if (c > 0x10ffff)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object,
				"character %llu of the object at 0x%llx is 0x%x",
				(unsigned long long)index, (unsigned long long)object, c);
	*ret = c;
	return NULL;
}

static struct pyinspect_error *write_characters(struct repr *repr, uint64_t object,
						struct window *window, char quote,
						const struct quoted_style *style)
{
	struct printer *printer = &repr->printer;
	uint64_t length = window->characters->length;
	unsigned int units;
	for (uint64_t i = 0; i < length; i += units) {
		uint32_t c;
		struct pyinspect_error *error =
			next_character(window, object, i, &c, &units);
		if (error)
			return error;
		if (!write_character(printer, c, quote, style)) {
			printer->room = 0;
			printer_more(printer, length - i);
			return NULL;
		}
	}
	return NULL;
}

static void write_end(struct printer *printer, const char *text)
{
	size_t used = strlen(text);
	printer_close(printer, text);
	printer->room -= printer->room < used ? printer->room : used;
}

static struct pyinspect_error *write_window(struct repr *repr, uint64_t object,
					    struct window *window,
					    const struct quoted_style *style)
{
	struct printer *printer = &repr->printer;
	char quote[2] = {choose_quote(window, printer->room), '\0'};
	printer_text(printer, style->open);
	printer_text(printer, quote);
	if (printer->is_marked)
		return NULL;
	struct pyinspect_error *error =
		write_characters(repr, object, window, *quote, style);
	if (error)
		return error;
	write_end(printer, quote);
	write_end(printer, style->close);
	return NULL;
}

/* A window is not initialised as a whole: it is large. */
struct pyinspect_error *quoted_write(struct repr *repr, uint64_t object,
				     const struct characters *characters,
				     const struct quoted_style *style)
{
	struct window window;
	window.view = repr->view;
	window.characters = characters;
	window.known = NULL;
	window.first = window.count = 0;
	repr_set_total(repr, characters->length);
	return write_window(repr, object, &window, style);
}

struct pyinspect_error *quoted_write_known(struct repr *repr, const uint32_t *items,
					   size_t count, const struct quoted_style *style)
{
	struct window window;
	struct characters characters = {.length = count, .width = sizeof(*items)};
	window.view = repr->view;
	window.characters = &characters;
	window.known = items;
	return write_window(repr, 0, &window, style);
}

struct pyinspect_error *quoted_write_text(struct repr *repr, const char *text,
					  const struct quoted_style *style)
{
	cleanup_free uint32_t *items = malloc((strlen(text) + 1) * sizeof(*items));
	size_t count = 0;
	if (!items)
		return &error_no_memory;
	while (*text) {
		const char *byte = text;
		uint32_t c = code_point_decode(&text);
		items[count++] = c == CODE_POINT_INVALID ? (unsigned char)*byte : c;
	}
	return quoted_write_known(repr, items, count, style);
}
