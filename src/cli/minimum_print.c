/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/json_value.h"
#include "cli/minimum.h"

/* --------------------------------------- replay command --------------------------------------- */

#define SET_KEY_SIZE (TEEQ_NAME_MAX + 32)

/* What --set has to say to make the tables of @tried of those of the file. */
struct difference {
	struct teeq_scenario_change changes[CLI_SET_MAX + TEEQ_MINIMUM_SESSION_MAX];
	size_t count;
	char keys[TEEQ_MINIMUM_SESSION_MAX][SET_KEY_SIZE];
	char number[16];
};

static void differ(struct difference *d, const char *key, const char *value)
{
	d->changes[d->count++] = (struct teeq_scenario_change){ key, value };
}

static void differ_in_sessions(struct difference *d, const struct teeq_scenario *scenario,
			       uint64_t sessions)
{
	for (size_t i = 0; i < scenario->session_count; i++) {
		bool system = sessions >> i & 1;

		if (scenario->sessions[i].system == system)
			continue;
		snprintf(d->keys[i], SET_KEY_SIZE, "sessions.%s.system",
			 scenario->sessions[i].name);
		differ(d, d->keys[i], system ? "true" : "false");
	}
}

char *minimum_replay(const struct minimizing *m, enum teeq_minimum_of of,
		     const struct teeq_minimum_try *tried)
{
	struct difference d = { .count = 0 };
	struct cli_case named = m->c;

	for (size_t i = 0; i < m->c.change_count; i++)
		differ(&d, m->c.changes[i].key, m->c.changes[i].value);
	snprintf(d.number, sizeof(d.number), "%" PRIu32, tried->value);
	if (of == TEEQ_MINIMUM_SESSIONS)
		differ_in_sessions(&d, teeq_scenario_tables(m->c.file), tried->sessions);
	else
		differ(&d, of == TEEQ_MINIMUM_THREADS ? "secure.threads" : "secure.static-system",
		       d.number);
	named.changes = d.changes;
	named.change_count = d.count;
	return cli_replay_command(&named, tried->schedule);
}

/* ------------------------------------------- text --------------------------------------------- */

static void put_tried(const struct minimizing *m, enum teeq_minimum_of of,
		       const struct teeq_minimum_try *tried, FILE *out)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(m->c.file);
	const char *before = "";

	fprintf(out, "%" PRIu32, tried->value);
	if (of != TEEQ_MINIMUM_SESSIONS || tried->value == 0)
		return;
	fputs(" (", out);
	for (size_t i = 0; i < scenario->session_count; i++) {
		if (!(tried->sessions >> i & 1))
			continue;
		fprintf(out, "%s%s", before, scenario->sessions[i].name);
		before = ", ";
	}
	fputc(')', out);
}

static int print_try(const struct minimizing *m, enum teeq_minimum_of of,
		     const struct teeq_minimum_try *tried)
{
	const struct teeq_trial *trial = &tried->trial;
	char *replay = NULL;

	fputs("  ", stdout);
	put_tried(m, of, tried, stdout);
	if (trial->ruling == TEEQ_RULED_OUT)
		printf(": nothing fails; exhausted, %" PRIu64 " state%s\n", trial->states,
		       trial->states == 1 ? "" : "s");
	else if (trial->ruling == TEEQ_UNDECIDED)
		printf(": undecided after %" PRIu64 " states\n", trial->states);
	else if (trial->ruling == TEEQ_NOT_POSSIBLE)
		printf(": not possible; %s\n", tried->why_not);
	if (trial->ruling != TEEQ_STILL_FAILS)
		return CLI_OK;
	replay = minimum_replay(m, of, tried);
	if (!replay)
		return cli_failed(m->c.path, TEEQ_ENOMEM, NULL);
	printf(": %s after %zu step%s\n    replay: %s\n", teeq_verdict_name(trial->verdict),
	       trial->steps, trial->steps == 1 ? "" : "s", replay);
	free(replay);
	return CLI_OK;
}

