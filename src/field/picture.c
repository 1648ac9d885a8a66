/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "field/picture.h"

#define SECOND	    INT64_C(1000000)
#define SAME_MOMENT (SECOND / 2)

/* The samples of one task, in the order of the log. */
struct history {
	const struct log_stack **stacks;
	size_t count;
};

static int by_pid(const void *a, const void *b)
{
	const struct log_stack *left = *(const struct log_stack *const *)a;
	const struct log_stack *right = *(const struct log_stack *const *)b;

	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	return left < right ? -1 : left > right;
}

static uint32_t boot_of(const struct picture *picture, const struct log_stack *stack)
{
	return picture->log->dumps[stack->dump].boot;
}

/*
 * The last boot in which somebody was in the driver; else the last one of which there are stacks.
 */
static uint32_t last_boot(const struct picture *picture)
{
	uint32_t related = 0, any = 0;
	bool found = false;

	for (size_t i = 0; i < picture->log->stack_count; i++) {
		const struct log_stack *stack = &picture->log->stacks[i];
		struct activity activity;

		any = boot_of(picture, stack);
		if (stack->frame_count == 0)
			continue;
		activity_of(picture->table, stack, &activity);
		if (activity.related) {
			related = any;
			found = true;
		}
	}
	return found ? related : any;
}

/* ------------------------------------- one task's history ------------------------------------- */

/* Where the last whole dumps of that sort begin; 0: there is none. */
static uint64_t last_whole(const struct picture *picture, enum log_dump_kind kind, uint32_t boot)
{
	uint64_t line = 0;

	for (size_t i = 0; i < picture->log->dump_count; i++) {
		const struct log_dump *dump = &picture->log->dumps[i];

		if (dump->kind == kind && dump->complete && dump->boot == boot)
			line = dump->line;
	}
	return line;
}

/*
 * A runnable task's own stack says nothing; what the stalled processor said just before does. And
 * where stacks were printed into each other, a whole one of the same moment is better.
 */
static const struct log_stack *last_stack(const struct history *history)
{
	const struct log_stack *last = history->stacks[history->count - 1];
	const struct log_stack *before = history->count > 1 ? history->stacks[history->count - 2] :
							      NULL;

	if (!before)
		return last;
	if (last->frame_count == 0 && last->state == 'R' && before->stalled)
		return before;
	if (last->tangled && !before->tangled && last->time != LOG_TIME_NONE &&
	    before->time != LOG_TIME_NONE && last->time - before->time < SAME_MOMENT)
		return before;
	return last;
}

/* How far back it stood at the same place, and since when for certain. */
static void look_back_at(const struct picture *picture, const struct history *history,
			 struct person *person)
{
	uint64_t place = activity_place(picture->table, person->stack);
	int64_t now = person->stack->time;

