/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical form: states that differ only in which of several like tasks, or which of several
 * thread contexts, does what have the same; states that behave differently have not.
 */
#include "judge.h"

#include "base/prng.h"
#include "forms.h"
#include "generate.h"

#define SEED_COUNT 3000
#define WHOLE_COUNT 4000
#define STEP_MAX 150

/* Names of tasks of one client, and of contexts. */
static const struct teeq_explore_options names_alone = {
	.without = TEEQ_WITHOUT_ORDER | TEEQ_WITHOUT_CLIENTS | TEEQ_WITHOUT_SPENT,
};

static const struct generator some = { .states = 1e6 };
static const struct generator mechanisms = {
	.states = 1e6, .mechanisms = true, .results = true, .memory = true,
};

/* ----------------------------------------- random walks --------------------------------------- */

/*
 * A walk and its counterpart, in which like tasks have changed their parts: what t does in the one,
 * @counterpart[t] does in the other.
 */
struct walk {
	uint64_t seed;
	struct teeq_model *model;
	struct canon canon;
	struct prng prng;
	struct teeq_world *world;
	struct teeq_world *other;
	uint8_t counterpart[TEEQ_TASK_MAX];
	bool changed; /* some tasks play the parts of others */
	bool renamed; /* some contexts had other names */
};

static void expect(const struct walk *walk, bool right, const char *what)
{
	if (!right)
		fail_msg("seed %" PRIu64 " %s: %s", walk->seed,
			 teeq_model_policy(walk->model)->name, what);
}
#define expect(...) FROM(expect(__VA_ARGS__))

/* The one that a fault kills has no like. */
static bool is_target(const struct teeq_model *m, unsigned int task)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_CLIENT_KILLED && m->faults[i].target == task)
			return true;
	return false;
}

/* Fisher and Yates, among the tasks of each client. */
static void choose_twins(struct walk *walk)
{
	const struct teeq_model *m = walk->model;

	for (unsigned int i = 0; i < m->task_count; i++) {
		unsigned int first = i, j;

		while (first > 0 && m->tasks[first - 1].client == m->tasks[i].client &&
		       !is_target(m, first - 1))
			first--;
		j = first + prng_below(&walk->prng, i - first + 1);
		walk->counterpart[i] = (uint8_t)i;
		walk->counterpart[i] = walk->counterpart[j];
		walk->counterpart[j] = (uint8_t)i;
	}
	for (unsigned int i = 0; i < m->task_count; i++)
		walk->changed |= walk->counterpart[i] != i;
}

static uint64_t rename_set(uint64_t tasks, const uint8_t *name, unsigned int count)
{
	uint64_t renamed = 0;

	for (unsigned int i = 0; i < count; i++)
		if (tasks >> i & 1)
			renamed |= UINT64_C(1) << name[i];
	return renamed;
}

/* --------------------------------- contexts under other names --------------------------------- */

/* Who stands where, the context that lies behind a number, and its key. */
struct names {
	uint8_t to[TEEQ_CONTEXT_MAX];
};

/* Each part of the array among itself; those that are lost keep their names. */
static struct names shuffle_contexts(struct walk *walk)
{
	const struct teeq_model *m = walk->model;
	struct names names;

	for (unsigned int i = 0; i < m->thread_count; i++) {
		unsigned int pool = model_pool_of(m, i);
		unsigned int border = m->pool_first[pool + 1] -
				      (unsigned int)world_pool(m, walk->world, pool)->reserved_count;
		unsigned int lowest = m->pool_first[pool] + (pool == 0 ? m->lost_count : 0u);
		unsigned int first = i < border ? lowest : border;
		unsigned int j = i < first ? i : first + prng_below(&walk->prng, i - first + 1);

		names.to[i] = (uint8_t)i;
		names.to[i] = names.to[j];
		names.to[j] = (uint8_t)i;
	}
	return names;
}

static void rename_in_tasks(const struct teeq_model *m, struct teeq_world *w,
			    const struct names *names)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		struct task *task = world_task(m, w, i);

		for (unsigned int level = 0; level <= task->top; level++) {
			uint8_t *context = &task->levels[level].call.context;

			if (*context != TEEQ_NO_CONTEXT)
				*context = names->to[*context];
		}
		if (task->wait >= RPC_NOTIF_WAIT && task->about >= m->notification_count)
			task->about = (uint8_t)(m->notification_count +
						names->to[task->about - m->notification_count]);
	}
}

