/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORIES_TOLD_H
#define STORIES_TOLD_H

#include "story.h"
#include "teeq/explore.h"

/*
 * Stories whose scenario is told as a file would tell it, so that what they show can be said in a
 * file, too. @yaml is everything behind the first two keys, which are the same in all of them.
 */
struct teeq_model *told_model(const char *yaml, const char *policy);
struct story told(const char *yaml, const char *policy);

/* Every schedule of it: the worst end there is. @verdict must be that, or the story is wrong. */
void told_ends(const char *yaml, const char *policy, enum teeq_verdict verdict);

/* The last action was an SMC that went in with @call in a0, and came back with @ret in a0. */
void told_smc(const struct story *s, uint32_t call, uint32_t ret);

/* Nothing moves any more, and it ends with @verdict. The story is over. */
void told_over(struct story *s, enum teeq_verdict verdict);

#endif
