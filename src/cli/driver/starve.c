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

#include "cli/json_value.h"

enum {
	RUNS_DEFAULT = 20,
	STEPS_DEFAULT = 5000,
	TOLD_MAX = 64
};

struct starving {
	struct drive_case *c;
	char *told[TOLD_MAX];
	size_t told_count;
	json_t *ways; /* in JSON */
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
	if (text && was_not_told(s, text)) {
		if (s->ways)
			json_array_append_new(s->ways, drive_json_report(s->c, result, fail_at));
		else
			drive_report_failing(s->c, result, fail_at);
	}
	free(text);
}

static int tell_starved(const struct starving *s, uint64_t things, uint64_t runs)
{
	json_t *object;

	if (!s->ways) {
		printf("each of %" PRIu64 " things was refused in %" PRIu64 " runs: ", things,
		       runs);
		if (s->failed > 0)
			printf("%" PRIu64 " runs fail, in %zu ways", s->failed, s->told_count);
		else
			printf("nothing breaks");
		printf(", %" PRIu64 " runs do not end well\n", s->hung);
		return CLI_OK;
	}
	object = drive_json_head(s->c);
	json_object_set_new(object, "things", cli_json_number(things));
	json_object_set_new(object, "runs", cli_json_number(runs));
	json_object_set_new(object, "failed", cli_json_number(s->failed));
	json_object_set_new(object, "hung", cli_json_number(s->hung));
	json_object_set(object, "ways", s->ways);
	return cli_json_put(object);
}

static int starve_end(struct starving *s, int status)
{
	for (size_t i = 0; i < s->told_count; i++)
		free(s->told[i]);
	json_decref(s->ways);
	return status;
}

int drive_starve(struct drive_case *c)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .step_max = c->line->steps ? c->line->steps :
										 STEPS_DEFAULT };
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT, count = 1;
	struct starving s = { .c = c, .ways = c->line->json ? json_array() : NULL };
	struct teeq_harness_result result;
	int bad;

	/* What is refused early may end all, so first: how much is asked for where nothing is. */
	options.seed = 1;
	if (drive_ran(teeq_harness_run(c->h, &options, &result)) &&
	    result.verdict != TEEQ_VERDICT_LIMIT)
		count = result.allocation_count;
	for (options.fail_at = 1; options.fail_at <= count; options.fail_at++)
		for (options.seed = 1; options.seed <= runs; options.seed++) {
			enum teeq_status status = teeq_harness_run(c->h, &options, &result);

			if (!drive_ran(status))
				return starve_end(&s, drive_failed(c, status));
			/* What goes round for ever allocates for ever. */
			if (result.verdict != TEEQ_VERDICT_LIMIT && result.allocation_count > count)
				count = result.allocation_count;
			judge_starved(&s, &result, options.fail_at);
		}
	bad = tell_starved(&s, count, runs);
	return starve_end(&s, bad != CLI_OK ? bad : s.failed > 0 ? CLI_FOUND : CLI_OK);
}
