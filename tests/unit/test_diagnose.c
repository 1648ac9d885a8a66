/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "teeq/diagnose.h"
#include "teeq/policy.h"

/*
 * Two apps make a call each whose RPC they serve under a lock, by one more call: with two threads
 * both may be taken when the inner call comes. What that needs, besides the two apps, is nobody.
 */
static const char *const locks[] = { "emmc" };
static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true } };
static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
static const struct teeq_step rpmb_steps[] = { TEEQ_LOCK("emmc"), TEEQ_CALL("on", "scmi"),
					       TEEQ_UNLOCK("emmc") };
static const struct teeq_step app_steps[] = { TEEQ_CALL("write", NULL) };
static const struct teeq_step other_steps[] = { TEEQ_CALL("on", NULL) };
static const struct teeq_script_spec commands[] = {
	{ .name = "write", .steps = write_steps, .step_count = 1 },
	{ .name = "on" },
};
static const struct teeq_service_spec services[] = {
	{ .name = "rpmb", .by = TEEQ_SERVED_BY_CALLER, .steps = rpmb_steps, .step_count = 3 },
};
static const struct teeq_client_spec clients[] = {
	{ .name = "other", .steps = other_steps, .step_count = 1 },
	{ .name = "app", .count = 4, .steps = app_steps, .step_count = 1 },
};
static const struct teeq_client_spec two_apps[] = {
	{ .name = "app", .count = 2, .steps = app_steps, .step_count = 1 },
};

static struct teeq_scenario wide(void)
{
	return (struct teeq_scenario){
		.name = "wide",
		.thread_count = 2,
		.locks = locks,
		.lock_count = 1,
		.sessions = sessions,
		.session_count = 1,
		.commands = commands,
		.command_count = 2,
		.services = services,
		.service_count = 1,
		.clients = clients,
		.client_count = 2,
	};
}

static struct teeq_scenario narrow(void)
{
	struct teeq_scenario scenario = wide();

	scenario.name = "narrow";
	scenario.clients = two_apps;
	scenario.client_count = 1;
	return scenario;
}

/* The shortest schedule that fails. */
static struct teeq_schedule failing(const struct teeq_scenario *scenario, const char *policy)
{
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_explore_options options = { .max_states = 0 };
	struct teeq_explore_result result;

	assert_int_equal(teeq_explore(model, &options, &result, NULL), TEEQ_OK);
	assert_int_equal(result.verdict, TEEQ_VERDICT_DEADLOCK);
	teeq_model_free(model);
	return result.schedule;
}
#define failing(...) FROM(failing(__VA_ARGS__))

/* Says no at the @left-th question. */
static bool go_on(void *left, const struct teeq_progress *progress)
{
	(void)progress;
	return --*(int *)left > 0;
}

/* ---------------------------------------- expectations ---------------------------------------- */

static struct teeq_decision decide(const char *policy, enum teeq_verdict expected,
				   const struct teeq_decide_options *options,
				   enum teeq_status wanted)
{
	struct teeq_scenario scenario = narrow();
	struct teeq_model *model = story_model(&scenario, policy);
	struct teeq_decision decision;

	assert_int_equal(teeq_decide(model, expected, options, &decision, NULL), wanted);
	teeq_model_free(model);
	return decision;
}
#define decide(...) FROM(decide(__VA_ARGS__))

