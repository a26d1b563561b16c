/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "layout/debug_offsets.h"
#include "object/dict.h"
#include "object/integer.h"
#include "object/unicode.h"
#include "runtime/candidate.h"
#include "target/machine.h"

/* What sys says of the build. */
struct build {
	bool has_version, is_debug, traces_references, is_narrow;
	/** sys is emptied: the interpreter ends. */
	bool was_emptied;
	uint32_t hexversion;
};

static bool is_none(const struct view *view, uint64_t object)
{
	char name[16];
	uint64_t type, flags;
	cleanup_error struct pyinspect_error *error =
		view_type(view, object, &type, &flags);
	if (!error)
		error = view_type_name(view, type, name, sizeof(name));
	return !error && strcmp(name, "NoneType") == 0;
}

static struct pyinspect_error *read_hexversion(const struct view *view, uint64_t value,
					       struct build *build)
{
	uint64_t magnitude;
	bool negative;
	/* CPython: Objects/moduleobject.c, _PyModule_ClearDict(). */
	build->was_emptied = is_none(view, value);
	if (build->was_emptied)
		return NULL;
	struct pyinspect_error *error = integer_read(view, value, &magnitude, &negative);
	if (error)
		return error;
	build->hexversion = (uint32_t)magnitude;
	build->has_version = !negative && magnitude <= UINT32_MAX;
	return NULL;
}

static struct pyinspect_error *read_maxunicode(const struct view *view, uint64_t value,
					       struct build *build)
{
	uint64_t magnitude;
	bool negative;
	struct pyinspect_error *error = integer_read(view, value, &magnitude, &negative);
	if (!error)
		build->is_narrow = magnitude == 0xffff;
	return error;
}

/* Entries of sys.__dict__ that are looked at: it has about a hundred, and those that count
 * were put there first. A count that is damaged would have each candidate read for long. */
#define SYS_ENTRIES_MAX 4096

static struct pyinspect_error *read_sys(const struct view *view, uint64_t interpreter,
					struct build *ret)
{
	uint64_t dict, key, value;
	struct dict_cursor cursor;
	struct build build = {0};
	struct pyinspect_error *error =
		view_read(view, interpreter, FIELD_INTERPRETER_SYSDICT, &dict);
	if (!error)
		error = dict_begin(view, dict, &cursor);
	if (error)
		return error;
	if (cursor.count > SYS_ENTRIES_MAX)
		cursor.count = SYS_ENTRIES_MAX;
	while (!error && dict_next(&cursor, &key, &value)) {
		if (unicode_equals(view, key, "hexversion"))
			error = read_hexversion(view, value, &build);
		else if (unicode_equals(view, key, "maxunicode") && !is_none(view, value))
			error = read_maxunicode(view, value, &build);
		else if (unicode_equals(view, key, "gettotalrefcount"))
			build.is_debug = true;
		else if (unicode_equals(view, key, "getobjects"))
			build.traces_references = true;
	}
	if (!error)
		error = cursor.error;
	if (!error)
		*ret = build;
	return error;
}

static const char not_up[] = "its Python is not initialised: it is starting up, has ended "
			     "already, or the program has not called Py_Initialize()";

static struct pyinspect_error *not_initialised(void)
{
	return error_create(PYINSPECT_ERROR_NOT_PYTHON, "%s", not_up);
}

static enum pyinspect_truth read_jit(const struct runtime *runtime, uint64_t interpreter)
{
	uint64_t jit;
	if (!dialect_has(runtime->layout.dialect, machine_name, FIELD_INTERPRETER_JIT))
		return PYINSPECT_NO;
	/* A debug build has more members before it, and tables are of release builds. */
	if (runtime->is_debug &&
	    runtime->layout.sources[FIELD_INTERPRETER_JIT] == LAYOUT_SOURCE_TABLE)
		return PYINSPECT_UNKNOWN;
	if (!view_try(&runtime->view, interpreter, FIELD_INTERPRETER_JIT, &jit))
		return PYINSPECT_UNKNOWN;
	return jit ? PYINSPECT_YES : PYINSPECT_NO;
}

