/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_TEXT_STORY_H
#define TESTS_TEXT_STORY_H

#include "story.h"
#include "teeq/scenario.h"

/* A story whose scenario is the text of a file. */
static inline struct teeq_model *text_model(const char *text, const char *policy)
{
	struct teeq_scenario_file *file = NULL;
	struct teeq_error error = { .status = TEEQ_OK };
	struct teeq_model *model;

	if (teeq_scenario_parse("story.yaml", text, strlen(text), &file, &error) != TEEQ_OK)
		fail_msg("%s", error.text);
	model = story_model(teeq_scenario_tables(file), policy);
	teeq_scenario_free(file);
	return model;
}
#define text_model(...) FROM(text_model(__VA_ARGS__))

static inline struct story text_story(const char *text, const char *policy)
{
	struct story s = { .model = text_model(text, policy) };

	s.world = teeq_world_new(s.model);
	assert_non_null(s.world);
	return s;
}
#define text_story(...) FROM(text_story(__VA_ARGS__))

#endif
