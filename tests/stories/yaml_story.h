/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORIES_YAML_STORY_H
#define STORIES_YAML_STORY_H

#include "story.h"
#include "teeq/explore.h"

/*
 * Stories whose scenario is written as in a file, so that what they show can be said in one, too.
 * @yaml is everything behind the first two keys, which are the same in all of them.
 */
struct teeq_model *yaml_model(const char *yaml, const char *policy);
#define yaml_model(...) FROM(yaml_model(__VA_ARGS__))
struct story yaml_story(const char *yaml, const char *policy);
#define yaml_story(...) FROM(yaml_story(__VA_ARGS__))

/* Every schedule of it: the worst end there is. @verdict must be that, or the story is wrong. */
void yaml_ends(const char *yaml, const char *policy, enum teeq_verdict verdict);
#define yaml_ends(...) FROM(yaml_ends(__VA_ARGS__))

/* The last action was an SMC that went in with @call in a0, and came back with @ret in a0. */
void story_smc(const struct story *s, uint32_t call, uint32_t ret);
#define story_smc(...) FROM(story_smc(__VA_ARGS__))

/* Nothing moves any more, and it ends with @verdict. The story is over. */
void story_over(struct story *s, enum teeq_verdict verdict);
#define story_over(...) FROM(story_over(__VA_ARGS__))

/* Somewhere in the report of a deadlock, as the world stands now. */
void story_says(const struct story *s, const char *sentence);
#define story_says(...) FROM(story_says(__VA_ARGS__))

#endif
