/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be seen of the machine: processors, interrupts, bottom halves, polls; and guests. */
#include "coverage_counters.h"

COUNTER(every_cpu_is_in_the_secure_world)
{
	return m->cpu_count > 0 && world_active_count(m, w) == m->cpu_count;
}

static bool strikes(const struct teeq_model *m, const struct teeq_event *event,
		    enum teeq_fault_kind kind)
{
	return event->action == TEEQ_ACTION_FAULT &&
	       m->faults[model_fault(m, event->task)].kind == kind;
}

COUNTER(an_interrupt_strikes_where_every_cpu_is_busy)
{
	return every_cpu_is_in_the_secure_world(m, w, event) &&
	       strikes(m, event, TEEQ_FAULT_INTERRUPT);
}

/* What is left of its work is still to be done. */
COUNTER(a_thread_is_interrupted_at_its_work)
{
	return event->action == TEEQ_ACTION_SECURE &&
	       event->outcome == TEEQ_OUTCOME_INTERRUPTED && (m->uses & USES_TIME) &&
	       world_timers(m, w)[event->task] > 0;
}

/* The thread of the bottom half, while it makes its call. */
static bool a_bottom_half_runs(const struct teeq_model *m, const struct teeq_world *w)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->code[m->tasks[i].start].op == OP_BOTTOM_HALF &&
		    world_task(m, w, i)->levels[0].call.state > CALL_ENTER)
			return true;
	return false;
}

COUNTER(a_value_is_fetched_while_a_bottom_half_runs)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object != TEEQ_NO_OBJECT &&
	       a_bottom_half_runs(m, w);
}

COUNTER(a_bottom_half_is_asked_for_while_one_runs)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object == TEEQ_NO_OBJECT &&
	       a_bottom_half_runs(m, w);
}

/* Asked for again before its thread has begun: one call is all that comes of it. */
COUNTER(two_bottom_halves_are_one)
{
	uint64_t both = UINT64_C(3) << m->notification_count;

	return (m->uses & USES_ASYNC) &&
	       (*world_async(m, w, m->tasks[event->task].guest) & both) == both;
}

COUNTER(a_bottom_half_makes_a_call)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       m->tasks[event->task].kind == TEEQ_TASK_NOTIFICATION;
}

COUNTER(a_bottom_half_runs_a_command)
{
	return event->action == TEEQ_ACTION_SMC && event->outcome == TEEQ_OUTCOME_TAKEN &&
	       m->tasks[event->task].kind == TEEQ_TASK_NOTIFICATION &&
	       event->command != TEEQ_NO_OBJECT;
}

COUNTER(a_notification_comes_by_interrupt)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object != TEEQ_NO_OBJECT;
}

/* Refused although what there is would do, or what another one has would not be needed. */
COUNTER(a_guest_is_refused_by_its_limit)
{
	return event->outcome == TEEQ_OUTCOME_THREAD_LIMIT &&
	       guest_is_full(m, w, m->tasks[event->task].guest);
}

COUNTER(a_guest_is_refused_for_what_others_have)
{
	return m->guest_count > 1 && event->outcome == TEEQ_OUTCOME_THREAD_LIMIT &&
	       guest_calls(m, w, m->tasks[event->task].guest) == 0;
}

COUNTER(a_guest_is_refused_while_another_one_has_threads_free)
{
	unsigned int pool = m->guest_pool[m->tasks[event->task].guest];

	if (event->outcome != TEEQ_OUTCOME_THREAD_LIMIT ||
	    guest_is_full(m, w, m->tasks[event->task].guest))
		return false;
	for (unsigned int i = 0; i < m->thread_count; i++)
		if (model_pool_of(m, i) != pool && *world_context(m, w, i) == CONTEXT_FREE)
			return true;
	return false;
}

COUNTER(a_thread_of_a_second_pool_asks_for_an_rpc)
{
	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	       model_pool_of(m, event->context) > 0;
}

COUNTER(a_thread_of_a_second_pool_is_lost)
{
	return event->action == TEEQ_ACTION_FAULT && event->context != TEEQ_NO_CONTEXT &&
	       model_pool_of(m, event->context) > 0;
}

COUNTER(guests_have_more_credits_than_there_are_threads)
{
	int32_t taken = 0;

	for (unsigned int i = 0; i < m->guest_count; i++)
		taken += world_callq(m, w, i)->total_count - world_callq(m, w, i)->free_count;
	return m->guest_count > 1 && m->policy->counts_every_call && taken > m->thread_count;
}

COUNTER(a_session_is_of_another_guest)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome == TEEQ_OUTCOME_REFUSED &&
	       event->object != TEEQ_NO_OBJECT &&
	       m->session_guest[event->object] != m->tasks[event->task].guest;
}

