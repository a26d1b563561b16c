/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generators, coroutines, asynchronous generators: Include/cpython/genobject.h. */
#include "repr/generators.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/member.h"
#include "repr/place.h"

struct generator {
	const char *state;
	/** Its frame, if that is there still. */
	uint64_t frame;
	/** It stands in a yield, or in an await. */
	bool is_suspended, may_await;
};

static struct pyinspect_error *use_state(uint64_t object, int64_t state,
					 const struct generator_states *states,
					 struct generator *ret)
{
	ret->may_await = states->awaiting == NO_STATE;
	if (state == states->created)
		ret->state = "not started";
	else if (state == states->executing)
		ret->state = "running";
	else if (state >= states->finished && state <= states->last)
		ret->state = "finished";
	else if (state == states->suspended || state == states->awaiting ||
		 state == states->locked) {
		ret->state = "suspended";
		ret->is_suspended = true;
		ret->may_await |= state == states->awaiting;
	} else
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "its state is %lld",
				(long long)state);
	return NULL;
}

/* Before states had a member. CPython 3.9: Objects/genobject.c, gen_getattro and
 * Lib/inspect.py, getgeneratorstate(). */
static struct pyinspect_error *guess_state(const struct repr *repr, uint64_t object,
					   struct generator *ret)
{
	uint64_t running, last;
	struct pyinspect_error *error = memory_read_unsigned(
		repr->view->memory,
		object + layout_at(repr->view->layout, FIELD_GENERATOR_RUNNING), 1,
		&running);
	if (!error)
		error = view_read(repr->view, ret->frame, FIELD_PYFRAME_LASTI, &last);
	if (error)
		return error;
	ret->is_suspended = ret->may_await = !running && (int32_t)last != -1;
	ret->state = running               ? "running"
		     : (int32_t)last == -1 ? "not started"
					   : "suspended";
	return NULL;
}

static struct pyinspect_error *read_generator(const struct repr *repr, uint64_t object,
					      struct generator *ret)
{
	const struct view *view = repr->view;
	const struct generator_states *states = &view->layout->dialect->generator_states;
	uint64_t state;
	struct pyinspect_error *error;
	*ret = (struct generator){.state = "finished"};
	if (layout_has(view->layout, FIELD_GENERATOR_STATE)) {
		ret->frame = object + layout_at(view->layout, FIELD_GENERATOR_IFRAME);
		error = view_read(view, object, FIELD_GENERATOR_STATE, &state);
		return error ? error : use_state(object, (int8_t)state, states, ret);
	}
	error = view_read(view, object, FIELD_GENERATOR_FRAME, &ret->frame);
	if (error || !ret->frame)
		return error;
	if (!layout_has(view->layout, FIELD_PYFRAME_STATE))
		return guess_state(repr, object, ret);
	error = view_read(view, ret->frame, FIELD_PYFRAME_STATE, &state);
	return error ? error : use_state(object, (int8_t)state, states, ret);
}

/* The next instruction is the second half of a "yield from" or an "await", where states
 * don't tell. CPython: YIELD_FROM to 3.10; 3.11 and 3.12 Lib/inspect.py of the bytecode:
 * what RESUME has as its argument, 2 or 3. */
#define OPCODE_YIELD_FROM 72

static bool stands_in_await(const struct repr *repr, uint64_t address)
{
	const struct view *view = repr->view;
	struct raw_frame frame;
	uint64_t code, word;
	cleanup_error struct pyinspect_error *error = frame_read(view, address, &frame);
	if (error)
		return false;
	if (frame.has_address)
		return memory_try(view->memory, frame.instruction + 3, &word, 1) &&
		       (word & 3) >= 2;
	return !view->layout->dialect->bytes_are_str && frame.offset >= 0 &&
	       view_try(view, frame.code, FIELD_CODE_CODE, &code) &&
	       memory_try(view->memory,
			  code + layout_at(view->layout, FIELD_BYTES_DATA) +
				  (uint64_t)frame.offset + 2,
			  &word, 1) &&
	       (word & 0xff) == OPCODE_YIELD_FROM;
}

/* Where the value stack of a frame ends; 0 if that isn't known. */
static uint64_t stack_end(const struct view *view, uint64_t frame)
{
	uint64_t base, depth;
	if (view_try(view, frame, FIELD_IFRAME_STACKPOINTER, &base))
		return base;
	if (view_try(view, frame, FIELD_IFRAME_STACKTOP, &depth))
		return frame + layout_at(view->layout, FIELD_IFRAME_LOCALSPLUS) +
		       8 * (uint64_t)(uint32_t)depth;
	if (view_try(view, frame, FIELD_PYFRAME_STACKTOP, &base))
		return base;
	if (view_try(view, frame, FIELD_PYFRAME_VALUESTACK, &base) &&
	    view_try(view, frame, FIELD_PYFRAME_STACKDEPTH, &depth))
		return base + 8 * (uint64_t)(uint32_t)depth;
	return 0;
}

