/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_COMPLETION_H
#define TEEQ_LINUX_COMPLETION_H

#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * complete() lets one waiter through, the next one if nobody waits yet; complete_all() everybody,
 * now and later. Each is a preemption point, and behind complete() there is another.
 */
struct completion {
	unsigned int done;              /* UINT_MAX: complete_all() */
	const struct completion *self; /* to be told from memory that nobody initialised */
};

#define TEEQ_COMPLETE_ALL 0xffffffffu
#define TEEQ_COMPLETION_MARKED(what, x, how) \
	teeq_kernel_marked(what, &(x)->done, sizeof((x)->done), how)

#define COMPLETION_INITIALIZER(name)	      { 0, &(name) }
#define COMPLETION_INITIALIZER_ONSTACK(name)  COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION(name)	      struct completion name = COMPLETION_INITIALIZER(name)
#define DECLARE_COMPLETION_ONSTACK(name)      DECLARE_COMPLETION(name)

static inline void init_completion(struct completion *x)
{
	x->done = 0;
	x->self = x;
}

static inline void reinit_completion(struct completion *x)
{
	teeq_kernel_shared("reinit_completion()");
	teeq_store(&x->done, 0u);
}

static inline void complete(struct completion *x)
{
	teeq_kernel_complete(x, false);
}

static inline void complete_all(struct completion *x)
{
	teeq_kernel_complete(x, true);
}

static inline bool completion_done(const struct completion *x)
{
	TEEQ_COMPLETION_MARKED("completion_done()", x, TEEQ_MARKED_READ);
	return teeq_load(&x->done) != 0;
}

/* Whether there was a completion, which is then consumed. */
static inline bool teeq_take_completion(struct completion *x)
{
	if (!x->done)
		return false;
	if (x->done != TEEQ_COMPLETE_ALL)
		x->done--;
	return true;
}

static inline bool try_wait_for_completion(struct completion *x)
{
	TEEQ_COMPLETION_MARKED("try_wait_for_completion()", x, TEEQ_MARKED_BOTH);
	return teeq_take_completion(x);
}

#define TEEQ_WAIT_COMPLETION(x, state, timeout) \
	teeq_kernel_wait_for_completion(x, state, timeout, TEEQ_SITE(#x))

#define wait_for_completion(x) \
	((void)TEEQ_WAIT_COMPLETION(x, TASK_UNINTERRUPTIBLE, TEEQ_TIMEOUT_MAX))
/* 0 or -ERESTARTSYS. */
#define wait_for_completion_interruptible(x) \
	teeq_untimed(TEEQ_WAIT_COMPLETION(x, TASK_INTERRUPTIBLE, TEEQ_TIMEOUT_MAX))
#define wait_for_completion_state(x, state) \
	teeq_untimed(TEEQ_WAIT_COMPLETION(x, state, TEEQ_TIMEOUT_MAX))
#define wait_for_completion_killable(x) \
	teeq_untimed(TEEQ_WAIT_COMPLETION(x, TASK_KILLABLE, TEEQ_TIMEOUT_MAX))
/* Jiffies left, at least 1; 0 after the timeout. */
#define wait_for_completion_timeout(x, timeout) \
	((unsigned long)TEEQ_WAIT_COMPLETION(x, TASK_UNINTERRUPTIBLE, (int64_t)(timeout)))
#define wait_for_completion_io(x)		   wait_for_completion(x)
#define wait_for_completion_io_timeout(x, timeout) wait_for_completion_timeout(x, timeout)
/* As above, or -ERESTARTSYS. */
#define wait_for_completion_interruptible_timeout(x, timeout) \
	TEEQ_WAIT_COMPLETION(x, TASK_INTERRUPTIBLE, (int64_t)(timeout))
#define wait_for_completion_killable_timeout(x, timeout) \
	TEEQ_WAIT_COMPLETION(x, TASK_KILLABLE, (int64_t)(timeout))

#endif
