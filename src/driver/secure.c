/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The secure world behind the driver: it reads the messages of standard calls, and what it does
 * then is the model's: the code that the scenario's commands were compiled to, run by the model's
 * own secure threads on its locks, conditions and TAs. Its RPCs are written as messages again.
 */
#include "driver/secure.h"

#include <string.h>

void secure_reset(struct teeq_drive *d)
{
	memset(d->threads, 0, sizeof(d->threads));
	memset(d->registered, 0, sizeof(d->registered));
	d->registered_count = 0;
	teeq_world_copy(d->m, d->w, d->m->initial);
	/* The boot comes before any is lost. */
	if (d->m->has_guests)
		for (unsigned int i = 0; i < d->scenario->lost_count; i++)
			drive_shared_pool(d)->context[i] = CONTEXT_FREE;
}

/* ---------------------------------------- a call begins --------------------------------------- */

static struct message *message_at(struct teeq_drive *d, const struct teeq_smc_regs *call)
{
	uint64_t value = call->a[1] << 32 | (uint32_t)call->a[2];

	if ((uint32_t)call->a[0] == TEEQ_SMC_CALL_WITH_REGD_ARG) {
		uint64_t address = secure_address(d, value);

		return address ? (struct message *)(uintptr_t)(address + (uint32_t)call->a[3]) :
				 NULL;
	}
	return (struct message *)(uintptr_t)value;
}

unsigned int secure_depth(const struct teeq_drive *d, unsigned int task)
{
	unsigned int depth = 0;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		depth += d->threads[i].in_use && d->threads[i].task == task;
	return depth;
}

static unsigned int level_of(const struct teeq_drive *d, unsigned int task)
{
	unsigned int level = secure_depth(d, task);

	return level < d->m->level_count ? level : d->m->level_count - 1u;
}

/* The task's level and its call there, which the model's threads look at. */
static void select_call(struct teeq_drive *d, const struct running *r, unsigned int context)
{
	struct task *task = world_task(d->m, d->w, r->task);

	task->top = (uint8_t)r->level;
	task_top(task)->call.context = (uint8_t)context;
}

static void start_in_model(struct teeq_drive *d, struct running *r, unsigned int context,
			   unsigned int entry)
{
	r->in_model = true;
	select_call(d, r, context);
	task_top(world_task(d->m, d->w, r->task))->call.flags = 0;
	task_set_error(d->m, d->w, r->task, TEEQ_FAILURE_NONE);
	memset(world_thread(d->m, d->w, context), 0, d->m->layout.thread_size);
	world_thread(d->m, d->w, context)->pc = (uint16_t)entry;
}

static void thread_begin(struct teeq_drive *d, struct running *r,
			 const struct teeq_harness_secure_call *call)
{
	unsigned int fails = r->fails, entry;

	/* All of its bytes: what lies between its members tells states apart. */
	memset(r, 0, sizeof(*r));
	r->task = call->task;
	r->level = level_of(d, call->task);
	r->fails = fails;
	r->in_use = true;
	r->message = message_at(d, &call->call);
	if (!r->message)
		teeq_harness_violation(
			"the driver's message lies in memory that it never registered");
	if ((uint32_t)call->call.a[0] != TEEQ_SMC_CALL_WITH_ARG) {
		r->rpc = (struct message *)((char *)r->message +
					    message_size(r->message->param_count));
	} else if (drive_guest(d)->cached[call->context]) {
		r->rpc = drive_guest(d)->cached[call->context];
		r->rpc_cookie = drive_guest(d)->cookies[call->context];
	}
	r->message->ret = 0;
	r->message->origin = ORIGIN_TRUSTED_APP;
	entry = r->fails ? CODE_NONE : secure_begin(d, r);
	if (r->fails)
		r->message->ret = teeq_failure_value((enum teeq_failure)r->fails);
	if (entry != CODE_NONE && r->task < d->m->first_fault)
		start_in_model(d, r, call->context, entry);
}

void secure_taken(void *drive, const struct teeq_harness_secure_call *call)
{
	struct teeq_drive *d = drive;
	const struct message *message = message_at(d, &call->call);

	if (!message || call->task >= d->m->first_fault)
		return;
	if (secure_opens_named(message))
		drive_meets_open(d, call->task);
	if (message->command == MESSAGE_INVOKE && message->func > 0 &&
	    message->session < SESSION_SCMI)
		d->threads[call->context].fails =
			drive_meets(d, call->task, TEEQ_FAULT_CALL_FAILS);
}

/* ----------------------------------------- it stops ------------------------------------------- */

/*
 * What is left of tee-supplicant's memory goes when the call ends; nobody is asked for that. Over
 * FF-A no registers say it, but a message does, as for memory of the kernel's own.
 */
static bool lets_go(const struct teeq_drive *d, struct running *r)
{
	return r->allocated && r->asked != ASKED_FREE && (d->m->abi != TEEQ_ABI_FFA || r->rpc);
}

