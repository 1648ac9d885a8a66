/* SPDX-License-Identifier: BSD-2-Clause */
#include "interface.h"

#include "found.h"
#include "teeq/threads.h"

/* Threads are not started here: what would block is called with what is out of range only. */

static void look(struct call *call, struct teeq_threads *threads)
{
	struct teeq_threads_stats stats;
	struct teeq_error error = { .text = "" };

	teeq_threads_world(threads);
	teeq_threads_stats(threads, OR_NULL(call, 4, &stats));
	if ((teeq_threads_compare(threads, NULL, OR_NULL(call, 5, &error)) == TEEQ_OK) != (threads != NULL))
		found("nothing happened, and that is not as in the model");
}

static bool give_up(void *argument)
{
	return argument != NULL;
}

/* Nobody's code stands anywhere; and once it is over, a task's thread comes to its end at once. */
static void run_nobody(struct call *call, struct teeq_threads *threads, size_t task_count)
{
	int result;

	if (teeq_threads_do(threads, call->a, call->b, OR_NULL(call, 6, &result)) != TEEQ_EINPUT)
		found("a step of no code");
	teeq_threads_stop(threads);
	if (teeq_threads_watch(threads, call->b) == TEEQ_VERDICT_DEADLOCK)
		found("a deadlock of nobody");
	for (unsigned int i = 0; i <= task_count; i++)
		teeq_threads_task(threads, i);
	teeq_threads_task(threads, call->a);
}

static void open_threads(struct call *call)
{
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	const struct teeq_threads_options options = { .pause_percent = call->a, .seed = call->b,
						      .record = call->b & 1, .gives_up = give_up };
	struct teeq_threads *threads = NULL;
	struct teeq_error error = { .text = "" };
	enum teeq_status status =
		teeq_threads_new(m, OR_NULL(call, 1, &options), OR_NULL(call, 2, &threads),
				  OR_NULL(call, 3, &error));

	if (status == TEEQ_OK && (!m || (call->nulls & 6) || call->a > 100))
		found("what is missing is not refused");
	if (!threads)
		return;
	look(call, threads);
	run_nobody(call, threads, teeq_model_task_count(m));
	look(call, threads);
	teeq_threads_free(threads);
}

bool interface_threads(struct call *call, unsigned int function)
{
	switch (function) {
	case 0:
		open_threads(call);
		return true;
	case 1:
		look(call, NULL);
		run_nobody(call, NULL, 1);
		teeq_threads_free(NULL);
		return true;
	default:
		return false;
	}
}
