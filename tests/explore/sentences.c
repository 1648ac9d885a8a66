/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

const char *const sentence_names[SENTENCE_COUNT] = {
	[SAYS_LOCK] = "lock",
	[SAYS_DEVICE] = "device",
	[SAYS_EVENT] = "event",
	[SAYS_BARRIER] = "barrier",
	[SAYS_THREAD] = "thread",
	[SAYS_WAKE] = "wake",
	[SAYS_IDLE] = "idle",
	[SAYS_SECURE_LOCK] = "secure lock",
	[SAYS_SECURE_LOCK_FREE] = "free secure lock",
	[SAYS_TA] = "TA",
	[SAYS_SINGLE] = "single-instance lock",
	[SAYS_SESSION] = "session",
	[SAYS_TO_CLOSE] = "session to be closed",
	[SAYS_LOADING] = "TA being loaded",
	[SAYS_CONDITION] = "condition",
	[SAYS_NOTIFICATION] = "notification",
	[SAYS_REQUEST_QUEUED] = "queued request",
	[SAYS_REQUEST_SEEN] = "request in progress",
	[SAYS_HELD_BY_MEMORY] = "device held by memory",
	[SAYS_START] = "start",
	[SAYS_FREEZE] = "freeze",
	[SAYS_THAW] = "thaw",
	[SAYS_NOBODY_EVENT] = "nobody would signal",
	[SAYS_NOBODY_BARRIER] = "nobody would arrive",
	[SAYS_NOBODY_CONDITION] = "nobody would signal a condition",
	[SAYS_NOBODY_NOTIFICATION] = "nobody would send",
	[SAYS_NOBODY_RELEASE] = "nobody would release",
	[SAYS_NOBODY_START] = "nobody would start",
	[SAYS_NOBODY_KILL] = "nobody would kill",
	[SAYS_NOBODY_THAW] = "nobody would thaw",
	[SAYS_NOBODY_WAKE] = "nobody would wake",
	[SAYS_SOMEBODY_WOULD] = "somebody would",
	[SAYS_ONLY_ITSELF] = "it would itself",
	[SAYS_THROUGH] = "through others",
	[SAYS_WOULD_DYING] = "somebody would, when it is killed",
	[SAYS_EARLIER_CALL] = "since an earlier call",
	[SAYS_FINISHED] = "which has finished",
	[SAYS_LOST_HOLDER] = "by a lost thread",
	[SAYS_SEVERAL_HOLDERS] = "several holders",
	[SAYS_GIVEN_BY_OTHERS] = "given back by others",
	[SAYS_ABSORBED] = "absorbed",
	[SAYS_KILLED] = "killed",
	[SAYS_SERVING] = "serving",
	[SAYS_SYSTEM] = "system",
	[SAYS_CYCLE_EDGE] = "edge of a cycle",
	[SAYS_KNOT] = "task of a knot",
	[SAYS_NEEDS_ANY] = "needs any",
	[SAYS_NEEDS_ALL] = "needs several",
	[SAYS_NEITHER] = "neither cycle nor knot",
	[NEEDS_IN_GUESTS] = "what one of several guests needs",
	[NEEDS_A_CPU] = "what one needs that has no CPU",
	[NEEDS_AN_EVENT_POLLED] = "what one needs that polls",
	[NEEDS_A_SLOT] = "what one needs that has no slot",
	[SAYS_CONTEXT] = "thread of the table",
	[SAYS_WAITER] = "waiter of the table",
	[SAYS_EXHAUSTION] = "exhaustion",
	[SAYS_SET_ASIDE] = "set aside",
	[SAYS_KEPT_BACK] = "kept back",
	[SAYS_LOST_WAKEUP] = "lost wake-up",
	[SAYS_NO_CALL_WAITS] = "no call waits",
	[SAYS_BEHIND] = "behind it",
	[SAYS_GUEST] = "in its guest",
	[SAYS_OTHER_GUEST] = "in another guest",
	[SAYS_STRAYED] = "a wake that went to another guest",
	[SAYS_STRAYING] = "a wake on its way to another guest",
	[SAYS_LIMIT] = "limit of a guest",
	[SAYS_CALL_LIMIT] = "waits for the limit of a guest",
	[SAYS_QUEUE_OF_GUEST] = "queue of a guest",
	[SAYS_MANY] = "many are taken",
	[SAYS_OWN_THREADS] = "threads of one guest alone",
	[SAYS_OWN_EXHAUSTION] = "exhaustion of one guest alone",
	[SAYS_ARGUMENT] = "argument",
	[SAYS_SLOTS] = "slots for arguments",
	[SAYS_SLOTS_HELD] = "slots, and who has the mutex",
	[SAYS_POLL] = "poll",
	[SAYS_CPU] = "CPU",
	[SAYS_ALL_SECURE] = "every CPU runs the secure world",
	[SAYS_RUNS_SECURE] = "a CPU in the secure world",
	[SAYS_RESUMED_AT_ONCE] = "a CPU whose call is resumed at once",
	[SAYS_PRIORITY] = "a CPU of a higher priority",
	[SAYS_ALL_POLL] = "whoever runs polls",
	[SAYS_NOTHING_AT_LIMIT] = "nothing is claimed, at a limit",
	[SAYS_PROOF_AT_LIMIT] = "somebody never gets on, at a limit",
	[SAYS_AT_LIMIT] = "who cannot move, at a limit",
	[SAYS_CLIENTS] = "which clients finished",
	[SAYS_CLIENT_KILLED] = "which were killed",
};

