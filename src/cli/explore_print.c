/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/report.h>

#include "cli/explore.h"
#include "cli/terminal.h"

const char *explore_without_name(uint32_t bit)
{
	static const char *const names[] = { "surroundings", "order", "clients", "waits", "postponing",
					     "arguments", "spent" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bit == UINT32_C(1) << i)
			return names[i];
	return NULL;
}

const char *explore_search_name(enum teeq_search search)
{
	static const char *const names[] = {
		[TEEQ_SEARCH_BREADTH] = "breadth-first",
		[TEEQ_SEARCH_DEPTH] = "depth-first",
		[TEEQ_SEARCH_DIRECTED] = "directed",
		[TEEQ_SEARCH_PREEMPTIONS] = "preemption-bounded",
	};

	return names[search];
}

/* Of what symmetry and reduction are made up, what was switched off. */
static void print_without(const struct exploration *e)
{
	const char *name;

	for (uint32_t bit = 1; (name = explore_without_name(bit)); bit <<= 1)
		if (e->options.without & bit)
			printf("without %s, ", name);
}

void explore_print_header(const struct exploration *e)
{
	const struct teeq_explore_options *options = &e->options;
	const struct teeq_model *model = e->c.model;

	printf("scenario %s, policy %s, model %016" PRIx64 "\n", teeq_model_name(model),
	       teeq_model_policy(model)->name, teeq_model_digest(model));
	cli_print_sessions(model);
	printf("search %s, ", explore_search_name(options->search));
	if (options->search == TEEQ_SEARCH_PREEMPTIONS)
		printf("preemptions at most %u, ", options->preemptions_max);
	printf("symmetry %s, reduction %s, ", options->no_symmetry ? "off" : "on",
	       options->no_reduction ? "off" : "on");
	print_without(e);
	if (options->bit_state_bytes)
		puts("states as bits");
	else
		puts(options->exact ? "whole states" : "64-bit fingerprints");
	if (e->client)
		printf("asked about client %s, whatever becomes of the others\n", e->client);
}

/* ---------------------------------------- verdict --------------------------------------------- */

/* Of all verdicts the most severe is told, and a milder one may be nearer. */
static const char *how_short(const struct exploration *e)
{
	if (!e->result.shortest)
		return "";
	return e->options.all ? ", and none that ends so is shorter" : ", and none is shorter";
}

static void explore_print_verdict(const struct exploration *e)
{
	const char *name = teeq_verdict_name(e->result.verdict);

	if (e->result.verdict == TEEQ_VERDICT_LIMIT)
		printf("\n%s: no counterexample %s\n", name,
		       e->cut ? "so far" :
		       e->options.bit_state_bytes ? "among what was visited" : "within the bound");
	else if (!e->found && e->client)
		printf("\n%s: client %s always finishes, whatever becomes of the others\n", name,
		       e->client);
	else if (!e->found)
		printf("\n%s: no schedule ends otherwise\n", name);
	else {
		printf("\n%s: a counterexample of %zu step%s", name, e->result.schedule.count,
		       e->result.schedule.count == 1 ? "" : "s");
		if (e->options.search == TEEQ_SEARCH_PREEMPTIONS && !e->result.cycle)
			printf(" with %u preemption%s, and none %shas fewer\n", e->result.preemptions,
			       e->result.preemptions == 1 ? "" : "s",
			       e->options.all ? "that ends so " : "");
		else
			printf("%s\n", how_short(e));
	}
}

static int print_trace(const struct exploration *e)
{
	struct cli_request request = {
		.c = &e->c,
		.schedule = &e->result.schedule,
		.trace = CLI_TRACE_TEXT,
	};
	struct teeq_result end;

	putchar('\n');
	teeq_trace_head_within(e->c.model, terminal_width(), stdout);
	return cli_perform(&request, true, NULL, &end);
}

static int print_counterexample(const struct exploration *e)
{
	enum teeq_status status;

	if (e->trace == CLI_TRACE_TEXT && print_trace(e) != CLI_OK)
		return CLI_BAD;
	putchar('\n');
	status = teeq_report_print(e->c.model, e->c.world, &e->end, e->replay, stdout);
	/* Output that cannot be written shows at the end of the program. */
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK :
							 cli_failed(e->c.path, status, NULL);
}

/* ----------------------------------------- counts --------------------------------------------- */

static void print_ends(const struct teeq_explore_result *result, FILE *out)
{
	const char *before = "ends: ";

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		if (result->count[v] == 0)
			continue;
		fprintf(out, "%s%s %" PRIu64, before, teeq_verdict_name((enum teeq_verdict)v),
			result->count[v]);
		before = ", ";
	}
	fputs(before[0] == ',' ? "\n" : "ends: none\n", out);
}

static void print_counts(const struct exploration *e, FILE *out)
{
	const struct teeq_explore_result *result = &e->result;

	fprintf(out, "states %" PRIu64 ", actions %" PRIu64 ", depth %" PRIu64 "\n", result->states,
		result->actions, result->depth);
	print_ends(result, out);
	if (result->stranded == 0)
		return;
	fprintf(out,
		"stranded: %" PRIu64 " state%s in which somebody sleeps beside a thread it "
		"could have",
		result->stranded, result->stranded == 1 ? "" : "s");
	if (result->stranded_stretch == UINT64_MAX)
		fputs(", without end", out);
	else if (result->stranded_stretch > 0)
		fprintf(out, ", for %" PRIu64 " action%s at a stretch", result->stranded_stretch,
			result->stranded_stretch == 1 ? "" : "s");
	fputc('\n', out);
}

