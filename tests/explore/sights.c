/* SPDX-License-Identifier: BSD-2-Clause */
#include "sights.h"

#include "model/world.h"
#include "teeq/abi.h"

#define SIGHT(name_)                                                                        \
	static bool name_(const struct teeq_model *m, const struct teeq_world *w,            \
			  const struct teeq_event *event)

/* The instruction that the event's task stood at, in calls also stands at. */
static const struct instruction *instruction_of(const struct teeq_model *m,
						const struct teeq_world *w,
						const struct teeq_event *event)
{
	return &m->code[world_task(m, w, event->task)->levels[event->level].pc];
}

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
static bool reader_waits_for_condition(const struct secure_lock *lock, const struct teeq_model *m)
{
	return lock->waits[0].condition && (lock->waits[0].flags & WAIT_READ);
}

SIGHT(a_reader_waits_for_a_condition)
{
	return any_lock(m, w, reader_waits_for_condition);
}

static bool two_readers_are_told(const struct secure_lock *lock, const struct teeq_model *m)
{
	unsigned int told = 0;

	for (unsigned int i = 0; i < m->thread_count; i++)
		told += lock->waits[i].flags == (WAIT_READ | WAIT_DONE);
	return told > 1;
}

SIGHT(readers_are_told_one_after_the_other)
{
	return any_lock(m, w, two_readers_are_told);
}

static bool is_refused_resume(const struct teeq_event *event)
{
	return event->action == TEEQ_ACTION_SMC && event->outcome == TEEQ_OUTCOME_REFUSED;
}

SIGHT(a_lost_thread_holds_a_secure_lock)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		if (is_refused_resume(event) && world_holds(m, w, i)[event->context] > 0)
			return true;
	return false;
}

SIGHT(a_lost_thread_stays_among_the_waiters)
{
	for (unsigned int i = 0; i < m->secure_lock_count; i++)
		for (unsigned int j = 0; j < m->thread_count; j++)
			if (is_refused_resume(event) &&
			    world_secure_lock(m, w, i)->waits[j].context == event->context + 1)
				return true;
	return false;
}

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
	return event->touch == TEEQ_EVENT_TOUCH_TAKEN && !w->violation &&
	       teeq_model_secure_lock_kind(m, event->touched) == TEEQ_SECURE_LOCK_TA &&
	       (world_task(m, w, event->task)->levels[event->level].call.flags & CALL_FAILED);
}

SIGHT(the_secure_world_panics)
{
	struct teeq_caller caller;
	unsigned int ta;

	return teeq_world_panic(m, w, &caller, &ta) && caller.task == event->task;
}

SIGHT(a_session_is_opened_by_a_command)
{
	return event->action == TEEQ_ACTION_LEAVE && instruction_of(m, w, event)->op == OP_OPEN &&
	       event->command != TEEQ_NO_OBJECT;
}

SIGHT(the_single_instance_lock_is_taken_twice)
{
	for (unsigned int i = 0; m->ta_count > 0 && i < m->thread_count; i++)
		if (world_holds(m, w, model_single_lock(m))[i] > 1)
			return true;
	return false;
}

SIGHT(a_secure_lock_outlives_its_call)
{
	for (unsigned int i = 0; m->keeps_locks && i < m->secure_lock_count; i++)
		for (unsigned int task = 0; task < m->task_count; task++)
			if (world_holds(m, w, i)[m->thread_count + task] > 0)
				return true;
	return false;
}

SIGHT(every_cpu_is_in_the_secure_world)
{
	return m->cpu_count > 0 && world_active_count(m, w) == m->cpu_count;
}

static bool strikes(const struct teeq_model *m, const struct teeq_event *event,
		    enum teeq_fault_kind kind)
{
	return event->action == TEEQ_ACTION_FAULT &&
	       m->faults[model_fault(m, event->task)].kind == kind;
}

SIGHT(an_interrupt_strikes_where_every_cpu_is_busy)
{
	return every_cpu_is_in_the_secure_world(m, w, event) &&
	       strikes(m, event, TEEQ_FAULT_INTERRUPT);
}

