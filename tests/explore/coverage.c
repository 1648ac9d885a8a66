/* SPDX-License-Identifier: BSD-2-Clause */
#include "coverage.h"

#include "coverage_counters.h"
#include "story.h"

/* ----------------------------------------- in scripts ----------------------------------------- */

static void count_steps(struct coverage *coverage, const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		coverage->steps[steps[i].kind]++;
		count_steps(coverage, steps[i].steps, steps[i].step_count);
		for (size_t j = 0; j < steps[i].handler_count; j++)
			count_steps(coverage, steps[i].handlers[j].steps,
				    steps[i].handlers[j].step_count);
	}
}

void coverage_scenario(struct coverage *coverage, const struct teeq_scenario *scenario)
{
	for (size_t i = 0; i < scenario->command_count; i++)
		count_steps(coverage, scenario->commands[i].steps,
			    scenario->commands[i].step_count);
	for (size_t i = 0; i < scenario->service_count; i++)
		count_steps(coverage, scenario->services[i].steps,
			    scenario->services[i].step_count);
	for (size_t i = 0; i < scenario->client_count; i++)
		count_steps(coverage, scenario->clients[i].steps, scenario->clients[i].step_count);
}

/* ------------------------------------------ counters ------------------------------------------ */

static const struct coverage_counter *const tables[] = {
	coverage_secure, coverage_driver, coverage_machine,
};

/* The one of that number over all tables; NULL behind the last one. */
static const struct coverage_counter *counter_at(size_t number)
{
	for (size_t i = 0; i < LENGTH(tables); i++)
		for (size_t j = 0; tables[i][j].name; j++)
			if (number-- == 0)
				return &tables[i][j];
	return NULL;
}

/* ------------------------------------- what happened ------------------------------------------ */

void coverage_see(void *argument, const struct teeq_model *m, const struct teeq_world *w,
		  const struct teeq_event *event)
{
	struct coverage *coverage = argument;
	size_t number = 0;

	coverage->outcomes[event->action][event->outcome]++;
	if (event->action == TEEQ_ACTION_FAULT)
		coverage->faults[m->faults[model_fault(m, event->task)].kind]++;
	if (event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	    event->object < m->service_count)
		coverage->services[m->services[event->object].kind]
				  [m->services[event->object].by]++;
	if (event->action == TEEQ_ACTION_REQUEST)
		coverage->services[m->services[event->object].kind][TEEQ_SERVED_BY_SUPPLICANT]++;
	for (size_t i = 0; i < LENGTH(tables); i++)
		for (const struct coverage_counter *at = tables[i]; at->name; at++) {
			if (number == COVERAGE_COUNTER_MAX)
				fail_msg("no room for '%s'", at->name);
			coverage->counters[number++] += at->counts(m, w, event);
		}
}

static const struct {
	enum teeq_action action;
	enum teeq_outcome outcome;
} outcomes[] = {
	{ TEEQ_ACTION_SMC, TEEQ_OUTCOME_BUSY },	       { TEEQ_ACTION_SMC, TEEQ_OUTCOME_AGAIN },
	{ TEEQ_ACTION_SMC, TEEQ_OUTCOME_REFUSED }, /* a resume */
	{ TEEQ_ACTION_SECURE, TEEQ_OUTCOME_WORKING },
	{ TEEQ_ACTION_SECURE, TEEQ_OUTCOME_INTERRUPTED },
	{ TEEQ_ACTION_RPC, TEEQ_OUTCOME_OK },	       { TEEQ_ACTION_RPC, TEEQ_OUTCOME_FAILED },
	{ TEEQ_ACTION_REQUEST, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_REQUEST, TEEQ_OUTCOME_FAILED }, /* nowait */
	{ TEEQ_ACTION_REPLY, TEEQ_OUTCOME_OK },	       { TEEQ_ACTION_RECEIVE, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_ANSWER, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_ANSWER, TEEQ_OUTCOME_FAILED }, /* nobody listens any more */
	{ TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_OK },   /* sent early */
	{ TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_MUST_WAIT },
	{ TEEQ_ACTION_NOTIF_WAIT, TEEQ_OUTCOME_FAILED }, /* a second waiter */
	{ TEEQ_ACTION_NOTIF_WAKE, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_NOTIF_WAKE, TEEQ_OUTCOME_FAILED }, /* timeout */
	{ TEEQ_ACTION_NOTIF_SEND, TEEQ_OUTCOME_OK },   { TEEQ_ACTION_INTERRUPT, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_ASYNC, TEEQ_OUTCOME_OK },	       { TEEQ_ACTION_SLEEP, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_ALLOCATE, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_ALLOCATE, TEEQ_OUTCOME_FAILED }, { TEEQ_ACTION_KILL, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_START_SUPPLICANT, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_FREEZE, TEEQ_OUTCOME_MUST_WAIT }, { TEEQ_ACTION_FREEZE, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_THAW, TEEQ_OUTCOME_OK },	       { TEEQ_ACTION_EXIT, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_RESERVE, TEEQ_OUTCOME_REFUSED },
	{ TEEQ_ACTION_UNRESERVE, TEEQ_OUTCOME_FAILED }, /* the fast call */
	{ TEEQ_ACTION_COUNT_SESSION, TEEQ_OUTCOME_OK },
	{ TEEQ_ACTION_FAIL, TEEQ_OUTCOME_FAILED },     { TEEQ_ACTION_RETRY, TEEQ_OUTCOME_OK },
};

void (coverage_expect)(const struct coverage *coverage)
{
	const struct coverage_counter *at;

	/* Of the driver itself no policy has a model. */
	for (unsigned int i = 0; i < TEEQ_STEP_KIND_COUNT; i++)
		if (i != TEEQ_STEP_DRIVER && !coverage->steps[i])
			fail_msg("no script has a step of kind %u", i);
	for (size_t i = 0; i < LENGTH(outcomes); i++)
		if (!coverage->outcomes[outcomes[i].action][outcomes[i].outcome])
			fail_msg("never seen: %s/%s", teeq_action_name(outcomes[i].action),
				 teeq_outcome_name(outcomes[i].outcome));
	for (unsigned int i = 0; i < TEEQ_FAULT_KIND_COUNT; i++)
		if (!coverage->faults[i])
			fail_msg("a fault of kind %u never strikes", i);
	for (unsigned int i = 0; i < 2 * TEEQ_RPC_KIND_COUNT; i++)
		if (!coverage->services[i / 2][i % 2])
			fail_msg("an RPC of kind %u is never served by %u", i / 2, i % 2);
	for (size_t i = 0; (at = counter_at(i)); i++)
		if (!coverage->counters[i])
			fail_msg("never seen: %s", at->name);
}
