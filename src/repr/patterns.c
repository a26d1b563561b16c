/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of re and their matches: Modules/_sre/sre.c, pattern_repr(), match_repr(); 2.7
 * has neither of them, and is given the same. */
#include <stdlib.h>

#include "base/error.h"
#include "object/bytes.h"
#include "object/unicode.h"
#include "repr/formatters.h"
#include "repr/member.h"
#include "repr/quoted.h"

/* Characters of their texts that repr() shows: "%.200R", "%.50R". */
#define PATTERN_SHOWN 200
#define MATCH_SHOWN   50
/* Longest escape: with as much more room, nothing is left out of what is shown. */
#define ESCAPE_MAX 16

/* Where characters of a str or of bytes are, and how they are quoted. */
static struct pyinspect_error *locate(const struct repr *repr, uint64_t object,
				      struct characters *characters,
				      struct quoted_style *style)
{
	const struct dialect *dialect = repr->view->layout->dialect;
	*style = (struct quoted_style){.open = "", .close = ""};
	if (view_is(repr->view, object, TYPE_FLAG_UNICODE)) {
		if (dialect->bytes_are_str)
			style->open = "u";
		else
			style->printable = printable_find(dialect->unicode);
		return unicode_locate(repr->view, object, characters);
	}
	if (!view_is(repr->view, object, TYPE_FLAG_BYTES))
		return error_at(PYINSPECT_ERROR_UNSUPPORTED, object,
				"it is neither str nor bytes");
	style->open = dialect->bytes_are_str ? "" : "b";
	return bytes_locate(repr->view, object, characters);
}

/* Write the beginning of what repr() would be, without a mark: Python has none. */
static struct pyinspect_error *write_beginning(struct repr *repr, uint64_t object,
					       const struct characters *characters,
					       const struct quoted_style *style,
					       size_t shown)
{
	struct printer outer = repr->printer;
	uint64_t total = repr->total;
	repr->printer = (struct printer){0};
	printer_begin(&repr->printer, shown + ESCAPE_MAX);
	struct pyinspect_error *error = quoted_write(repr, object, characters, style);
	struct text text = repr->printer.text;
	repr->printer = outer;
	repr->total = total;
	const char *at = text.data;
	for (size_t i = 0; i < shown && at && *at && !error; i++) {
		const char *start = at;
		code_point_decode(&at);
		const char *piece = arena_copy(repr->arena, start, (size_t)(at - start));
		repr->no_memory |= !piece;
		printer_text(&repr->printer, piece ? piece : "");
	}
	free(text.data);
	return error;
}

static const struct {
	const char *name;
	unsigned int flag;
} flag_names[] = {
	{"re.TEMPLATE", 1},  {"re.IGNORECASE", 2}, {"re.LOCALE", 4},
	{"re.MULTILINE", 8}, {"re.DOTALL", 16},    {"re.UNICODE", 32},
	{"re.VERBOSE", 64},  {"re.DEBUG", 128},    {"re.ASCII", 256},
};

#define FLAG_UNICODE 32u
/* LOCALE, UNICODE, ASCII. */
#define FLAGS_TEXT 292u

static void write_flags(struct repr *repr, unsigned int flags, bool is_text)
{
	const char *before = ", ";
	if (is_text && (flags & FLAGS_TEXT) == FLAG_UNICODE)
		flags &= ~FLAG_UNICODE;
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		printer_text(&repr->printer, before);
		printer_text(&repr->printer, flag_names[i].name);
		flags &= ~flag_names[i].flag;
		before = "|";
	}
	if (flags)
		printer_printf(&repr->printer, "%s0x%x", before, flags);
}

static struct pyinspect_error *format_pattern(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t pattern, flags;
	struct characters characters;
	struct quoted_style style;
	(void)class;
	struct pyinspect_error *error =
		view_read(repr->view, object, FIELD_PATTERN_PATTERN, &pattern);
	if (!error)
		error = view_read(repr->view, object, FIELD_PATTERN_FLAGS, &flags);
	if (!error)
		error = locate(repr, pattern, &characters, &style);
	if (error)
		return error;
	printer_text(&repr->printer, "re.compile(");
	error = write_beginning(repr, pattern, &characters, &style, PATTERN_SHOWN);
	if (error)
		return error;
	write_flags(repr, (unsigned int)flags,
		    view_is(repr->view, pattern, TYPE_FLAG_UNICODE));
	printer_text(&repr->printer, ")");
	return NULL;
}

/* {ob_size, string, regs, pattern, pos, endpos, lastindex, groups, mark[]} */
#define MATCH_STRING 8
#define MATCH_MARK   64

static struct pyinspect_error *write_match(struct repr *repr, uint64_t string,
					   uint64_t start, uint64_t end)
{
	struct characters characters;
	struct quoted_style style;
	struct pyinspect_error *error = locate(repr, string, &characters, &style);
	if (error) {
		/* Of another buffer, which may be anything, there is the span. */
		pyinspect_error_free(error);
		return NULL;
	}
	if (start > end || end > characters.length)
		return error_at(PYINSPECT_ERROR_BAD_DATA, string,
				"it has no characters %lld to %lld", (long long)start,
				(long long)end);
	characters.address += start * characters.width;
	characters.length = end - start;
	printer_text(&repr->printer, ", match=");
	return write_beginning(repr, string, &characters, &style, MATCH_SHOWN);
}

static struct pyinspect_error *format_match(struct repr *repr, uint64_t object,
					    const struct class *class)
{
	uint64_t string, start, end;
	struct pyinspect_error *error = member_read(repr, object, MATCH_STRING, 8, &string);
	if (!error)
		error = member_read(repr, object, MATCH_MARK, 8, &start);
	if (!error)
		error = member_read(repr, object, MATCH_MARK + 8, 8, &end);
	if (error)
		return error;
	printer_text(&repr->printer, "<");
	printer_text(&repr->printer, class->name);
	printer_printf(&repr->printer, " object; span=(%lld, %lld)", (long long)start,
		       (long long)end);
	error = write_match(repr, string, start, end);
	if (!error)
		printer_text(&repr->printer, ">");
	return error;
}

const struct formatter pattern_formatters[] = {
	{.name = "re.Pattern", .format = format_pattern},
	{.name = "_sre.SRE_Pattern", .format = format_pattern},
	{.name = "re.Match", .format = format_match},
	{.name = "_sre.SRE_Match", .format = format_match},
	{0},
};
