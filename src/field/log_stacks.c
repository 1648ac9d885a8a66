/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "field/log_reader.h"

static enum frame_role frame_role_of(struct log_reader *reader, uint32_t symbol)
{
	const struct frame_row *row;

	if (reader->roles[symbol] == 0xff) {
		row = frames_find(reader->frames, log_name(reader->log, symbol),
				  reader->log->version);
		reader->roles[symbol] = row ? (uint8_t)row->role : FRAME_UNKNOWN;
	}
	return (enum frame_role)reader->roles[symbol];
}

/* Whether a stack with such a frame is worth its memory. */
static bool means_something(enum frame_role role)
{
	return role != FRAME_UNKNOWN && role != FRAME_ASLEEP && role != FRAME_ENTRY &&
	       role != FRAME_INTERRUPT && role != FRAME_COMPLETION;
}

/* ---------------------------- which function called which, so far ----------------------------- */

static uint64_t *find_pair(struct log_reader *reader, uint32_t inner, uint32_t outer)
{
	uint64_t key = ((uint64_t)inner << 32 | outer) + 1;
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (PAIR_SLOTS - 1);

	while (reader->pairs[at] && reader->pairs[at] != key)
		at = (at + 1) & (PAIR_SLOTS - 1);
	return &reader->pairs[at];
}

static void learn_pair(struct log_reader *reader, uint32_t inner, uint32_t outer)
{
	uint64_t *pair = find_pair(reader, inner, outer);

	if (*pair || reader->pair_count == PAIR_SLOTS / 2)
		return;
	*pair = ((uint64_t)inner << 32 | outer) + 1;
	reader->pair_count++;
}

/* ------------------------------------ stacks that are open ------------------------------------ */

static void close_stack(struct log_reader *reader, struct open_stack *open)
{
	struct log_stack *stack = &reader->log->stacks[open->stack];
	size_t bytes = open->frame_count * sizeof(*stack->frames);

	stack->signature = open->signature;
	stack->seen_count = open->frame_count;
	if (open->frame_count > 0 &&
	    (open->relevant || strncmp(log_name(reader->log, stack->name), "tee-", 4) == 0)) {
		stack->frames = malloc(bytes);
		if (stack->frames) {
			memcpy(stack->frames, open->frames, bytes);
			stack->frame_count = open->frame_count;
		} else {
			log_failed(reader, TEEQ_ENOMEM, "out of memory");
		}
	}
	open->used = false;
	if (reader->recent == open)
		reader->recent = NULL;
}

void stacks_close_all(struct log_reader *reader)
{
	for (int i = 0; i < OPEN_MAX; i++)
		if (reader->open[i].used)
			close_stack(reader, &reader->open[i]);
}

/* A place for a stack of @caller: those that are over give theirs up, and if need be the oldest. */
static struct open_stack *make_stack_room(struct log_reader *reader, uint32_t caller)
{
	struct open_stack *place = NULL, *oldest = &reader->open[0];

	for (int i = 0; i < OPEN_MAX; i++) {
		struct open_stack *open = &reader->open[i];

		if (open->used && (open->ended || (caller && open->caller == caller) ||
				   reader->line_number - open->last_line > OPEN_LINES))
			close_stack(reader, open);
		if (!open->used)
			place = open;
		else if (open->last_line < oldest->last_line)
			oldest = open;
	}
	if (place)
		return place;
	close_stack(reader, oldest);
	return oldest;
}

void stacks_traced(struct log_reader *reader, uint32_t caller)
{
	struct open_stack *first = NULL;

	for (int i = 0; i < OPEN_MAX; i++) {
		struct open_stack *open = &reader->open[i];

		if (open->used && open->caller == caller && !open->traced &&
		    open->frame_count == 0 && (!first || open->stack < first->stack))
			first = open;
	}
	if (first)
		first->traced = true;
}

