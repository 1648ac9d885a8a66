/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/step.h"

/* ------------------------------------------ tables -------------------------------------------- */

static bool build_barriers(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "barriers");

	if (!build_check_count(build, "barriers", from->barrier_count, TEEQ_BARRIER_MAX))
		return false;
	for (size_t i = 0; i < from->barrier_count; i++) {
		const struct teeq_barrier_spec *barrier = &from->barriers[i];
		size_t inner;

		if (!build_add_name(build, model->barriers, i, barrier->name, -1))
			return false;
		inner = key_push(build, ".");
		if (!build_in_range(build, barrier->name, barrier->count, 1, TEEQ_TASK_MAX))
			return false;
		key_pop(build, inner);
		model->barrier_wants[i] = (uint8_t)barrier->count;
	}
	key_pop(build, length);
	model->barrier_count = (uint8_t)from->barrier_count;
	return true;
}

/* Names of commands or services, which scripts then refer to; their code comes later. */
static bool add_script(struct build *build, struct script *scripts, size_t index, const char *name)
{
	if (!build_check_name(build, name))
		return false;
	for (size_t i = 0; i < index; i++)
		if (strcmp(scripts[i].name, name) == 0)
			return build_fail(build, "'%s' is declared twice", name);
	scripts[index].name = build_keep_name(build, name, -1);
	return true;
}

static bool build_scripts(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "commands");

	if (!build_check_count(build, "commands", from->command_count, TEEQ_COMMAND_MAX))
		return false;
	for (size_t i = 0; i < from->command_count; i++)
		if (!add_script(build, model->commands, i, from->commands[i].name))
			return false;
	key_pop(build, length);
	key_push(build, "services");
	if (!build_check_count(build, "services", from->service_count, TEEQ_SERVICE_MAX))
		return false;
	for (size_t i = 0; i < from->service_count; i++)
		if (!add_script(build, model->services, i, from->services[i].name))
			return false;
	key_pop(build, length);
	model->command_count = (uint16_t)from->command_count;
	model->service_count = (uint16_t)from->service_count;
	return true;
}