/* What is left of its work is still to be done. */
SIGHT(a_thread_is_interrupted_at_its_work)
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

SIGHT(a_value_is_fetched_while_a_bottom_half_runs)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object != TEEQ_NO_OBJECT &&
	       a_bottom_half_runs(m, w);
}

SIGHT(a_bottom_half_is_asked_for_while_one_runs)
{
	return event->action == TEEQ_ACTION_INTERRUPT && event->object == TEEQ_NO_OBJECT &&
	       a_bottom_half_runs(m, w);
}

/* Asked for again before its thread has begun: one call is all that comes of it. */
SIGHT(two_bottom_halves_are_one)
{
	uint64_t both = UINT64_C(3) << m->notification_count;

	return (m->uses & USES_ASYNC) && (*world_async(m, w, m->tasks[event->task].guest) & both) == both;
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
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_EINTR;
}

SIGHT(a_request_is_aborted)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_ECOMM;
}

SIGHT(a_dead_supplicant_is_held)
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

SIGHT(memory_holds_the_device_of_a_dead_supplicant)
{
	for (unsigned int i = 0; i < m->guest_count; i++)
		if (is_held_by_memory(m, w, i))
			return true;
	return false;
}

/* Nobody sees it, and nobody fails it. */
SIGHT(a_request_waits_for_a_device_that_memory_holds)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (world_task(m, w, i)->wait == RPC_REPLY &&
		    !(world_task(m, w, i)->flags & (TASK_ANSWERED | TASK_ABORTED)) &&
		    is_held_by_memory(m, w, m->tasks[i].guest))
			return true;
	return false;
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

SIGHT(a_supplicant_thread_dies_in_user_space)
{
	return event->action == TEEQ_ACTION_EXIT &&
	       m->tasks[event->task].kind == TEEQ_TASK_SUPPLICANT;
}

SIGHT(a_supplicant_thread_is_frozen_at_its_work)
{
	for (unsigned int i = 0; i < m->task_count; i++)
		if (m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && world_task(m, w, i)->top > 0 &&
		    (world_task(m, w, i)->flags & TASK_FROZEN))
			return true;
	return false;
}

