/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * Which ELF files the dynamic loader has mapped, by the loader's own list: for a target
 * that can't list its mappings, as a debugger's can't.
 */
#ifndef MODULES_LINK_MAP_H
#define MODULES_LINK_MAP_H

#include "target/target.h"

/**
 * Call back for the start of each file that the loader has mapped, the executable first.
 *
 * The list is found by the symbol _r_debug, else by the program headers of the executable
 * (its auxiliary vector tells where they are). A mapping is as large as is surely the
 * file's: a page. The name of the executable isn't in the list: it is "executable".
 *
 * @return NULL; BAD_DATA if the target tells neither; what was called back for stays, if
 * the list breaks off.
 *
 * glibc: elf/link.h, struct r_debug and struct link_map.
 */
struct pyinspect_error *link_map_list(struct target *target, mapping_fn callback,
				      void *context);

#endif
