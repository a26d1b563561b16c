/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/condition.h"

#include "agent/frame.h"

/* Who sets more conditions than this compiles them again. */
enum { COMPILED_MAX = 1024 };

/* Text to code object. */
static struct object *compiled;

/* As eval() does it, but without the `from __future__` of the code that is debugged. */
static struct object *compile(struct object *condition)
{
	cleanup_drop struct object *blanks = text(" \t");
	cleanup_drop struct object *source =
		blanks ? call_method(condition, lstrip, blanks) : NULL;
	cleanup_drop struct object *function = source ? builtin(NAME_compile) : NULL;
	cleanup_drop struct object *file = text("<string>");
	cleanup_drop struct object *mode = text("eval");
	cleanup_drop struct object *zero = number(0);
	if (!function || !file || !mode || !zero)
		return NULL;
	return call(function, source, file, mode, zero, py._Py_TrueStruct);
}

static bool is_text(struct object *object)
{
	return type_of(object) == type_of(names[0]);
}

static struct object *code_of(struct object *condition)
{
	if (!compiled && !(compiled = py.PyDict_New()))
		return NULL;
	struct object *known = py.PyDict_GetItem(compiled, condition);
	if (known)
		return hold(known);
	struct object *code = compile(condition);
	if (!code)
		return NULL;
	if (py.PyDict_Size(compiled) >= COMPILED_MAX)
		py.PyDict_Clear(compiled);
	if (py.PyDict_SetItem(compiled, condition, code) == 0)
		return code;
	drop(code);
	return NULL;
}

static struct object *evaluate(struct object *condition, struct object *globals,
			       struct object *locals)
{
	if (is_text(condition)) {
		cleanup_drop struct object *code = code_of(condition);
		return code ? py.PyEval_EvalCode(code, globals, locals) : NULL;
	}
	cleanup_drop struct object *function = builtin(NAME_eval);
	return function ? call(function, condition, globals, locals) : NULL;
}

int condition_holds(struct object *condition, struct object *frame)
{
	cleanup_drop struct object *globals = get(frame, NAME_f_globals);
	cleanup_drop struct object *locals = globals ? get(frame, NAME_f_locals) : NULL;
	struct object *value = locals ? evaluate(condition, globals, locals) : NULL;
	struct pending_error error;
	error_save(&error);
	frame_take_locals(frame);
	error_restore(&error);
	return truth_of(value);
}

void condition_forget(void)
{
	drop(compiled);
	compiled = NULL;
}
