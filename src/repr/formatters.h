/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** All that can be written, by the file that does it. Lists end with an empty entry. */
#ifndef REPR_FORMATTERS_H
#define REPR_FORMATTERS_H

#include "repr/class.h"

/** None, bool and other objects that say their name. */
extern const struct formatter scalar_formatters[];
/** int, float, complex; 2.7's int and long. */
extern const struct formatter number_formatters[];
/** range, slice; 2.7's xrange. */
extern const struct formatter range_formatters[];
/** str, bytes, bytearray; 2.7's str and unicode. */
extern const struct formatter string_formatters[];
/** list, tuple, dict. */
extern const struct formatter container_formatters[];
/** set, frozenset. */
extern const struct formatter set_formatters[];
/** OrderedDict, defaultdict, mappingproxy, views of dicts, SimpleNamespace. */
extern const struct formatter mapping_formatters[];
/** deque, array. */
extern const struct formatter sequence_formatters[];
/** ContextVar and its tokens. */
extern const struct formatter context_formatters[];
/** time.struct_time and its like, whatever they are called. */
extern const struct formatter structseq_formatters[];
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

/** Described, because repr() would say less: C types. */
extern const struct formatter generator_formatters[];
extern const struct formatter array_formatters[];
/** ctypes. */
extern const struct formatter ctypes_formatters[];
extern const struct formatter ctypes_classes[];
extern const struct formatter pattern_formatters[];
extern const struct formatter task_formatters[];
extern const struct formatter reference_formatters[];
extern const struct formatter iterator_formatters[];
extern const struct formatter socket_formatters[];
extern const struct formatter file_formatters[];
extern const struct formatter frame_formatters[];
extern const struct formatter lock_formatters[];
extern const struct formatter synchronization_formatters[];

/** Described, too: classes in Python by their "module.qualname", whatever their __repr__
 *  is. */
extern const struct formatter lock_classes[];
extern const struct formatter reference_classes[];
extern const struct formatter socket_classes[];
extern const struct formatter synchronization_classes[];
extern const struct formatter thread_classes[];

/** Classes in Python, of the standard library and made by it. */
extern const struct formatter python_formatters[];

/** Classes with fields: namedtuple, dataclass. */
extern const struct formatter record_formatters[];
/** Enumerations and their members. */
extern const struct formatter enum_formatters[];
/** Counter, ChainMap, UserDict and others of the standard library. */
extern const struct formatter collection_formatters[];

/** For a type that no formatter is known for. */
extern const struct formatter opaque_formatter;

#endif
