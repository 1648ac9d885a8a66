/* SPDX-License-Identifier: BSD-2-Clause */
#include "needs_check.h"

#include <stdio.h>
#include <string.h>

struct all_needs {
	const struct needs_said *told;
	struct sentences *counts;
	const struct witness *w;
	const struct teeq_world *world;
	struct expected_need of[TEEQ_TASK_MAX];
	bool unsure[TEEQ_TASK_MAX];
	bool some_unsure;
	char *wrong;
	size_t size;
};

static struct expected ask(struct all_needs *all, unsigned int task)
{
	return (struct expected){
		.counts = all->counts, .w = all->w, .world = all->world, .task = task,
		.claim = all->told->claim[task], .only = NOBODY, .context = NOBODY, .level = NOBODY,
	};
}

static const char *name_of(const struct all_needs *all, unsigned int task)
{
	return teeq_model_task_name(all->w->model, task);
}

static void find_needs(struct all_needs *all)
{
	unsigned int count = (unsigned int)teeq_model_task_count(all->w->model);

	for (unsigned int i = 0; i < count; i++) {
		struct expected e = ask(all, i);

		if (teeq_model_task_kind(all->w->model, i) == TEEQ_TASK_FAULT ||
		    witness_has_finished(all->w, i))
			continue;
		all->of[i] = expected_need(&e);
		all->unsure[i] = e.unsure;
		all->some_unsure |= e.unsure;
	}
}

/* Nothing and nobody else would do. */
static bool is_necessary(const struct all_needs *all, unsigned int task, unsigned int holder)
{
	const struct expected_need *need = &all->of[task];

	return (need->tasks >> holder & 1) &&
	       need->count == (unsigned int)__builtin_popcountll(need->tasks);
}

static bool check_cycle(struct all_needs *all)
{
	const struct needs_said *told = all->told;

	for (size_t i = 0; i < told->cycle_count; i++) {
		unsigned int task = told->cycle[i], next = told->cycle[(i + 1) % told->cycle_count];

		if (all->unsure[task] || is_necessary(all, task, next))
			continue;
		snprintf(all->wrong, all->size, "%s would get on without %s", name_of(all, task),
			 name_of(all, next));
		return false;
	}
	return true;
}

/* The tasks of which each waits for one of them; from @set, as many as there are. */
static uint64_t closed_in(const struct all_needs *all, uint64_t set)
{
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		const struct expected_need *need = &all->of[i];

		if (!(set >> i & 1) ||
		    (need->tasks && (unsigned int)__builtin_popcountll(need->tasks & ~set) < need->count))
			continue;
		return closed_in(all, set & ~(UINT64_C(1) << i));
	}
	return set;
}

static int task_of(const struct all_needs *all, const char *line)
{
	size_t length = strcspn(line, " ");

	for (unsigned int i = 0; i < teeq_model_task_count(all->w->model); i++)
		if (strlen(name_of(all, i)) == length && strncmp(name_of(all, i), line, length) == 0)
			return (int)i;
	return NOBODY;
}

static bool check_line(struct all_needs *all, const char *line, uint64_t *knot)
{
	int task = task_of(all, line);
	struct expected e;

	all->counts->lines++;
	all->counts->count[SAYS_KNOT]++;
	all->counts->count[SAYS_NEEDS_ANY] += strstr(line, " or ") != NULL;
	all->counts->count[SAYS_NEEDS_ALL] += strstr(line, " and ") != NULL;
	if (task == NOBODY) {
		snprintf(all->wrong, all->size, "%s: nobody of that name", line);
		return false;
	}
	*knot |= UINT64_C(1) << task;
	e = ask(all, (unsigned int)task);
	expected_say_need(&e, &all->of[task]);
	all->counts->skipped += all->unsure[task];
	if (all->unsure[task] || strcmp(e.text, line) == 0)
		return true;
	snprintf(all->wrong, all->size, "said: %s\nseen: %s", line, e.text);
	return false;
}

static bool check_knot(struct all_needs *all)
{
	uint64_t knot = 0;

	for (size_t i = 0; i < all->told->knot_count; i++)
		if (!check_line(all, all->told->knot[i], &knot))
			return false;
	if (all->some_unsure || closed_in(all, knot) == knot)
		return true;
	snprintf(all->wrong, all->size, "a way leads out of the knot");
	return false;
}

/* Whether whoever is needed leads back to @task. */
static bool leads_back(const struct all_needs *all, unsigned int task)
{
	uint64_t reached = 0, before;

	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
		if (is_necessary(all, task, i))
			reached |= UINT64_C(1) << i;
	do {
		before = reached;
		for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++)
			for (unsigned int k = 0; k < TEEQ_TASK_MAX; k++)
				if ((reached >> i & 1) && is_necessary(all, i, k))
					reached |= UINT64_C(1) << k;
	} while (reached != before);
	return reached >> task & 1;
}

/* Where a cycle is, one that can be told by threads one by one; where nothing is told, nothing is. */
static bool check_what_is_left_out(struct all_needs *all)
{
	const struct needs_said *told = all->told;

	if (all->some_unsure || told->cycle_count > 0 || told->knot_count > 0)
		return true;
	all->counts->count[SAYS_NEITHER]++;
	for (unsigned int i = 0; i < TEEQ_TASK_MAX; i++) {
		if (!leads_back(all, i))
			continue;
		snprintf(all->wrong, all->size, "%s is in a cycle that is not told", name_of(all, i));
		return false;
	}
	if (closed_in(all, UINT64_MAX) == 0)
		return true;
	snprintf(all->wrong, all->size, "a knot is not told");
	return false;
}

bool needs_check(const struct needs_said *told, struct sentences *sentences,
		 const struct witness *w, const struct teeq_world *world, char *wrong, size_t size)
{
	struct all_needs all = { .told = told, .counts = sentences, .w = w, .world = world,
				 .wrong = wrong, .size = size };

	find_needs(&all);
	return check_cycle(&all) && check_knot(&all) && check_what_is_left_out(&all);
}