void stacks_close_others(struct log_reader *reader)
{
	for (int i = 0; i < OPEN_MAX; i++)
		if (reader->open[i].used && &reader->open[i] != reader->recent)
			close_stack(reader, &reader->open[i]);
}

/* The head of one stack came between the head of another and all that follows it. */
static void note_overtaken(struct log_reader *reader, const struct task_line *task, uint32_t caller)
{
	struct open_stack *recent = reader->recent;

	if (task->kind == TASK_LINE_TASK && recent && recent->caller == caller && !recent->traced &&
	    recent->frame_count == 0 && !reader->log->stacks[recent->stack].on_cpu &&
	    reader->line_number - recent->last_line <= BEGIN_LINES)
		recent->overtaken = true;
}

void stacks_begin(struct log_reader *reader, const struct task_line *task, uint32_t dump,
		  uint32_t caller)
{
	struct log *log = reader->log;
	struct open_stack *open;

	if (dump == NO_DUMP || !log_grow(reader, (void **)&log->stacks, log->stack_count,
					 sizeof(*log->stacks), LOG_STACKS_MAX, "stacks"))
		return;
	log->stacks[log->stack_count] = (struct log_stack){
		.name = log_symbol(reader, task->name),
		.pid = task->pid,
		.tgid = task->tgid,
		.dump = dump,
		.line = reader->line_number,
		.time = reader->time,
		.seconds = task->seconds ? task->seconds : reader->refused,
		.state = task->state,
		.on_cpu = task->on_cpu,
		.stalled = task->on_cpu && log->dumps[dump].kind == LOG_DUMP_STALL,
	};
	note_overtaken(reader, task, caller);
	open = make_stack_room(reader, caller);
	*open = (struct open_stack){
		.used = true,
		.stack = (uint32_t)log->stack_count++,
		.caller = caller,
		.last_line = reader->line_number,
	};
	reader->recent = open;
}

/* ------------------------------------------- frames ------------------------------------------- */

static uint32_t last_symbol(const struct open_stack *open)
{
	return open->frame_count > 0 ? open->frames[open->frame_count - 1].symbol : UINT32_MAX;
}

#define ROLE(role) (1u << (role))

/* What may be outside of what, by roles; nothing said: anything. */
static bool plausible(enum frame_role inner, enum frame_role outer)
{
	static const uint32_t outside[FRAME_ROLE_COUNT] = {
		[FRAME_ASLEEP] = ROLE(FRAME_ASLEEP) | ROLE(FRAME_COMPLETION) | ROLE(FRAME_LOCK) |
				 ROLE(FRAME_SLEEP) | ROLE(FRAME_DEVICE) | ROLE(FRAME_STOPPED),
		[FRAME_COMPLETION] = ROLE(FRAME_COMPLETION) | ROLE(FRAME_WAIT_THREAD) |
				     ROLE(FRAME_WAIT_SUPPLICANT) | ROLE(FRAME_WAIT_NOTIFICATION) |
				     ROLE(FRAME_SUPPLICANT_IDLE),
		[FRAME_WAIT_THREAD] = ROLE(FRAME_CALL) | ROLE(FRAME_OPERATION),
		[FRAME_WAIT_SUPPLICANT] = ROLE(FRAME_RPC) | ROLE(FRAME_CALL),
		[FRAME_WAIT_NOTIFICATION] = ROLE(FRAME_RPC) | ROLE(FRAME_CALL),
		[FRAME_RPC] = ROLE(FRAME_RPC) | ROLE(FRAME_CALL),
		[FRAME_CALL] = ROLE(FRAME_CALL) | ROLE(FRAME_OPERATION),
		[FRAME_OPERATION] = ROLE(FRAME_OPERATION) | ROLE(FRAME_SERVICE),
		[FRAME_SUPPLICANT_IDLE] = ROLE(FRAME_SERVICE),
		[FRAME_SERVICE] = ROLE(FRAME_SERVICE) | ROLE(FRAME_RPC) | ROLE(FRAME_ENTRY),
		[FRAME_LOCK] = ROLE(FRAME_LOCK) | ROLE(FRAME_SERVICE) | ROLE(FRAME_QUEUE) |
			       ROLE(FRAME_WAIT_SUPPLICANT),
		[FRAME_DEVICE] = ROLE(FRAME_DEVICE) | ROLE(FRAME_SERVICE),
		[FRAME_WORLD] = ROLE(FRAME_WORLD) | ROLE(FRAME_CALL),
		[FRAME_ENTRY] = ROLE(FRAME_ENTRY),
	};

	return (outside[inner] & ROLE(outer)) != 0;
}

