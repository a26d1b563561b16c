/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "modules/image.h"
#include "runtime/candidate.h"
#include "target/root.h"

void notes_add(struct notes *notes, const char *format, ...)
{
	va_list arguments;
	char *text;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (length < 0)
		return;
	char *copy = arena_copy(&notes->arena, text, (size_t)length);
	if (copy && !array_push(notes, copy))
		notes->count = 0;
	free(text);
}

void runtime_deinit(struct runtime *runtime)
{
	free(runtime->library);
	free(runtime->doubt);
	free(runtime->notes.items);
	arena_deinit(&runtime->notes.arena);
	*runtime = (struct runtime){0};
}

/* Other Pythons, which have none of CPython's structures, by names of their files. */
static const struct {
	const char *name, *sentence;
} other_pythons[] = {
	{"pypy",
	 "it runs PyPy, whose structures pyinspect does not know: it reads CPython"},
	{"micropython",
	 "it runs MicroPython, whose structures pyinspect does not know: it reads CPython"},
	{"graalpy",
	 "it runs GraalPy, whose structures pyinspect does not know: it reads CPython"},
};

static struct pyinspect_error *not_found(const struct target *target,
					 const struct images *images,
					 const char *executable)
{
	for (size_t i = 0; i < images->count; i++)
		for (size_t j = 0; j < sizeof(other_pythons) / sizeof(other_pythons[0]);
		     j++)
			if (strstr(image_name(&images->items[i]), other_pythons[j].name))
				return error_create(PYINSPECT_ERROR_NOT_PYTHON, "%s",
						    other_pythons[j].sentence);
	/* Before the loader has mapped its library, a Python is no Python. */
	bool may_be = executable && !target->core && strstr(executable, "python");
	const struct dialect *first = dialect_at(0), *last = dialect_at(dialect_count - 1);
	return error_create(
		PYINSPECT_ERROR_NOT_PYTHON,
		"it is not a Python process: %s%s%snone of its mapped files is a CPython of "
		"a version from %u.%u to %u.%u%s",
		executable ? "it runs " : "", executable ? executable : "",
		executable ? ", and " : "", first->major, first->minor, last->major,
		last->minor, may_be ? "; it may be just starting: try again" : "");
}

static struct pyinspect_error *accept(struct runtime *runtime, const struct target *target,
				      const struct image *image)
{
	char version[24];
	hexversion_text(runtime->hexversion, version);
	if (image) {
		runtime->library = target->process
					   ? root_inner_path(target->process, image->path)
					   : strdup(image->path);
		if (!runtime->library)
			return &error_no_memory;
	}
	notes_add(&runtime->notes, "runtime: %s%s at 0x%llx%s%s, Python %s",
		  runtime->address ? "_PyRuntime" : "interp_head",
		  runtime->is_debug ? " of a debug build" : "",
		  (unsigned long long)(runtime->address ? runtime->address
							: runtime->head_pointer),
		  image ? " in " : "", image ? runtime->library : "", version);
	return NULL;
}

static struct pyinspect_error *try_image(struct target *target,
					 struct runtime_search *search,
					 struct runtime *runtime, struct image *image,
					 bool *found_ret)
{
	struct scope scope = {.target = target, .image = image, .search = search};
	struct runtime attempt = {
		.view = {.memory = &target->memory, .layout = &attempt.layout}};
	struct pyinspect_error *error = candidate_try(&attempt, &scope, found_ret);
	if (!error && *found_ret)
		error = accept(&attempt, target, image);
	if (error || !*found_ret) {
		runtime_deinit(&attempt);
		return error ? (image ? error_context(error, "%s", image->path) : error)
			     : NULL;
	}
	*runtime = attempt;
	runtime->view.layout = &runtime->layout;
	return NULL;
}

static bool is_named_python(const struct image *image)
{
	const char *name = image_name(image);
	return strncmp(name, "libpython", strlen("libpython")) == 0 ||
	       strncmp(name, "python", strlen("python")) == 0;
}

/* A file may be mapped more than once. */
static bool is_mapped_before(const struct images *images, size_t index)
{
	const struct image *image = &images->items[index];
	for (size_t i = 0; i < index; i++)
		if (images->items[i].device == image->device &&
		    images->items[i].inode == image->inode)
			return true;
	return false;
}

/* One Python runs. Others are looked for only where they are likely: the wanted one may
 * be among them, and of the rest it is good to know. */
static void search_others(struct target *target, struct runtime_search *search,
			  struct images *images, size_t index, struct runtime *ret)
{
	size_t count = 1;
	for (size_t i = index + 1; i < images->count; i++) {
		struct runtime other = {0};
		bool found = false;
		if (!is_named_python(&images->items[i]) || is_mapped_before(images, i))
			continue;
		cleanup_error struct pyinspect_error *error =
			try_image(target, search, &other, &images->items[i], &found);
		if (error || !found)
			continue;
		if (count++ == search->wanted) {
			runtime_deinit(ret);
			*ret = other;
			ret->view.layout = &ret->layout;
		} else {
			runtime_deinit(&other);
		}
	}
	ret->of_count = count;
}

static struct pyinspect_error *check_wanted(const struct runtime_search *search,
					    struct runtime *runtime)
{
	size_t count = runtime->of_count;
	if (search->wanted < count)
		return NULL;
	runtime_deinit(runtime);
	return error_create(
		PYINSPECT_ERROR_ARGUMENT,
		"there is no Python number %zu in it, or no more: the last one is %zu",
		search->wanted, count - 1);
}

static struct pyinspect_error *search_images(struct target *target,
					     struct runtime_search *search,
					     struct images *images, struct runtime *ret)
{
	struct pyinspect_error *first = NULL;
	for (size_t i = 0; i < images->count; i++) {
		bool found = false;
		struct pyinspect_error *error =
			try_image(target, search, ret, &images->items[i], &found);
		if (!error && found) {
			pyinspect_error_free(first);
			search_others(target, search, images, i, ret);
			return check_wanted(search, ret);
		}
		/* The first reason is that of the likeliest file. */
		if (error && !first)
			first = error;
		else
			pyinspect_error_free(error);
	}
	return first ? first : not_found(target, images, search->executable);
}

/* What the target knows by name, where its images lead nowhere: the error says why. */
static struct pyinspect_error *search_symbols(struct target *target,
					      struct runtime_search *search,
					      const struct images *images,
					      struct runtime *ret,
					      struct pyinspect_error *error)
{
	bool found = false;
	struct pyinspect_error *second = try_image(target, search, ret, NULL, &found);
	ret->of_count = found;
	if (!second && !found)
		second = images->count ? NULL : not_found(target, images, NULL);
	if (!found && !second)
		return error;
	pyinspect_error_free(error);
	return second;
}

struct pyinspect_error *runtime_find(struct target *target, struct runtime_search *search,
				     struct runtime *ret)
{
	struct images images = {0};
	struct pyinspect_error *error = images_list(target, search->executable, &images);
	if (!error)
		error = search_images(target, search, &images, ret);
	if (error && target->ops->symbol)
		error = search_symbols(target, search, &images, ret, error);
	images_deinit(&images);
	return error;
}
