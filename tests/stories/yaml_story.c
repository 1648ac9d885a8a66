/* SPDX-License-Identifier: BSD-2-Clause */
#include "stories/yaml_story.h"

#include "teeq/report.h"
#include "text_story.h"

struct teeq_model *(yaml_model)(const char *yaml, const char *policy)
{
	static const char head[] = "teeq: 1\nname: story\n";
	size_t size = sizeof(head) + strlen(yaml);
	struct teeq_model *model;
	char *text = malloc(size);

	assert_non_null(text);
	snprintf(text, size, "%s%s", head, yaml);
	model = text_model(text, policy);
	free(text);
	return model;
}

struct story (yaml_story)(const char *yaml, const char *policy)
{
	struct story s = { .model = yaml_model(yaml, policy) };

	s.world = teeq_world_new(s.model);
	assert_non_null(s.world);
	return s;
}

void (yaml_ends)(const char *yaml, const char *policy, enum teeq_verdict verdict)
{
	const struct teeq_explore_options options = { .max_states = 1000000 };
	struct teeq_model *model = yaml_model(yaml, policy);
	struct teeq_explore_result result;
	struct teeq_error error;

	assert_int_equal(teeq_explore(model, &options, &result, &error), TEEQ_OK);
	assert_string_equal(teeq_verdict_name(result.verdict), teeq_verdict_name(verdict));
	teeq_schedule_free(&result.schedule);
	teeq_model_free(model);
}

void (story_smc)(const struct story *s, uint32_t call, uint32_t ret)
{
	assert_true(s->event.has_call);
	assert_int_equal(s->event.call.a[0], call);
	assert_true(s->event.has_ret);
	assert_int_equal(s->event.ret.a[0], ret);
}

void (story_over)(struct story *s, enum teeq_verdict verdict)
{
	assert_string_equal(story_enabled(s), "");
	assert_string_equal(teeq_verdict_name(story_verdict(s)), teeq_verdict_name(verdict));
	story_end(s);
}

void (story_says)(const struct story *s, const char *sentence)
{
	struct teeq_result result = { .verdict = TEEQ_VERDICT_DEADLOCK };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(teeq_report_print(s->model, s->world, &result, NULL, out), TEEQ_OK);
	assert_int_equal(fclose(out), 0);
	if (!strstr(text, sentence))
		fail_msg("no \"%s\" in:\n%s", sentence, text);
	free(text);
}
