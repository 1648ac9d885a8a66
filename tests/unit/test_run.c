/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

/* Three tasks share two threads; each makes an RPC that takes a lock. */
static const char *const locks[] = { "emmc" };
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_step rpmb_steps[] = { TEEQ_LOCK("emmc"), TEEQ_UNLOCK("emmc") };
static const struct teeq_step app_steps[] = { TEEQ_CALL("write", NULL) };
static const struct teeq_script_spec commands[] = {
	{ .name = "write", .steps = write_steps, .step_count = 1 }
};
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb", .by = TEEQ_SERVED_BY_CALLER, .steps = rpmb_steps, .step_count = 2 },
};
static const struct teeq_client_spec clients[] = {
	{ .name = "a", .count = 1, .stage = 1, .steps = app_steps, .step_count = 1 },
	{ .name = "b", .count = 1, .stage = 1, .steps = app_steps, .step_count = 1 },
	{ .name = "c", .count = 1, .stage = 1, .steps = app_steps, .step_count = 1 },
};
static const struct teeq_scenario three = {
	.name = "three", .thread_count = 2, .locks = locks, .lock_count = 1,
	.commands = commands, .command_count = 1, .services = services, .service_count = 1,
	.clients = clients, .client_count = 3,
};

static struct teeq_result run(struct story *s, const struct teeq_strategy *strategy, uint64_t seed,
			      uint64_t step_max, struct teeq_schedule *record)
{
	struct teeq_run_options options = { .strategy = strategy, .seed = seed,
					    .step_max = step_max, .record = record };
	struct teeq_result result;
	enum teeq_status status;

	status = teeq_run(s->model, s->world, &options, &result);
	assert_int_equal(status, result.verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : TEEQ_OK);
	return result;
}
#define run(...) FROM(run(__VA_ARGS__))

static struct teeq_result random_run(struct story *s, uint64_t seed, struct teeq_schedule *record)
{
	teeq_world_reset(s->model, s->world);
	return run(s, &teeq_strategy_random, seed, 0, record);
}
#define random_run(...) FROM(random_run(__VA_ARGS__))

static void test_the_seed_decides(void **state)
{
	struct story s = story_begin(&three, "mainline");
	unsigned int different = 0;

	for (uint64_t seed = 0; seed < 50; seed++) {
		struct teeq_result first = random_run(&s, seed, NULL);
		struct teeq_result again = random_run(&s, seed, NULL);

		assert_int_equal(first.verdict, TEEQ_VERDICT_DONE);
		assert_int_equal(again.event_hash, first.event_hash);
		assert_int_equal(again.steps, first.steps);
		different += random_run(&s, seed + 1, NULL).event_hash != first.event_hash;
	}
	assert_int_equal(different, 50);
	story_end(&s);
}

/* The same choices under two policies differ in what the queue counts. */
static void test_the_hash_sees_the_counters(void **state)
{
	static const struct teeq_client_spec one = {
		.name = "a", .count = 1, .stage = 1, .steps = app_steps, .step_count = 1
	};
	struct teeq_scenario scenario = three;
	struct story counted, uncounted;

	scenario.clients = &one;
	scenario.client_count = 1;
	counted = story_begin(&scenario, "mainline");
	uncounted = story_begin(&scenario, "untracked");
	assert_int_not_equal(random_run(&counted, 0, NULL).event_hash,
			     random_run(&uncounted, 0, NULL).event_hash);
	story_end(&counted);
	story_end(&uncounted);
}

static void test_round_robin_takes_turns(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_schedule record = { 0 };
	struct teeq_result result = run(&s, &teeq_strategy_round_robin, 0, 0, &record);
	char *text = teeq_schedule_print(s.model, &record);

	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	assert_int_equal(result.steps, record.count);
	/*
	 * enter each, and c must wait. smc and secure by a and b; a locks and unlocks, b does; they
	 * resume, run to the exit and leave. a's exit wakes b, which does not need it, so b's wakes
	 * c twice over, and c goes on alone: wait, requeue, recheck, smc, secure, lock, smc,
	 * secure, leave.
	 */
	assert_string_equal(strchr(text, ' '), " a b c a b a b a b a b a b a b c*9");
	free(text);
	teeq_schedule_free(&record);
	story_end(&s);
}

static void test_strategies_have_names(void **state)
{
	assert_ptr_equal(teeq_strategy_find("round-robin"), &teeq_strategy_round_robin);
	assert_ptr_equal(teeq_strategy_find("random"), &teeq_strategy_random);
	assert_null(teeq_strategy_find("Random"));
}