static int secure_let_go(const struct teeq_drive *d, struct running *r, struct teeq_smc_regs *regs)
{
	r->asked = ASKED_FREE;
	regs->a[1] = r->allocated >> 32;
	regs->a[2] = (uint32_t)r->allocated;
	if (d->m->abi == TEEQ_ABI_FFA)
		rpc_free_memory(r->rpc, r->allocated);
	r->allocated = 0;
	return d->m->abi == TEEQ_ABI_FFA ? TEEQ_SMC_RPC_CMD : TEEQ_SMC_RPC_FREE;
}

/* A session of the scenario's that the TA does not open, by a fault. */
static void fail_open(struct teeq_drive *d, const struct running *r)
{
	if (!d->open_fails || !secure_opens_named(r->message) || r->task >= d->m->first_fault)
		return;
	d->open_fails = false;
	r->message->ret = teeq_failure_value(
		(enum teeq_failure)fault_meets(d->m, d->w, TEEQ_FAULT_OPEN_FAILS));
}

static int finish(struct teeq_drive *d, struct running *r, unsigned int context)
{
	if (r->in_model) {
		const struct call *call = &task_top(world_task(d->m, d->w, r->task))->call;
		unsigned int error = task_error(d->m, d->w, r->task);

		if (call->flags & CALL_FAILED)
			r->message->ret = teeq_failure_value(error ? (enum teeq_failure)error :
								     TEEQ_FAILURE_GENERIC);
		memset(world_thread(d->m, d->w, context), 0, d->m->layout.thread_size);
	}
	fail_open(d, r);
	memset(r, 0, sizeof(*r));
	return TEEQ_HARNESS_EXIT;
}

/* Where no memory for the arguments of RPCs is known, that is asked for before anything else. */
static int ask_memory(struct running *r, struct teeq_smc_regs *regs)
{
	r->asked = ASKED_ARGUMENT;
	regs->a[1] = message_size(4);
	return TEEQ_SMC_RPC_ALLOC;
}

static int thread_ask(struct teeq_drive *d, struct running *r, struct teeq_smc_regs *regs)
{
	secure_write_rpc(d, r);
	regs->a[1] = r->rpc_cookie >> 32;
	regs->a[2] = (uint32_t)r->rpc_cookie;
	return TEEQ_SMC_RPC_CMD;
}

static int thread_stop(struct teeq_drive *d, struct running *r, unsigned int context,
		       struct teeq_smc_regs *regs)
{
	switch (r->stop.stop) {
	case SECURE_EXIT:
		return lets_go(d, r) ? secure_let_go(d, r, regs) : finish(d, r, context);
	case SECURE_WORK:
		return TEEQ_HARNESS_ACTIVE;
	case SECURE_INTERRUPT:
	case SECURE_POLL:
		r->asked = ASKED_INTERRUPT;
		return TEEQ_SMC_RPC_FOREIGN_INTR;
	default:
		return thread_ask(d, r, regs);
	}
}

/* ----------------------------------------- it goes on ----------------------------------------- */

/* OP-TEE does not look at what became of a wait for one of its own locks: it looks again itself. */
static bool is_for_lock(const struct teeq_drive *d, const struct running *r)
{
	return (r->asked == ASKED_WAIT || r->asked == ASKED_SEND) &&
	       r->object >= d->m->notification_count;
}

/*
 * The command has no clean-up for an RPC that nothing in the scenario makes fail, but a driver that
 * is taken away, or out of memory, refuses any: with a lock in hand, which it must give back, it
 * goes on to its end, and fails there.
 */
static void rpc_failed(struct teeq_drive *d, const struct running *r, unsigned int context,
		       unsigned int error)
{
	if (secure_rpc(d->m, d->w, context)->target == 0 && hold_any(d->m, d->w, context))
		call_fail(d->m, d->w, r->task, error);
	else
		secure_rpc_failed(d->m, d->w, r->task, error);
}

static void thread_take_answer(struct teeq_drive *d, struct running *r, unsigned int context)
{
	uint32_t ret = r->rpc ? r->rpc->ret : 0;
	bool timeout = ret == teeq_failure_value(TEEQ_FAILURE_TIMEOUT);

	secure_read_rpc(d, r);
	if (ret == 0 || r->asked == ASKED_INTERRUPT || r->asked == ASKED_SLEEP)
		return;
	select_call(d, r, context);
	if (r->asked == ASKED_WAIT && timeout && is_for_lock(d, r))
		secure_note_late(d->m, d->w, context);
	if (is_for_lock(d, r) || (r->asked == ASKED_WAIT && timeout))
		return;
	rpc_failed(d, r, context, failure_of(0, ret));
}

static bool thread_take_memory(struct teeq_drive *d, struct running *r, unsigned int context,
			       const struct teeq_smc_regs *regs)
{
	struct message *memory = (void *)(uintptr_t)(regs->a[1] << 32 | (uint32_t)regs->a[2]);

	drive_guest(d)->cached[context] = memory;
	drive_guest(d)->cookies[context] = regs->a[4] << 32 | (uint32_t)regs->a[5];
	if (!r->rpc) {
		r->rpc = memory;
		r->rpc_cookie = drive_guest(d)->cookies[context];
	}
	return memory != NULL;
}

