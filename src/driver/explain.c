/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a run of a driver fails: who waits for whom, and the step behind which nothing could help. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/prng.h"
#include "driver/inquire.h"
#include "explore/no_return.h"

/* ------------------------------------- from a prefix on --------------------------------------- */

/* The schedule's first @count steps, one of @task if that is not negative, and then any. */
struct prefix {
	struct teeq_drive *d;
	const struct teeq_drive_budget *budget;
	const struct teeq_schedule *schedule;
	size_t count;
	int task;
	size_t at;
	struct prng prng;
	uint64_t enabled; /* behind the first @count steps */
	bool stops; /* there */
};

static int choose_behind(void *argument, uint64_t enabled)
{
	struct prefix *p = argument;
	size_t at = p->at++;
	uint32_t skipped;

	if (at < p->count)
		return p->schedule->tasks[at];
	if (at == p->count)
		p->enabled = enabled;
	if (p->stops)
		return -1;
	if (at == p->count && p->task >= 0)
		return enabled >> p->task & 1 ? p->task : -1;
	for (skipped = prng_below(&p->prng, (uint32_t)__builtin_popcountll(enabled)); skipped > 0;
	     skipped--)
		enabled &= enabled - 1;
	return __builtin_ctzll(enabled);
}

static enum teeq_status run_from(struct prefix *p, uint64_t seed,
				 struct teeq_harness_result *result)
{
	const struct teeq_harness_run_options options = { .step_max = p->budget->step_max };
	const struct chooser chooser = { choose_behind, p };

	p->at = 0;
	p->enabled = 0;
	prng_seed(&p->prng, seed, 1);
	return harness_execute(p->d->h, &options, p->d->h->options.points, &chooser, result);
}

/* As far as so many runs tell. */
static enum teeq_status drive_always_fails(void *argument, size_t count, int task, bool *fails)
{
	struct prefix *p = argument;
	struct teeq_harness_result result;
	enum teeq_status status = TEEQ_OK;

	p->count = count;
	p->task = task;
	p->stops = false;
	*fails = true;
	for (uint64_t seed = 1; status == TEEQ_OK && *fails && seed <= p->budget->runs; seed++) {
		status = run_from(p, seed, &result);
		*fails = status != TEEQ_OK || result.verdict != TEEQ_VERDICT_DONE;
	}
	return status;
}

static enum teeq_status drive_who_can_move(void *argument, size_t count, uint64_t *tasks)
{
	struct prefix *p = argument;
	struct teeq_harness_result result;
	enum teeq_status status;

	p->count = count;
	p->stops = true;
	status = run_from(p, 1, &result);
	*tasks = p->enabled;
	return status;
}

/* ----------------------------------------- in words ------------------------------------------- */

struct noted_step {
	const struct teeq_harness *h;
	size_t wanted;
	char *text;
	size_t size;
};

static void drive_note_step(void *argument, const struct harness_task *task,
			    const struct point *point)
{
	const struct noted_step *noted = argument;
	const struct teeq_site *site = &point->site;

	/* It is told of behind the step. */
	if (noted->h->result.steps != noted->wanted + 1)
		return;
	if (site->line > 0)
		snprintf(noted->text, noted->size, "%s: %s %s, in %s() at %s:%d", task->name,
			 point->action, site->object, site->function, site->file, site->line);
	else if (strcmp(point->action, site->object) == 0)
		snprintf(noted->text, noted->size, "%s: %s", task->name, point->action);
	else
		snprintf(noted->text, noted->size, "%s: %s %s", task->name, point->action,
			 site->object);
}

static void tell_rescues(const struct teeq_harness *h, uint64_t tasks, char *text, size_t size)
{
	size_t length = 0;

	for (unsigned int i = 0; i < h->task_count; i++)
		if ((tasks >> i & 1) && length < size)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
						   length > 0 ? " or " : "", h->tasks[i].name);
}

/* ------------------------------------------ all of it ----------------------------------------- */

static enum teeq_status drive_find_no_return(struct teeq_drive *d,
					     const struct teeq_drive_budget *budget,
					     const struct teeq_schedule *schedule,
					     struct teeq_drive_explanation *e)
{
	struct prefix p = { .d = d, .budget = budget, .schedule = schedule };
	const struct no_return_inquiry inquiry = { &p, drive_always_fails, drive_who_can_move };
	struct noted_step noted = { d->h, 0, e->no_return_text, sizeof(e->no_return_text) };
	struct teeq_harness_result again;
	enum teeq_status status =
		no_return_find(&inquiry, schedule, schedule->count, false, &e->no_return);

	if (status != TEEQ_OK || e->no_return.from_start)
		return status;
	tell_rescues(d->h, e->no_return.rescues, e->rescues, sizeof(e->rescues));
	noted.wanted = e->no_return.step;
	d->h->stepped = drive_note_step;
	d->h->stepped_argument = &noted;
	status = inquire_follow(d, budget, schedule, &again);
	d->h->stepped = NULL;
	return status;
}

/* The run again, with all that there is to say of it. */
static enum teeq_status tell_run(struct teeq_drive *d, const struct teeq_drive_budget *budget,
				 const struct teeq_schedule *schedule,
				 struct teeq_drive_explanation *e)
{
	struct waits waits;
	enum teeq_status status = TEEQ_ENOMEM;

	if (waits_begin(&waits, d, true))
		status = inquire_follow(d, budget, schedule, &e->end);
	d->h->ended = NULL;
	if (status == TEEQ_OK && !waits.failed) {
		e->waits = waits.text;
		waits.text = NULL;
		e->told = teeq_harness_explain(d->h);
		e->schedule = teeq_harness_schedule(d->h);
		e->end.violation = NULL;
	}
	waits_end(&waits);
	return status == TEEQ_OK && (!e->told || !e->schedule) ? TEEQ_ENOMEM : status;
}

enum teeq_status teeq_drive_explain(struct teeq_drive *d, const char *text,
				    const struct teeq_drive_budget *budget,
				    struct teeq_drive_explanation *e, struct teeq_error *error)
{
	struct teeq_schedule schedule = { 0 };
	struct teeq_harness_result result;
	enum teeq_status status = TEEQ_OK;

	if (!d || !budget || !e)
		return error_null(error, "drive, budget, explanation");
	*e = (struct teeq_drive_explanation){ .runs_each = budget->runs };
	if (text)
		status = inquire_run(d, text, budget, &result, NULL, error);
	if (status != TEEQ_OK)
		return status;
	status = inquire_choices(d, &schedule);
	if (status == TEEQ_OK)
		status = tell_run(d, budget, &schedule, e);
	if (status == TEEQ_OK)
		status = drive_find_no_return(d, budget, &schedule, e);
	teeq_schedule_free(&schedule);
	if (status == TEEQ_OK)
		return TEEQ_OK;
	teeq_drive_explanation_free(e);
	return status == TEEQ_ENOMEM ? error_nomem(error) : status;
}

void teeq_drive_explanation_free(struct teeq_drive_explanation *e)
{
	if (!e)
		return;
	free(e->told);
	free(e->waits);
	free(e->schedule);
	memset(e, 0, sizeof(*e));
}
