/* SPDX-License-Identifier: BSD-2-Clause */
/* What sanitizers.sh compiles: a mistake of b behind the mutex, if a was there first. */
#include <limits.h>

#include <linux/mutex.h>
#include <linux/slab.h>
#include <teeq/harness.h>

static struct mutex mutex;
static volatile int *number;
static volatile int count;

static void setup(void *argument)
{
	(void)argument;
	mutex_init(&mutex);
	number = kzalloc(sizeof(*number), GFP_KERNEL);
	count = 0;
}

static void use_freed(void)
{
	count = *number;
}

static void overflow(void)
{
	count++;
}

static void a(void *argument)
{
	(void)argument;
	mutex_lock(&mutex);
	kfree((void *)number);
	count = INT_MAX;
	mutex_unlock(&mutex);
}

static void b(void *argument)
{
	(void)argument;
	mutex_lock(&mutex);
	CASE();
	mutex_unlock(&mutex);
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "reported", .setup = setup };
	struct teeq_harness *h = NULL;
	int status = 2;

	(void)use_freed;
	(void)overflow;
	if (teeq_harness_new(&options, &h, NULL) == TEEQ_OK &&
	    teeq_harness_task(h, "b", b, NULL, NULL) == TEEQ_OK &&
	    teeq_harness_task(h, "a", a, NULL, NULL) == TEEQ_OK)
		status = teeq_harness_main(h, argc, argv);
	teeq_harness_free(h);
	return status;
}
