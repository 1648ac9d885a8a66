/* SPDX-License-Identifier: BSD-2-Clause */
/* The rest of the driver around the queue, and the tasks that use it. */
#include "driver.h"

#include <stdio.h>

#include <linux/arm-smccc.h>
#include <linux/bug.h>
#include <linux/slab.h>

#include "callq.h"

enum command { COMMAND_QUICK, COMMAND_WITH_RPC };

static struct call_queue *cq;

static void call(enum command command, bool system, void (*serve_rpc)(void))
{
	struct arm_smccc_res res = { .a0 = TEEQ_SMC_CALL_WITH_REGD_ARG, .a2 = command };
	struct caller w;

	callq_enter(cq, &w, system);
	while (true) {
		arm_smccc_smc(res.a0, res.a1, res.a2, res.a3, 0, 0, 0, 0, &res);
		if (res.a0 == TEEQ_SMC_RETURN_ETHREAD_LIMIT) {
			callq_wait(cq, &w);
			res.a0 = TEEQ_SMC_CALL_WITH_REGD_ARG;
			res.a2 = command;
		} else if (teeq_smc_is_rpc((u32)res.a0)) {
			callq_started(cq, &w);
			serve_rpc();
			res.a0 = TEEQ_SMC_CALL_RETURN_FROM_RPC;
		} else {
			break;
		}
	}
	WARN_ON(res.a0 != TEEQ_SMC_RETURN_OK);
	callq_leave(cq, &w);
}

/* ---- what the tasks do ---- */

static void quick_system_call(void)
{
	call(COMMAND_QUICK, true, NULL);
}

static void nested(void *argument)
{
	(void)argument;
	call(COMMAND_WITH_RPC, true, quick_system_call);
}

static void normal(void *argument)
{
	(void)argument;
	call(COMMAND_QUICK, false, NULL);
}

/* ---- what surrounds them ---- */

enum { THREAD_COUNT = 2 };

static void setup(void *argument)
{
	(void)argument;
	cq = kzalloc(sizeof(*cq), GFP_KERNEL);
	BUG_ON(!cq);
	callq_init(cq, THREAD_COUNT);
	callq_reserve(cq);
	callq_reserve(cq);
}

static void teardown(void *argument)
{
	(void)argument;
	WARN_ON(!list_empty(&cq->callers));
	WARN_ON(cq->free != cq->total);
	callq_unreserve(cq);
	callq_unreserve(cq);
	kfree(cq);
}

static int secure(void *argument, const struct teeq_harness_secure_call *secure_call,
		  struct teeq_smc_regs *regs)
{
	(void)argument;
	(void)regs;
	if (secure_call->call.a[2] == COMMAND_WITH_RPC && secure_call->visit == 0)
		return TEEQ_SMC_RPC_CMD;
	return TEEQ_HARNESS_EXIT;
}

/* So that lost wake-ups are told from other deadlocks, and runs can be recorded. */
static void observe(void *argument, struct teeq_harness_view *view)
{
	const struct caller *w;

	(void)argument;
	view->mutex = &cq->mutex;
	view->tracking = true;
	view->has_counters = true;
	view->free_count = cq->free;
	view->system_session_count = cq->system_sessions;
	list_for_each_entry(w, &cq->callers, list)
		teeq_harness_see(view, (struct teeq_harness_waiter){
			.waiter = w,
			.completion = &w->woken,
			.done = w->woken.done,
			.system = w->system,
		});
}

struct teeq_harness *driver_harness(unsigned int normal_count)
{
	struct teeq_harness_options options = {
		.name = "callq",
		.setup = setup,
		.teardown = teardown,
		.secure = secure,
		.thread_count = THREAD_COUNT,
	};
	struct teeq_harness *h = NULL;
	struct teeq_error error = { 0 };
	enum teeq_status status = teeq_harness_new(&options, &h, &error);

	if (status == TEEQ_OK)
		status = teeq_harness_task(h, "k", nested, NULL, &error);
	for (unsigned int i = 0; i < normal_count && status == TEEQ_OK; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%u", i);
		status = teeq_harness_task(h, name, normal, NULL, &error);
	}
	if (status == TEEQ_OK) {
		teeq_harness_observe(h, "callq", observe, NULL);
		return h;
	}
	fprintf(stderr, "%s: %s\n", error.key, error.text);
	teeq_harness_free(h);
	return NULL;
}
