/* SPDX-License-Identifier: LGPL-2.1-or-later */
/** Walks over the versions that there is a layout for. */
#ifndef UNIT_VERSIONS_H
#define UNIT_VERSIONS_H

#include "objects.h"

static inline uint32_t version_at(size_t index)
{
	const struct dialect *dialect = dialect_at(index);
	return VERSION((uint32_t)dialect->major, (uint32_t)dialect->minor);
}

/** Run a block in a new world of each version. */
#define FOR_EACH_VERSION(world)                                                            \
	for (size_t version_ = 0; version_ < dialect_count; version_++)                    \
		for (bool once_ = (world_init(world, version_at(version_)), true); once_;  \
		     once_ = (world_deinit(world), false))

/** The same for versions whose str is text. */
#define FOR_EACH_VERSION_3(world)                                                          \
	FOR_EACH_VERSION(world)                                                            \
	if (!(world)->layout.dialect->bytes_are_str)

#endif
