/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "harness/harness.h"

static const char *kind_word(enum point_kind kind)
{
	switch (kind) {
	case POINT_MUTEX:
		return "mutex ";
	case POINT_SPIN:
		return "spinlock ";
	case POINT_COMPLETION:
		return "completion ";
	default:
		return "";
	}
}

static const char *task_name(const struct teeq_harness *h, unsigned int task)
{
	return task < h->task_count ? h->tasks[task].name : h->surroundings.name;
}

static void explain_holder(const struct teeq_harness *h, const struct harness_task *task,
			   const struct held *held, struct text *text)
{
	bool gone = held->task < h->task_count && h->tasks[held->task].state == TASK_RETURNED;

	text_add(text, "; %s%s holds it",
		 held->task == harness_index(h, task) ? "itself" : task_name(h, held->task),
		 gone ? ", which has returned," : "");
	/* A script that takes it is no place in the code. */
	if (held->site.line > 0)
		text_add(text, " since %s() at %s:%d", held->site.function, held->site.file,
			 held->site.line);
}

static void explain_task(const struct teeq_harness *h, const struct harness_task *task,
			 struct text *text)
{
	const struct point *point = &task->point;
	const struct held *held = harness_holder(h, point->object);

	text_add(text, "  %s%s %s %s%s", task->daemon ? "the daemon " : "", task->name,
		 point->kind == POINT_FREE ? "stands at" : "waits for", kind_word(point->kind),
		 point->site.object);
	if (point->site.line > 0)
		text_add(text, ", in %s() at %s:%d", point->site.function, point->site.file,
			 point->site.line);
	if ((point->kind == POINT_MUTEX || point->kind == POINT_SPIN) && held)
		explain_holder(h, task, held, text);
	text_add(text, "\n");
}

/* Whose stack an object of the code lies on, or NULL. */
static const struct harness_task *stack_owner(const struct teeq_harness *h, const void *object)
{
	uintptr_t at = (uintptr_t)object;

	for (unsigned int i = 0; i < h->task_count; i++) {
		uintptr_t stack = (uintptr_t)h->tasks[i].fiber.stack;

		if (at >= stack && at < stack + h->tasks[i].fiber.stack_bytes)
			return &h->tasks[i];
	}
	return NULL;
}

static void explain_absorbed(const struct teeq_harness *h, const struct teeq_harness_view *view,
			     unsigned int i, struct text *text)
{
	const struct harness_task *owner = stack_owner(h, view->waiters[i].completion);

	text_add(text, "  entry %u of %u in the queue%s%s, was woken, and nobody sleeps on it: it "
		 "absorbed the wake\n", i + 1, view->waiter_count, owner ? ", a call of " : "",
		 owner ? owner->name : "");
}

static bool somebody_sleeps_on(const struct teeq_harness *h, const void *completion)
{
	for (unsigned int i = 0; i < h->task_count; i++)
		if (h->tasks[i].state == TASK_AT_POINT &&
		    h->tasks[i].point.kind == POINT_COMPLETION &&
		    h->tasks[i].point.object == completion)
			return true;
	return false;
}

/* A caller that was woken although it did not sleep has the wake that somebody else lacks. */
static void explain_queue(const struct teeq_harness *h, struct text *text)
{
	struct teeq_harness_view view = { 0 };

	h->observe(h->observe_argument, &view);
	for (unsigned int i = 0; i < view.waiter_count; i++)
		if (view.waiters[i].done && !somebody_sleeps_on(h, view.waiters[i].completion))
			explain_absorbed(h, &view, i, text);
}

/* What there is to say below the first line. */
char *explain_run(const struct teeq_harness *h)
{
	struct text text = { 0 };
	char refused[256];

	text_add(&text, "%s", "");
	if (h->result.verdict == TEEQ_VERDICT_VIOLATION)
		text_add(&text, "  %s\n", h->violation);
	if (refused_tell(h, refused, sizeof(refused)))
		text_add(&text, "  refused: %s\n", refused);
	for (unsigned int i = 0; i < h->task_count; i++)
		if (h->tasks[i].state == TASK_AT_POINT)
			explain_task(h, &h->tasks[i], &text);
	for (unsigned int i = 0; i < h->options.thread_count; i++)
		if (h->contexts[i].in_use)
			text_add(&text, "  thread %u is held by %s\n", i,
				 task_name(h, h->contexts[i].secure.task));
	if (h->result.verdict == TEEQ_VERDICT_DEADLOCK && h->observe)
		explain_queue(h, &text);
	return text_take(&text);
}

char *teeq_harness_explain(const struct teeq_harness *h)
{
	struct text text = { 0 };
	char *late = NULL;

	if (!h)
		return NULL;
	/* A run that began with a copy and was done has not been put into words. */
	if (!h->explanation && h->begins_with_copy)
		late = explain_run(h);
	text_add(&text, "%s after %" PRIu64 " steps\n%s", teeq_verdict_name(h->result.verdict),
		 h->result.steps, h->explanation ? h->explanation : late ? late : "");
	free(late);
	return text_take(&text);
}
