/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "layout/dialects.h"
#include "layout/layout.h"

#include "layout/tables/cpython_2_7_aarch64.h"
#include "layout/tables/cpython_2_7_x86_64.h"
#include "layout/tables/cpython_3_10_x86_64.h"
#include "layout/tables/cpython_3_11_aarch64.h"
#include "layout/tables/cpython_3_11_x86_64.h"
#include "layout/tables/cpython_3_12_x86_64.h"
#include "layout/tables/cpython_3_13_aarch64.h"
#include "layout/tables/cpython_3_13_x86_64.h"
#include "layout/tables/cpython_3_14_aarch64.h"
#include "layout/tables/cpython_3_14_x86_64.h"
#include "layout/tables/cpython_3_15_aarch64.h"
#include "layout/tables/cpython_3_15_x86_64.h"
#include "layout/tables/cpython_3_6_x86_64.h"
#include "layout/tables/cpython_3_7_x86_64.h"
#include "layout/tables/cpython_3_8_x86_64.h"
#include "layout/tables/cpython_3_9_aarch64.h"
#include "layout/tables/cpython_3_9_x86_64.h"

#define TABLES(...) ((const struct layout_table *const[]){__VA_ARGS__, NULL})

/* No iframes: no owners. */
#define NO_OWNERS ((struct owner_values){.generator = UINT8_MAX, .first_native = UINT8_MAX})

#define EVALUATOR .evaluator_symbol = "_PyEval_EvalFrameDefault"

/* No states: what a generator does shows in other members. */
#define NO_STATES ((struct generator_states){.awaiting = NO_STATE, .locked = NO_STATE})

/* Generators have a state: before it runs, between two values, at work, at its end. */
#define PLAIN_STATES                                                                       \
	((struct generator_states){                                                        \
		.created = -2,                                                             \
		.suspended = -1,                                                           \
		.awaiting = NO_STATE,                                                      \
		.locked = NO_STATE,                                                        \
		.executing = 0,                                                            \
		.finished = 1,                                                             \
		.last = 4,                                                                 \
	})

/* ... and whether it is suspended in "yield from" or "await". */
#define AWAITING_STATES                                                                    \
	((struct generator_states){                                                        \
		.created = -3,                                                             \
		.suspended = -2,                                                           \
		.awaiting = -1,                                                            \
		.locked = NO_STATE,                                                        \
		.executing = 0,                                                            \
		.finished = 1,                                                             \
		.last = 4,                                                                 \
	})

#define THREAD_ATTRIBUTES                                                                  \
	.thread_name = "_name", .thread_daemon = "_daemonic", .thread_ident = "_ident"

