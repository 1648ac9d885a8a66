/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "harness/harness.h"
#include "harness/state.h"

#define STACK_BYTES_MIN ((size_t)16 * 1024)
#define STACK_BYTES_MAX ((size_t)1 << 30)

static enum teeq_status check_name(const char *name, const char *key, struct teeq_error *error)
{
	size_t length = name ? strlen(name) : 0;

	if (!name)
		return error_null(error, key);
	if (length < 1 || length > TEEQ_NAME_MAX ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") <
		    length)
		return error_set(error, TEEQ_EINPUT, key, "found '%.80s', expected 1..%d letters, "
				 "digits, '-', '_' and '.'", name, TEEQ_NAME_MAX);
	return TEEQ_OK;
}

static enum teeq_status check_options(const struct teeq_harness_options *options,
				      struct teeq_error *error)
{
	if (!options)
		return error_null(error, "options");
	if (options->thread_count > TEEQ_CONTEXT_MAX)
		return error_set(error, TEEQ_EINPUT, "thread_count", "found %u, expected 0..%d",
				 options->thread_count, TEEQ_CONTEXT_MAX);
	if (options->stack_bytes &&
	    (options->stack_bytes < STACK_BYTES_MIN || options->stack_bytes > STACK_BYTES_MAX))
		return error_set(error, TEEQ_EINPUT, "stack_bytes", "found %zu, expected 0 or "
				 "%zu..%zu", options->stack_bytes, STACK_BYTES_MIN,
				 STACK_BYTES_MAX);
	if (options->time != TEEQ_HARNESS_TIME_LAST && options->time != TEEQ_HARNESS_TIME_ANY)
		return error_set(error, TEEQ_EINPUT, "time", "found %d, expected a value of enum "
				 "teeq_harness_time", (int)options->time);
	if ((unsigned int)options->points >= TEEQ_HARNESS_POINTS_COUNT)
		return error_set(error, TEEQ_EINPUT, "points", "found %d, expected a value of enum "
				 "teeq_harness_points", (int)options->points);
	return options->name ? check_name(options->name, "name", error) : TEEQ_OK;
}

enum teeq_status teeq_harness_new(const struct teeq_harness_options *options,
				  struct teeq_harness **harness, struct teeq_error *error)
{
	enum teeq_status status = check_options(options, error);
	struct teeq_harness *h;

	if (status == TEEQ_OK && !harness)
		status = error_null(error, "harness");
	if (status != TEEQ_OK)
		return status;
	h = calloc(1, sizeof(*h));
	if (!h)
		return error_nomem(error);
	h->options = *options;
	if (!h->options.loop_seconds)
		h->options.loop_seconds = TEEQ_HARNESS_LOOP_SECONDS_DEFAULT;
	if (!h->options.stack_bytes)
		h->options.stack_bytes = TEEQ_HARNESS_STACK_DEFAULT;
	snprintf(h->name, sizeof(h->name), "%s", options->name ? options->name : "harness");
	h->options.name = h->name;
	h->pool = calloc(1, pool_size(options->thread_count));
	h->points = h->options.points;
	if (!h->pool || !memory_create(h) ||
	    !fiber_create(&h->surroundings.fiber, h->options.stack_bytes)) {
		teeq_harness_free(h);
		return error_nomem(error);
	}
	*harness = h;
	return TEEQ_OK;
}

void teeq_harness_free(struct teeq_harness *h)
{
	if (!h)
		return;
	for (unsigned int i = 0; i < h->task_count; i++)
		fiber_destroy(&h->tasks[i].fiber);
	fiber_destroy(&h->surroundings.fiber);
	fiber_watch_end();
	for (size_t i = 0; i < h->region_count; i++)
		free(h->regions[i].copy);
	recorder_free(h->recording);
	state_free(h);
	free(h->watched);
	memory_destroy(h);
	race_free(h);
	order_free(h);
	teeq_schedule_free(&h->schedule);
	free(h->regions);
	free(h->explanation);
	free(h->pool);
	free(h);
}

enum teeq_status teeq_harness_task(struct teeq_harness *h, const char *name,
				   void (*function)(void *argument), void *argument,
				   struct teeq_error *error)
{
	struct harness_task *task;
	enum teeq_status status = check_name(name, "task", error);

	if (status == TEEQ_OK && (!h || !function))
		status = error_null(error, "harness, function");
	if (status != TEEQ_OK)
		return status;
	if (h->task_count >= TEEQ_TASK_MAX)
		return error_set(error, TEEQ_EINPUT, "task", "more than %d tasks", TEEQ_TASK_MAX);
	for (unsigned int i = 0; i < h->task_count; i++)
		if (strcmp(h->tasks[i].name, name) == 0)
			return error_set(error, TEEQ_EINPUT, "task", "there is a task '%s' already",
					 name);
	task = &h->tasks[h->task_count];
	if (!fiber_create(&task->fiber, h->options.stack_bytes))
		return error_nomem(error);
	snprintf(task->name, sizeof(task->name), "%s", name);
	task->function = function;
	task->argument = argument;
	h->task_count++;
	return TEEQ_OK;
}

enum teeq_status teeq_harness_daemon(struct teeq_harness *h, const char *name,
				     void (*function)(void *argument), void *argument,
				     struct teeq_error *error)
{
	enum teeq_status status = teeq_harness_task(h, name, function, argument, error);

	if (status == TEEQ_OK)
		h->tasks[h->task_count - 1].daemon = true;
	return status;
}

enum teeq_status teeq_harness_restore(struct teeq_harness *h, void *object, size_t size)
{
	struct region *regions;
	void *copy;

	if (!h || (!object && size > 0))
		return TEEQ_EINPUT;
	if (size == 0)
		return TEEQ_OK;
	regions = realloc(h->regions, (h->region_count + 1) * sizeof(*regions));
	copy = malloc(size);
	if (regions)
		h->regions = regions;
	if (!regions || !copy) {
		free(copy);
		return TEEQ_ENOMEM;
	}
	memcpy(copy, object, size);
	h->regions[h->region_count++] = (struct region){ .object = object,
							 .copy = copy,
							 .size = size };
	return TEEQ_OK;
}

void teeq_harness_see(struct teeq_harness_view *view, struct teeq_harness_waiter waiter)
{
	if (view && view->waiter_count < TEEQ_HARNESS_WAITER_MAX)
		view->waiters[view->waiter_count++] = waiter;
}

void teeq_harness_observe(struct teeq_harness *h, const char *driver,
			  void (*observe)(void *argument, struct teeq_harness_view *view),
			  void *argument)
{
	if (!h)
		return;
	snprintf(h->driver, sizeof(h->driver), "%s", driver ? driver : "");
	h->observe = observe;
	h->observe_argument = argument;
}
