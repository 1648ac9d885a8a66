/* SPDX-License-Identifier: BSD-2-Clause */
/* One standard call from end to end: which section comes next is the core's business. */
#include "rt/rt.h"

#include <string.h>

/* Where the secure world's part stopped last. */
struct stop {
	enum teeq_rt_stop why;
	unsigned int number;
};

static struct stop run_up_to_stop(const struct teeq_rt_command *command)
{
	struct stop stop = { .why = TEEQ_RT_STOP_END };

	if (command && command->secure)
		stop.why = command->secure(command->argument, &stop.number);
	return stop;
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

/* The SMC into the secure world: a new call, or the return from an RPC. */
static bool issue(struct teeq_rt_client *client, struct frame *frame)
{
	struct teeq_rt *rt = client->rt;
	struct teeq_rt_action action = { .action = TEEQ_ACTION_SMC,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };
	struct teeq_smc_regs regs, ret;
	bool resume = frame->call.state == CALL_RPC;

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
				      enum teeq_rt_stop why)
{
	struct teeq_smc_regs ret;

	switch (why) {
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
		       const struct teeq_rt_command *command, struct stop *stop)
{
	struct teeq_rt *rt = client->rt;
	struct teeq_rt_action action = { .action = TEEQ_ACTION_SECURE,
					 .level = client->depth - 1,
					 .object = TEEQ_RT_NONE };

	*stop = run_up_to_stop(command);
	if (!rt_enter(client, &rt->pool_lock))
		return false;
	action.outcome = stop_context(rt, frame, stop->why);
	leave_pool(client, &action);
	if (stop->why == TEEQ_RT_STOP_WORK)
		rt_nap(stop->number);
	return true;
}

/* Serve the RPC that the thread stopped at; false: stopped. */
static bool serve(struct teeq_rt_client *client, const struct teeq_rt_command *command,
		  const struct stop *stop)
{
	unsigned int level = client->depth - 1;

	switch (stop->why) {
	case TEEQ_RT_STOP_INTERRUPT:
		return true;
	case TEEQ_RT_STOP_SUSPEND:
		rt_nap(stop->number);
		return rt_pass_outside(client, TEEQ_ACTION_SLEEP, level, TEEQ_RT_NONE);
	case TEEQ_RT_STOP_REQUEST:
		return rt_request(client, stop->number);
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

/* From the admission to the answer; false: stopped. */
static bool carry_out(struct teeq_rt_client *client, struct frame *frame,
		      const struct teeq_rt_command *command)
{
	struct stop stop = { .why = TEEQ_RT_STOP_END };
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
			goes_on = serve(client, command, &stop) && issue(client, frame);
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

static enum teeq_status make_call(struct teeq_rt_client *client, unsigned int session,
				  enum session_use use, const struct teeq_rt_command *command,
				  int *result)
{
	struct frame *frame = &client->frames[client->depth];
	uint8_t marks = 0;
	int answer = 0;

	if (client->depth == TEEQ_CALL_DEPTH_MAX)
		return TEEQ_EINPUT;
	if (session != TEEQ_RT_NONE ? session >= client->rt->options.session_count :
				      use != SESSION_CALL)
		return TEEQ_EINPUT;
	if (!rt_queue_enter(client, session, use, &marks, &answer))
		return TEEQ_ELIMIT;
	if (result)
		*result = answer;
	if (answer != 0)
		return TEEQ_OK;
	if (!carry_out(client, frame, command) || !rt_queue_leave(client, session, use) ||
	    !count_out(client, session, marks))
		return TEEQ_ELIMIT;
	return TEEQ_OK;
}

enum teeq_status teeq_rt_invoke(struct teeq_rt_client *client, unsigned int session,
				const struct teeq_rt_command *command, int *result)
{
	return make_call(client, session, SESSION_CALL, command, result);
}

enum teeq_status teeq_rt_session_open(struct teeq_rt_client *client, unsigned int session,
				      int *result)
{
	return make_call(client, session, SESSION_OPEN, NULL, result);
}

enum teeq_status teeq_rt_session_close(struct teeq_rt_client *client, unsigned int session,
				       int *result)
{
	return make_call(client, session, SESSION_CLOSE, NULL, result);
}