/* Whether what the runtime leads to is what its layout says. */
static struct pyinspect_error *prove(struct runtime *runtime)
{
	const struct view *view = &runtime->view;
	uint64_t interpreter, thread, back;
	struct build build;
	struct pyinspect_error *error =
		memory_read_u64(view->memory, runtime->head_pointer, &interpreter);
	if (error)
		return error;
	if (!interpreter)
		return not_initialised();
	error = view_read(view, interpreter, FIELD_INTERPRETER_THREADS_HEAD, &thread);
	if (error)
		return error;
	if (!thread)
		return not_initialised();
	error = view_read(view, thread, FIELD_THREAD_INTERPRETER, &back);
	if (!error && back != interpreter)
		error = error_at(
			PYINSPECT_ERROR_BAD_DATA, thread,
			"the first thread state does not belong to its interpreter");
	if (!error)
		error = read_sys(view, interpreter, &build);
	if (error)
		return error;
	if (build.was_emptied && runtime->hexversion)
		build.hexversion = runtime->hexversion;
	else if (!build.has_version)
		return not_initialised();
	if (!dialect_is(runtime->layout.dialect, build.hexversion) && !runtime->is_newer)
		return error_create(PYINSPECT_ERROR_BAD_DATA,
				    "sys.hexversion 0x%x is of another version",
				    build.hexversion);
	runtime->hexversion = build.hexversion;
	runtime->layout.is_narrow = build.is_narrow;
	runtime->is_debug = build.is_debug;
	runtime->has_jit = read_jit(runtime, interpreter);
	return NULL;
}

/* What was read can't be of the layout that was tried. */
static bool is_contradiction(const struct pyinspect_error *error)
{
	enum pyinspect_error_code code = pyinspect_error_code(error);
	return code == PYINSPECT_ERROR_BAD_DATA || code == PYINSPECT_ERROR_FAULT;
}

/* A contradiction is mostly a moment: while it starts, its objects are not ready yet. */
static struct pyinspect_error *explain(struct pyinspect_error *error)
{
	if (!error || !is_contradiction(error))
		return error;
	struct pyinspect_error *explained = error_create(
		PYINSPECT_ERROR_NOT_PYTHON,
		"its Python is starting up or ending: try again; or it is of a build that "
		"pyinspect %s does not know (%s)",
		pyinspect_version(), pyinspect_error_message(error));
	pyinspect_error_free(error);
	return explained;
}

static void set_name(struct runtime *runtime)
{
	const struct dialect *dialect = runtime->layout.dialect;
	snprintf(runtime->layout_name, sizeof(runtime->layout_name), "%u.%u%s %s",
		 dialect->major, dialect->minor, runtime->is_free_threaded ? "t" : "",
		 machine_name);
}

static struct pyinspect_error *use_dialect(struct runtime *runtime,
					   const struct dialect *dialect)
{
	const struct layout_table *table = dialect_table(dialect, machine_name);
	if (!table)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "there is no table for Python %u.%u on %s",
				    dialect->major, dialect->minor, machine_name);
	layout_from_table(&runtime->layout, table);
	runtime->layout.dialect = dialect;
	runtime->is_free_threaded = false;
	set_name(runtime);
	return NULL;
}

/* Where the runtime's struct has the pointer to the first interpreter. */
static void use_address(struct runtime *runtime)
{
	if (runtime->address)
		runtime->head_pointer =
			runtime->address +
			layout_at(&runtime->layout, FIELD_RUNTIME_INTERPRETERS_HEAD);
}

/* In releases, up to the patch level of the table, all is where the table has it. Who
 * changes a struct may be right, and whoever overwrites these words makes lies of them that
 * prove themselves: a line number that is read elsewhere is a number, too. */
static struct pyinspect_error *doubt_offsets(struct runtime *runtime, uint32_t hexversion)
{
	const struct layout *layout = &runtime->layout;
	const struct layout_table *table = dialect_table(layout->dialect, machine_name);
	if (!hexversion_is_release(hexversion) || runtime->is_newer ||
	    runtime->is_free_threaded || table_is_older(table, hexversion))
		return NULL;
	enum field field = layout_find_difference(layout, table);
	if (field == FIELD_COUNT)
		return NULL;
	const struct field_info *info = &field_infos[field];
	if (asprintf(
		    &runtime->doubt,
		    "its _Py_DebugOffsets have %.*s.%.*s elsewhere (%d) than Python %s: it "
		    "is a build with changes of its own, or they were overwritten, and what "
		    "is shown may be wrong; compare with --layout table",
		    (int)strcspn(info->structs, "|"), info->structs,
		    (int)strcspn(info->members, "|"), info->members, layout->offsets[field],
		    table->python) < 0)
		return &error_no_memory;
	return NULL;
}

