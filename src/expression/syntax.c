/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "expression/syntax.h"

static const char *const functions[] = {"id", "len", "type", "vars"};

struct parser {
	struct arena *arena;
	const char *whole, *at;
	int depth;
	struct pyinspect_error *error;
};

static const struct node *parse_expression(struct parser *parser);

static const struct node *fail(struct parser *parser, const char *what)
{
	if (!parser->error)
		parser->error = error_create(
			PYINSPECT_ERROR_ARGUMENT, "in the expression %s, at column %zu: %s",
			parser->whole, (size_t)(parser->at - parser->whole) + 1, what);
	return NULL;
}

static void skip_blanks(struct parser *parser)
{
	while (*parser->at == ' ' || *parser->at == '\t')
		parser->at++;
}

static bool accept(struct parser *parser, char wanted)
{
	skip_blanks(parser);
	if (*parser->at != wanted)
		return false;
	parser->at++;
	return true;
}

static struct node *new_node(struct parser *parser, enum node_kind kind, const char *start)
{
	struct node *node = arena_alloc(parser->arena, sizeof(*node));
	const char *end = parser->at;
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (node) {
		node->kind = kind;
		node->source = arena_copy(parser->arena, start, (size_t)(end - start));
	}
	if (!node || !node->source) {
		if (!parser->error)
			parser->error = &error_no_memory;
		return NULL;
	}
	return node;
}

static bool is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
	return is_name_start(c) || isdigit((unsigned char)c);
}

/* NULL if there is none. */
static const char *parse_name(struct parser *parser)
{
	skip_blanks(parser);
	const char *start = parser->at;
	if (!is_name_start(*start))
		return NULL;
	while (is_name(*parser->at))
		parser->at++;
	return arena_copy(parser->arena, start, (size_t)(parser->at - start));
}

static const struct node *parse_number(struct parser *parser, const char *start)
{
	char *end;
	int base = start[0] == '0' && (start[1] == 'x' || start[1] == 'X') ? 16 : 10;
	bool negative = *start == '-';
	errno = 0;
	long long value = strtoll(parser->at, &end, base);
	if (errno || end == parser->at || is_name(*end))
		return fail(parser, "this is no integer of 64 bits");
	parser->at = end;
	struct node *node = new_node(parser, NODE_INTEGER, start);
	if (node)
		node->number = negative ? -value : value;
	return node;
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The digits of \xNN and the like. */
static bool parse_code(struct parser *parser, int digits, bool is_bytes, struct text *text)
{
	uint32_t code = 0;
	for (int i = 0; i < digits; i++, parser->at++) {
		if (!isxdigit((unsigned char)*parser->at))
			return false;
		code = code * 16 + (uint32_t)digit(*parser->at);
	}
	if (is_bytes)
		text_append(text, &(char){(char)code}, 1);
	else if (code <= 0x10ffff)
		text_append_code_point(text, code);
	return code <= 0x10ffff;
}

static bool parse_escape(struct parser *parser, bool is_bytes, struct text *text)
{
	static const char letters[] = "nrtabfv0\\'\"";
	static const char meanings[] = "\n\r\t\a\b\f\v\0\\'\"";
	char c = *parser->at++;
	const char *letter = c ? strchr(letters, c) : NULL;
	if (c == 'x')
		return parse_code(parser, 2, is_bytes, text);
	if (!is_bytes && c == 'u')
		return parse_code(parser, 4, false, text);
	if (!is_bytes && c == 'U')
		return parse_code(parser, 8, false, text);
	if (!letter)
		return false;
	if (is_bytes)
		text_append(text, &meanings[letter - letters], 1);
	else
		text_append_code_point(text, (unsigned char)meanings[letter - letters]);
	return true;
}

static bool parse_characters(struct parser *parser, char quote, bool is_bytes,
			     struct text *text)
{
	text_append(text, "", 0);
	while (*parser->at != quote) {
		if (!*parser->at)
			return fail(parser, "the string has no end");
		if (*parser->at != '\\')
			text_append(text, parser->at++, 1);
		else if (parser->at++, !parse_escape(parser, is_bytes, text))
			return fail(parser, "this escape is not known");
	}
	parser->at++;
	return true;
}

static const struct node *parse_string(struct parser *parser, const char *start,
				       bool is_bytes)
{
	struct text text = {0};
	struct node *node = NULL;
	char quote = *parser->at++;
	if (parse_characters(parser, quote, is_bytes, &text))
		node = new_node(parser, is_bytes ? NODE_BYTES : NODE_STRING, start);
	if (node) {
		node->text = arena_copy(parser->arena, text.data, text.length);
		node->length = text.length;
	}
	free(text.data);
	return node;
}

static bool is_function(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i], name) == 0)
			return true;
	return false;
}

