/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of a driver at random beside the model of the same scenario, step by step. */
#include "cli/driver/drive.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/json_value.h"

enum {
	RUNS_DEFAULT = 100
};

/* The command that compares that run again. */
static void put_again(FILE *out, const struct drive_case *c, uint64_t seed)
{
	fprintf(out, "teeq conform --driver ");
	teeq_put_path(out, c->line->driver_path);
	if (c->line->policy) {
		fprintf(out, " --policy ");
		teeq_put_word(out, c->line->policy);
	}
	fprintf(out, " --seed %" PRIu64 " --runs 1 ", seed);
	teeq_put_path(out, c->path);
}

static json_t *again_json(const struct drive_case *c, uint64_t seed)
{
	struct drive_json_writing w;

	if (!drive_json_begin_text(&w))
		return NULL;
	put_again(w.out, c, seed);
	return drive_json_end_text(&w);
}

static json_t *difference_json(const struct drive_case *c, uint64_t seed,
			       const struct teeq_error *error)
{
	json_t *object = json_object();
	char *schedule = teeq_harness_schedule(c->h);

	json_object_set_new(object, "seed", cli_json_number(seed));
	json_object_set_new(object, "key", cli_json_text(error->key));
	json_object_set_new(object, "text", cli_json_text(error->text));
	json_object_set_new(object, "again", again_json(c, seed));
	if (schedule)
		json_object_set_new(object, "replay", drive_json_replay(c, c->path, 0, schedule));
	free(schedule);
	return object;
}

/* Where they part, the run that is compared again, and the driver's choices in it. */
static void tell_difference(const struct drive_case *c, uint64_t seed,
			    const struct teeq_error *error)
{
	char *schedule = teeq_harness_schedule(c->h);

	printf("%s: seed %" PRIu64 ": %s: %s\n", c->path, seed, error->key, error->text);
	printf("  again: ");
	put_again(stdout, c, seed);
	printf("\n");
	if (schedule) {
		printf("  the driver alone: ");
		drive_print_replay(c, c->path, 0, schedule);
	}
	free(schedule);
}

/*
 * @runs      made, and so many of them up to a difference that is known, which @known tells
 * @steps     of the model that were compared
 * @differs   the last run does, in what @error says
 */
struct drive_comparison {
	uint64_t runs, cut, steps;
	struct teeq_error known, error;
	bool differs;
};

static enum teeq_status drive_compare(const struct drive_case *c, const struct teeq_policy *policy,
				      struct drive_comparison *made)
{
	uint64_t runs = c->line->given & DRIVE_RUNS ? c->line->runs : RUNS_DEFAULT;
	FILE *trace = c->line->given & DRIVE_TRACE ? stdout : NULL;
	enum teeq_status status = TEEQ_OK;

	*made = (struct drive_comparison){ .known = { .key = "" } };
	while (status == TEEQ_OK && made->runs < runs) {
		size_t compared = 0;

		made->error = (struct teeq_error){ .key = "" };
		status = teeq_drive_agree(c->drive, policy, c->line->seed + made->runs, trace, NULL,
					  &compared, &made->error);
		made->steps += compared;
		made->runs++;
		made->differs = status == TEEQ_EMISMATCH;
		if (status != TEEQ_OK || !made->error.text[0])
			continue;
		made->cut++;
		made->known = made->error;
	}
	return made->differs ? TEEQ_OK : status;
}

static int comparison_json(const struct drive_case *c, const struct teeq_policy *policy,
			   const struct drive_comparison *made)
{
	uint64_t last = c->line->seed + made->runs - 1;
	json_t *object = drive_json_head(c);

	json_object_set_new(object, "policy", json_string(policy->name));
	json_object_set_new(object, "runs", cli_json_number(made->runs));
	json_object_set_new(object, "steps", cli_json_number(made->steps));
	json_object_set_new(object, "cut", cli_json_number(made->cut));
	json_object_set_new(object, "known",
			    made->cut > 0 ? cli_json_text(made->known.text) : json_null());
	json_object_set_new(object, "difference",
			    made->differs ? difference_json(c, last, &made->error) : json_null());
	return cli_json_put(object);
}

static void tell_comparison(const struct drive_case *c, const struct teeq_policy *policy,
			    const struct drive_comparison *made)
{
	if (made->differs) {
		tell_difference(c, c->line->seed + made->runs - 1, &made->error);
		return;
	}
	printf("%s: %" PRIu64 " runs agree with %s, %" PRIu64 " steps\n", c->path, made->runs,
	       policy->name, made->steps);
	if (made->cut > 0)
		printf("  %" PRIu64 " of them up to a known difference: %s\n", made->cut,
		       made->known.text);
}

static int drive_conform_file(struct drive_case *c, const struct teeq_policy *policy)
{
	struct drive_comparison made;
	enum teeq_status status = drive_compare(c, policy, &made);
	int bad = CLI_OK;

	if (status != TEEQ_OK)
		return cli_failed(c->path, status, &made.error);
	if (c->line->json)
		bad = comparison_json(c, policy, &made);
	else
		tell_comparison(c, policy, &made);
	return bad != CLI_OK ? bad : made.differs ? CLI_FOUND : CLI_OK;
}

int drive_conform(const struct drive_line *line, struct teeq_driver *driver)
{
	const char *name = line->policy ? line->policy : teeq_driver_policy(driver);
	struct cli_policy policy;
	int worst = CLI_OK, count = 0, agree = 0;

	if (line->options.operand_count == 0)
		return cli_usage("conform", "expected scenarios");
	if (cli_policy_load(name, &policy) != CLI_OK)
		return CLI_BAD;
	for (int i = 0; i < line->options.operand_count; i++) {
		struct drive_case c;
		int status = drive_case_load(&c, line, driver, line->options.operands[i]);

		if (status == CLI_OK)
			status = drive_conform_file(&c, policy.policy);
		drive_case_free(&c);
		/* What cannot be run was told, and is no failure where anything could be. */
		count += status != CLI_BAD;
		agree += status == CLI_OK;
		worst = status == CLI_FOUND ? status : worst;
		cli_flush();
	}
	if (!line->json)
		printf("%d of %d files ran, %d of them agree\n", count,
		       line->options.operand_count, agree);
	else if (cli_json_put(json_pack("{s:i,s:i,s:i}", "files", line->options.operand_count,
					"ran", count, "agree", agree)) != CLI_OK)
		return CLI_BAD;
	return count > 0 ? worst : CLI_BAD;
}