/* ------------------------------------- why nothing moves -------------------------------------- */

/* Faults and idle servers have nothing to wait for. */
static bool is_stuck(const struct reading *r, unsigned int task)
{
	struct teeq_task_view view;

	/* Of those whose stage has begun: that is all that is asked of the world. */
	teeq_world_task(r->w->model, r->world, task, &view);
	if (r->limit && (!view.started || !witness_is_blocked(r->w, task)))
		return false;
	return teeq_model_task_kind(r->w->model, task) != TEEQ_TASK_FAULT &&
	       !witness_has_finished(r->w, task);
}

/* On to the task that the line is about; those that are passed over must not be stuck. */
static bool find_whom(struct reading *r)
{
	while (r->why < reading_task_count(r)) {
		const char *name = teeq_model_task_name(r->w->model, r->why);
		size_t length = strlen(name);

		if (begins(r->line, name) && strchr(" ,", r->line[length]))
			return r->limit || is_stuck(r, r->why) || reading_is_beyond(r, r->why);
		if (is_stuck(r, r->why) && !reading_is_beyond(r, r->why))
			return false;
		r->why++;
	}
	return false;
}

static void check_why(struct reading *r)
{
	struct expected e;

	if (!find_whom(r)) {
		reading_complain(r, "%s is stuck, and nothing is said of it",
				 r->why < reading_task_count(r) ?
					 teeq_model_task_name(r->w->model, r->why) :
					 "nobody of that name");
		return;
	}
	e = reading_expect(r, r->why++, r->line);
	r->told.claim[e.task] = e.claim;
	expected_waiter(&e);
	expected_reason(&e);
	r->out->lines++;
	r->out->count[SAYS_AT_LIMIT] += r->limit;
	if (e.unsure)
		r->out->skipped++;
	else if (strcmp(e.text, r->line) != 0)
		reading_complain(r, "seen: %s", e.text);
}

static void check_all_told(struct reading *r)
{
	while (r->why < reading_task_count(r) &&
	       (!is_stuck(r, r->why) || reading_is_beyond(r, r->why)))
		r->why++;
	if (r->why < reading_task_count(r))
		reading_complain(r, "nothing is said of %s",
			 teeq_model_task_name(r->w->model, r->why));
	r->why = reading_task_count(r);
}

/* ------------------------------------------ the cycle ----------------------------------------- */

static bool is_edge_by(struct reading *r, unsigned int task, unsigned int holder, int context,
		       int level, bool *unsure)
{
	struct expected e = reading_expect(r, task, r->line);

	e.only = (int)holder;
	e.context = context;
	e.level = level;
	expected_say(&e, "%s ", teeq_model_task_name(r->w->model, task));
	expected_reason(&e);
	*unsure |= e.unsure;
	return strcmp(e.text, r->line) == 0;
}

/* Of all that the task waits for, what has to do with @holder; by one thread, or one call, of his. */
static bool is_edge(struct reading *r, unsigned int task, unsigned int holder)
{
	int threads = (int)witness_thread_count(r->w);
	bool unsure = false;

	for (int context = NOBODY; context < threads; context++)
		if (is_edge_by(r, task, holder, context, NOBODY, &unsure))
			return true;
	for (int level = 0; level <= (int)r->w->task[holder].top; level++)
		if (is_edge_by(r, task, holder, NOBODY, level, &unsure))
			return true;
	r->out->skipped += unsure;
	return unsure;
}

