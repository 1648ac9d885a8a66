/* SPDX-License-Identifier: BSD-2-Clause */
/* What is expected of those who could go on, and are let by no processor; and of those who poll. */
#include "expected_shared.h"

#define RUNNER_MAX TEEQ_TASK_MAX

/* Who is in the way: by a call in @context, or as a task of a higher priority (NOBODY). */
struct runners {
	unsigned int task[RUNNER_MAX];
	int context[RUNNER_MAX];
	size_t count;
};

static bool shares_cpu(const struct expected *e, unsigned int task)
{
	unsigned int own = teeq_model_task_cpu(e->w->model, e->task);

	return own == 0 || teeq_model_task_cpu(e->w->model, task) == own;
}

static void add_runner(struct expected *e, struct runners *runners, unsigned int task, int context)
{
	if (e->only != NOBODY && e->only != (int)task)
		return;
	runners->task[runners->count] = task;
	runners->context[runners->count++] = context;
}

/* In the order of their contexts. */
static bool add_keepers(struct expected *e, struct runners *runners, bool all)
{
	bool found = false;

	for (unsigned int i = 0; i < witness_thread_count(e->w); i++) {
		for (unsigned int task = 0; task < expected_task_count(e); task++) {
			const struct witness_task *t = &e->w->task[task];

			if (t->level[t->top].call != AT_THREAD || t->level[t->top].context != i ||
			    !witness_keeps_cpu(e->w, task) || (!all && !shares_cpu(e, task)))
				continue;
			found = true;
			add_runner(e, runners, task, (int)i);
		}
	}
	return found;
}

static bool add_superiors(struct expected *e, struct runners *runners)
{
	unsigned int own = teeq_model_task_priority(e->w->model, e->task);
	bool found = false;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		if (!shares_cpu(e, i) || teeq_model_task_priority(e->w->model, i) <= own ||
		    witness_has_finished(e->w, i))
			continue;
		/* Who is not seen to poll may run all the same, where something can still move. */
		if (witness_polls(e->w, i) == NO_KEY &&
		    (witness_is_blocked(e->w, i) ||
		     !(teeq_world_enabled(e->w->model, e->world) >> i & 1)))
			continue;
		found = true;
		add_runner(e, runners, i, NOBODY);
	}
	return found;
}

static void say_runner(struct expected *e, unsigned int task, int context)
{
	unsigned int event = witness_polls(e->w, task);

	if (context != NOBODY) {
		bool active = e->w->task[task].level[e->w->task[task].top].active;

		expected_whose_call(e, task, e->w->task[task].top);
		expected_count(e, active ? SAYS_RUNS_SECURE : SAYS_RESUMED_AT_ONCE);
		expected_say(e, active ? " runs in the secure world" :
					 " is interrupted and resumed at once");
		return;
	}
	expected_say(e, "%s, of priority %u, ", expected_name(e, task),
		     teeq_model_task_priority(e->w->model, task));
	expected_count(e, SAYS_PRIORITY);
	if (event != NO_KEY)
		expected_say(e, "polls event %s", teeq_model_event_name(e->w->model, event));
	else
		expected_say(e, "runs");
}

/* Every CPU is in the secure world, for these. */
static void say_all_secure(struct expected *e, const struct runners *runners)
{
	expected_count(e, SAYS_ALL_SECURE);
	expected_say(e, "waits for a CPU: every one runs the secure world, for ");
	for (size_t i = 0; i < runners->count; i++) {
		expected_say(e, "%s", i == 0 ? "" : i + 1 < runners->count ? ", " : " and ");
		expected_whose_call(e, runners->task[i], e->w->task[runners->task[i]].top);
	}
}

/* On its own CPU; where nobody is there, on all. */
static struct runners find_runners(struct expected *e)
{
	unsigned int own = teeq_model_task_cpu(e->w->model, e->task);
	struct runners runners = { .count = 0 };

	if (!add_keepers(e, &runners, false) && !(own > 0 && add_superiors(e, &runners)))
		add_keepers(e, &runners, true);
	e->unsure |= expected_somebody_is_beyond(e);
	return runners;
}

uint64_t expected_runners(struct expected *e)
{
	struct runners runners = find_runners(e);
	uint64_t tasks = 0;

	for (size_t i = 0; i < runners.count; i++)
		tasks |= UINT64_C(1) << runners.task[i];
	return tasks;
}

void expected_cpu(struct expected *e)
{
	unsigned int own = teeq_model_task_cpu(e->w->model, e->task);
	struct runners runners = find_runners(e);
	bool secure = own == 0;

	for (size_t i = 0; i < runners.count; i++)
		secure &= runners.context[i] != NOBODY &&
			  e->w->task[runners.task[i]].level[e->w->task[runners.task[i]].top].active;
	expected_count(e, SAYS_CPU);
	if (witness_is_blocked(e->w, e->task)) {
		expected_say(e, "would not go on with a CPU either");
	} else if (secure && runners.count > 0) {
		say_all_secure(e, &runners);
	} else {
		if (own > 0)
			expected_say(e, "waits for CPU %u, where ", own);
		else
			expected_say(e, "waits for a CPU: ");
		for (size_t i = 0; i < runners.count; i++) {
			expected_say(e, "%s", i > 0 ? "; " : "");
			say_runner(e, runners.task[i], runners.context[i]);
		}
		if (runners.count == 0)
			expected_say(e, "nobody lets it run");
	}
}

void expected_poll(struct expected *e, unsigned int event)
{
	expected_count(e, SAYS_POLL);
	expected_say(e, "polls event %s, ", teeq_model_event_name(e->w->model, event));
	expected_may(e, TEEQ_EFFECT_SIGNAL, event, "signal", SAYS_NOBODY_EVENT);
}