SIGHT(a_killed_task_closes_sessions)
{
	return event->action == TEEQ_ACTION_ENTER &&
	       (world_task(m, w, event->task)->flags & TASK_KILLED) &&
	       instruction_of(m, w, event)->op == OP_CLOSE &&
	       world_task(m, w, event->task)->levels[0].pc >= m->tasks[event->task].exit;
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

/* What a driver does to its own session, in whatever context the task works that came there. */
SIGHT(a_driver_keeps_its_own_context)
{
	const struct instruction *at = instruction_of(m, w, event);

	return event->action == TEEQ_ACTION_ENTER && event->outcome != TEEQ_OUTCOME_REFUSED &&
	       event->level == 0 && at->slot == SLOT_KERNEL && at->object != MODEL_NONE &&
	       m->tasks[event->task].context != MODEL_OWN &&
	       m->session_context[at->object] != MODEL_OWN &&
	       m->session_context[at->object] != m->tasks[event->task].context;
}

SIGHT(a_page_of_arguments_is_registered)
{
	return event->memory == TEEQ_MEMORY_PAGE && event->action == TEEQ_ACTION_SECURE;
}

SIGHT(a_page_of_arguments_is_registered_by_a_system_call)
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

SIGHT(a_slot_is_wanted_while_the_mutex_is_held)
{
	return waits_for_slots(m, w, CALL_GET_ARG);
}

SIGHT(a_slot_is_given_back_while_the_mutex_is_held)
{
	return waits_for_slots(m, w, CALL_FREE_ARG);
}

SIGHT(an_argument_lies_in_private_memory)
{
	return event->has_call && event->call.a[0] == TEEQ_SMC_CALL_WITH_RPC_ARG &&
	       event->memory == TEEQ_MEMORY_NONE;
}

SIGHT(an_argument_cannot_be_had)
{
	return event->action == TEEQ_ACTION_GET_ARG && event->outcome == TEEQ_OUTCOME_FAILED;
}

SIGHT(a_close_never_counts_its_session_out)
{
	return m->argument_slots > 0 && world_arguments(m, w, 0)->leaked > 0;
}

SIGHT(memory_waits_to_be_registered)
{
	return call_sleeps(&world_task(m, w, event->task)->levels[event->level].call) &&
	       instruction_of(m, w, event)->op == OP_REGISTER;
}

SIGHT(an_argument_lies_in_memory_that_is_not_registered)
{
	return event->has_call && event->call.a[0] == TEEQ_SMC_CALL_WITH_ARG;
}

SIGHT(a_system_session_cannot_say_what_it_is)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome != TEEQ_OUTCOME_REFUSED &&
	       !event->system && m->lacks_rpc_arg && event->object != TEEQ_NO_OBJECT &&
	       instruction_of(m, w, event)->op == OP_CALL &&
	       world_sessions(m, w)[model_marks_of(m, event->object)].marks > 0;
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

static bool a_condition_is_late(const struct secure_lock *lock, const struct teeq_model *m)
{
	for (unsigned int i = 0; i < m->thread_count; i++)
		if (lock->waits[i].flags & WAIT_LATE)
			return true;
	return false;
}

SIGHT(a_condition_is_not_waited_for_any_longer)
{
	return any_lock(m, w, a_condition_is_late);
}

SIGHT(a_waiter_for_a_secure_lock_asks_again)
{
	return event->action == TEEQ_ACTION_NOTIF_WAIT && event->outcome == TEEQ_OUTCOME_FAILED &&
	       event->object >= m->notification_count && !(world_task(m, w, event->task)->flags);
}

static const struct secure_lock *any_session(const struct teeq_model *m, const struct teeq_world *w,
					     unsigned int condition)
{
	for (unsigned int i = model_first_session_lock(m); i < m->secure_lock_count; i++)
		for (unsigned int j = 0; j < m->thread_count; j++)
			if (world_secure_lock(m, w, i)->waits[j].context &&
			    world_secure_lock(m, w, i)->waits[j].condition == condition)
				return world_secure_lock(m, w, i);
	return NULL;
}

SIGHT(a_session_is_waited_for)
{
	return any_session(m, w, WAITS_FOR_SESSION);
}

SIGHT(a_close_waits_until_nobody_wants_the_session)
{
	return any_session(m, w, WAITS_FOR_NOBODY);
}

SIGHT(a_call_finds_its_session_closed)
{
	return event->touch == TEEQ_EVENT_TOUCH_GONE;
}

static bool is_loading(const struct teeq_model *m, const struct teeq_event *event,
		       enum teeq_event_touch touch)
{
	return event->touch == touch && teeq_model_secure_lock_kind(m, event->touched) ==
						TEEQ_SECURE_LOCK_LOADING;
}

SIGHT(an_open_waits_for_a_ta_that_is_being_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_TAKEN);
}

SIGHT(a_ta_cannot_be_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_RELEASE);
}

SIGHT(a_ta_is_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_LOAD);
}

SIGHT(an_open_finds_its_ta_loaded)
{
	return is_loading(m, event, TEEQ_EVENT_TOUCH_LOADED);
}

SIGHT(a_lost_thread_stays_in_its_session)
{
	if (event->action != TEEQ_ACTION_SMC || event->outcome != TEEQ_OUTCOME_REFUSED)
		return false;
	for (unsigned int i = model_first_session_lock(m); i < m->secure_lock_count; i++)
		if (world_holds(m, w, i)[event->context])
			return true;
	return false;
}

/* Refused although what there is would do, or what another one has would not be needed. */
SIGHT(a_guest_is_refused_by_its_limit)
{
	return event->outcome == TEEQ_OUTCOME_THREAD_LIMIT &&
	       guest_is_full(m, w, m->tasks[event->task].guest);
}

SIGHT(a_guest_is_refused_for_what_others_have)
{
	return m->guest_count > 1 && event->outcome == TEEQ_OUTCOME_THREAD_LIMIT &&
	       guest_calls(m, w, m->tasks[event->task].guest) == 0;
}