static const struct node *parse_call(struct parser *parser, const char *name,
				     const char *start)
{
	if (!is_function(name)) {
		parser->at = start;
		return fail(parser, "nothing is run: only len, type, vars and id can be "
				    "called");
	}
	const struct node *argument = parse_expression(parser);
	if (!argument)
		return NULL;
	if (!accept(parser, ')'))
		return fail(parser, "a ) is missing");
	struct node *node = new_node(parser, NODE_CALL, start);
	if (node) {
		node->text = name;
		node->left = argument;
	}
	return node;
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

static const struct node *parse_atom(struct parser *parser)
{
	skip_blanks(parser);
	const char *start = parser->at;
	if (isdigit((unsigned char)*start) ||
	    (*start == '-' && isdigit((unsigned char)start[1]))) {
		parser->at += *start == '-';
		return parse_number(parser, start);
	}
	if (is_quote(*start))
		return parse_string(parser, start, false);
	if ((*start == 'b' || *start == 'u') && is_quote(start[1])) {
		parser->at++;
		return parse_string(parser, start, *start == 'b');
	}
	if (accept(parser, '(')) {
		const struct node *node = parse_expression(parser);
		if (node && !accept(parser, ')'))
			return fail(parser, "a ) is missing");
		return node;
	}
	const char *name = parse_name(parser);
	if (!name)
		return fail(parser, "a name is missing");
	if (accept(parser, '('))
		return parse_call(parser, name, start);
	struct node *node = new_node(parser, NODE_NAME, start);
	if (node)
		node->text = name;
	return node;
}

static const struct node *parse_trailer(struct parser *parser, const struct node *left,
					const char *start)
{
	bool is_attribute = accept(parser, '.');
	const char *name = NULL;
	const struct node *index = NULL;
	if (is_attribute) {
		name = parse_name(parser);
		if (!name)
			return fail(parser, "the name of an attribute is missing");
	} else {
		parser->at++;
		index = parse_expression(parser);
		if (!index)
			return NULL;
		if (!accept(parser, ']'))
			return fail(parser, "a ] is missing");
	}
	struct node *node =
		new_node(parser, is_attribute ? NODE_ATTRIBUTE : NODE_ITEM, start);
	if (node) {
		node->text = name;
		node->left = left;
		node->right = index;
	}
	return node;
}

static const struct node *parse_expression(struct parser *parser)
{
	if (++parser->depth > EXPRESSION_DEPTH_MAX)
		return fail(parser, "too many expressions within one another");
	skip_blanks(parser);
	const char *start = parser->at;
	const struct node *node = parse_atom(parser);
	while (node && (skip_blanks(parser), *parser->at == '.' || *parser->at == '['))
		node = parse_trailer(parser, node, start);
	if (node && *parser->at == '(')
		node = fail(parser, "nothing is run: only len, type, vars and id can be "
				    "called");
	parser->depth--;
	return node;
}

struct pyinspect_error *expression_parse(struct arena *arena, const char *expression,
					 const struct node **ret)
{
	struct parser parser = {.arena = arena, .whole = expression, .at = expression};
	if (strlen(expression) > EXPRESSION_LENGTH_MAX)
		return error_create(PYINSPECT_ERROR_ARGUMENT,
				    "the expression has more than %d bytes",
				    EXPRESSION_LENGTH_MAX);
	const struct node *node = parse_expression(&parser);
	skip_blanks(&parser);
	if (node && *parser.at)
		fail(&parser,
		     "here an operator begins, and there are none: . and [] lead to "
		     "attributes and items");
	if (!parser.error)
		*ret = node;
	return parser.error;
}
