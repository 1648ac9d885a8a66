/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace_page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/page_board.h"
#include "field/plural.h"
#include "field/trace_print.h"

/* A call, as far as the page knows of it. */
struct page_call {
	bool open;
	enum trace_fact last; /* the fact that says what it does */
	enum trace_rpc rpc;
	enum trace_purpose purpose;
	uint32_t thread;
};

struct page_lane {
	struct trace_task *task;
	char name[TRACE_TASK_TEXT];
	struct page_call calls[TRACE_NESTING_MAX + 1]; /* by their depth */
	bool stuck; /* at the end */
};

struct page_owner {
	const struct page_lane *lane; /* NULL: the thread is free, as far as is known */
	unsigned int level;
};

struct drawing {
	const struct trace_page_source *source;
	struct page_board board;
	struct page_lane *lanes;
	size_t lane_count;
	struct page_owner owners[FIELD_THREADS_MAX]; /* of the state at hand */
	uint64_t left_out; /* facts of tasks without a lane */
};

/* ----------------------------------------- gathering ------------------------------------------ */

static unsigned int trace_page_level(const struct trace_call *call)
{
	unsigned int level = 0;

	for (const struct trace_call *outer = call->outer; outer; outer = outer->outer)
		level++;
	return level < TRACE_NESTING_MAX ? level : TRACE_NESTING_MAX;
}

static void trace_page_fact(void *argument, enum trace_fact fact, struct trace_call *call,
			    uint64_t time)
{
	struct trace_page *page = argument;

	page->facts[page->count++ % TRACE_PAGE_FACTS] = (struct trace_page_fact){
		.task = call->task,
		.time = time,
		.fact = fact,
		.rpc = call->rpc,
		.purpose = call->purpose,
		.level = trace_page_level(call),
		.thread = call->thread,
		.retries = call->retries,
		.key = call->key,
		.has_key = call->has_key,
	};
}

void trace_page_start(struct trace_page *page, struct trace_calls *calls)
{
	trace_calls_listen(calls, (struct trace_sink){ trace_page_fact, page });
}

/* Of those kept, the first one's number; numbers go up to the page's count. */
static uint64_t trace_page_first(const struct trace_page *page)
{
	return page->count > TRACE_PAGE_FACTS ? page->count - TRACE_PAGE_FACTS : 0;
}

static const struct trace_page_fact *trace_page_at(const struct trace_page *page, uint64_t number)
{
	return &page->facts[number % TRACE_PAGE_FACTS];
}

/* ------------------------------------------- lanes -------------------------------------------- */

static struct page_lane *lane_find(const struct drawing *d, const struct trace_task *task)
{
	for (size_t i = 0; i < d->lane_count; i++)
		if (d->lanes[i].task == task)
			return &d->lanes[i];
	return NULL;
}

static void lane_add(struct drawing *d, struct trace_task *task)
{
	struct page_lane *lane = &d->lanes[d->lane_count];

	if (lane_find(d, task) || d->lane_count == TRACE_PAGE_LANES)
		return;
	lane->task = task;
	trace_print_task(task->name, task->key, lane->name);
	page_board_name(&d->board, lane->name);
	d->lane_count++;
}

/* What it already did when the page begins, of calls that are open at the end. */
static void lane_begin(const struct drawing *d, struct page_lane *lane)
{
	const struct trace_page *page = d->source->page;
	uint64_t begin = page->count > 0 ? trace_page_at(page, trace_page_first(page))->time : 0;

	for (const struct trace_call *call = lane->task->call; call; call = call->outer) {
		static const enum trace_fact facts[] = {
			[TRACE_PHASE_FIRST] = TRACE_FACT_CALL,
			[TRACE_PHASE_REFUSED] = TRACE_FACT_REFUSED,
			[TRACE_PHASE_RPC] = TRACE_FACT_RPC,
			[TRACE_PHASE_RESUMED] = TRACE_FACT_RESUME,
		};

		lane->stuck |= trace_is_stuck(d->source->trace, call, d->source->patience);
		if (call->since < begin)
			lane->calls[trace_page_level(call)] = (struct page_call){
				true, facts[call->phase], call->rpc, call->purpose, call->thread
			};
	}
}

/* Who is in a call at the end first, then who was seen last. */
static void lanes_choose(struct drawing *d)
{
	const struct trace_page *page = d->source->page;
	const struct trace_calls *calls = &d->source->trace->calls;

	for (struct trace_task *task = trace_task_first(calls); task;
	     task = trace_task_next(calls, task))
		if (task->call)
			lane_add(d, task);
	for (uint64_t i = page->count; i-- > trace_page_first(page);)
		lane_add(d, trace_page_at(page, i)->task);
	for (size_t i = 0; i < d->lane_count; i++)
		lane_begin(d, &d->lanes[i]);
}