static void print_answer(const struct minimizing *m, enum teeq_minimum_of of,
			 const struct teeq_minimum *minimum)
{
	const struct teeq_minimum_try *last =
		minimum->count > 0 ? &minimum->tries[minimum->count - 1] : NULL;

	if (minimum->found) {
		printf("%s %s: ", minimum->undecided ? "enough" : "least", teeq_minimum_name(of));
		put_tried(m, of, &minimum->tries[minimum->least], stdout);
		puts(minimum->undecided ? "; whether fewer are is undecided" : "");
	} else if (minimum->undecided || minimum->stopped) {
		printf("least %s: undecided\n", teeq_minimum_name(of));
	} else {
		printf("least %s: none up to %" PRIu32 " is enough\n", teeq_minimum_name(of),
		       last ? last->value : 0);
	}
	if (minimum->again)
		puts("  and with some larger number it fails again");
}

int minimum_print(const struct minimizing *m, enum teeq_minimum_of of,
		  const struct teeq_minimum *minimum)
{
	int status = CLI_OK;

	print_answer(m, of, minimum);
	for (size_t i = 0; i < minimum->count && status == CLI_OK; i++)
		status = print_try(m, of, &minimum->tries[i]);
	return status;
}

void minimum_print_scope(const struct minimizing *m)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(m->c.file);

	printf("\nFor scenario %s under policy %s, with", scenario->name, m->c.policy.policy->name);
	for (size_t i = 0; i < scenario->client_count; i++)
		printf("%s %" PRIu32 " %s", i > 0 ? "," : "",
		       scenario->clients[i].count > 0 ? scenario->clients[i].count : 1,
		       scenario->clients[i].name);
	puts(m->options.client ? "; asked was about one client alone." :
				 "; of more clients, or others, nothing is said.");
}

/* ------------------------------------------- JSON --------------------------------------------- */

static json_t *try_json(const struct minimizing *m, enum teeq_minimum_of of,
			const struct teeq_minimum_try *tried)
{
	const struct teeq_scenario *scenario = teeq_scenario_tables(m->c.file);
	const struct teeq_trial *trial = &tried->trial;
	bool fails = trial->ruling == TEEQ_STILL_FAILS;
	json_t *object = json_pack("{s:I,s:s}", "value", (json_int_t)tried->value, "ruling",
				   teeq_ruling_name(trial->ruling));

	if (of == TEEQ_MINIMUM_SESSIONS) {
		json_t *names = json_array();

		for (size_t i = 0; i < scenario->session_count; i++)
			if (tried->sessions >> i & 1)
				json_array_append_new(names,
						      json_string(scenario->sessions[i].name));
		json_object_set_new(object, "sessions", names);
	}
	if (trial->ruling == TEEQ_NOT_POSSIBLE)
		json_object_set_new(object, "why", cli_json_text(tried->why_not));
	else
		json_object_set_new(object, "states", cli_json_number(trial->states));
	if (fails) {
		char *replay = minimum_replay(m, of, tried);

		json_object_set_new(object, "verdict",
				    json_string(teeq_verdict_name(trial->verdict)));
		json_object_set_new(object, "steps", cli_json_number(trial->steps));
		json_object_set_new(object, "schedule", cli_json_text(tried->schedule));
		json_object_set_new(object, "replay", cli_json_text(replay));
		free(replay);
	}
	return object;
}

int minimum_print_json(const struct minimizing *m, enum teeq_minimum_of of,
		       const struct teeq_minimum *minimum)
{
	json_t *tries = json_array();
	json_t *object;

	for (size_t i = 0; i < minimum->count; i++)
		json_array_append_new(tries, try_json(m, of, &minimum->tries[i]));
	object = json_pack("{s:s,s:s,s:o,s:s,s:o,s:b,s:b,s:o}", "scenario",
			   teeq_scenario_tables(m->c.file)->name, "policy",
			   m->c.policy.policy->name, "client", cli_json_text(m->options.client),
			   "of", teeq_minimum_name(of), "least",
			   minimum->found && !minimum->undecided ?
				   cli_json_number(minimum->tries[minimum->least].value) :
				   json_null(),
			   "decided", !minimum->undecided && !minimum->stopped, "fails_again",
			   minimum->again, "tries", tries);
	return cli_json_put(object);
}
