/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_a_little.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/world.h"

enum { STEPS = 300 };

void found(const char *what)
{
	fprintf(stderr, "finding: %s\n", what);
	abort();
}

struct teeq_model *build_or_not(const struct teeq_scenario *scenario,
				const struct teeq_policy *policy)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model = NULL;

	if (teeq_model_build(scenario, policy, &model, &error) == TEEQ_OK)
		return model;
	if (error.text[0] == 0)
		found("a scenario is refused without a word");
	return NULL;
}

bool is_mistaken(const struct teeq_world *world)
{
	return world->violation != VIOLATION_NONE;
}

void run_a_little(const struct teeq_model *model, uint64_t seed)
{
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random, .seed = seed, .step_max = STEPS,
	};
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_result result;

	if (!world || teeq_run(model, world, &options, &result) != TEEQ_OK)
		abort();
	if (result.verdict == TEEQ_VERDICT_VIOLATION && !is_mistaken(world))
		found(result.violation);
	teeq_world_free(world);
}

void check_error(const struct teeq_error *error, const char *path)
{
	size_t length = strlen(error->text);

	if (strncmp(error->text, path, strlen(path)) != 0 || length < strlen(path) + 4)
		found("a message does not begin with the file");
	if (strpbrk(error->text, "\n\r") || length >= sizeof(error->text))
		found("a message is more than one line");
}
