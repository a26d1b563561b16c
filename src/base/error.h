/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Errors that say what failed, where and why.
 *
 * A function that can fail returns NULL or one of these; who gets one either
 * returns it, with context added, or frees it and shows its text as a problem.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "pyinspect.h"

/** Out of memory: one object for all, never freed. */
extern struct pyinspect_error error_no_memory;

/** @return The new error, or &error_no_memory; never NULL. */
struct pyinspect_error *error_create(enum pyinspect_error_code code, const char *format,
				     ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** An error at an address of the target: FAULT or BAD_DATA. */
struct pyinspect_error *error_at(enum pyinspect_error_code code, uint64_t address,
				 const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/** A system call that failed on a file: the sentence, a colon, strerror(number). */
struct pyinspect_error *error_system(int number, const char *file, const char *format, ...)
	__attribute__((format(printf, 3, 4), returns_nonnull));

/** Put "format: " before the message of an error; returns the same error. */
struct pyinspect_error *error_context(struct pyinspect_error *error, const char *format,
				      ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

#endif
