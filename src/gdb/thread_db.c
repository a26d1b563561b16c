/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Another way into GDB, beside jit_reader.c: it takes this for libthread_db, which is asked
 * for threads and their variables. All is passed on to the real one. But where macros of
 * ours wait for an answer, the question for `errno` is their call.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gdb/channel.h"
#include "gdb/command.h"
#include "gdb/thread_db_real.h"

#define SCRIPT "/call.gdb"

static bool read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
	return ps_pdread(context, (psaddr_t)address, buffer, size) == PS_OK;
}

/* GDB looks at all files of the target, whichever is named. */
static uint64_t find_symbol(void *context, const char *name)
{
	psaddr_t address = NULL;
	if (ps_pglobal_lookup(context, "libpython", name, &address) != PS_OK)
		return 0;
	return (uint64_t)address;
}

/* Each command has GDB read a script: it has the file open until the command ends. */
static bool is_script_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	bool found = false;
	while (folder && !found && (entry = readdir(folder))) {
		char path[4096];
		ssize_t length =
			readlinkat(dirfd(folder), entry->d_name, path, sizeof(path));
		size_t wanted = strlen(SCRIPT);
		found = length > (ssize_t)wanted &&
			memcmp(path + length - wanted, SCRIPT, wanted) == 0;
	}
	if (folder)
		closedir(folder);
	return found;
}

/* A request of a command that was interrupted isn't carried out when the user asks for
 * `errno`. */
static bool is_asked(void)
{
	if (!request_waits_for(REQUEST_ROUTE_THREAD_DB))
		return false;
	if (is_script_open())
		return true;
	channel_write(CHANNEL_NUMBERS, "", 0);
	return false;
}

static bool answer(const td_thrhandle_t *thread)
{
	const struct thread_db *real = thread_db_real();
	struct ps_prochandle *target;
	td_thrinfo_t info;
	if (!real->td_ta_get_ph || real->td_ta_get_ph(thread->th_ta_p, &target) != TD_OK)
		return false;
	bool known = real->td_thr_get_info && real->td_thr_get_info(thread, &info) == TD_OK;
	struct debugger debugger = {
		.read = read_memory,
		.symbol = find_symbol,
		.thread_pointer = known ? (uint64_t)info.ti_tid : 0,
		.context = target,
	};
	if (channel_open())
		return false;
	channel_tell(false, command_answer(&debugger));
	return true;
}

td_err_e td_thr_tls_get_addr(const td_thrhandle_t *thread, psaddr_t map, size_t offset,
			     psaddr_t *address)
{
	const struct thread_db *real = thread_db_real();
	if (is_asked() && answer(thread)) {
		*address = NULL;
		return TD_OK;
	}
	return real->td_thr_tls_get_addr
		       ? real->td_thr_tls_get_addr(thread, map, offset, address)
		       : TD_NOCAPAB;
}

/* Asked for by GDB itself where the program is linked statically. */
td_err_e td_thr_tlsbase(const td_thrhandle_t *thread, unsigned long module, psaddr_t *base)
{
	const struct thread_db *real = thread_db_real();
	if (is_asked() && answer(thread)) {
		*base = NULL;
		return TD_OK;
	}
	return real->td_thr_tlsbase ? real->td_thr_tlsbase(thread, module, base)
				    : TD_NOCAPAB;
}

/* Which one is to be asked is known when there is a target. */
td_err_e td_init(void)
{
	return TD_OK;
}

/* Where no real one knows the target, GDB goes on to what else it has. */
td_err_e td_ta_new(struct ps_prochandle *target, td_thragent_t **agent)
{
	td_err_e error = thread_db_open(target, agent);
	if (error == TD_OK && !channel_open())
		channel_tell(false, 0);
	return error;
}

td_err_e td_ta_delete(td_thragent_t *agent)
{
	return thread_db_close(agent);
}

const char **td_symbol_list(void)
{
	static const char *none[] = {NULL};
	const struct thread_db *real = thread_db_real();
	return real->td_symbol_list ? real->td_symbol_list() : none;
}

#define OURS(name, parameters)
#define PASSED(name, parameters, arguments)                                                \
	td_err_e name parameters                                                           \
	{                                                                                  \
		const struct thread_db *real = thread_db_real();                           \
		return real->name ? real->name arguments : TD_NOCAPAB;                     \
	}
#include "gdb/thread_db_functions.def"
