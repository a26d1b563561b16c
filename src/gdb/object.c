/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "gdb/command.h"

/* Characters of a str that `pu` shows: more is seldom read. */
#define STRING_MAX 4000

/* GDB has evaluated what the user typed, and gives the number. */
static bool read_address(struct session *session, uint64_t *ret)
{
	if (session->request->argument_count != 1) {
		session_usage(session);
		return false;
	}
	*ret = strtoull(session->request->arguments[0], NULL, 0);
	return true;
}

static void tell(struct session *session, const char *before, const char *text)
{
	char *shown = text ? pyinspect_escape(text) : NULL;
	answer_printf(session->answer, "%s%s\n", before,
		      shown  ? shown
		      : text ? "not enough memory"
			     : "(unreadable)");
	free(shown);
}

static void print_number(struct session *session, const char *before, uint64_t number)
{
	answer_printf(session->answer, "%s0x%llx\n", before, (unsigned long long)number);
}

/* As CPython's _PyObject_Dump() writes it. */
static void print_object(struct session *session, const struct pyinspect_value *value)
{
	const struct pyinspect_object *object = pyinspect_value_object(value);
	print_number(session, "object address  : ", pyinspect_value_address(value));
	answer_printf(session->answer, "object refcount : %llu%s\n",
		      (unsigned long long)object->references,
		      object->immortal ? " (immortal)" : "");
	print_number(session, "object type     : ", object->type);
	tell(session, "object type name: ", pyinspect_value_type(value));
	tell(session, "object repr     : ", pyinspect_value_text(value));
	if (pyinspect_value_problem(value))
		tell(session, "! ", pyinspect_value_problem(value));
}

/* NULL is told already; else it has been found out what is at the address. */
static struct pyinspect_snapshot *look(struct session *session)
{
	/* Of the threads nothing is wanted, and this one is at hand. */
	session->options.ident = session->request->numbers.thread_pointer;
	return session_look(session);
}

static bool has_object(const struct pyinspect_snapshot *snapshot)
{
	return pyinspect_value_object(pyinspect_snapshot_result(snapshot));
}

static void tell_problem(struct session *session, const struct pyinspect_snapshot *snapshot)
{
	tell(session,
	     "pyinspect: ", pyinspect_value_problem(pyinspect_snapshot_result(snapshot)));
}

void command_pyo(struct session *session)
{
	uint64_t address;
	if (!read_address(session, &address))
		return;
	if (!address) {
		tell(session, "pyinspect: ", "there is no object at 0: it is NULL");
		return;
	}
	session->options.object = address;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	const struct pyinspect_value *value = pyinspect_snapshot_result(snapshot);
	if (!has_object(snapshot))
		tell_problem(session, snapshot);
	else
		print_object(session, value);
	pyinspect_snapshot_free(snapshot);
}

static void print_collector(struct session *session, const struct pyinspect_object *object)
{
	print_number(session, "GC head         : ", object->gc_head);
	answer_printf(session->answer, "GC state        : %s%s%s\n",
		      object->gc_tracked ? "tracked" : "untracked",
		      object->gc_finalized ? ", finalized" : "",
		      object->gc_collecting ? ", in the collection under way" : "");
	if (object->gc_next)
		print_number(session, "GC next         : ", object->gc_next);
	if (object->gc_previous)
		print_number(session, "GC previous     : ", object->gc_previous);
	if (object->gc_references >= 0)
		answer_printf(session->answer,
			      "GC references   : %lld, counted by the collection\n",
			      (long long)object->gc_references);
}

/* It isn't: who gave the object's own address, or that of one without, is told so. */
static void explain_head(struct session *session, const struct pyinspect_snapshot *failed)
{
	uint64_t address = session->options.gc_head;
	session->options.gc_head = 0;
	session->options.object = address;
	struct pyinspect_snapshot *snapshot = look(session);
	const struct pyinspect_object *object =
		snapshot ? pyinspect_value_object(pyinspect_snapshot_result(snapshot))
			 : NULL;
	if (object && object->gc_head)
		answer_printf(
			session->answer,
			"pyinspect: 0x%llx is the address of an object itself, and "
			"its GC header is at 0x%llx: `pyg 0x%llx`, or `pyo 0x%llx`\n",
			(unsigned long long)address, (unsigned long long)object->gc_head,
			(unsigned long long)object->gc_head, (unsigned long long)address);
	else
		tell_problem(session, failed);
	if (object && !object->gc_head)
		answer_printf(session->answer,
			      "An object without a GC header is there: `pyo 0x%llx`\n",
			      (unsigned long long)address);
	pyinspect_snapshot_free(snapshot);
}

void command_pyg(struct session *session)
{
	uint64_t address;
	if (!read_address(session, &address))
		return;
	if (!address) {
		tell(session, "pyinspect: ", "there is no GC header at 0: it is NULL");
		return;
	}
	session->options.gc_head = address;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	const struct pyinspect_value *value = pyinspect_snapshot_result(snapshot);
	if (!has_object(snapshot)) {
		explain_head(session, snapshot);
	} else {
		print_collector(session, pyinspect_value_object(value));
		print_object(session, value);
	}
	pyinspect_snapshot_free(snapshot);
}

static void print_string(struct session *session, const struct pyinspect_value *value)
{
	const struct pyinspect_object *object = pyinspect_value_object(value);
	if (!object->string) {
		char *type = pyinspect_escape(pyinspect_value_type(value) ?: "something");
		answer_printf(session->answer,
			      "pyinspect: the object at 0x%llx is no str, its type is %s: "
			      "`pyo` shows it\n",
			      (unsigned long long)pyinspect_value_address(value),
			      type ? type : "?");
		free(type);
		return;
	}
	tell(session, "", object->string);
	if (object->string_omitted)
		answer_printf(session->answer, "... %llu more characters\n",
			      (unsigned long long)object->string_omitted);
}

void command_pu(struct session *session)
{
	uint64_t address;
	if (!read_address(session, &address))
		return;
	if (!address) {
		tell(session, "pyinspect: ", "there is no str at 0: it is NULL");
		return;
	}
	session->options.object = address;
	session->options.max_length = STRING_MAX;
	struct pyinspect_snapshot *snapshot = look(session);
	if (!snapshot)
		return;
	const struct pyinspect_value *value = pyinspect_snapshot_result(snapshot);
	if (has_object(snapshot))
		print_string(session, value);
	else
		tell_problem(session, snapshot);
	pyinspect_snapshot_free(snapshot);
}
