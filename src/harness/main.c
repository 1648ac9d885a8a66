/* SPDX-License-Identifier: BSD-2-Clause */
/* A command line around a harness, so that an author writes tasks and no program. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/harness.h"

enum { EXIT_DONE, EXIT_FOUND, EXIT_HOST, EXIT_LIMIT };
enum { RUNS_DEFAULT = 1000, PCT_DEPTH_DEFAULT = 3, ARGUMENT_MAX = 2 };

/* What the command line says: the numbers are those that were given, or ABSENT. */
#define ABSENT UINT64_MAX
struct command {
	struct teeq_harness *h;
	const char *program;
	const char *schedule;
	uint64_t number[ARGUMENT_MAX];
};

static int main_fail(const struct command *c, enum teeq_status status,
		     const struct teeq_error *error)
{
	if (error && error->text[0])
		fprintf(stderr, "%s: %s: %s\n", c->h->name, error->key, error->text);
	else
		fprintf(stderr, "%s: %s\n", c->h->name,
			status == TEEQ_ENOMEM ? "out of memory" : "a run goes on in this thread");
	return status == TEEQ_EMISMATCH ? EXIT_FOUND : EXIT_HOST;
}

static uint64_t number_or(const struct command *c, int i, uint64_t otherwise)
{
	return c->number[i] == ABSENT ? otherwise : c->number[i];
}

static int status_of(enum teeq_verdict verdict)
{
	if (verdict == TEEQ_VERDICT_DONE)
		return EXIT_DONE;
	return verdict == TEEQ_VERDICT_LIMIT ? EXIT_LIMIT : EXIT_FOUND;
}

/* What was not looked for cannot have been found. */
static void tell_unwatched(void)
{
	if (!teeq_harness_watches_races())
		printf("  data races were not looked for: nothing is compiled with "
		       "-fsanitize=thread\n");
}

/* What does not come again is worth nothing: some state of the code outlives its run. */
static int tell_unsteady(const struct command *c)
{
	fprintf(stderr,
		"%s: the same choices led elsewhere: the code depends on what an earlier run "
		"left (static variables? see teeq_harness_restore()), or on something outside\n",
		c->h->name);
	return EXIT_FOUND;
}

/* There is a result; a run that a budget ended has one, too. */
static bool is_result(enum teeq_status status)
{
	return status == TEEQ_OK || status == TEEQ_ELIMIT;
}

static bool comes_again(const struct command *c, const char *schedule,
			const struct teeq_harness_result *result, uint64_t fail_at)
{
	struct teeq_harness_run_options options = { .step_max = result->steps,
						    .fail_at = fail_at };
	struct teeq_harness_result again;

	return teeq_harness_replay(c->h, schedule, &options, &again, NULL) == TEEQ_OK &&
	       again.verdict == result->verdict && again.event_hash == result->event_hash;
}

/* What the last run was, in which allocation @fail_at failed, and how to have it again. */
static int main_report(const struct command *c, const struct teeq_harness_result *result,
		       uint64_t fail_at)
{
	char *explanation = teeq_harness_explain(c->h);
	char *schedule = teeq_harness_schedule(c->h);
	bool complete = explanation && schedule, again = false;

	if (complete)
		printf("%sevent hash %016" PRIx64 "\nreplay: %s replay '%s'", explanation,
		       result->event_hash, c->program, schedule);
	if (complete && fail_at > 0)
		printf(" %" PRIu64, fail_at);
	if (complete)
		printf("\n");
	/* A sanitizer says a thing once, and then no more. */
	if (complete && c->h->reported)
		again = true;
	else if (complete)
		again = comes_again(c, schedule, result, fail_at);
	free(explanation);
	free(schedule);
	if (!complete)
		return main_fail(c, TEEQ_ENOMEM, NULL);
	if (!again)
		return tell_unsteady(c);
	return status_of(result->verdict);
}

/* Seed after seed, until a run does not finish. */
static int sample(const struct command *c, const struct teeq_strategy *strategy, uint64_t seed)
{
	uint64_t runs = number_or(c, 0, RUNS_DEFAULT), steps = 0, first_hash = 0;
	struct teeq_harness_run_options options = { .strategy = strategy, .seed = seed };
	struct teeq_harness_result result;

	for (uint64_t i = 0; i < runs; i++, options.seed++) {
		enum teeq_status status = teeq_harness_run(c->h, &options, &result);

		if (!is_result(status))
			return main_fail(c, status, NULL);
		steps += result.steps;
		first_hash = i > 0 ? first_hash : result.event_hash;
		if (result.verdict == TEEQ_VERDICT_DONE)
			continue;
		printf("run %" PRIu64 ", seed %" PRIu64 ": ", i + 1, options.seed);
		return main_report(c, &result, 0);
	}
	printf("%" PRIu64 " runs, %" PRIu64 " steps: all done\n", runs, steps);
	tell_unwatched();
	options.seed = seed;
	if (runs > 0 && (!is_result(teeq_harness_run(c->h, &options, &result)) ||
			 result.event_hash != first_hash))
		return tell_unsteady(c);
	return EXIT_DONE;
}

