/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * A layout from the debugging information of the file that the layout is of.
 *
 * Complete for every version, vendors' patches included. It takes 2 to 10 ms, and
 * 30 to 110 where the sections are compressed (Debian): worth caching by build-id.
 */
#ifndef LAYOUT_FROM_DWARF_H
#define LAYOUT_FROM_DWARF_H

struct layout;
struct pyinspect_error;

/**
 * Fill a layout from the DWARF of an executable, a library or a detached debug
 * file; what was there is lost. That the file belongs to the target (by its
 * build-id) is the caller's business.
 *
 * @param layout Members that the file's CPython lacks are absent. No dialect is
 * set. Unchanged on failure.
 * @return NULL, or an error the caller frees: SYSTEM when the file can't be
 * opened, BAD_DATA when it is no ELF file or when a member has another size than
 * fields.def says, UNSUPPORTED when it has no DWARF, NOT_PYTHON when its DWARF
 * knows nothing of interpreters, threads and code.
 */
struct pyinspect_error *layout_from_dwarf(const char *file, struct layout *layout);

/** The same for an open file, which stays open; file is for messages only. */
struct pyinspect_error *layout_from_dwarf_fd(int fd, const char *file,
					     struct layout *layout);

/**
 * The same for a file that shares debugging information with others.
 *
 * @param shared_fd What dwz(1) has taken out of several files (.gnu_debugaltlink);
 * -1 if there is none.
 */
struct pyinspect_error *layout_from_dwarf_fds(int fd, int shared_fd, const char *file,
					      struct layout *layout);

/**
 * Add what an extension module's DWARF says of structs that the layout knows nothing of:
 * some builds have in modules of their own what others have in the interpreter.
 *
 * @return As layout_from_dwarf(), but never NOT_PYTHON.
 */
struct pyinspect_error *layout_add_from_dwarf(const char *file, struct layout *layout);

#endif
