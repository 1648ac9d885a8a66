/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run is made to refuse: one allocation, or one other thing that a kernel need not grant. */
#include <stdio.h>

#include "harness/harness.h"

bool refused_tell(const struct teeq_harness *h, char *text, size_t size)
{
	const struct teeq_site *site = &h->refused;

	if (!site->object)
		return false;
	if (site->line > 0)
		snprintf(text, size, "%s, in %s() at %s:%d", site->object, site->function,
			 site->file, site->line);
	else
		snprintf(text, size, "%s", site->object);
	return true;
}

bool teeq_kernel_refuses(const struct teeq_site *site)
{
	const struct harness_task *task = harness_running(site->object);
	struct teeq_harness *h = harness_active;
	char text[256];

	if (task == &h->surroundings || h->in_vain)
		return false;
	if (++h->result.allocation_count != h->fail_at)
		return h->hooks && h->hooks->refuses &&
		       h->hooks->refuses(h->options.argument, site);
	h->refused = *site;
	if (h->trace && refused_tell(h, text, sizeof(text))) {
		trace_print(h, "refused: ", false);
		trace_print(h, text, true);
		trace_print(h, "\n", true);
	}
	return true;
}