static int run_random(const struct command *c)
{
	return sample(c, &teeq_strategy_random, number_or(c, 1, 0));
}

static int run_pct(const struct command *c)
{
	uint64_t depth = number_or(c, 1, PCT_DEPTH_DEFAULT);
	struct teeq_pct pct = { .depth = TEEQ_PCT_DEPTH_MAX };
	struct teeq_strategy strategy = teeq_strategy_pct;
	struct teeq_harness_result result;
	enum teeq_status status = teeq_harness_run(c->h, NULL, &result);

	/*
	 * The change points are drawn within the length of a run, so one run says how long that is.
	 */
	if (!is_result(status))
		return main_fail(c, status, NULL);
	if (depth < TEEQ_PCT_DEPTH_MAX)
		pct.depth = (unsigned int)depth;
	pct.step_count = result.steps;
	strategy.argument = &pct;
	return sample(c, &strategy, 0);
}

static const char *points_word(const struct teeq_harness *h)
{
	switch (h->points) {
	case TEEQ_HARNESS_POINTS_UNLOCK:
		return "at what is shared, also under locks, and behind unlocks";
	case TEEQ_HARNESS_POINTS_MODEL:
		return "at the model's points: under a lock, only where it sleeps";
	default:
		return "at what is shared, also under locks";
	}
}

/* What was searched, and that nothing in it fails. */
static int tell_exhausted(const struct command *c, uint32_t preemption_max)
{
	if (preemption_max == TEEQ_HARNESS_UNBOUNDED)
		printf(", exhausted: no schedule fails\n");
	else
		printf(", exhausted: no schedule with at most %" PRIu32 " preemption%s fails\n",
		       preemption_max, preemption_max == 1 ? "" : "s");
	printf("  of %u task%s, switched %s; no allocation fails, and a timeout ends %s\n",
	       c->h->task_count, c->h->task_count == 1 ? "" : "s", points_word(c->h),
	       c->h->options.time == TEEQ_HARNESS_TIME_ANY ? "at any moment" :
							     "only when nobody can move");
	tell_unwatched();
	return EXIT_DONE;
}

static int search(const struct command *c)
{
	struct teeq_harness_search_options options = {
		.preemption_max = number_or(c, 0, UINT64_MAX) < TEEQ_HARNESS_UNBOUNDED ?
					  (uint32_t)c->number[0] :
					  TEEQ_HARNESS_UNBOUNDED,
		.step_max = number_or(c, 1, 0)
	};
	struct teeq_harness_search_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_search(c->h, &options, &result, &error);

	if (!is_result(status))
		return main_fail(c, status, &error);
	printf("%" PRIu64 " runs, %" PRIu64 " steps", result.runs, result.steps);
	if (result.exhausted)
		return tell_exhausted(c, options.preemption_max);
	if (status_of(result.result.verdict) == EXIT_FOUND) {
		printf(", the last one fails\n");
		return main_report(c, &result.result, 0);
	}
	printf(", %" PRIu64 " of them cut%s; not exhausted: nothing is claimed\n", result.cut,
	       result.runs == TEEQ_HARNESS_RUN_MAX_DEFAULT ? ", and no more are made" : "");
	return EXIT_LIMIT;
}

static int replay(const struct command *c)
{
	struct teeq_harness_run_options options = { .fail_at = number_or(c, 0, 0),
						    .trace = stdout };
	struct teeq_harness_result result;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_replay(c->h, c->schedule, &options, &result, &error);

	if (is_result(status))
		return main_report(c, &result, options.fail_at);
	return main_fail(c, status, &error);
}

static int record(const struct command *c)
{
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random,
						    .seed = number_or(c, 1, 0),
						    .record = true };
	uint64_t runs = number_or(c, 0, RUNS_DEFAULT);
	struct teeq_harness_result result;

	for (uint64_t i = 0; i < runs; i++, options.seed++) {
		struct teeq_error error = { .key = "" };
		enum teeq_status status = teeq_harness_run(c->h, &options, &result);

		if (is_result(status))
			status = teeq_harness_write(c->h, (unsigned int)i, stdout, &error);
		if (status != TEEQ_OK)
			return main_fail(c, status, &error);
	}
	return EXIT_DONE;
}