	for (size_t i = history->count; i-- > 0;) {
		const struct log_stack *stack = history->stacks[i];
		int64_t ago = stack->time == LOG_TIME_NONE || now == LOG_TIME_NONE ?
				      0 :
				      now - stack->time;
		uint32_t seconds;

		if (stack > person->stack)
			continue;
		if (activity_place(picture->table, stack) != place) {
			person->moved = !person->same && !stack->tangled && !person->stack->tangled;
			break;
		}
		ago = ago < 0 || ago > SECOND * UINT32_MAX / 4 ? 0 : ago;
		seconds = (uint32_t)(ago / SECOND) + stack->seconds;
		person->seconds = seconds > person->seconds ? seconds : person->seconds;
		person->hung |= stack->seconds > 0;
		person->same |= stack != person->stack;
	}
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool named_supplicant(const char *name)
{
	return begins(name, "tee-supplicant") || begins(name, "tee_supplicant") ||
	       begins(name, "tee-supp");
}

static bool matters(const struct picture *picture, const struct log_stack *stack)
{
	return stack->frame_count > 0 || stack->stalled ||
	       named_supplicant(log_name(picture->log, stack->name));
}

static bool add_person(struct picture *picture, const struct history *history, uint64_t all_line,
		       uint64_t blocked_line)
{
	const struct log_stack *stack = last_stack(history);
	struct person *person = &picture->persons[picture->person_count];

	/* Nameless stacks are all of different tasks, and of a time that is not known. */
	if (stack->pid != 0 && all_line > stack->line)
		return true;
	if (stack->pid != 0 && stack->state == 'D' && blocked_line > stack->line) {
		picture->moved_count += stack->frame_count > 0;
		return true;
	}
	picture->tangled_count += stack->tangled && stack->frame_count > 0;
	picture->running_unknown += stack->state == 'R' && stack->seen_count <= 2;
	if (!matters(picture, stack)) {
		/* It was in the driver a moment ago, and is somewhere else now. */
		if (history->count > 1 && history->stacks[history->count - 2]->frame_count > 0) {
			struct activity before;

			activity_of(picture->table, history->stacks[history->count - 2], &before);
			picture->moved_count += before.call_count > 0;
		}
		return true;
	}
	if (picture->person_count == PICTURE_PERSONS_MAX)
		return false;
	*person = (struct person){
		.stack = stack,
		.tgid = stack->tgid ? stack->tgid : stack->pid,
	};
	activity_of(picture->table, stack, &person->activity);
	person->supplicant = person->activity.served_by_supplicant ||
			     named_supplicant(log_name(picture->log, stack->name));
	look_back_at(picture, history, person);
	picture->person_count++;
	return true;
}

static bool add_persons(struct picture *picture, const struct log_stack **sorted, size_t count,
			uint32_t boot)
{
	uint64_t all = last_whole(picture, LOG_DUMP_ALL, boot);
	uint64_t blocked = last_whole(picture, LOG_DUMP_BLOCKED, boot);
	size_t next;

	for (size_t i = 0; i < count; i = next) {
		struct history history = { .stacks = &sorted[i] };

		for (next = i + 1;
		     next < count && sorted[next]->pid == sorted[i]->pid && sorted[i]->pid != 0;)
			next++;
		history.count = next - i;
		if (!add_person(picture, &history, all, blocked))
			return false;
	}
	picture->all_seen = all > 0;
	return true;
}

/* ----------------------------------------- the whole ------------------------------------------ */

/* Threads and namesakes of whoever receives requests are tee-supplicant, too. */
static void find_supplicants(struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *one = &picture->persons[i];

		if (!one->supplicant)
			continue;
		for (size_t j = 0; j < picture->person_count; j++) {
			struct person *other = &picture->persons[j];

			other->supplicant |=
				(one->tgid && other->tgid == one->tgid) ||
				(one->stack->name && other->stack->name == one->stack->name);
		}
	}
}

/* Whether a task that is no more was tee-supplicant. */
static bool had_supplicant(const struct picture *picture, uint32_t boot)
{
	for (size_t i = 0; i < picture->log->stack_count; i++) {
		const struct log_stack *stack = &picture->log->stacks[i];
		struct activity activity;

		if (boot_of(picture, stack) != boot)
			continue;
		if (named_supplicant(log_name(picture->log, stack->name)))
			return true;
		if (stack->frame_count == 0)
			continue;
		activity_of(picture->table, stack, &activity);
		if (activity.served_by_supplicant)
			return true;
	}
	return false;
}

static void see_events(struct picture *picture, uint32_t boot)
{
	for (size_t i = 0; i < picture->log->event_count; i++) {
		const struct log_event *event = &picture->log->events[i];

		if (event->boot != boot)
			continue;
		if (event->kind == LOG_EVENT_FREEZE_FAILED)
			picture->freeze_failed = true;
		else
			picture->supplicant_ended = event->kind == LOG_EVENT_SUPPLICANT_ENDED;
	}
}

static enum supplicant_state supplicant_state_of(const struct picture *picture, uint32_t boot)
{
	size_t stopped = 0, frozen = 0, ending = 0;

	for (size_t i = 0; i < picture->person_count; i++) {
		const struct person *person = &picture->persons[i];

		if (!person->supplicant)
			continue;
		ending += person->activity.exiting;
		stopped += person->activity.wait == ACTIVITY_STOPPED;
		frozen += person->activity.wait == ACTIVITY_STOPPED &&
			  strcmp(person->activity.stop, "frozen") == 0;
	}
	if (picture->supplicant_count == 0) {
		if (picture->supplicant_ended ||
		    (picture->all_seen && had_supplicant(picture, boot)))
			return SUPPLICANT_GONE;
		return picture->all_seen ? SUPPLICANT_ABSENT : SUPPLICANT_UNSEEN;
	}
	if (ending > 0)
		return SUPPLICANT_GONE;
	if (stopped < picture->supplicant_count)
		return SUPPLICANT_ALIVE;
	return frozen > 0 ? SUPPLICANT_FROZEN : SUPPLICANT_STOPPED;
}

