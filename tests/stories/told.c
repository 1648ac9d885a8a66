/* SPDX-License-Identifier: BSD-2-Clause */
#include "stories/told.h"

#include "teeq/scenario.h"

struct teeq_model *told_model(const char *yaml, const char *policy)
{
	static const char head[] = "teeq: 1\nname: told\n";
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model;
	char text[4096];
	int size = snprintf(text, sizeof(text), "%s%s", head, yaml);

	assert_in_range(size, sizeof(head), sizeof(text) - 1);
	if (teeq_scenario_parse("story", text, (size_t)size, &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	model = story_model(teeq_scenario_tables(file), policy);
	teeq_scenario_free(file);
	return model;
}

struct story told(const char *yaml, const char *policy)
{
	struct story s = { .model = told_model(yaml, policy) };

	s.world = teeq_world_new(s.model);
	assert_non_null(s.world);
	return s;
}

void told_ends(const char *yaml, const char *policy, enum teeq_verdict verdict)
{
	const struct teeq_explore_options options = { .max_states = 1000000 };
	struct teeq_model *model = told_model(yaml, policy);
	struct teeq_explore_result result;
	struct teeq_error error;

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_OK);
	assert_string_equal(teeq_verdict_name(result.verdict), teeq_verdict_name(verdict));
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

void told_smc(const struct story *s, uint32_t call, uint32_t ret)
{
	assert_true(s->event.has_call);
	assert_int_equal(s->event.call.a[0], call);
	assert_true(s->event.has_ret);
	assert_int_equal(s->event.ret.a[0], ret);
}

void told_over(struct story *s, enum teeq_verdict verdict)
{
	assert_string_equal(story_enabled(s), "");
	assert_string_equal(teeq_verdict_name(story_verdict(s)), teeq_verdict_name(verdict));
	story_end(s);
}
