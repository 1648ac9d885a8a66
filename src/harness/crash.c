/* SPDX-License-Identifier: BSD-2-Clause */
/* The last words of a program whose code under test broke out. From a signal handler. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/state.h"

#include <linux/list.h>

/* A member of an entry that was deleted lies this near to the poison. */
#define POISON_REACH 64u

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char text[1400];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(text) - 1)
		length = (int)sizeof(text) - 1;
	if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0)
		_exit(2);
}

static void say_schedule(const struct teeq_harness *h)
{
	const struct teeq_schedule *schedule = &h->schedule;
	size_t next;

	say("replay: '" SCHEDULE_PREFIX "%s:%016" PRIx64, h->name, schedule_digest(h, h->points));
	for (size_t i = 0; i < schedule->count; i = next) {
		size_t times = schedule_times(schedule, i);

		next = i + times;
		say(" %s", h->tasks[schedule->tasks[i]].name);
		if (times > 1)
			say("*%zu", times);
	}
	say("'");
	if (h->fail_at > 0)
		say(" %" PRIu64, h->fail_at);
	say("\n");
}

static void say_who(const struct teeq_harness *h)
{
	say("teeq-harness: %s: step %" PRIu64 ": %s ", h->name, h->result.steps,
	    h->running ? h->running->name : "what looks on from outside of tasks");
}

/* Where it was seen last. */
static void say_since(const struct harness_task *task)
{
	char place[400];

	if (task && harness_place(task, place, sizeof(place)) > 0)
		say(", since its last point, %s", place);
	say("\n");
}

/* @task touched what is @offset from the block's first byte. */
static void crash_put_block(const struct teeq_harness *h, const struct harness_task *task,
			    const struct block *block, uintptr_t offset, char *text, size_t size)
{
	const struct teeq_site *site = &block->site;
	const struct teeq_site *freed = &block->freed_site;
	char what[400] = "", place[400];

	if (block->freed)
		snprintf(what, sizeof(what), ", freed by %s in %s() at %s:%d",
			 harness_name(h, block->freed_by), freed->function, freed->file,
			 freed->line);
	harness_place(task, place, sizeof(place));
	snprintf(text, size, "%s: %s byte %td of %zu by %s in %s() at %s:%d"
		 "%s; since its last point, %s", task->name,
		 block->freed ? "uses freed memory:" : "runs over the end:", (ptrdiff_t)offset,
		 block->size, site->object, site->function, site->file, site->line, what,
		 place);
}

static bool is_in_guard(const struct harness_task *task, uintptr_t at)
{
	return task && at >= (uintptr_t)task->fiber.map && at < (uintptr_t)task->fiber.stack;
}

void crash_tell(const void *argument, const void *address)
{
	const struct teeq_harness *h = argument;
	uintptr_t at = (uintptr_t)address;

	say_who(h);
	if (is_in_guard(h->running, at))
		say("overflowed its stack of %zu bytes", h->running->fiber.stack_bytes);
	else if (at >= (uintptr_t)LIST_POISON1 && at < (uintptr_t)LIST_POISON2 + POISON_REACH)
		say("touched 0x%" PRIxPTR ": an entry that was deleted from its list", at);
	else
		say("crashed at address 0x%" PRIxPTR, at);
	say_since(h->running);
	say_schedule(h);
}

/*
 * Does nothing while the harness's own code runs: only a task can be left in the middle of what it
 * does.
 */
static void crash_leave(struct teeq_harness *h, const void *address)
{
	const struct block *block = memory_at(h, (uintptr_t)address);
	struct harness_task *task = h->running;

	/* Where no page is closed, what was freed leads nowhere: that is told by another run. */
	if (task && !block && h->begins_with_copy) {
		if (!h->in_vain)
			snprintf(h->violation, sizeof(h->violation),
				 "%s: touched %p, where nothing is", task->name, address);
		harness_give_up(h, task);
	}
	if (!task || !block)
		return;
	if (!h->in_vain)
		crash_put_block(h, task, block, (uintptr_t)address - (uintptr_t)block->bytes,
				h->violation, sizeof(h->violation));
	harness_give_up(h, task);
}

bool crash_recover(const void *argument, const void *address)
{
	/* The handler runs in the thread that it interrupted. */
	struct teeq_harness *h = (struct teeq_harness *)(uintptr_t)argument;

	if (state_lets_in(h, address))
		return true;
	crash_leave(h, address);
	return false;
}

void crash_tell_thread(const struct teeq_harness *h, const struct harness_task *task,
		       const char *scenario, const void *address)
{
	const struct block *block = memory_at(h, (uintptr_t)address);
	char text[1200];

	if (block)
		crash_put_block(h, task, block, (uintptr_t)address - (uintptr_t)block->bytes, text,
				sizeof(text));
	else
		snprintf(text, sizeof(text), "%s: crashed at address %p", task->name, address);
	say("teeq-harness: %s: %s, on threads: ", h->name, scenario);
	say("%s\n", text);
}

void crash_if_freed(struct teeq_harness *h, const void *object)
{
	const struct block *block = memory_at(h, (uintptr_t)object);

	if (block && block->freed)
		crash_leave(h, object);
}

void crash_report(const void *argument, bool fatal)
{
	struct teeq_harness *h = (struct teeq_harness *)(uintptr_t)argument;

	if (!h->reported) {
		say_who(h);
		say("did what a sanitizer reports");
		say_since(h->running);
		say_schedule(h);
	}
	h->reported = true;
	(void)fatal;
}

bool crash_is_stuck(const void *argument)
{
	/*
	 * The handler runs in the thread that it interrupted, so nobody else looks at what it
	 * writes.
	 */
	struct teeq_harness *h = (struct teeq_harness *)(uintptr_t)argument;
	struct stuck *stuck = &h->stuck;

	if (stuck->run != h->run || stuck->entry_count != h->entry_count)
		*stuck = (struct stuck){ .run = h->run, .entry_count = h->entry_count };
	else
		stuck->tick_count++;
	if (stuck->tick_count < h->options.loop_seconds)
		return false;
	say_who(h);
	say("came to no point for %u s of processor time", h->options.loop_seconds);
	say_since(h->running);
	say_schedule(h);
	return true;
}
