/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/stranded.h"

#include <stdlib.h>
#include <string.h>

static bool stranded_reserve(struct stranded *stranded, size_t more)
{
	size_t capacity = stranded->capacity ? stranded->capacity : 64;
	unsigned char *worlds;
	uint64_t *fingerprints;
	state_id *ids;

	while (capacity - stranded->count < more)
		capacity *= 2;
	if (capacity == stranded->capacity)
		return true;
	worlds = realloc(stranded->worlds, capacity * stranded->world_size);
	if (worlds)
		stranded->worlds = worlds;
	fingerprints = realloc(stranded->fingerprints, capacity * sizeof(*fingerprints));
	if (fingerprints)
		stranded->fingerprints = fingerprints;
	ids = realloc(stranded->ids, capacity * sizeof(*ids));
	if (ids)
		stranded->ids = ids;
	if (!worlds || !fingerprints || !ids)
		return false;
	stranded->capacity = capacity;
	return true;
}

bool stranded_add(struct stranded *stranded, const struct teeq_world *world, size_t world_size,
		  uint64_t fingerprint, state_id id)
{
	stranded->world_size = world_size;
	if (!stranded_reserve(stranded, 1))
		return false;
	memcpy(stranded->worlds + stranded->count * world_size, world, world_size);
	stranded->ids[stranded->count] = id;
	stranded->fingerprints[stranded->count++] = fingerprint;
	return true;
}

bool stranded_join(struct stranded *to, const struct stranded *from)
{
	if (from->count == 0)
		return true;
	to->world_size = from->world_size;
	if (!stranded_reserve(to, from->count))
		return false;
	memcpy(to->worlds + to->count * to->world_size, from->worlds,
	       from->count * from->world_size);
	memcpy(to->fingerprints + to->count, from->fingerprints,
	       from->count * sizeof(*from->fingerprints));
	memcpy(to->ids + to->count, from->ids, from->count * sizeof(*from->ids));
	to->count += from->count;
	return true;
}

void stranded_free(struct stranded *stranded)
{
	free(stranded->worlds);
	free(stranded->fingerprints);
	free(stranded->ids);
	*stranded = (struct stranded){ .count = 0 };
}

/* ----------------------------------- the longest stretch -------------------------------------- */

/* One state on the way: the moves not followed yet, and the longest stretch of those that were. */
struct visit {
	size_t index;
	struct choices choices;
	uint64_t best;
	unsigned int actions; /* of the move that is being followed */
};

struct survey {
	const struct stranded *stranded;
	struct expander *expander;
	size_t *slots; /* index + 1 by fingerprint; 0: empty */
	size_t slot_mask;
	uint64_t *stretch; /* by index; UNKNOWN before, 0 while it is on the way */
	struct visit *way;
	size_t way_length;
	bool endless; /* a state was met again on the way that leads on from it */
};

#define UNKNOWN UINT64_MAX

static size_t stranded_find(const struct survey *survey, uint64_t fingerprint)
{
	size_t at = (size_t)fingerprint & survey->slot_mask;

	while (survey->slots[at] &&
	       survey->stranded->fingerprints[survey->slots[at] - 1] != fingerprint)
		at = (at + 1) & survey->slot_mask;
	return at;
}

static bool survey_init(struct survey *survey)
{
	size_t count = survey->stranded->count, slot_count = 64;

	while (slot_count < 2 * count)
		slot_count *= 2;
	survey->slot_mask = slot_count - 1;
	survey->slots = calloc(slot_count, sizeof(*survey->slots));
	survey->stretch = malloc(count * sizeof(*survey->stretch));
	survey->way = malloc(count * sizeof(*survey->way));
	if (!survey->slots || !survey->stretch || !survey->way)
		return false;
	for (size_t i = 0; i < count; i++) {
		survey->slots[stranded_find(survey, survey->stranded->fingerprints[i])] = i + 1;
		survey->stretch[i] = UNKNOWN;
	}
	return true;
}

static const struct teeq_world *world_at(const struct survey *survey, size_t index)
{
	return (const struct teeq_world *)(const void *)(survey->stranded->worlds +
							 index * survey->stranded->world_size);
}

static void stranded_enter(struct survey *survey, size_t index)
{
	const struct teeq_world *world = world_at(survey, index);
	uint64_t enabled = teeq_world_enabled(survey->expander->canon.m, world);

	survey->stretch[index] = 0;
	survey->way[survey->way_length++] = (struct visit){
		.index = index, .choices = expander_choices(survey->expander, world, enabled),
	};
}

static void stranded_take(struct visit *visit, uint64_t stretch)
{
	if (stretch > visit->best)
		visit->best = stretch;
}

/* Follow one more move of the state at the end of the way, or go back if there is none. */
static void go_on(struct survey *survey)
{
	struct visit *visit = &survey->way[survey->way_length - 1];
	struct expander *expander = survey->expander;
	uint8_t order[TEEQ_TASK_MAX];
	size_t known;

	if (!choices_left(&visit->choices)) {
		survey->stretch[visit->index] = visit->best;
		survey->way_length--;
		if (survey->way_length > 0)
			stranded_take(visit - 1, visit[-1].actions + visit->best);
		return;
	}
	visit->actions = expander_move(expander, world_at(survey, visit->index),
				       choices_take(&visit->choices),
				       expander->form, NULL, order);
	known = survey->slots[stranded_find(survey,
					    expander_fingerprint(expander, expander->form))];
	if (known && survey->stretch[known - 1] == 0)
		survey->endless = true;
	if (known && survey->stretch[known - 1] == UNKNOWN)
		stranded_enter(survey, known - 1);
	else
		stranded_take(visit, visit->actions + (known ? survey->stretch[known - 1] : 0));
}

bool stranded_stretch(const struct stranded *stranded, struct expander *expander,
		      uint64_t *stretch)
{
	struct survey survey = { .stranded = stranded, .expander = expander };
	bool possible = stranded->count == 0 || survey_init(&survey);

	*stretch = 0;
	for (size_t i = 0; possible && i < stranded->count; i++) {
		if (survey.stretch[i] == UNKNOWN)
			stranded_enter(&survey, i);
		while (survey.way_length > 0)
			go_on(&survey);
		if (survey.stretch[i] > *stretch)
			*stretch = survey.stretch[i];
	}
	if (survey.endless)
		*stretch = UINT64_MAX;
	free(survey.slots);
	free(survey.stretch);
	free(survey.way);
	return possible;
}
