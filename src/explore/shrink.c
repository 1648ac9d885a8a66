/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/shrink.h"

#include "base/error.h"
#include "model/world.h"

/*
 * Shrinking by trying. A candidate is a wish: its choices are made where they can be, and passed
 * over where they cannot; then whoever moved last goes on as long as it can, and after it the
 * others, so that every wish is a whole schedule. A candidate that ends as the original does and is
 * plainer takes its place.
 */
struct shrink {
	const struct shrink_subject *subject;
	struct teeq_schedule best;
	struct teeq_schedule wish;
	struct teeq_schedule tried; /* what became of the wish */
};

/* Nobody is followed further than this: wishes of scenarios that do not end are given up. */
#define FOLLOW_MAX TEEQ_STEP_MAX_DEFAULT
/* About what trying every run of a task takes at most. */
#define STEPS_MAX  UINT64_C(100000000)

static enum teeq_status step_and_add(const struct teeq_model *m, struct teeq_world *w,
				     unsigned int task, struct teeq_schedule *to)
{
	world_step(m, w, task, NULL);
	return teeq_schedule_add(to, task);
}

static enum teeq_status explore_shrink_follow(const struct teeq_model *m, struct teeq_world *w,
					      const struct teeq_schedule *wish,
					      struct teeq_schedule *to)
{
	enum teeq_status status = TEEQ_OK;
	unsigned int last = 0;
	uint64_t enabled;

	teeq_world_reset(m, w);
	for (size_t i = 0; i < wish->count && status == TEEQ_OK; i++) {
		if (teeq_world_check(m, w))
			return status;
		if (!(teeq_world_enabled(m, w) & task_bit(wish->tasks[i])))
			continue;
		last = wish->tasks[i];
		status = step_and_add(m, w, last, to);
	}
	while (status == TEEQ_OK && to->count < FOLLOW_MAX && !teeq_world_check(m, w) &&
	       (enabled = teeq_world_enabled(m, w))) {
		if (!(enabled & task_bit(last)))
			last = (unsigned int)__builtin_ctzll(enabled);
		status = step_and_add(m, w, last, to);
	}
	return status;
}

enum teeq_status shrink_follow(const struct teeq_model *model, const struct teeq_schedule *wish,
			       struct teeq_schedule *followed, struct shrink_end *end)
{
	struct teeq_world *world = teeq_world_new(model);
	enum teeq_status status = world ? explore_shrink_follow(model, world, wish, followed) :
					  TEEQ_ENOMEM;

	if (status == TEEQ_OK)
		end->verdict = teeq_world_verdict_of(model, world, end->must_finish);
	teeq_world_free(world);
	return status;
}

/* ----------------------------------------- comparing ------------------------------------------ */

static bool is_plainer(const struct teeq_schedule *a, const struct teeq_schedule *b)
{
	size_t ours = teeq_schedule_switches(a), theirs = teeq_schedule_switches(b);

	return ours != theirs ? ours < theirs : a->count < b->count;
}

/* A model's schedule, which is to end so. */
struct shrink_model {
	const struct teeq_model *m;
	struct teeq_world *w;
	struct shrink_end end;
};

static enum teeq_status follow_model(void *argument, const struct teeq_schedule *wish,
				     struct teeq_schedule *followed, bool *same)
{
	struct shrink_model *of = argument;
	enum teeq_status status = explore_shrink_follow(of->m, of->w, wish, followed);

	*same = status == TEEQ_OK &&
		teeq_world_verdict_of(of->m, of->w, of->end.must_finish) == of->end.verdict;
	return status;
}

/* Try the wish. *@taken says whether it became the best. */
static enum teeq_status try_wish(struct shrink *shrink, bool *taken)
{
	enum teeq_status status;
	bool same = false;

