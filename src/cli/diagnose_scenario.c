/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diagnose.h"
#include "cli/output.h"
#include "field/sketch.h"

#define STATES_MAX   200000 /* of one search */
#define MORE_THREADS 4 /* so many more are tried */

static int write_sketch(FILE *out, const void *argument)
{
	sketch_write(argument, out);
	return CLI_OK;
}

/* The scenario as a file in memory: what is searched is what was written. */
static int load_sketch(const struct cli_diagnosis *diagnosis, const struct sketch *sketch,
		       struct teeq_scenario_file **file)
{
	struct teeq_error error = { .text = "" };
	enum teeq_status status = TEEQ_ENOMEM;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	*file = NULL;
	if (out) {
		sketch_write(sketch, out);
		if (fclose(out) == 0)
			status = teeq_scenario_parse(diagnosis->scenario, text, size, file, &error);
	}
	free(text);
	return status == TEEQ_OK ? CLI_OK : cli_failed(diagnosis->scenario, status, &error);
}

/* One search; false: it was not decided within its budget. */
static bool search_scenario(const struct teeq_scenario *scenario, const struct teeq_policy *policy,
			    uint32_t goal, struct teeq_explore_result *result)
{
	const struct teeq_explore_options options = { .max_states = STATES_MAX, .goal = goal };
	struct teeq_error error = { .text = "" };
	struct teeq_model *model = NULL;
	enum teeq_status status = teeq_model_new(scenario, policy, &model, &error);

	*result = (struct teeq_explore_result){ .states = 0 };
	if (status == TEEQ_OK)
		status = teeq_explore(model, &options, result, &error);
	teeq_schedule_free(&result->schedule);
	teeq_model_free(model);
	return status == TEEQ_OK && result->verdict != TEEQ_VERDICT_LIMIT;
}

static bool ends_well(const struct teeq_scenario *scenario, const struct teeq_policy *policy)
{
	struct teeq_explore_result result;

	return search_scenario(scenario, policy, 0, &result) && result.verdict == TEEQ_VERDICT_DONE;
}

static void try_policies(const struct teeq_scenario *scenario,
			 struct cli_confirmation *confirmation)
{
	const struct teeq_policy *policy;

	for (size_t i = 0; (policy = teeq_policy_at(i)) != NULL; i++)
		if (strcmp(policy->name, confirmation->policy) != 0 &&
		    confirmation->well_count < 16 && ends_well(scenario, policy))
			confirmation->well[confirmation->well_count++] = policy->name;
}

static void try_threads(const struct teeq_scenario *scenario, const struct teeq_policy *policy,
			struct cli_confirmation *confirmation)
{
	struct teeq_scenario more = *scenario;

	for (int i = 0; i < MORE_THREADS && more.thread_count < TEEQ_CONTEXT_MAX; i++) {
		more.thread_count++;
		if (ends_well(&more, policy)) {
			confirmation->threads = more.thread_count;
			return;
		}
	}
}

/* With the session of inner calls, the only one that a sketch has, as a system session. */
static void try_system(const struct teeq_scenario *scenario, const struct teeq_policy *policy,
		       struct cli_confirmation *confirmation)
{
	struct teeq_session_spec sessions[TEEQ_SESSION_MAX];
	struct teeq_scenario other = *scenario;

	memcpy(sessions, scenario->sessions, scenario->session_count * sizeof(sessions[0]));
	for (size_t i = 0; i < scenario->session_count; i++)
		sessions[i].system = true;
	other.sessions = sessions;
	confirmation->system_tried = true;
	confirmation->system_helps = ends_well(&other, policy);
}

static void confirm(const struct cli_diagnosis *diagnosis, const struct teeq_scenario *scenario,
		    struct cli_confirmation *confirmation)
{
	bool lost = diagnosis->verdict.kind == VERDICT_LOST_WAKEUP &&
		    !diagnosis->verdict.secure_lock;
	const struct teeq_policy *policy = teeq_policy_find(confirmation->policy);
	struct teeq_explore_result result;