static bool is_same_name(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool check_expected_client(struct build *build, const char *client)
{
	const struct teeq_scenario *from = build->scenario;

	key_push(build, ".%s", client);
	for (size_t i = 0; i < from->client_count; i++)
		if (strcmp(from->clients[i].name, client) == 0)
			return true;
	return build_fail(build, "'%.80s' is not declared among the clients", client);
}

static bool check_expects(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;

	for (size_t i = 0; i < from->expect_count; i++) {
		size_t length = key_push(build, "expect");
		const struct teeq_expect_spec *expect = &from->expects[i];

		if (!build_check_name(build, expect->policy))
			return false;
		key_push(build, ".%s", expect->policy);
		if (!teeq_verdict_name(expect->verdict))
			return build_fail(build, "%d is not a verdict", (int)expect->verdict);
		for (size_t j = 0; j < i; j++)
			if (strcmp(from->expects[j].policy, expect->policy) == 0 &&
			    is_same_name(from->expects[j].client, expect->client))
				return build_fail(build, expect->client ? "the client is named twice" :
									  "the policy is named twice");
		if (expect->client && !check_expected_client(build, expect->client))
			return false;
		key_pop(build, length);
	}
	return true;
}

/* ------------------------------------------- all ---------------------------------------------- */

/*
 * Room for a copy of every name, and of every task's: an upper bound, before anything is checked.
 */
static size_t names_size(const struct teeq_scenario *from)
{
	size_t count = 1 + 2 * TEEQ_TASK_MAX + TEEQ_GUEST_MAX + TEEQ_LOCK_MAX + TEEQ_EVENT_MAX +
		       TEEQ_BARRIER_MAX + TEEQ_SESSION_MAX + TEEQ_CLIENT_MAX +
		       TEEQ_NOTIFICATION_MAX + TEEQ_SECURE_LOCK_MAX + TEEQ_CONDITION_MAX +
		       TEEQ_TA_MAX + TEEQ_TEE_CONTEXT_MAX + TEEQ_CHANNEL_MAX + TEEQ_DEVICE_MAX +
		       TEEQ_FAULT_MAX;

	if (from->command_count <= TEEQ_COMMAND_MAX)
		count += from->command_count;
	if (from->service_count <= TEEQ_SERVICE_MAX)
		count += from->service_count;
	return count * (TEEQ_NAME_MAX + sizeof(".63"));
}

static bool build_all(struct build *build)
{
	const struct teeq_scenario *from = build->scenario;
	struct teeq_model *model = build->model;
	size_t length = key_push(build, "name");

	model->names = malloc(names_size(from));
	if (!model->names)
		return build_fail_nomem(build);
	if (!build_check_name(build, from->name))
		return false;
	key_pop(build, length);
	model->name = build_keep_name(build, from->name, -1);
	if (from->summary && strlen(from->summary) > TEEQ_SUMMARY_MAX) {
		key_push(build, "summary");
		return build_fail(build, "%zu bytes, at most %d are possible",
				  strlen(from->summary), TEEQ_SUMMARY_MAX);
	}
	return build_threads(build) &&
	       build_names(build, "locks", from->locks, from->lock_count, TEEQ_LOCK_MAX,
			   model->locks, &model->lock_count) &&
	       build_names(build, "events", from->events, from->event_count, TEEQ_EVENT_MAX,
			   model->events, &model->event_count) &&
	       build_barriers(build) && build_guests(build) && build_secure(build) &&
	       build_normal(build) && build_faults(build) && build_sessions(build) &&
	       build_scripts(build) && build_clients(build) && build_code(build) &&
	       build_depths(build) && build_sharing(build) &&
	       build_late_counts(build) && check_expects(build) && build_layout(build);
}

static enum teeq_status build_model(const struct teeq_scenario *scenario,
				    const struct teeq_policy *policy, bool for_driver,
				    struct teeq_model **model, struct teeq_error *error)
{
	if (!scenario || !model)
		return error_null(error, scenario ? "model" : "scenario");
	if (!policy || !policy->name)
		return error_set(error, TEEQ_EINPUT, "policy",
				 "found none (NULL), expected a policy with a name, such as "
				 "teeq_policy_find() gives for one that it knows");

	struct build build = { .scenario = scenario, .error = error, .for_driver = for_driver };
	struct teeq_world *initial;
	bool good;

	build.model = calloc(1, sizeof(*build.model));
	if (!build.model)
		return error_nomem(error);
	build.model->policy = policy;
	good = build_all(&build);
	free(build.holds.nodes);
	free(build.holds.patches);
	if (!good) {
		if (build.status == TEEQ_OK)
			build_fail_nomem(&build);
		teeq_model_free(build.model);
		return build.status;
	}
	build.model->digest = model_compute_digest(build.model);
	initial = calloc(1, build.model->layout.size);
	if (!initial) {
		teeq_model_free(build.model);
		return error_nomem(error);
	}
	world_init(build.model, initial);
	build.model->initial = initial;
	*model = build.model;
	return TEEQ_OK;
}

enum teeq_status teeq_model_new(const struct teeq_scenario *scenario,
				const struct teeq_policy *policy, struct teeq_model **model,
				struct teeq_error *error)
{
	return build_model(scenario, policy, false, model, error);
}

enum teeq_status model_new_for_driver(const struct teeq_scenario *scenario,
				      const struct teeq_policy *policy, struct teeq_model **model,
				      struct teeq_error *error)
{
	return build_model(scenario, policy, true, model, error);
}

enum teeq_status teeq_scenario_validate(const struct teeq_scenario *scenario,
					struct teeq_error *error)
{
	if (!scenario)
		return error_null(error, "scenario");

	struct teeq_model *model = NULL;
	enum teeq_status status;

	/* What only a driver can do is well said, too. */
	status = model_new_for_driver(scenario, teeq_policy_find("untracked"), &model, error);
	if (status == TEEQ_OK)
		teeq_model_free(model);
	return status;
}

void teeq_model_free(struct teeq_model *model)
{
	if (!model)
		return;
	free(model->initial);
	free(model->code);
	free(model->names);
	free(model);
}