/* ------------------------------------------ replay -------------------------------------------- */

static void test_a_replay_is_the_run(void **state)
{
	struct story s = story_begin(&three, "mainline");
	const struct teeq_run_options options = { .seed = 0 };

	for (uint64_t seed = 0; seed < 20; seed++) {
		struct teeq_schedule record = { 0 };
		struct teeq_result recorded = random_run(&s, seed, &record), replayed;
		struct teeq_error error;

		teeq_world_reset(s.model, s.world);
		assert_int_equal(teeq_replay(s.model, s.world, &record, &options, &replayed,
					     &error), TEEQ_OK);
		assert_int_equal(replayed.event_hash, recorded.event_hash);
		assert_int_equal(replayed.verdict, recorded.verdict);
		assert_int_equal(replayed.steps, recorded.steps);
		teeq_schedule_free(&record);
	}
	story_end(&s);
}

static struct teeq_result replay(struct story *s, const char *digits, enum teeq_status status,
				 struct teeq_error *error)
{
	const struct teeq_run_options options = { .seed = 0 };
	struct teeq_schedule schedule = { 0 };
	struct teeq_result result;

	for (; *digits; digits++)
		teeq_schedule_add(&schedule, (unsigned int)(*digits - '0'));
	teeq_world_reset(s->model, s->world);
	assert_int_equal(teeq_replay(s->model, s->world, &schedule, &options, &result, error),
			 status);
	teeq_schedule_free(&schedule);
	return result;
}
#define replay(...) FROM(replay(__VA_ARGS__))

static void test_a_replay_stops_where_it_does_not_fit(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_error error;
	struct teeq_result result;

	/* a and b hold the credits, c has entered and sleeps. */
	result = replay(&s, "0122", TEEQ_EMISMATCH, &error);
	assert_string_equal(error.key, "step 3");
	assert_string_equal(error.text, "the schedule moves c, but it cannot move; enabled: a b");
	assert_int_equal(error.status, TEEQ_EMISMATCH);
	assert_int_equal(result.steps, 3);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	/* Everybody is done and there is one choice left. */
	replay(&s, "0000000" "1111111" "2222222" "0", TEEQ_EMISMATCH, &error);
	assert_string_equal(error.key, "step 21");
	assert_string_equal(error.text,
			    "the schedule moves a, but it cannot move; enabled: nobody");
	story_end(&s);
}

static void test_a_short_replay_claims_nothing(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_error error;
	struct teeq_result result = replay(&s, "0000000", TEEQ_OK, &error);

	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_string_equal(story_enabled(&s), "b c");
	assert_int_equal(replay(&s, "", TEEQ_OK, &error).steps, 0);
	result = replay(&s, "0000000" "1111111" "2222222", TEEQ_OK, &error);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	story_end(&s);
}

/* ------------------------------------------ budget -------------------------------------------- */

static void test_a_budget_and_beyond(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_result result = run(&s, &teeq_strategy_round_robin, 0, 10, NULL);

	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	assert_int_equal(result.steps, 10);
	result = run(&s, &teeq_strategy_round_robin, 0, 1000, NULL);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	assert_int_equal(teeq_world_unfinished(s.model, s.world), 0);
	/* There is nothing left to do. */
	result = run(&s, &teeq_strategy_round_robin, 0, 0, NULL);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
	assert_int_equal(result.steps, 0);
	assert_int_equal(result.event_hash, 0);
	story_end(&s);
}

static void begin_nothing(const struct teeq_strategy *strategy, const struct teeq_model *model,
			  struct teeq_strategy_state *state, uint64_t seed)
{
	state->word[0] = seed;
}

/* Moves the lowest task, as often as the seed says. */
static int pick_lowest(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
		       const struct teeq_model *model, const struct teeq_world *world,
		       uint64_t enabled)
{
	assert_int_equal(enabled, teeq_world_enabled(model, world));
	return state->word[0]-- > 0 ? __builtin_ctzll(enabled) : -1;
}

static int pick_wrongly(const struct teeq_strategy *strategy, struct teeq_strategy_state *state,
			const struct teeq_model *model, const struct teeq_world *world,
			uint64_t enabled)
{
	return __builtin_ctzll(~enabled);
}

static const struct teeq_strategy lowest = { "lowest", begin_nothing, pick_lowest, NULL };
static const struct teeq_strategy wrong = { "wrong", begin_nothing, pick_wrongly, NULL };

