/* SPDX-License-Identifier: BSD-2-Clause */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/world.h"

enum { STEPS = 300 };

struct teeq_model *build_or_not(const struct teeq_scenario *scenario,
				const struct teeq_policy *policy)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model = NULL;

	if (teeq_model_new(scenario, policy, &model, &error) == TEEQ_OK)
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
	enum teeq_status status;

	if (!world)
		abort();
	status = teeq_run(model, world, &options, &result);
	if (status != (result.verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : TEEQ_OK))
		found("a run ends in a way that it cannot end");
	if (result.verdict == TEEQ_VERDICT_VIOLATION && !is_mistaken(world))
		found(result.violation);
	teeq_world_free(world);
}

/* Every task has a name of its own; behind the end there is none, of anything. */
static void check_names(const struct teeq_model *model)
{
	static const char *(*const names[])(const struct teeq_model *, size_t) = {
		teeq_model_lock_name,	 teeq_model_event_name,	       teeq_model_barrier_name,
		teeq_model_session_name, teeq_model_command_name,      teeq_model_service_name,
		teeq_model_ta_name,	 teeq_model_secure_lock_name, teeq_model_client_name,
		teeq_model_task_name,
	};

	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		if (teeq_model_task_find(model, teeq_model_task_name(model, i)) != (int)i)
			found("a task is not found by its name");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t count = 0;

		while (names[i](model, count))
			count++;
		if (names[i](model, count + 1) || names[i](model, SIZE_MAX))
			found("there is a name behind the last one");
	}
}

static char *print(const struct teeq_scenario *scenario, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out)
		abort();
	if (teeq_scenario_print(scenario, out) != TEEQ_OK)
		found("a scenario that is acceptable cannot be printed");
	fclose(out);
	return text;
}

static void compare_models(const struct teeq_scenario *one, const struct teeq_scenario *other,
			   size_t policy)
{
	struct teeq_model *a = build_or_not(one, teeq_policy_at(policy));
	struct teeq_model *b = build_or_not(other, teeq_policy_at(policy));

	if (!a != !b || (a && teeq_model_digest(a) != teeq_model_digest(b)))
		found("a scenario is another model once it was printed");
	if (a) {
		check_names(a);
		run_a_little(a, policy);
	}
	teeq_model_free(a);
	teeq_model_free(b);
}

void check_printed(const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_scenario_file *again = NULL;
	size_t size = 0;
	char *text = print(scenario, &size);

	if (teeq_scenario_parse("printed", text, size, &again, &error) != TEEQ_OK)
		found(error.text);
	for (size_t i = 0; teeq_policy_at(i); i++)
		compare_models(scenario, teeq_scenario_tables(again), i);
	teeq_scenario_free(again);
	free(text);
}

void check_error(const struct teeq_error *error, const char *path)
{
	size_t length = strlen(error->text);

	if (strncmp(error->text, path, strlen(path)) != 0 || length < strlen(path) + 4)
		found("a message does not begin with the file");
	if (strpbrk(error->text, "\n\r") || length >= sizeof(error->text))
		found("a message is more than one line");
}
