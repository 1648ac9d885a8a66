/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The threads against the model: the same actions in the same order must do the same. After every
 * action on the queue the queue has the same bytes, after every action on the pool its threads have
 * the same states and owners, and at the end both say the same.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/stress.h"

struct comparison {
	const struct cli_case *c;
	const struct stress_round *round;
	size_t step;
	struct teeq_error *error;
};

static bool differs(const struct comparison *comparison, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A difference at the current step. Returns false, for `return differs(...)`. */
static bool differs(const struct comparison *comparison, const char *format, ...)
{
	struct teeq_error *error = comparison->error;
	va_list arguments;

	error->status = TEEQ_EMISMATCH;
	snprintf(error->key, sizeof(error->key), "action %zu", comparison->step);
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return false;
}

static bool same_queue(const struct comparison *comparison, const struct stress_entry *entry)
{
	const struct teeq_callq *seen = stress_entry_queue(comparison->round->history, entry);
	const struct teeq_callq *q = teeq_world_callq(comparison->c->model, comparison->c->world);

	if (seen->free_count != q->free_count)
		return differs(comparison, "free count: threads %d, model %d",
			       (int)seen->free_count, (int)q->free_count);
	if (seen->system_session_count != q->system_session_count)
		return differs(comparison, "system sessions: threads %u, model %u",
			       seen->system_session_count, q->system_session_count);
	if (seen->waiter_count != q->waiter_count)
		return differs(comparison, "waiters: threads %u, model %u", seen->waiter_count,
			       q->waiter_count);
	if (memcmp(seen, q, entry->size) != 0)
		return differs(comparison, "the queue's bytes differ");
	return true;
}

static bool same_pool(const struct comparison *comparison, const struct stress_entry *entry)
{
	const struct stress_history *history = comparison->round->history;
	int16_t owners[TEEQ_CONTEXT_MAX];
	const uint8_t *contexts = stress_entry_contexts(history, entry, owners);

	for (unsigned int i = 0; i < history->context_count; i++) {
		struct teeq_context_view view;
		int owner;

		teeq_world_context(comparison->c->model, comparison->c->world, i, &view);
		owner = view.owned ? view.owner.task : -1;
		if (contexts[i] != (uint8_t)view.state)
			return differs(comparison, "thread %u: threads %u, model %u", i,
				       contexts[i], (unsigned int)view.state);
		if (owners[i] != owner)
			return differs(comparison, "owner of thread %u: threads %d, model %d", i,
				       owners[i], owner);
	}
	return true;
}

static bool same_step(const struct comparison *comparison, const struct stress_entry *entry)
{
	const struct cli_case *c = comparison->c;
	const char *name = teeq_model_task_name(c->model, entry->task);
	struct teeq_task_view view;
	struct teeq_event event;
	bool moves;

	teeq_world_task(c->model, c->world, entry->task, &view);
	moves = teeq_world_step(c->model, c->world, entry->task, &event) == TEEQ_OK;
	/* Who waits for a notification may be woken, or see that the time is over. */
	if ((moves ? event.action : view.action) != entry->action)
		return differs(comparison, "%s: threads %s, model %s", name,
			       teeq_action_name(entry->action),
			       teeq_action_name(moves ? event.action : view.action));
	if (!moves)
		return differs(comparison, "%s: threads %s, in the model it cannot move", name,
			       teeq_action_name(entry->action));
	if (event.level != entry->level)
		return differs(comparison, "%s: level: threads %u, model %u", name, entry->level,
			       event.level);
	if (event.outcome != entry->outcome || event.result != entry->result)
		return differs(comparison, "%s: %s: threads %s %d, model %s %d", name,
			       teeq_action_name(entry->action), teeq_outcome_name(entry->outcome),
			       entry->result, teeq_outcome_name(event.outcome), event.result);
	if (entry->is_queue)
		return same_queue(comparison, entry);
	return entry->size == 0 || same_pool(comparison, entry);
}

static bool same_end(const struct comparison *comparison)
{
	const struct cli_case *c = comparison->c;
	enum teeq_verdict verdict = teeq_world_verdict(c->model, c->world);
	enum teeq_verdict seen = comparison->round->verdict;

	/* After a violation the two do not stop at the same place, and a stall is no end. */
	if (seen == TEEQ_VERDICT_LIMIT || seen == TEEQ_VERDICT_VIOLATION || seen == verdict)
		return true;
	return differs(comparison, "end: threads %s, model %s", teeq_verdict_name(seen),
		       teeq_verdict_name(verdict));
}

/*
 * In the model a task arrives at a barrier together with the action before it; a thread arrives a
 * little later. Where more tasks than the barrier wants may arrive, that decides who goes through.
 */
static bool is_contested(const struct cli_case *c, unsigned int barrier)
{
	unsigned int arrivals = 0, wanted = 0;

	teeq_world_barrier(c->model, c->world, barrier, &wanted);
	for (unsigned int i = 0; i < teeq_model_task_count(c->model); i++)
		arrivals += teeq_world_may(c->model, c->world, i, TEEQ_DEED_ARRIVE, barrier) !=
			    TEEQ_MAY_NOT;
	return arrivals > wanted;
}

static enum teeq_status cannot(struct teeq_error *error, const char *why)
{
	error->status = TEEQ_ELIMIT;
	snprintf(error->text, sizeof(error->text), "%s", why);
	return TEEQ_ELIMIT;
}

enum teeq_status stress_compare(const struct cli_case *c, const struct stress_round *round,
				struct teeq_error *error)
{
	struct comparison comparison = { .c = c, .round = round, .error = error };
	struct stress_history *history = round->history;
	bool same = true;

	teeq_world_reset(c->model, c->world);
	for (unsigned int i = 0; teeq_model_barrier_name(c->model, i); i++)
		if (is_contested(c, i))
			return cannot(error, "more tasks than a barrier wants may arrive there");
	if (teeq_play_contested(c->model))
		return cannot(error, "a task looks at a session or a channel that others change");
	if (!stress_history_order(history, teeq_model_task_count(c->model)))
		return cannot(error, "a round is too long");
	while (same && comparison.step < history->count) {
		same = same_step(&comparison, history->ordered[comparison.step]);
		comparison.step += same;
	}
	return same && same_end(&comparison) ? TEEQ_OK : TEEQ_EMISMATCH;
}
