/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure world behind the code under test: a real thread pool, and the user's idea of a call.
 */
#include <string.h>

#include "harness/harness.h"

void smc_reset(struct teeq_harness *h)
{
	pool_init(h->pool, h->options.thread_count, TEEQ_SECURE_PLAIN, 0);
	h->pool->lacks_rpc_arg = h->options.lacks_rpc_arg;
	memset(h->contexts, 0, sizeof(h->contexts));
}

static void smc_point(const char *action)
{
	struct point point = { .action = action,
			       .site = { action, "teeq_harness_smc", "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };

	harness_sleep_at(&point);
}

static bool is_standard(uint64_t function)
{
	return ((uint32_t)function & UINT32_C(0x80000000)) == 0;
}

/* What the SMC step did; @context runs now, or none does and @ret is the answer. */
static enum smc_outcome outcome_of(const struct teeq_smc_regs *call, unsigned int context,
				   const struct teeq_smc_regs *ret)
{
	if (context == TEEQ_NO_CONTEXT)
		return ret->a[0] == TEEQ_SMC_RETURN_ETHREAD_LIMIT ? SMC_LIMIT : SMC_REFUSED;
	return (uint32_t)call->a[0] == TEEQ_SMC_CALL_RETURN_FROM_RPC ? SMC_RESUME : SMC_ALLOC;
}

static void note_entry(struct context *context, unsigned int number, unsigned int task,
		       const struct teeq_smc_regs *call, enum smc_outcome outcome)
{
	if (outcome == SMC_RESUME) {
		context->secure.visit++;
	} else {
		context->in_use = true;
		context->secure = (struct teeq_harness_secure_call){ .context = number,
								     .call = *call };
	}
	context->secure.task = task;
}

/* The threads that a call of @task takes, and which number the first of them has. */
static struct pool *pool_of(struct teeq_harness *h, unsigned int task, unsigned int *first)
{
	*first = 0;
	return h->hooks && h->hooks->pool ? h->hooks->pool(h->options.argument, task, first) :
					    h->pool;
}

/* False: it runs on. */
static bool run_secure(struct teeq_harness *h, unsigned int number,
		       const struct teeq_smc_regs *call, struct teeq_smc_regs *ret)
{
	struct context *context = &h->contexts[number];
	struct teeq_smc_regs regs = *call;
	int rpc = TEEQ_HARNESS_EXIT;
	unsigned int first;
	struct pool *pool = pool_of(h, context->secure.task, &first);

	/* What it keeps is the secure world's, and that has locks of its own. */
	h->in_secure = true;
	if (h->options.secure)
		rpc = h->options.secure(h->options.argument, &context->secure, &regs);
	h->in_secure = false;
	if (rpc == TEEQ_HARNESS_ACTIVE) {
		h->smc_outcome = SMC_WORKING;
		return false;
	}
	if (rpc == TEEQ_HARNESS_EXIT) {
		pool_finish(pool, number - first, ret);
		/* Equal states have equal bytes: nothing of what is over. */
		memset(context, 0, sizeof(*context));
		h->smc_outcome = SMC_EXIT;
		return true;
	}
	pool_suspend(pool, number - first, (enum teeq_smc_rpc)rpc, ret);
	regs.a[0] = ret->a[0];
	regs.a[3] = ret->a[3];
	*ret = regs;
	h->smc_outcome = SMC_RPC;
	return true;
}

/* The scenario's own fast calls come before those that the pool answers. */
static void fast_call(struct teeq_harness *h, const struct teeq_smc_regs *call,
		      struct teeq_smc_regs *ret)
{
	unsigned int first;

	if (!h->options.fast || !h->options.fast(h->options.argument, call, ret))
		pool_smc(pool_of(h, harness_index(h, h->running), &first), call, ret);
}

/* No thread takes it: what resumes one that is refused leaves it suspended, and nobody's. */
static bool smc_is_answered(struct teeq_harness *h, unsigned int first,
			    const struct teeq_smc_regs *call, struct teeq_smc_regs *ret)
{
	if (!h->hooks || !h->hooks->answers ||
	    !h->hooks->answers(h->options.argument, call, ret))
		return false;
	h->smc_outcome = SMC_REFUSED;
	if ((uint32_t)call->a[0] == TEEQ_SMC_CALL_RETURN_FROM_RPC)
		memset(&h->contexts[first + call->a[3]], 0, sizeof(h->contexts[0]));
	else
		h->smc_outcome = outcome_of(call, TEEQ_NO_CONTEXT, ret);
	return true;
}

void teeq_harness_smc(const struct teeq_smc_regs *call, struct teeq_smc_regs *ret)
{
	struct harness_task *task = harness_running("teeq_harness_smc()");
	struct teeq_harness *h = harness_active;
	struct teeq_smc_regs regs;
	unsigned int number, first;
	struct pool *pool;

	if (!call || !ret)
		teeq_harness_violation("issues an SMC without registers");
	/* @ret may be @call. */
	regs = *call;
	if (h->options.thread_count == 0)
		teeq_harness_violation("issues an SMC, and the harness has no secure threads");
	if (!is_standard(regs.a[0])) {
		fast_call(h, &regs, ret);
		return;
	}
	smc_point("smc");
	pool = pool_of(h, harness_index(h, task), &first);
	if (smc_is_answered(h, first, &regs, ret))
		return;
	number = pool_smc(pool, &regs, ret);
	h->smc_outcome = outcome_of(&regs, number, ret);
	if (number == TEEQ_NO_CONTEXT)
		return;
	number += first;
	note_entry(&h->contexts[number], number, harness_index(h, task), &regs, h->smc_outcome);
	if (h->smc_outcome == SMC_ALLOC && h->hooks && h->hooks->taken)
		h->hooks->taken(h->options.argument, &h->contexts[number].secure);
	do
		smc_point("secure");
	while (!run_secure(h, number, &regs, ret));
}
