/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What the layout of structures can't show: one row per minor version of Python.
 *
 * This is the only place that knows version numbers. Everything else asks the
 * layout whether a member is there, or the dialect what a member means.
 */
#ifndef LAYOUT_DIALECTS_H
#define LAYOUT_DIALECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout/layout.h"

/** How a code object's line table is written. CPython: Objects/lnotab_notes.txt. */
enum line_table {
	/** co_lnotab: pairs of deltas, line deltas unsigned. */
	LINE_TABLE_LNOTAB_UNSIGNED,
	/** co_lnotab, line deltas signed. */
	LINE_TABLE_LNOTAB,
	/** co_linetable of 3.10: pairs of range and line delta. CPython: PEP 626. */
	LINE_TABLE_RANGES,
	/** co_linetable with columns. CPython: Objects/locations.md, later
	 *  InternalDocs/code_objects.md; PEP 657. */
	LINE_TABLE_LOCATIONS,
};

/** Where the attributes of an instance of an ordinary class are. */
enum attributes {
	/** A dict pointer at tp_dictoffset; values may be apart from the keys. */
	ATTRIBUTES_DICT,
	/** Pointers before the object: values, and dict. */
	ATTRIBUTES_VALUES_AND_DICT,
	/** One word before the object: values if its bit 0 is set, else dict. */
	ATTRIBUTES_VALUES_OR_DICT,
	/** A dict pointer before the object; values behind it. */
	ATTRIBUTES_INLINE_VALUES,
};

/** owner of an iframe. CPython: enum _frameowner in pycore_frame.h. */
struct owner_values {
	uint8_t generator;
	/** This value and all above it: no Python code runs in the frame. */
	uint8_t first_native;
};

/** What repr() of a module is made from. CPython: Lib/importlib/_bootstrap.py,
 *  _module_repr(). */
enum module_repr {
	/** __name__ and __file__ alone, in C. */
	MODULE_REPR_C,
	/** __loader__.module_repr(), then __spec__, then the rest. */
	MODULE_REPR_LOADER_FIRST,
	/** __spec__, then __loader__.module_repr() (bpo-42135). */
	MODULE_REPR_SPEC_FIRST,
	/** __spec__ alone, which tells namespaces by their loader. */
	MODULE_REPR_SPEC_AND_NAMESPACE,
};

/** There is no such state. */
#define NO_STATE 127

/**
 * States of a generator's frame, gi_frame_state (3.10: f_state of the frame); unused
 * where neither is there. CPython: enum _framestate in pycore_frame.h.
 */
struct generator_states {
	int8_t created, suspended;
	/** Suspended in a "yield from" or an "await"; NO_STATE: as suspended. */
	int8_t awaiting;
	/** As suspended, and somebody is about to go on with it. */
	int8_t locked;
	int8_t executing;
	/** This state to the last one. */
	int8_t finished, last;
};

