/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <teeq/diagnose.h>

#include "cli/cli.h"
#include "cli/json_value.h"
#include "cli/output.h"

static const char help[] =
	"usage: teeq shrink [OPTION]... FILE SCHEDULE\n"
	"\n"
	"Make a failing schedule plainer and shorter: one that ends as SCHEDULE does, with fewer\n"
	"switches from task to task, or as many and fewer steps. SCHEDULE is as for teeq replay. Where\n"
	"a search of at most 2000000 states can tell, the result is compared with the shortest one.\n"
	"\n"
	"  --policy P      must agree with the schedule; needed when P is a shared object\n"
	"  --driver SO     a kernel's own driver in a policy's place, as 'teeq driver' made it;\n"
	"                  it has options of its own: 'teeq shrink --driver SO --help'\n"
	"  --client NAME   keep that this client does not finish, whatever becomes of the others\n"
	"  --clients       leave out clients, too, or lower their counts, as long as it still fails\n"
	"                  and nobody waits for what only those left out would have done\n"
	"  --out FILE      with --clients, and needed there: where to write the smaller scenario\n"
	"  --json          the result as one JSON object\n"
	"  --set K=V       as if FILE said so: secure.threads=3; may be given several times\n"
	"  --color WHEN    auto (on a terminal, unless NO_COLOR is set), always or never\n"
	"  --no-pager      do not page what is longer than the screen\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"exit status: 0 done, 1 the schedule does not fit, 2 bad usage or input, or a schedule that\n"
	"does not fail\n";