static void test_a_strategy_may_stop(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_result result = run(&s, &lowest, 4, 0, NULL);

	assert_int_equal(result.steps, 4);
	assert_int_equal(result.verdict, TEEQ_VERDICT_LIMIT);
	story_end(&s);
}

static void run_wrongly(void *argument)
{
	run(argument, &wrong, 0, 0, NULL);
}

static void test_a_strategy_may_not_invent(void **state)
{
	struct story s = story_begin(&three, "mainline");

	assert_aborts(run_wrongly, &s, "strategy wrong picks task 3, which cannot move");
	assert_aborts(run_wrongly, &s, "scenario three, policy mainline, seed 0, step 0");
	story_end(&s);
}

/* ----------------------------------------- violation ------------------------------------------ */

static void test_unlocking_what_one_does_not_hold(void **state)
{
	static const struct teeq_step holder[] = { TEEQ_LOCK("emmc"), TEEQ_CALL(NULL, NULL),
						   TEEQ_UNLOCK("emmc") };
	static const struct teeq_step thief[] = { TEEQ_CALL(NULL, NULL), TEEQ_UNLOCK("emmc"),
						  TEEQ_CALL(NULL, NULL) };
	static const struct teeq_client_spec two[] = {
		{ .name = "holder", .count = 1, .stage = 1, .steps = holder, .step_count = 3 },
		{ .name = "thief", .count = 1, .stage = 1, .steps = thief, .step_count = 3 }
	};
	struct teeq_scenario scenario = three;
	struct teeq_result result;
	struct teeq_error error;
	struct story s;

	scenario.clients = two;
	scenario.client_count = 2;
	s = story_begin(&scenario, "mainline");
	/* The unlock belongs to the step before it, the thief's leave. */
	result = replay(&s, "0" "1111" "11", TEEQ_OK, &error);
	assert_int_equal(result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_int_equal(result.steps, 5);
	assert_string_equal(result.violation, "a task unlocked a mutex that it does not hold");
	assert_int_equal(teeq_world_lock_owner(s.model, s.world, 0), 0);
	/* Such a world is not run any further. */
	result = run(&s, &teeq_strategy_round_robin, 0, 0, NULL);
	assert_int_equal(result.steps, 0);
	assert_int_equal(result.verdict, TEEQ_VERDICT_VIOLATION);
	assert_string_equal(result.violation, "a task unlocked a mutex that it does not hold");
	story_end(&s);
}

/* ------------------------------------------- many --------------------------------------------- */

/* Two threads, two users that wait in an RPC for what the third signals: see the flagship. */
static const char *const events[] = { "clk" };
static const struct teeq_step wait_steps[] = { TEEQ_RPC("clock") };
static const struct teeq_step clock_steps[] = { TEEQ_AWAIT("clk") };
static const struct teeq_step user_steps[] = { TEEQ_CALL("wait", NULL) };
static const struct teeq_step switch_steps[] = { TEEQ_CALL(NULL, NULL), TEEQ_SIGNAL("clk") };
static const struct teeq_script_spec wait_command = { .name = "wait",
						      .steps = wait_steps,
						      .step_count = 1 };
static const struct teeq_service_spec clock_service = { .name = "clock",
							.by = TEEQ_SERVED_BY_CALLER,
							.steps = clock_steps,
							.step_count = 1 };
static const struct teeq_client_spec clock_clients[] = {
	{ .name = "user", .count = 2, .stage = 1, .steps = user_steps, .step_count = 1 },
	{ .name = "switch", .count = 1, .stage = 1, .steps = switch_steps, .step_count = 2 }
};
static const struct teeq_scenario sometimes = {
	.name = "sometimes", .thread_count = 2, .events = events, .event_count = 1,
	.commands = &wait_command, .command_count = 1, .services = &clock_service,
	.service_count = 1, .clients = clock_clients, .client_count = 2,
};

static void test_parts_add_up(void **state)
{
	struct teeq_model *model = story_model(&sometimes, "mainline");
	struct teeq_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_tally whole, first, rest, backwards;

	assert_int_equal(teeq_run_many(model, &options, 1000, 0, &whole), TEEQ_OK);
	assert_int_equal(teeq_run_many(model, &options, 300, 0, &first), TEEQ_OK);
	options.seed = 300;
	assert_int_equal(teeq_run_many(model, &options, 700, 0, &rest), TEEQ_OK);
	backwards = rest;
	teeq_tally_add(&backwards, &first);
	teeq_tally_add(&first, &rest);
	assert_memory_equal(&first, &whole, sizeof(whole));
	assert_memory_equal(&backwards, &whole, sizeof(whole));
	/* A run that is there twice, and another one not, is another sum. */
	options.seed = 299;
	assert_int_equal(teeq_run_many(model, &options, 700, 0, &first), TEEQ_OK);
	assert_int_not_equal(first.event_hash, rest.event_hash);
	teeq_model_free(model);
}

static void test_many_runs_are_counted(void **state)
{
	struct teeq_tally tally = story_tally(&sometimes, "mainline", 1000, 0);
	struct story s = story_begin(&sometimes, "mainline");
	uint64_t deadlocks = 0, steps = 0, first = UINT64_MAX;

	for (uint64_t seed = 0; seed < 1000; seed++) {
		struct teeq_result result = random_run(&s, seed, NULL);

		steps += result.steps;
		deadlocks += result.verdict == TEEQ_VERDICT_DEADLOCK;
		if (result.verdict == TEEQ_VERDICT_DEADLOCK && first == UINT64_MAX)
			first = seed;
	}
	assert_int_equal(tally.runs, 1000);
	assert_int_equal(tally.steps, steps);
	assert_in_range(deadlocks, 1, 999);
	assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], deadlocks);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], 1000 - deadlocks);
	assert_int_equal(tally.first_seed[TEEQ_VERDICT_DEADLOCK], first);
	assert_int_equal(story_tally(&sometimes, "mainline", 1000, 0).event_hash,
			 tally.event_hash);
	assert_int_not_equal(story_tally(&sometimes, "mainline", 999, 0).event_hash,
			     tally.event_hash);
	story_end(&s);
}

