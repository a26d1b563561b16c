/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** `pyinspect gdb-init`: the line that teaches GDB our commands. */
#ifndef CLI_GDB_INIT_H
#define CLI_GDB_INIT_H

#include "cli/options.h"

/** Print the line for ~/.gdbinit. */
enum exit_code gdb_init(int argc, char **argv);

#endif
