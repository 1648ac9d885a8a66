/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "diagnose/asked.h"
#include "diagnose/searches.h"
#include "teeq/policy.h"

/* A minimum that is being looked for. */
struct inquiry {
	const struct teeq_scenario *given;
	const struct teeq_policy *policy;
	enum teeq_minimum_of of;
	const struct teeq_minimum_options *options;
	struct teeq_minimum *minimum;
	size_t capacity;
	struct searches searches;
	struct teeq_error *error;
};

/* ------------------------------------------ one number ---------------------------------------- */

static struct teeq_minimum_try *add_try(struct inquiry *inquiry)
{
	struct teeq_minimum *minimum = inquiry->minimum;
	struct teeq_minimum_try *tries = minimum->tries;

	if (minimum->count == inquiry->capacity) {
		inquiry->capacity = inquiry->capacity ? 2 * inquiry->capacity : 16;
		tries = realloc(tries, inquiry->capacity * sizeof(*tries));
		if (!tries)
			return NULL;
		minimum->tries = tries;
	}
	tries[minimum->count] = (struct teeq_minimum_try){ .value = 0 };
	return &tries[minimum->count++];
}

static enum teeq_status search_try(struct inquiry *inquiry, const struct teeq_scenario *changed,
				   struct teeq_minimum_try *tried)
{
	struct teeq_model *model = NULL;
	struct teeq_error found = { .text = "" };
	enum teeq_status status = teeq_model_new(changed, inquiry->policy, &model, &found);

	tried->trial.ruling = TEEQ_NOT_POSSIBLE;
	if (status == TEEQ_EINPUT) {
		asked_why_not(&found, tried->why_not, sizeof(tried->why_not));
		return TEEQ_OK;
	}
	if (status == TEEQ_OK)
		status = asked_search(model, inquiry->options->client, &inquiry->searches,
				      &tried->trial, &tried->schedule, inquiry->error);
	teeq_model_free(model);
	return status;
}

/* What becomes known by the last one that was tried. */
static void note_try(struct teeq_minimum *minimum)
{
	enum teeq_ruling ruling = minimum->tries[minimum->count - 1].trial.ruling;

	if (ruling == TEEQ_RULED_OUT && !minimum->found) {
		minimum->found = true;
		minimum->least = minimum->count - 1;
	}
	minimum->again |= minimum->found && ruling == TEEQ_STILL_FAILS;
	minimum->undecided |= ruling == TEEQ_UNDECIDED && !minimum->found;
}

static enum teeq_status try_one(struct inquiry *inquiry, const struct teeq_scenario *changed,
				uint32_t value, uint64_t sessions)
{
	struct teeq_minimum_try *tried;
	enum teeq_status status;

	if (!searches_may_go_on(&inquiry->searches))
		return TEEQ_ELIMIT;
	tried = add_try(inquiry);
	if (!tried)
		return TEEQ_ENOMEM;
	tried->value = value;
	tried->sessions = sessions;
	status = search_try(inquiry, changed, tried);
	if (status == TEEQ_OK)
		note_try(inquiry->minimum);
	return status;
}

/* -------------------------------------- all of a kind ----------------------------------------- */

static bool is_enough(const struct inquiry *inquiry)
{
	return inquiry->minimum->found && !inquiry->options->all;
}

static enum teeq_status try_numbers(struct inquiry *inquiry)
{
	struct teeq_scenario changed = *inquiry->given;
	bool threads = inquiry->of == TEEQ_MINIMUM_THREADS;
	uint32_t most = threads ? TEEQ_CONTEXT_MAX : changed.thread_count;
	enum teeq_status status = TEEQ_OK;

	if (inquiry->options->most && inquiry->options->most < most)
		most = inquiry->options->most;
	for (uint32_t n = threads; n <= most && status == TEEQ_OK && !is_enough(inquiry); n++) {
		*(threads ? &changed.thread_count : &changed.static_system_count) = n;
		status = try_one(inquiry, &changed, n, 0);
	}
	return status;
}

static enum teeq_status try_sessions(struct inquiry *inquiry, uint32_t count)
{
	struct teeq_session_spec sessions[TEEQ_MINIMUM_SESSION_MAX];
	struct teeq_scenario changed = *inquiry->given;
	enum teeq_status status = TEEQ_OK;

	changed.sessions = sessions;
	for (uint64_t set = 0; set < UINT64_C(1) << changed.session_count; set++) {
		if ((uint32_t)__builtin_popcountll(set) != count)
			continue;
		memcpy(sessions, inquiry->given->sessions,
		       changed.session_count * sizeof(sessions[0]));
		for (size_t i = 0; i < changed.session_count; i++)
			sessions[i].system = set >> i & 1;
		status = try_one(inquiry, &changed, count, set);
		if (status != TEEQ_OK || is_enough(inquiry))
			break;
	}
	return status;
}

