/* SPDX-License-Identifier: BSD-2-Clause */
#include <teeq/report.h>

#include "cli/explore.h"
#include "cli/json.h"
#include "cli/json_state.h"
#include "cli/json_value.h"

static json_t *without(const struct exploration *e)
{
	json_t *names = json_array();

	for (uint32_t bit = 1; explore_without_name(bit); bit <<= 1)
		if (e->options.without & bit)
			json_array_append_new(names, json_string(explore_without_name(bit)));
	return names;
}

/* What was asked for. */
static json_t *asked(const struct exploration *e)
{
	const struct teeq_explore_options *options = &e->options;
	const struct teeq_model *model = e->c.model;
	static const char *const names[] = {
		[TEEQ_SEARCH_BREADTH] = "breadth",
		[TEEQ_SEARCH_DEPTH] = "depth",
		[TEEQ_SEARCH_DIRECTED] = "directed",
		[TEEQ_SEARCH_PREEMPTIONS] = "preemptions",
	};

	return json_pack("{s:s,s:s,s:o,s:o,s:s,s:b,s:b,s:o,s:b,s:b}", "scenario",
			 teeq_model_name(model), "policy", teeq_model_policy(model)->name, "model",
			 cli_json_hex(teeq_model_digest(model)), "system_sessions",
			 cli_json_sessions(model), "search", names[options->search], "symmetry",
			 !options->no_symmetry, "reduction", !options->no_reduction, "without",
			 without(e), "exact", options->exact, "all", options->all);
}

static json_t *explore_json_ends(const struct teeq_explore_result *result)
{
	json_t *object = json_object();

	for (int v = 0; v < TEEQ_VERDICT_COUNT; v++)
		if (result->count[v] > 0)
			json_object_set_new(object, teeq_verdict_name((enum teeq_verdict)v),
					    cli_json_number(result->count[v]));
	return object;
}

static void add_counts(json_t *object, const struct teeq_explore_result *result)
{
	json_object_set_new(object, "states", cli_json_number(result->states));
	json_object_set_new(object, "actions", cli_json_number(result->actions));
	json_object_set_new(object, "depth", cli_json_number(result->depth));
	json_object_set_new(object, "ends", explore_json_ends(result));
	json_object_set_new(object, "stranded", cli_json_number(result->stranded));
	if (result->stranded_stretch == UINT64_MAX) /* without end: there is no number */
		json_object_set_new(object, "stranded_stretch", json_null());
	else if (result->stranded_stretch > 0)
		json_object_set_new(object, "stranded_stretch",
				    cli_json_number(result->stranded_stretch));
	if (result->exhausted)
		json_object_set_new(object, "missed_probability",
				    json_real(result->missed_probability));
}

/* Of states that were kept as bits: how full the table is, and what it missed on average. */
static void add_bit_state(json_t *object, const struct teeq_explore_result *result)
{
	json_object_set_new(object, "bit_state",
			    json_pack("{s:o,s:o,s:f}", "bits", cli_json_number(result->table_bits), "bits_set",
				      cli_json_number(result->table_bits_set), "missed_expected",
				      result->missed_expected));
}

static const char *claim_of(const struct exploration *e)
{
	if (e->options.bit_state_bytes)
		return "bit-state";
	return e->result.exhausted ? "exhausted" : "bounded";
}

/* The greatest number of preemptions of which every schedule was looked at: null where of none. */
static void add_preemptions(json_t *object, const struct exploration *e)
{
	unsigned int covered = e->result.covered;

	json_object_set_new(object, "preemptions_max", cli_json_number(e->options.preemptions_max));
	json_object_set_new(object, "preemptions_covered",
			    covered ? cli_json_number(covered - 1) : json_null());
	if (e->found && !e->result.cycle)
		json_object_set_new(object, "preemptions", cli_json_number(e->result.preemptions));
}

static bool add_counterexample(json_t *object, const struct exploration *e)
{
	json_object_set_new(object, "steps", cli_json_number(e->end.steps));
	json_object_set_new(object, "shortest", json_boolean(e->result.shortest));
	json_object_set_new(object, "event_hash", cli_json_hex(e->end.event_hash));
	json_object_set_new(object, "violation", cli_json_text(e->end.violation));
	json_object_set_new(object, "schedule", cli_json_text(e->schedule));
	json_object_set_new(object, "replay", cli_json_text(e->replay));
	return cli_json_state(object, &e->c);
}

static int print_events(const struct exploration *e)
{
	struct cli_request request = {
		.c = &e->c,
		.schedule = &e->result.schedule,
		.trace = CLI_TRACE_JSON,
	};
	struct teeq_result end;

	return cli_perform(&request, true, NULL, &end);
}

int explore_print_json(const struct exploration *e)
{
	json_t *object;

	if (e->found && e->trace == CLI_TRACE_JSON && print_events(e) != CLI_OK)
		return CLI_BAD;
	object = asked(e);
	if (e->client)
		json_object_set_new(object, "client", json_string(e->client));
	json_object_set_new(object, "verdict", cli_json_text(teeq_verdict_name(e->result.verdict)));
	/* As in the text; "exhausted" of a counterexample's state is about its thread contexts. */
	json_object_set_new(object, "claim", json_string(claim_of(e)));
	add_counts(object, &e->result);
	if (e->options.bit_state_bytes)
		add_bit_state(object, &e->result);
	if (e->options.search == TEEQ_SEARCH_PREEMPTIONS)
		add_preemptions(object, e);
	if (e->found && !add_counterexample(object, e)) {
		json_decref(object);
		object = NULL;
	}
	return cli_json_put(object);
}
