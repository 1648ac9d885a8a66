/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread of the secure world waits for a key with a timeout, and if the time is up, once more
 * without. The key is sent once, so one of the two waits must get it: notif.c as it is.
 */
#ifdef REPAIRED
#include <linux/completion.h>
#include <linux/list.h>
/* The smallest repair: under the lock again, look whether the key came after all. */
#undef list_del
#define list_del(node)                                               \
	(teeq_list_del(node, TEEQ_SITE("list_del()")),               \
	 rc == -ETIMEDOUT && try_wait_for_completion(&entry->c) ?    \
		 (void)(rc = 0) : (void)0)
#endif
#include "notif.c"

#include "real.h"

#include <linux/bug.h>

enum { KEY = 3, TIMEOUT = 10, KEY_MAX = 255 };

static struct optee optee;

static void setup(void *argument)
{
	(void)argument;
	memset(&optee, 0, sizeof(optee));
	BUG_ON(optee_notif_init(&optee, KEY_MAX));
}

static void teardown(void *argument)
{
	(void)argument;
	optee_notif_uninit(&optee);
}

static void wait_twice(void *argument)
{
	(void)argument;
	if (optee_notif_wait(&optee, KEY, TIMEOUT) == -ETIMEDOUT)
		WARN_ON(optee_notif_wait(&optee, KEY, 0));
}

static void send(void *argument)
{
	(void)argument;
	WARN_ON(optee_notif_send(&optee, KEY));
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "timeout",
						.setup = setup,
						.teardown = teardown,
						.time = TEEQ_HARNESS_TIME_ANY };
	static const char *const names[] = { "wait", "send", NULL };
	void (*const functions[])(void *) = { wait_twice, send };

	return real_main(&options, names, functions, argc, argv);
}
