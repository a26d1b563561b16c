/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "output/output.h"

/* The library next to this one: only who asks for JSON pays for loading it. */
#define JSON_LIBRARY "libpyinspect-json.so"

struct pyinspect_error *json_output_find(const struct output_ops **ret)
{
	Dl_info self;
	struct text path = {0};
	if (dladdr((void *)json_output_find, &self) && strrchr(self.dli_fname, '/'))
		text_append(&path, self.dli_fname,
			    (size_t)(strrchr(self.dli_fname, '/') + 1 - self.dli_fname));
	text_append_string(&path, JSON_LIBRARY);
	if (path.failed) {
		free(path.data);
		return &error_no_memory;
	}
	void *library = dlopen(path.data, RTLD_NOW | RTLD_LOCAL);
	free(path.data);
	const struct output_ops *ops = library ? dlsym(library, JSON_OUTPUT_SYMBOL) : NULL;
	if (!ops)
		return error_create(PYINSPECT_ERROR_SYSTEM,
				    "can't load the writer of JSON: %s; pyinspect is not "
				    "installed as a whole",
				    dlerror());
	*ret = ops;
	return NULL;
}
