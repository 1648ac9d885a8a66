/* SPDX-License-Identifier: BSD-2-Clause */
/* What the threads did, once more, one action after another: was it what the model does? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/event_hash.h"
#include "threads/threads.h"

enum {
	CAPACITY_MIN = 64,
};

void threads_log(struct teeq_threads *t, unsigned int task, const struct record *record)
{
	struct log *log = &t->sleepers[task].log;

	if (log->count == log->capacity && !log->cut) {
		size_t capacity = log->capacity ? log->capacity * 2 : CAPACITY_MIN;
		struct record *grown = log->count < TEEQ_THREADS_RECORD_MAX ?
			realloc(log->records, capacity * sizeof(*grown)) : NULL;

		log->cut = !grown;
		if (grown) {
			log->records = grown;
			log->capacity = capacity;
		}
	}
	if (!log->cut)
		log->records[log->count++] = *record;
}

/* An action, and whose. */
struct choice {
	const struct record *record;
	unsigned int task;
};

struct comparison {
	const struct teeq_threads *t;
	struct teeq_world *w;
	struct choice *choices;
	size_t count;
	struct teeq_error *error;
};

/* The numbers are 0 to count - 1, each once. */
static enum teeq_status order_choices(struct comparison *c)
{
	const struct teeq_threads *t = c->t;

	for (unsigned int i = 0; i < t->m->task_count; i++) {
		if (t->sleepers[i].log.cut)
			return error_set(c->error, TEEQ_ELIMIT, "threads", "a round is too long");
		c->count += t->sleepers[i].log.count;
	}
	if (c->count != atomic_load(&t->order))
		return error_set(c->error, TEEQ_ELIMIT, "threads", "nothing was recorded");
	c->choices = calloc(c->count + 1, sizeof(*c->choices));
	if (!c->choices)
		return error_nomem(c->error);
	for (unsigned int i = 0; i < t->m->task_count; i++)
		for (size_t j = 0; j < t->sleepers[i].log.count; j++) {
			const struct record *record = &t->sleepers[i].log.records[j];

			c->choices[record->order] = (struct choice){ record, i };
		}
	return TEEQ_OK;
}

static enum teeq_status differs(const struct comparison *c, size_t step,
				const struct teeq_event *event)
{
	const struct choice *choice = &c->choices[step];
	char key[32];

	snprintf(key, sizeof(key), "action %zu", step);
	if (!event)
		return error_set(c->error, TEEQ_EMISMATCH, key,
				 "%s: threads %s, in the model it cannot move",
				 c->t->m->tasks[choice->task].name,
				 teeq_action_name((enum teeq_action)choice->record->action));
	return error_set(c->error, TEEQ_EMISMATCH, key, "%s: threads %s %s, model %s %s%s",
			 c->t->m->tasks[choice->task].name,
			 teeq_action_name((enum teeq_action)choice->record->action),
			 teeq_outcome_name((enum teeq_outcome)choice->record->outcome),
			 teeq_action_name((enum teeq_action)event->action),
			 teeq_outcome_name((enum teeq_outcome)event->outcome),
			 choice->record->action == event->action &&
			 choice->record->outcome == event->outcome ? ", with other effects" : "");
}

static enum teeq_status repeat(struct comparison *c, size_t step)
{
	const struct teeq_model *m = c->t->m;
	const struct choice *choice = &c->choices[step];
	struct teeq_event event;

	/* A stage begins when nobody can move. */
	world_settle(m, c->w);
	if (choice->record->pc != CODE_NONE) {
		task_top(world_task(m, c->w, choice->task))->pc = choice->record->pc;
		world_advance(m, c->w, choice->task);
		return TEEQ_OK;
	}
	if (!(teeq_world_enabled(m, c->w) & task_bit(choice->task)))
		return differs(c, step, NULL);
	world_act(m, c->w, choice->task, &event, ACT_WATCHED);
	return event_hash(0, &event) == choice->record->hash ? TEEQ_OK : differs(c, step, &event);
}

static enum teeq_status repeat_all(struct comparison *c)
{
	const struct teeq_threads *t = c->t;
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; status == TEEQ_OK && i < c->count; i++)
		status = repeat(c, i);
	if (status != TEEQ_OK)
		return status;
	if (c->w->stage < t->w->stage)
		world_settle(t->m, c->w);
	if (memcmp(c->w, t->w, t->m->layout.size) != 0)
		return error_set(c->error, TEEQ_EMISMATCH, "end", "the worlds' bytes differ");
	return TEEQ_OK;
}

enum teeq_status teeq_threads_compare(const struct teeq_threads *t, struct teeq_schedule *schedule,
				      struct teeq_error *error)
{
	struct comparison c = { .t = t, .error = error };
	enum teeq_status status;

	if (!t)
		return error_null(error, "threads");
	c.w = teeq_world_new(t->m);
	status = c.w ? order_choices(&c) : error_nomem(error);
	for (size_t i = 0; schedule && status == TEEQ_OK && i < c.count; i++)
		if (c.choices[i].record->pc == CODE_NONE)
			status = teeq_schedule_add(schedule, c.choices[i].task);
	if (status == TEEQ_OK)
		status = repeat_all(&c);
	teeq_world_free(c.w);
	free(c.choices);
	return status;
}