/* 3.13 and later: the version word and the offsets at the runtime's start. */
static struct pyinspect_error *use_debug_offsets(struct runtime *runtime,
						 uint32_t hexversion)
{
	uint64_t words[DEBUG_OFFSETS_MAX];
	char version[24];
	hexversion_text(hexversion, version);
	const struct dialect *dialect = dialect_find(hexversion, &runtime->is_newer);
	if (!dialect || !dialect->debug_offsets_revision)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "Python %s is not supported by pyinspect %s", version,
				    pyinspect_version());
	struct pyinspect_error *error = use_dialect(runtime, dialect);
	size_t count = debug_offsets_count(dialect->debug_offsets_revision);
	if (!error)
		error = memory_read(runtime->view.memory, runtime->address, words,
				    count * 8);
	if (error)
		return error;
	runtime->hexversion = hexversion;
	runtime->is_free_threaded = words[DEBUG_OFFSETS_FREE_THREADED] == 1;
	set_name(runtime);
	error = layout_from_debug_offsets(&runtime->layout, words);
	if (error)
		return error;
	use_address(runtime);
	error = explain(prove(runtime));
	if (!error)
		error = doubt_offsets(runtime, hexversion);
	if (!error)
		notes_add(&runtime->notes,
			  "layout: _Py_DebugOffsets of the process, %zu words, version %s; "
			  "what they lack from the table of %s",
			  count, version, dialect_table(dialect, machine_name)->python);
	return error;
}

static void note_table(struct runtime *runtime)
{
	const struct dialect *dialect = runtime->layout.dialect;
	notes_add(&runtime->notes, "layout: table made from Python %s",
		  dialect_table(dialect, machine_name)->python);
}

static struct pyinspect_error *try_dialect(struct runtime *runtime,
					   const struct dialect *dialect, int32_t extra)
{
	struct pyinspect_error *error = use_dialect(runtime, dialect);
	if (error)
		return error;
	layout_shift_objects(&runtime->layout, extra);
	use_address(runtime);
	error = prove(runtime);
	if (!error)
		note_table(runtime);
	if (!error && extra)
		notes_add(&runtime->notes,
			  "layout: objects begin %d bytes later (Py_TRACE_REFS)", extra);
	return error;
}

/* The layout of the table, and that of a build that traces references. */
static struct pyinspect_error *try_layouts(struct runtime *runtime,
					   const struct dialect *dialect)
{
	struct pyinspect_error *error = try_dialect(runtime, dialect, 0);
	if (!error || pyinspect_error_code(error) == PYINSPECT_ERROR_NOT_PYTHON)
		return error;
	struct pyinspect_error *second = try_dialect(runtime, dialect, OBJECT_HEAD_EXTRA);
	pyinspect_error_free(second ? second : error);
	return second ? error : NULL;
}

static struct pyinspect_error *find_symbol(const struct scope *scope, const char *name,
					   uint64_t *ret)
{
	if (scope->image)
		return image_symbol(scope->target, scope->image, name, ret);
	*ret = scope->target->ops->symbol(scope->target->context, name);
	return NULL;
}

/* A symbol that may be missing, in tables that may be broken. */
static uint64_t optional_symbol(const struct scope *scope, const char *name)
{
	uint64_t address = 0;
	cleanup_error struct pyinspect_error *error =
		name ? find_symbol(scope, name, &address) : NULL;
	return error ? 0 : address;
}

/* The first of the dialects whose symbol of this kind the scope has. */
static uint64_t find_runtime_symbol(const struct scope *scope)
{
	uint64_t address = 0;
	const char *tried = NULL;
	for (size_t i = dialect_count; i-- > 0 && !address;) {
		const char *name = dialect_at(i)->runtime_symbol;
		if (name && name != tried)
			address = optional_symbol(scope, name);
		tried = name;
	}
	return address;
}

/* Where _Py_DebugOffsets begin in a mapping. */
struct cookie_search {
	struct target *target;
	const struct image *image;
	uint64_t address;
};

/* A piece of a mapping that is looked through at once. */
#define PIECE_WORDS ((size_t)1024)

static uint64_t find_word(struct memory *memory, uint64_t start, uint64_t end,
			  uint64_t word)
{
	uint64_t words[PIECE_WORDS];
	for (uint64_t at = start; end - at >= sizeof(words[0]) && at < end;
	     at += sizeof(words)) {
		size_t size = end - at < sizeof(words) ? (size_t)(end - at) : sizeof(words);
		if (!memory_try(memory, at, words, size))
			return 0;
		for (size_t i = 0; i < size / sizeof(words[0]); i++)
			if (words[i] == word)
				return at + i * sizeof(words[0]);
	}
	return 0;
}

