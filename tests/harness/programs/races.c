/* SPDX-License-Identifier: BSD-2-Clause */
/* What instrumented.sh compiles, a case at a time. The places that it asks for are marked. */
#include <stdio.h>
#include <string.h>

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <teeq/harness.h>

struct item {
	struct list_head link;
	struct kref kref;
	int value;
};

static struct mutex mutex, other;
static struct completion done;
static wait_queue_head_t queue;
static struct list_head items;
static struct item *item;
static atomic_t counter;
static int plain;
static volatile int sink, sinks[2];
static volatile unsigned char bytes[2];
static bool flag;

static void setup(void *argument)
{
	(void)argument;
	mutex_init(&mutex);
	init_completion(&done);
	init_waitqueue_head(&queue);
	INIT_LIST_HEAD(&items);
	item = kzalloc(sizeof(*item), GFP_KERNEL);
	kref_init(&item->kref);
	kref_get(&item->kref);
	atomic_set(&counter, 0);
	plain = 0;
	flag = false;
}

static void teardown(void *argument)
{
	(void)argument;
	kfree(item);
}

/* ---- races ---- */

static void plain_a(void) { plain++; /* plain, first */ }
static void plain_b(void)
{
	mutex_lock(&mutex);
	plain = 2; /* plain, second */
	mutex_unlock(&mutex);
}

static void list_a(void)
{
	mutex_lock(&mutex);
	list_add(&item->link, &items); /* list, first */
	mutex_unlock(&mutex);
}
static void list_b(void)
{
	mutex_lock(&other);
	sink = list_is_singular(&items); /* list, second */
	mutex_unlock(&other);
}

static void marked_and_plain_a(void) { WRITE_ONCE(plain, 1); plain = 3; /* marked_and_plain, first */ }
static void marked_and_plain_b(void) { sink = READ_ONCE(plain) != 0; sink = plain > 1; /* marked_and_plain, second */ }

static void free_and_use_a(void)
{
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	item->value = 1; /* free_and_use, first */
}
static void free_and_use_b(void)
{
	mutex_lock(&other);
	kfree(item); /* free_and_use, second */
	item = NULL;
	mutex_unlock(&other);
}

static void init_late_a(void) { mutex_lock(&mutex); mutex_unlock(&mutex); /* init_late, first */ }
static void init_late_b(void) { mutex_init(&mutex); /* init_late, second */ }

static void half_a(void) { bytes[0] = 0; bytes[1] = 1; /* half, first */ }
static void half_b(void) { bytes[1] = 2; /* half, second */ }

static void flag_a(void)
{
	flag = true; /* flag, first */
	wake_up(&queue);
}
static void flag_b(void) { wait_event(queue, flag); /* flag, second */ }

/* ---- none ---- */

static void locked_a(void)
{
	mutex_lock(&mutex);
	plain++;
	list_add(&item->link, &items);
	list_del(&item->link);
	mutex_unlock(&mutex);
}
static void locked_b(void) { locked_a(); }

static void completed_a(void)
{
	plain = 1;
	complete(&done);
}
static void completed_b(void)
{
	wait_for_completion(&done);
	plain++;
}

static void woken_a(void)
{
	plain = 1;
	WRITE_ONCE(flag, true);
	wake_up(&queue);
}
static void woken_b(void)
{
	wait_event(queue, READ_ONCE(flag));
	plain++;
}

static void marked_a(void)
{
	WRITE_ONCE(plain, READ_ONCE(plain) + 1);
	atomic_inc(&counter);
}
static void marked_b(void)
{
	marked_a();
	atomic_add_unless(&counter, 1, 5);
	__atomic_fetch_add(&plain, 1, __ATOMIC_SEQ_CST);
}

static void release(struct kref *kref)
{
	item = NULL;
	kfree(container_of(kref, struct item, kref));
}
static void counted_a(void)
{
	struct item *mine = READ_ONCE(item);

	sinks[0] = mine->value;
	kref_put(&mine->kref, release);
}
static void counted_b(void)
{
	struct item *mine = READ_ONCE(item);

	sinks[1] = mine->value;
	kref_put(&mine->kref, release);
}

static void other_half_a(void) { bytes[0] = 1; }
static void other_half_b(void) { bytes[1] = 2; }

static void initialised_a(void)
{
	mutex_init(&other);
	complete(&done);
}
static void initialised_b(void)
{
	wait_for_completion(&done);
	mutex_lock(&other);
	mutex_unlock(&other);
}

#define PASTE2(a, b) a##b
#define PASTE(a, b)  PASTE2(a, b)

static void task_a(void *argument)
{
	(void)argument;
	PASTE(CASE, _a)();
}

static void task_b(void *argument)
{
	(void)argument;
	PASTE(CASE, _b)();
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "races", .setup = setup, .teardown = teardown };
	void (*const all[])(void) = {
		plain_a, plain_b, list_a, list_b, marked_and_plain_a, marked_and_plain_b, free_and_use_a,
		free_and_use_b, init_late_a, init_late_b, half_a, half_b, flag_a, flag_b, locked_a,
		locked_b, completed_a, completed_b, woken_a, woken_b, marked_a, marked_b, counted_a,
		counted_b, other_half_a, other_half_b, initialised_a, initialised_b,
	};
	struct teeq_harness *h = NULL;
	int status = 2;

	mutex_init(&other);
	(void)all;
	if (teeq_harness_new(&options, &h, NULL) == TEEQ_OK &&
	    teeq_harness_task(h, "a", task_a, NULL, NULL) == TEEQ_OK &&
	    teeq_harness_task(h, "b", task_b, NULL, NULL) == TEEQ_OK)
		status = teeq_harness_main(h, argc, argv);
	teeq_harness_free(h);
	return status;
}