static const struct dialect dialects[] = {
	{
		.major = 2,
		.minor = 7,
		.tables = TABLES(&cpython_2_7_x86_64, &cpython_2_7_aarch64),
		.head_function = "PyInterpreterState_Head",
		.collecting_function = "PyGC_Collect",
		.holder_symbol = "_PyThreadState_Current",
		.gil_lock_function = "PyEval_ThreadsInitialized",
		.line_table = LINE_TABLE_LNOTAB_UNSIGNED,
		.lasti_unit = 1,
		.owners = NO_OWNERS,
		.generator_states = NO_STATES,
		.awaited_from_top = 1,
		.attributes = ATTRIBUTES_DICT,
		.bytes_are_str = true,
		.bytearray_escapes_single = true,
		/* Private names, mangled. */
		.thread_name = "_Thread__name",
		.thread_daemon = "_Thread__daemonic",
		.thread_ident = "_Thread__ident",
		.evaluator_symbol = "PyEval_EvalFrameEx",
		.namespace_is_sorted = true,
		.namedtuple_names_base = true,
		.module_repr = MODULE_REPR_C,
		.static_type_word = "type",
		.exception_keeps_comma = true,
		.code_repr_is_cut = true,
		.class_names_are_fixed = true,
	},
	{
		.major = 3,
		.minor = 6,
		.tables = TABLES(&cpython_3_6_x86_64),
		.head_function = "PyInterpreterState_Head",
		.collecting_function = "PyGC_Collect",
		.holder_symbol = "_PyThreadState_Current",
		.gil_in_image = true,
		/* bpo-26107: line deltas are signed. */
		.line_table = LINE_TABLE_LNOTAB,
		.lasti_unit = 1,
		.owners = NO_OWNERS,
		.generator_states = NO_STATES,
		.awaited_from_top = 1,
		.gc_refs_shift = 1,
		.attributes = ATTRIBUTES_DICT,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "9.0",
		THREAD_ATTRIBUTES,
		.namespace_is_sorted = true,
		.module_repr = MODULE_REPR_LOADER_FIRST,
		.static_type_word = "class",
		.exception_keeps_comma = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 7,
		.tables = TABLES(&cpython_3_7_x86_64),
		.runtime_symbol = "_PyRuntime",
		.line_table = LINE_TABLE_LNOTAB,
		.lasti_unit = 1,
		.owners = NO_OWNERS,
		.generator_states = NO_STATES,
		.awaited_from_top = 1,
		.gc_refs_shift = 1,
		.attributes = ATTRIBUTES_DICT,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "11.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.namespace_is_sorted = true,
		.module_repr = MODULE_REPR_LOADER_FIRST,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 8,
		.tables = TABLES(&cpython_3_8_x86_64),
		.runtime_symbol = "_PyRuntime",
		.line_table = LINE_TABLE_LNOTAB,
		.lasti_unit = 1,
		.owners = NO_OWNERS,
		.generator_states = NO_STATES,
		.awaited_from_top = 1,
		.attributes = ATTRIBUTES_DICT,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "12.1",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.namespace_is_sorted = true,
		.module_repr = MODULE_REPR_LOADER_FIRST,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 9,
		.tables = TABLES(&cpython_3_9_x86_64, &cpython_3_9_aarch64),
		.runtime_symbol = "_PyRuntime",
		.line_table = LINE_TABLE_LNOTAB,
		.lasti_unit = 1,
		.owners = NO_OWNERS,
		.generator_states = NO_STATES,
		.awaited_from_top = 1,
		.attributes = ATTRIBUTES_DICT,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "13.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.module_repr = MODULE_REPR_LOADER_FIRST,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 10,
		.tables = TABLES(&cpython_3_10_x86_64),
		.runtime_symbol = "_PyRuntime",
		.line_table = LINE_TABLE_RANGES,
		/* bpo-27129: f_lasti counts code units. */
		.lasti_unit = 2,
		.owners = NO_OWNERS,
		.generator_states = PLAIN_STATES,
		.awaited_from_top = 1,
		.attributes = ATTRIBUTES_DICT,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "13.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.module_repr = MODULE_REPR_SPEC_FIRST,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 11,
		.tables = TABLES(&cpython_3_11_x86_64, &cpython_3_11_aarch64),
		.runtime_symbol = "_PyRuntime",
		.version_symbol = "Py_Version",
		.line_table = LINE_TABLE_LOCATIONS,
		.lasti_unit = 2,
		.owners = {.generator = 1, .first_native = UINT8_MAX},
		.generator_states = PLAIN_STATES,
		.awaited_from_top = 1,
		.attributes = ATTRIBUTES_VALUES_AND_DICT,
		.managed_dict_before = 0x18,
		.managed_values_before = 0x20,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "14.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.module_repr = MODULE_REPR_SPEC_FIRST,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 12,
		.tables = TABLES(&cpython_3_12_x86_64),
		.runtime_symbol = "_PyRuntime",
		.version_symbol = "Py_Version",
		.line_table = LINE_TABLE_LOCATIONS,
		.lasti_unit = 2,
		.owners = {.generator = 1, .first_native = 3},
		.generator_states = PLAIN_STATES,
		.awaited_from_top = 1,
		.has_immortals = true,
		.attributes = ATTRIBUTES_VALUES_OR_DICT,
		.managed_dict_before = 0x18,
		.managed_values_before = 0x18,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "15.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.ordered_dict_has_dict = true,
		.module_repr = MODULE_REPR_SPEC_AND_NAMESPACE,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 13,
		.tables = TABLES(&cpython_3_13_x86_64, &cpython_3_13_aarch64),
		.runtime_symbol = "_PyRuntime",
		.version_symbol = "Py_Version",
		.debug_offsets_revision = 1,
		.line_table = LINE_TABLE_LOCATIONS,
		.lasti_unit = 2,
		.owners = {.generator = 1, .first_native = 3},
		.generator_states = AWAITING_STATES,
		.awaited_from_top = 1,
		.has_immortals = true,
		.attributes = ATTRIBUTES_INLINE_VALUES,
		.managed_dict_before = 0x18,
		.unguarded_dict_before = 8,
		.unguarded_interned_bits = 2,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "15.1",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.ordered_dict_has_dict = true,
		.module_repr = MODULE_REPR_SPEC_AND_NAMESPACE,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.partial_has_module = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 14,
		.tables = TABLES(&cpython_3_14_x86_64, &cpython_3_14_aarch64),
		.runtime_symbol = "_PyRuntime",
		.version_symbol = "Py_Version",
		.debug_offsets_revision = 2,
		.line_table = LINE_TABLE_LOCATIONS,
		.lasti_unit = 2,
		.owners = {.generator = 1, .first_native = 3},
		.generator_states = AWAITING_STATES,
		.awaited_from_top = 1,
		.stackref_tag = 3,
		.has_immortals = true,
		.reference_flag_bits = 16,
		.attributes = ATTRIBUTES_INLINE_VALUES,
		.managed_dict_before = 0x18,
		.unguarded_dict_before = 8,
		/* In a byte of its own, which needs no lock. */
		.unguarded_interned_bits = 8,
		EVALUATOR,
		.bytearray_escapes_single = true,
		.unicode = "16.0",
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.ordered_dict_has_dict = true,
		.module_repr = MODULE_REPR_SPEC_AND_NAMESPACE,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.partial_has_module = true,
		.times_have_fold = true,
	},
	{
		.major = 3,
		.minor = 15,
		.tables = TABLES(&cpython_3_15_x86_64, &cpython_3_15_aarch64),
		.runtime_symbol = "_PyRuntime",
		.version_symbol = "Py_Version",
		.debug_offsets_revision = 3,
		.line_table = LINE_TABLE_LOCATIONS,
		.lasti_unit = 2,
		.owners = {.generator = 1, .first_native = 3},
		.generator_states =
			{
				.created = 0,
				.suspended = 1,
				.awaiting = 2,
				.locked = 3,
				.executing = 4,
				.finished = 5,
				.last = 5,
			},
		/* The top is an index or nothing. */
		.awaited_from_top = 2,
		.stackref_tag = 3,
		.has_immortals = true,
		.reference_flag_bits = 16,
		.attributes = ATTRIBUTES_INLINE_VALUES,
		.managed_dict_before = 0x18,
		.unguarded_dict_before = 8,
		.unguarded_interned_bits = 8,
		EVALUATOR,
		.unicode = "17.0",
		.fileio_has_truncate = true,
		THREAD_ATTRIBUTES,
		.repr_names_subclass = true,
		.ordered_dict_has_dict = true,
		.module_repr = MODULE_REPR_SPEC_AND_NAMESPACE,
		.static_type_word = "class",
		.timedelta_has_keywords = true,
		.partial_has_module = true,
		.times_have_fold = true,
		.descriptor_omits_object = true,
	},
};

