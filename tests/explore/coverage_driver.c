/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is to be seen of the driver and those around it: tasks, tee-supplicant, channels, contexts,
 * message arguments.
 */
#include "coverage_counters.h"

#include "teeq/abi.h"

COUNTER(a_task_is_frozen)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_task(m, w, i)->flags & TASK_FROZEN)
			return true;
	return false;
}

COUNTER(a_killed_task_goes_on)
{
	return event->action != TEEQ_ACTION_EXIT && event->action != TEEQ_ACTION_KILL &&
	       (world_task(m, w, event->task)->flags & TASK_KILLED);
}

COUNTER(a_signal_ends_a_request)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_EINTR;
}

COUNTER(a_request_is_aborted)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_ECOMM;
}

COUNTER(a_dead_supplicant_is_held)
{
	return w->supplicant == SUPPLICANT_DEAD;
}

/* By nothing else: none of its threads is in the kernel any more. */
static bool is_held_by_memory(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int guest)
{
	bool held = false;

	if (!m->keeps_memory || *world_supplicant(m, w, guest) != SUPPLICANT_DEAD)
		return false;
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && m->tasks[i].guest == guest &&
		    (world_task(m, w, i)->flags & TASK_KILLED))
			return false;
	for (unsigned int i = 0; i < m->thread_count; i++)
		held |= world_memory(m, w, guest)[i] > 0;
	return held;
}

COUNTER(memory_holds_the_device_of_a_dead_supplicant)
{
	for (unsigned int i = 0; i < m->guest_count; i++)
		if (is_held_by_memory(m, w, i))
			return true;
	return false;
}

/* Nobody sees it, and nobody fails it. */
COUNTER(a_request_waits_for_a_device_that_memory_holds)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_task(m, w, i)->wait == RPC_REPLY &&
		    !(world_task(m, w, i)->flags & (TASK_ANSWERED | TASK_ABORTED)) &&
		    is_held_by_memory(m, w, m->tasks[i].guest))
			return true;
	return false;
}

COUNTER(two_supplicant_threads_work)
{
	unsigned int working = 0;

	for (unsigned int i = 0; i < m->task_count; i++)
		working += m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
			   world_task(m, w, i)->top > 0;
	return working > 1;
}

COUNTER(a_supplicant_thread_makes_a_call)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       m->tasks[event->task].kind == TEEQ_TASK_SUPPLICANT;
}

COUNTER(a_supplicant_thread_dies_in_user_space)
{
	return event->action == TEEQ_ACTION_EXIT &&
	       m->tasks[event->task].kind == TEEQ_TASK_SUPPLICANT;
}

COUNTER(a_supplicant_thread_is_frozen_at_its_work)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && world_task(m, w, i)->top > 0 &&
		    (world_task(m, w, i)->flags & TASK_FROZEN))
			return true;
	return false;
}

COUNTER(a_killed_task_closes_sessions)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       (world_task(m, w, event->task)->flags & TASK_KILLED) &&
	       instruction_of_event(m, w, event)->op == OP_CLOSE &&
	       world_task(m, w, event->task)->levels[0].pc >= m->tasks[event->task].exit;
}

COUNTER(a_channel_is_ready)
{
	return m->channel_count > 0 && (world_channels(m, w)[0] & CHANNEL_READY);
}

COUNTER(a_channel_is_a_system_session)
{
	return m->channel_count > 0 && (world_channels(m, w)[0] & CHANNEL_SYSTEM);
}

COUNTER(a_device_has_two_users)
{
	return m->device_count > 0 && world_devices(m, w)[0] > 1;
}

COUNTER(a_session_is_of_another_context)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome == TEEQ_OUTCOME_REFUSED &&
	       event->level == 0 && m->tasks[event->task].context != MODEL_OWN &&
	       m->session_context[event->object] != MODEL_OWN &&
	       m->session_context[event->object] != m->tasks[event->task].context;
}

/* What a driver does to its own session, in whatever context the task works that came there. */
COUNTER(a_driver_keeps_its_own_context)
{
	const struct instruction *at = instruction_of_event(m, w, event);

	return event->action == TEEQ_ACTION_ENTER && event->outcome != TEEQ_OUTCOME_REFUSED &&
	       event->level == 0 && at->flags == FLAG_KERNEL && at->object != TEEQ_NO_OBJECT &&
	       m->tasks[event->task].context != MODEL_OWN &&
	       m->session_context[at->object] != MODEL_OWN &&
	       m->session_context[at->object] != m->tasks[event->task].context;
}

COUNTER(a_page_of_arguments_is_registered)
{
	return event->memory == TEEQ_MEMORY_PAGE && event->action == TEEQ_ACTION_SECURE;
}

COUNTER(a_page_of_arguments_is_registered_by_a_system_call)
{
	return event->memory == TEEQ_MEMORY_PAGE && event->action == TEEQ_ACTION_ENTER &&
	       event->system;
}

/* Of two who wait for the mutex, one wants a slot, the other gives one back. */
static bool waits_for_slots(const struct teeq_model *m, const struct teeq_world *w,
			    enum call_state state)
{
	for (unsigned int i = 0; i < m->task_count; i++) {
		const struct task *task = world_task(m, w, i);

		if (m->argument_slots > 0 && world_arguments(m, w, m->tasks[i].guest)->owner &&
		    task->levels[task->top].call.state == state)
			return true;
	}
	return false;
}

