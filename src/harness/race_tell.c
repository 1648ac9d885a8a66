/* SPDX-License-Identifier: BSD-2-Clause */
/* What a data race is, in words. */
#include <inttypes.h>
#include <stdio.h>

#include "harness/harness.h"

static void tell_side(const struct teeq_harness *h, const struct race_side *side, char *text,
		      size_t size)
{
	const char *name = side->task < h->task_count ? h->tasks[side->task].name :
							h->surroundings.name;
	char place[300] = "";

	if (side->site.function)
		snprintf(place, sizeof(place), "in %s() at %s:%d", side->site.function,
			 side->site.file, side->site.line);
	else if (side->place)
		place_tell(side->place, side->callers, place, sizeof(place));
	snprintf(text, size, "%s %s %zu byte%s%s%s%s%s in step %" PRIu64, name,
		 side->write ? "writes" : "reads", side->size, side->size > 1 ? "s" : "",
		 side->what ? " by " : "", side->what ? side->what : "", place[0] ? " " : "",
		 place, side->step);
}

void race_tell(struct teeq_harness *h)
{
	char first[400], second[400];

	tell_side(h, &h->race_sides[0], first, sizeof(first));
	tell_side(h, &h->race_sides[1], second, sizeof(second));
	snprintf(h->violation, sizeof(h->violation),
		 "data race: nothing orders these two:\n    %s\n    %s", first, second);
}