	*taken = false;
	shrink->tried.count = 0;
	status = shrink->subject->follow(shrink->subject->argument, &shrink->wish, &shrink->tried,
					 &same);
	if (status != TEEQ_OK || !same || !is_plainer(&shrink->tried, &shrink->best))
		return status;
	*taken = true;
	shrink->best.count = 0;
	for (size_t i = 0; i < shrink->tried.count && status == TEEQ_OK; i++)
		status = teeq_schedule_add(&shrink->best, shrink->tried.tasks[i]);
	return status;
}

/* ---------------------------------------- candidates ------------------------------------------ */

static size_t run_end(const struct teeq_schedule *schedule, size_t from)
{
	size_t end = from;

	while (end < schedule->count && schedule->tasks[end] == schedule->tasks[from])
		end++;
	return end;
}

static enum teeq_status wish_part(struct shrink *shrink, size_t from, size_t end)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = from; i < end && status == TEEQ_OK; i++)
		status = teeq_schedule_add(&shrink->wish, shrink->best.tasks[i]);
	return status;
}

/* The best, but with [from, end) put in at @to, which is not inside; to == end leaves it out. */
static enum teeq_status wish_moved(struct shrink *shrink, size_t from, size_t end, size_t to,
				   bool leave_out)
{
	const struct {
		size_t from, end;
	} parts[] = {
		{ 0, to < from ? to : from },
		{ leave_out ? end : from, end },
		{ to < from ? to : end, to < from ? from : end },
		{ end, shrink->best.count },
	};
	enum teeq_status status = TEEQ_OK;

	shrink->wish.count = 0;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && status == TEEQ_OK; i++)
		status = wish_part(shrink, parts[i].from, parts[i].end);
	return status;
}

/* How many earlier runs of the same task a run is joined to, for trial: the nearest. */
#define JOINS_MAX 8

static size_t run_start(const struct teeq_schedule *schedule, size_t at)
{
	while (at > 0 && schedule->tasks[at - 1] == schedule->tasks[at])
		at--;
	return at;
}

/* Leave the run out, or join it to an earlier run of the same task. */
static enum teeq_status shrink_run(struct shrink *shrink, size_t from, bool *taken)
{
	size_t end = run_end(&shrink->best, from);
	enum teeq_status status = wish_moved(shrink, from, end, from, true);
	unsigned int joins = 0;

	if (status == TEEQ_OK)
		status = try_wish(shrink, taken);
	for (size_t i = from; i-- > 0 && status == TEEQ_OK && !*taken && joins < JOINS_MAX;
	     i = run_start(&shrink->best, i)) {
		if (shrink->best.tasks[i] != shrink->best.tasks[from])
			continue;
		joins++;
		status = wish_moved(shrink, from, end, i + 1, false);
		if (status == TEEQ_OK)
			status = try_wish(shrink, taken);
	}
	return status;
}

/* Every run in turn, over and over until none can be spared. */
static enum teeq_status shrink_all(struct shrink *shrink)
{
	enum teeq_status status = TEEQ_OK;
	bool changed = true;

	while (changed && status == TEEQ_OK) {
		size_t at = 0;

		changed = false;
		while (at < shrink->best.count && status == TEEQ_OK) {
			bool taken = false;

			status = shrink_run(shrink, at, &taken);
			changed |= taken;
			if (taken)
				at = at < shrink->best.count ? run_start(&shrink->best, at) : 0;
			else
				at = run_end(&shrink->best, at);
		}
	}
	return status;
}

enum teeq_status shrink_by_trying(const struct shrink_subject *subject, struct teeq_schedule *best)
{
	struct shrink shrink = { .subject = subject, .best = *best };
	enum teeq_status status = shrink_all(&shrink);

	*best = shrink.best;
	teeq_schedule_free(&shrink.wish);
	teeq_schedule_free(&shrink.tried);
	return status;
}