static void rename_in_locks(const struct teeq_model *m, struct teeq_world *w,
			    const struct teeq_world *from, const struct names *names)
{
	for (unsigned int i = 0; m->keeps_memory && i < m->guest_count; i++)
		for (unsigned int j = 0; j < m->thread_count; j++)
			world_memory(m, w, i)[names->to[j]] = world_memory(m, from, i)[j];
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		struct secure_lock *lock = world_secure_lock(m, w, i);

		for (unsigned int j = 0; j < m->thread_count; j++)
			world_holds(m, w, i)[names->to[j]] = world_holds(m, from, i)[j];
		for (unsigned int j = 0; j < m->thread_count; j++)
			if (lock->waits[j].context)
				lock->waits[j].context =
					(uint8_t)(names->to[lock->waits[j].context - 1] + 1);
	}
}

/* @to becomes the walk's world with its contexts under other names. */
static void rename_contexts(const struct walk *walk, struct teeq_world *to,
			    const struct names *names)
{
	const struct teeq_model *m = walk->model;
	const struct teeq_world *from = walk->world;

	teeq_world_copy(m, to, from);
	for (unsigned int i = 0; i < m->thread_count; i++) {
		unsigned int other = names->to[i];

		*world_context(m, to, other) = *world_context(m, from, i);
		memcpy(world_thread(m, to, other), world_thread(m, from, i),
		       m->layout.thread_size);
		if (m->secure_lock_count > 0)
			world_keys(m, to, 0)[model_context_key(m, other)] =
				world_keys(m, from, 0)[model_context_key(m, i)];
	}
	rename_in_tasks(m, to, names);
	rename_in_locks(m, to, from, names);
}

static void expect_same_under_other_names(struct walk *walk)
{
	struct names names = shuffle_contexts(walk);
	struct teeq_world *renamed;

	if (!walk->canon.contexts)
		return;
	renamed = teeq_world_new(walk->model);
	rename_contexts(walk, renamed, &names);
	walk->renamed |= memcmp(renamed, walk->world, teeq_world_size(walk->model)) != 0;
	expect(walk, same_form(&walk->canon, walk->world, renamed),
	       "the same with contexts renamed has another form");
	teeq_world_free(renamed);
}
#define expect_same_under_other_names(...) FROM(expect_same_under_other_names(__VA_ARGS__))

/* ------------------------------------------ judging ------------------------------------------- */

/* @form is what canon_apply() made of the walk's world; @order says who is who in it. */
static void expect_stable(const struct walk *walk, const struct teeq_world *form)
{
	struct teeq_world *again = teeq_world_new(walk->model);
	uint8_t order[TEEQ_TASK_MAX];

	canon_apply(&walk->canon, again, form, order);
	expect(walk, memcmp(again, form, teeq_world_size(walk->model)) == 0,
	       "the form of a form is another");
	for (unsigned int i = 0; i < walk->model->task_count; i++)
		expect(walk, order[i] == i, "a form's tasks are put into another order");
	teeq_world_free(again);
}
#define expect_stable(...) FROM(expect_stable(__VA_ARGS__))

static void expect_order(const struct walk *walk, const uint8_t *order)
{
	const struct teeq_model *m = walk->model;
	uint64_t seen = 0;

	for (unsigned int i = 0; i < m->task_count; i++) {
		seen |= UINT64_C(1) << order[i];
		expect(walk, m->tasks[order[i]].client == m->tasks[i].client,
		       "a task takes the place of another client's");
	}
	expect(walk, seen == (UINT64_C(1) << m->task_count) - 1, "the order leaves a task out");
}
#define expect_order(...) FROM(expect_order(__VA_ARGS__))

