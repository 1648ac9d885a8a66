/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

/* A strategy with settings is a copy of the one in the library: its functions tell what it is. */
bool cli_strategy_is_pct(const struct teeq_strategy *strategy)
{
	return strategy && strategy->pick == teeq_strategy_pct.pick;
}

#define BOUND_TEXT 32

/* Two digits that are not above the bound. */
static void bound_text(char text[BOUND_TEXT], double bound)
{
	double shown = bound;

	do {
		snprintf(text, BOUND_TEXT, "%.2g", shown);
		shown *= 0.995;
	} while (strtod(text, NULL) > bound);
}

void cli_print_bound(const struct cli_request *request, size_t tasks)
{
	const struct teeq_pct *pct = &request->pct;
	char bound[BOUND_TEXT];

	if (!cli_strategy_is_pct(request->strategy))
		return;
	bound_text(bound, teeq_pct_bound(pct, tasks));
	printf("a fault that %u ordering%s bring%s about within %" PRIu64 " steps is found by one "
	       "run with\nprobability at least 1/(n*k^(d-1)) = 1/(%zu*%" PRIu64 "^%u) = %s\n",
	       pct->depth, pct->depth == 1 ? "" : "s", pct->depth == 1 ? "s" : "", pct->step_count,
	       tasks, pct->step_count, pct->depth - 1, bound);
}
