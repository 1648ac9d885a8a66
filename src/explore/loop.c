/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "explore/livelock.h"
#include "explore/search.h"
#include "model/world.h"
#include "teeq/explore.h"

/* From one place where the last state of a schedule occurs to the next one. */
struct stretch {
	size_t start;       /* steps before it */
	uint64_t always;    /* tasks that can move in each of its states */
	uint64_t sometimes; /* in one of them at least */
	uint64_t movers;
};

struct stretches {
	struct stretch *at;
	size_t count;
	size_t capacity;
};

static enum teeq_status add_stretch(struct stretches *stretches, size_t start)
{
	size_t capacity = stretches->capacity ? 2 * stretches->capacity : 16;
	struct stretch *at = stretches->at;

	if (stretches->count == stretches->capacity) {
		at = realloc(stretches->at, capacity * sizeof(*at));
		if (!at)
			return TEEQ_ENOMEM;
		stretches->at = at;
		stretches->capacity = capacity;
	}
	at[stretches->count++] = (struct stretch){ .start = start, .always = UINT64_MAX };
	return TEEQ_OK;
}

/* Make the choices again, and look where @last was before. */
static enum teeq_status cut(const struct teeq_model *m, const struct teeq_schedule *schedule,
			    const struct teeq_world *last, struct teeq_world *w,
			    struct stretches *stretches)
{
	enum teeq_status status = TEEQ_OK;

	teeq_world_reset(m, w);
	for (size_t i = 0; i < schedule->count && status == TEEQ_OK; i++) {
		if (memcmp(w, last, m->layout.size) == 0)
			status = add_stretch(stretches, i);
		if (status == TEEQ_OK && stretches->count > 0) {
			struct stretch *stretch = &stretches->at[stretches->count - 1];
			uint64_t enabled = teeq_world_enabled(m, w);

			stretch->always &= enabled;
			stretch->sometimes |= enabled;
			stretch->movers |= task_bit(schedule->tasks[i]);
		}
		if (status == TEEQ_OK)
			status = search_step_again(m, w, schedule->tasks[i]);
	}
	return status;
}

/* The shortest one that a fair scheduler may stay in: nobody who can always move is left out. */
static void explore_loop_choose(const struct teeq_model *m, const struct stretches *stretches,
				size_t end, struct teeq_loop *loop)
{
	uint64_t tasks = m->fault_count ? task_bit(m->first_fault) - 1 : UINT64_MAX;
	uint64_t storms = livelock_storms(m);
	uint64_t always = tasks, sometimes = 0, movers = 0;

	for (size_t i = stretches->count; i-- > 0;) {
		const struct stretch *stretch = &stretches->at[i];

		always &= stretch->always;
		sometimes |= stretch->sometimes & tasks;
		movers |= stretch->movers;
		if (movers & storms)
			return;
		if (always & ~movers)
			continue;
		*loop = (struct teeq_loop){ .length = end - stretch->start,
					    .from = stretch->start,
					    .first = stretches->at[0].start,
					    .movers = movers,
					    .resting = sometimes & ~movers };
		return;
	}
}

static enum teeq_status explore_loop_find(const struct teeq_model *m,
					  const struct teeq_schedule *schedule,
					  struct teeq_world *last, struct teeq_loop *loop,
					  struct teeq_error *error)
{
	struct teeq_run_options options = { .seed = 0 };
	struct stretches stretches = { .count = 0 };
	struct teeq_world *w;
	struct teeq_result result;
	enum teeq_status status = teeq_replay(m, last, schedule, &options, &result, error);

	if (status != TEEQ_OK || result.verdict != TEEQ_VERDICT_LIMIT)
		return status;
	w = teeq_world_new(m);
	status = w ? cut(m, schedule, last, w, &stretches) : TEEQ_ENOMEM;
	if (status == TEEQ_EMISMATCH)
		status = search_differs(m, error);
	if (status == TEEQ_OK)
		explore_loop_choose(m, &stretches, schedule->count, loop);
	free(stretches.at);
	teeq_world_free(w);
	return status == TEEQ_ENOMEM ? error_nomem(error) : status;
}

enum teeq_status teeq_find_loop(const struct teeq_model *model,
				const struct teeq_schedule *schedule, struct teeq_loop *loop,
				struct teeq_error *error)
{
	if (!model || !schedule || !loop)
		return error_null(error, "model, schedule, loop");

	struct teeq_world *last = teeq_world_new(model);
	enum teeq_status status;

	*loop = (struct teeq_loop){ .length = 0 };
	status = last ? explore_loop_find(model, schedule, last, loop, error) : error_nomem(error);
	teeq_world_free(last);
	return status;
}
