/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The explorer against the naive one where scenarios use what surrounds the calls: every mechanism of
 * the language, one to three of them at a time.
 */
#include "judge.h"

#include "agree.h"
#include "coverage.h"
#include "generate.h"
#include "generated_policy.h"
#include "seeds.h"

#define SEED_COUNT 1000
#define ALIKE_COUNT 300
#define LOOKED_AT_COUNT 6000
#define LOOKED_AT_STATES 3000

static const struct generator mechanisms = {
	.states = 500, .mechanisms = true, .results = true, .memory = true,
};
static const struct generator alike = {
	.states = 1200, .mechanisms = true, .alike = true, .results = true, .memory = true,
};

static void report(const struct tally *tally)
{
	print_message("%u models, %u skipped, %" PRIu64 " states; ends: %u done, %u deadlock, %u "
		      "lost wake-up, %u violation, %u livelock; stranded %u; smaller by symmetry "
		      "%u, by reduction %u\n", tally->models, tally->skipped, tally->states,
		      tally->endings[TEEQ_VERDICT_DONE], tally->endings[TEEQ_VERDICT_DEADLOCK],
		      tally->endings[TEEQ_VERDICT_LOST_WAKEUP],
		      tally->endings[TEEQ_VERDICT_VIOLATION],
		      tally->endings[TEEQ_VERDICT_LIVELOCK], tally->stranded,
		      tally->shrunk_by_symmetry, tally->shrunk_by_reduction);
}

static struct tally judge_seeds(const struct generator *generator, uint64_t count)
{
	static struct generated generated;
	struct tally tally = { .models = 0 };
	struct seeds seeds = seeds_of(count);

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		generate(&generated, generator, seed);
		agree_judge(seed, &generated.scenario, generated_policy(&generated.scenario, seed),
			    &tally);
	}
	report(&tally);
	assert_true(tally.skipped <= 3 + tally.models / 50);
	return tally;
}
#define judge_seeds(...) FROM(judge_seeds(__VA_ARGS__))

static void look_at(const struct teeq_scenario *scenario, const char *policy, size_t state_max,
		    struct coverage *coverage)
{
	const struct naive_watch watch = { coverage_see, coverage };
	struct teeq_model *model = story_model(scenario, policy);
	struct teeq_world *start = teeq_world_new(model);
	struct naive naive;

	coverage_scenario(coverage, scenario);
	naive_explore(&naive, model, start, state_max, &watch);
	naive_free(&naive);
	teeq_world_free(start);
	teeq_model_free(model);
}
#define look_at(...) FROM(look_at(__VA_ARGS__))

/* What is rare is looked for among more of them, without judging them all. */
static void look_at_seeds(const struct generator *generator, uint64_t count,
			  struct coverage *coverage)
{
	static struct generated generated;

	for (uint64_t seed = 0; seed < count; seed++) {
		generate(&generated, generator, seed);
		look_at(&generated.scenario, generated_policy(&generated.scenario, seed),
			LOOKED_AT_STATES, coverage);
	}
}
#define look_at_seeds(...) FROM(look_at_seeds(__VA_ARGS__))

/* A writer and two readers of one lock, each interrupted while it has it, some never resumed. */
static struct teeq_scenario readers(size_t fault_count)
{
	static const struct teeq_fault_spec faults[] = {
		{ .name = "f", .kind = TEEQ_FAULT_RESUME_REFUSED },
	};
	static const char *const locks[] = { "m" };
	static const struct teeq_step writes[] = {
		TEEQ_LOCK("m"), { .kind = TEEQ_STEP_INTERRUPT }, TEEQ_UNLOCK("m"),
	};
	static const struct teeq_step reads[] = {
		TEEQ_STEP_OF(TEEQ_STEP_READ_LOCK, "m"), { .kind = TEEQ_STEP_INTERRUPT },
		TEEQ_UNLOCK("m"),
	};
	static const struct teeq_script_spec commands[] = {
		{ .name = "write", .steps = writes, .step_count = LENGTH(writes) },
		{ .name = "read", .steps = reads, .step_count = LENGTH(reads) },
	};
	static const struct teeq_step writer[] = { TEEQ_CALL("write", NULL) };
	static const struct teeq_step reader[] = { TEEQ_CALL("read", NULL) };
	static const struct teeq_client_spec clients[] = {
		{ .name = "w", .steps = writer, .step_count = LENGTH(writer) },
		{ .name = "r", .count = 2, .steps = reader, .step_count = LENGTH(reader) },
	};

	return (struct teeq_scenario){
		.name = "readers", .thread_count = 3,
		.secure_locks = locks, .secure_lock_count = LENGTH(locks),
		.commands = commands, .command_count = LENGTH(commands),
		.clients = clients, .client_count = LENGTH(clients),
		.faults = faults, .fault_count = fault_count,
	};
}

