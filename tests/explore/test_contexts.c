/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The canonical form of contexts, step by step: which of them may take each other's places, and which
 * may not.
 */
#include "judge.h"

#include "forms.h"

/* Names of tasks of one client, and of contexts. */
static const struct teeq_explore_options names_alone = {
	.without = TEEQ_WITHOUT_ORDER | TEEQ_WITHOUT_CLIENTS | TEEQ_WITHOUT_SPENT,
};
static const struct teeq_explore_options no_names = { .no_symmetry = true };

static const struct teeq_step normal_steps[] = { TEEQ_CALL(NULL, NULL) };
static const struct teeq_step system_steps[] = { TEEQ_CALL(NULL, "s") };
static const struct teeq_session_spec sessions[] = { { .name = "s", .system = true } };
static const struct teeq_client_spec clients[] = {
	{ .name = "a", .steps = normal_steps, .step_count = 1 },
	{ .name = "b", .steps = normal_steps, .step_count = 1 },
	{ .name = "s", .steps = system_steps, .step_count = 1 },
	{ .name = "t", .steps = system_steps, .step_count = 1 },
};

static struct teeq_scenario table(unsigned int threads, unsigned int lost, unsigned int set_aside)
{
	return (struct teeq_scenario){
		.name = "contexts", .thread_count = threads, .lost_count = lost,
		.static_system_count = set_aside,
		.lacks_session_lock = true, /* the threads are what this is about */
		.sessions = sessions, .session_count = LENGTH(sessions),
		.clients = clients, .client_count = LENGTH(clients),
	};
}

/* Play both stories from the beginning; whether they end in the same canonical form. */
static bool same_end(const struct teeq_scenario *scenario, const char *policy, const char *one,
		     const char *two)
{
	struct story a = story_begin(scenario, policy), b = story_begin(scenario, policy);
	struct canon canon;
	bool same;

	story_play(&a, one);
	story_play(&b, two);
	assert_true(canon_init(&canon, a.model, &names_alone));
	/* Both models are equal, so the worlds of one are worlds of the other. */
	assert_int_equal(teeq_model_digest(a.model), teeq_model_digest(b.model));
	assert_memory_not_equal(a.world, b.world, teeq_world_size(a.model));
	same = same_form(&canon, a.world, b.world);
	canon_free(&canon);
	story_end(&a);
	story_end(&b);
	return same;
}
#define same_end(...) FROM(same_end(__VA_ARGS__))

/* Who came first has context 0. Nothing else differs, and nothing comes of it. */
static void test_contexts_are_alike(void **state)
{
	const struct teeq_scenario scenario = table(3, 0, 1);

	assert_true(same_end(&scenario, "mainline", "a:enter b:enter a:smc b:smc",
			     "a:enter b:enter b:smc a:smc"));
	assert_true(same_end(&scenario, "v1", "a:enter b:enter a:smc b:smc",
			     "a:enter b:enter b:smc a:smc"));
	assert_true(same_end(&scenario, "v4", "a:enter b:enter a:smc b:smc",
			     "a:enter b:enter b:smc a:smc"));
}

/* The list's order is who will be woken first: that is no matter of names. */
static void test_the_list_keeps_its_order(void **state)
{
	const struct teeq_scenario scenario = table(3, 0, 1);

	assert_false(same_end(&scenario, "mainline", "a:enter b:enter", "b:enter a:enter"));
}

/*
 * Threads 0 and 1 for all, thread 2 set aside: s takes 2 and t, which then finds it taken, 0. It
 * matters which of them is still there: with t alone, one normal call finds a thread, with s two.
 */
static void test_threads_set_aside_are_not_mixed(void **state)
{
	static const char s_is_left[] = "s:enter t:enter t:smc s:smc s:secure s:leave";
	static const char t_is_left[] = "s:enter t:enter s:smc t:smc s:secure s:leave";
	const struct teeq_scenario scenario = table(3, 0, 1);

	assert_false(same_end(&scenario, "v1", s_is_left, t_is_left));
	assert_false(same_end(&scenario, "v4", s_is_left, t_is_left));
	assert_true(same_end(&scenario, "mainline", s_is_left, t_is_left));
}

/* Context 0 is lost; a and b have 1 and 2, or 2 and 1. */
static void test_lost_contexts_stay(void **state)
{
	const struct teeq_scenario scenario = table(3, 1, 0);
	struct story s = story_begin(&scenario, "mainline");
	struct teeq_world *form = teeq_world_new(s.model);
	struct teeq_context_view view;
	uint8_t order[TEEQ_TASK_MAX];
	struct canon canon;

	assert_true(same_end(&scenario, "mainline", "a:enter b:enter a:smc b:smc",
			     "a:enter b:enter b:smc a:smc"));
	story_play(&s, "a:enter s:enter a:smc s:smc a:secure a:leave");
	assert_true(canon_init(&canon, s.model, &names_alone));
	canon_apply(&canon, form, s.world, order);
	teeq_world_context(s.model, form, 0, &view);
	assert_int_equal(view.state, TEEQ_CONTEXT_SUSPENDED);
	assert_false(view.owned);
	teeq_world_context(s.model, form, 1, &view);
	assert_int_equal(view.state, TEEQ_CONTEXT_ACTIVE);
	assert_int_equal(view.owner.task, story_task(&s, "s"));
	teeq_world_context(s.model, form, 2, &view);
	assert_int_equal(view.state, TEEQ_CONTEXT_FREE);
	assert_null(teeq_world_check(s.model, form));
	teeq_world_free(form);
	story_end(&s);
}

