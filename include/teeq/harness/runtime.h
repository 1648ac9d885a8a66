/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the headers in linux/ are made of. Not for programs: the names behind it may change. All of
 * it is called from tasks, unless a comment says otherwise.
 */
#ifndef TEEQ_HARNESS_RUNTIME_H
#define TEEQ_HARNESS_RUNTIME_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <teeq/status.h>

/* A place in the code under test, and the object as it is written there. */
struct teeq_site {
	const char *object;
	const char *function;
	const char *file;
	int line;
};

/* clang-format off */
#define TEEQ_SITE(object) \
	(&(const struct teeq_site){ object, __func__, __FILE__, __LINE__ })
/* clang-format on */

struct mutex;
struct spinlock;
struct completion;
struct wait_queue_head;
struct wait_queue_entry;
struct task_struct;

#define TEEQ_TIMEOUT_MAX INT64_MAX

/* ---- bug.h, printk.h ---- */

/* BUG() and what else must not happen: the run ends with VERDICT_VIOLATION. */
TEEQ_API void teeq_kernel_warn(const struct teeq_site *site, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));
/* As snprintf(), with the kernel's conversion %pUb of a UUID. */
TEEQ_API int teeq_kernel_format(char *to, size_t size, const char *format, ...);
/* printk() and its kin: @level 0 (emergency) to 7 (debug), to the log of the options. No point. */
TEEQ_API int teeq_kernel_print(int level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Whether what the code asks for at @site, memory or another thing that a kernel may refuse, is
 * refused. Counts, as --fail does. Nothing is refused to the setup and the teardown.
 */
TEEQ_API bool teeq_kernel_refuses(const struct teeq_site *site);

/*
 * That @object, which is a @what ("a device", say), is the code's from @site on, until it gives it
 * back. What is left when the driver was removed is a leak; memory must not be freed with such a
 * thing in it.
 */
TEEQ_API void teeq_kernel_take(const char *what, const volatile void *object,
			       const struct teeq_site *site);
/* Whether it is taken. */
TEEQ_API bool teeq_kernel_taken(const char *what, const volatile void *object);
/* What nobody took cannot be given back: VERDICT_VIOLATION. */
TEEQ_API void teeq_kernel_give(const char *what, const volatile void *object,
			       const struct teeq_site *site);

/* ---- slab.h ---- */

/* @count * @size bytes; NULL where that overflows or the run wants the allocation to fail. */
TEEQ_API void *teeq_kernel_alloc(size_t count, size_t size, unsigned int flags,
				 const struct teeq_site *site) __attribute__((malloc));
/* krealloc(): as above; @from may be NULL. */
TEEQ_API void *teeq_kernel_realloc(const void *from, size_t size, unsigned int flags,
				   const struct teeq_site *site);
/* kfree(): what is no block, or was freed already, is VERDICT_VIOLATION. NULL is fine. */
TEEQ_API void teeq_kernel_free(const void *block, const struct teeq_site *site);

/* ---- mm.h, uaccess.h, crash_dump.h ---- */

/* As teeq_kernel_alloc(), of @size bytes, a multiple of a page, at the beginning of one. */
TEEQ_API void *teeq_kernel_alloc_pages(size_t size, unsigned int flags,
				       const struct teeq_site *site) __attribute__((malloc));
/* Whether a task may reach @size bytes at @address from its user space. */
TEEQ_API bool teeq_kernel_user_ok(const void *address, size_t size);
/* Whether this kernel was started by a crashed one: as the machine says. */
TEEQ_API bool teeq_kernel_is_kdump(void);

/* ---- device.h ---- */

struct device;
struct device_driver;
struct bus_type;
struct class_interface;
struct list_head;
/*
 * The devices that were added in this run, under a mutex of their own. Adding one offers it to the
 * drivers of its bus and to the interfaces of its class.
 */
TEEQ_API int teeq_kernel_device_add(struct device *dev);
/* Takes it out again, and unbinds it. */
TEEQ_API void teeq_kernel_device_del(struct device *dev);
/* Takes that mutex, to go through the list that it returns. */
TEEQ_API struct list_head *teeq_kernel_device_lock(void);
/* Gives it back. */
TEEQ_API void teeq_kernel_device_unlock(void);
struct class;
/* The first of the class behind @start (NULL: at all), with a reference, or NULL. A point. */
TEEQ_API struct device *teeq_kernel_next_of_class(const struct class *class_,
						  const struct device *start);
/* Likewise of drivers: 0, or -EBUSY, where it is there already. */
TEEQ_API int teeq_kernel_driver_add(struct device_driver *driver);
/* Takes it out, and unbinds its devices. */
TEEQ_API void teeq_kernel_driver_del(struct device_driver *driver);
/* One that is told of each device of its class, of those that are there, too. */
TEEQ_API void teeq_kernel_interface_add(struct class_interface *interface);
/* No longer. */
TEEQ_API void teeq_kernel_interface_del(struct class_interface *interface);
/* @call for each device of @bus, until one is not answered 0. */
TEEQ_API int teeq_kernel_for_each_device(const struct bus_type *bus, void *data,
					 int (*call)(struct device *dev, void *data));
/* Memory that goes with the device's binding. NULL: there is none. */
TEEQ_API void *teeq_kernel_devres_alloc(struct device *dev, size_t size, unsigned int flags,
					const struct teeq_site *site);
/* Likewise an action, which is done when that ends. 0 or -ENOMEM. */
TEEQ_API int teeq_kernel_devres_action(struct device *dev, void (*action)(void *data), void *data);

/* ---- mutex.h, spinlock.h ---- */

/* mutex_lock() and its kin: 0, or -EINTR where a signal ended a wait in @state. A point before. */
TEEQ_API int teeq_kernel_mutex_lock(struct mutex *lock, unsigned int state,
				    const struct teeq_site *site);
/* 1: taken; 0: somebody holds it. A point before. */
TEEQ_API int teeq_kernel_mutex_trylock(struct mutex *lock, const struct teeq_site *site);
/* A mutex that another task holds, or nobody, is VERDICT_VIOLATION. */
TEEQ_API void teeq_kernel_mutex_unlock(struct mutex *lock, const struct teeq_site *site);
/* Whether anybody holds it. No point. */
TEEQ_API bool teeq_kernel_mutex_is_locked(const struct mutex *lock);
/* Whether this task does. No point. */
TEEQ_API bool teeq_kernel_mutex_is_mine(const struct mutex *lock);
/* spin_lock() and its kin; interrupts are not modelled. A point before. */
TEEQ_API void teeq_kernel_spin_lock(struct spinlock *lock, const struct teeq_site *site);
/* 1: taken; 0: somebody holds it. A point before. */
TEEQ_API int teeq_kernel_spin_trylock(struct spinlock *lock, const struct teeq_site *site);
/* As of a mutex. */
TEEQ_API void teeq_kernel_spin_unlock(struct spinlock *lock, const struct teeq_site *site);
/* Whether anybody holds it. No point. */
TEEQ_API bool teeq_kernel_spin_is_locked(const struct spinlock *lock);
/* Whether this task does. No point. */
TEEQ_API bool teeq_kernel_spin_is_mine(const struct spinlock *lock);

/* ---- completion.h, wait.h, sched.h ---- */

/* Of a wait without a timeout: 0 or -ERESTARTSYS. */
static inline int teeq_untimed(long left)
{
	return left < 0 ? (int)left : 0;
}

/* complete(), complete_all(): points before and behind. */
TEEQ_API void teeq_kernel_complete(struct completion *x, bool all);
/* Jiffies left, at least 1; 0: @timeout went by; -ERESTARTSYS. */
TEEQ_API long teeq_kernel_wait_for_completion(struct completion *x, unsigned int state,
					      int64_t timeout, const struct teeq_site *site);
/* wake_up() and its kin, of those who sleep in @state; so many @exclusive ones, 0: all of them. */
TEEQ_API void teeq_kernel_wake(struct wait_queue_head *head, unsigned int state, int exclusive);
/* prepare_to_wait() and its kin: @entry joins @head, if it is in no queue. */
TEEQ_API void teeq_kernel_prepare(struct wait_queue_head *head, struct wait_queue_entry *entry,
				  unsigned int state, bool exclusive, const struct teeq_site *site);
/* finish_wait(). */
TEEQ_API void teeq_kernel_finish(struct wait_queue_entry *entry);
/* add_wait_queue() and its kin. */
TEEQ_API void teeq_kernel_queue_add(struct wait_queue_head *head, struct wait_queue_entry *entry,
				    bool exclusive);
/* remove_wait_queue(). */
TEEQ_API void teeq_kernel_queue_remove(struct wait_queue_head *head,
				       struct wait_queue_entry *entry);
/* waitqueue_active(): whether anybody stands in @head. */
TEEQ_API bool teeq_kernel_waits(const struct wait_queue_head *head);

/* One wait_event() in progress; lives on the stack of its task. */
struct teeq_wait_event {
	struct wait_queue_head *head;
	struct wait_queue_entry *entry;
	unsigned int state;
	bool exclusive;
	int64_t left;
	long result;
	bool over;
	const struct teeq_site *site;
};
/* Before the condition is tested first. */
TEEQ_API void teeq_kernel_event_begin(struct teeq_wait_event *event);
/* Sleep until it is worth testing the condition again; false: give up, @result says why. */
TEEQ_API bool teeq_kernel_event_sleep(struct teeq_wait_event *event);
/* As teeq_kernel_wait_for_completion(). */
TEEQ_API long teeq_kernel_event_end(struct teeq_wait_event *event, bool met);

/* The task that calls; the setup and the teardown are tasks, too. */
TEEQ_API struct task_struct *teeq_kernel_current(void);
/* Whether @task has a signal, or a fatal one, pending. */
TEEQ_API bool teeq_kernel_signal_pending(const struct task_struct *task, bool fatal_only);
/* Jiffies left, as above, or 0. */
TEEQ_API int64_t teeq_kernel_schedule(int64_t timeout, const struct teeq_site *site);
/* wake_up_process() and its kin: 1, where it slept in @state. */
TEEQ_API int teeq_kernel_wake_task(struct task_struct *task, unsigned int state);
/* A preemption point, where others may come in. */
TEEQ_API void teeq_kernel_point(const struct teeq_site *site);
/*
 * @what was done, or is about to be, that others see: a point. Nothing outside of a task, and
 * nothing under a lock where the run has the model's points only.
 */
TEEQ_API void teeq_kernel_shared(const char *what);
/*
 * @how of the next: what is done, and whether one access follows, or any number up to the next
 * point.
 */
#define TEEQ_MARKED_READ  1u
#define TEEQ_MARKED_WRITE 2u
#define TEEQ_MARKED_BOTH  (TEEQ_MARKED_READ | TEEQ_MARKED_WRITE)
#define TEEQ_MARKED_ONCE  4u

/*
 * As teeq_kernel_shared(), before @size bytes at @object are used in a way that is meant for what
 * others use at the same time: no data race by itself, and ordered with others of its kind.
 */
TEEQ_API void teeq_kernel_marked(const char *what, const volatile void *object, size_t size,
				 unsigned int how);
/* A plain access of instrumented code; @place is where it returns to. Anywhere. */
TEEQ_API void teeq_kernel_access(const volatile void *object, size_t size, bool write,
				 const void *place);
/* Instrumented code enters a function that returns to @caller; NULL: it leaves it. Anywhere. */
TEEQ_API void teeq_kernel_call(const void *caller);
/* A point where code that holds a spinlock must not be; 0. */
TEEQ_API int teeq_kernel_resched(const struct teeq_site *site);
/* The time of the run, in jiffies. No point. */
TEEQ_API uint64_t teeq_kernel_jiffies(void);
/* Code that holds a spinlock must not come here. No point. */
TEEQ_API void teeq_kernel_might_sleep(const struct teeq_site *site);

#endif