static void test_many_runs_stop_where_they_are_told(void **state)
{
	const uint32_t at_deadlock = UINT32_C(1) << TEEQ_VERDICT_DEADLOCK;
	struct teeq_tally tally = story_tally(&sometimes, "mainline", 1000, at_deadlock);

	assert_int_equal(tally.count[TEEQ_VERDICT_DEADLOCK], 1);
	assert_int_equal(tally.runs, tally.first_seed[TEEQ_VERDICT_DEADLOCK] + 1);
	assert_int_equal(tally.count[TEEQ_VERDICT_DONE], tally.runs - 1);
	tally = story_tally(&sometimes, "mainline", 10, UINT32_C(1) << TEEQ_VERDICT_VIOLATION);
	assert_int_equal(tally.runs, 10);
	assert_int_equal(story_tally(&sometimes, "mainline", 0, 0).runs, 0);
}

/* ------------------------------------------ on_event ------------------------------------------ */

struct witness {
	const struct teeq_schedule *record;
	uint64_t count;
};

/* Called once per action, after it: the world is as the event says, the choice is recorded. */
static void watch(void *argument, const struct teeq_model *model, const struct teeq_world *world,
		  const struct teeq_event *event)
{
	const struct teeq_callq *q = teeq_world_callq(model, world);
	struct witness *witness = argument;

	assert_int_equal(event->step, witness->count);
	witness->count++;
	assert_int_equal(witness->record->count, witness->count);
	assert_int_equal(witness->record->tasks[event->step], event->task);
	assert_int_equal(event->free_count, q->free_count);
	assert_int_equal(event->waiter_count, q->waiter_count);
	assert_int_equal(event->system_session_count, q->system_session_count);
}

/* Steps that ran out are told by the status, and the rest is as it would be. */
static bool counts_down(void *argument)
{
	unsigned int *left = argument;

	return --*left > 0;
}

static bool never(void *argument)
{
	(void)argument;
	return false;
}

/* The caller may end it; what was made until then is whole. */
static void test_many_runs_end_when_the_caller_says_so(void **state)
{
	unsigned int left = 7;
	struct teeq_run_options options = { .strategy = &teeq_strategy_random,
					    .keep_going = counts_down, .argument = &left };
	struct story s = story_begin(&sometimes, "mainline");
	struct teeq_tally tally;

	assert_int_equal(teeq_run_many(s.model, &options, 1000, 0, &tally), TEEQ_ELIMIT);
	assert_int_equal(tally.runs, 7);
	assert_int_equal(tally.event_hash, story_tally(&sometimes, "mainline", 7, 0).event_hash);
	assert_int_equal(tally.count[TEEQ_VERDICT_LIMIT], 0);
	/* A run that its own steps cut short does not count where it was the last. */
	options.step_max = 3;
	left = 7;
	assert_int_equal(teeq_run_many(s.model, &options, 1000, 0, &tally), TEEQ_ELIMIT);
	assert_int_equal(tally.runs, 6);
	options.keep_going = NULL;
	options.seed = UINT64_MAX;
	assert_int_equal(teeq_run_many(s.model, &options, 1, 0, &tally), TEEQ_ELIMIT);
	assert_int_equal(teeq_run_many(s.model, &options, 2, 0, &tally), TEEQ_EINPUT);
	story_end(&s);
}