/* ------------------------------------------- states ------------------------------------------- */

/* The innermost call that is open; NULL: none. */
static struct page_call *lane_call(struct page_lane *lane)
{
	for (size_t i = TRACE_NESTING_MAX + 1; i-- > 0;)
		if (lane->calls[i].open)
			return &lane->calls[i];
	return NULL;
}

static void call_text(const struct page_call *call, char *text, size_t size)
{
	const char *purpose = call->purpose ? trace_purpose_word(call->purpose) : "call";

	if (call->last == TRACE_FACT_REFUSED)
		snprintf(text, size, "%s: waits for a thread", purpose);
	else if (call->last == TRACE_FACT_RPC || call->last == TRACE_FACT_NOTIFY)
		snprintf(text, size, "%s: in an RPC, %s", purpose, trace_rpc_text(call->rpc));
	else
		snprintf(text, size, "%s: in the secure world", purpose);
}

/* @over: the recording ends here. */
static void state_of_lane(struct drawing *d, struct page_lane *lane, bool over)
{
	const struct page_call *call = lane_call(lane);
	char text[128];

	if (!call) {
		page_board_task(&d->board, NULL, false);
		return;
	}
	call_text(call, text, sizeof(text));
	page_board_task(&d->board, text,
			call->last == TRACE_FACT_REFUSED || (over && lane->stuck) ||
				(call->last == TRACE_FACT_RPC &&
				 call->rpc == TRACE_RPC_NOTIF_WAIT));
}

/* Whose call has which thread, from the lanes as they stand. */
static void find_owners(struct drawing *d)
{
	memset(d->owners, 0, sizeof(d->owners));
	for (size_t i = 0; i < d->lane_count; i++)
		for (unsigned int level = 0; level <= TRACE_NESTING_MAX; level++) {
			const struct page_call *call = &d->lanes[i].calls[level];

			if (call->open && call->thread < FIELD_THREADS_MAX &&
			    call->last != TRACE_FACT_REFUSED)
				d->owners[call->thread] =
					(struct page_owner){ &d->lanes[i], level };
		}
}

static void state_of_threads(struct drawing *d)
{
	const struct trace_calls *calls = &d->source->trace->calls;

	for (uint32_t i = 0; i < calls->seen_end; i++) {
		const struct page_lane *owner = d->owners[i].lane;
		unsigned int level = d->owners[i].level;
		const struct page_call *call = owner ? &owner->calls[level] : NULL;
		bool suspended = call && (call->last == TRACE_FACT_RPC ||
					  call->last == TRACE_FACT_NOTIFY);

		page_board_thread(&d->board, owner ? owner->name : NULL, level,
				  suspended ? "suspended" : "active",
				  suspended ? trace_rpc_text(call->rpc) : NULL);
	}
}

/* Each who waits for a thread waits for all who have one. */
static void state_of_waits(struct drawing *d, const struct page_lane *waiter)
{
	const struct trace_calls *calls = &d->source->trace->calls;

	for (uint32_t i = 0; i < calls->seen_end; i++) {
		const struct page_lane *owner = d->owners[i].lane;
		char text[2 * TRACE_TASK_TEXT + 64];

		if (!owner)
			continue;
		snprintf(text, sizeof(text), "%s waits for a thread: thread %" PRIu32 " is %s's",
			 waiter->name, i, owner->name);
		page_board_edge(&d->board, waiter->name, owner->name, "thread", text);
	}
}

static void trace_page_state(struct drawing *d, bool over)
{
	uint64_t waiting = 0;
	char queue[64];

	find_owners(d);
	for (size_t i = 0; i < d->lane_count; i++) {
		const struct page_call *call = lane_call(&d->lanes[i]);

		state_of_lane(d, &d->lanes[i], over);
		if (!call || call->last != TRACE_FACT_REFUSED)
			continue;
		waiting++;
		page_board_waiter(&d->board, d->lanes[i].name,
				  (unsigned int)(call - d->lanes[i].calls));
		state_of_waits(d, &d->lanes[i]);
	}
	state_of_threads(d);
	snprintf(queue, sizeof(queue), "%" PRIu64 " call%s waiting for a thread", waiting,
		 waiting == 1 ? " is" : "s are");
	page_board_state(&d->board, queue);
}

/* ------------------------------------------- events ------------------------------------------- */

