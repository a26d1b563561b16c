/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "base/map.h"

#define SLOTS_MIN 128

static struct map_slot *slot_of(const struct map *map, uint64_t key)
{
	uint64_t hash = key * UINT64_C(0x9e3779b97f4a7c15);
	size_t slot = (size_t)(hash >> 32) & (map->slot_count - 1);
	while (map->slots[slot].key && map->slots[slot].key != key)
		slot = (slot + 1) & (map->slot_count - 1);
	return &map->slots[slot];
}

static bool make_room(struct map *map)
{
	if (map->count * 2 < map->slot_count)
		return true;
	struct map grown = {.slot_count = map->slot_count ? map->slot_count * 2 : SLOTS_MIN,
			    .count = map->count};
	grown.slots = calloc(grown.slot_count, sizeof(*grown.slots));
	if (!grown.slots)
		return false;
	for (size_t i = 0; i < map->slot_count; i++)
		if (map->slots[i].key)
			*slot_of(&grown, map->slots[i].key) = map->slots[i];
	free(map->slots);
	*map = grown;
	return true;
}

void *map_find(const struct map *map, uint64_t key)
{
	return map->slot_count ? slot_of(map, key)->value : NULL;
}

bool map_add(struct map *map, uint64_t key, void *value)
{
	if (!make_room(map))
		return false;
	*slot_of(map, key) = (struct map_slot){key, value};
	map->count++;
	return true;
}

void map_deinit(struct map *map)
{
	free(map->slots);
	*map = (struct map){0};
}
