/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "target/helper.h"
#include "target/mappings.h"

/* Which file this code is of. */
struct own_file {
	uint64_t address;
	char *path;
};

static bool find_own_file(void *context, const struct mapping *mapping)
{
	struct own_file *own = context;
	if (own->address < mapping->start || own->address >= mapping->end)
		return true;
	own->path = strdup(mapping->path);
	return false;
}

/* Of the library, or of the command, which may have the library in it. */
static char *own_path(bool *is_command_ret)
{
	char executable[4096];
	struct own_file own = {.address = (uint64_t)(uintptr_t)own_path};
	cleanup_close int self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self >= 0)
		pyinspect_error_free(mappings_read(self, find_own_file, &own));
	ssize_t length = readlink("/proc/self/exe", executable, sizeof(executable) - 1);
	executable[length > 0 ? length : 0] = '\0';
	*is_command_ret = own.path && strcmp(own.path, executable) == 0;
	return own.path;
}

/* Next to that file in the folder of a build, else where it was installed. */
char *helper_find(const char *name)
{
	bool is_command;
	cleanup_free char *own = own_path(&is_command);
	const char *slash = own ? strrchr(own, '/') : NULL;
	const char *const places[] = {"", is_command ? HELPER_FROM_COMMAND "/"
						     : HELPER_FROM_LIBRARY "/"};
	for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++) {
		struct text path = {0};
		if (places[i][0] != '/')
			text_append(&path, own, (size_t)(slash + 1 - own));
		text_append_string(&path, places[i]);
		text_append_string(&path, name);
		if (!path.failed && access(path.data, X_OK) == 0)
			return path.data;
		free(path.data);
	}
	return NULL;
}
