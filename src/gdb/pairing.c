/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "gdb/pairing.h"

/* More than the frame of any evaluation function: debug builds have some 1000 bytes. */
#define C_FRAME_MAX ((uint64_t)64 << 10)

/* The C frame of a group. */
struct paired {
	bool is_known;
	uint64_t function, end;
	struct registers inner, caller;
};

/* What tells a group, to be looked up. */
struct key {
	uint64_t address;
	size_t group;
};

struct pairing {
	struct python_frames frames;
	struct unwind_table table;
	/** One for each group. */
	struct paired *paired;
	/** Sorted: those that have a mark by this, others by their innermost frames. */
	struct key *marks, *innermost;
	size_t mark_count, innermost_count;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	return left->address < right->address ? -1 : left->address > right->address;
}

/* The first key that isn't less than an address. */
static size_t find_key(const struct key *keys, size_t count, uint64_t address)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (keys[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void make_keys(struct pairing *pairing)
{
	const struct python_frames *frames = &pairing->frames;
	for (size_t i = 0; i < frames->header.group_count; i++) {
		const struct frame_group *group = &frames->groups[i];
		uint64_t innermost = frames->frames[group->first];
		if (group->mark)
			pairing->marks[pairing->mark_count++] =
				(struct key){group->mark, i};
		else if (innermost)
			pairing->innermost[pairing->innermost_count++] =
				(struct key){innermost, i};
	}
	qsort(pairing->marks, pairing->mark_count, sizeof(*pairing->marks), compare_keys);
	qsort(pairing->innermost, pairing->innermost_count, sizeof(*pairing->innermost),
	      compare_keys);
}

struct pairing *pairing_create(const struct debugger *debugger)
{
	struct pairing *pairing = calloc(1, sizeof(*pairing));
	if (!pairing)
		return NULL;
	if (!python_frames_load(&pairing->frames)) {
		free(pairing);
		return NULL;
	}
	size_t count = pairing->frames.header.group_count + 1;
	pairing->paired = calloc(count, sizeof(*pairing->paired));
	pairing->marks = calloc(count, sizeof(*pairing->marks));
	pairing->innermost = calloc(count, sizeof(*pairing->innermost));
	if (!pairing->paired || !pairing->marks || !pairing->innermost ||
	    !unwind_table_read(&pairing->table, debugger,
			       pairing->frames.header.evaluator.unwind_header)) {
		pairing_destroy(pairing);
		return NULL;
	}
	make_keys(pairing);
	return pairing;
}

void pairing_destroy(struct pairing *pairing)
{
	if (!pairing)
		return;
	python_frames_deinit(&pairing->frames);
	unwind_table_deinit(&pairing->table);
	free(pairing->paired);
	free(pairing->marks);
	free(pairing->innermost);
	free(pairing);
}

/* The nearest group of the same thread that has a C frame, inwards or outwards. */
static const struct paired *neighbour(const struct pairing *pairing, size_t group,
				      bool outwards)
{
	const struct frame_group *groups = pairing->frames.groups;
	size_t count = pairing->frames.header.group_count, at = group;
	for (;;) {
		if (outwards ? at + 1 == count : at == 0)
			return NULL;
		at += outwards ? 1 : (size_t)-1;
		if (groups[at].thread != groups[group].thread)
			return NULL;
		if (pairing->paired[at].is_known)
			return &pairing->paired[at];
	}
}

/* Further outwards on the stack is further outwards among the groups. */
static bool is_in_order(const struct pairing *pairing, size_t group, uint64_t end)
{
	if (pairing->paired[group].is_known)
		return pairing->paired[group].end == end;
	const struct paired *inner = neighbour(pairing, group, false);
	const struct paired *outer = neighbour(pairing, group, true);
	return (!inner || inner->end < end) && (!outer || outer->end > end);
}

static bool find_by_mark(const struct pairing *pairing, uint64_t start, uint64_t end,
			 size_t *group_ret)
{
	size_t at = find_key(pairing->marks, pairing->mark_count, start);
	if (at == pairing->mark_count || pairing->marks[at].address >= end)
		return false;
	*group_ret = pairing->marks[at].group;
	return true;
}

static bool is_in_evaluator(const struct pairing *pairing, uint64_t instruction)
{
	const struct pyinspect_evaluator *evaluator = &pairing->frames.header.evaluator;
	return (instruction >= evaluator->start && instruction < evaluator->end) ||
	       (instruction >= evaluator->part_start && instruction < evaluator->part_end);
}

/* The innermost group that fits and whose innermost frame is at one of the addresses. */
static void consider(const struct pairing *pairing, uint64_t address, uint64_t end,
		     size_t *best)
{
	size_t at = find_key(pairing->innermost, pairing->innermost_count, address);
	if (at == pairing->innermost_count || pairing->innermost[at].address != address)
		return;
	size_t group = pairing->innermost[at].group;
	if (group < *best && is_in_order(pairing, group, end))
		*best = group;
}

static bool find_by_frame(const struct pairing *pairing, const struct debugger *debugger,
			  const struct registers *registers, uint64_t end,
			  size_t *group_ret)
{
	uint64_t words[64], at = registers->values[REGISTER_SP];
	size_t best = SIZE_MAX;
	for (unsigned int i = 0; i < REGISTER_COUNT; i++)
		if (register_is_known(registers, i))
			consider(pairing, registers->values[i], end, &best);
	while (at < end) {
		size_t size = end - at < sizeof(words) ? (size_t)(end - at) : sizeof(words);
		if (!debugger->read(debugger->context, at, words, size))
			break;
		for (size_t i = 0; i < size / sizeof(*words); i++)
			consider(pairing, words[i], end, &best);
		at += size;
	}
	*group_ret = best;
	return best != SIZE_MAX;
}

static bool find_group(const struct pairing *pairing, const struct debugger *debugger,
		       const struct registers *registers, uint64_t end, size_t *group_ret)
{
	uint64_t start = registers->values[REGISTER_SP];
	if (end <= start || end - start > C_FRAME_MAX)
		return false;
	if (find_by_mark(pairing, start, end, group_ret))
		return true;
	return pairing->innermost_count &&
	       is_in_evaluator(pairing, registers->values[REGISTER_PC]) &&
	       find_by_frame(pairing, debugger, registers, end, group_ret);
}

/* The process may have gone on, and nobody has told. */
static bool is_gone(const struct pairing *pairing, const struct debugger *debugger,
		    size_t group)
{
	const struct frame_group *of = &pairing->frames.groups[group];
	return python_frames_fingerprint(&pairing->frames, of, debugger) != of->fingerprint;
}

/* Find the group that a C frame runs; NULL if it runs none, or that is gone. */
static struct paired *pair(struct pairing *pairing, const struct debugger *debugger,
			   const struct registers *registers, size_t *group_ret)
{
	struct unwound unwound;
	if (!unwind_table_step(&pairing->table, debugger, registers, &unwound) ||
	    !find_group(pairing, debugger, registers, unwound.end, group_ret))
		return NULL;
	struct paired *paired = &pairing->paired[*group_ret];
	if (is_gone(pairing, debugger, *group_ret)) {
		paired->is_known = false;
		return NULL;
	}
	const struct pyinspect_evaluator *evaluator = &pairing->frames.header.evaluator;
	*paired = (struct paired){
		.is_known = true,
		.function = unwound.function,
		.end = unwound.end,
		.inner = *registers,
		.caller = unwound.caller,
	};
	/* As GDB does, whatever part of it that is. */
	if (is_in_evaluator(pairing, registers->values[REGISTER_PC]) &&
	    unwound.function >= evaluator->start && unwound.function < evaluator->end)
		paired->function = evaluator->start;
	return paired;
}

/* The first slot that is shown with a group: those before it that have no C frame, too. */
static uint64_t first_slot(const struct pairing *pairing, const struct debugger *debugger,
			   size_t group)
{
	const struct frame_group *groups = pairing->frames.groups;
	while (group > 0 && groups[group - 1].thread == groups[group].thread &&
	       !pairing->paired[group - 1].is_known &&
	       !is_gone(pairing, debugger, group - 1))
		group--;
	return groups[group].first;
}

static bool find_slot(const struct pairing *pairing, uint64_t instruction, uint64_t *ret)
{
	uint64_t at = instruction - pairing->frames.header.base;
	*ret = at / SLOT_SIZE;
	return instruction >= pairing->frames.header.base &&
	       *ret < pairing->frames.header.slot_count;
}

/* The group that a slot is shown with: the next one that has a C frame. */
static bool group_of(const struct pairing *pairing, uint64_t slot, size_t *ret)
{
	const struct frame_group *groups = pairing->frames.groups;
	size_t low = 0, high = pairing->frames.header.group_count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (groups[middle].first <= slot)
			low = middle;
		else
			high = middle;
	}
	uint64_t thread = groups[low].thread;
	while (low < pairing->frames.header.group_count && groups[low].thread == thread &&
	       !pairing->paired[low].is_known)
		low++;
	*ret = low;
	return low < pairing->frames.header.group_count && groups[low].thread == thread;
}

static void enter_slot(const struct pairing *pairing, const struct registers *inner,
		       uint64_t slot, struct registers *ret)
{
	*ret = *inner;
	register_set(ret, REGISTER_PC,
		     pairing->frames.header.base + slot * SLOT_SIZE + SLOT_INSTRUCTION);
}

bool pairing_step(struct pairing *pairing, const struct debugger *debugger,
		  const struct registers *registers, struct registers *caller_ret)
{
	uint64_t slot;
	size_t group;
	if (find_slot(pairing, registers->values[REGISTER_PC], &slot)) {
		if (!group_of(pairing, slot, &group))
			return false;
		const struct frame_group *of = &pairing->frames.groups[group];
		const struct paired *paired = &pairing->paired[group];
		if (slot + 1 < of->first + of->count)
			enter_slot(pairing, &paired->inner, slot + 1, caller_ret);
		else
			*caller_ret = paired->caller;
		return true;
	}
	const struct paired *paired = pair(pairing, debugger, registers, &group);
	if (!paired)
		return false;
	enter_slot(pairing, registers, first_slot(pairing, debugger, group), caller_ret);
	return true;
}

bool pairing_identify(struct pairing *pairing, const struct debugger *debugger,
		      const struct registers *registers, uint64_t *function_ret,
		      uint64_t *end_ret)
{
	uint64_t slot;
	size_t group;
	if (find_slot(pairing, registers->values[REGISTER_PC], &slot)) {
		if (!group_of(pairing, slot, &group))
			return false;
		*function_ret = pairing->frames.header.base + slot * SLOT_SIZE;
		*end_ret = pairing->paired[group].end;
		return true;
	}
	const struct paired *paired = pair(pairing, debugger, registers, &group);
	if (!paired)
		return false;
	*function_ret = paired->function;
	*end_ret = paired->end;
	return true;
}
