/* SPDX-License-Identifier: BSD-2-Clause */
#include "ping_pong.h"

#include "story.h"

static bool refused_wakes_another(struct teeq_callq *q, struct teeq_waiter *w)
{
	if (teeq_callq_take(q, w, 0))
		return true;
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct teeq_waiter *other = &q->waiters[i];

		if (other != w && other->credit == TEEQ_CREDIT_NONE) {
			teeq_callq_wake(other);
			break;
		}
	}
	return false;
}

void ping_pong_give_back(struct teeq_callq *q, const struct teeq_waiter *w)
{
	q->free_count += w->credit == TEEQ_CREDIT_THREAD;
}

static void wake_first(struct teeq_callq *q)
{
	struct teeq_waiter *w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE);

	if (w)
		teeq_callq_wake(w);
}

const struct teeq_policy ping_pong = {
	.abi = TEEQ_POLICY_ABI, .name = "ping-pong", .source = "a test", .summary = "never rests",
	.admit = refused_wakes_another, .wake_one = wake_first, .leave = ping_pong_give_back,
};

static const char *const events[] = { "go" };
static const struct teeq_step hold_rpc[] = { TEEQ_RPC("wait") };
static const struct teeq_script_spec commands[] = {
	{ .name = "hold", .steps = hold_rpc, .step_count = 1 }
};
static const struct teeq_step wait_go[] = { TEEQ_AWAIT("go") };
static const struct teeq_service_spec services[] = {
	{ .name = "wait", .by = TEEQ_SERVED_BY_CALLER, .steps = wait_go, .step_count = 1 },
};
static const struct teeq_step hold[] = { TEEQ_CALL("hold", NULL) };
static const struct teeq_step call_and_signal[] = { TEEQ_CALL(NULL, NULL), TEEQ_SIGNAL("go") };

struct teeq_model *(ping_pong_model)(const struct teeq_policy *policy, uint32_t threads,
				     uint32_t callers)
{
	const struct teeq_client_spec clients[] = {
		{ .name = "holder", .count = 1, .stage = 1, .steps = hold, .step_count = 1 },
		{ .name = "caller",
		  .count = callers,
		  .stage = 2,
		  .steps = call_and_signal,
		  .step_count = 2 },
	};
	const struct teeq_scenario scenario = {
		.name = "ping-pong", .thread_count = threads, .events = events, .event_count = 1,
		.commands = commands, .command_count = 1, .services = services, .service_count = 1,
		.clients = clients, .client_count = 2,
	};
	struct teeq_model *model = NULL;
	struct teeq_error error = { .text = "" };

	if (teeq_model_new(&scenario, policy, &model, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return model;
}