static void test_a_search_decides(void **state)
{
	struct teeq_decide_options options = { .run_count = 0 };
	struct teeq_decision d = decide("mainline", TEEQ_VERDICT_DONE, &options, TEEQ_OK);

	assert_int_equal(d.by, TEEQ_DECIDED_EXHAUSTED);
	assert_true(d.good && !d.seen);
	assert_true(d.states > 10 && d.count[TEEQ_VERDICT_DONE] > 0);
	d = decide("untracked", TEEQ_VERDICT_DONE, &options, TEEQ_OK);
	assert_int_equal(d.by, TEEQ_DECIDED_FOUND);
	assert_true(!d.good && d.seen);
	assert_int_equal(d.verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(d.schedule.count, 9);
	teeq_schedule_free(&d.schedule);
	/* Bounds of another search are not taken over. */
	options.search.search = TEEQ_SEARCH_PREEMPTIONS;
	options.search.preemptions_max = 1;
	options.search.workers = 2;
	d = decide("untracked", TEEQ_VERDICT_DEADLOCK, &options, TEEQ_OK);
	assert_true(d.good && d.seen);
	assert_true(d.schedule.count >= 9);
	teeq_schedule_free(&d.schedule);
	d = decide("mainline", TEEQ_VERDICT_DEADLOCK, &options, TEEQ_OK);
	assert_true(!d.good && !d.seen);
}

/* That no schedule of a hundred hangs is no proof; that one does is. */
static void test_samples_decide_what_they_meet(void **state)
{
	struct teeq_decide_options options = { .run_count = 100, .sample = true };
	struct teeq_decision d = decide("mainline", TEEQ_VERDICT_DONE, &options, TEEQ_ELIMIT);

	assert_int_equal(d.by, TEEQ_DECIDED_SAMPLED);
	assert_true(d.unproven && !d.limited && !d.stopped && d.good);
	assert_int_equal(d.count[TEEQ_VERDICT_DONE], 100);
	d = decide("untracked", TEEQ_VERDICT_DONE, &options, TEEQ_OK);
	assert_true(d.seen && !d.good && !d.unproven);
	assert_int_equal(d.verdict, TEEQ_VERDICT_DEADLOCK);
	/* The first of them, and none behind it was made. */
	assert_int_equal(d.count[TEEQ_VERDICT_DEADLOCK], 1);
	assert_int_equal(d.seed, d.count[TEEQ_VERDICT_DONE] + 1);
	/* A search that is too large for its budget leaves it to samples, too. */
	options = (struct teeq_decide_options){ .run_count = 7, .search = { .max_states = 2 } };
	d = decide("mainline", TEEQ_VERDICT_DONE, &options, TEEQ_ELIMIT);
	assert_int_equal(d.count[TEEQ_VERDICT_DONE], 7);
	/* As many as there are, in whatever portions they are made. */
	options = (struct teeq_decide_options){ .run_count = 1000, .sample = true };
	d = decide("mainline", TEEQ_VERDICT_DONE, &options, TEEQ_ELIMIT);
	assert_int_equal(d.count[TEEQ_VERDICT_DONE], 1000);
}

/*
 * Who takes two locks in the other order does something else before, and is seldom early enough. What
 * is found is what one long series of runs finds.
 */
static void test_samples_are_one_series(void **state)
{
	static const char *const three_locks[] = { "l", "m", "n" };
	static const struct teeq_step busy[] = { TEEQ_LOCK("n"), TEEQ_UNLOCK("n") };
	static const struct teeq_step a_steps[] = { TEEQ_LOCK("l"), TEEQ_LOCK("m"), TEEQ_UNLOCK("m"),
						    TEEQ_UNLOCK("l") };
	static const struct teeq_step b_steps[] = { TEEQ_REPEAT(12, busy, 2), TEEQ_LOCK("m"),
						    TEEQ_LOCK("l") };
	static const struct teeq_client_spec pair[] = {
		{ .name = "a", .steps = a_steps, .step_count = 4 },
		{ .name = "b", .steps = b_steps, .step_count = 3 },
	};
	const struct teeq_scenario scenario = {
		.name = "seldom", .thread_count = 1, .locks = three_locks, .lock_count = 3,
		.clients = pair, .client_count = 2,
	};
	struct teeq_decide_options options = { .run_count = 100000, .sample = true };
	struct teeq_run_options run = { .strategy = &teeq_strategy_random, .seed = 1 };
	struct teeq_model *model = story_model(&scenario, "mainline");
	struct teeq_decision d;
	struct teeq_tally tally;

	assert_int_equal(teeq_run_many(model, &run, 100000, TEEQ_GOAL_FAILURES, &tally), TEEQ_OK);
	assert_in_range(tally.first_seed[TEEQ_VERDICT_DEADLOCK], 130, 100000);
	assert_int_equal(teeq_decide(model, TEEQ_VERDICT_DONE, &options, &d, NULL), TEEQ_OK);
	assert_true(d.seen && !d.good);
	assert_int_equal(d.seed, tally.first_seed[TEEQ_VERDICT_DEADLOCK]);
	assert_int_equal(d.count[TEEQ_VERDICT_DONE], tally.count[TEEQ_VERDICT_DONE]);
	teeq_model_free(model);
}

static void test_a_decision_may_be_ended(void **state)
{
	struct teeq_decide_options options = { .run_count = 1000,
					       .search = { .keep_going = go_on } };

	/* Before the search, and in the middle of samples. */
	for (int sample = 0; sample < 2; sample++) {
		int left = sample ? 4 : 1;
		struct teeq_decision d;

		options.search.argument = &left;
		options.sample = sample;
		d = decide("mainline", TEEQ_VERDICT_DONE, &options, TEEQ_ELIMIT);
		assert_true(d.stopped && !d.seen && !d.unproven && !d.good);
		assert_int_equal(left, 0);
	}
}

static void test_what_is_no_question_is_refused(void **state)
{
	struct teeq_scenario scenario = narrow();
	struct teeq_model *model = story_model(&scenario, "mainline");
	struct teeq_decide_options options = { .search = { .workers = TEEQ_WORKER_MAX + 1 } };
	struct teeq_decision d;
	struct teeq_error error = { .text = "" };

	assert_int_equal(teeq_decide(model, TEEQ_VERDICT_COUNT, &options, &d, &error), TEEQ_EINPUT);
	assert_string_equal(error.key, "expected");
	assert_int_equal(teeq_decide(model, TEEQ_VERDICT_DONE, &options, &d, &error), TEEQ_EINPUT);
	assert_int_equal(teeq_decide(NULL, TEEQ_VERDICT_DONE, &options, &d, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_decide(model, TEEQ_VERDICT_DONE, NULL, &d, NULL), TEEQ_EINPUT);
	assert_int_equal(teeq_decide(model, TEEQ_VERDICT_DONE, &options, NULL, NULL), TEEQ_EINPUT);
	teeq_model_free(model);
}

/* -------------------------------------- smaller scenarios ------------------------------------- */

static void test_who_does_not_matter_goes(void **state)
{
	struct teeq_scenario scenario = wide();
	struct teeq_schedule schedule = failing(&scenario, "untracked");
	struct teeq_explore_options search = { .max_states = 100000 };
	struct teeq_shrunk shrunk;
	struct story s;
	struct teeq_run_options options = { .seed = 0 };
	struct teeq_result end;

	assert_int_equal(teeq_shrink_scenario(&scenario, teeq_policy_find("untracked"), &schedule,
					      true, &search, &shrunk, NULL),
			 TEEQ_OK);
	/* The other, and two of the four. */
	assert_int_equal(__builtin_popcountll(shrunk.left_out), 3);
	assert_true(shrunk.left_out & 1);
	assert_int_equal(teeq_model_task_count(shrunk.model), 2);
	assert_int_equal(shrunk.scenario->client_count, 1);
	assert_int_equal(shrunk.scenario->clients[0].count, 2);
	assert_int_equal(shrunk.scenario->expect_count, 1);
	assert_int_equal(shrunk.scenario->expects[0].verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(shrunk.before.verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(shrunk.schedule.count, 9);
	assert_int_equal(shrunk.shortest, 9);
	assert_int_equal(shrunk.end.steps, 9);
	/* The given tables are as they were, and the smaller ones hang by the schedule that came. */
	assert_int_equal(scenario.clients[1].count, 4);
	s = story_begin(shrunk.scenario, "untracked");
	assert_int_equal(teeq_replay(s.model, s.world, &shrunk.schedule, &options, &end, NULL),
			 TEEQ_OK);
	assert_int_equal(end.verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(end.event_hash, shrunk.end.event_hash);
	story_end(&s);
	teeq_shrunk_free(&shrunk);
	assert_null(shrunk.scenario);
	teeq_shrunk_free(&shrunk);
	teeq_schedule_free(&schedule);
}

/* A fault that need not strike goes as well; what is part of the machine stays. */
static void test_faults_go_too(void **state)
{
	static const struct teeq_fault_spec faults[] = {
		{ .name = "spare", .kind = TEEQ_FAULT_CALL_FAILS, .times = 1 },
	};
	struct teeq_scenario scenario = narrow();
	struct teeq_schedule schedule;
	struct teeq_shrunk shrunk;

	scenario.faults = faults;
	scenario.fault_count = 1;
	schedule = failing(&scenario, "untracked");
	assert_int_equal(teeq_shrink_scenario(&scenario, teeq_policy_find("untracked"), &schedule,
					      true, NULL, &shrunk, NULL),
			 TEEQ_OK);
	assert_int_equal(shrunk.left_out, 1 << 2);
	assert_int_equal(shrunk.scenario->fault_count, 0);
	assert_int_equal(teeq_model_task_count(shrunk.model), 2);
	teeq_shrunk_free(&shrunk);
	teeq_schedule_free(&schedule);
}

/*
 * Without whoever signals, the other waits for nobody: that is another deadlock than the one in which
 * the only thread is held by who waits.
 */
static void test_who_is_waited_for_stays(void **state)
{
	static const char *const events[] = { "e" };
	static const struct teeq_step await[] = { TEEQ_AWAIT("e") };
	static const struct teeq_step user_steps[] = { TEEQ_CALL("c", NULL) };
	static const struct teeq_step command[] = { TEEQ_RPC("s") };
	static const struct teeq_step giver_steps[] = { TEEQ_CALL("on", NULL), TEEQ_SIGNAL("e") };
	static const struct teeq_script_spec scripts[] = {
		{ .name = "c", .steps = command, .step_count = 1 },
		{ .name = "on" },
	};
	static const struct teeq_service_spec served[] = {
		{ .name = "s", .by = TEEQ_SERVED_BY_CALLER, .steps = await, .step_count = 1 },
	};
	static const struct teeq_client_spec both[] = {
		{ .name = "user", .steps = user_steps, .step_count = 1 },
		{ .name = "giver", .steps = giver_steps, .step_count = 2 },
	};
	struct teeq_scenario scenario = {
		.name = "waited", .thread_count = 1, .events = events, .event_count = 1,
		.commands = scripts, .command_count = 2, .services = served, .service_count = 1,
		.clients = both, .client_count = 2,
	};
	struct teeq_schedule schedule = failing(&scenario, "mainline");
	struct teeq_shrunk shrunk;

	assert_int_equal(teeq_shrink_scenario(&scenario, teeq_policy_find("mainline"), &schedule,
					      true, NULL, &shrunk, NULL),
			 TEEQ_OK);
	assert_int_equal(shrunk.left_out, 0);
	assert_int_equal(shrunk.scenario->client_count, 2);
	teeq_shrunk_free(&shrunk);
	teeq_schedule_free(&schedule);
}

static void test_a_schedule_alone_is_shrunk(void **state)
{
	struct teeq_scenario scenario = wide();
	struct teeq_schedule schedule = failing(&scenario, "untracked");
	struct teeq_explore_options search = { .max_states = 2 };
	struct teeq_shrunk shrunk;

	assert_int_equal(teeq_shrink_scenario(&scenario, teeq_policy_find("untracked"), &schedule,
					      false, NULL, &shrunk, NULL),
			 TEEQ_OK);
	assert_int_equal(shrunk.left_out, 0);
	assert_int_equal(shrunk.shortest, 0);
	assert_int_equal(teeq_model_task_count(shrunk.model), 5);
	teeq_shrunk_free(&shrunk);
	/* What the budget is too small for is said, and the rest is there. */
	assert_int_equal(teeq_shrink_scenario(&scenario, teeq_policy_find("untracked"), &schedule,
					      true, &search, &shrunk, NULL),
			 TEEQ_ELIMIT);
	assert_int_equal(shrunk.shortest, 0);
	assert_int_equal(shrunk.schedule.count, 9);
	teeq_shrunk_free(&shrunk);
	teeq_schedule_free(&schedule);
}

/* Two tasks that must take turns a thousand times, and then each wants the other's lock. */
static void test_what_is_too_long_is_put_in_order_only(void **state)
{
	static const char *const two_locks[] = { "l", "m" };
	static const struct teeq_step turn[] = { TEEQ_BARRIER("turn") };
	static const struct teeq_step a_steps[] = { TEEQ_REPEAT(1000, turn, 1), TEEQ_LOCK("l"),
						    TEEQ_LOCK("m") };
	static const struct teeq_step b_steps[] = { TEEQ_REPEAT(1000, turn, 1), TEEQ_LOCK("m"),
						    TEEQ_LOCK("l") };
	static const struct teeq_client_spec pair[] = {
		{ .name = "a", .steps = a_steps, .step_count = 3 },
		{ .name = "b", .steps = b_steps, .step_count = 3 },
	};
	static const struct teeq_barrier_spec barriers[] = { { .name = "turn", .count = 2 } };
	struct teeq_scenario scenario = {
		.name = "turns",
		.thread_count = 1,
		.locks = two_locks,
		.lock_count = 2,
		.barriers = barriers,
		.barrier_count = 1,
		.clients = pair,
		.client_count = 2,
	};
	struct teeq_schedule schedule = failing(&scenario, "mainline"), shrunk = { 0 };
	struct teeq_model *model = story_model(&scenario, "mainline");

	assert_true(teeq_schedule_switches(&schedule) >= 1000);
	assert_int_equal(teeq_shrink(model, &schedule, &shrunk, NULL), TEEQ_ELIMIT);
	assert_true(shrunk.count > 0 &&
		    teeq_schedule_switches(&shrunk) <= teeq_schedule_switches(&schedule));
	teeq_schedule_free(&shrunk);
	teeq_schedule_free(&schedule);
	teeq_model_free(model);
}

static void test_only_failures_are_shrunk(void **state)
{
	struct teeq_scenario scenario = narrow();
	struct teeq_schedule schedule = failing(&scenario, "untracked"), empty = { 0 };
	const struct teeq_policy *policy = teeq_policy_find("untracked");
	struct teeq_error error = { .text = "" };
	struct teeq_shrunk shrunk;

	assert_int_equal(
		teeq_shrink_scenario(&scenario, policy, &empty, true, NULL, &shrunk, &error),
		TEEQ_EINPUT);
	assert_string_equal(error.text, "it ends in limit, which is no failure");
	schedule.tasks[0] = TEEQ_TASK_MAX - 1;
	assert_int_equal(
		teeq_shrink_scenario(&scenario, policy, &schedule, true, NULL, &shrunk, &error),
		TEEQ_EMISMATCH);
	assert_string_equal(error.key, "step 0");
	scenario.thread_count = 0;
	assert_int_equal(
		teeq_shrink_scenario(&scenario, policy, &schedule, true, NULL, &shrunk, &error),
		TEEQ_EINPUT);
	assert_string_equal(error.key, "secure.threads");
	teeq_schedule_free(&schedule);
}

/* ------------------------------------ what would have helped ---------------------------------- */

static const struct teeq_change *find_change(const struct teeq_diagnosis *diagnosis,
					     const char *text)
{
	for (size_t i = 0; i < diagnosis->change_count; i++)
		if (strcmp(diagnosis->changes[i].text, text) == 0)
			return &diagnosis->changes[i];
	fail_msg("no change '%s'", text);
	return NULL;
}
#define find_change(...) FROM(find_change(__VA_ARGS__))

static enum teeq_status diagnose(const struct teeq_scenario *whole,
				 const struct teeq_explore_options *search,
				 struct teeq_diagnosis *diagnosis)
{
	static struct teeq_scenario scenario;
	struct teeq_schedule schedule;
	enum teeq_status status;

	scenario = narrow();
	schedule = failing(&scenario, "untracked");
	status = teeq_diagnose(&scenario, teeq_policy_find("untracked"), &schedule, whole, search,
			       diagnosis, NULL);
	teeq_schedule_free(&schedule);
	return status;
}
#define diagnose(...) FROM(diagnose(__VA_ARGS__))

static void test_what_helps_is_found_and_tried_elsewhere(void **state)
{
	struct teeq_scenario whole = wide();
	struct teeq_explore_options search = { .max_states = 1000000 };
	struct teeq_diagnosis d;
	const struct teeq_change *change;

	assert_int_equal(diagnose(&whole, &search, &d), TEEQ_OK);
	assert_int_equal(d.end.verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(d.end.steps, 9);
	assert_true(d.no_return_known && !d.no_return.from_start && d.no_return.rescues != 0);
	/* The second app has got the last thread. */
	assert_non_null(strstr(d.no_return_text, "-> thread 1"));
	/* One app more, and the scenario that this is the smaller one of. */
	assert_int_equal(d.variant_count, 2);
	assert_string_equal(d.variants[0].client, "app");
	assert_int_equal(d.variants[0].count, 3);
	assert_null(d.variants[1].client);
	/* A third thread is enough for two apps, and for no more. */
	change = find_change(&d, "1 thread more: 3");
	assert_int_equal(change->trial.ruling, TEEQ_RULED_OUT);
	assert_int_equal(change->tried, 3);
	assert_int_equal(change->elsewhere[0].ruling, TEEQ_STILL_FAILS);
	assert_int_equal(change->elsewhere[0].verdict, TEEQ_VERDICT_DEADLOCK);
	assert_int_equal(change->elsewhere[1].ruling, TEEQ_STILL_FAILS);
	change = find_change(&d, "policy mainline");
	assert_int_equal(change->trial.ruling, TEEQ_RULED_OUT);
	assert_int_equal(change->elsewhere[0].ruling, TEEQ_RULED_OUT);
	assert_int_equal(change->elsewhere[1].ruling, TEEQ_RULED_OUT);
	change = find_change(&d, "a thread for each system session");
	assert_int_equal(change->trial.ruling, TEEQ_RULED_OUT);
	assert_int_equal(change->elsewhere[1].ruling, TEEQ_RULED_OUT);
	teeq_diagnosis_free(&d);
	assert_null(d.changes);
	teeq_diagnosis_free(&d);
}

static void test_a_budget_leaves_it_undecided(void **state)
{
	struct teeq_explore_options search = { .max_states = 2 };
	struct teeq_diagnosis d;

	assert_int_equal(diagnose(NULL, &search, &d), TEEQ_ELIMIT);
	assert_true(d.undecided && !d.stopped && !d.no_return_known);
	assert_int_equal(find_change(&d, "policy mainline")->trial.ruling, TEEQ_UNDECIDED);
	assert_int_equal(find_change(&d, "policy mainline")->tried, 0);
	teeq_diagnosis_free(&d);
}

/* Whenever it is ended, what is there was tried. */
static void test_a_diagnosis_may_be_ended(void **state)
{
	size_t most = 0;

	for (int questions = 1; questions < 40; questions += 3) {
		int left = questions;
		struct teeq_explore_options search = { .keep_going = go_on, .argument = &left };
		struct teeq_diagnosis d;
		enum teeq_status status = diagnose(NULL, &search, &d);

		assert_int_equal(status, d.stopped ? TEEQ_ELIMIT : TEEQ_OK);
		assert_true(d.stopped == (left == 0));
		assert_true(d.change_count >= most);
		most = d.change_count;
		teeq_diagnosis_free(&d);
	}
	assert_true(most > 3);
}

static void test_only_failures_are_explained(void **state)
{
	struct teeq_scenario scenario = narrow(), none = { 0 };
	struct teeq_schedule schedule = failing(&scenario, "untracked"), empty = { 0 };
	const struct teeq_policy *policy = teeq_policy_find("untracked");
	struct teeq_explore_options search = { .max_states = 100 };
	struct teeq_error error = { .text = "" };
	struct teeq_diagnosis d;

	assert_int_equal(teeq_diagnose(&scenario, policy, &empty, NULL, &search, &d, &error),
			 TEEQ_EINPUT);
	assert_string_equal(error.text, "it ends in limit, which is no failure");
	assert_int_equal(teeq_diagnose(&scenario, policy, &schedule, &none, &search, &d, &error),
			 TEEQ_EINPUT);
	schedule.tasks[0] = TEEQ_TASK_MAX - 1;
	assert_int_equal(teeq_diagnose(&scenario, policy, &schedule, NULL, &search, &d, &error),
			 TEEQ_EMISMATCH);
	search.workers = TEEQ_WORKER_MAX + 1;
	schedule.tasks[0] = 0;
	assert_int_equal(teeq_diagnose(&scenario, policy, &schedule, NULL, &search, &d, &error),
			 TEEQ_EINPUT);
	assert_null(d.changes);
	teeq_schedule_free(&schedule);
}

static void test_rulings_have_names(void **state)
{
	assert_string_equal(teeq_ruling_name(TEEQ_RULED_OUT), "ruled out");
	assert_string_equal(teeq_ruling_name(TEEQ_NOT_POSSIBLE), "not possible");
	assert_null(teeq_ruling_name((enum teeq_ruling)(TEEQ_NOT_POSSIBLE + 1)));
	assert_null(teeq_ruling_name((enum teeq_ruling) - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_search_decides),
		cmocka_unit_test(test_samples_decide_what_they_meet),
		cmocka_unit_test(test_samples_are_one_series),
		cmocka_unit_test(test_a_decision_may_be_ended),
		cmocka_unit_test(test_what_is_no_question_is_refused),
		cmocka_unit_test(test_who_does_not_matter_goes),
		cmocka_unit_test(test_faults_go_too),
		cmocka_unit_test(test_who_is_waited_for_stays),
		cmocka_unit_test(test_a_schedule_alone_is_shrunk),
		cmocka_unit_test(test_what_is_too_long_is_put_in_order_only),
		cmocka_unit_test(test_only_failures_are_shrunk),
		cmocka_unit_test(test_what_helps_is_found_and_tried_elsewhere),
		cmocka_unit_test(test_a_budget_leaves_it_undecided),
		cmocka_unit_test(test_a_diagnosis_may_be_ended),
		cmocka_unit_test(test_only_failures_are_explained),
		cmocka_unit_test(test_rulings_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
