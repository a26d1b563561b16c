/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** The libthread_db that belongs to the target's C library, which ours stands before. */
#ifndef GDB_THREAD_DB_REAL_H
#define GDB_THREAD_DB_REAL_H

/* What the system declares is what we export, and what GDB does. */
#pragma GCC visibility push(default)
#include <proc_service.h>
#include <thread_db.h>
#pragma GCC visibility pop

/** Its functions by their names, each NULL where it has none. */
struct thread_db {
#define OURS(name, parameters)              __typeof__(name) *name;
#define PASSED(name, parameters, arguments) __typeof__(name) *name;
#include "gdb/thread_db_functions.def"
#undef OURS
#undef PASSED
};

/** The one that is in use; all functions NULL if none is. */
const struct thread_db *thread_db_real(void);

/**
 * Find one that knows the target, and open it there: the one that is in use, else the one
 * that GDB would have without ours, else of the system's folders. It is never ours, by
 * whichever name and path that is found.
 *
 * @return TD_NOLIBTHREAD where there is none at all; else why the first of them refuses.
 */
td_err_e thread_db_open(struct ps_prochandle *target, td_thragent_t **agent_ret);
td_err_e thread_db_close(td_thragent_t *agent);

#endif