/* Each allocation of the tasks fails in turn, in runs of its own. */
static int starve(const struct command *c)
{
	uint64_t runs = number_or(c, 0, RUNS_DEFAULT), count;
	struct teeq_harness_run_options options = { .strategy = &teeq_strategy_random };
	struct teeq_harness_result result;
	enum teeq_status status = teeq_harness_run(c->h, NULL, &result);

	count = is_result(status) ? result.allocation_count : 0;
	for (options.fail_at = 1; options.fail_at <= count; options.fail_at++)
		for (options.seed = 0; options.seed < runs; options.seed++) {
			status = teeq_harness_run(c->h, &options, &result);
			if (!is_result(status))
				return main_fail(c, status, NULL);
			if (result.allocation_count > count)
				count = result.allocation_count;
			if (result.verdict == TEEQ_VERDICT_DONE)
				continue;
			printf("allocation %" PRIu64 " fails, seed %" PRIu64 ": ",
			       options.fail_at, options.seed);
			return main_report(c, &result, options.fail_at);
		}
	if (!is_result(status))
		return main_fail(c, status, NULL);
	if (count == 0)
		printf("no task allocates memory\n");
	else
		printf("each of %" PRIu64 " allocations failed in %" PRIu64 " runs: all done\n",
		       count, runs);
	if (count > 0)
		tell_unwatched();
	return EXIT_DONE;
}

/* ----------------------------------------- the words ------------------------------------------ */

static const struct word {
	const char *name;
	int (*perform)(const struct command *c);
	bool takes_schedule;
	int number_max;
	const char *arguments;
	const char *help;
} words[] = {
	{ "random", run_random, false, 2, "[RUNS [SEED]]", "random schedules, until one fails" },
	{ "pct", run_pct, false, 2, "[RUNS [DEPTH]]", "the same by PCT, for rare orders" },
	{ "search", search, false, 2, "[PREEMPTIONS [STEPS]]",
	  "every schedule within these bounds" },
	{ "replay", replay, true, 1, "SCHEDULE [N]", "one again, traced; allocation N fails" },
	{ "record", record, false, 2, "[RUNS [SEED]]", "recordings, for teeq conform" },
	{ "starve", starve, false, 1, "[RUNS]", "let each allocation of the tasks fail" },
};
enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

static int usage(const char *program, FILE *out, int status)
{
	fprintf(out, "usage: %s [--points WHERE] WORD [ARGUMENT]...\n\n", program);
	for (size_t i = 0; i < WORD_COUNT; i++)
		fprintf(out, "  %-6s %-21s  %s\n", words[i].name, words[i].arguments,
			words[i].help);
	fprintf(out, "\nWHERE tasks are switched: shared (what others may use, also under locks), "
		"unlock (behind\nunlocks, too) or model (under a lock, only where it sleeps).\n");
	fprintf(out, "RUNS is %d where it is left out. The exit status: 0 all is done, 1 something "
		"was found,\n2 wrong usage, 3 a limit was reached.\n", RUNS_DEFAULT);
	return status;
}

static bool read_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && !*end && !errno && *number != ABSENT;
}

static bool read_arguments(struct command *c, const struct word *word, int count, char **arguments)
{
	if (word->takes_schedule) {
		if (count < 1)
			return false;
		c->schedule = arguments[0];
		count--;
		arguments++;
	}
	if (count > word->number_max)
		return false;
	for (int i = 0; i < count; i++)
		if (!read_number(arguments[i], &c->number[i]))
			return false;
	return true;
}

/* "--points WHERE" in front of the word; what is left is @argc, @argv. False: it is wrong. */
static bool read_points(struct teeq_harness *h, int *argc, char ***argv)
{
	static const char *const names[TEEQ_HARNESS_POINTS_COUNT] = { "shared", "unlock", "model" };

	if (*argc < 2 || strcmp((*argv)[1], "--points") != 0)
		return true;
	for (int i = 0; *argc > 2 && i < TEEQ_HARNESS_POINTS_COUNT; i++) {
		if (strcmp((*argv)[2], names[i]) != 0)
			continue;
		h->options.points = h->points = (enum teeq_harness_points)i;
		*argc -= 2;
		*argv += 2;
		return true;
	}
	return false;
}

int teeq_harness_main(struct teeq_harness *h, int argc, char **argv)
{
	struct command c = { .h = h, .program = "harness", .number = { ABSENT, ABSENT } };
	const char *name;
	int status;

	if (!h || !argv || argc < 0) {
		fputs("teeq_harness_main: the harness or argv is NULL\n", stderr);
		return EXIT_HOST;
	}
	if (argc > 0 && argv[0])
		c.program = argv[0];
	if (!read_points(h, &argc, &argv))
		return usage(c.program, stderr, EXIT_HOST);
	name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0)
		return usage(c.program, stdout, EXIT_DONE);
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (strcmp(words[i].name, name) != 0)
			continue;
		if (!read_arguments(&c, &words[i], argc - 2, argv + 2))
			break;
		status = words[i].perform(&c);
		if (status == EXIT_HOST || (fflush(stdout) == 0 && !ferror(stdout)))
			return status;
		fprintf(stderr, "%s: the output could not be written\n", h->name);
		return EXIT_HOST;
	}
	return usage(c.program, stderr, EXIT_HOST);
}