	confirmation->done = search_scenario(
		scenario, policy,
		lost ? 1u << TEEQ_VERDICT_LOST_WAKEUP : 1u << TEEQ_VERDICT_DEADLOCK, &result);
	confirmation->states = result.states;
	confirmation->verdict = result.verdict;
	confirmation->confirmed = confirmation->done && result.verdict != TEEQ_VERDICT_DONE;
	if (!confirmation->confirmed)
		return;
	try_policies(scenario, confirmation);
	try_threads(scenario, policy, confirmation);
	if (sketch_has_inner(diagnosis->picture))
		try_system(scenario, policy, confirmation);
}

/* What becomes of the scenario. CLI_OK, or CLI_BAD after a message. */
static int confirm_sketch(const struct cli_diagnosis *diagnosis, struct sketch *sketch,
			  struct cli_confirmation *confirmation)
{
	struct teeq_scenario_file *file;
	int status = load_sketch(diagnosis, sketch, &file);

	if (status != CLI_OK)
		return status;
	confirm(diagnosis, teeq_scenario_tables(file), confirmation);
	teeq_scenario_free(file);
	return CLI_OK;
}

int cli_diagnose_scenario(const struct cli_diagnosis *diagnosis,
			  struct cli_confirmation *confirmation)
{
	const struct cli_confirmation empty = {
		.policy = sketch_policy(diagnosis->picture),
		.threads_now = sketch_threads(diagnosis->picture, &diagnosis->verdict),
	};
	struct sketch sketch = { .picture = diagnosis->picture, .verdict = &diagnosis->verdict };
	struct cli_confirmation other = empty;
	int status;

	*confirmation = empty;
	status = confirm_sketch(diagnosis, &sketch, confirmation);
	if (status != CLI_OK)
		return status;
	if (confirmation->done && !confirmation->confirmed && sketch_may_have_unseen(&sketch)) {
		sketch.unseen = other.unseen = true;
		status = confirm_sketch(diagnosis, &sketch, &other);
		sketch.unseen = other.confirmed;
		if (other.confirmed)
			*confirmation = other;
	}
	return status == CLI_OK ? cli_output_replace(diagnosis->scenario, write_sketch, &sketch) :
				  status;
}

static void tell_what_helps(const struct cli_confirmation *confirmation)
{
	if (confirmation->well_count > 0) {
		fputs("  it ends well in every schedule under", stdout);
		for (size_t i = 0; i < confirmation->well_count; i++)
			printf("%s %s", i > 0 ? "," : "", confirmation->well[i]);
		putchar('\n');
	} else {
		puts("  it ends well under no other policy that is built in");
	}
	if (confirmation->threads > 0)
		printf("  with %u threads instead of %u it ends well\n", confirmation->threads,
		       confirmation->threads_now);
	else
		printf("  with up to %d threads more it fails as well, as far as was searched\n",
		       MORE_THREADS);
	if (confirmation->system_tried)
		printf("  with the inner call in a system session it %s\n",
		       confirmation->system_helps ? "ends well" : "fails as well");
}

void cli_diagnose_tell(const struct cli_diagnosis *diagnosis,
		       const struct cli_confirmation *confirmation)
{
	printf("\nThe scenario: %s, searched under %s, the policy of that kernel\n",
	       diagnosis->scenario, confirmation->policy);
	if (!confirmation->done)
		printf("  not decided within %d states; teeq explore %s --policy %s goes on\n",
		       STATES_MAX, diagnosis->scenario, confirmation->policy);
	else if (!confirmation->confirmed && !verdict_is_hang(diagnosis->verdict.kind))
		printf("  as the log says: of all %" PRIu64
		       " states of these tasks none is such an end\n",
		       confirmation->states);
	else if (!confirmation->confirmed)
		printf("  refuted: all %" PRIu64
		       " states were visited, and none is such an end; so more is "
		       "at work than the stacks show\n",
		       confirmation->states);
	else
		printf("  %s: %s can be reached; teeq explore %s --policy %s shows how\n",
		       confirmation->unseen ?
			       "refuted of these tasks alone; with callers that the log does not show" :
			       "confirmed",
		       teeq_verdict_name(confirmation->verdict), diagnosis->scenario,
		       confirmation->policy);
	if (confirmation->confirmed)
		tell_what_helps(confirmation);
}
