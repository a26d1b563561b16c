/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * The lock that lets one thread at a time run Python.
 *
 * CPython: Include/internal/pycore_gil.h; Python/ceval_gil.c, Python/ceval_gil.h
 * before 3.12.
 */
#ifndef RUNTIME_GIL_H
#define RUNTIME_GIL_H

#include "runtime/runtime.h"

/** Fill what a raw_interpreter says of its GIL. */
void gil_read(const struct runtime *runtime, struct raw_interpreter *interpreter);

#endif
