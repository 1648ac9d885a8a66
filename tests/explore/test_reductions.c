/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each part of the reductions by itself: scenarios in which it finds something to leave out, searched with
 * all parts, and with all but that one, against the naive explorer; and scenarios of all kinds. Each test takes
 * those from the number TEEQ_FIRST on until TEEQ_SEEDS of them were judged, where these are set: then what has
 * more than TEEQ_STATES states is passed over, and each part is switched off by itself.
 */
#include "judge.h"

#include <stdlib.h>

#include "agree.h"
#include "generate.h"
#include "generated_policy.h"
#include "seeds.h"

#define SEED_COUNT 240
#define SEED_FIRST 50000
#define WHOLE AGREE_WITHOUT /* no part by itself */

static const struct generator surrounded = {
	.states = 900, .mechanisms = true, .results = true, .no_mistakes = true,
};

static const struct generator crowded = { .states = 2500, .no_mistakes = true };

static const struct generator plain = {
	.states = 900, .mechanisms = true, .no_mistakes = true, .no_machine = true,
};

static const struct generator small = { .states = 14, .mechanisms = true, .no_mistakes = true, .no_machine = true };

static const struct generator whole = { .states = 900, .mechanisms = true, .results = true, .memory = true };

static const char *turn(uint64_t number)
{
	return teeq_policy_at((unsigned int)(number % 9))->name;
}

/* --------------------------------- scenarios by their numbers --------------------------------- */

static struct generated generated;
static struct twice twice;

/* The scenario of that number, and under which policy; NULL: it has nothing of the kind that is wanted. */
typedef const struct teeq_scenario *make_scenario(uint64_t number, const char **policy);

/* Faults, processors, and the shared-memory cache. */
static bool is_surrounded(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->client_count; i++)
		for (size_t j = 0; j < scenario->clients[i].step_count; j++)
			if (scenario->clients[i].steps[j].kind == TEEQ_STEP_SHM_CACHE)
				return true;
	return scenario->fault_count > 0 || scenario->cpu_count > 0;
}

static bool is_quiet(const struct teeq_scenario *scenario)
{
	return scenario->fault_count == 0 && scenario->cpu_count == 0;
}

static const struct teeq_scenario *surroundings(uint64_t number, const char **policy)
{
	generate(&generated, &surrounded, SEED_FIRST + number);
	*policy = generated_policy(&generated.scenario, number);
	return is_surrounded(&generated.scenario) ? &generated.scenario : NULL;
}

/* Calls of both kinds, nested and repeated, under each policy in turn. */
static const struct teeq_scenario *waiters(uint64_t number, const char **policy)
{
	generate(&generated, number % 3 ? &crowded : &surrounded, 2 * SEED_FIRST + number);
	*policy = turn(number);
	return &generated.scenario;
}

/* Tasks of different clients that do the same, and those that are tied together by what is their own. */
static const struct teeq_scenario *clients(uint64_t number, const char **policy)
{
	generate(&generated, &small, 3 * SEED_FIRST + number);
	*policy = turn(number);
	return generate_twice(&twice, &generated, number) ? &twice.scenario : NULL;
}

static const struct teeq_scenario *waits(uint64_t number, const char **policy)
{
	generate(&generated, &plain, 7 * SEED_FIRST + number);
	*policy = turn(number);
	return is_quiet(&generated.scenario) && generated.scenario.notification_count > 0 ?
		       &generated.scenario : NULL;
}

static const struct teeq_scenario *postponing(uint64_t number, const char **policy)
{
	generate(&generated, &crowded, 8 * SEED_FIRST + number);
	*policy = turn(number);
	return is_quiet(&generated.scenario) ? &generated.scenario : NULL;
}

static const struct teeq_scenario *few_slots(uint64_t number, const char **policy)
{
	generate(&generated, &plain, 9 * SEED_FIRST + number);
	*policy = turn(number);
	return is_quiet(&generated.scenario) && generated.scenario.argument_slots > 0 ?
		       &generated.scenario : NULL;
}

/* Different clients end with a call. */
static const struct teeq_scenario *last_calls(uint64_t number, const char **policy)
{
	const struct teeq_scenario *scenario = &generated.scenario;
	unsigned int count = 0;

	generate(&generated, &crowded, 10 * SEED_FIRST + number);
	*policy = turn(number);
	for (size_t i = 0; i < scenario->client_count; i++) {
		const struct teeq_client_spec *client = &scenario->clients[i];

		count += client->step_count > 0 &&
			 client->steps[client->step_count - 1].kind == TEEQ_STEP_CALL;
	}
	return is_quiet(scenario) && count > 1 ? scenario : NULL;
}

/* What strikes may come between two actions that are made together. */
static const struct teeq_scenario *struck(uint64_t number, const char **policy)
{
	generate(&generated, &surrounded, 12 * SEED_FIRST + number);
	*policy = turn(number);
	return generated.scenario.fault_count > 0 ? &generated.scenario : NULL;
}

static const struct teeq_scenario *struck_with_few_slots(uint64_t number, const char **policy)
{
	return struck(number, policy) && generated.scenario.argument_slots > 0 ?
		       &generated.scenario : NULL;
}

