/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each thing that a kernel may refuse is refused in
 * turn, and all that goes wrong then is told, each once.
 */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	RUNS_DEFAULT = 20,
	STEPS_DEFAULT = 5000,
	TOLD_MAX = 64
};

struct starving {
	struct drive_case *c;
	char *told[TOLD_MAX];
	size_t told_count;
	uint64_t hung; /* runs in which clients wait for ever, as the scenario may not foresee */
	uint64_t failed;
};

/* False: the same was told before, of another refusal or another seed. */
static bool was_not_told(struct starving *s, const char *text)
{
	for (size_t i = 0; i < s->told_count; i++)
		if (strcmp(s->told[i], text) == 0)
			return false;
	if (s->told_count < TOLD_MAX) {
		s->told[s->told_count] = strdup(text);
		s->told_count += s->told[s->told_count] != NULL;
	}
	return true;
}

static void cut_line(char *line)
{
	char *next = line ? strchr(line, '\n') : NULL;

	if (next)
		memmove(line, next + 1, strlen(next + 1) + 1);
}

/* Without the first line, which has the number of steps, and that with what was refused. */
static char *what_happened(const struct drive_case *c)
{
	char *text = teeq_harness_explain(c->h);

	cut_line(text);
	cut_line(text ? strstr(text, "  refused: ") : NULL);
	return text;
}

static void judge_starved(struct starving *s, const struct teeq_harness_result *result,
			  uint64_t fail_at)
{
	bool hangs = teeq_drive_hangs(s->c->drive);
	char *text;

	if (result->verdict == TEEQ_VERDICT_DONE)
		return;
	/* Clients that wait for ever may be the scenario's: what hangs by itself is the driver. */
	if (result->verdict != TEEQ_VERDICT_VIOLATION &&
	    (result->verdict == TEEQ_VERDICT_LIMIT || !hangs)) {
		s->hung++;
		return;
	}
	s->failed++;
	text = what_happened(s->c);
	if (text && was_not_told(s, text))
		drive_report_failing(s->c, result, fail_at);
	free(text);
}

int drive_starve(struct drive_case *c)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .step_max = c->line->steps ? c->line->steps :
										 STEPS_DEFAULT };
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT, count = 1;
	struct starving s = { .c = c };
	struct teeq_harness_result result;

	/* What is refused early may end all, so first: how much is asked for where nothing is. */
	options.seed = 1;
	if (drive_ran(teeq_harness_run(c->h, &options, &result)) &&
	    result.verdict != TEEQ_VERDICT_LIMIT)
		count = result.allocation_count;
	for (options.fail_at = 1; options.fail_at <= count; options.fail_at++)
		for (options.seed = 1; options.seed <= runs; options.seed++) {
			enum teeq_status status = teeq_harness_run(c->h, &options, &result);

			if (!drive_ran(status))
				return drive_failed(c, status);
			/* What goes round for ever allocates for ever. */
			if (result.verdict != TEEQ_VERDICT_LIMIT && result.allocation_count > count)
				count = result.allocation_count;
			judge_starved(&s, &result, options.fail_at);
		}
	printf("each of %" PRIu64 " things was refused in %" PRIu64 " runs: ", count, runs);
	if (s.failed > 0)
		printf("%" PRIu64 " runs fail, in %zu ways", s.failed, s.told_count);
	else
		printf("nothing breaks");
	printf(", %" PRIu64 " runs do not end well\n", s.hung);
	for (size_t i = 0; i < s.told_count; i++)
		free(s.told[i]);
	return s.failed > 0 ? CLI_FOUND : CLI_OK;
}