static enum teeq_status try_all_sessions(struct inquiry *inquiry)
{
	uint32_t most = (uint32_t)inquiry->given->session_count;
	enum teeq_status status = TEEQ_OK;

	if (inquiry->options->most && inquiry->options->most < most)
		most = inquiry->options->most;
	for (uint32_t n = 0; n <= most && status == TEEQ_OK && !is_enough(inquiry); n++)
		status = try_sessions(inquiry, n);
	return status;
}

/* ------------------------------------------- public ------------------------------------------- */

static enum teeq_status check_question(const struct inquiry *inquiry)
{
	const struct teeq_scenario *scenario = inquiry->given;
	size_t sessions = scenario->session_count;

	if (!teeq_minimum_name(inquiry->of))
		return error_set(inquiry->error, TEEQ_EINPUT, "of", "%d is nothing to count",
				 (int)inquiry->of);
	if (inquiry->of == TEEQ_MINIMUM_SESSIONS &&
	    (sessions == 0 || sessions > TEEQ_MINIMUM_SESSION_MAX))
		return error_set(inquiry->error, TEEQ_EINPUT, "sessions",
				 "there are %zu, and 1..%d can be asked about", sessions,
				 TEEQ_MINIMUM_SESSION_MAX);
	if (inquiry->of == TEEQ_MINIMUM_ASIDE && inquiry->policy->secure != TEEQ_SECURE_STATIC)
		return error_set(inquiry->error, TEEQ_EINPUT, "secure.static-system",
				 "policy %s sets no threads aside at build time, v1 does",
				 inquiry->policy->name);
	if (inquiry->of != TEEQ_MINIMUM_SESSIONS && scenario->thread_count == 0)
		return error_set(inquiry->error, TEEQ_EINPUT, "secure.threads",
				 "there are none: each guest has its own");
	return TEEQ_OK;
}

static enum teeq_status minimum_conclude(struct inquiry *inquiry, enum teeq_status status)
{
	struct teeq_minimum *minimum = inquiry->minimum;

	minimum->stopped = inquiry->searches.stopped;
	if (status != TEEQ_OK && status != TEEQ_ELIMIT) {
		if (status == TEEQ_ENOMEM)
			error_nomem(inquiry->error);
		teeq_minimum_free(minimum);
		return status;
	}
	if (minimum->stopped)
		return error_set(inquiry->error, TEEQ_ELIMIT, "", "it was ended before the end");
	if (minimum->undecided)
		return error_set(inquiry->error, TEEQ_ELIMIT, "",
				 "a search was too large for its budget");
	return TEEQ_OK;
}

enum teeq_status teeq_find_minimum(const struct teeq_scenario *scenario,
				   const struct teeq_policy *policy, enum teeq_minimum_of of,
				   const struct teeq_minimum_options *options,
				   struct teeq_minimum *minimum, struct teeq_error *error)
{
	if (!scenario || !policy || !options || !minimum)
		return error_null(error, "scenario, policy, options, minimum");

	struct inquiry inquiry = { .given = scenario,
				   .policy = policy,
				   .of = of,
				   .options = options,
				   .minimum = minimum,
				   .error = error };
	enum teeq_status status = teeq_scenario_validate(scenario, error);

	memset(minimum, 0, sizeof(*minimum));
	if (status == TEEQ_OK)
		status = asked_check_client(scenario, options->client, error);
	if (status == TEEQ_OK)
		status = check_question(&inquiry);
	if (status != TEEQ_OK)
		return status;
	searches_start(&inquiry.searches, &options->search);
	status = of == TEEQ_MINIMUM_SESSIONS ? try_all_sessions(&inquiry) : try_numbers(&inquiry);
	return minimum_conclude(&inquiry, status);
}

void teeq_minimum_free(struct teeq_minimum *minimum)
{
	if (!minimum)
		return;
	for (size_t i = 0; i < minimum->count; i++)
		free(minimum->tries[i].schedule);
	free(minimum->tries);
	memset(minimum, 0, sizeof(*minimum));
}

const char *teeq_minimum_name(enum teeq_minimum_of of)
{
	static const char *const names[] = {
		[TEEQ_MINIMUM_THREADS] = "threads",
		[TEEQ_MINIMUM_ASIDE] = "threads set aside",
		[TEEQ_MINIMUM_SESSIONS] = "system sessions",
	};

	return (unsigned int)of < sizeof(names) / sizeof(names[0]) ? names[of] : NULL;
}