#define CHANCE_TEXT 32

/* One digit that is not below the bound. */
static void chance_text(char text[CHANCE_TEXT], double bound)
{
	double shown = bound;

	do {
		snprintf(text, CHANCE_TEXT, "%.1g", shown);
		shown *= 1.05;
	} while (strtod(text, NULL) < bound);
}

/* What may be said of all that was not visited. */
static void print_rest(const struct exploration *e, const char *otherwise)
{
	unsigned int covered = e->result.covered;

	if (covered == 0)
		printf("nothing is claimed about %s\n", otherwise);
	else
		printf("every schedule with at most %u preemption%s was looked at; nothing is claimed "
		       "about those with more\n", covered - 1, covered == 2 ? "" : "s");
}

static void print_what_ended(const struct exploration *e)
{
	if (e->result.too_deep)
		printf("the greatest depth, %" PRIu64 " actions, ended the search; ",
		       (uint64_t)(e->options.search == TEEQ_SEARCH_PREEMPTIONS ?
					  TEEQ_PREEMPTIONS_DEPTH_MAX : TEEQ_EXPLORE_DEPTH_MAX));
	else
		printf("%s ended the search; ", cli_interrupted() ? "an interruption" : "a budget");
}

/* That states were kept as bits, and how well; whatever it came to, nothing is claimed. */
static void print_bit_state(const struct exploration *e)
{
	const struct teeq_explore_result *result = &e->result;

	printf("bit-state: %" PRIu64 " state%s visited, %.3g %% of %" PRIu64 " bits are set; "
	       "on average %.3g states come to were missed, and what lies behind them alone, if hashes "
	       "are like random ones; ",
	       result->states, result->states == 1 ? " was" : "s were",
	       100.0 * (double)result->table_bits_set / (double)result->table_bits,
	       result->table_bits, result->missed_expected);
	if (e->cut)
		print_what_ended(e);
	else if (e->found && !e->options.all)
		fputs("stopped at the first counterexample; ", stdout);
	puts("nothing is claimed about the rest");
}

/* Nothing but what was done. */
static void print_claim(const struct exploration *e)
{
	const struct teeq_explore_result *result = &e->result;
	char chance[CHANCE_TEXT];

	chance_text(chance, result->missed_probability);
	if (e->options.bit_state_bytes) {
		print_bit_state(e);
	} else if (e->cut) {
		fputs("bounded: ", stdout);
		print_what_ended(e);
		print_rest(e, "what it did not visit");
	} else if (!result->exhausted) {
		printf("bounded: %s", e->found && !e->options.all ?
					      "stopped at the first counterexample; " : "");
		print_rest(e, "the rest");
	} else if (result->missed_probability > 0)
		printf("exhausted: every one of %" PRIu64 " states was visited; chance that one "
		       "was missed: at most %s\n",
		       result->states, chance);
	else
		printf("exhausted: every one of %" PRIu64 " state%s was visited; exact\n",
		       result->states, result->states == 1 ? "" : "s");
}

int explore_print_result(const struct exploration *e)
{
	explore_print_verdict(e);
	if (e->found) {
		int status = print_counterexample(e);

		if (status != CLI_OK)
			return status;
		putchar('\n');
	}
	if (!e->cut)
		print_counts(e, stdout);
	print_claim(e);
	return CLI_OK;
}

/* ------------------------------------------ note ---------------------------------------------- */

static bool takes_checkpoints(const struct exploration *e)
{
	enum teeq_search search = e->options.search;

	return (search == TEEQ_SEARCH_BREADTH || search == TEEQ_SEARCH_DEPTH) &&
	       e->options.bit_state_bytes == 0 && !e->team;
}

static void print_how_to_go_on(const struct exploration *e)
{
	if (e->result.checkpoint_written)
		fprintf(stderr, "checkpoint written: go on with --resume %s\n",
			e->options.checkpoint_to);
	else if (!e->options.checkpoint_to && !e->result.too_deep && takes_checkpoints(e))
		fputs("to be able to go on later, name a file with --checkpoint\n", stderr);
}

void explore_print_note(const struct exploration *e)
{
	const struct teeq_explore_result *result = &e->result;
	char memory[CLI_BYTES_TEXT];

	cli_bytes_text(memory, result->peak_memory_bytes);
	if (e->cut)
		print_counts(e, stderr);
	fprintf(stderr, "%.2f seconds", result->seconds);
	if (result->seconds > 0)
		fprintf(stderr, ", %.0f states a second", (double)result->states / result->seconds);
	fprintf(stderr, ", %s", memory);
	if (e->options.disk) {
		cli_bytes_text(memory, result->disk_bytes);
		fprintf(stderr, ", on disk %s", memory);
	}
	if (e->options.bit_state_bytes) {
		cli_bytes_text(memory, result->table_bits / 8);
		fprintf(stderr, ", and the bits %s", memory);
	}
	fputc('\n', stderr);
	if (e->cut)
		print_how_to_go_on(e);
}
