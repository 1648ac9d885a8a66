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
	case TEEQ_STEP_FAIL:
		return "fail";
	case TEEQ_STEP_TRY:
		return "try";
	case TEEQ_STEP_RETRY:
		return "retry";
	case TEEQ_STEP_CLOSE:
		return step->name ? "close with a command" : NULL;
	case TEEQ_STEP_SUSPEND:
		return step->unmasked ? "suspend with unmasked" : NULL;
	case TEEQ_STEP_COND_WAIT:
		return step->times > 0 ? "cond-wait with a timeout" : NULL;
	case TEEQ_STEP_POLL:
		return "poll";
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

const char *stress_missing(const struct teeq_scenario *scenario)
{
	const char *missing = NULL;

	if (scenario->guest_count > 0)
		return "guests";
	if (scenario->cpu_count > 0)
		return "cpus";
	if (scenario->fault_count > 0)
		return "faults";
	for (size_t i = 0; i < scenario->ta_count; i++)
		if (scenario->tas[i].load_count > 0)
			return "secure.tas.T.load";
	for (size_t i = 0; !missing && i < scenario->command_count; i++)
		missing = missing_in(scenario->commands[i].steps, scenario->commands[i].step_count);
	for (size_t i = 0; !missing && i < scenario->service_count; i++)
		missing = missing_in(scenario->services[i].steps, scenario->services[i].step_count);
	for (size_t i = 0; !missing && i < scenario->client_count; i++)
		missing = missing_in(scenario->clients[i].steps, scenario->clients[i].step_count);
	return missing;
}