static void count_persons(struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++) {
		struct person *person = &picture->persons[i];
		const struct activity *activity = &person->activity;

		picture->related |= person_calls(person);
		picture->ffa |= activity->ffa;
		picture->held += activity->held;
		picture->waiting += activity->wait == ACTIVITY_THREAD;
		picture->moved_count += person->moved && activity->call_count > 0;
		if (activity->related && person->seconds > picture->seconds_max &&
		    activity->wait != ACTIVITY_REQUEST)
			picture->seconds_max = person->seconds;
		if (!person->supplicant)
			continue;
		picture->supplicant_count++;
		if (activity->wait == ACTIVITY_REQUEST)
			picture->supplicant_idle++;
		else
			person->serving = true;
	}
}

/* The most threads that one dump shows to be held. */
static void count_most(struct picture *picture, uint32_t boot)
{
	size_t held = 0, before = 0;
	uint32_t dump = UINT32_MAX;

	picture->held_max = picture->held;
	for (size_t i = 0; i < picture->log->stack_count; i++) {
		const struct log_stack *stack = &picture->log->stacks[i];
		struct activity activity;

		if (boot_of(picture, stack) != boot || stack->frame_count == 0)
			continue;
		activity_of(picture->table, stack, &activity);
		if (!activity.related)
			continue;
		if (stack->dump != dump) {
			dump = stack->dump;
			held = 0;
			picture->snapshot_count++;
		}
		before = held;
		held += activity.held;
		if (held > before && held > picture->held_max &&
		    picture->log->dumps[dump].kind != LOG_DUMP_HUNG)
			picture->held_max = held;
	}
}

static enum teeq_status fill_in(struct picture *picture, uint32_t threads, struct teeq_error *error)
{
	const struct log *log = picture->log;
	const struct log_stack **sorted = malloc((log->stack_count + 1) * sizeof(*sorted));
	uint32_t boot = last_boot(picture);
	size_t count_in_boot = 0;
	bool fits;

	if (!sorted)
		return error_nomem(error);
	for (size_t i = 0; i < log->stack_count; i++)
		if (boot_of(picture, &log->stacks[i]) == boot)
			sorted[count_in_boot++] = &log->stacks[i];
	qsort(sorted, count_in_boot, sizeof(*sorted), by_pid);
	fits = add_persons(picture, sorted, count_in_boot, boot);
	free(sorted);
	if (!fits)
		return error_set(error, TEEQ_EINPUT, "tasks",
				 "more than %d that matter here; that is the limit",
				 PICTURE_PERSONS_MAX);
	find_supplicants(picture);
	count_persons(picture);
	count_most(picture, boot);
	see_events(picture, boot);
	picture->supplicant = supplicant_state_of(picture, boot);
	picture->threads = threads ? threads : log->threads;
	picture->threads_told = picture->threads != 0;
	return picture_add_waits(picture, error);
}

enum teeq_status picture_new(const struct log *log, const struct frames *frames, uint32_t threads,
			     struct picture **picture, struct teeq_error *error)
{
	struct picture *new = calloc(1, sizeof(*new));
	enum teeq_status status;

	*picture = NULL;
	if (!new)
		return error_nomem(error);
	new->log = log;
	new->table = activity_table_new(log, frames);
	new->persons = malloc(PICTURE_PERSONS_MAX * sizeof(*new->persons));
	if (new->table &&new->persons)
		status = fill_in(new, threads, error);
	else
		status = error_nomem(error);
	if (status == TEEQ_OK)
		*picture = new;
	else
		picture_free(new);
	return status;
}

void picture_free(struct picture *picture)
{
	if (!picture)
		return;
	activity_table_free(picture->table);
	free(picture->persons);
	free(picture->edges);
	free(picture);
}

const char *picture_name(const struct picture *picture, size_t person)
{
	static char texts[8][TASK_NAME_TEXT];
	static unsigned int next;
	char *text = texts[next++ % 8];
	const struct log_stack *stack = picture->persons[person].stack;
	const char *name = log_name(picture->log, stack->name);

	if (stack->pid)
		snprintf(text, TASK_NAME_TEXT, "%s %u", *name ? name : "task", stack->pid);
	else
		snprintf(text, TASK_NAME_TEXT, "%s (line %llu)",
			 *name ? name : "a task without a name", (unsigned long long)stack->line);
	return text;
}

bool person_nested(const struct person *person)
{
	return person->activity.call_count > 1;
}

bool person_calls(const struct person *person)
{
	return person->activity.call_count > 0 || person->activity.wait == ACTIVITY_SUPPLICANT ||
	       person->activity.wait == ACTIVITY_NOTIFICATION;
}
