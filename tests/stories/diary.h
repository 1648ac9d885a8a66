/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORIES_DIARY_H
#define STORIES_DIARY_H

#include "stories/secure_story.h"

/* What was seen of a run: "TASK:ACTION" for each action of the kinds that are watched, ! if it failed. */
struct diary {
	const char *actions;
	char text[1024];
};

static inline void write_down(void *argument, const struct teeq_model *model,
		       const struct teeq_world *world, const struct teeq_event *event)
{
	struct diary *diary = argument;
	const char *action = teeq_action_name((enum teeq_action)event->action);
	size_t length = strlen(diary->text);

	if (strstr(diary->actions, action))
		snprintf(diary->text + length, sizeof(diary->text) - length, "%s%s:%s%s",
			 length ? " " : "", teeq_model_task_name(model, event->task), action,
			 event->outcome == TEEQ_OUTCOME_FAILED ? "!" : "");
}

/* A hundred random runs must all end in DONE and have the same to tell of @actions. */
static inline void diary_is(const char *yaml, const char *actions, const char *expected)
{
	struct teeq_model *model = yaml_model(yaml, "mainline");
	struct teeq_world *world = teeq_world_new(model);

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct diary diary = { .actions = actions };
		struct teeq_run_options options = { .strategy = &teeq_strategy_random,
						    .seed = seed, .on_event = write_down,
						    .argument = &diary };
		struct teeq_result result;

		teeq_world_reset(model, world);
		assert_int_equal(teeq_run(model, world, &options, &result), TEEQ_OK);
		assert_int_equal(result.verdict, TEEQ_VERDICT_DONE);
		assert_string_equal(diary.text, expected);
	}
	teeq_world_free(world);
	teeq_model_free(model);
}
#define diary_is(...) FROM(diary_is(__VA_ARGS__))

#endif