static void fact_apply(struct page_lane *lane, const struct trace_page_fact *fact)
{
	struct page_call *call = &lane->calls[fact->level];

	switch (fact->fact) {
	case TRACE_FACT_DONE:
	case TRACE_FACT_GONE:
		*call = (struct page_call){ .open = false };
		return;
	case TRACE_FACT_TAKEN:
		call->thread = TRACE_NO_THREAD;
		return;
	default:
		*call = (struct page_call){ true, fact->fact, fact->rpc, fact->purpose,
					    fact->thread };
	}
}

/* What an RPC is for is known for certain when it is resumed. */
static enum trace_rpc fact_rpc(const struct trace_page *page, uint64_t number)
{
	const struct trace_page_fact *fact = trace_page_at(page, number);

	if (fact->fact != TRACE_FACT_RPC)
		return fact->rpc;
	for (uint64_t i = number + 1; i < page->count; i++) {
		const struct trace_page_fact *later = trace_page_at(page, i);

		if (later->task == fact->task && later->level == fact->level)
			return later->fact == TRACE_FACT_RESUME ? later->rpc : fact->rpc;
	}
	return fact->task->call ? fact->task->call->rpc : fact->rpc;
}

static void draw_fact(struct drawing *d, uint64_t number)
{
	static const char *const words[] = {
		[TRACE_FACT_CALL] = "call",	[TRACE_FACT_REFUSED] = "refused",
		[TRACE_FACT_RETRY] = "retry",	[TRACE_FACT_RPC] = "rpc",
		[TRACE_FACT_RESUME] = "resume", [TRACE_FACT_NOTIFY] = "notify",
		[TRACE_FACT_TAKEN] = "taken",	[TRACE_FACT_DONE] = "done",
		[TRACE_FACT_GONE] = "unseen",
	};
	const struct trace_page *page = d->source->page;
	struct trace_page_fact fact = *trace_page_at(page, number);
	struct page_lane *lane = lane_find(d, fact.task);
	char stamp[TRACE_TIME_TEXT], what[160], text[200];

	if (!lane) {
		d->left_out++;
		return;
	}
	fact.rpc = fact_rpc(page, number);
	trace_page_fact_text(&fact, what, sizeof(what));
	snprintf(text, sizeof(text), "%s: %s",
		 trace_print_stamp(d->source->trace, fact.time, stamp), what);
	fact_apply(lane, &fact);
	page_board_event(&d->board, (size_t)(lane - d->lanes), fact.level, words[fact.fact], text);
	trace_page_state(d, number + 1 == page->count);
}

/* ------------------------------------------- writing ------------------------------------------ */

static void draw_headline(const struct drawing *d, char *text, size_t size)
{
	const struct trace_page_source *source = d->source;
	uint64_t first = trace_page_first(source->page);
	size_t stuck = 0;
	int length;

	for (size_t i = 0; i < d->lane_count; i++)
		stuck += d->lanes[i].stuck;
	length = snprintf(text, size, "%zu task%s stuck, %" PRIu64 " complaint%s%s", stuck,
			  stuck == 1 ? " is" : "s are", source->trace->calls.complaint_count,
			  plural(source->trace->calls.complaint_count),
			  trace_has_gaps(source->trace) ? "; events are missing" : "");
	if (first > 0 || d->left_out > 0)
		snprintf(text + length, size - (size_t)length,
			 "; only the end is shown: %" PRIu64 " of %" PRIu64 " steps",
			 source->page->count - first - d->left_out, source->page->count);
}

static int trace_page_put(struct drawing *d, FILE *out)
{
	const struct trace_page_source *source = d->source;
	char headline[256];
	char *report = NULL;
	size_t size = 0;
	FILE *text = open_memstream(&report, &size);
	int status;

	if (!text)
		return CLI_BAD;
	trace_print_report(text, source->path, source->trace, source->stats, source->patience);
	fclose(text);
	draw_headline(d, headline, sizeof(headline));
	status = page_board_write(&d->board,
				  &(struct page_board_texts){
					  .title = source->path, .headline = headline,
					  .report = report, .thread = "thread ",
					  .found = trace_judge(source->trace, source->patience) ==
						   TRACE_VERDICT_FOUND },
				  out);
	free(report);
	return status;
}

int trace_page_write(FILE *out, const void *argument)
{
	struct drawing d = { .source = argument };
	const struct trace_page *page = d.source->page;
	int status = CLI_BAD;

	d.lanes = calloc(TRACE_PAGE_LANES, sizeof(*d.lanes));
	if (page_board_init(&d.board) && d.lanes) {
		lanes_choose(&d);
		trace_page_state(&d, page->count == 0);
		for (uint64_t i = trace_page_first(page); i < page->count; i++)
			draw_fact(&d, i);
		status = trace_page_put(&d, out);
	}
	page_board_free(&d.board);
	free(d.lanes);
	return status;
}