/* A wake of the secure world that the driver of another guest gets, and remembers. */
COUNTER(a_wake_goes_to_another_guest)
{
	for (unsigned int i = 0; m->guest_count > 1 && i < m->thread_count; i++) {
		struct teeq_secure_wait_view wait;

		if (teeq_world_secure_wait(m, w, i, &wait) && wait.strayed >= 0)
			return true;
	}
	return false;
}

COUNTER(a_second_supplicant_answers)
{
	return event->action == TEEQ_ACTION_ANSWER && event->outcome == TEEQ_OUTCOME_OK &&
	       m->tasks[event->task].guest == 1;
}

COUNTER(one_of_two_supplicants_is_dead)
{
	return m->guest_count > 1 &&
	       (*world_supplicant(m, w, 0) == SUPPLICANT_DEAD) !=
		       (*world_supplicant(m, w, 1) == SUPPLICANT_DEAD);
}

COUNTER(a_task_polls_in_vain)
{
	uint64_t spinning = world_spinning(m, w);

	for (unsigned int i = 0; i < m->task_count; i++)
		if ((spinning >> i & 1) &&
		    task_top(world_task(m, w, i))->call.state == CALL_IDLE)
			return true;
	return false;
}

COUNTER(a_secure_thread_polls_in_vain)
{
	return event->touch == TEEQ_EVENT_TOUCH_POLL;
}

COUNTER(a_secure_thread_sees_what_it_polled)
{
	return event->touch == TEEQ_EVENT_TOUCH_POLLED;
}

COUNTER(an_interrupted_call_keeps_its_cpu)
{
	return event->outcome == TEEQ_OUTCOME_INTERRUPTED && cpu_is_kept(m, w, event->task) &&
	       (world_can_move(m, w) & ~teeq_world_enabled(m, w));
}

/* While it could run, and there is a CPU on which nobody is in the secure world. */
static bool is_kept_off(const struct teeq_model *m, const struct teeq_world *w, bool by_poll)
{
	uint64_t off = world_can_move(m, w) & ~teeq_world_enabled(m, w);

	for (unsigned int i = 0; m->pins && i < m->task_count; i++)
		for (unsigned int j = 0; (off >> i & 1) && j < m->task_count; j++)
			if (m->tasks[j].cpu == m->tasks[i].cpu &&
			    m->tasks[j].priority > m->tasks[i].priority &&
			    ((by_poll ? world_spinning(m, w) : teeq_world_enabled(m, w)) >> j & 1))
				return !cpus_are_busy(m, w);
	return false;
}

COUNTER(a_higher_priority_comes_first)
{
	return is_kept_off(m, w, false);
}

COUNTER(who_polls_keeps_others_off)
{
	return is_kept_off(m, w, true);
}

/* The other CPU's go on. */
COUNTER(one_cpu_of_two_is_in_the_secure_world)
{
	uint64_t enabled = teeq_world_enabled(m, w);

	return m->pins && m->cpu_count == 2 && world_active_count(m, w) == 1 &&
	       (world_can_move(m, w) & ~enabled) && (enabled & (enabled - 1));
}

const struct coverage_counter coverage_machine[] = {
	COUNTED(every_cpu_is_in_the_secure_world),
	COUNTED(an_interrupt_strikes_where_every_cpu_is_busy),
	COUNTED(a_thread_is_interrupted_at_its_work),
	COUNTED(a_value_is_fetched_while_a_bottom_half_runs),
	COUNTED(a_bottom_half_is_asked_for_while_one_runs),
	COUNTED(two_bottom_halves_are_one),
	COUNTED(a_bottom_half_makes_a_call),
	COUNTED(a_bottom_half_runs_a_command),
	COUNTED(a_notification_comes_by_interrupt),
	COUNTED(a_guest_is_refused_by_its_limit),
	COUNTED(a_guest_is_refused_for_what_others_have),
	COUNTED(guests_have_more_credits_than_there_are_threads),
	COUNTED(a_guest_is_refused_while_another_one_has_threads_free),
	COUNTED(a_thread_of_a_second_pool_asks_for_an_rpc),
	COUNTED(a_thread_of_a_second_pool_is_lost),
	COUNTED(a_session_is_of_another_guest),
	COUNTED(a_wake_goes_to_another_guest),
	COUNTED(a_second_supplicant_answers),
	COUNTED(one_of_two_supplicants_is_dead),
	COUNTED(a_task_polls_in_vain),
	COUNTED(a_secure_thread_polls_in_vain),
	COUNTED(a_secure_thread_sees_what_it_polled),
	COUNTED(an_interrupted_call_keeps_its_cpu),
	COUNTED(a_higher_priority_comes_first),
	COUNTED(who_polls_keeps_others_off),
	COUNTED(one_cpu_of_two_is_in_the_secure_world),
	{ NULL, NULL },
};