static void test_many_runs_may_be_cut(void **state)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .step_max = 3 };
	struct story s = story_begin(&sometimes, "mainline");
	struct teeq_tally tally;

	assert_int_equal(teeq_run_many(s.model, &options, 10, 0, &tally), TEEQ_ELIMIT);
	assert_int_equal(tally.runs, 10);
	assert_int_equal(tally.steps, 30);
	assert_int_equal(tally.count[TEEQ_VERDICT_LIMIT], 10);
	/* What stops it may be just that. */
	assert_int_equal(teeq_run_many(s.model, &options, 10, 1u << TEEQ_VERDICT_LIMIT, &tally),
			 TEEQ_ELIMIT);
	assert_int_equal(tally.runs, 1);
	options.step_max = 0;
	assert_int_equal(teeq_run_many(s.model, &options, 10, 0, &tally), TEEQ_OK);
	story_end(&s);
}

/* Whoever makes them, they are counted in the order of their seeds. */
static void test_many_runs_by_several_workers(void **state)
{
	struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 5 };
	struct story s = story_begin(&sometimes, "untracked");
	struct teeq_tally one, several;

	for (uint64_t count = 0; count < 3000; count = 3 * count + 1) {
		for (uint32_t stop_at = 0; stop_at <= 1u << TEEQ_VERDICT_DEADLOCK;
		     stop_at += 1u << TEEQ_VERDICT_DEADLOCK) {
			options.workers = 1;
			teeq_run_many(s.model, &options, count, stop_at, &one);
			options.workers = 3;
			assert_int_equal(teeq_run_many(s.model, &options, count, stop_at, &several),
					 TEEQ_OK);
			assert_memory_equal(&one, &several, sizeof(one));
			assert_true(stop_at || one.runs == count);
		}
	}
	/* Interrupted, it has the runs up to some seed. */
	options.keep_going = never;
	assert_int_equal(teeq_run_many(s.model, &options, 1000, 0, &several), TEEQ_ELIMIT);
	assert_true(several.runs <= 1);
	options.keep_going = NULL;
	options.workers = TEEQ_RUN_WORKER_MAX + 1;
	assert_int_equal(teeq_run_many(s.model, &options, 1, 0, &one), TEEQ_EINPUT);
	story_end(&s);
}

static void test_events_come_in_order(void **state)
{
	struct story s = story_begin(&three, "mainline");
	struct teeq_schedule record = { 0 };
	struct witness witness = { .record = &record };
	const struct teeq_run_options options = { .strategy = &teeq_strategy_random, .seed = 3,
						  .on_event = watch, .argument = &witness,
						  .record = &record };
	struct teeq_result result;

	assert_int_equal(teeq_run(s.model, s.world, &options, &result), TEEQ_OK);
	assert_int_equal(witness.count, result.steps);
	assert_true(result.steps >= 21);
	teeq_schedule_free(&record);
	story_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_seed_decides),
		cmocka_unit_test(test_the_hash_sees_the_counters),
		cmocka_unit_test(test_round_robin_takes_turns),
		cmocka_unit_test(test_strategies_have_names),
		cmocka_unit_test(test_a_replay_is_the_run),
		cmocka_unit_test(test_a_replay_stops_where_it_does_not_fit),
		cmocka_unit_test(test_a_short_replay_claims_nothing),
		cmocka_unit_test(test_a_budget_and_beyond),
		cmocka_unit_test(test_a_strategy_may_stop),
		cmocka_unit_test(test_a_strategy_may_not_invent),
		cmocka_unit_test(test_unlocking_what_one_does_not_hold),
		cmocka_unit_test(test_parts_add_up),
		cmocka_unit_test(test_many_runs_are_counted),
		cmocka_unit_test(test_many_runs_stop_where_they_are_told),
		cmocka_unit_test(test_many_runs_end_when_the_caller_says_so),
		cmocka_unit_test(test_many_runs_may_be_cut),
		cmocka_unit_test(test_many_runs_by_several_workers),
		cmocka_unit_test(test_events_come_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
