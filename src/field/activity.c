/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "field/activity.h"
#include "field/symbols.h"

struct activity_table *activity_table_new(const struct log *log, const struct frames *frames)
{
	struct activity_table *table = calloc(1, sizeof(*table));
	size_t count = symbols_count(log->symbols);

	if (table)
		table->rows = calloc(count, sizeof(*table->rows));
	if (!table || !table->rows) {
		free(table);
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		table->rows[i] = frames_find(frames, log_name(log, (uint32_t)i), log->version);
	return table;
}

void activity_table_free(struct activity_table *table)
{
	if (!table)
		return;
	free(table->rows);
	free(table);
}

/* What is known while a stack is read from its outside inwards. */
struct reading {
	struct activity *activity;
	const char *pending; /* an operation whose call has not come yet */
	bool fresh; /* the last frame that means something was a call's */
	uint32_t outer; /* the symbol of the frame before */
	bool in_lock;
};

static struct activity_call *top(struct activity *activity)
{
	return activity->call_count > 0 ? &activity->calls[activity->call_count - 1] : NULL;
}

static void into_rpc(struct activity *activity)
{
	struct activity_call *call = top(activity);

	if (call && call->entered)
		call->in_rpc = true;
}

static void push_call(struct reading *reading, const char *operation, bool entered)
{
	struct activity *activity = reading->activity;

	if (activity->call_count == ACTIVITY_CALLS_MAX)
		return;
	activity->calls[activity->call_count++] = (struct activity_call){
		.operation = operation,
		.entered = entered,
	};
}

static void see_operation(struct reading *reading, const struct frame_row *row)
{
	struct activity_call *call = top(reading->activity);

	/* A helper of the same operation. */
	if (call && !call->entered && strcmp(call->operation, row->subject) == 0)
		return;
	into_rpc(reading->activity);
	push_call(reading, row->subject, false);
}

static void see_call(struct reading *reading, const struct frame_row *row)
{
	struct activity_call *call = top(reading->activity);

	reading->activity->ffa |= strcmp(row->subject, "ffa") == 0;
	if (call && !call->entered) {
		call->entered = true;
	} else if (!call || !reading->fresh) {
		into_rpc(reading->activity);
		push_call(reading, "call", true);
	}
}

static void see_service(struct reading *reading, const struct frame_row *row)
{
	struct activity_call *call = top(reading->activity);

	if (call && call->entered) {
		call->in_rpc = true;
		if (!call->service)
			call->service = row->subject;
		else if (strcmp(row->subject, "kernel-client") != 0)
			call->inner = row->subject;
	} else if (!call) {
		reading->activity->client = row->subject;
	}
}

static void see_rpc(struct reading *reading, const struct frame_row *row)
{
	struct activity_call *call = top(reading->activity);

	into_rpc(reading->activity);
	if (call && row->subject[0] && !call->service)
		call->service = row->subject;
}

static void see_lock(struct reading *reading, const struct frame_row *row)
{
	struct activity *activity = reading->activity;

	if (!reading->in_lock) {
		activity->taker = reading->outer;
		activity->lock = row->subject;
		activity->wait = ACTIVITY_LOCK;
	}
}

static void see_thread(struct reading *reading, const struct frame_row *row)
{
	struct activity *activity = reading->activity;
	struct activity_call *call = top(activity);

	(void)row;
	activity->wait = ACTIVITY_THREAD;
	if (!call)
		push_call(reading, "call", false);
	else if (call->in_rpc)
		push_call(reading, "call", true);
	else if (!call->entered && strcmp(call->operation, "shm-cache") == 0)
		activity->wait = ACTIVITY_IDLE;
}

static void see_completion(struct reading *reading, const struct frame_row *row)
{
	if (row->subject[0])
		reading->activity->how = row->subject;
	if (reading->activity->wait == ACTIVITY_UNKNOWN)
		reading->activity->wait = ACTIVITY_OTHER;
}

static void see_device(struct reading *reading, const struct frame_row *row)
{
	if (row->subject[0])
		see_service(reading, row);
}

static void see_supplicant(struct reading *reading, const struct frame_row *row)
{
	(void)row;
	reading->activity->served_by_supplicant = true;
}

static void see_stopped(struct reading *reading, const struct frame_row *row)
{
	reading->activity->stop = row->subject;
}

static void see_exit(struct reading *reading, const struct frame_row *row)
{
	(void)row;
	reading->activity->exiting = true;
}

static void see_asleep(struct reading *reading, const struct frame_row *row)
{
	struct activity *activity = reading->activity;

	if (strcmp(row->subject, "user") == 0)
		activity->wait = ACTIVITY_USER;
	else if (activity->wait == ACTIVITY_UNKNOWN && !row->subject[0])
		activity->wait = ACTIVITY_OTHER;
}

/*
 * What a frame of each role says: what it waits for, if it always waits for the same; whether that
 * is in an RPC of the call that it is in; whether whoever has come so far has the lock that it took
 * before; and what more there is to see.
 */
static const struct {
	enum activity_wait wait;
	bool in_rpc;
	bool behind_lock;
	void (*see)(struct reading *reading, const struct frame_row *row);
} meanings[FRAME_ROLE_COUNT] = {
	[FRAME_OPERATION] = { .behind_lock = true, .see = see_operation },
	[FRAME_CALL] = { .behind_lock = true, .see = see_call },
	[FRAME_SERVICE] = { .behind_lock = true, .see = see_service },
	[FRAME_RPC] = { .see = see_rpc },
	[FRAME_WAIT_THREAD] = { .see = see_thread },
	[FRAME_QUEUE] = { .wait = ACTIVITY_QUEUE },
	[FRAME_WAIT_SUPPLICANT] = { .wait = ACTIVITY_SUPPLICANT, .in_rpc = true },
	[FRAME_WAIT_NOTIFICATION] = { .wait = ACTIVITY_NOTIFICATION, .in_rpc = true },
	[FRAME_SUPPLICANT_IDLE] = { .wait = ACTIVITY_REQUEST, .see = see_supplicant },
	[FRAME_SUPPLICANT_ANSWER] = { .see = see_supplicant },
	[FRAME_LOCK] = { .see = see_lock },
	[FRAME_COMPLETION] = { .see = see_completion },
	[FRAME_WORLD] = { .wait = ACTIVITY_WORLD },
	[FRAME_SLEEP] = { .wait = ACTIVITY_SLEEP, .in_rpc = true },
	[FRAME_DEVICE] = { .wait = ACTIVITY_DEVICE, .see = see_device },
	[FRAME_STOPPED] = { .wait = ACTIVITY_STOPPED, .see = see_stopped },
	[FRAME_EXIT] = { .see = see_exit },
	[FRAME_ASLEEP] = { .see = see_asleep },
};

static void see_frame(struct reading *reading, const struct frame_row *row)
{
	struct activity *activity = reading->activity;

	if (activity->wait == ACTIVITY_LOCK && meanings[row->role].behind_lock)
		activity->wait = ACTIVITY_UNKNOWN;
	if (meanings[row->role].in_rpc)
		into_rpc(activity);
	if (meanings[row->role].wait != ACTIVITY_UNKNOWN)
		activity->wait = meanings[row->role].wait;
	if (meanings[row->role].see)
		meanings[row->role].see(reading, row);
}

static bool is_related(const struct activity *activity)
{
	return activity->call_count > 0 || activity->served_by_supplicant ||
	       activity->wait == ACTIVITY_SUPPLICANT || activity->wait == ACTIVITY_NOTIFICATION ||
	       activity->wait == ACTIVITY_QUEUE;
}

static void read_frames(const struct activity_table *table, const struct log_stack *stack,
			bool uncertain, struct activity *activity)
{
	struct reading reading = { .activity = activity, .outer = UINT32_MAX };

	*activity = (struct activity){ .taker = UINT32_MAX, .uncertain = uncertain };
	for (size_t i = stack->frame_count; i-- > 0;) {
		const struct log_frame *frame = &stack->frames[i];
		const struct frame_row *row = table->rows[frame->symbol];

		if (frame->uncertain && !uncertain)
			continue;
		if (row) {
			see_frame(&reading, row);
			reading.in_lock = row->role == FRAME_LOCK;
			reading.fresh = row->role == FRAME_CALL;
		}
		reading.outer = frame->symbol;
	}
	activity->related = is_related(activity);
	for (size_t i = 0; i < activity->call_count; i++)
		activity->held += activity->calls[i].in_rpc;
}

/*
 * A call that is on its processor, or was taken from
 * it, and does not wait anywhere, is with the thread.
 */
static void count_running(const struct log_stack *stack, struct activity *activity)
{
	struct activity_call *call = top(activity);

	if (!call || !call->entered || call->in_rpc)
		return;
	if (activity->wait == ACTIVITY_WORLD ||
	    (stack->state == 'R' &&
	     (activity->wait == ACTIVITY_UNKNOWN || activity->wait == ACTIVITY_OTHER))) {
		activity->wait = ACTIVITY_WORLD;
		activity->held++;
	}
}

void activity_of(const struct activity_table *table, const struct log_stack *stack,
		 struct activity *activity)
{
	read_frames(table, stack, false, activity);
	if (!activity->related) {
		struct activity other;

		read_frames(table, stack, true, &other);
		if (other.related)
			*activity = other;
	}
	count_running(stack, activity);
	if (stack->state == 'R' && activity->wait == ACTIVITY_REQUEST)
		activity->wait = ACTIVITY_TAKING;
	if (stack->state == 'T' || stack->state == 't') {
		activity->wait = ACTIVITY_STOPPED;
		if (!activity->stop)
			activity->stop = stack->state == 'T' ? "stopped" : "traced";
	}
	if (stack->state == 'Z' || stack->state == 'X')
		activity->exiting = true;
}

uint64_t activity_place(const struct activity_table *table, const struct log_stack *stack)
{
	uint64_t place = 0;

	if (stack->frame_count == 0)
		return stack->signature;
	for (size_t i = 0; i < stack->frame_count; i++) {
		const struct frame_row *row = table->rows[stack->frames[i].symbol];
		uint64_t words[2] = { stack->frames[i].symbol, stack->frames[i].offset };

		if (!row || row->role == FRAME_ASLEEP || row->role == FRAME_ENTRY ||
		    stack->frames[i].uncertain)
			continue;
		place = hash_continue(place, words, sizeof(words));
	}
	return place;
}

const char *activity_wait_text(enum activity_wait wait)
{
	static const char *const texts[ACTIVITY_WAIT_COUNT] = {
		[ACTIVITY_UNKNOWN] = "does what the log does not show",
		[ACTIVITY_THREAD] = "waits for a thread",
		[ACTIVITY_IDLE] = "waits until no thread is in use",
		[ACTIVITY_SUPPLICANT] = "waits for tee-supplicant",
		[ACTIVITY_NOTIFICATION] =
			"waits for a notification: a lock of the secure world, or a key",
		[ACTIVITY_LOCK] = "waits for a lock of the kernel",
		[ACTIVITY_DEVICE] = "waits for a device",
		[ACTIVITY_SLEEP] = "sleeps for a time",
		[ACTIVITY_WORLD] = "is in the secure world",
		[ACTIVITY_QUEUE] = "is about to enter or leave the call queue",
		[ACTIVITY_REQUEST] = "waits for the next request",
		[ACTIVITY_TAKING] = "is about to take a request",
		[ACTIVITY_STOPPED] = "is stopped",
		[ACTIVITY_USER] = "is in user space, or in a wait of its own",
		[ACTIVITY_OTHER] = "sleeps elsewhere",
	};

	return texts[wait];
}
