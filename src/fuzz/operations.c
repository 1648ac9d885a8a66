/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/error.h"
#include "fuzz/core_scenario.h"
#include "fuzz/finding.h"
#include "teeq/fuzz.h"

/* @record's tables, and how the model goes the same way, or that it does not. */
static struct teeq_test_answer tell_record(struct core_scenario *record, struct finding *finding)
{
	const struct teeq_test_scenario scenario = { .path = NULL };
	struct teeq_schedule schedule = { 0 };
	struct teeq_model *model = NULL;
	struct teeq_test_answer answer;

	core_scenario_make(record);
	if (teeq_model_new(&record->scenario, record->world.policy, &model, NULL) == TEEQ_OK)
		core_scenario_follow(record, model, &schedule);
	answer = finding_answer(finding, scenario, &record->scenario, model, &schedule);
	teeq_schedule_free(&schedule);
	teeq_model_free(model);
	return answer;
}

struct teeq_test_answer teeq_fuzz_operations(const struct teeq_policy *policy, const uint8_t *data,
					     size_t size)
{
	const struct teeq_test_scenario scenario = { .path = NULL };
	struct finding finding = { .error.status = TEEQ_OK };
	struct core_scenario *record;
	struct core_world world;
	struct teeq_test_answer answer;
	const char *broken;

	if (!data && size > 0)
		error_null(&finding.error, "data");
	else if (policy && policy->abi != TEEQ_POLICY_ABI)
		error_set(&finding.error, TEEQ_EINPUT, "policy",
			  "it was compiled for version %lu of the interface, this is %d",
			  (unsigned long)policy->abi, TEEQ_POLICY_ABI);
	if (finding.error.status != TEEQ_OK)
		return finding_answer(&finding, scenario, NULL, NULL, NULL);
	broken = core_finding(&world, core_run(&world, policy, data, size, NULL));
	if (!broken)
		return (struct teeq_test_answer){ TEEQ_TEST_HOLDS, NULL };
	finding_note(&finding, broken);
	record = malloc(sizeof(*record));
	if (!record)
		return finding_answer(&finding, scenario, NULL, NULL, NULL);
	core_scenario_record(record, policy, data, size);
	answer = tell_record(record, &finding);
	free(record);
	return answer;
}
