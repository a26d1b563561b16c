/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How expressions are parsed, and what is refused. */
#include <stdlib.h>

#include "base/text.h"
#include "expression/syntax.h"
#include "image.h"
#include "tap.h"

static void write_leaf(struct text *text, const struct node *node)
{
	switch (node->kind) {
	case NODE_NAME:
		text_printf(text, "%s", node->text);
		break;
	case NODE_INTEGER:
		text_printf(text, "%lld", (long long)node->number);
		break;
	case NODE_STRING:
		text_printf(text, "<%s>", node->text);
		break;
	default:
		text_printf(text, "b<%zu>", node->length);
		break;
	}
}

/* The tree with brackets around every step. */
static void write(struct text *text, const struct node *node)
{
	if (!node->left) {
		write_leaf(text, node);
		return;
	}
	text_append_string(text, "(");
	write(text, node->left);
	if (node->kind == NODE_ATTRIBUTE) {
		text_printf(text, " . %s", node->text);
	} else if (node->kind == NODE_CALL) {
		text_printf(text, " to %s", node->text);
	} else {
		text_append_string(text, " at ");
		write(text, node->right);
	}
	text_append_string(text, ")");
}

static void check(const char *expression, const char *wanted)
{
	struct arena arena = {0};
	struct text text = {0};
	const struct node *node;
	struct pyinspect_error *error = expression_parse(&arena, expression, &node);
	if (error)
		text_append_string(&text, pyinspect_error_message(error));
	else
		write(&text, node);
	CHECK_TEXT(text.data, wanted);
	pyinspect_error_free(error);
	free(text.data);
	arena_deinit(&arena);
}

static void check_refused(const char *expression)
{
	struct arena arena = {0};
	const struct node *node = NULL;
	struct pyinspect_error *error = expression_parse(&arena, expression, &node);
	if (!error)
		printf("# %s\n", expression);
	CHECK(error && pyinspect_error_code(error) == PYINSPECT_ERROR_ARGUMENT);
	CHECK(!node);
	pyinspect_error_free(error);
	arena_deinit(&arena);
}

static void test_paths(void)
{
	check("a", "a");
	check("self.pool._free[0].name", "((((self . pool) . _free) at 0) . name)");
	check("a['k'][\"x\"]", "((a at <k>) at <x>)");
	check("len(q.queue)", "((q . queue) to len)");
	check("vars(type(x))['y']", "(((x to type) to vars) at <y>)");
	check("a[b.c[1]]", "(a at ((b . c) at 1))");
	check("( a ) . b", "(a . b)");
	check("  a [ -1 ]  ", "(a at -1)");
	check("len", "len");
	check("\xc3\xa9t\xc3\xa9.x", "(\xc3\xa9t\xc3\xa9 . x)");
}

static void test_literals(void)
{
	check("0", "0");
	check("0xff", "255");
	check("9223372036854775807", "9223372036854775807");
	check("'it''s'",
	      "in the expression 'it''s', at column 5: here an operator begins, and "
	      "there are none: . and [] lead to attributes and items");
	check("'a\\n\\x41\\u00e9\\U0001f600\\''", "<a\nA\xc3\xa9\xf0\x9f\x98\x80'>");
	check("b'\\x00ab'", "b<3>");
	check("u'x'", "<x>");
}

static void test_refused(void)
{
	static const char *const expressions[] = {
		"",
		" ",
		".",
		"a.",
		"a[",
		"a[]",
		"a[1",
		"a]",
		"a(1)",
		"f(x)",
		"len(",
		"len()",
		"len(a",
		"a+1",
		"a b",
		"1.5",
		"1x",
		"'abc",
		"'\\q'",
		"'\\u12'",
		"b'\\u1234'",
		"a.1",
		"a[1:2]",
		"lambda: 0",
		"a = 1",
		"not a",
		"-",
		"*a",
		"a.b()",
		"9223372036854775808",
		"'\\U00110000'",
		"[1]",
		"{}",
	};
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++)
		check_refused(expressions[i]);
}

static char *repeated(const char *piece, size_t count, const char *end)
{
	struct text text = {0};
	for (size_t i = 0; i < count; i++)
		text_append_string(&text, piece);
	text_append_string(&text, end);
	return text.data;
}

static void test_bounds(void)
{
	struct arena arena = {0};
	const struct node *node;
	char *deep = repeated("(", 1000, "a");
	char *within = repeated("a[", 1000, "0");
	char *long_path = repeated("a.", 2000, "a");
	char *too_long = repeated("a.", 6000, "a");
	check_refused(deep);
	check_refused(within);
	check_refused(too_long);
	struct pyinspect_error *error = expression_parse(&arena, long_path, &node);
	CHECK(!error);
	pyinspect_error_free(error);
	arena_deinit(&arena);
	free(deep);
	free(within);
	free(long_path);
	free(too_long);
}

int main(void)
{
	TEST("paths are taken apart from the left", test_paths);
	TEST("literals are those of Python", test_literals);
	TEST("what isn't an expression is refused", test_refused);
	TEST("depth and length are bounded", test_bounds);
	return tap_finish();
}
