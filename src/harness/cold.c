/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Most of what the setup leaves nobody writes to. At first its pages can only be read, and need not
 * be looked at: who writes to one is let in, and from then on it is looked at.
 */
/* _DEFAULT_SOURCE: mprotect() of pages of MAP_ANONYMOUS. */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/area.h"

static void cold_close_area(struct area *area)
{
	size_t count = (area->copied + AREA_PAGE - 1) / AREA_PAGE;

	if (count == 0)
		return;
	/* Without it all of it is looked at, always. */
	area->cold = calloc(area->size / AREA_PAGE, sizeof(*area->cold));
	if (!area->cold)
		return;
	for (size_t i = 0; i < count; i++)
		area->cold[i] = true;
	if (mprotect(area->live, count * AREA_PAGE, PROT_READ) == 0)
		return;
	free(area->cold);
	area->cold = NULL;
}

void cold_close(struct state *st)
{
	if (sysconf(_SC_PAGESIZE) != AREA_PAGE)
		return;
	for (size_t i = 0; i < st->count; i++)
		if (st->areas[i].is_setups)
			cold_close_area(&st->areas[i]);
}

void cold_open(struct state *st)
{
	for (size_t i = 0; i < st->count; i++) {
		struct area *area = &st->areas[i];

		if (area->cold)
			mprotect(area->live, area->size, PROT_READ | PROT_WRITE);
		free(area->cold);
		area->cold = NULL;
	}
}

bool state_lets_in(struct teeq_harness *h, const void *address)
{
	for (size_t i = 0; h->state && i < h->state->count; i++) {
		struct area *area = &h->state->areas[i];
		size_t at = (size_t)((uintptr_t)address - (uintptr_t)area->live), page;

		page = at / AREA_PAGE;
		if (!area->cold || at >= area->size || !area->cold[page])
			continue;
		area->cold[page] = false;
		return mprotect(area->live + page * AREA_PAGE, AREA_PAGE,
				PROT_READ | PROT_WRITE) == 0;
	}
	return false;
}
