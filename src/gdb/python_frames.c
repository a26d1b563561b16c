/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "gdb/channel.h"
#include "gdb/python_frames.h"

/* Bytes of a frame that change when it goes on: its caller, what it runs, where it is. */
#define FRAME_BYTES 64
/* Frames outside of those don't change while those are there. */
#define FRAMES_COMPARED 4

bool python_frames_save(const struct python_frames *frames)
{
	struct text text = {0};
	text_append(&text, (const char *)&frames->header, sizeof(frames->header));
	text_append(&text, (const char *)frames->groups,
		    frames->header.group_count * sizeof(*frames->groups));
	text_append(&text, (const char *)frames->frames,
		    frames->header.slot_count * sizeof(*frames->frames));
	bool done = !text.failed && channel_replace(CHANNEL_FRAMES, text.data, text.length);
	free(text.data);
	return done;
}

static void *copy(const char *data, size_t size)
{
	void *copied = malloc(size + 1);
	if (copied)
		memcpy(copied, data, size);
	return copied;
}

/* Each slot is in one group, in their order. */
static bool are_whole(const struct python_frames *frames)
{
	uint64_t next = 0;
	for (uint64_t i = 0; i < frames->header.group_count; i++) {
		const struct frame_group *group = &frames->groups[i];
		if (group->first != next || !group->count ||
		    group->count > frames->header.slot_count - next)
			return false;
		next += group->count;
	}
	return next == frames->header.slot_count;
}

bool python_frames_load(struct python_frames *ret)
{
	size_t size;
	cleanup_free char *data = NULL;
	struct python_frames frames = {0};
	struct python_frames_header *header = &frames.header;
	if (!channel_read(CHANNEL_FRAMES, &data, &size) || size < sizeof(*header))
		return false;
	memcpy(header, data, sizeof(*header));
	if (header->group_count > size || header->slot_count > size)
		return false;
	size_t groups = header->group_count * sizeof(*frames.groups);
	size_t slots = header->slot_count * sizeof(*frames.frames);
	if (size != sizeof(*header) + groups + slots)
		return false;
	frames.groups = copy(data + sizeof(*header), groups);
	frames.frames = copy(data + sizeof(*header) + groups, slots);
	if (!frames.groups || !frames.frames || !are_whole(&frames)) {
		python_frames_deinit(&frames);
		return false;
	}
	*ret = frames;
	return true;
}

void python_frames_deinit(struct python_frames *frames)
{
	free(frames->groups);
	free(frames->frames);
	*frames = (struct python_frames){0};
}

uint64_t python_frames_fingerprint(const struct python_frames *frames,
				   const struct frame_group *group,
				   const struct debugger *debugger)
{
	uint64_t hash = 1;
	for (uint64_t i = 0; i < group->count && i < FRAMES_COMPARED; i++) {
		uint64_t words[FRAME_BYTES / 8] = {0}, address;
		address = frames->frames[group->first + i];
		if (address &&
		    !debugger->read(debugger->context, address, words, sizeof(words)))
			words[0] = 1;
		for (size_t j = 0; j < FRAME_BYTES / 8; j++)
			hash = (hash ^ words[j]) * UINT64_C(0x9e3779b97f4a7c15) +
			       (hash >> 29);
	}
	return hash;
}
