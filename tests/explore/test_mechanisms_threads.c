/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real threads against the model in the whole language: random scenarios, every mechanism, by the
 * command. Whatever the threads happen to do must be what the model does too.
 */
#include "story.h"

#include "generate.h"
#include "scratch.h"
#include "seeds.h"
#include "teeq/scenario.h"

enum {
	SEED_COUNT = 600,
	GIVEN_UP = 3,
};

static const struct generator mechanisms = { .states = 500, .mechanisms = true };

static bool asks_for_bottom_half(const struct teeq_step *steps, size_t count)
{
	bool found = false;

	for (size_t i = 0; i < count; i++)
		found |= steps[i].kind == TEEQ_STEP_REPEAT ?
				 asks_for_bottom_half(steps[i].steps, steps[i].step_count) :
				 steps[i].kind == TEEQ_STEP_ASYNC && !steps[i].name;
	return found;
}

/* A bottom half that asks for another one has no end. */
static bool may_be_endless(const struct teeq_scenario *scenario)
{
	bool found = false;

	for (size_t i = 0; i < scenario->command_count; i++)
		found |= asks_for_bottom_half(scenario->commands[i].steps,
					      scenario->commands[i].step_count);
	for (size_t i = 0; i < scenario->service_count; i++)
		found |= asks_for_bottom_half(scenario->services[i].steps,
					      scenario->services[i].step_count);
	return found && scenario->bottom_half;
}

/* Returns whether it comes to an end. */
static bool write_scenario(const char *path, uint64_t seed)
{
	static struct generated generated;
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	generate(&generated, &mechanisms, seed);
	assert_int_equal(teeq_scenario_print(&generated.scenario, out), TEEQ_OK);
	assert_int_equal(fclose(out), 0);
	return !may_be_endless(&generated.scenario);
}
#define write_scenario(...) FROM(write_scenario(__VA_ARGS__))

/* Rounds of one scenario; whether they came to an end, and could be compared. */
static bool stress(const char *path, uint64_t seed)
{
	char command[512], line[512], said[512] = "";
	bool same = false, compared = true;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "'%s' stress '%s' --policy %s --rounds 5 --seconds 5 --seed %u 2>&1",
		 TEEQ_COMMAND, path, teeq_policy_at(seed % 9)->name, (unsigned int)seed);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe)) {
		same |= strncmp(line, "as in the model: ", 17) == 0;
		if (strstr(line, "; not compared: "))
			compared = false;
		if (strncmp(line, "threads and model differ", 24) == 0)
			memcpy(said, line, sizeof(said));
	}
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == GIVEN_UP && !said[0])
		return false;
	if (WEXITSTATUS(status) > 1 || !same)
		fail_msg("seed %u: status %d: %s", (unsigned int)seed, WEXITSTATUS(status), said);
	return compared;
}
#define stress(...) FROM(stress(__VA_ARGS__))

static void threads_know_the_language(void **state)
{
	const struct seeds seeds = seeds_of(SEED_COUNT);
	unsigned int known = 0;

	for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
		if (write_scenario(path_of(state), seed))
			known += stress(path_of(state), seed);
	}
	print_message("%u of %u scenarios\n", known, seeds_count(SEED_COUNT));
	assert_true(known > seeds_count(SEED_COUNT) * 3 / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_know_the_language),
	};

	if (TEEQ_COMMAND[0] == '\0')
		return 77;
	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