static uint64_t find_awaited(const struct repr *repr, const struct generator *generator)
{
	const struct view *view = repr->view;
	const struct dialect *dialect = view->layout->dialect;
	uint64_t object;
	if (!generator->is_suspended || !generator->may_await)
		return 0;
	if (dialect->generator_states.awaiting == NO_STATE &&
	    !stands_in_await(repr, generator->frame))
		return 0;
	uint64_t end = stack_end(view, generator->frame);
	if (!end || !memory_try(view->memory, end - 8 * dialect->awaited_from_top, &object,
				sizeof(object)))
		return 0;
	return view_untag(view, object);
}

/* The generator's own name, which can be changed; of 2.7 its function's. */
static void write_name(struct repr *repr, uint64_t object, const struct place *place)
{
	uint64_t name, code;
	printer_text(&repr->printer, " ");
	if ((view_try(repr->view, object, FIELD_GENERATOR_QUALNAME, &name) ||
	     view_try(repr->view, object, FIELD_GENERATOR_NAME, &name)) &&
	    describe_try_str(repr, name))
		return;
	struct place named = *place;
	if (!named.code && view_try(repr->view, object, FIELD_GENERATOR_CODE, &code) &&
	    code) {
		named.code = codes_get(repr->codes, repr->view, repr->arena, code);
		repr->no_memory |= !named.code;
	}
	printer_text(&repr->printer, place_function(&named));
}

static struct pyinspect_error *locate_generator(struct repr *repr, uint64_t object,
						struct generator *generator,
						struct place *place)
{
	*place = (struct place){0};
	struct pyinspect_error *error = read_generator(repr, object, generator);
	/* A finished one's frame is no frame any more. */
	if (!error && generator->state[0] != 'f')
		error = place_of_frame(repr, generator->frame, place);
	return error;
}

static struct pyinspect_error *format_generator(struct repr *repr, uint64_t object,
						const struct class *class)
{
	struct generator generator;
	struct place place;
	struct pyinspect_error *error = locate_generator(repr, object, &generator, &place);
	if (error)
		return error;
	describe_class(repr, class);
	write_name(repr, object, &place);
	printer_printf(&repr->printer, " %s", generator.state);
	if (generator.is_suspended || generator.state[0] == 'r')
		place_write(repr, &place);
	uint64_t awaited = find_awaited(repr, &generator);
	if (awaited)
		describe_inner(repr, object, awaited,
			       class->base->name[0] == 'g' ? ", yields from " : ", awaits ",
			       ">");
	else
		printer_text(&repr->printer, ">");
	return NULL;
}

bool generator_write(struct repr *repr, uint64_t object)
{
	const struct class *class;
	struct generator generator;
	struct place place;
	cleanup_error struct pyinspect_error *error = class_of(repr, object, &class);
	if (error || class->formatter->format != format_generator)
		return false;
	error = locate_generator(repr, object, &generator, &place);
	if (error)
		return false;
	write_name(repr, object, &place);
	if (generator.is_suspended || generator.state[0] == 'r')
		place_write(repr, &place);
	else if (generator.state[0] == 'n')
		printer_text(&repr->printer, " not started");
	return true;
}

/* What stands for another object and has it as its first member. */
static struct pyinspect_error *format_wrapper(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	uint64_t inner;
	struct pyinspect_error *error = member_read(repr, object, 0, 8, &inner);
	if (error)
		return error;
	describe_class(repr, class);
	describe_inner(repr, object, inner, " of ", ">");
	return NULL;
}

const struct formatter generator_formatters[] = {
	{.name = "generator", .format = format_generator},
	{.name = "coroutine", .format = format_generator},
	{.name = "async_generator", .format = format_generator},
	/* Objects/genobject.c: PyCoroWrapper, PyAsyncGenASend, PyAsyncGenAThrow. */
	{.name = "coroutine_wrapper", .format = format_wrapper},
	{.name = "async_generator_asend", .format = format_wrapper},
	{.name = "async_generator_athrow", .format = format_wrapper},
	/* Modules/_asynciomodule.c, futureiterobject. */
	{.name = "_asyncio.FutureIter", .format = format_wrapper},
	{.name = "FutureIter", .format = format_wrapper},
	{0},
};