/*
 * One is lost beside a call, lower or higher than that of the call: nobody has it any more, and what
 * is left is the same. Where the secure world has locks, it might be one for which others wait.
 */
static void test_contexts_lost_on_the_way(void **state)
{
	static const struct teeq_fault_spec faults[] = {
		{ .name = "lost", .kind = TEEQ_FAULT_THREAD_LOST, .times = 1 },
	};
	static const char *const locks[] = { "l" };
	static const char before[] = "lost:fault a:enter a:smc";
	static const char behind[] = "a:enter a:smc lost:fault";
	struct teeq_scenario scenario = table(3, 0, 0);

	scenario.faults = faults;
	scenario.fault_count = LENGTH(faults);
	assert_true(same_end(&scenario, "mainline", before, behind));
	assert_true(same_end(&scenario, "v4", before, behind));
	scenario.secure_locks = locks;
	scenario.secure_lock_count = LENGTH(locks);
	assert_false(same_end(&scenario, "mainline", before, behind));
}

/*
 * Threads 0 and 1 for all, thread 2 set aside: it is lost while both others are taken, or thread 0 is
 * while none is. It matters which: with 0 lost, one normal call finds a thread, with 2 both.
 */
static void test_contexts_lost_beyond_the_border(void **state)
{
	static const struct teeq_fault_spec faults[] = {
		{ .name = "lost", .kind = TEEQ_FAULT_THREAD_LOST, .times = 1 },
	};
	static const char of_those_set_aside[] = "a:enter b:enter a:smc b:smc lost:fault "
						 "a:secure b:secure a:leave b:leave";
	static const char of_the_others[] = "a:enter b:enter lost:fault a:smc a:secure a:leave "
					    "b:smc b:secure b:leave";
	struct teeq_scenario scenario = table(3, 0, 1);

	scenario.faults = faults;
	scenario.fault_count = LENGTH(faults);
	assert_false(same_end(&scenario, "v1", of_those_set_aside, of_the_others));
	assert_true(same_end(&scenario, "mainline", of_those_set_aside, of_the_others));
}

/* Where reservations may come while the model runs, the border moves: contexts keep their names. */
static void test_a_border_that_moves(void **state)
{
	static const struct teeq_step more[] = { TEEQ_RESERVE("s") };
	struct teeq_client_spec own[] = { clients[0], clients[1],
					  { .name = "r", .steps = more, .step_count = 1 } };
	struct teeq_scenario scenario = table(3, 0, 0);

	scenario.clients = own;
	scenario.client_count = LENGTH(own);
	assert_false(same_end(&scenario, "v4", "a:enter b:enter a:smc b:smc",
			      "a:enter b:enter b:smc a:smc"));
	assert_true(same_end(&scenario, "mainline", "a:enter b:enter a:smc b:smc",
			     "a:enter b:enter b:smc a:smc"));
}

/* Without symmetry every state is its own form; over FF-A but for a count that nobody looks at. */
static void test_without_symmetry(void **state)
{
	struct teeq_scenario scenario = table(2, 0, 0);
	struct teeq_world *form;
	uint8_t order[TEEQ_TASK_MAX];
	struct canon canon;
	struct story s;

	scenario.abi = TEEQ_ABI_FFA;
	s = story_begin(&scenario, "mainline");
	form = teeq_world_new(s.model);
	assert_true(canon_init(&canon, s.model, &no_names));
	story_play(&s, "b:enter a:enter b:smc a:smc");
	canon_apply(&canon, form, s.world, order);
	assert_memory_equal(form, s.world, teeq_world_size(s.model));
	story_play(&s, "a:secure a:leave");
	canon_apply(&canon, form, s.world, order);
	assert_int_equal(teeq_world_callq(s.model, form)->free_count, 0);
	assert_int_equal(teeq_world_callq(s.model, s.world)->free_count, 1);
	world_callq(s.model, form, 0)->free_count = 1;
	assert_memory_equal(form, s.world, teeq_world_size(s.model));
	teeq_world_free(form);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contexts_are_alike),
		cmocka_unit_test(test_the_list_keeps_its_order),
		cmocka_unit_test(test_threads_set_aside_are_not_mixed),
		cmocka_unit_test(test_lost_contexts_stay),
		cmocka_unit_test(test_contexts_lost_on_the_way),
		cmocka_unit_test(test_contexts_lost_beyond_the_border),
		cmocka_unit_test(test_a_border_that_moves),
		cmocka_unit_test(test_without_symmetry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
