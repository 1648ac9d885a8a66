/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SCHED_H
#define TEEQ_LINUX_SCHED_H

#include <linux/types.h>
#include <teeq/harness/runtime.h>

/* What a task sleeps as: which events end the sleep beside a wake. */
#define TASK_RUNNING	     0u
#define TASK_INTERRUPTIBLE   1u /* any signal */
#define TASK_UNINTERRUPTIBLE 2u /* none */
#define TASK_WAKEKILL	     4u
#define TASK_KILLABLE	     (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE) /* a fatal one */
#define TASK_NORMAL	     (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define TASK_COMM_LEN 16

struct mm_struct;

struct task_struct {
	unsigned int __state;
	int pid; /* from 1 */
	char comm[TASK_COMM_LEN];
	struct mm_struct *mm; /* NULL: it has no user space */
};

#define current teeq_kernel_current()

/* What was tested before it may hold no longer when it is done. */
#define set_current_state(state) \
	(teeq_kernel_shared("set_current_state()"), __set_current_state(state))
#define __set_current_state(state) ((void)(current->__state = (state)))

/* Give way; sleep where the task has set a state other than TASK_RUNNING. */
#define schedule() ((void)teeq_kernel_schedule(TEEQ_TIMEOUT_MAX, TEEQ_SITE("schedule()")))
/* Jiffies left. */
#define schedule_timeout(jiffies) \
	((signed long)teeq_kernel_schedule(jiffies, TEEQ_SITE("schedule_timeout()")))
#define cond_resched() teeq_kernel_resched(TEEQ_SITE("cond_resched()"))
#define yield()	       ((void)cond_resched())
/* A loop that waits for others has to let them move. */
#define cpu_relax()    teeq_kernel_point(TEEQ_SITE("cpu_relax()"))
#define might_sleep()  teeq_kernel_might_sleep(TEEQ_SITE("might_sleep()"))

static inline int task_pid_nr(const struct task_struct *task)
{
	return task->pid;
}

static inline int signal_pending(const struct task_struct *task)
{
	teeq_kernel_shared("signal_pending()");
	return teeq_kernel_signal_pending(task, false);
}

static inline int fatal_signal_pending(const struct task_struct *task)
{
	teeq_kernel_shared("fatal_signal_pending()");
	return teeq_kernel_signal_pending(task, true);
}

/* 1: it slept and does so no longer. */
static inline int wake_up_process(struct task_struct *task)
{
	return teeq_kernel_wake_task(task, TASK_NORMAL);
}

#endif