enum fit {
	FIT_NOT = -1,
	FIT_HARDLY,
	FIT_MAYBE,
	FIT_BY_ROLE,
	FIT_BEGINS,
	FIT_SEEN, /* in another stack the one called the other */
	FIT_CALLEE, /* the line says so itself */
};

static enum fit fit_function(struct log_reader *reader, const struct open_stack *open,
			     uint32_t function)
{
	enum frame_role outer = frame_role_of(reader, function), inner;

	if (open->frame_count == 0)
		return outer == FRAME_ASLEEP ? FIT_BEGINS : FIT_HARDLY;
	if (*find_pair(reader, last_symbol(open), function))
		return FIT_SEEN;
	inner = frame_role_of(reader, last_symbol(open));
	if (plausible(inner, outer))
		return FIT_BY_ROLE;
	return inner == FRAME_UNKNOWN || outer == FRAME_UNKNOWN ? FIT_MAYBE : FIT_HARDLY;
}

/* How well a line continues @open. */
static enum fit fit_line(struct log_reader *reader, const struct open_stack *open, uint32_t callee,
			 uint32_t function, uint32_t caller)
{
	if (!open->used || open->caller != caller ||
	    reader->line_number - open->last_line > OPEN_LINES)
		return FIT_NOT;
	if (callee != UINT32_MAX && open->frame_count > 0) {
		if (last_symbol(open) == callee)
			return FIT_CALLEE;
		return open->ended ? FIT_NOT : FIT_HARDLY;
	}
	if (open->ended && frame_role_of(reader, function) != FRAME_ENTRY)
		return FIT_NOT;
	return callee != UINT32_MAX ? FIT_BEGINS : fit_function(reader, open, function);
}

/*
 * Of two that fit alike the one that lines came to last; of two that have just begun the later, but
 * where its head came before anything else of the other: that one's processor was first.
 */
static bool fits_better(const struct open_stack *open, const struct open_stack *best)
{
	if (open->frame_count == 0 && best->frame_count == 0 && open->overtaken != best->overtaken)
		return open->overtaken;
	return open->last_line > best->last_line;
}

/*
 * Where several stacks are printed at once, the one that @function continues best; else the latest.
 */
static struct open_stack *choose_stack(struct log_reader *reader, uint32_t callee,
				       uint32_t function, uint32_t caller, bool *alone)
{
	struct open_stack *best = NULL;
	enum fit best_fit = FIT_NOT;
	int live = 0;

	for (int i = 0; i < OPEN_MAX; i++) {
		struct open_stack *open = &reader->open[i];
		enum fit fit = fit_line(reader, open, callee, function, caller);

		if (fit == FIT_NOT)
			continue;
		live++;
		if (fit > best_fit || (fit == best_fit && fits_better(open, best))) {
			best = open;
			best_fit = fit;
		}
	}
	*alone = live == 1;
	return best;
}

