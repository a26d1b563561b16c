/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Methods that are no objects of the process. */
#ifndef REPR_CALLABLES_H
#define REPR_CALLABLES_H

#include "repr/repr.h"

/**
 * Write what repr() of a function bound to an object would be.
 *
 * @param function A function, or a method or slot wrapper of a type in C.
 * @return __name__ of the type that the bound one would have.
 */
const char *method_write(struct repr *repr, uint64_t function, uint64_t self);

#endif
