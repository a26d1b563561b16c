/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** All that can be written, by the file that does it. Lists end with an empty entry. */
#ifndef REPR_FORMATTERS_H
#define REPR_FORMATTERS_H

#include "repr/class.h"

/** None, bool, int, float, complex and the like. */
extern const struct formatter scalar_formatters[];
/** str, bytes, bytearray; 2.7's str and unicode. */
extern const struct formatter string_formatters[];
/** list, tuple, set, dict. */
extern const struct formatter container_formatters[];
/** object.__repr__, and what stands for a __repr__ that isn't known. */
extern const struct formatter instance_formatters[];

/** Functions, methods, descriptors, code. */
extern const struct formatter callable_formatters[];
/** functools.partial and the like. */
extern const struct formatter partial_formatters[];
/** Classes, and what is made from them; metaclasses in Python. */
extern const struct formatter class_formatters[];
extern const struct formatter metaclass_formatters[];
extern const struct formatter module_formatters[];
extern const struct formatter exception_formatters[];
extern const struct formatter datetime_formatters[];
/** Decimal in C; in Python, and Fraction. */
extern const struct formatter decimal_formatters[];
extern const struct formatter python_number_formatters[];
/** UUID, and those of ipaddress. */
extern const struct formatter address_formatters[];
extern const struct formatter path_formatters[];
/** Of logging, argparse and subprocess. */
extern const struct formatter library_formatters[];

/** Classes in Python, of the standard library and made by it. */
extern const struct formatter python_formatters[];

/** For a type that no formatter is known for. */
extern const struct formatter opaque_formatter;

#endif