SIGHT(a_guest_is_refused_while_another_one_has_threads_free)
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

SIGHT(a_thread_of_a_second_pool_asks_for_an_rpc)
{
	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	       model_pool_of(m, event->context) > 0;
}

SIGHT(a_thread_of_a_second_pool_is_lost)
{
	return event->action == TEEQ_ACTION_FAULT && event->context != TEEQ_NO_CONTEXT &&
	       model_pool_of(m, event->context) > 0;
}

SIGHT(guests_have_more_credits_than_there_are_threads)
{
	int32_t taken = 0;

	for (unsigned int i = 0; i < m->guest_count; i++)
		taken += world_callq(m, w, i)->total_count - world_callq(m, w, i)->free_count;
	return m->guest_count > 1 && m->policy->counts_every_call && taken > m->thread_count;
}

SIGHT(a_session_is_of_another_guest)
{
	return event->action == TEEQ_ACTION_ENTER && event->outcome == TEEQ_OUTCOME_REFUSED &&
	       event->object != TEEQ_NO_OBJECT &&
	       m->session_guest[event->object] != m->tasks[event->task].guest;
}

/* A wake of the secure world that the driver of another guest gets, and remembers. */
SIGHT(a_wake_goes_to_another_guest)
{
	for (unsigned int i = 0; m->guest_count > 1 && i < m->thread_count; i++) {
		struct teeq_secure_wait_view wait;

		if (teeq_world_secure_wait(m, w, i, &wait) && wait.strayed >= 0)
			return true;
	}
	return false;
}

SIGHT(a_second_supplicant_answers)
{
	return event->action == TEEQ_ACTION_ANSWER && event->outcome == TEEQ_OUTCOME_OK &&
	       m->tasks[event->task].guest == 1;
}

SIGHT(one_of_two_supplicants_is_dead)
{
	return m->guest_count > 1 &&
	       (*world_supplicant(m, w, 0) == SUPPLICANT_DEAD) !=
		       (*world_supplicant(m, w, 1) == SUPPLICANT_DEAD);
}

SIGHT(a_task_polls_in_vain)
{
	uint64_t spinning = world_spinning(m, w);

	for (unsigned int i = 0; i < m->task_count; i++)
		if ((spinning >> i & 1) &&
		    task_top(world_task(m, w, i))->call.state == CALL_IDLE)
			return true;
	return false;
}

SIGHT(a_secure_thread_polls_in_vain)
{
	return event->touch == TEEQ_EVENT_TOUCH_POLL;
}

SIGHT(a_secure_thread_sees_what_it_polled)
{
	return event->touch == TEEQ_EVENT_TOUCH_POLLED;
}

SIGHT(an_interrupted_call_keeps_its_cpu)
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

SIGHT(a_higher_priority_comes_first)
{
	return is_kept_off(m, w, false);
}

SIGHT(who_polls_keeps_others_off)
{
	return is_kept_off(m, w, true);
}

/* The other CPU's go on. */
SIGHT(one_cpu_of_two_is_in_the_secure_world)
{
	uint64_t enabled = teeq_world_enabled(m, w);

	return m->pins && m->cpu_count == 2 && world_active_count(m, w) == 1 &&
	       (world_can_move(m, w) & ~enabled) && (enabled & (enabled - 1));
}

SIGHT(a_call_fails_with_an_error_by_name)
{
	return m->has_results && event->action == TEEQ_ACTION_LEAVE && event->result != 0;
}

SIGHT(tee_supplicant_answers_with_an_error)
{
	return event->action == TEEQ_ACTION_REPLY && event->result > 0;
}

SIGHT(a_command_tries_again)
{
	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_WORKING &&
	       m->code[world_thread(m, w, event->context)->pc - 1].op == OP_AGAIN;
}

SIGHT(two_releases_let_a_count_wrap)
{
	for (unsigned int i = 0; i < m->session_count; i++)
		if ((m->late_counts >> i & 1) &&
		    world_sessions(m, w)[i].marks == SESSION_MARKS_WRAPPED)
			return true;
	return false;
}

