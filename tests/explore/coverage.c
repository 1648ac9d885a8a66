/* SPDX-License-Identifier: BSD-2-Clause */
#include "coverage.h"

#include "story.h"

#include <errno.h>

#include "model/world.h"

/* ----------------------------------------- in scripts ----------------------------------------- */

static void count_steps(struct coverage *coverage, const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		coverage->steps[steps[i].kind]++;
		count_steps(coverage, steps[i].steps, steps[i].step_count);
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

/* ---------------------------------------- sights ---------------------------------------------- */

/* What is not the outcome of one action. Each looks at a world, and at the action that led there. */
typedef bool (*sight)(const struct teeq_model *m, const struct teeq_world *w,
		      const struct teeq_event *event);

#define SIGHT(name_)                                                                        \
	static bool name_(const struct teeq_model *m, const struct teeq_world *w,            \
			  const struct teeq_event *event)

static const struct secure_lock *any_lock(const struct teeq_model *m, const struct teeq_world *w,
					  bool (*is)(const struct secure_lock *lock,
						     const struct teeq_model *m))
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		if (is(world_secure_lock(m, w, i), m))
			return world_secure_lock(m, w, i);
	return NULL;
}

static bool has_readers(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->holders > 1 && lock->holders != SECURE_WRITER;
}

SIGHT(two_readers)
{
	return any_lock(m, w, has_readers);
}

static bool waits_for_condition(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->waits[0].condition;
}

SIGHT(a_condition_is_waited_for)
{
	return any_lock(m, w, waits_for_condition);
}

static bool reader_waits(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->holders == SECURE_WRITER && (lock->waits[0].flags & WAIT_READ);
}

SIGHT(a_reader_waits)
{
	return any_lock(m, w, reader_waits);
}

/* Of a context key: a secure lock or a TA makes a thread wait in the normal world. */
SIGHT(a_secure_thread_waits)
{
	return event->action == TEEQ_ACTION_NOTIF_WAIT &&
	       event->outcome == TEEQ_OUTCOME_MUST_WAIT && event->object >= m->notification_count;
}

SIGHT(a_ta_is_waited_for)
{
	for (unsigned int i = 0; i < m->ta_count; i++)
		if (world_secure_lock(m, w, m->named_lock_count + i)->waits[0].context)
			return true;
	return false;
}

SIGHT(a_single_instance_ta_is_busy)
{
	/* Nothing else in these models makes a command fail. */
	return event->action == TEEQ_ACTION_SECURE && m->ta_count > 0 && m->fault_count == 0 &&
	       m->notification_count == 0 && !(m->uses & USES_SUPPLICANT) &&
	       (world_task(m, w, event->task)->levels[event->level].call.flags & CALL_FAILED);
}

SIGHT(the_single_instance_lock_is_taken_twice)
{
	return m->ta_count > 0 &&
	       world_secure_lock(m, w, m->secure_lock_count - 1u)->depth > 1;
}

SIGHT(a_secure_lock_outlives_its_call)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++) {
		unsigned int owner = world_secure_lock(m, w, i)->owner;

		if (owner && world_task(m, w, owner - 1)->levels[0].call.state == CALL_IDLE)
			return true;
	}
	return false;
}

SIGHT(every_cpu_is_in_the_secure_world)
{
	return m->cpu_count > 0 && world_active_count(m, w) == m->cpu_count;
}

SIGHT(a_bottom_half_makes_a_call)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       m->tasks[event->task].kind == TEEQ_TASK_NOTIFICATION;
}

SIGHT(a_bottom_half_runs_a_command)
{
	return event->action == TEEQ_ACTION_SMC && event->outcome == TEEQ_OUTCOME_TAKEN &&
	       m->tasks[event->task].kind == TEEQ_TASK_NOTIFICATION &&
	       event->command != MODEL_NONE;
}

SIGHT(a_notification_comes_by_interrupt)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object != TEEQ_NO_OBJECT;
}

SIGHT(a_task_is_frozen)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_task(m, w, i)->flags & TASK_FROZEN)
			return true;
	return false;
}

SIGHT(a_killed_task_goes_on)
{
	return event->action != TEEQ_ACTION_EXIT && event->action != TEEQ_ACTION_KILL &&
	       (world_task(m, w, event->task)->flags & TASK_KILLED);
}

SIGHT(a_signal_ends_a_request)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -EINTR;
}

SIGHT(a_request_is_aborted)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -ECOMM;
}

SIGHT(a_dead_supplicant_is_held)
{
	return w->supplicant == SUPPLICANT_DEAD;
}