static void check_cycle(struct reading *r)
{
	for (size_t i = 0; i < r->cycle_count && !r->wrong; i++) {
		int task = reading_task_of(r, r->cycle[i]);
		int next = reading_task_of(r, r->cycle[(i + 1) % r->cycle_count]);

		r->line = r->cycle[i];
		r->out->lines++;
		r->out->count[SAYS_CYCLE_EDGE]++;
		if (task == NOBODY || next == NOBODY)
			reading_complain(r, "a line of the cycle that begins with nobody");
		else if (!is_edge(r, (unsigned int)task, (unsigned int)next))
			reading_complain(r, "%s does not wait for %s like that",
				 teeq_model_task_name(r->w->model, (size_t)task),
				 teeq_model_task_name(r->w->model, (size_t)next));
		else
			r->told.cycle[r->told.cycle_count++] = (unsigned int)task;
	}
}

/* Without whom each of its tasks does not get on; and likewise of a knot. */
static void check_needs(struct reading *r)
{
	char wrong[sizeof(r->out->wrong) / 2];

	if (!r->wrong && !r->limit &&
	    !needs_check(&r->told, r->out, r->w, r->world, wrong, sizeof(wrong)))
		reading_complain(r, "%s", wrong);
}

/* ----------------------------------------- the clients ---------------------------------------- */

static bool check_clients(struct reading *r)
{
	struct expected e = reading_expect(r, 0, "");

	if (!begins(r->line, "Finished: "))
		return false;
	r->out->lines++;
	r->out->count[SAYS_CLIENTS]++;
	r->told_clients = true;
	expected_clients(&e);
	if (e.unsure)
		r->out->skipped++;
	else if (strcmp(e.text, r->line) != 0)
		reading_complain(r, "seen: %s", e.text);
	return true;
}

/* -------------------------------------------- all --------------------------------------------- */

enum part {
	HEAD,
	WHY,
	CYCLE,
	KNOT,
	CONTEXTS,
	QUEUE,
};

static enum part part_of(const char *line, enum part part)
{
	if (begins(line, "Why nothing moves:") || begins(line, "Why nobody gets on:") ||
	    begins(line, "Who cannot move:"))
		return WHY;
	if (begins(line, "The cycle:"))
		return CYCLE;
	if (strcmp(line, "The knot: each of these waits until one of them gets on.") == 0)
		return KNOT;
	if (begins(line, "Threads of the secure world"))
		return CONTEXTS;
	return begins(line, "Call queue") ? QUEUE : part;
}

static void check_line(struct reading *r, enum part part, const char *rest, unsigned int *told)
{
	bool inner = begins(r->line, "  ");

	if (part == HEAD) {
		if (!reading_limit(r, rest) && !reading_sort(r) && !reading_behind(r, rest) &&
		    !check_clients(r))
			reading_complain(r, "a sentence that this reading does not know");
		return;
	}
	if (part == QUEUE && begins(r->line, "Message arguments: ")) {
		reading_slots(r);
		return;
	}
	if (!inner) {
		reading_complain(r, "a sentence that this reading does not know");
		return;
	}
	r->line += 2;
	if (part == WHY) {
		check_why(r);
	} else if (part == CYCLE) {
		r->cycle[r->cycle_count++] = r->line;
	} else if (part == KNOT) {
		r->told.knot[r->told.knot_count++] = r->line;
	} else if (part == CONTEXTS) {
		reading_context(r);
	} else {
		reading_waiter(r);
		(*told)++;
	}
}

/* Cut the next line off. */
static char *next_line(char **next)
{
	char *line = *next, *end = strchr(line, '\n');

	*next = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return line;
}

bool sentences_check(struct sentences *sentences, const struct witness *w,
		     const struct teeq_world *world, const char *report, bool limit)
{
	struct reading r = { .out = sentences, .w = w, .world = world, .limit = limit };
	char *text = strdup(report), *next = text;
	enum part part = HEAD;
	unsigned int told = 0;

	if (!text)
		abort();
	sentences->reports++;
	next_line(&next); /* how it ended, and after how many steps */
	while (next && !r.wrong) {
		enum part now;

		r.line = next_line(&next);
		now = part_of(r.line, part);
		reading_find_queue(&r);
		reading_find_threads(&r);
		if (r.line[0] != '\0' && now == part && !begins(r.line, "Call queue") &&
		    !begins(r.line, "Threads of the secure world"))
			check_line(&r, part, report + (r.line - text), &told);
		part = now;
	}
	r.line = text;
	if (!r.told_clients)
		reading_complain(&r, "nothing is said of which clients finished");
	check_all_told(&r);
	if (r.contexts != witness_thread_count(w))
		reading_complain(&r, "%u threads are told of", r.contexts);
	reading_whole_queue(&r, told);
	check_cycle(&r);
	check_needs(&r);
	free(text);
	return !r.wrong;
}
