/* SPDX-License-Identifier: BSD-2-Clause */
/* One standard call from end to end: which section comes next is the core's business. */
#include "rt/rt.h"

#include <string.h>

static void run_up_to_stop(const struct teeq_rt_command *command, struct rt_stop *stop)
{
	*stop = (struct rt_stop){ .why = TEEQ_RT_STOP_END };
	if (command && command->secure)
		stop->why = command->secure(command->argument, &stop->number);
}

/* An action under the pool's lock is told, and the section left. */
static void leave_pool(struct teeq_rt_client *client, struct teeq_rt_action *action)
{
	struct teeq_rt *rt = client->rt;

	action->contexts = rt->pool->context;
	action->owners = rt->owners;
	rt_tell(client, action);
	pthread_mutex_unlock(&rt->pool_lock);
}

/* The driver's loop around the shared-memory cache: a fast call, again after EBUSY and a wait. */
static bool issue_fast(struct teeq_rt_client *client, struct frame *frame)
{
	struct teeq_rt_action action = { .action = TEEQ_ACTION_SMC,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };
	struct teeq_smc_regs regs, ret;

	if (!rt_enter(client, &client->rt->pool_lock))
		return false;
	if (call_fast(&frame->call, &frame->place, frame->errand->function, &regs, &ret))
		action.outcome = TEEQ_OUTCOME_AGAIN;
	else if (frame->call.state == CALL_WAIT_THREAD)
		action.outcome = TEEQ_OUTCOME_BUSY;
	leave_pool(client, &action);
	return true;
}

/* The SMC into the secure world: a new call, or the return from an RPC. */
static bool issue(struct teeq_rt_client *client, struct frame *frame)
{
	struct teeq_rt *rt = client->rt;
	struct teeq_rt_action action = { .action = TEEQ_ACTION_SMC,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };
	struct teeq_smc_regs regs, ret;
	bool resume = frame->call.state == CALL_RPC;

	if (frame->errand->function != 0)
		return issue_fast(client, frame);
	if (!rt_enter(client, &rt->pool_lock))
		return false;
	if (resume)
		call_served(&frame->call);
	if (call_smc(&frame->call, &frame->place, &regs, &ret)) {
		rt->owners[frame->call.context] = (int16_t)client->index;
		action.outcome = resume ? TEEQ_OUTCOME_RESUMED : TEEQ_OUTCOME_TAKEN;
	} else {
		action.outcome = frame->call.state == CALL_WAIT_THREAD ? TEEQ_OUTCOME_THREAD_LIMIT :
									 TEEQ_OUTCOME_REFUSED;
	}
	leave_pool(client, &action);
	return true;
}

/* What the stop does to the thread's context, under the pool's lock; and how that is told. */
static enum teeq_outcome stop_context(struct teeq_rt *rt, struct frame *frame,
				      const struct rt_stop *stop)
{
	struct teeq_smc_regs ret;

	if (stop->failed)
		frame->call.flags |= CALL_FAILED;
	switch (stop->why) {
	case TEEQ_RT_STOP_END:
		rt->owners[frame->call.context] = -1;
		call_finish(&frame->call, &frame->place, &ret);
		return TEEQ_OUTCOME_EXIT;
	case TEEQ_RT_STOP_WORK:
		return TEEQ_OUTCOME_WORKING;
	case TEEQ_RT_STOP_INTERRUPT:
		call_suspend(&frame->call, &frame->place, TEEQ_SMC_RPC_FOREIGN_INTR, &ret);
		return TEEQ_OUTCOME_INTERRUPTED;
	default:
		call_suspend(&frame->call, &frame->place, TEEQ_SMC_RPC_CMD, &ret);
		return TEEQ_OUTCOME_RPC;
	}
}

/* The secure world runs on this thread, its context taken, up to where it stops. */
static bool run_secure(struct teeq_rt_client *client, struct frame *frame,
		       const struct teeq_rt_command *command, struct rt_stop *stop)
{
	struct teeq_rt *rt = client->rt;
	struct teeq_rt_action action = { .action = TEEQ_ACTION_SECURE,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };
	const struct rt_errand *errand = frame->errand;

	if (!errand->secure)
		run_up_to_stop(command, stop);
	if (!rt_enter(client, &rt->pool_lock))
		return false;
	if (errand->raises)
		pthread_mutex_lock(&rt->notif_lock);
	if (errand->secure)
		errand->secure(command->argument, frame->call.context, stop);
	action.outcome = stop_context(rt, frame, stop);
	leave_pool(client, &action);
	if (errand->raises)
		pthread_mutex_unlock(&rt->notif_lock);
	if (stop->why == TEEQ_RT_STOP_WORK && stop->number > 0)
		rt_nap(stop->number);
	return true;
}

/* The thread is told of it when it is resumed; that it is suspended keeps everybody else away. */
static bool note_failure(struct teeq_rt_client *client, struct frame *frame,
			 const struct teeq_rt_command *command)
{
	if (!rt_enter(client, &client->rt->pool_lock))
		return false;
	frame->call.flags |= CALL_FAILED;
	if (frame->errand->fail)
		frame->errand->fail(command->argument, frame->call.context);
	pthread_mutex_unlock(&client->rt->pool_lock);
	return true;
}