struct dialect {
	uint8_t major, minor;
	/** Tables, one per architecture, ended by NULL. */
	const struct layout_table *const *tables;
	/** Symbol of the runtime's state; NULL before it existed (3.7). */
	const char *runtime_symbol;
	/** Symbol of the version word, from which the dialect is chosen; NULL if none. */
	const char *version_symbol;
	/** Exported function that does nothing but return the first interpreter. */
	const char *head_function;
	/** Symbol of a pointer to the tstate that holds the GIL. */
	const char *holder_symbol;
	/** Exported function that compares the GIL's lock, a pointer, with NULL. */
	const char *gil_lock_function;
	/** Exported function that begins by asking whether a collection is under way, in
	 *  a static variable of 4 bytes. */
	const char *collecting_function;
	/** Exported function that runs bytecode. */
	const char *evaluator_symbol;
	/** The GIL's condition is a static variable of the image. */
	bool gil_in_image;
	/** Which members _Py_DebugOffsets has: see debug_offsets.def; 0 if it isn't there.
	 */
	uint8_t debug_offsets_revision;
	enum line_table line_table;
	/** Bytes that one unit of f_lasti stands for. */
	uint8_t lasti_unit;
	struct owner_values owners;
	struct generator_states generator_states;
	/** What a suspended generator awaits is the last item of its value stack, or so
	 *  many from the end. */
	uint8_t awaited_from_top;
	/** Low bits of a _PyStackRef that are no part of the pointer. */
	uint8_t stackref_tag;
	enum attributes attributes;
	/** Managed dicts and values stand this far before the object. CPython:
	 *  MANAGED_DICT_OFFSET in pycore_object.h. */
	uint8_t managed_dict_before, managed_values_before;
	/** The same for the dict in builds without a GIL, whose objects have no header of
	 *  the garbage collector before them. */
	uint8_t unguarded_dict_before;
	/** Some objects live for ever, and their references aren't counted (PEP 683): a
	 * count has 32 bits, and the highest one of theirs is set. */
	bool has_immortals;
	/** Of the 64 bits of a reference count so many, the highest ones, are no part of
	 * it. CPython: ob_flags in Include/object.h. */
	uint8_t reference_flag_bits;
	/** Bits of gc_refs that come before the number. CPython: Include/objimpl.h,
	 *  _PyGC_REFS_SHIFT. */
	uint8_t gc_refs_shift;
	/** Bits of a str's state that come before its kind in builds without a GIL.
	 * CPython: struct PyASCIIObject in Include/cpython/unicodeobject.h. */
	uint8_t unguarded_interned_bits;
	/** Flags of a FileIO tell whether it was opened with "w". CPython:
	 *  Modules/_io/fileio.c. */
	bool fileio_has_truncate;
	/** str of this version is bytes, and text is unicode. */
	bool bytes_are_str;
	/** repr() of a bytearray escapes ' between double quotes, too. */
	bool bytearray_escapes_single;
	/** Version of Unicode that says which characters of a str are printable; NULL if
	 *  only ASCII is. CPython: unicodedata.unidata_version; scripts/gen-printable. */
	const char *unicode;
	/** repr() of deque, defaultdict, array, bytearray, itertools.count and repeat
	 * begins with the name of the object's class, not with that of the type in C
	 * (bpo-27541). */
	bool repr_names_subclass;
	/** repr() of an OrderedDict has a dict inside, not a list of pairs (gh-101446). */
	bool ordered_dict_has_dict;
	/** repr() of a namedtuple's subclass has the name of the namedtuple. */
	bool namedtuple_names_base;
	/** repr() of a SimpleNamespace and of a Namespace of argparse sorts its attributes
	 *  (until bpo-39075, bpo-39058). */
	bool namespace_is_sorted;
	enum module_repr module_repr;
	/** What repr() calls a class that isn't made at run time. */
	const char *static_type_word;
	/** repr() of an exception with one argument is "name(argument,)" (until bpo-30399).
	 */
	bool exception_keeps_comma;
	/** repr() of a timedelta names its members (bpo-30302). */
	bool timedelta_has_keywords;
	/** A datetime and a time have a fold (PEP 495). */
	bool times_have_fold;
	/** repr() of a descriptor says nothing of its type if that is object. */
	bool descriptor_omits_object;
	/** repr() of a partial begins with the module and qualname of its class
	 * (gh-101178).
	 */
	bool partial_has_module;
	/** repr() of a code object has room for 100 characters of its name and 300 of its
	 *  file. */
	bool code_repr_is_cut;
	/** repr() of a UUID or a Fraction has that name, also of one of a subclass. */
	bool class_names_are_fixed;
	/** Attributes of threading.Thread. CPython: Lib/threading.py. */
	const char *thread_name, *thread_daemon, *thread_ident;
};

/** Number of rows. */
extern const size_t dialect_count;

/** Row number index, oldest version first. */
const struct dialect *dialect_at(size_t index);

/**
 * The dialect of a version.
 *
 * @param hexversion In PY_VERSION_HEX form.
 * @param newer_ret Set to whether the version is newer than all rows; the newest
 * is returned then.
 * @return NULL for a version that is not supported.
 */
const struct dialect *dialect_find(uint32_t hexversion, bool *newer_ret);

/** Is this a version of that dialect? */
bool dialect_is(const struct dialect *dialect, uint32_t hexversion);

/** "3.12.1" or "3.15.0rc1" of a PY_VERSION_HEX; "3.8" of one with these numbers alone. */
void hexversion_text(uint32_t hexversion, char text[24]);

/** The table was made from an earlier patch level of that version. */
bool table_is_older(const struct layout_table *table, uint32_t hexversion);

/** Neither alpha, beta nor release candidate. */
bool hexversion_is_release(uint32_t hexversion);

/** The table of a dialect for an architecture; NULL if there is none. */
const struct layout_table *dialect_table(const struct dialect *dialect,
					 const char *machine);

/** Release builds of the dialect's version have the member. */
bool dialect_has(const struct dialect *dialect, const char *machine, enum field field);

#endif