/* A mutex that two guests share, whose wakes go astray; and a fault that lets one supplicant die. */
static const struct teeq_guest_spec two_guests[] = { { .name = "g" }, { .name = "h" } };

static struct teeq_scenario neighbours(void)
{
	static const char *const locks[] = { "m" };
	static const struct teeq_step writes[] = {
		TEEQ_LOCK("m"), { .kind = TEEQ_STEP_INTERRUPT }, TEEQ_UNLOCK("m"),
	};
	static const struct teeq_script_spec commands[] = {
		{ .name = "write", .steps = writes, .step_count = LENGTH(writes) },
	};
	static const struct teeq_step writer[] = { TEEQ_CALL("write", NULL),
						   TEEQ_CALL("write", NULL) };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .count = 2, .steps = writer, .step_count = 1, .guest = "g" },
		{ .name = "b", .steps = writer, .step_count = LENGTH(writer), .guest = "h" },
	};

	return (struct teeq_scenario){
		.name = "neighbours", .thread_count = 2,
		.secure_locks = locks, .secure_lock_count = LENGTH(locks),
		.guests = two_guests, .guest_count = LENGTH(two_guests),
		.commands = commands, .command_count = LENGTH(commands),
		.clients = clients, .client_count = LENGTH(clients),
	};
}

/* A TA of which there is one invokes itself: the secure world panics. Chance brings that together seldom. */
static struct teeq_scenario itself(void)
{
	static const struct teeq_ta_spec tas[] = { { .name = "t", .single_instance = true } };
	static const struct teeq_step invokes[] = { TEEQ_STEP_OF(TEEQ_STEP_INVOKE, "inner") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "inner", .ta = "t" },
		{ .name = "outer", .ta = "t", .steps = invokes, .step_count = LENGTH(invokes) },
	};
	static const struct teeq_step calls[] = { TEEQ_CALL("outer", NULL) };
	static const struct teeq_client_spec clients[] = {
		{ .name = "a", .steps = calls, .step_count = LENGTH(calls) },
		{ .name = "b", .steps = calls, .step_count = LENGTH(calls) },
	};

	return (struct teeq_scenario){
		.name = "itself", .thread_count = 2, .tas = tas, .ta_count = LENGTH(tas),
		.commands = commands, .command_count = LENGTH(commands),
		.clients = clients, .client_count = LENGTH(clients),
	};
}

static void test_every_mechanism_occurs(void **state)
{
	const struct teeq_scenario all_resumed = readers(0), not_all = readers(1);
	const struct teeq_scenario apart = neighbours(), alone = itself();
	static struct coverage coverage;

	/* What was generated does not depend on what compiled it; once more is enough. */
	if (TEEQ_INSTRUMENTED)
		skip();
	look_at_seeds(&mechanisms, LOOKED_AT_COUNT, &coverage);
	look_at_seeds(&alike, LOOKED_AT_COUNT / 4, &coverage);
	look_at(&all_resumed, "mainline", SIZE_MAX, &coverage);
	look_at(&not_all, "mainline", SIZE_MAX, &coverage);
	look_at(&apart, "mainline", SIZE_MAX, &coverage);
	look_at(&alone, "mainline", SIZE_MAX, &coverage);
	coverage_expect(&coverage);
}

static void test_the_whole_language(void **state)
{
	struct tally many = judge_seeds(&mechanisms, SEED_COUNT);
	struct tally like = judge_seeds(&alike, ALIKE_COUNT);

	assert_true(many.endings[TEEQ_VERDICT_DONE] > many.models / 4);
	assert_true(many.endings[TEEQ_VERDICT_DEADLOCK] > many.models / 8);
	assert_true(many.shrunk_by_reduction > many.models / 6);
	assert_true(like.shrunk_by_symmetry > like.models / 2);
	if (!seeds_all())
		return;
	assert_true(many.endings[TEEQ_VERDICT_LOST_WAKEUP] > 5);
	assert_true(many.endings[TEEQ_VERDICT_VIOLATION] > 5);
	assert_true(many.endings[TEEQ_VERDICT_LIVELOCK] > 2);
	assert_true(many.stranded > 5);
}

/* More of them at once than chance brings together. */
static void test_neighbours(void **state)
{
	const struct teeq_scenario apart = neighbours();
	struct tally tally = { .models = 0 };

	for (size_t i = 0; teeq_policy_at(i); i++)
		agree_judge(i, &apart, teeq_policy_at(i)->name, &tally);
	assert_int_equal(tally.skipped, 0);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DEADLOCK], tally.models);
}