static const struct option known[] = {
	{ "policy", required_argument, NULL, 'p' },
	{ "client", required_argument, NULL, 'a' },
	{ "clients", no_argument, NULL, 'c' },
	{ "out", required_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	CLI_SET_OPTION, CLI_COMMON_OPTIONS,
};

#define SEARCH_BYTES (UINT64_C(512) << 20)

/* @given, @shrunk: the schedule before and after, and the scenario of the latter. */
struct shrinking {
	struct cli_case c;
	struct teeq_schedule given;
	struct teeq_result before;
	struct teeq_shrunk shrunk;
	const char *out;
	const char *client; /* whom it is asked about; NULL: all */
	uint64_t must_finish; /* its tasks */
	bool clients;
	bool json;
	char *schedule;
	char *replay;
};

/* ----------------------------------------- printing ------------------------------------------- */

static void cli_shrink_print_row(const char *when, const struct teeq_schedule *schedule,
				 enum teeq_verdict verdict)
{
	printf("%-6s  %9zu  %9zu  %s\n", when, schedule->count, teeq_schedule_switches(schedule),
	       teeq_verdict_name(verdict));
}

static void print_shortest(const struct shrinking *s)
{
	uint64_t steps = s->shrunk.schedule.count;

	if (s->shrunk.shortest == 0)
		printf("whether there is a shorter one was not decided within %" PRIu64 " states\n",
		       TEEQ_DIAGNOSE_STATES);
	else if (steps > s->shrunk.shortest)
		printf("the shortest that ends so has %" PRIu64 " steps, %" PRIu64 " fewer: see "
		       "teeq explore\n",
		       s->shrunk.shortest, steps - s->shrunk.shortest);
	else
		printf("none that ends so is shorter\n");
}

static void cli_shrink_print_left_out(const struct shrinking *s)
{
	size_t count = teeq_model_task_count(s->c.model);
	const char *before = "left out: ";

	for (unsigned int i = 0; i < count; i++) {
		if (!(s->shrunk.left_out >> i & 1))
			continue;
		printf("%s%s", before, teeq_model_task_name(s->c.model, i));
		before = ", ";
	}
	printf("%s (%zu of %zu tasks stay)\n", s->shrunk.left_out ? "" : "left out: nobody",
	       teeq_model_task_count(s->shrunk.model), count);
	printf("scenario written to %s\n", s->out);
}

static void print_text(const struct shrinking *s)
{
	const struct teeq_model *model = s->c.model;

	printf("scenario %s, policy %s, model %016" PRIx64 "\n", teeq_model_name(model),
	       teeq_model_policy(model)->name, teeq_model_digest(model));
	cli_print_sessions(model);
	if (s->client)
		printf("asked about client %s, whatever becomes of the others\n", s->client);
	printf("\n%-6s  %9s  %9s  %s\n", "", "steps", "switches", "verdict");
	cli_shrink_print_row("before", &s->given, s->before.verdict);
	cli_shrink_print_row("after", &s->shrunk.schedule, s->shrunk.end.verdict);
	if (s->shrunk.rough)
		printf("it is too long to be shrunk step by step\n");
	print_shortest(s);
	if (s->clients)
		cli_shrink_print_left_out(s);
	printf("\nreplay: %s\n", s->replay);
}

static json_t *size_json(const struct teeq_schedule *schedule, enum teeq_verdict verdict)
{
	return json_pack("{s:I,s:I,s:s}", "steps", (json_int_t)schedule->count, "switches",
			 (json_int_t)teeq_schedule_switches(schedule), "verdict",
			 teeq_verdict_name(verdict));
}

static json_t *cli_shrink_left_out_json(const struct shrinking *s)
{
	size_t count = teeq_model_task_count(s->c.model);
	json_t *list = json_array();

	for (unsigned int i = 0; i < count; i++)
		if (s->shrunk.left_out >> i & 1)
			json_array_append_new(list,
					      cli_json_text(teeq_model_task_name(s->c.model, i)));
	return list;
}

static int print_json(const struct shrinking *s)
{
	const struct teeq_model *model = s->c.model;
	json_t *shortest = s->shrunk.shortest ? cli_json_number(s->shrunk.shortest) : json_null();
	json_t *object = json_pack(
		"{s:s,s:s,s:o,s:o,s:o,s:o}", "scenario", teeq_model_name(model), "policy",
		teeq_model_policy(model)->name, "model", cli_json_hex(teeq_model_digest(model)),
		"before", size_json(&s->given, s->before.verdict), "after",
		size_json(&s->shrunk.schedule, s->shrunk.end.verdict), "shortest", shortest);

	if (s->client)
		json_object_set_new(object, "client", json_string(s->client));
	if (s->clients) {
		json_object_set_new(object, "left_out", cli_shrink_left_out_json(s));
		json_object_set_new(object, "out", cli_json_text(s->out));
	}
	json_object_set_new(object, "schedule", cli_json_text(s->schedule));
	json_object_set_new(object, "replay", cli_json_text(s->replay));
	return cli_json_put(object);
}

/* ----------------------------------------- shrinking ------------------------------------------ */

/* How the schedule ended that was given: not every one can be shrunk. */
static int look_before(struct shrinking *s)
{
	struct cli_request request = { .c = &s->c, .schedule = &s->given,
				       .must_finish = s->must_finish };
	int status = cli_perform(&request, false, NULL, &s->before);

	if (status == CLI_OK && !(TEEQ_GOAL_FAILURES >> s->before.verdict & 1))
		return cli_error("%s: the schedule ends in %s%s%s after %" PRIu64 " steps: there is "
				 "no failure to keep",
				 cli_input_name(s->c.path), teeq_verdict_name(s->before.verdict),
				 s->client ? " of client " : "", s->client ? s->client : "",
				 s->before.steps);
	return status;
}

static int shrink(struct shrinking *s)
{
	struct teeq_error error = { 0 };
	struct teeq_explore_options search = {
		.max_states = TEEQ_DIAGNOSE_STATES,
		.max_memory_bytes = SEARCH_BYTES,
		.must_finish = s->must_finish,
	};
	enum teeq_status status = teeq_shrink_scenario(teeq_scenario_tables(s->c.file),
						       s->c.policy.policy, &s->given, s->clients,
						       &search, &s->shrunk, &error);

	/* What a budget left open is told with the result. */
	return status == TEEQ_OK || status == TEEQ_ELIMIT ? CLI_OK :
							    cli_failed(s->c.path, status, &error);
}

/* ------------------------------------------ results ------------------------------------------- */

static int write_scenario(FILE *out, const void *argument)
{
	enum teeq_status status = teeq_scenario_print(argument, out);

	/* What could not be written shows when the file is closed. */
	return status == TEEQ_OK || status == TEEQ_EIO ? CLI_OK : CLI_BAD;
}

static int cli_shrink_conclude(struct shrinking *s)
{
	struct cli_case named = s->c;

	if (s->clients) {
		if (cli_output_replace(s->out, write_scenario, s->shrunk.scenario) != CLI_OK)
			return CLI_BAD;
		named.path = s->out;
		named.change_count = 0;
	}
	s->schedule = teeq_schedule_print(s->shrunk.model, &s->shrunk.schedule);
	if (s->schedule)
		s->replay = cli_replay_command(&named, s->schedule);
	if (!s->replay)
		return cli_failed(s->c.path, TEEQ_ENOMEM, NULL);
	if (s->json)
		return print_json(s);
	print_text(s);
	return CLI_OK;
}

static int shrink_file(struct shrinking *s, char **operands, const char *policy)
{
	int status = cli_case_load(&s->c, operands[0]);

	if (status == CLI_OK)
		status = cli_case_schedule(&s->c, "shrink", policy, operands[1], &s->given);
	if (status == CLI_OK && s->client)
		status = cli_case_client(&s->c, "shrink", s->client, &s->must_finish);
	if (status == CLI_OK)
		status = look_before(s);
	if (status == CLI_OK)
		status = shrink(s);
	if (status == CLI_OK)
		status = cli_shrink_conclude(s);
	free(s->schedule);
	free(s->replay);
	teeq_shrunk_free(&s->shrunk);
	teeq_schedule_free(&s->given);
	cli_case_free(&s->c);
	return status;
}

static int cli_shrink_settle(const struct shrinking *s, const struct cli_options *options)
{
	if (!cli_takes_one_file(options, true))
		return CLI_BAD;
	if (s->clients && !s->out)
		return cli_usage("shrink", "--clients makes another scenario: name a file for it "
					   "with --out");
	if (!s->clients && s->out)
		return cli_usage("shrink", "--out: without --clients the scenario stays as it is");
	return s->out ? cli_output_check(s->out, options->operands[0]) : CLI_OK;
}

int cli_shrink(int argc, char **argv)
{
	struct shrinking s = { .clients = false };
	struct cli_options options;
	const char *policy = NULL;
	int option;

	cli_options_start(&options, argc, argv, known, help);
	while ((option = cli_next_option(&options)) > 0) {
		if (option == 'p')
			policy = optarg;
		else if (option == 'o')
			s.out = optarg;
		else if (option == 'a')
			s.client = optarg;
		else if (option == 'c')
			s.clients = true;
		else
			s.json = true;
	}
	if (option < 0)
		return options.status;
	if (cli_shrink_settle(&s, &options) != CLI_OK)
		return CLI_BAD;
	return shrink_file(&s, options.operands, policy);
}