/* How @schedule ends, in @world; TEEQ_EINPUT: in no failure. */
static enum teeq_status replay_failure(const struct teeq_model *model, struct teeq_world *world,
				       const struct teeq_schedule *schedule, uint64_t must_finish,
				       struct teeq_schedule *record, struct teeq_result *result,
				       struct teeq_error *error)
{
	struct teeq_run_options options = { .record = record, .must_finish = must_finish };
	enum teeq_status status = teeq_replay(model, world, schedule, &options, result, error);

	if (status == TEEQ_OK && !(TEEQ_GOAL_FAILURES >> result->verdict & 1))
		return error_set(error, TEEQ_EINPUT, "schedule",
				 "it ends in %s, which is no "
				 "failure",
				 teeq_verdict_name(result->verdict));
	return status;
}

enum teeq_status shrink_runs(const struct teeq_model *model, const struct teeq_schedule *schedule,
			     uint64_t must_finish, struct teeq_schedule *shrunk,
			     struct teeq_error *error)
{
	struct shrink_model of = { .m = model, .w = teeq_world_new(model),
				   .end.must_finish = must_finish };
	const struct shrink_subject subject = { follow_model, &of };
	struct teeq_schedule best = { 0 };
	struct teeq_result result;
	enum teeq_status status = TEEQ_ENOMEM;

	if (of.w)
		status = replay_failure(model, of.w, schedule, must_finish, &best, &result,
					error);
	if (status == TEEQ_OK) {
		of.end.verdict = result.verdict;
		status = shrink_by_trying(&subject, &best);
	}
	if (status == TEEQ_OK) {
		*shrunk = best;
		best = (struct teeq_schedule){ 0 };
	} else if (status == TEEQ_ENOMEM) {
		error_nomem(error);
	}
	teeq_schedule_free(&best);
	teeq_world_free(of.w);
	return status;
}

bool shrink_is_short(const struct teeq_schedule *schedule)
{
	uint64_t runs = teeq_schedule_switches(schedule) + 1;

	return schedule->count == 0 || runs * runs <= STEPS_MAX / schedule->count;
}

/* Roughly, and then one by one where that ends. */
static enum teeq_status shrink_from(const struct teeq_model *model,
				    const struct teeq_schedule *schedule, struct shrink_end end,
				    struct teeq_schedule *shrunk, struct teeq_error *error)
{
	struct teeq_schedule ordered = { 0 };
	enum teeq_status status = shrink_blocks(model, schedule, end, &ordered);

	if (status != TEEQ_OK)
		return error_nomem(error);
	if (!shrink_is_short(&ordered)) {
		*shrunk = ordered;
		return TEEQ_ELIMIT;
	}
	status = shrink_runs(model, &ordered, end.must_finish, shrunk, error);
	teeq_schedule_free(&ordered);
	return status;
}

enum teeq_status teeq_shrink(const struct teeq_model *model, const struct teeq_schedule *schedule,
			     struct teeq_schedule *shrunk, struct teeq_error *error)
{
	if (!model || !schedule || !shrunk)
		return error_null(error, "model, schedule, shrunk");
	return shrink_about(model, schedule, 0, shrunk, error);
}

enum teeq_status shrink_about(const struct teeq_model *model, const struct teeq_schedule *schedule,
			      uint64_t must_finish, struct teeq_schedule *shrunk,
			      struct teeq_error *error)
{
	struct teeq_world *world = teeq_world_new(model);
	/* A violation ends a replay, whatever choices are behind it. */
	struct teeq_schedule needed = { .tasks = schedule->tasks };
	struct teeq_result result;
	enum teeq_status status = TEEQ_ENOMEM;

	if (world)
		status = replay_failure(model, world, schedule, must_finish, NULL, &result, error);
	else
		error_nomem(error);
	teeq_world_free(world);
	if (status != TEEQ_OK)
		return status;
	needed.count = (size_t)result.steps;
	return shrink_from(model, &needed, (struct shrink_end){ result.verdict, must_finish },
			   shrunk, error);
}
