/* SPDX-License-Identifier: BSD-2-Clause */
/* A run, line by line. */
#include <inttypes.h>
#include <stdio.h>

#include "harness/harness.h"

static const char *outcome_word(const struct teeq_harness *h)
{
	switch (h->smc_outcome) {
	case SMC_ALLOC:
		return ": takes a thread";
	case SMC_RESUME:
		return ": resumes its thread";
	case SMC_LIMIT:
		return ": ETHREAD_LIMIT";
	case SMC_REFUSED:
		return ": refused";
	case SMC_RPC:
		return ": suspended in an RPC";
	case SMC_EXIT:
		return ": ends";
	case SMC_WORKING:
		return ": runs on";
	default:
		break;
	}
	switch (h->wakeup) {
	case WAKEUP_SIGNAL:
		return ": a signal came";
	case WAKEUP_TIMEOUT:
		return ": the time is up";
	default:
		return "";
	}
}

void trace_step(struct teeq_harness *h, const struct harness_task *task, const struct point *point)
{
	const struct teeq_site *site = &point->site;

	fprintf(h->trace, "%5" PRIu64 " %s %s", h->result.steps - 1, task->name, point->action);
	if (site->line > 0)
		fprintf(h->trace, " %s, in %s() at %s:%d", site->object, site->function, site->file,
			site->line);
	fprintf(h->trace, "%s%s\n", outcome_word(h),
		task->state == TASK_RETURNED ? "; returns" : "");
	trace_flush(h);
	/* The next step may end the program, and what led to it is what the trace is for. */
	fflush(h->trace);
}

void trace_flush(struct teeq_harness *h)
{
	const struct text *printed = &h->printed;

	if (h->trace && printed->size > 0 && !printed->failed)
		fprintf(h->trace, "%s%s", printed->bytes,
			printed->bytes[printed->size - 1] == '\n' ? "" : "\n");
	text_free(&h->printed);
}

void trace_print(struct teeq_harness *h, const char *text, bool continues)
{
	const struct text *printed = &h->printed;
	bool begun = printed->size > 0 && printed->bytes[printed->size - 1] != '\n';

	if (begun && !continues)
		text_add(&h->printed, "\n");
	if (!begun || !continues)
		text_add(&h->printed, "      > ");
	text_add(&h->printed, "%s", text);
}