/* A close at work in the secure world, which has touched the lock of a TA so. */
static bool closes_in_ta(const struct teeq_model *m, const struct teeq_world *w,
			 const struct teeq_event *event, enum teeq_event_touch touch)
{
	const struct level *top = task_top(world_task(m, w, event->task));

	return event->action == TEEQ_ACTION_SECURE && m->code[top->pc].op == OP_CLOSE &&
	       event->touch == touch &&
	       teeq_model_secure_lock_kind(m, event->touched) == TEEQ_SECURE_LOCK_TA;
}

SIGHT(a_close_enters_its_ta)
{
	return closes_in_ta(m, w, event, TEEQ_EVENT_TOUCH_TAKE);
}

SIGHT(a_close_waits_for_its_ta)
{
	return closes_in_ta(m, w, event, TEEQ_EVENT_TOUCH_TAKEN);
}

SIGHT(a_close_runs_a_command)
{
	const struct level *top = task_top(world_task(m, w, event->task));

	return event->action == TEEQ_ACTION_SECURE && event->outcome == TEEQ_OUTCOME_RPC &&
	       event->level == world_task(m, w, event->task)->top &&
	       m->code[top->pc].op == OP_CLOSE && event->command != TEEQ_NO_OBJECT;
}

SIGHT(a_command_sees_that_it_was_cancelled)
{
	return event->touch == TEEQ_EVENT_TOUCH_CANCELLED;
}

SIGHT(a_cancel_comes_too_late)
{
	return event->touch == TEEQ_EVENT_TOUCH_CANCEL_OVER &&
	       !(task_top(world_task(m, w, event->task))->call.flags & CALL_FAILED);
}

/* No call is in the session: the next one will find it. */
SIGHT(a_cancel_comes_too_early)
{
	const struct level *top = task_top(world_task(m, w, event->task));
	bool busy = false;

	if (event->action != TEEQ_ACTION_SECURE || m->code[top->pc].op != OP_CANCEL || !m->cancels)
		return false;
	for (unsigned int i = 0; i < m->task_count; i++)
		for (unsigned int level = 0; level <= world_task(m, w, i)->top; level++) {
			const struct level *at = &world_task(m, w, i)->levels[level];

			busy |= at->call.context != POOL_NO_CONTEXT && m->code[at->pc].op == OP_CALL &&
				m->code[at->pc].object == m->code[top->pc].object;
		}
	return !busy;
}

SIGHT(a_signal_ends_a_sleep)
{
	return event->action == TEEQ_ACTION_SLEEP && event->outcome == TEEQ_OUTCOME_INTERRUPTED;
}

SIGHT(the_freezer_ends_a_request)
{
	return event->action == TEEQ_ACTION_REPLY && event->result == -TEEQ_ABI_EINTR &&
	       !(world_task(m, w, event->task)->flags & TASK_KILLED);
}