static bool serve_notification(struct teeq_rt_client *client, const struct rt_stop *stop,
			       bool *failed)
{
	const struct teeq_rt_options *options = &client->rt->options;

	*failed = stop->number >= options->notification_count + options->thread_count;
	if (*failed)
		return true;
	return stop->why == TEEQ_RT_STOP_WAIT ?
		       rt_notif_wait(client, stop, failed) :
		       rt_notif_send(client, stop->number, client->depth - 1);
}

/* Serve the RPC that the thread stopped at; false: stopped. */
static bool serve(struct teeq_rt_client *client,
		  const struct teeq_rt_command *command, const struct rt_stop *stop, bool *failed)
{
	unsigned int level = client->depth - 1;

	switch (stop->why) {
	case TEEQ_RT_STOP_INTERRUPT:
		return true;
	case TEEQ_RT_STOP_SUSPEND:
		return rt_nap_in(client, stop->number) &&
		       rt_pass_outside(client, TEEQ_ACTION_SLEEP, level, TEEQ_RT_NONE);
	case TEEQ_RT_STOP_REQUEST:
		return rt_request(client, stop->number, failed);
	case TEEQ_RT_STOP_WAIT:
	case TEEQ_RT_STOP_SEND:
		return serve_notification(client, stop, failed);
	case TEEQ_RT_STOP_KNOWN_RPC:
		if (!rt_pass_outside(client, TEEQ_ACTION_RPC, level, stop->number))
			return false;
		break;
	default:
		break;
	}
	if (command->serve)
		command->serve(client, stop->number, command->argument);
	return true;
}

static bool pass_rpc(struct teeq_rt_client *client, struct frame *frame,
		     const struct teeq_rt_command *command, const struct rt_stop *stop)
{
	bool failed = false;

	return serve(client, command, stop, &failed) &&
	       (!failed || note_failure(client, frame, command)) && issue(client, frame);
}

/* From the admission to the answer; false: stopped. */
static bool carry_out(struct teeq_rt_client *client, struct frame *frame,
		      const struct teeq_rt_command *command)
{
	struct rt_stop stop = { .why = TEEQ_RT_STOP_END };
	bool goes_on = true;

	while (goes_on && frame->call.state != CALL_LEAVE) {
		switch (frame->call.state) {
		case CALL_SMC:
			goes_on = issue(client, frame);
			break;
		case CALL_SECURE:
			goes_on = run_secure(client, frame, command, &stop);
			break;
		case CALL_RPC:
			goes_on = pass_rpc(client, frame, command, &stop);
			break;
		default:
			goes_on = rt_queue_step(client, frame);
			break;
		}
	}
	return goes_on;
}

/* The close call has left: what the session held is counted out, one by one. */
static bool count_out(struct teeq_rt_client *client, unsigned int session, uint8_t marks)
{
	int ignored;

	while (marks > 0)
		if (!rt_queue_unreserve(client, session, &marks, &ignored))
			return false;
	return true;
}

enum teeq_status rt_call(struct teeq_rt_client *client, const struct rt_errand *errand,
			 const struct teeq_rt_command *command, int *result)
{
	struct frame *frame = &client->frames[client->depth];
	uint8_t marks = 0;
	int answer = 0;
	bool came_through;

	if (client->depth == TEEQ_CALL_DEPTH_MAX)
		return TEEQ_EINPUT;
	if (!rt_queue_enter(client, errand, &marks, &answer))
		return TEEQ_ELIMIT;
	came_through = answer != 0 || (carry_out(client, frame, command) &&
				       rt_queue_leave(client, &answer) &&
				       count_out(client, errand->session, marks));
	if (came_through && result)
		*result = answer;
	return came_through ? TEEQ_OK : TEEQ_ELIMIT;
}

static enum teeq_status make_call(struct teeq_rt_client *client, unsigned int session,
				  enum session_use use, const struct teeq_rt_command *command,
				  int *result)
{
	const struct rt_errand errand = {
		.use = use,
		.session = session,
		.kind_of = session,
		.of_context = use == SESSION_OPEN,
	};

	if (session != TEEQ_RT_NONE ? session >= client->rt->options.session_count :
				      use != SESSION_CALL)
		return TEEQ_EINPUT;
	return rt_call(client, &errand, command, result);
}

enum teeq_status teeq_rt_invoke(struct teeq_rt_client *client, unsigned int session,
				const struct teeq_rt_command *command, int *result)
{
	if (!client)
		return TEEQ_EINPUT;
	return make_call(client, session, SESSION_CALL, command, result);
}

enum teeq_status teeq_rt_session_open(struct teeq_rt_client *client, unsigned int session,
				      int *result)
{
	if (!client)
		return TEEQ_EINPUT;
	return make_call(client, session, SESSION_OPEN, NULL, result);
}

enum teeq_status teeq_rt_session_close(struct teeq_rt_client *client, unsigned int session,
				       int *result)
{
	if (!client)
		return TEEQ_EINPUT;
	return make_call(client, session, SESSION_CLOSE, NULL, result);
}
