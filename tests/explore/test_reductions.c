/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each part of the reductions by itself: scenarios in which it finds something to leave out, searched with
 * all parts, and with all but that one, against the naive explorer. TEEQ_SEEDS asks for more of them.
 */
#include "judge.h"

#include <stdlib.h>

#include "agree.h"
#include "generate.h"
#include "generated_policy.h"
#include "seeds.h"

#define SEED_COUNT 240
#define SEED_FIRST 50000

static const struct generator surrounded = {
	.states = 900, .mechanisms = true, .results = true, .no_mistakes = true,
};

static const struct generator crowded = { .states = 2500, .no_mistakes = true };

static const struct generator plain = {
	.states = 900, .mechanisms = true, .no_mistakes = true, .no_machine = true,
};

static const struct generator small = { .states = 14, .mechanisms = true, .no_mistakes = true, .no_machine = true };

static uint64_t seed_count(void)
{
	const char *asked = getenv("TEEQ_SEEDS");

	return asked ? strtoull(asked, NULL, 10) : SEED_COUNT;
}

/* Faults, processors, and the shared-memory cache. */
static bool is_surrounded(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->client_count; i++)
		for (size_t j = 0; j < scenario->clients[i].step_count; j++)
			if (scenario->clients[i].steps[j].kind == TEEQ_STEP_SHM_CACHE)
				return true;
	return scenario->fault_count > 0 || scenario->cpu_count > 0;
}

static void tell(const char *what, const struct tally *tally, unsigned int part)
{
	print_message("%s: %u models, %u skipped, %" PRIu64 " states; ends: %u done, %u deadlock, %u lost "
		      "wake-up, %u violation, %u livelock; %u of %u have more states without it\n", what,
		      tally->models, tally->skipped, tally->states, tally->endings[TEEQ_VERDICT_DONE],
		      tally->endings[TEEQ_VERDICT_DEADLOCK], tally->endings[TEEQ_VERDICT_LOST_WAKEUP],
		      tally->endings[TEEQ_VERDICT_VIOLATION], tally->endings[TEEQ_VERDICT_LIVELOCK],
		      tally->shrunk_by[part], tally->judged_without[part]);
	assert_true(tally->skipped <= 3 + tally->models / 50);
}

#define tell(...) FROM(tell(__VA_ARGS__))

static void test_what_is_left_of_the_surroundings(void **state)
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(seed_count());
	struct tally tally = { .models = 0 };

	for (uint64_t seed = seeds.first, at = 0; seed < seeds.end; at++) {
		generate(&generated, &surrounded, SEED_FIRST + 100 * seeds.first + at);
		if (!is_surrounded(&generated.scenario))
			continue;
		agree_judge(AGREE_WITHOUT * (SEED_FIRST + at), &generated.scenario,
			    generated_policy(&generated.scenario, at), &tally);
		seed++;
	}
	tell("surroundings", &tally, 0);
	assert_true(tally.shrunk_by[0] > tally.judged_without[0] / 8);
	assert_true(tally.judged_without[0] > 0);
}

/* Calls of both kinds, nested and repeated, under each policy in turn. */
static void test_the_order_of_waiters(void **state)
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(seed_count());
	struct tally tally = { .models = 0 };

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		generate(&generated, seed % 3 ? &crowded : &surrounded, 2 * SEED_FIRST + seed);
		agree_judge(AGREE_WITHOUT * seed + 1, &generated.scenario,
			    teeq_policy_at(seed % 9)->name, &tally);
	}
	tell("order", &tally, 1);
	assert_true(tally.shrunk_by[1] > tally.judged_without[1] / 8);
	assert_true(tally.judged_without[1] > 0);
}

/* Tasks of different clients that do the same, and those that are tied together by what is their own. */
static void test_whoever_does_the_same(void **state)
{
	static struct generated generated;
	static struct twice twice;
	const struct seeds seeds = seeds_of(seed_count());
	struct tally tally = { .models = 0 };

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		generate(&generated, &small, 3 * SEED_FIRST + seed);
		if (!generate_twice(&twice, &generated, seed))
			continue;
		agree_judge(AGREE_WITHOUT * seed + 2, &twice.scenario, teeq_policy_at(seed % 9)->name,
			    &tally);
	}
	tell("clients", &tally, 2);
	assert_true(tally.shrunk_by[2] > tally.judged_without[2] / 8);
	assert_true(tally.judged_without[2] > 0);
}

/* What leaves something to postpone, or to wait for, in few enough states: one part, and every policy in turn. */
static void judge_part(const char *what, unsigned int part, const struct generator *generator,
		       bool (*has)(const struct teeq_scenario *scenario))
{
	static struct generated generated;
	const struct seeds seeds = seeds_of(seed_count());
	struct tally tally = { .models = 0 };

	for (uint64_t seed = seeds.first, at = 0; seed < seeds.end; at++) {
		generate(&generated, generator, (4 + part) * SEED_FIRST + 100 * seeds.first + at);
		if (!has(&generated.scenario))
			continue;
		agree_judge(AGREE_WITHOUT * seed + part, &generated.scenario,
			    teeq_policy_at(seed % 9)->name, &tally);
		seed++;
	}
	tell(what, &tally, part);
	/* Of a share of them fewer may be of use. */
	assert_true(tally.shrunk_by[part] > (seeds_all() ? tally.judged_without[part] / 16 : 0));
	assert_true(tally.judged_without[part] > 0);
}

#define judge_part(...) FROM(judge_part(__VA_ARGS__))

static bool is_quiet(const struct teeq_scenario *scenario)
{
	return scenario->fault_count == 0 && scenario->cpu_count == 0;
}

static bool has_waits(const struct teeq_scenario *scenario)
{
	return is_quiet(scenario) && scenario->notification_count > 0;
}

static bool has_few_slots(const struct teeq_scenario *scenario)
{
	return is_quiet(scenario) && scenario->argument_slots > 0;
}

/* Different clients end with a call. */
static bool ends_with_calls(const struct teeq_scenario *scenario)
{
	unsigned int count = 0;

	for (size_t i = 0; i < scenario->client_count; i++) {
		const struct teeq_client_spec *client = &scenario->clients[i];

		count += client->step_count > 0 &&
			 client->steps[client->step_count - 1].kind == TEEQ_STEP_CALL;
	}
	return is_quiet(scenario) && count > 1;
}

static void test_what_calls_wait_for(void **state)
{
	judge_part("waits", 3, &plain, has_waits);
}

static void test_what_can_be_postponed(void **state)
{
	judge_part("postponing", 4, &crowded, is_quiet);
}

static void test_slots_for_arguments(void **state)
{
	judge_part("arguments", 5, &plain, has_few_slots);
}

static void test_who_is_spent(void **state)
{
	judge_part("spent", 6, &crowded, ends_with_calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_left_of_the_surroundings),
		cmocka_unit_test(test_the_order_of_waiters),
		cmocka_unit_test(test_whoever_does_the_same),
		cmocka_unit_test(test_what_calls_wait_for),
		cmocka_unit_test(test_what_can_be_postponed),
		cmocka_unit_test(test_slots_for_arguments),
		cmocka_unit_test(test_who_is_spent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