static bool search_mapping(void *context, const struct mapping *mapping)
{
	struct cookie_search *search = context;
	if (mapping->writable && mapping->inode == search->image->inode &&
	    mapping->device == search->image->device)
		search->address = find_word(&search->target->memory, mapping->start,
					    mapping->end, DEBUG_OFFSETS_COOKIE);
	return !search->address;
}

/* Of a core whose files aren't here symbols can't be read; what a CPython tells of itself
 * is among its variables, which are dumped. */
static uint64_t find_cookie(const struct scope *scope)
{
	uint64_t unused;
	struct cookie_search search = {.target = scope->target, .image = scope->image};
	if (!scope->target->core || !scope->image || !scope->target->ops->mappings)
		return 0;
	cleanup_error struct pyinspect_error *error =
		find_symbol(scope, "_PyRuntime", &unused);
	if (error)
		pyinspect_error_free(scope->target->ops->mappings(scope->target->context,
								  search_mapping, &search));
	return search.address;
}

static uint64_t operand_of(const struct scope *scope, const char *function)
{
	uint64_t address = optional_symbol(scope, function);
	return address ? machine_operand(&scope->target->memory, address) : 0;
}

/* The static variables of versions before the runtime's struct. */
static void use_symbols(struct runtime *runtime, const struct scope *scope,
			const struct dialect *dialect)
{
	runtime->head_pointer = operand_of(scope, dialect->head_function);
	runtime->holder_pointer = optional_symbol(scope, dialect->holder_symbol);
	runtime->gil_lock_pointer = operand_of(scope, dialect->gil_lock_function);
	runtime->collecting_pointer = operand_of(scope, dialect->collecting_function);
	if (dialect->gil_in_image && scope->image) {
		runtime->gil_image_start = scope->image->data_start;
		runtime->gil_image_end = scope->image->data_end;
	}
}

/* Is one error more to the point than another? A contradiction only says "not this
 * version". */
static bool is_nearer(const struct pyinspect_error *error,
		      const struct pyinspect_error *than)
{
	return !than || !is_contradiction(error);
}

/* What the file's name says of the version, which is believed only if nothing else can
 * tell any more: without a patch level. 0 if it says something else. */
static uint32_t version_in_name(const struct scope *scope, const struct dialect *dialect)
{
	char name[32];
	snprintf(name, sizeof(name), "python%u.%u", dialect->major, dialect->minor);
	const char *found = scope->image ? strstr(image_name(scope->image), name) : NULL;
	if (!found || (found[strlen(name)] >= '0' && found[strlen(name)] <= '9'))
		return 0;
	return (uint32_t)dialect->major << 24 | (uint32_t)dialect->minor << 16;
}

/*
 * Versions that don't tell which one they are until sys.hexversion is read, for
 * which their layout is needed: the right one proves itself.
 */
static struct pyinspect_error *try_dialects(struct runtime *runtime,
					    const struct scope *scope)
{
	struct pyinspect_error *nearest = NULL;
	runtime->is_newer = false;
	for (size_t i = dialect_count; i-- > 0;) {
		const struct dialect *dialect = dialect_at(i);
		if (dialect->version_symbol ||
		    !dialect->runtime_symbol != !runtime->address)
			continue;
		if (dialect->head_function)
			use_symbols(runtime, scope, dialect);
		runtime->hexversion = version_in_name(scope, dialect);
		struct pyinspect_error *error = try_layouts(runtime, dialect);
		if (!error) {
			pyinspect_error_free(nearest);
			return NULL;
		}
		if (is_nearer(error, nearest)) {
			pyinspect_error_free(nearest);
			nearest = error;
		} else {
			pyinspect_error_free(error);
		}
	}
	return nearest;
}

/* The dialect that the scope's version word names; NULL if it has no such word. */
static const struct dialect *named_dialect(struct runtime *runtime,
					   const struct scope *scope)
{
	for (size_t i = dialect_count; i-- > 0;) {
		uint64_t hexversion,
			address = optional_symbol(scope, dialect_at(i)->version_symbol);
		if (address && memory_try(runtime->view.memory, address, &hexversion, 8)) {
			runtime->hexversion = (uint32_t)hexversion;
			return dialect_find((uint32_t)hexversion, &runtime->is_newer);
		}
	}
	return NULL;
}

