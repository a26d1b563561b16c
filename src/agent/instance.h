/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * What is known of a Bdb: which of its methods are ours, and whether its attributes are
 * just what is in its dictionary.
 *
 * It is found out when an instance's dictionary has grown or shrunk, and else again after
 * some thousand questions.
 */
#ifndef AGENT_INSTANCE_H
#define AGENT_INSTANCE_H

#include "agent/value.h"

struct instance {
	struct instance *next;
	struct object *self;       /* as a number only */
	struct object *reference;  /* a weak one, which ends the entry */
	struct object *dictionary; /* the instance's, valid until something runs */
	long size;
	bool overridden[NAME_COUNT];
	bool any;
	/* What was found out about the class, and for how many more questions that holds.
	 */
	bool plain, direct;
	int trust;
};

/** Descriptors of our methods. */
extern struct object *bdb_own_methods[NAME_COUNT];

/** What is known, as true as it is now. NULL without an exception if there is no dictionary
 * yet. */
struct instance *instance_known(struct object *self);

/** An attribute of an instance that is `direct`. Borrowed; NULL without an exception if it
 * isn't there. */
static inline struct object *instance_attribute(const struct instance *instance,
						enum name name)
{
	return py.PyDict_GetItem(instance->dictionary, names[name]);
}

#endif