const struct sight sights[SIGHT_MAX] = {
#define NAMED(name_) { #name_, name_ }
	NAMED(two_readers),
	NAMED(a_condition_is_waited_for),
	NAMED(a_reader_waits),
	NAMED(a_reader_waits_for_a_condition),
	NAMED(readers_are_told_one_after_the_other),
	NAMED(a_lost_thread_holds_a_secure_lock),
	NAMED(a_lost_thread_stays_among_the_waiters),
	NAMED(a_secure_thread_waits),
	NAMED(a_ta_is_waited_for),
	NAMED(a_single_instance_ta_is_busy),
	NAMED(the_secure_world_panics),
	NAMED(a_session_is_opened_by_a_command),
	NAMED(the_single_instance_lock_is_taken_twice),
	NAMED(a_secure_lock_outlives_its_call),
	NAMED(every_cpu_is_in_the_secure_world),
	NAMED(an_interrupt_strikes_where_every_cpu_is_busy),
	NAMED(a_thread_is_interrupted_at_its_work),
	NAMED(a_value_is_fetched_while_a_bottom_half_runs),
	NAMED(a_bottom_half_is_asked_for_while_one_runs),
	NAMED(two_bottom_halves_are_one),
	NAMED(a_bottom_half_makes_a_call),
	NAMED(a_bottom_half_runs_a_command),
	NAMED(a_notification_comes_by_interrupt),
	NAMED(a_task_is_frozen),
	NAMED(a_killed_task_goes_on),
	NAMED(a_signal_ends_a_request),
	NAMED(a_request_is_aborted),
	NAMED(a_dead_supplicant_is_held),
	NAMED(memory_holds_the_device_of_a_dead_supplicant),
	NAMED(a_request_waits_for_a_device_that_memory_holds),
	NAMED(two_supplicant_threads_work),
	NAMED(a_supplicant_thread_makes_a_call),
	NAMED(a_supplicant_thread_dies_in_user_space),
	NAMED(a_supplicant_thread_is_frozen_at_its_work),
	NAMED(a_killed_task_closes_sessions),
	NAMED(a_channel_is_ready),
	NAMED(a_channel_is_a_system_session),
	NAMED(a_device_has_two_users),
	NAMED(a_session_is_of_another_context),
	NAMED(a_driver_keeps_its_own_context),
	NAMED(a_page_of_arguments_is_registered),
	NAMED(a_page_of_arguments_is_registered_by_a_system_call),
	NAMED(a_slot_is_wanted_while_the_mutex_is_held),
	NAMED(a_slot_is_given_back_while_the_mutex_is_held),
	NAMED(an_argument_lies_in_private_memory),
	NAMED(an_argument_cannot_be_had),
	NAMED(a_close_never_counts_its_session_out),
	NAMED(memory_waits_to_be_registered),
	NAMED(an_argument_lies_in_memory_that_is_not_registered),
	NAMED(a_system_session_cannot_say_what_it_is),
	NAMED(a_message_goes_over_ffa),
	NAMED(a_thread_was_lost),
	NAMED(a_reservation_could_not_be_returned),
	NAMED(a_condition_is_not_waited_for_any_longer),
	NAMED(a_waiter_for_a_secure_lock_asks_again),
	NAMED(a_session_is_waited_for),
	NAMED(a_close_waits_until_nobody_wants_the_session),
	NAMED(a_call_finds_its_session_closed),
	NAMED(an_open_waits_for_a_ta_that_is_being_loaded),
	NAMED(a_ta_cannot_be_loaded),
	NAMED(a_ta_is_loaded),
	NAMED(an_open_finds_its_ta_loaded),
	NAMED(a_lost_thread_stays_in_its_session),
	NAMED(a_guest_is_refused_by_its_limit),
	NAMED(a_guest_is_refused_for_what_others_have),
	NAMED(guests_have_more_credits_than_there_are_threads),
	NAMED(a_guest_is_refused_while_another_one_has_threads_free),
	NAMED(a_thread_of_a_second_pool_asks_for_an_rpc),
	NAMED(a_thread_of_a_second_pool_is_lost),
	NAMED(a_session_is_of_another_guest),
	NAMED(a_wake_goes_to_another_guest),
	NAMED(a_second_supplicant_answers),
	NAMED(one_of_two_supplicants_is_dead),
	NAMED(a_task_polls_in_vain),
	NAMED(a_secure_thread_polls_in_vain),
	NAMED(a_secure_thread_sees_what_it_polled),
	NAMED(an_interrupted_call_keeps_its_cpu),
	NAMED(a_higher_priority_comes_first),
	NAMED(who_polls_keeps_others_off),
	NAMED(one_cpu_of_two_is_in_the_secure_world),
	NAMED(a_call_fails_with_an_error_by_name),
	NAMED(tee_supplicant_answers_with_an_error),
	NAMED(a_command_tries_again),
	NAMED(two_releases_let_a_count_wrap),
	NAMED(a_close_enters_its_ta),
	NAMED(a_close_waits_for_its_ta),
	NAMED(a_close_runs_a_command),
	NAMED(a_command_sees_that_it_was_cancelled),
	NAMED(a_cancel_comes_too_late),
	NAMED(a_cancel_comes_too_early),
	NAMED(a_signal_ends_a_sleep),
	NAMED(the_freezer_ends_a_request),
};