/* Whoever can move in the form leads to the same as the task that it stands for. */
static void expect_alike(const struct walk *walk, const struct teeq_world *form,
			 const uint8_t *order)
{
	const struct teeq_model *m = walk->model;
	struct teeq_world *real = teeq_world_new(m), *formal = teeq_world_new(m);
	uint64_t enabled = teeq_world_enabled(m, form);

	expect(walk, rename_set(enabled, order, m->task_count) ==
			     teeq_world_enabled(m, walk->world), "others can move in the form");
	expect(walk, teeq_world_verdict(m, form) == teeq_world_verdict(m, walk->world),
	       "the form has another verdict");
	for (unsigned int task = 0; task < m->task_count; task++) {
		if (!(enabled >> task & 1))
			continue;
		teeq_world_copy(m, real, walk->world);
		teeq_world_copy(m, formal, form);
		teeq_world_step(m, real, order[task], NULL);
		teeq_world_step(m, formal, task, NULL);
		expect(walk, same_form(&walk->canon, real, formal), "the form goes another way");
	}
	teeq_world_free(real);
	teeq_world_free(formal);
}
#define expect_alike(...) FROM(expect_alike(__VA_ARGS__))

static void judge(struct walk *walk)
{
	struct teeq_world *form = teeq_world_new(walk->model);
	uint8_t order[TEEQ_TASK_MAX];

	expect(walk, same_form(&walk->canon, walk->world, walk->other),
	       "the same with tasks renamed has another form");
	canon_apply(&walk->canon, form, walk->world, order);
	expect_order(walk, order);
	expect_stable(walk, form);
	expect_alike(walk, form, order);
	expect_same_under_other_names(walk);
	teeq_world_free(form);
}
#define judge(...) FROM(judge(__VA_ARGS__))

static bool walk_on(struct walk *walk)
{
	uint64_t enabled = teeq_world_enabled(walk->model, walk->world);
	unsigned int steps = (unsigned int)__builtin_popcountll(enabled), task;

	if (enabled == 0 || teeq_world_check(walk->model, walk->world))
		return false;
	for (unsigned int n = prng_below(&walk->prng, steps); n > 0; n--)
		enabled &= enabled - 1;
	task = (unsigned int)__builtin_ctzll(enabled);
	expect(walk, teeq_world_step(walk->model, walk->world, task, NULL) == TEEQ_OK &&
	       teeq_world_step(walk->model, walk->other, walk->counterpart[task], NULL) == TEEQ_OK,
	       "the counterpart cannot move");
	return true;
}
#define walk_on(...) FROM(walk_on(__VA_ARGS__))

static struct walk walk_once(uint64_t seed, const struct teeq_scenario *scenario,
			     const char *policy)
{
	struct walk walk = { .seed = seed, .model = story_model(scenario, policy) };

	walk.world = teeq_world_new(walk.model);
	walk.other = teeq_world_new(walk.model);
	prng_seed(&walk.prng, seed, 2);
	assert_true(canon_init(&walk.canon, walk.model, &names_alone));
	choose_twins(&walk);
	judge(&walk);
	for (unsigned int i = 0; i < STEP_MAX && walk_on(&walk); i++)
		judge(&walk);
	teeq_world_free(walk.world);
	teeq_world_free(walk.other);
	canon_free(&walk.canon);
	teeq_model_free(walk.model);
	return walk;
}
#define walk_once(...) FROM(walk_once(__VA_ARGS__))

static void test_random_walks(void **state)
{
	static struct generated generated;
	unsigned int changed = 0;

	for (uint64_t seed = 0; seed < SEED_COUNT; seed++) {
		generate(&generated, &some, seed);
		for (size_t i = 0; teeq_policy_at(i); i++)
			changed += walk_once(seed, &generated.scenario,
					     teeq_policy_at(i)->name).changed;
	}
	assert_true(changed > SEED_COUNT);
}

/* With what surrounds the calls, each under one of the policies. */
static void test_random_walks_through_the_whole_language(void **state)
{
	static struct generated generated;
	unsigned int changed = 0, renamed = 0;

	for (uint64_t seed = 0; seed < WHOLE_COUNT; seed++) {
		struct walk walk;

		generate(&generated, &mechanisms, seed);
		walk = walk_once(seed, &generated.scenario, teeq_policy_at(seed % 9)->name);
		changed += walk.changed;
		renamed += walk.renamed;
	}
	print_message("%u with tasks, %u with contexts under other names\n", changed, renamed);
	assert_true(changed > WHOLE_COUNT / 3);
	assert_true(renamed > WHOLE_COUNT / 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_walks),
		cmocka_unit_test(test_random_walks_through_the_whole_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