/* What the scenario's own commands do wrong. */
static _Noreturn void break_world(const struct teeq_drive *d)
{
	if (d->w->violation == VIOLATION_PANIC)
		teeq_harness_violation(
			"the secure world panics: a TA is busy that must not be waited "
			"for");
	teeq_harness_violation(
		"a lock of the secure world is given back that nobody has, or taken too "
		"often");
}

static int thread_run(struct teeq_drive *d, struct running *r, unsigned int context,
		      struct teeq_smc_regs *regs)
{
	select_call(d, r, context);
	r->stop = secure_run(d->m, d->w, context, r->task);
	if (r->stop.failed)
		task_top(world_task(d->m, d->w, r->task))->call.flags |= CALL_FAILED;
	if (d->w->violation != VIOLATION_NONE)
		break_world(d);
	secure_interrupt(d);
	return thread_stop(d, r, context, regs);
}

/* A thread that has no memory for the arguments of its RPCs yet; TEEQ_NO_CONTEXT: all have. */
static unsigned int next_cache(const struct teeq_drive *d, unsigned int own)
{
	unsigned int first, count = drive_pool(d, kernel_guest(), &first)->context_count;

	for (unsigned int i = first; drive_keeps_cache(d) && i < first + count; i++)
		if (i != own && !drive_guest(d)->cached[i])
			return i;
	return TEEQ_NO_CONTEXT;
}

/* A call that the boot makes is none of the model's, and may ask for memory. */
static int run_boot(struct teeq_drive *d, struct running *r, unsigned int context, enum asked asked,
		    struct teeq_smc_regs *regs)
{
	bool asks = secure_is_boot(r);

	if (asks && (!r->rpc || next_cache(d, context) != TEEQ_NO_CONTEXT))
		return ask_memory(r, regs);
	r->asked = asks ? secure_boot_rpc(d, r, asked) : ASKED_NOTHING;
	if (r->asked == ASKED_NOTHING)
		return finish(d, r, context);
	regs->a[1] = r->rpc_cookie >> 32;
	regs->a[2] = (uint32_t)r->rpc_cookie;
	return TEEQ_SMC_RPC_CMD;
}

/* Memory for the arguments of RPCs has come, or there is none. */
static int go_on_with(struct teeq_drive *d, struct running *r, unsigned int context,
		      struct teeq_smc_regs *regs)
{
	bool boots = secure_is_boot(r) && r->rpc;
	unsigned int other = boots ? next_cache(d, context) : TEEQ_NO_CONTEXT;
	bool taken = thread_take_memory(d, r, other == TEEQ_NO_CONTEXT ? context : other, regs);

	r->asked = ASKED_NOTHING;
	if (!r->in_model)
		return run_boot(d, r, context, ASKED_NOTHING, regs);
	select_call(d, r, context);
	if (taken)
		return thread_run(d, r, context, regs);
	call_fail(d->m, d->w, r->task, TEEQ_FAILURE_OUT_OF_MEMORY);
	return finish(d, r, context);
}

/*
 * An interrupt is met before the thread does anything, but for what it does to have memory for its
 * RPCs, which the model does not know.
 */
static bool is_interrupted(struct teeq_drive *d, struct running *r)
{
	r->interrupted = r->task < d->m->first_fault && r->asked != ASKED_ARGUMENT &&
			 r->asked != ASKED_FREE &&
			 drive_meets(d, r->task, TEEQ_FAULT_INTERRUPT) != TEEQ_FAILURE_NONE;
	return r->interrupted;
}

int secure_thread(void *drive, const struct teeq_harness_secure_call *call,
		  struct teeq_smc_regs *regs)
{
	struct teeq_drive *d = drive;
	struct running *r = &d->threads[call->context];
	enum asked asked = r->asked;

	if (!r->in_use)
		thread_begin(d, r, call);
	if (is_interrupted(d, r))
		return TEEQ_SMC_RPC_FOREIGN_INTR;
	if (asked == ASKED_ARGUMENT)
		return go_on_with(d, r, call->context, regs);
	else if (asked == ASKED_FREE)
		return finish(d, r, call->context);
	else if (asked != ASKED_NOTHING && r->in_model)
		thread_take_answer(d, r, call->context);
	r->asked = ASKED_NOTHING;
	if (r->in_model && !r->rpc)
		return ask_memory(r, regs);
	if (r->in_model)
		return thread_run(d, r, call->context, regs);
	return run_boot(d, r, call->context, asked, regs);
}

unsigned int secure_service(const struct teeq_drive *d)
{
	unsigned int task = harness_index(d->h, harness_running("an RPC"));
	const struct running *innermost = NULL;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == task &&
		    (!innermost || d->threads[i].level > innermost->level))
			innermost = &d->threads[i];
	return innermost && innermost->asked == ASKED_SERVICE ? innermost->object : TEEQ_NO_OBJECT;
}