COUNTER(a_slot_is_wanted_while_the_mutex_is_held)
{
	return waits_for_slots(m, w, CALL_GET_ARG);
}

COUNTER(a_slot_is_given_back_while_the_mutex_is_held)
{
	return waits_for_slots(m, w, CALL_FREE_ARG);
}

COUNTER(an_argument_lies_in_private_memory)
{
	return event->has_call && event->call.a[0] == TEEQ_SMC_CALL_WITH_RPC_ARG &&
	       event->memory == TEEQ_MEMORY_NONE;
}

COUNTER(an_argument_cannot_be_had)
{
	return event->action == TEEQ_ACTION_GET_ARG && event->outcome == TEEQ_OUTCOME_FAILED;
}

COUNTER(a_close_never_counts_its_session_out)
{
	return m->argument_slots > 0 && world_arguments(m, w, 0)->leaked > 0;
}

COUNTER(memory_waits_to_be_registered)
{
	return call_sleeps(&world_task(m, w, event->task)->levels[event->level].call) &&
	       instruction_of_event(m, w, event)->op == OP_REGISTER;
}

COUNTER(an_argument_lies_in_memory_that_is_not_registered)
{
	return event->has_call && event->call.a[0] == TEEQ_SMC_CALL_WITH_ARG;
}

COUNTER(a_system_session_cannot_say_what_it_is)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome != TEEQ_OUTCOME_REFUSED &&
	       !event->system && m->lacks_rpc_arg && event->object != TEEQ_NO_OBJECT &&
	       instruction_of_event(m, w, event)->op == OP_CALL &&
	       world_sessions(m, w)[model_keeper_of(m, event->object)].reservations > 0;
}

COUNTER(a_message_goes_over_ffa)
{
	return event->has_call && event->call.a[0] == TEEQ_FFA_MSG_SEND_DIRECT_REQ;
}

COUNTER(a_reservation_could_not_be_returned)
{
	return w->warned;
}

COUNTER(a_call_fails_with_an_error_by_name)
{
	return m->has_results && event->action == TEEQ_ACTION_LEAVE && event->result != 0;
}

COUNTER(tee_supplicant_answers_with_an_error)
{
	return event->action == TEEQ_ACTION_REPLY && event->result > 0;
}

COUNTER(two_releases_let_a_count_wrap)
{
	for (unsigned int i = 0; i < m->session_count; i++)
		if ((m->late_counts >> i & 1) &&
		    world_sessions(m, w)[i].reservations == SESSION_RESERVATIONS_WRAPPED)
			return true;
	return false;
}

COUNTER(a_signal_ends_a_sleep)
{
	return event->action == TEEQ_ACTION_SLEEP && event->outcome == TEEQ_OUTCOME_INTERRUPTED;
}

COUNTER(the_freezer_ends_a_request)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_EINTR &&
	       !(world_task(m, w, event->task)->flags & TASK_KILLED);
}

const struct coverage_counter coverage_driver[] = {
	COUNTED(a_task_is_frozen),
	COUNTED(a_killed_task_goes_on),
	COUNTED(a_signal_ends_a_request),
	COUNTED(a_request_is_aborted),
	COUNTED(a_dead_supplicant_is_held),
	COUNTED(memory_holds_the_device_of_a_dead_supplicant),
	COUNTED(a_request_waits_for_a_device_that_memory_holds),
	COUNTED(two_supplicant_threads_work),
	COUNTED(a_supplicant_thread_makes_a_call),
	COUNTED(a_supplicant_thread_dies_in_user_space),
	COUNTED(a_supplicant_thread_is_frozen_at_its_work),
	COUNTED(a_killed_task_closes_sessions),
	COUNTED(a_channel_is_ready),
	COUNTED(a_channel_is_a_system_session),
	COUNTED(a_device_has_two_users),
	COUNTED(a_session_is_of_another_context),
	COUNTED(a_driver_keeps_its_own_context),
	COUNTED(a_page_of_arguments_is_registered),
	COUNTED(a_page_of_arguments_is_registered_by_a_system_call),
	COUNTED(a_slot_is_wanted_while_the_mutex_is_held),
	COUNTED(a_slot_is_given_back_while_the_mutex_is_held),
	COUNTED(an_argument_lies_in_private_memory),
	COUNTED(an_argument_cannot_be_had),
	COUNTED(a_close_never_counts_its_session_out),
	COUNTED(memory_waits_to_be_registered),
	COUNTED(an_argument_lies_in_memory_that_is_not_registered),
	COUNTED(a_system_session_cannot_say_what_it_is),
	COUNTED(a_message_goes_over_ffa),
	COUNTED(a_reservation_could_not_be_returned),
	COUNTED(a_call_fails_with_an_error_by_name),
	COUNTED(tee_supplicant_answers_with_an_error),
	COUNTED(two_releases_let_a_count_wrap),
	COUNTED(a_signal_ends_a_sleep),
	COUNTED(the_freezer_ends_a_request),
	{ NULL, NULL },
};
