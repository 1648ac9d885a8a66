/* SPDX-License-Identifier: BSD-2-Clause */
/* tee-supplicant: requests, the threads that serve them, and their answers. */
#include "rt/rt.h"
#include "teeq/abi.h"

/* Nobody serves, and this client does not wait for somebody who might. */
static void refuse_request(struct teeq_rt_client *client, unsigned int level, unsigned int rpc)
{
	struct teeq_rt_action action = { .action = TEEQ_ACTION_REQUEST,
					 .outcome = TEEQ_OUTCOME_FAILED,
					 .level = level,
					 .result = -TEEQ_ABI_ECOMM,
					 .object = rpc };

	rt_tell(client, &action);
	pthread_mutex_unlock(&client->rt->outside);
}

/*
 * The request and the reply are two actions, as in the driver: others may take it up in between. The
 * caller is blocked from the one to the other, so an answer always finds it so.
 */
bool rt_request(struct teeq_rt_client *client, unsigned int rpc, bool *failed)
{
	struct teeq_rt *rt = client->rt;
	unsigned int level = client->depth - 1;
	bool through;

	if (!rt_enter(client, &rt->outside))
		return false;
	if (rt->options.no_supplicant && rt->options.no_supplicant[client->index]) {
		*failed = true;
		refuse_request(client, level, rpc);
		return true;
	}
	requests_add(rt->requests, client->index);
	rt_tell_outside(client, TEEQ_ACTION_REQUEST, level, rpc);
	rt_unblock_first(rt, TEEQ_RT_WAIT_REQUEST, TEEQ_RT_NONE);
	through = rt_block_on(client, TEEQ_RT_WAIT_REPLY, rpc);
	if (through)
		rt_tell_outside(client, TEEQ_ACTION_REPLY, level, rpc);
	return rt_leave_outside(client, through) == TEEQ_OK;
}

/* What serves the request stands where a service of one's own call would: one level up. */
enum teeq_status teeq_rt_receive(struct teeq_rt_client *client, unsigned int *rpc)
{
	if (!client || !rpc)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;
	bool through = true;

	if (!rt_is_supplicant(client) || client->depth > 0)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	while (through && rt->requests->count == 0)
		through = rt_block_on(client, TEEQ_RT_WAIT_REQUEST, TEEQ_RT_NONE);
	if (through) {
		client->works_for = &rt->clients[requests_take(rt->requests)];
		*rpc = client->works_for->object;
		rt_tell_outside(client, TEEQ_ACTION_RECEIVE, 0, *rpc);
		client->depth = 1;
	}
	return rt_leave_outside(client, through);
}

enum teeq_status teeq_rt_answer(struct teeq_rt_client *client)
{
	if (!client)
		return TEEQ_EINPUT;

	struct teeq_rt *rt = client->rt;

	if (client->depth != 1 || client->frames[0].call.state != CALL_IDLE)
		return TEEQ_EINPUT;
	if (!rt_enter(client, &rt->outside))
		return TEEQ_ELIMIT;
	client->depth = 0;
	rt_tell_outside(client, TEEQ_ACTION_ANSWER, 0, TEEQ_RT_NONE);
	rt_unblock(client->works_for);
	client->works_for = NULL;
	return rt_leave_outside(client, true);
}
