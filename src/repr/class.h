/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Types of objects: their names, and how what they are the type of is shown. */
#ifndef REPR_CLASS_H
#define REPR_CLASS_H

#include "object/view.h"

struct repr;
struct class;

/**
 * Write an object: its text to the printer, or a level for what is inside of it.
 *
 * @return NULL, or why it can't be read.
 */
typedef struct pyinspect_error *(*format_fn)(struct repr *repr, uint64_t object,
					     const struct class *class);

/** How objects of a type are written. Lists of these end with one without a format. */
struct formatter {
	/**
	 * Of a type made in C its tp_name; of one made in Python "module.qualname" of the
	 * class whose __repr__ it is.
	 */
	const char *name;
	format_fn format;
	/**
	 * Of a class whose name can be any, such as a namedtuple: whether it is of that
	 * sort. NULL where the name decides.
	 *
	 * @param definer The class that defines __repr__. @param function Its __repr__; 0
	 * of a type made in C.
	 */
	bool (*recognize)(struct repr *repr, const struct class *definer,
			  uint64_t function);
	/** It is written without running what the class has as its __repr__, or says less:
	 *  struct pyinspect_value.has_custom_repr. */
	bool is_custom;
};

/** Names that were looked for in a class, and are remembered. */
#define CLASS_NAMES_KEPT 16

struct class
{
	uint64_t address, flags, basic_size;
	/** tp_name, and __name__. */
	const char *name, *short_name;
	/** As type.__module__ and type.__qualname__ have it (2.7: __name__); NULL if it
	 *  isn't known, or is no str. */
	const char *module, *qualname;
	/** Made at run time, not static. */
	bool is_heap;
	/** Made by C code, at run time or not: its tp_name says what it is. A class made in
	 *  Python may have any name. */
	bool is_c;
	/** NULL until class_of() was asked for it. */
	const struct formatter *formatter;
	/** The class among its bases that the formatter is of. */
	const struct class *base;
	/** As the formatter's; or it is described, and has a __repr__ of its own. */
	bool is_custom;
	/** What class_dict_find() has found under some names, which are not copied. */
	struct {
		const char *name;
		uint64_t value;
	} kept[CLASS_NAMES_KEPT];
	size_t kept_count;
};

/** Bases that are looked at. */
#define MRO_MAX 256

/** The class of an object, with its formatter; in the arena, each is read once. */
struct pyinspect_error *class_of(struct repr *repr, uint64_t object,
				 const struct class **ret);

/** The class at an address, perhaps without its formatter. */
struct pyinspect_error *class_at(struct repr *repr, uint64_t address,
				 const struct class **ret);

/** The same; NULL if it can't be read. */
const struct class *class_try(struct repr *repr, uint64_t address);

/** The name that type.__name__ has. */
const char *class_short_name(const struct class *class);

/** The name that repr() of a container in C begins with: that of the object's class, or
 *  that of the type in C. */
const char *class_repr_name(const struct repr *repr, const struct class *class);

/** tp_name behind the last dot, as _PyType_Name() gives it. */
const char *class_last_name(const struct class *class);

/** tp_repr of class->base is its own: not what the type that it is based on has. */
bool class_has_own_repr(const struct repr *repr, const struct class *class);

/**
 * "module.qualname"; tp_name for classes of builtins and without a module: in the arena.
 *
 * CPython: Objects/typeobject.c, object_repr() and type_repr().
 */
const char *class_full_name(struct repr *repr, const struct class *class);

/** Class number index of the method resolution order, itself the first; 0 behind the last.
 */
uint64_t class_mro(const struct repr *repr, const struct class *class, size_t index);

/** What a class itself has under a name in its __dict__; 0 if nothing. The name has to
 *  live as long as the repr. */
uint64_t class_dict_find(const struct repr *repr, uint64_t class, const char *name);

/** What a class or a base of it has under a name; 0 if nothing. */
uint64_t class_lookup(const struct repr *repr, const struct class *class, const char *name);

#endif