/* Who gets a slot needs a processor, and takes none. */
static const struct teeq_scenario *processors_with_few_slots(uint64_t number, const char **policy)
{
	generate(&generated, &surrounded, 13 * SEED_FIRST + number);
	*policy = turn(number);
	return generated.scenario.cpu_count > 0 && generated.scenario.argument_slots > 0 ?
		       &generated.scenario : NULL;
}

/* Whatever there is, mistakes included. */
static const struct teeq_scenario *anything(uint64_t number, const char **policy)
{
	generate(&generated, &whole, 11 * SEED_FIRST + number);
	*policy = generated_policy(&generated.scenario, number);
	return &generated.scenario;
}

/* ------------------------------------------ judging ------------------------------------------- */

/* What is asked for; from the environment, or what this build takes. */
struct asked {
	bool more; /* than the test takes of itself */
	uint64_t first;
	uint64_t count;
	size_t state_max;
};

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static struct asked asked(void)
{
	const struct seeds seeds = seeds_of(SEED_COUNT);

	return (struct asked){
		.more = getenv("TEEQ_SEEDS") != NULL,
		.first = number_of("TEEQ_FIRST", 100 * seeds.first),
		.count = number_of("TEEQ_SEEDS", seeds.end - seeds.first),
		.state_max = (size_t)number_of("TEEQ_STATES", 0),
	};
}

static void tell(const char *what, const struct tally *tally, uint64_t end)
{
	print_message("%s: %u models, %u skipped, %" PRIu64 " states, numbers below %" PRIu64 "; ends: %u done, %u "
		      "deadlock, %u lost wake-up, %u violation, %u livelock; more states without a part:", what,
		      tally->models - tally->skipped, tally->skipped, tally->states, end,
		      tally->endings[TEEQ_VERDICT_DONE], tally->endings[TEEQ_VERDICT_DEADLOCK],
		      tally->endings[TEEQ_VERDICT_LOST_WAKEUP], tally->endings[TEEQ_VERDICT_VIOLATION],
		      tally->endings[TEEQ_VERDICT_LIVELOCK]);
	for (unsigned int part = 0; part < AGREE_WITHOUT; part++)
		if (tally->judged_without[part])
			print_message(" %u: %u of %u", part, tally->shrunk_by[part], tally->judged_without[part]);
	print_message("\n");
}

/* @least: of how many one at least is to have more states without the @part, or WHOLE; 0: any. */
static void judge_part(const char *what, unsigned int part, make_scenario *make, unsigned int least)
{
	const struct asked want = asked();
	struct tally tally = { .state_max = want.state_max, .each = want.more };
	uint64_t number = want.first;

	while (tally.models - (want.more ? tally.skipped : 0) < want.count) {
		const char *policy;
		const struct teeq_scenario *scenario = make(number, &policy);
		uint64_t seed = part == WHOLE ? number : AGREE_WITHOUT * number + part;

		if (scenario)
			agree_judge(seed, scenario, policy, &tally);
		number++;
	}
	tell(what, &tally, number);
	if (want.more)
		return;
	assert_true(tally.skipped <= 3 + tally.models / 50);
	if (part == WHOLE)
		return;
	assert_true(tally.shrunk_by[part] > (least ? tally.judged_without[part] / least : 0));
	assert_true(tally.judged_without[part] > 0);
}

#define judge_part(...) FROM(judge_part(__VA_ARGS__))

static void test_what_is_left_of_the_surroundings(void **state)
{
	judge_part("surroundings", 0, surroundings, 8);
}

static void test_the_order_of_waiters(void **state)
{
	judge_part("order", 1, waiters, 8);
}

static void test_whoever_does_the_same(void **state)
{
	judge_part("clients", 2, clients, 8);
}

/* Of a share of them fewer may be of use. */
static unsigned int rare(void)
{
	return seeds_all() ? 16 : 0;
}

static void test_what_calls_wait_for(void **state)
{
	judge_part("waits", 3, waits, rare());
}

static void test_what_can_be_postponed(void **state)
{
	judge_part("postponing", 4, postponing, rare());
}

static void test_slots_for_arguments(void **state)
{
	judge_part("arguments", 5, few_slots, rare());
}

static void test_postponing_beside_faults(void **state)
{
	judge_part("postponing beside faults", 4, struck, rare());
}

static void test_slots_beside_faults(void **state)
{
	judge_part("arguments beside faults", 5, struck_with_few_slots, rare());
}

static void test_slots_beside_processors(void **state)
{
	judge_part("arguments beside processors", WHOLE, processors_with_few_slots, 0);
}

static void test_who_is_spent(void **state)
{
	judge_part("spent", 6, last_calls, rare());
}

static void test_all_of_them(void **state)
{
	judge_part("all", WHOLE, anything, 0);
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
		cmocka_unit_test(test_postponing_beside_faults),
		cmocka_unit_test(test_slots_beside_faults),
		cmocka_unit_test(test_slots_beside_processors),
		cmocka_unit_test(test_who_is_spent),
		cmocka_unit_test(test_all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
