/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "agent/monitoring.h"

#include "agent/code_table.h"

/* The functions, and the bits that events have in this Python; made once. */
static struct {
	struct object *get_tool, *use_tool_id, *clear_tool_id, *free_tool_id;
	struct object *register_callback, *set_events, *set_local_events, *restart_events;
	struct object *disable;
	long bits[MONITORING_EVENT_COUNT];
} monitoring;

static const char *const event_words[] = {
#define EVENT(name) #name,
#include "agent/monitoring_events.def"
#undef EVENT
};

static struct object *named(struct object *object, const char *word)
{
	cleanup_drop struct object *name = text(word);
	return name ? py.PyObject_GetAttr(object, name) : NULL;
}

static int find_bits(struct object *module)
{
	cleanup_drop struct object *events = named(module, "events");
	for (int i = 0; i < MONITORING_EVENT_COUNT; i++) {
		cleanup_drop struct object *bit =
			events ? named(events, event_words[i]) : NULL;
		monitoring.bits[i] = bit ? py.PyLong_AsLong(bit) : -1;
		if (monitoring.bits[i] < 0)
			return -1;
	}
	return 0;
}

/* 3.12 and 3.13 have no clear_tool_id(). */
static int find_functions(struct object *module)
{
	monitoring.get_tool = named(module, "get_tool");
	monitoring.use_tool_id = named(module, "use_tool_id");
	monitoring.free_tool_id = named(module, "free_tool_id");
	monitoring.register_callback = named(module, "register_callback");
	monitoring.set_events = named(module, "set_events");
	monitoring.set_local_events = named(module, "set_local_events");
	monitoring.restart_events = named(module, "restart_events");
	monitoring.disable = named(module, "DISABLE");
	if (py.PyErr_Occurred())
		return -1;
	monitoring.clear_tool_id = named(module, "clear_tool_id");
	if (!monitoring.clear_tool_id)
		py.PyErr_Clear();
	return find_bits(module);
}

bool monitoring_exists(void)
{
	static bool known, exists;
	if (!known) {
		struct object *module = py.PySys_GetObject("monitoring");
		exists = module && find_functions(module) == 0;
		py.PyErr_Clear();
		known = true;
	}
	return exists;
}

/* As sys.monitoring counts events. */
static struct object *bits_of(unsigned events)
{
	long bits = 0;
	for (int i = 0; i < MONITORING_EVENT_COUNT; i++)
		if (events & 1u << i)
			bits |= monitoring.bits[i];
	return number(bits);
}

static int register_callback(struct object *id, enum monitoring_event event,
			     struct object *function)
{
	cleanup_drop struct object *bit = bits_of(1u << event);
	return bit ? done(call(monitoring.register_callback, id, bit, function)) : -1;
}

static int register_all(struct monitoring_tool *tool, struct object *id)
{
	enum { METHOD_FASTCALL = 0x80 };

	for (int i = 0; i < MONITORING_EVENT_COUNT; i++) {
		if (!tool->callbacks[i])
			continue;
		tool->methods[i] = (struct method){event_words[i], tool->callbacks[i],
						   METHOD_FASTCALL, NULL};
		if (!tool->functions[i])
			tool->functions[i] =
				py.PyCFunction_NewEx(&tool->methods[i], NULL, NULL);
		if (!tool->functions[i] || register_callback(id, i, tool->functions[i]) < 0)
			return -1;
	}
	return 0;
}

static int clear_one(struct object *code, unsigned events, void *data)
{
	struct monitoring_tool *tool = data;
	return events ? monitoring_listen_in(tool, code, 0) : 0;
}

/* What clear_tool_id() does where there is none. */
static int clear_by_hand(struct monitoring_tool *tool, struct object *id)
{
	if (monitoring_listen(tool, 0) < 0 ||
	    code_table_each(tool->id, clear_one, tool) < 0)
		return -1;
	for (int i = 0; i < MONITORING_EVENT_COUNT; i++)
		if (tool->callbacks[i] && register_callback(id, i, none) < 0)
			return -1;
	return 0;
}

static int clear(struct monitoring_tool *tool, struct object *id)
{
	if (!monitoring.clear_tool_id)
		return clear_by_hand(tool, id);
	code_table_forget_events(tool->id);
	return done(call(monitoring.clear_tool_id, id));
}

/* 1 if the tool of this number has this name, 0 if there is none, -2 if it is another one.
 */
static int compare_tool(struct object *id, const char *name)
{
	cleanup_drop struct object *current = call(monitoring.get_tool, id);
	if (!current || is_none(current))
		return current ? 0 : -1;
	cleanup_drop struct object *own = text(name);
	int same = own ? equal(current, own) : -1;
	return same < 0 ? -1 : same ? 1 : -2;
}

int monitoring_is_current(const struct monitoring_tool *tool)
{
	cleanup_drop struct object *id = number(tool->id);
	int state = id ? compare_tool(id, tool->name) : -1;
	return state == -1 ? -1 : state == 1;
}

int monitoring_start(struct monitoring_tool *tool, int id_number)
{
	cleanup_drop struct object *id = number(id_number);
	cleanup_drop struct object *name = text(tool->name);
	int state = id && name ? compare_tool(id, tool->name) : -1;
	if (state < 0)
		return state == -1 ? -1 : 0;
	tool->id = id_number;
	if (state == 1 && clear(tool, id) < 0)
		return -1;
	if (state == 0 && done(call(monitoring.use_tool_id, id, name)) < 0)
		return -1;
	tool->active = true;
	return register_all(tool, id) < 0 ? -1 : 1;
}

int monitoring_stop(struct monitoring_tool *tool)
{
	if (!tool->active)
		return 0;
	tool->active = false;
	int current = monitoring_is_current(tool);
	if (current <= 0)
		return current;
	cleanup_drop struct object *id = number(tool->id);
	if (!id || clear(tool, id) < 0)
		return -1;
	return done(call(monitoring.free_tool_id, id));
}

int monitoring_listen(const struct monitoring_tool *tool, unsigned events)
{
	cleanup_drop struct object *id = number(tool->id);
	cleanup_drop struct object *bits = bits_of(events);
	return id && bits ? done(call(monitoring.set_events, id, bits)) : -1;
}

int monitoring_listen_in(const struct monitoring_tool *tool, struct object *code,
			 unsigned events)
{
	unsigned *known = code_table_events(code, tool->id);
	if (!known)
		return -1;
	if (*known == events)
		return 0;
	cleanup_drop struct object *id = number(tool->id);
	cleanup_drop struct object *bits = bits_of(events);
	if (!id || !bits || done(call(monitoring.set_local_events, id, code, bits)) < 0)
		return -1;
	*known = events;
	return 0;
}

int monitoring_restart(void)
{
	return done(call(monitoring.restart_events));
}

struct object *monitoring_disable(void)
{
	return hold(monitoring.disable);
}
