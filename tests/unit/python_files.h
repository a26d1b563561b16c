/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Files of the Pythons on this machine: read, never run. */
#ifndef UNIT_PYTHON_FILES_H
#define UNIT_PYTHON_FILES_H

#include <glob.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Add what matches a pattern below a folder that the environment names. */
static inline void add_files(glob_t *files, const char *variable, const char *fallback,
			     const char *pattern)
{
	char path[4096];
	const char *folder = getenv(variable), *home = getenv("HOME");
	if (folder)
		snprintf(path, sizeof(path), "%s/%s", folder, pattern);
	else
		snprintf(path, sizeof(path), "%s/%s/%s", home ? home : "", fallback,
			 pattern);
	glob(path, GLOB_BRACE | (files->gl_pathc ? GLOB_APPEND : 0), NULL, files);
}

/** Interpreters built by pyenv (with debugging information), and those of Debian. */
static inline void find_python_files(glob_t *files)
{
	*files = (glob_t){0};
	add_files(files, "PYENV_ROOT", ".pyenv",
		  "versions/*/lib/libpython[23].[0-9]*.so.1.0");
	add_files(
		files, "PYINSPECT_CACHE", ".cache/pyinspect",
		"roots/*/usr/bin/python{2.7,2.7-dbg,3.[0-9],3.[0-9]d,3.1[0-9],3.1[0-9]d}");
	add_files(files, "PYINSPECT_CACHE", ".cache/pyinspect",
		  "roots/*/usr/lib/x86_64-linux-gnu/libpython3.[0-9]*.so.1.0");
}

/** Is it a debug build, by the name that Debian gives it? */
static inline bool is_debug_name(const char *file)
{
	size_t length = strlen(file);
	return length > 4 &&
	       (file[length - 1] == 'd' || strcmp(file + length - 4, "-dbg") == 0 ||
		strstr(file, "d.so."));
}

/** hexversion without patch level of a file named pythonX.Y; 0 if it isn't named so. */
static inline uint32_t version_of_name(const char *file)
{
	unsigned int major, minor;
	const char *name = strrchr(file, '/');
	name = name ? strstr(name, "python") : NULL;
	if (!name || sscanf(name, "python%u.%u", &major, &minor) != 2)
		return 0;
	return major << 24 | minor << 16;
}

#endif
