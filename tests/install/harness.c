/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel-style code, and a search over all of its schedules. */
#include <linux/mutex.h>
#include <stdio.h>
#include <teeq/harness.h>
#include <teeq/status.h>

static DEFINE_MUTEX(mutex);
static int counter;

/* A name that libteeq uses inside: it must not get in the way. */
void pool_init(void)
{
	mutex_lock(&mutex);
	counter++;
	mutex_unlock(&mutex);
}

static void task(void *argument)
{
	(void)argument;
	pool_init();
}

int main(void)
{
	struct teeq_harness_search_result result;
	struct teeq_harness *h;

	if (teeq_harness_new(&(struct teeq_harness_options){ 0 }, &h, NULL) != TEEQ_OK ||
	    teeq_harness_task(h, "a", task, NULL, NULL) != TEEQ_OK ||
	    teeq_harness_task(h, "b", task, NULL, NULL) != TEEQ_OK ||
	    teeq_harness_search(h, NULL, &result, NULL) != TEEQ_OK)
		return 2;
	teeq_harness_free(h);
	/* Two steps each, and four over two ways to merge them. The first run is made once more. */
	if (!result.exhausted || result.runs != 6 || counter != 14)
		return 1;
	return puts(teeq_version()) < 0;
}
