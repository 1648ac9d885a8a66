/* SPDX-License-Identifier: BSD-2-Clause */
#include "models.h"

#include "story.h"

#include "generate.h"

struct teeq_model *(model_flagship)(unsigned int threads, unsigned int clients, const char *policy)
{
	static const char *const locks[] = { "emmc" };
	static const struct teeq_session_spec sessions[] = { { .name = "scmi", .system = true } };
	static const struct teeq_step write_steps[] = { TEEQ_RPC("rpmb") };
	static const struct teeq_script_spec commands[] = {
		{ .name = "storage-write",
		  .steps = write_steps,
		  .step_count = LENGTH(write_steps) },
		{ .name = "regulator-on" },
	};
	static const struct teeq_step rpmb_steps[] = {
		TEEQ_LOCK("emmc"),
		TEEQ_CALL("regulator-on", "scmi"),
		TEEQ_UNLOCK("emmc"),
	};
	static const struct teeq_service_spec services[] = {
		{ .name = "rpmb",
		  .by = TEEQ_SERVED_BY_CALLER,
		  .steps = rpmb_steps,
		  .step_count = LENGTH(rpmb_steps) },
	};
	static const struct teeq_step app_steps[] = { TEEQ_CALL("storage-write", NULL) };
	const struct teeq_client_spec app = { .name = "app",
					      .count = clients,
					      .stage = 1,
					      .steps = app_steps,
					      .step_count = LENGTH(app_steps) };
	const struct teeq_scenario scenario = {
		.name = "flagship", .thread_count = threads, .static_system_count = 1,
		.locks = locks, .lock_count = LENGTH(locks),
		.sessions = sessions, .session_count = LENGTH(sessions),
		.commands = commands, .command_count = LENGTH(commands),
		.services = services, .service_count = LENGTH(services),
		.clients = &app, .client_count = 1,
	};

	return story_model(&scenario, policy);
}

struct teeq_model *(model_generated)(uint64_t seed, const char *policy)
{
	static const struct generator large = { .states = 20000, .no_mistakes = true };
	static struct generated generated;

	generate(&generated, &large, seed);
	return story_model(&generated.scenario, policy);
}

struct teeq_model *(model_sample)(unsigned int index)
{
	static const struct {
		unsigned int threads; /* of a flagship; 0: generated */
		unsigned int clients;
		uint64_t seed;
		const char *policy;
	} samples[] = {
		{ 3, 4, 0, "untracked" }, { 3, 4, 0, "mainline" }, { 2, 3, 0, "v1" },
		{ 2, 3, 0, "v8" },	  { 2, 3, 0, "v9" },	   { 2, 3, 0, "v10" },
		{ 0, 0, 9, "v4" },	  { 0, 0, 13, "v7" },	   { 0, 0, 9, "mainline" },
		{ 0, 0, 29, "repaired" }, { 0, 0, 57, "v1" },	   { 0, 0, 53, "v8" },
	};

	if (index >= LENGTH(samples))
		return NULL;
	if (samples[index].threads == 0)
		return model_generated(samples[index].seed, samples[index].policy);
	return model_flagship(samples[index].threads, samples[index].clients,
			      samples[index].policy);
}
