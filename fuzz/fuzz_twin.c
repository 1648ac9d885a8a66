/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inputs of fuzz_reserve_release, done twice: in the small world of flat.c, and by the model,
 * told as a scenario and a schedule. Both must go through the same states of the queue and of the
 * secure world to the same end.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mutate.h"
#include "story.h"
#include "tally.h"

static const struct record_format format = { FLAT_HEADER, 1, FLAT_OPERATIONS };
FUZZ_RECORDS(format)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct story story;
	const char *differs;

	story_run(&story, data, size);
	story_tell(&story);
	differs = story_compare(&story, NULL);
	if (differs)
		tally_found(story.flat.policy->name, differs);
	tally_add(&story.flat, story.end);
	return 0;
}
