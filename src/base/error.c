/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct pyinspect_error {
	enum pyinspect_error_code code;
	uint64_t address;
	char *file;
	char *message;
};

struct pyinspect_error error_no_memory = {
	.code = PYINSPECT_ERROR_NO_MEMORY,
	.message = (char *)"out of memory",
};

static struct pyinspect_error *create(enum pyinspect_error_code code, const char *format,
				      va_list arguments)
{
	struct pyinspect_error *error = calloc(1, sizeof(*error));
	if (!error)
		return &error_no_memory;
	error->code = code;
	if (vasprintf(&error->message, format, arguments) < 0) {
		free(error);
		return &error_no_memory;
	}
	return error;
}

struct pyinspect_error *error_create(enum pyinspect_error_code code, const char *format,
				     ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pyinspect_error *error = create(code, format, arguments);
	va_end(arguments);
	return error;
}

struct pyinspect_error *error_at(enum pyinspect_error_code code, uint64_t address,
				 const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pyinspect_error *error = create(code, format, arguments);
	va_end(arguments);
	if (error != &error_no_memory)
		error->address = address;
	return error;
}

static struct pyinspect_error *prefix(struct pyinspect_error *error, const char *format,
				      va_list arguments)
{
	if (error == &error_no_memory)
		return error;
	char *context;
	if (vasprintf(&context, format, arguments) < 0)
		return error;
	char *message;
	if (asprintf(&message, "%s: %s", context, error->message) >= 0) {
		free(error->message);
		error->message = message;
	}
	free(context);
	return error;
}

struct pyinspect_error *error_system(int number, const char *file, const char *format, ...)
{
	char text[128];
	struct pyinspect_error *error = error_create(
		PYINSPECT_ERROR_SYSTEM, "%s", strerror_r(number, text, sizeof(text)));
	if (error == &error_no_memory)
		return error;
	error->file = file ? strdup(file) : NULL;
	va_list arguments;
	va_start(arguments, format);
	prefix(error, format, arguments);
	va_end(arguments);
	return error;
}

struct pyinspect_error *error_context(struct pyinspect_error *error, const char *format,
				      ...)
{
	va_list arguments;
	va_start(arguments, format);
	prefix(error, format, arguments);
	va_end(arguments);
	return error;
}

PYINSPECT_EXPORT enum pyinspect_error_code pyinspect_error_code(
	const struct pyinspect_error *error)
{
	return error->code;
}

PYINSPECT_EXPORT const char *pyinspect_error_message(const struct pyinspect_error *error)
{
	return error->message;
}

PYINSPECT_EXPORT uint64_t pyinspect_error_address(const struct pyinspect_error *error)
{
	return error->address;
}

PYINSPECT_EXPORT const char *pyinspect_error_file(const struct pyinspect_error *error)
{
	return error->file;
}

PYINSPECT_EXPORT void pyinspect_error_free(struct pyinspect_error *error)
{
	if (!error || error == &error_no_memory)
		return;
	free(error->message);
	free(error->file);
	free(error);
}