const size_t dialect_count = sizeof(dialects) / sizeof(dialects[0]);

const struct dialect *dialect_at(size_t index)
{
	return &dialects[index];
}

bool dialect_is(const struct dialect *dialect, uint32_t hexversion)
{
	return hexversion >> 16 == (uint32_t)(dialect->major << 8 | dialect->minor);
}

const struct dialect *dialect_find(uint32_t hexversion, bool *newer_ret)
{
	const struct dialect *newest = &dialects[dialect_count - 1];
	*newer_ret = hexversion >> 16 > (uint32_t)(newest->major << 8 | newest->minor);
	/* A 4.0 may be anything. */
	if (*newer_ret)
		return hexversion >> 24 == newest->major ? newest : NULL;
	for (size_t i = 0; i < dialect_count; i++)
		if (dialect_is(&dialects[i], hexversion))
			return &dialects[i];
	return NULL;
}

void hexversion_text(uint32_t hexversion, char text[24])
{
	static const char *const levels[16] = {[0xa] = "a", [0xb] = "b", [0xc] = "rc"};
	/* Every version has a level but one that is known to its minor number only. */
	if (!(hexversion & 0xffff)) {
		snprintf(text, 24, "%u.%u", hexversion >> 24, hexversion >> 16 & 0xff);
		return;
	}
	int length = snprintf(text, 24, "%u.%u.%u", hexversion >> 24,
			      hexversion >> 16 & 0xff, hexversion >> 8 & 0xff);
	const char *level = levels[hexversion >> 4 & 0xf];
	if (level)
		snprintf(text + length, 24 - (size_t)length, "%s%u", level,
			 hexversion & 0xf);
}

bool table_is_older(const struct layout_table *table, uint32_t hexversion)
{
	unsigned int major, minor, micro;
	return sscanf(table->python, "%u.%u.%u", &major, &minor, &micro) != 3 ||
	       micro < (hexversion >> 8 & 0xff);
}

bool hexversion_is_release(uint32_t hexversion)
{
	return (hexversion >> 4 & 0xf) == 0xf;
}

bool dialect_has(const struct dialect *dialect, const char *machine, enum field field)
{
	const struct layout_table *table = dialect_table(dialect, machine);
	for (size_t i = 0; table && i < table->count; i++)
		if (table->entries[i].field == field)
			return true;
	return false;
}

const struct layout_table *dialect_table(const struct dialect *dialect, const char *machine)
{
	for (const struct layout_table *const *table = dialect->tables; *table; table++)
		if (strcmp((*table)->machine, machine) == 0)
			return *table;
	return NULL;
}