static void test_a_ta_that_invokes_itself(void **state)
{
	const struct teeq_scenario alone = itself();
	struct tally tally = { .models = 0 };

	for (size_t i = 0; teeq_policy_at(i); i++)
		agree_judge(i, &alone, teeq_policy_at(i)->name, &tally);
	assert_int_equal(tally.skipped, 0);
	assert_int_equal(tally.endings[TEEQ_VERDICT_VIOLATION], tally.models);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DONE], 0);
}

static void test_readers(void **state)
{
	const struct teeq_scenario all_resumed = readers(0), not_all = readers(1);
	struct tally good = { .models = 0 }, lossy = { .models = 0 };

	for (size_t i = 0; teeq_policy_at(i); i++)
		agree_judge(i, &all_resumed, teeq_policy_at(i)->name, &good);
	assert_int_equal(good.endings[TEEQ_VERDICT_DONE], good.models);
	assert_int_equal(good.endings[TEEQ_VERDICT_DEADLOCK], 0);
	assert_int_equal(good.shrunk_by_symmetry, good.models);
	/* Whoever waits for what a lost thread has waits for ever. */
	agree_judge(0, &not_all, "mainline", &lossy);
	assert_int_equal(lossy.skipped, 0);
	assert_int_equal(lossy.endings[TEEQ_VERDICT_DEADLOCK], 1);
}

/* Raised twice by one call: what comes depends on whether the interrupt fetches it in between. */
static void test_raised_twice(void **state)
{
	static const char *const notifications[] = { "n" };
	static const struct teeq_step raises[] = { TEEQ_STEP_OF(TEEQ_STEP_ASYNC, "n"),
						   TEEQ_STEP_OF(TEEQ_STEP_ASYNC, "n") };
	static const struct teeq_step waits[] = { TEEQ_STEP_OF(TEEQ_STEP_WAIT, "n") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "raise", .steps = raises, .step_count = LENGTH(raises) },
		{ .name = "wait", .steps = waits, .step_count = LENGTH(waits) },
	};
	static const struct teeq_step x[] = { TEEQ_CALL("raise", NULL) };
	static const struct teeq_step y[] = { TEEQ_CALL("wait", NULL), TEEQ_CALL("wait", NULL) };
	static const struct teeq_client_spec clients[] = {
		{ .name = "x", .steps = x, .step_count = LENGTH(x) },
		{ .name = "y", .steps = y, .step_count = LENGTH(y) },
	};
	const struct teeq_scenario scenario = {
		.name = "twice", .thread_count = 2,
		.notifications = notifications, .notification_count = LENGTH(notifications),
		.commands = commands, .command_count = LENGTH(commands),
		.clients = clients, .client_count = LENGTH(clients),
	};
	struct tally tally = { .models = 0 };

	agree_judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DONE], 1);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DEADLOCK], 1);
}

/*
 * tee-supplicant's thread makes a call in which a notification is waited for. For whom it works does
 * not get lost by that: the answer reaches the client.
 */
static void test_a_supplicant_thread_remembers_its_client(void **state)
{
	static const char *const notifications[] = { "n" };
	static const struct teeq_step asks[] = { TEEQ_RPC("file") };
	static const struct teeq_step waits[] = { TEEQ_STEP_OF(TEEQ_STEP_WAIT, "n") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "store", .steps = asks, .step_count = LENGTH(asks) },
		{ .name = "wait", .steps = waits, .step_count = LENGTH(waits) },
	};
	static const struct teeq_step serves[] = { TEEQ_CALL("wait", NULL) };
	static const struct teeq_service_spec services[] = {
		{ .name = "file",
		  .by = TEEQ_SERVED_BY_SUPPLICANT,
		  .steps = serves,
		  .step_count = LENGTH(serves) },
	};
	static const struct teeq_step app[] = { TEEQ_CALL("store", NULL) };
	static const struct teeq_step irq[] = { TEEQ_STEP_OF(TEEQ_STEP_NOTIFY, "n") };
	static const struct teeq_client_spec clients[] = {
		{ .name = "app", .steps = app, .step_count = LENGTH(app) },
		{ .name = "irq", .steps = irq, .step_count = LENGTH(irq) },
	};
	const struct teeq_scenario scenario = {
		.name = "remembers", .thread_count = 2, .supplicant_threads = 1,
		.notifications = notifications, .notification_count = LENGTH(notifications),
		.commands = commands, .command_count = LENGTH(commands),
		.services = services, .service_count = LENGTH(services),
		.clients = clients, .client_count = LENGTH(clients),
	};
	struct tally tally = { .models = 0 };

	agree_judge(0, &scenario, "mainline", &tally);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DONE], 1);
	assert_int_equal(tally.endings[TEEQ_VERDICT_DEADLOCK], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_mechanism_occurs),
		cmocka_unit_test(test_the_whole_language),
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_a_ta_that_invokes_itself),
		cmocka_unit_test(test_raised_twice),
		cmocka_unit_test(test_a_supplicant_thread_remembers_its_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
