/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario may ask for that the thread runtime has no notion of. docs/rt.md lists it. */
#include "cli/stress.h"

/* What no table declares, so that only the steps tell. */
static const char *missing_step(const struct teeq_step *step)
{
	switch (step->kind) {
	case TEEQ_STEP_KILL:
		return "kill";
	case TEEQ_STEP_START:
		return "start";
	case TEEQ_STEP_FREEZE:
		return "freeze";
	case TEEQ_STEP_THAW:
		return "thaw";
	case TEEQ_STEP_CANCEL:
		return "cancel";
	case TEEQ_STEP_SHM_CACHE:
		return "shm-cache";
	case TEEQ_STEP_ASYNC:
		return step->name ? "async" : "bottom-half";
	default:
		return NULL;
	}
}

static const char *missing_in(const struct teeq_step *steps, size_t count)
{
	const char *missing = NULL;

	for (size_t i = 0; !missing && i < count; i++)
		missing = steps[i].kind == TEEQ_STEP_REPEAT ?
				  missing_in(steps[i].steps, steps[i].step_count) :
				  missing_step(&steps[i]);
	return missing;
}

static const char *missing_table(const struct teeq_scenario *scenario)
{
	const struct {
		const char *key;
		bool used;
	} tables[] = {
		{ "cpus", scenario->cpu_count > 0 },
		{ "secure.bottom-half", scenario->bottom_half != NULL },
		{ "faults", scenario->fault_count > 0 },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (tables[i].used)
			return tables[i].key;
	return NULL;
}

const char *stress_missing(const struct teeq_scenario *scenario)
{
	const char *missing = missing_table(scenario);

	for (size_t i = 0; !missing && i < scenario->command_count; i++)
		missing = missing_in(scenario->commands[i].steps, scenario->commands[i].step_count);
	for (size_t i = 0; !missing && i < scenario->service_count; i++)
		missing = missing_in(scenario->services[i].steps, scenario->services[i].step_count);
	for (size_t i = 0; !missing && i < scenario->client_count; i++)
		missing = scenario->clients[i].supplicant_nowait ?
				  "supplicant-nowait" :
				  missing_in(scenario->clients[i].steps,
					     scenario->clients[i].step_count);
	return missing;
}