/* The version that _Py_DebugOffsets tell; 0 where there are none. */
static uint32_t told_version(const struct runtime *runtime)
{
	uint64_t words[2];
	bool told =
		runtime->address &&
		memory_try(runtime->view.memory, runtime->address, words, sizeof(words)) &&
		words[0] == DEBUG_OFFSETS_COOKIE;
	return told ? (uint32_t)words[1] : 0;
}

/* By what the process tells, or a table. */
static struct pyinspect_error *try_known(struct runtime *runtime, const struct scope *scope)
{
	enum pyinspect_producer producer = scope->search->producer;
	uint32_t version = told_version(runtime);
	if (version && producer != PYINSPECT_PRODUCER_TABLE)
		return use_debug_offsets(runtime, version);
	if (producer == PYINSPECT_PRODUCER_DEBUG_OFFSETS)
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "it has no _Py_DebugOffsets, which alone were asked "
				    "for");
	const struct dialect *dialect = version ? dialect_find(version, &runtime->is_newer)
						: named_dialect(runtime, scope);
	return explain(dialect ? try_layouts(runtime, dialect)
			       : try_dialects(runtime, scope));
}

/* Structs of extension modules: their DWARF is in files of their own. */
static void complete_layout(struct layout *layout, const struct dialect *dialect)
{
	const struct layout_table *table = dialect_table(dialect, machine_name);
	struct layout known;
	if (!table)
		return;
	layout_from_table(&known, table);
	layout_shift_objects(&known, layout->offsets[FIELD_OBJECT_TYPE] -
					     known.offsets[FIELD_OBJECT_TYPE]);
	layout_complete(layout, &known);
}

static struct pyinspect_error *try_described(struct runtime *runtime,
					     const struct scope *scope,
					     const struct dialect *dialect,
					     const struct dwarf_report *report)
{
	uint64_t head = report->symbols[DWARF_SYMBOL_INTERPRETER_HEAD];
	runtime->layout = report->layout;
	complete_layout(&runtime->layout, dialect);
	runtime->layout.dialect = dialect;
	runtime->is_free_threaded = runtime->layout.is_free_threaded;
	set_name(runtime);
	if (dialect->head_function)
		use_symbols(runtime, scope, dialect);
	if (dialect->head_function && head)
		runtime->head_pointer = head + scope->image->bias;
	use_address(runtime);
	return prove(runtime);
}

/* Of all versions the right one proves itself, by sys.hexversion at last. */
static struct pyinspect_error *try_described_dialects(struct runtime *runtime,
						      const struct scope *scope,
						      const struct dwarf_report *report)
{
	struct pyinspect_error *nearest = NULL;
	runtime->is_newer = false;
	for (size_t i = dialect_count; i-- > 0;) {
		if (!dialect_at(i)->runtime_symbol != !runtime->address)
			continue;
		struct pyinspect_error *error =
			try_described(runtime, scope, dialect_at(i), report);
		if (!error || is_nearer(error, nearest)) {
			pyinspect_error_free(nearest);
			nearest = error;
		} else {
			pyinspect_error_free(error);
		}
		if (!error)
			break;
	}
	return nearest;
}

static struct pyinspect_error *use_finding(struct runtime *runtime,
					   const struct scope *scope,
					   const struct dwarf_finding *finding)
{
	const struct dwarf_report *report = finding->report;
	uint32_t version = told_version(runtime);
	const struct dialect *dialect = version ? dialect_find(version, &runtime->is_newer)
						: named_dialect(runtime, scope);
	struct pyinspect_error *error =
		dialect ? try_described(runtime, scope, dialect, report)
			: try_described_dialects(runtime, scope, report);
	if (!error)
		notes_add(&runtime->notes, "layout: DWARF of %s%s%s%s", report->file,
			  *report->build_id ? ", build-id " : "", report->build_id,
			  finding->was_cached ? ", from the cache" : "");
	return error ? error_context(error, "by the DWARF of %s", report->file) : NULL;
}

/* A callback's memory has none. */
static bool has_files(const struct scope *scope)
{
	return scope->target->process || scope->target->core;
}

/* By the DWARF of the image. */
static struct pyinspect_error *try_dwarf(struct runtime *runtime, const struct scope *scope)
{
	const struct dwarf_finding *finding;
	if (!scope->image || !has_files(scope))
		return error_create(PYINSPECT_ERROR_UNSUPPORTED,
				    "it has no files whose DWARF could be read");
	struct pyinspect_error *error = dwarf_layout_find(
		&scope->search->dwarf, scope->target, scope->image, &finding);
	return error ? error : use_finding(runtime, scope, finding);
}

