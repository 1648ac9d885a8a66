/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "fuzz/finding.h"
#include "fuzz/mistaken.h"
#include "teeq/fuzz.h"
#include "teeq/world.h"

enum {
	FEW_STEPS = 300
};

/* NULL where there is none; then the message must have a text. */
static struct teeq_model *build_or_not(struct finding *finding,
				       const struct teeq_scenario *scenario,
				       const struct teeq_policy *policy)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model = NULL;

	if (teeq_model_new(scenario, policy, &model, &error) == TEEQ_OK)
		return model;
	if (error.text[0] == 0)
		finding_note(finding, "a scenario is refused without a word");
	return NULL;
}

/* Some random steps; every invariant must hold that a scenario cannot break by itself. */
static void run_a_little(struct finding *finding, const struct teeq_model *model, uint64_t seed)
{
	const struct teeq_run_options options = {
		.strategy = &teeq_strategy_random,
		.seed = seed,
		.step_max = FEW_STEPS,
	};
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_result result;
	enum teeq_status status;

	if (!world) {
		finding_no_memory(finding);
		return;
	}
	status = teeq_run(model, world, &options, &result);
	if (status != (result.verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : TEEQ_OK))
		finding_note(finding, "a run ends in a way that it cannot end");
	if (result.verdict == TEEQ_VERDICT_VIOLATION && !is_mistaken(world))
		finding_note(finding, result.violation);
	teeq_world_free(world);
}

/* Every task has a name of its own; behind the end there is none, of anything. */
static void check_names(struct finding *finding, const struct teeq_model *model)
{
	static const char *(*const names[])(const struct teeq_model *, size_t) = {
		teeq_model_lock_name,	 teeq_model_event_name,	      teeq_model_barrier_name,
		teeq_model_session_name, teeq_model_command_name,     teeq_model_service_name,
		teeq_model_ta_name,	 teeq_model_secure_lock_name, teeq_model_client_name,
		teeq_model_task_name,
	};

	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		if (teeq_model_task_find(model, teeq_model_task_name(model, i)) != (int)i)
			finding_note(finding, "a task is not found by its name");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t count = 0;

		while (names[i](model, count))
			count++;
		if (names[i](model, count + 1) || names[i](model, SIZE_MAX))
			finding_note(finding, "there is a name behind the last one");
	}
}

/* -------------------------------------- printed and read -------------------------------------- */

static char *print_again(struct finding *finding, const struct teeq_scenario *scenario,
			 size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (!out) {
		finding_no_memory(finding);
		return NULL;
	}
	if (teeq_scenario_print(scenario, out) != TEEQ_OK)
		finding_note(finding, "a scenario that is acceptable cannot be printed");
	fclose(out);
	return text;
}

static void compare_models(struct finding *finding, const struct teeq_scenario *one,
			   const struct teeq_scenario *other, size_t policy)
{
	struct teeq_model *a = build_or_not(finding, one, teeq_policy_at(policy));
	struct teeq_model *b = build_or_not(finding, other, teeq_policy_at(policy));

	if (!a != !b || (a && teeq_model_digest(a) != teeq_model_digest(b)))
		finding_note(finding, "a scenario is another model once it was printed");
	if (a) {
		check_names(finding, a);
		run_a_little(finding, a, policy);
	}
	teeq_model_free(a);
	teeq_model_free(b);
}

/* @scenario, printed and read again, is the same model under every policy, or the same refusal. */
static void check_printed(struct finding *finding, const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_scenario_file *again = NULL;
	size_t size = 0;
	char *text = print_again(finding, scenario, &size);

	if (text && finding->error.status == TEEQ_OK) {
		if (teeq_scenario_parse("printed", text, size, &again, &error) != TEEQ_OK)
			finding_note(finding, error.text);
		for (size_t i = 0; again && teeq_policy_at(i); i++)
			compare_models(finding, scenario, teeq_scenario_tables(again), i);
	}
	teeq_scenario_free(again);
	free(text);
}

/* Names of expectations are those of policies; a file may only name one that is built in. */
static bool names_policies(const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->expect_count; i++)
		if (!teeq_policy_find(scenario->expects[i].policy))
			return false;
	return true;
}

/* ------------------------------------------ public -------------------------------------------- */

struct teeq_test_answer teeq_fuzz_scenario(const struct teeq_scenario *scenario)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct finding finding = { .error.status = TEEQ_OK };

	if (!scenario)
		error_null(&finding.error, "scenario");
	else if (teeq_scenario_validate(scenario, &error) == TEEQ_OK) {
		if (names_policies(scenario))
			check_printed(&finding, scenario);
	} else if (error.text[0] == 0) {
		finding_note(&finding, "tables are refused without a word");
	}
	return finding_answer(&finding, teeq_test_tables(scenario), scenario, NULL, NULL);
}

struct teeq_test_answer teeq_fuzz_scenario_text(const char *text, size_t size)
{
	struct teeq_test_scenario input = { .path = "input" };
	struct teeq_error error = { .status = TEEQ_OK };
	struct finding finding = { .error.status = TEEQ_OK };
	struct teeq_scenario_file *file = NULL;

	if (!text && size > 0) {
		input.path = NULL;
		error_null(&finding.error, "text");
	} else if (teeq_scenario_parse(input.path, text, size, &file, &error) == TEEQ_OK) {
		check_printed(&finding, teeq_scenario_tables(file));
	} else {
		finding_error_line(&finding, error.text, input.path);
	}
	teeq_scenario_free(file);
	return finding_answer(&finding, input, NULL, NULL, NULL);
}