static void append_frame(struct log_reader *reader, struct open_stack *open,
			 const struct log_frame *frame)
{
	enum frame_role role = frame_role_of(reader, frame->symbol);
	uint64_t words[2] = { frame->symbol, frame->offset };

	open->last_line = reader->line_number;
	reader->recent = open;
	if (role == FRAME_INTERRUPT && !frame->uncertain) {
		stacks_interrupt_over(reader);
		return;
	}
	open->signature = hash_continue(open->signature, words, sizeof(words));
	open->relevant |= means_something(role);
	open->ended |= role == FRAME_ENTRY && !frame->uncertain;
	if (open->frame_count < LOG_FRAMES_MAX)
		open->frames[open->frame_count++] = *frame;
}

void stacks_interrupt_over(struct log_reader *reader)
{
	if (!reader->recent)
		return;
	reader->recent->frame_count = 0;
	reader->recent->signature = 0;
	reader->recent->relevant = false;
}

static struct log_frame make_frame(struct log_reader *reader, const struct frame_name *name)
{
	return (struct log_frame){
		.symbol = log_symbol(reader, name->function),
		.offset = name->offset,
		.uncertain = name->uncertain,
	};
}

/* A stack without a head: of a file of /proc, or of a log whose beginning is lost. */
static void begin_nameless(struct log_reader *reader, bool proc, uint32_t caller, uint32_t pid)
{
	struct task_line task = { .state = '?' };
	uint32_t dump = reader->dump;

	if (proc && reader->status_file.pid && (pid == 0 || pid == reader->status_file.pid))
		task = reader->status_file;
	else
		task.pid = pid;
	reader->status_file = (struct task_line){ .state = '?' };
	if (proc && (dump == NO_DUMP || (reader->log->dumps[dump].kind != LOG_DUMP_PROC &&
					 reader->log->dumps[dump].kind != LOG_DUMP_ALL)))
		dump = dumps_begin(reader, LOG_DUMP_PROC);
	else
		dump = dumps_current(reader);
	if (dump != NO_DUMP && task.pid && dumps_seen(reader, task.pid, dump) && proc &&
	    reader->log->dumps[dump].kind == LOG_DUMP_PROC) {
		dump = dumps_begin(reader, LOG_DUMP_PROC);
		if (dump != NO_DUMP)
			dumps_seen(reader, task.pid, dump);
	}
	stacks_begin(reader, &task, dump, caller);
}

/*
 * A line that goes back to an earlier stack while a
 * later one has not ended: either may have lost some.
 */
static void note_tangle(struct log_reader *reader, const struct open_stack *open)
{
	const struct open_stack *recent = reader->recent;

	if (!recent || recent == open || recent->ended || recent->caller != open->caller)
		return;
	reader->log->stacks[open->stack].tangled = true;
	reader->log->stacks[recent->stack].tangled = true;
}

void stacks_frame(struct log_reader *reader, const struct frame_line *line, uint32_t caller,
		  uint32_t proc_pid)
{
	struct log_frame frame, callee = { .symbol = UINT32_MAX };
	struct open_stack *open;
	bool alone;

	/* An address without a name ends a stack of /proc, and says nothing elsewhere. */
	if (line->address) {
		if (line->proc && reader->recent)
			reader->recent->ended = true;
		return;
	}
	frame = make_frame(reader, &line->function);
	if (line->has_callee)
		callee = make_frame(reader, &line->callee);
	if (reader->status != TEEQ_OK)
		return;
	open = choose_stack(reader, callee.symbol, frame.symbol, caller, &alone);
	if (!open || (proc_pid && reader->log->stacks[open->stack].pid != proc_pid)) {
		begin_nameless(reader, line->proc, caller, proc_pid);
		open = reader->recent;
		alone = true;
		if (reader->status != TEEQ_OK || !open)
			return;
	}
	note_tangle(reader, open);
	if (line->has_callee && last_symbol(open) != callee.symbol)
		append_frame(reader, open, &callee);
	if (alone && open->frame_count > 0 && !frame.uncertain)
		learn_pair(reader, last_symbol(open), frame.symbol);
	append_frame(reader, open, &frame);
}