/* The first error says what is wrong, and the second what was said of DWARF, which is of
 * no use for a version that nobody knows, and right on whether the Python is up. */
static struct pyinspect_error *join(struct pyinspect_error *error,
				    struct pyinspect_error *second)
{
	bool is_down = strstr(pyinspect_error_message(second), not_up);
	if (is_down || pyinspect_error_code(error) == PYINSPECT_ERROR_UNSUPPORTED) {
		pyinspect_error_free(is_down ? error : second);
		return is_down ? second : error;
	}
	bool seems_down = strcmp(pyinspect_error_message(error), not_up) == 0;
	struct pyinspect_error *joined = error_create(
		pyinspect_error_code(error), "%s; %s%s", pyinspect_error_message(error),
		seems_down ? "or it is of a build that is not known, and " : "",
		pyinspect_error_message(second));
	pyinspect_error_free(error);
	pyinspect_error_free(second);
	return joined;
}

/* What it tells leads nowhere, and a table would do. It is a suspicion, not an answer: a
 * table may fit here and be wrong elsewhere. */
static struct pyinspect_error *suspect(struct runtime *runtime,
				       struct pyinspect_error *error)
{
	uint32_t version = told_version(runtime);
	const struct dialect *dialect =
		version ? dialect_find(version, &runtime->is_newer) : NULL;
	if (!dialect || runtime->is_newer)
		return error;
	cleanup_error struct pyinspect_error *second = try_layouts(runtime, dialect);
	if (second)
		return error;
	pyinspect_error_free(error);
	return error_create(PYINSPECT_ERROR_BAD_DATA,
			    "its _Py_DebugOffsets contradict it, which the table of Python "
			    "%s does not: they may be overwritten; try --layout table",
			    dialect_table(dialect, machine_name)->python);
}

static struct pyinspect_error *try_producers(struct runtime *runtime,
					     const struct scope *scope)
{
	enum pyinspect_producer producer = scope->search->producer;
	if (producer == PYINSPECT_PRODUCER_DWARF)
		return explain(try_dwarf(runtime, scope));
	struct pyinspect_error *error = try_known(runtime, scope);
	if (!error || producer != PYINSPECT_PRODUCER_ANY || !scope->search->is_last ||
	    !scope->image || !has_files(scope))
		return error;
	struct pyinspect_error *second = try_dwarf(runtime, scope);
	if (second)
		return join(suspect(runtime, error), second);
	pyinspect_error_free(error);
	return NULL;
}

static uint64_t find_head_function(const struct scope *scope)
{
	uint64_t address = 0;
	for (size_t i = 0; i < dialect_count && !address; i++)
		if (optional_symbol(scope, dialect_at(i)->holder_symbol))
			address = optional_symbol(scope, dialect_at(i)->head_function);
	return address;
}

/* A Python that exports nothing is worth a look only if the file is named like one, or if
 * the user says so. */
static bool may_be_hidden(const struct scope *scope)
{
	const struct runtime_search *search = scope->search;
	if (!scope->image || !has_files(scope) || !scope->image->loaded)
		return false;
	const char *name = image_name(scope->image);
	bool is_named =
		strncmp(name, "python", 6) == 0 || strncmp(name, "libpython", 9) == 0;
	if (search->producer == PYINSPECT_PRODUCER_DWARF)
		return is_named || (search->executable &&
				    strcmp(search->executable, scope->image->path) == 0);
	return search->producer == PYINSPECT_PRODUCER_ANY && search->is_last && is_named;
}

/* By the symbols for debuggers, which may be in a file of their own. */
static bool find_hidden(struct runtime *runtime, const struct scope *scope)
{
	const struct dwarf_finding *finding;
	struct pyinspect_error *error = dwarf_layout_find(
		&scope->search->dwarf, scope->target, scope->image, &finding);
	if (error) {
		pyinspect_error_free(error);
		return false;
	}
	uint64_t address = finding->report->symbols[DWARF_SYMBOL_RUNTIME];
	runtime->address = address ? address + scope->image->bias : 0;
	return address || finding->report->symbols[DWARF_SYMBOL_INTERPRETER_HEAD];
}

struct pyinspect_error *candidate_try(struct runtime *runtime, const struct scope *scope,
				      bool *found_ret)
{
	runtime->address = find_runtime_symbol(scope) ?: find_cookie(scope);
	*found_ret = runtime->address || find_head_function(scope) ||
		     (may_be_hidden(scope) && find_hidden(runtime, scope));
	if (!*found_ret)
		return NULL;
	return try_producers(runtime, scope);
}
