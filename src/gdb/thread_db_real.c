/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "gdb/thread_db_real.h"

#define NAME "libthread_db.so.1"

static const char *const folders[] = {
#if defined(__x86_64__)
	"/lib/x86_64-linux-gnu",
	"/usr/lib/x86_64-linux-gnu",
#elif defined(__aarch64__)
	"/lib/aarch64-linux-gnu",
	"/usr/lib/aarch64-linux-gnu",
#endif
	"/lib64",
	"/usr/lib64",
	"/lib",
	"/usr/lib",
};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* How many files may be it: by its name, beside GDB's C library, in the folders. */
#define PLACES (FOLDERS + 2)

static void *library;
static struct thread_db functions;
/* Targets for which it is open. */
static size_t agents;

static void unload(void)
{
	if (library)
		dlclose(library);
	library = NULL;
	functions = (struct thread_db){0};
}

__attribute__((destructor)) static void unload_at_end(void)
{
	unload();
}

static const char *beside_c_library(char path[static PATH_MAX])
{
	Dl_info info;
	if (!dladdr((void *)snprintf, &info) || !info.dli_fname)
		return NULL;
	const char *slash = strrchr(info.dli_fname, '/');
	int length = slash ? (int)(slash - info.dli_fname) : 0;
	int written = snprintf(path, PATH_MAX, "%.*s/" NAME, length, info.dli_fname);
	return slash && written < PATH_MAX ? path : NULL;
}

static const char *name_place(size_t number, char path[static PATH_MAX])
{
	if (number == 0)
		return NAME;
	if (number == 1)
		return beside_c_library(path);
	snprintf(path, PATH_MAX, "%s/" NAME, folders[number - 2]);
	return path;
}

/* Where LD_LIBRARY_PATH leads to our folder, what GDB knows by the name is ours. */
static void *open_other(const char *path)
{
	void *opened = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	void *init = opened ? dlsym(opened, "td_init") : NULL;
	if (init && init != (void *)td_init)
		return opened;
	if (opened)
		dlclose(opened);
	return NULL;
}

static void use(void *opened)
{
	unload();
	library = opened;
#define OURS(name, parameters)              functions.name = (__typeof__(name) *)dlsym(library, #name);
#define PASSED(name, parameters, arguments) OURS(name, parameters)
#include "gdb/thread_db_functions.def"
#undef OURS
#undef PASSED
}

static td_err_e open_in_use(struct ps_prochandle *target, td_thragent_t **agent_ret)
{
	if (!functions.td_ta_new)
		return TD_NOLIBTHREAD;
	td_err_e error = functions.td_ta_new(target, agent_ret);
	if (error == TD_OK)
		agents++;
	return error;
}

/* To ask one takes GDB milliseconds, so each file is asked once. */
struct tried {
	struct stat files[PLACES];
	size_t count;
};

static bool is_new(struct tried *tried, void *opened)
{
	Dl_info info;
	struct stat file;
	if (!dladdr(dlsym(opened, "td_init"), &info) || stat(info.dli_fname, &file) != 0)
		return false;
	for (size_t i = 0; i < tried->count; i++)
		if (tried->files[i].st_ino == file.st_ino &&
		    tried->files[i].st_dev == file.st_dev)
			return false;
	tried->files[tried->count++] = file;
	return true;
}

static td_err_e try_library(void *opened, struct ps_prochandle *target,
			    td_thragent_t **agent_ret)
{
	use(opened);
	td_err_e error = functions.td_init();
	return error == TD_OK ? open_in_use(target, agent_ret) : error;
}

static td_err_e try_places(struct ps_prochandle *target, td_thragent_t **agent_ret)
{
	char path[PATH_MAX];
	struct tried tried = {.count = 0};
	td_err_e first = TD_NOLIBTHREAD;
	for (size_t i = 0; i < PLACES; i++) {
		void *opened = open_other(name_place(i, path));
		if (opened && !is_new(&tried, opened)) {
			dlclose(opened);
			continue;
		}
		td_err_e error =
			opened ? try_library(opened, target, agent_ret) : TD_NOLIBTHREAD;
		if (error == TD_OK)
			return TD_OK;
		first = opened && tried.count == 1 ? error : first;
	}
	unload();
	return first;
}

const struct thread_db *thread_db_real(void)
{
	return &functions;
}

td_err_e thread_db_open(struct ps_prochandle *target, td_thragent_t **agent_ret)
{
	if (library) {
		td_err_e error = open_in_use(target, agent_ret);
		if (error == TD_OK || agents)
			return error;
	}
	return try_places(target, agent_ret);
}

td_err_e thread_db_close(td_thragent_t *agent)
{
	td_err_e error = functions.td_ta_delete ? functions.td_ta_delete(agent) : TD_BADTA;
	if (error == TD_OK && agents)
		agents--;
	return error;
}
