/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Variables that clean up after themselves when their scope ends. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

static inline void cleanup_free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

static inline void cleanup_close_fd(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_error_pointer(struct pyinspect_error **error)
{
	pyinspect_error_free(*error);
}

/** free() what it points to. */
#define cleanup_free __attribute__((cleanup(cleanup_free_pointer)))
/** close() the descriptor; a negative one is none. */
#define cleanup_close __attribute__((cleanup(cleanup_close_fd)))
/** Free the error: for code that goes on without what failed. */
#define cleanup_error __attribute__((cleanup(cleanup_error_pointer)))

/** Hand a pointer on, out of a cleanup variable. */
#define take_pointer(pointer)                                                              \
	({                                                                                 \
		__typeof__(pointer) taken_ = (pointer);                                    \
		(pointer) = NULL;                                                          \
		taken_;                                                                    \
	})

/** Hand a descriptor on, out of a cleanup variable. */
static inline int take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

#endif