SIGHT(two_supplicant_threads_work)
{
	unsigned int working = 0;

	for (unsigned int i = 0; i < m->task_count; i++)
		working += m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
			   world_task(m, w, i)->top > 0;
	return working > 1;
}

SIGHT(a_supplicant_thread_makes_a_call)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       m->tasks[event->task].kind == TEEQ_TASK_SUPPLICANT;
}

SIGHT(a_channel_is_ready)
{
	return m->channel_count > 0 && (world_channels(m, w)[0] & CHANNEL_READY);
}

SIGHT(a_channel_is_a_system_session)
{
	return m->channel_count > 0 && (world_channels(m, w)[0] & CHANNEL_SYSTEM);
}

SIGHT(a_device_has_two_users)
{
	return m->device_count > 0 && world_devices(m, w)[0] > 1;
}

SIGHT(a_session_is_of_another_context)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome == TEEQ_OUTCOME_REFUSED &&
	       event->level == 0 && m->tasks[event->task].context != MODEL_OWN &&
	       m->session_context[event->object] != MODEL_OWN &&
	       m->session_context[event->object] != m->tasks[event->task].context;
}

SIGHT(a_message_goes_over_ffa)
{
	return event->has_call && event->call.a[0] == TEEQ_FFA_MSG_SEND_DIRECT_REQ;
}

SIGHT(a_thread_was_lost)
{
	return w->lost_count > m->lost_count;
}

SIGHT(a_reservation_could_not_be_returned)
{
	return w->warned;
}

static const struct {
	const char *name;
	sight sees;
} sights[] = {
#define NAMED(name_) { #name_, name_ }
	NAMED(two_readers),
	NAMED(a_condition_is_waited_for),
	NAMED(a_reader_waits),
	NAMED(a_secure_thread_waits),
	NAMED(a_ta_is_waited_for),
	NAMED(a_single_instance_ta_is_busy),
	NAMED(the_single_instance_lock_is_taken_twice),
	NAMED(a_secure_lock_outlives_its_call),
	NAMED(every_cpu_is_in_the_secure_world),
	NAMED(a_bottom_half_makes_a_call),
	NAMED(a_bottom_half_runs_a_command),
	NAMED(a_notification_comes_by_interrupt),
	NAMED(a_task_is_frozen),
	NAMED(a_killed_task_goes_on),
	NAMED(a_signal_ends_a_request),
	NAMED(a_request_is_aborted),
	NAMED(a_dead_supplicant_is_held),
	NAMED(two_supplicant_threads_work),
	NAMED(a_supplicant_thread_makes_a_call),
	NAMED(a_channel_is_ready),
	NAMED(a_channel_is_a_system_session),
	NAMED(a_device_has_two_users),
	NAMED(a_session_is_of_another_context),
	NAMED(a_message_goes_over_ffa),
	NAMED(a_thread_was_lost),
	NAMED(a_reservation_could_not_be_returned),
};

_Static_assert(LENGTH(sights) <= LENGTH(((struct coverage *)0)->sights), "one count for each");

/* ------------------------------------- what happened ------------------------------------------ */

void coverage_see(void *argument, const struct teeq_model *m, const struct teeq_world *w,
		  const struct teeq_event *event)
{
	struct coverage *coverage = argument;

	coverage->outcomes[event->action][event->outcome]++;
	if (event->action == TEEQ_ACTION_FAULT)
		coverage->faults[m->faults[model_fault(m, event->task)].kind]++;
	if (event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	    event->object < m->service_count)
		coverage->services[m->services[event->object].kind]
				  [m->services[event->object].by]++;
	if (event->action == TEEQ_ACTION_REQUEST)
		coverage->services[m->services[event->object].kind][TEEQ_SERVED_BY_SUPPLICANT]++;
	for (size_t i = 0; i < LENGTH(sights); i++)
		coverage->sights[i] += sights[i].sees(m, w, event);
}

static const struct {
	enum teeq_action action;
	enum teeq_outcome outcome;
} outcomes[] = {
	{ TEEQ_ACTION_SMC, TEEQ_OUTCOME_BUSY },	       { TEEQ_ACTION_SMC, TEEQ_OUTCOME_AGAIN },
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
};

void coverage_expect(const struct coverage *coverage)
{
	for (unsigned int i = 0; i < TEEQ_STEP_KIND_COUNT; i++)
		if (!coverage->steps[i])
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
	for (size_t i = 0; i < LENGTH(sights); i++)
		if (!coverage->sights[i])
			fail_msg("never seen: %s", sights[i].name);
}
