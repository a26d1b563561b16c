/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/instance.h"

#include <stdlib.h>

#include "agent/bdb.h"

struct object *bdb_own_methods[NAME_COUNT];

enum { TRUST = 4096 };

static struct instance *instances;

static void instance_free(struct instance *instance)
{
	drop(instance->reference);
	free(instance);
}

static struct object *forget_instance(struct object *unused, struct object *reference)
{
	for (struct instance **link = &instances; *link; link = &(*link)->next) {
		struct instance *instance = *link;
		if (instance->reference != reference)
			continue;
		*link = instance->next;
		instance_free(instance);
		break;
	}
	return hold(none);
}

static struct method forget_function = {"forget", forget_instance, METHOD_ONE, NULL};

/*
 * Borrowed from the instance, and asked for each time: somebody may give it another one,
 * and one that we kept would keep the frames in it, and those the instance. NULL without an
 * exception if it has none yet.
 */
static struct object *dictionary_of(struct object *self)
{
	if (!py.dialect.manages_dictionaries) {
		struct object **place = py._PyObject_GetDictPtr(self);
		return place ? *place : NULL;
	}
	struct object *dictionary = py.PyObject_GenericGetDict(self, NULL);
	if (!dictionary)
		py.PyErr_Clear();
	drop(dictionary);
	return dictionary;
}

static struct instance *instance_create(struct object *self)
{
	cleanup_drop struct object *forget =
		py.PyCFunction_NewEx(&forget_function, NULL, NULL);
	cleanup_drop struct object *reference =
		forget ? py.PyWeakref_NewRef(self, forget) : NULL;
	struct instance *instance = reference ? calloc(1, sizeof(*instance)) : NULL;
	if (!instance)
		return NULL;
	instance->self = self;
	instance->reference = hold(reference);
	instance->size = -1;
	instance->next = instances;
	instances = instance;
	return instance;
}

/* The one of the last call comes first. */
static struct instance *instance_of(struct object *self)
{
	if (instances && instances->self == self)
		return instances;
	for (struct instance **link = &instances; *link; link = &(*link)->next) {
		struct instance *instance = *link;
		if (instance->self != self)
			continue;
		*link = instance->next;
		instance->next = instances;
		instances = instance;
		return instance;
	}
	return instance_create(self);
}

static void find_overrides(struct instance *instance, long size)
{
	instance->size = size;
	instance->any = false;
	for (int i = 0; i < NAME_COUNT; i++) {
		instance->overridden[i] =
			bdb_own_methods[i] &&
			py.PyDict_GetItem(instance->dictionary, names[i]) != NULL;
		instance->any |= instance->overridden[i];
	}
}

static bool is_own(struct object *self, struct instance *instance, enum name name)
{
	return py._PyType_Lookup(type_of(self), names[name]) == bdb_own_methods[name] &&
	       !instance->overridden[name];
}

/* Methods that decide where to stop. */
static const enum name decisions[] = {
	NAME_trace_dispatch,
	NAME_dispatch_line,
	NAME_dispatch_call,
	NAME_dispatch_return,
	NAME_dispatch_exception,
	NAME_dispatch_opcode,
	NAME_stop_here,
	NAME_break_here,
	NAME_break_anywhere,
	NAME__lineno_in_frame,
	NAME_canonic,
	NAME_get_break,
	NAME_start_trace,
	NAME_stop_trace,
	NAME_disable_current_event,
	NAME_restart_events,
	NAME_is_skipped_module,
	NAME__set_stopinfo,
	NAME__set_trace_opcodes,
};

/* Attributes that are read and written often. */
static const enum name attributes[] = {
	NAME_quitting,  NAME_stopframe,  NAME_returnframe,   NAME_stoplineno,
	NAME_botframe,  NAME_enterframe, NAME_cmdframe,      NAME_cmdlineno,
	NAME_skip,      NAME_breaks,     NAME_trace_opcodes, NAME_monitoring_tracer,
	NAME_currentbp, NAME_fncache,
};

static bool is_decision[NAME_COUNT];

static bool decides(struct object *self, struct instance *instance)
{
	for (size_t i = 0; i < sizeof(decisions) / sizeof(*decisions); i++) {
		is_decision[decisions[i]] = true;
		if (!is_own(self, instance, decisions[i]))
			return false;
	}
	return true;
}

/* A property in a class, or a __setattr__, would be passed by. */
static bool has_free_attributes(struct object *self)
{
	struct object *type = type_of(self);
	if (py._PyType_Lookup(type, names[NAME___setattr__]) !=
		    py._PyType_Lookup(py.PyBaseObject_Type, names[NAME___setattr__]) ||
	    py._PyType_Lookup(type, names[NAME___getattribute__]) !=
		    py._PyType_Lookup(py.PyBaseObject_Type, names[NAME___getattribute__]))
		return false;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (py._PyType_Lookup(type, names[attributes[i]]))
			return false;
	return true;
}

static void look(struct object *self, struct instance *instance, long size)
{
	if (size != instance->size)
		find_overrides(instance, size);
	instance->plain = decides(self, instance);
	instance->direct = has_free_attributes(self);
	instance->trust = TRUST;
}

struct instance *instance_known(struct object *self)
{
	struct instance *instance = instance_of(self);
	if (!instance) {
		py.PyErr_Clear();
		return NULL;
	}
	instance->dictionary = dictionary_of(self);
	if (!instance->dictionary)
		return NULL;
	long size = py.PyDict_Size(instance->dictionary);
	if (size != instance->size || --instance->trust < 0)
		look(self, instance, size);
	return instance;
}

bool bdb_is_plain(struct object *self)
{
	struct instance *instance = instance_known(self);
	return instance && instance->plain;
}

void bdb_look_again(void)
{
	for (struct instance *instance = instances; instance; instance = instance->next)
		instance->trust = 0;
}

bool bdb_own(struct object *self, enum name name)
{
	struct instance *instance = instance_known(self);
	if (!instance)
		return py._PyType_Lookup(type_of(self), names[name]) ==
		       bdb_own_methods[name];
	return (instance->plain && is_decision[name]) || is_own(self, instance, name);
}

struct object *state_get(struct object *self, enum name name)
{
	struct instance *instance = instance_known(self);
	struct object *value =
		instance && instance->direct
			? py.PyDict_GetItem(instance->dictionary, names[name])
			: NULL;
	return value ? hold(value) : get(self, name);
}

int state_set(struct object *self, enum name name, struct object *value)
{
	struct instance *instance = instance_known(self);
	if (instance && instance->direct)
		return py.PyDict_SetItem(instance->dictionary, names[name], value);
	return set(self, name, value);
}

int state_set_new(struct object *self, enum name name, struct object *value)
{
	int result = value ? state_set(self, name, value) : -1;
	drop(value);
	return result;
}

int state_set_bool(struct object *self, enum name name, bool value)
{
	return state_set(self, name, value ? py._Py_TrueStruct : py.false_object);
}

int state_set_number(struct object *self, enum name name, long value)
{
	return state_set_new(self, name, number(value));
}

int state_truth(struct object *self, enum name name)
{
	return truth_of(state_get(self, name));
}

int state_number(struct object *self, enum name name, long *number_ret)
{
	return number_from(state_get(self, name), number_ret);
}
