/* SPDX-License-Identifier: BSD-2-Clause */
#include "needs_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const sentence_names[SENTENCE_COUNT] = {
	[SAYS_LOCK] = "lock", [SAYS_DEVICE] = "device", [SAYS_EVENT] = "event",
	[SAYS_BARRIER] = "barrier", [SAYS_THREAD] = "thread", [SAYS_WAKE] = "wake",
	[SAYS_IDLE] = "idle", [SAYS_SECURE_LOCK] = "secure lock",
	[SAYS_SECURE_LOCK_FREE] = "free secure lock", [SAYS_TA] = "TA",
	[SAYS_SINGLE] = "single-instance lock", [SAYS_SESSION] = "session",
	[SAYS_LOADING] = "TA being loaded",
	[SAYS_CONDITION] = "condition", [SAYS_NOTIFICATION] = "notification",
	[SAYS_REQUEST_QUEUED] = "queued request", [SAYS_REQUEST_SEEN] = "request in progress",
	[SAYS_HELD_BY_MEMORY] = "device held by memory",
	[SAYS_START] = "start", [SAYS_FREEZE] = "freeze", [SAYS_THAW] = "thaw",
	[SAYS_NOBODY_EVENT] = "nobody would signal",
	[SAYS_NOBODY_BARRIER] = "nobody would arrive",
	[SAYS_NOBODY_CONDITION] = "nobody would signal a condition",
	[SAYS_NOBODY_NOTIFICATION] = "nobody would send",
	[SAYS_NOBODY_RELEASE] = "nobody would release",
	[SAYS_NOBODY_START] = "nobody would start", [SAYS_NOBODY_KILL] = "nobody would kill",
	[SAYS_NOBODY_THAW] = "nobody would thaw", [SAYS_NOBODY_WAKE] = "nobody would wake",
	[SAYS_SOMEBODY_WOULD] = "somebody would", [SAYS_ONLY_ITSELF] = "it would itself",
	[SAYS_THROUGH] = "through others", [SAYS_EARLIER_CALL] = "since an earlier call",
	[SAYS_FINISHED] = "which has finished", [SAYS_LOST_HOLDER] = "by a lost thread",
	[SAYS_SEVERAL_HOLDERS] = "several holders",
	[SAYS_GIVEN_BY_OTHERS] = "given back by others", [SAYS_ABSORBED] = "absorbed",
	[SAYS_KILLED] = "killed", [SAYS_SERVING] = "serving", [SAYS_SYSTEM] = "system",
	[SAYS_CYCLE_EDGE] = "edge of a cycle", [SAYS_KNOT] = "task of a knot",
	[SAYS_NEEDS_ANY] = "needs any", [SAYS_NEEDS_ALL] = "needs several",
	[SAYS_NEITHER] = "neither cycle nor knot", [SAYS_CONTEXT] = "thread of the table",
	[SAYS_WAITER] = "waiter of the table", [SAYS_EXHAUSTION] = "exhaustion",
	[SAYS_SET_ASIDE] = "set aside", [SAYS_KEPT_BACK] = "kept back",
	[SAYS_LOST_WAKEUP] = "lost wake-up", [SAYS_NO_CALL_WAITS] = "no call waits",
	[SAYS_BEHIND] = "behind it", [SAYS_GUEST] = "in its guest",
	[SAYS_OTHER_GUEST] = "in another guest", [SAYS_STRAYED] = "a wake that went to another guest",
	[SAYS_LIMIT] = "limit of a guest", [SAYS_QUEUE_OF_GUEST] = "queue of a guest",
	[SAYS_MANY] = "many are taken", [SAYS_OWN_THREADS] = "threads of one guest alone",
	[SAYS_OWN_EXHAUSTION] = "exhaustion of one guest alone", [SAYS_ARGUMENT] = "argument",
	[SAYS_SLOTS] = "slots for arguments", [SAYS_SLOTS_HELD] = "slots, and who has the mutex",
	[SAYS_POLL] = "poll", [SAYS_CPU] = "CPU",
	[SAYS_ALL_SECURE] = "every CPU runs the secure world",
	[SAYS_RUNS_SECURE] = "a CPU in the secure world",
	[SAYS_RESUMED_AT_ONCE] = "a CPU whose call is resumed at once",
	[SAYS_PRIORITY] = "a CPU of a higher priority", [SAYS_ALL_POLL] = "whoever runs polls",
	[SAYS_AT_LIMIT] = "who cannot move, at a limit",
	[SAYS_CLIENTS] = "which clients finished", [SAYS_CLIENT_KILLED] = "which were killed",
};

/* One report being read, line by line. */
struct reading {
	struct sentences *out;
	const struct witness *w;
	const struct teeq_world *world;
	char *line;
	bool wrong;
	bool limit; /* others may still move */
	unsigned int why; /* the next task that a line is due for */
	unsigned int vain; /* who is said to sleep in vain */
	unsigned int guest; /* whose queue it is */
	int whose; /* threads are told of: a guest's own ones, or NOBODY's */
	unsigned int contexts; /* told so far */
	char *cycle[64];
	size_t cycle_count;
	struct told_needs told;
	bool told_clients;
};

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static void complain(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void complain(struct reading *r, const char *format, ...)
{
	size_t length;
	va_list arguments;

	if (r->wrong)
		return;
	r->wrong = true;
	length = (size_t)snprintf(r->out->wrong, sizeof(r->out->wrong), "said: %s\n", r->line);
	va_start(arguments, format);
	vsnprintf(r->out->wrong + length, sizeof(r->out->wrong) - length, format, arguments);
	va_end(arguments);
}

static unsigned int task_count(const struct reading *r)
{
	return (unsigned int)teeq_model_task_count(r->w->model);
}

static struct expected expect_of(struct reading *r, unsigned int task, const char *said)
{
	return (struct expected){
		.counts = r->out, .w = r->w, .world = r->world, .task = task, .only = NOBODY,
		.context = NOBODY, .level = NOBODY,
		.claim = strstr(said, " waits for CPU ") || strstr(said, " waits for a CPU: ") ? CLAIM_CPU :
			 strstr(said, "waits for a wake") ? CLAIM_WAKE :
			 strstr(said, "until no thread is in use") ? CLAIM_IDLE : CLAIM_THREAD,
	};
}

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

/* Who may be stuck or not: what it is about is not followed. */
static bool is_beyond(const struct reading *r, unsigned int task)
{
	return r->w->task[task].unsure || r->w->task[task].exiting;
}

/* On to the task that the line is about; those that are passed over must not be stuck. */
static bool find_whom(struct reading *r)
{
	while (r->why < task_count(r)) {
		const char *name = teeq_model_task_name(r->w->model, r->why);
		size_t length = strlen(name);

		if (begins(r->line, name) && strchr(" ,", r->line[length]))
			return r->limit || is_stuck(r, r->why) || is_beyond(r, r->why);
		if (is_stuck(r, r->why) && !is_beyond(r, r->why))
			return false;
		r->why++;
	}
	return false;
}

static void check_why(struct reading *r)
{
	struct expected e;

	if (!find_whom(r)) {
		complain(r, "%s is stuck, and nothing is said of it",
			 r->why < task_count(r) ? teeq_model_task_name(r->w->model, r->why) :
						  "nobody of that name");
		return;
	}
	e = expect_of(r, r->why++, r->line);
	r->told.claim[e.task] = e.claim;
	expected_waiter(&e);
	expected_reason(&e);
	r->out->lines++;
	r->out->count[SAYS_AT_LIMIT] += r->limit;
	if (e.unsure)
		r->out->skipped++;
	else if (strcmp(e.text, r->line) != 0)
		complain(r, "seen: %s", e.text);
}

static void check_all_told(struct reading *r)
{
	while (r->why < task_count(r) && (!is_stuck(r, r->why) || is_beyond(r, r->why)))
		r->why++;
	if (r->why < task_count(r))
		complain(r, "nothing is said of %s",
			 teeq_model_task_name(r->w->model, r->why));
	r->why = task_count(r);
}

/* ------------------------------------------ the cycle ----------------------------------------- */

static int task_of(const struct reading *r, const char *line)
{
	size_t length = strcspn(line, " ");

	for (unsigned int i = 0; i < task_count(r); i++) {
		const char *name = teeq_model_task_name(r->w->model, i);

		if (strlen(name) == length && strncmp(name, line, length) == 0)
			return (int)i;
	}
	return NOBODY;
}

static bool is_edge_by(struct reading *r, unsigned int task, unsigned int holder, int context,
		       int level, bool *unsure)
{
	struct expected e = expect_of(r, task, r->line);

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
		int task = task_of(r, r->cycle[i]);
		int next = task_of(r, r->cycle[(i + 1) % r->cycle_count]);

		r->line = r->cycle[i];
		r->out->lines++;
		r->out->count[SAYS_CYCLE_EDGE]++;
		if (task == NOBODY || next == NOBODY)
			complain(r, "a line of the cycle that begins with nobody");
		else if (!is_edge(r, (unsigned int)task, (unsigned int)next))
			complain(r, "%s does not wait for %s like that",
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
		complain(r, "%s", wrong);
}

/* ------------------------------------------ the tables ---------------------------------------- */

static int caller_in(const struct reading *r, unsigned int context, unsigned int *level)
{
	for (unsigned int i = 0; i < task_count(r); i++)
		for (*level = 0; *level <= r->w->task[i].top; (*level)++)
			if (r->w->task[i].level[*level].call == AT_THREAD &&
			    r->w->task[i].level[*level].context == context)
				return (int)i;
	return NOBODY;
}

/* The words of a line, with one blank between them. */
static void squeeze(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ' ' || (to > text && to[-1] != ' '))
			*to++ = *from;
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

static void say_caller(struct expected *e, unsigned int task, unsigned int level)
{
	for (unsigned int i = 0; i < level; i++)
		expected_say(e, ">");
	expected_say(e, "%s ", teeq_model_task_name(e->w->model, task));
	expected_call(e, task, level);
}

static void check_context(struct reading *r)
{
	unsigned int number = (unsigned int)strtoul(r->line, NULL, 10), level = 0;
	int task = caller_in(r, number, &level);
	struct expected e = expect_of(r, 0, "");

	if (number != r->contexts++ || witness_whose_thread(r->w, number) != r->whose)
		complain(r, "it is another one's turn, or another guest's");
	e.task = TEEQ_TASK_MAX;
	expected_say(&e, "%u ", number);
	if (task == NOBODY)
		expected_say(&e, r->w->lost[number] ? "SUSPENDED lost" : "FREE");
	if (task != NOBODY) {
		expected_say(&e, "%s ", r->w->task[task].level[level].active ? "ACTIVE" :
									       "SUSPENDED");
		say_caller(&e, (unsigned int)task, level);
		if (r->w->scenario->guest_count > 1)
			expected_say(&e, ", in guest %s",
				     teeq_model_guest_name(r->w->model,
							   witness_guest(r->w, (unsigned int)task)));
	}
	r->out->lines++;
	r->out->count[SAYS_CONTEXT]++;
	squeeze(r->line);
	if (strcmp(e.text, r->line) != 0)
		complain(r, "seen: %s", e.text);
}

/* "admitted" follows from the policy's credits, which are none of the trace's. */
static void check_waiter(struct reading *r)
{
	unsigned int level = (unsigned int)strspn(r->line, ">");
	int task = task_of(r, r->line + level);
	const struct witness_level *call;
	struct expected e = expect_of(r, 0, "");
	char *admitted;

	r->out->lines++;
	r->out->count[SAYS_WAITER]++;
	squeeze(r->line);
	if (task == NOBODY) {
		complain(r, "nobody of that name");
		return;
	}
	admitted = strstr(r->line, ", admitted");
	if (admitted)
		memmove(admitted, admitted + 10, strlen(admitted + 10) + 1);
	call = &r->w->task[task].level[level];
	say_caller(&e, (unsigned int)task, level);
	expected_say(&e, " %s%s%s", call->asleep ? "asleep" : "active",
		     call->system ? ", system" : "", call->done ? ", completion done" : "");
	if (call->call == AT_NO_CALL || strcmp(e.text, r->line) != 0)
		complain(r, "seen: %s", e.text);
	if (witness_guest(r->w, (unsigned int)task) != r->guest)
		complain(r, "it is in another guest");
}

/* "Message arguments: 1 of 2 slots taken, the mutex held by app.0." */
static void check_slots(struct reading *r)
{
	const struct witness_driver *driver = &r->w->drivers[r->guest];
	struct expected e = expect_of(r, 0, "");
	unsigned int used = 0;

	for (unsigned int i = 0; i < task_count(r); i++)
		for (unsigned int level = 0; level <= r->w->task[i].top; level++)
			used += witness_guest(r->w, i) == r->guest &&
				r->w->task[i].level[level].slot != SLOT_NONE;
	expected_say(&e, "Message arguments: %u of %u slots taken", used, driver->argument_capacity);
	if (driver->argument_owner != NOBODY)
		expected_say(&e, ", the mutex held by %s",
			     teeq_model_task_name(r->w->model, (size_t)driver->argument_owner));
	expected_say(&e, ".");
	r->out->lines++;
	r->out->count[driver->argument_owner == NOBODY ? SAYS_SLOTS : SAYS_SLOTS_HELD]++;
	if (strcmp(e.text, r->line) != 0)
		complain(r, "seen: %s", e.text);
}

/* "Call queue of guest g1 (": and which one that is. */
static void find_queue(struct reading *r)
{
	static const char head[] = "Call queue of guest ";

	if (!begins(r->line, head))
		return;
	r->out->count[SAYS_QUEUE_OF_GUEST]++;
	for (r->guest = 0; r->guest < r->w->scenario->guest_count; r->guest++) {
		const char *name = teeq_model_guest_name(r->w->model, r->guest);

		if (begins(r->line + strlen(head), name) &&
		    r->line[strlen(head) + strlen(name)] == ' ')
			return;
	}
	complain(r, "no guest of that name");
}

/* "Threads of the secure world, of guest g1 alone:" */
static void find_whose_threads(struct reading *r)
{
	struct expected e = expect_of(r, TEEQ_TASK_MAX, "");

	if (!begins(r->line, "Threads of the secure world"))
		return;
	r->whose = witness_whose_thread(r->w, r->contexts);
	expected_say(&e, "Threads of the secure world");
	if (r->whose != NOBODY) {
		r->out->count[SAYS_OWN_THREADS]++;
		expected_say(&e, ", of guest %s alone",
			     teeq_model_guest_name(r->w->model, (size_t)r->whose));
	}
	expected_say(&e, ":");
	if (strcmp(r->line, e.text) != 0)
		complain(r, "seen: %s", e.text);
}

static void check_queue_is_whole(struct reading *r, unsigned int told)
{
	unsigned int calls = 0;

	for (unsigned int i = 0; i < task_count(r); i++)
		for (unsigned int level = 0; level <= r->w->task[i].top; level++)
			calls += r->w->task[i].level[level].call != AT_NO_CALL;
	if (calls != told)
		complain(r, "%u calls are in the queue, %u are told", calls, told);
}

/* ----------------------------------------- the headline --------------------------------------- */

static unsigned int free_threads(const struct reading *r, unsigned int guest)
{
	struct witness_pool pool = witness_pool(r->w, guest);
	unsigned int found = 0, level;

	for (unsigned int i = pool.first; i < pool.end; i++)
		found += caller_in(r, i, &level) == NOBODY && !r->w->lost[i];
	return found;
}

static bool is_free(const struct reading *r, const char *number)
{
	unsigned int context = (unsigned int)strtoul(number, NULL, 10), level;

	return context < witness_thread_count(r->w) &&
	       caller_in(r, context, &level) == NOBODY && !r->w->lost[context];
}

/* Of those in which a call sleeps for a thread. */
static bool some_guest_is_full(const struct reading *r)
{
	for (unsigned int i = 0; i < task_count(r); i++)
		if (r->w->task[i].level[r->w->task[i].top].asleep &&
		    expected_is_full(r->w, witness_guest(r->w, i)))
			return true;
	return false;
}

static bool somebody_polls(const struct reading *r)
{
	for (unsigned int i = 0; i < task_count(r); i++)
		if (witness_polls(r->w, i) != NO_KEY || is_beyond(r, i))
			return true;
	return false;
}

static bool somebody_sleeps(const struct reading *r)
{
	for (unsigned int i = 0; i < task_count(r); i++)
		if (r->w->task[i].level[r->w->task[i].top].asleep)
			return true;
	return false;
}

/* "every thread" is that of a guest, or of all who share them. */
static void check_every_thread(struct reading *r, const char *said, unsigned int guest)
{
	struct witness_pool pool = witness_pool(r->w, guest);
	struct expected e = expect_of(r, TEEQ_TASK_MAX, "");

	if (witness_has_own_pool(r->w, guest))
		expected_say(&e, " of guest %s", teeq_model_guest_name(r->w->model, guest));
	expected_say(&e, " is free, and ");
	if (!begins(said, e.text) || free_threads(r, guest) < pool.end - pool.first)
		complain(r, "seen: every thread%s", e.text);
}

/* No thread that a call sleeps for is free: of those that are shared, or of the guest that is named. */
static void check_exhaustion(struct reading *r, const char *said)
{
	for (unsigned int i = 0; i < task_count(r); i++) {
		unsigned int guest = witness_guest(r->w, i);
		bool own = witness_has_own_pool(r->w, guest);
		struct expected e = expect_of(r, TEEQ_TASK_MAX, "");

		if (own)
			expected_say(&e, " of guest %s", teeq_model_guest_name(r->w->model, guest));
		expected_say(&e, " is free.");
		if (strcmp(said, e.text) != 0 || free_threads(r, guest) > 0 ||
		    !r->w->task[i].level[r->w->task[i].top].asleep)
			continue;
		r->out->count[own ? SAYS_OWN_EXHAUSTION : SAYS_EXHAUSTION]++;
		return;
	}
	complain(r, "one is");
}

/* Whether a thread is free, and set aside from a call that sleeps for one. */
static bool some_are_set_aside(const struct reading *r)
{
	for (unsigned int i = 0; i < task_count(r); i++)
		if (r->w->task[i].level[r->w->task[i].top].asleep &&
		    free_threads(r, witness_guest(r->w, i)) > 0 &&
		    teeq_world_guest_reserved(r->w->model, r->world, witness_guest(r->w, i)) > 0)
			return true;
	return false;
}

/* "thread 1 is free, and app.0's call x would get it if somebody woke it;" */
static void check_lost_wakeup(struct reading *r, const char *text)
{
	bool all = begins(text, "every thread ");
	const char *name = strstr(text, ", and ") + 6;
	size_t length = strcspn(name, "'");
	bool found = false;

	r->out->count[SAYS_LOST_WAKEUP]++;
	if (!all && !is_free(r, text + 7))
		complain(r, "it is not free");
	for (unsigned int i = 0; i < task_count(r); i++) {
		const struct witness_task *task = &r->w->task[i];
		const char *other = teeq_model_task_name(r->w->model, i);
		struct expected e = expect_of(r, TEEQ_TASK_MAX, "");

		if (strlen(other) != length || strncmp(other, name, length) != 0)
			continue;
		found = true;
		r->vain = i;
		if (all)
			check_every_thread(r, text + 12, witness_guest(r->w, i));
		expected_call(&e, i, task->top);
		if (!task->level[task->top].asleep || task->level[task->top].done)
			complain(r, "that one does not sleep");
		if (!begins(name + length + 3, e.text))
			complain(r, "seen: %s", e.text);
	}
	if (!found)
		complain(r, "nobody of that name");
}

/* The line behind it: who absorbed the wake, or who would give one. */
static void check_whose_wake(struct reading *r)
{
	bool absorbed = false, unsure = false, would = false;

	for (unsigned int i = 0; i < task_count(r); i++) {
		const struct witness_task *task = &r->w->task[i];

		if (witness_guest(r->w, i) != witness_guest(r->w, r->vain))
			continue;
		unsure |= task->unsure || task->exiting || task->killed;
		for (unsigned int level = 0; level <= task->top; level++)
			absorbed |= expected_absorbed(&task->level[level]);
		would |= i != r->vain && !witness_has_finished(r->w, i) &&
			 witness_may(r->w, i, TEEQ_DEED_WAKE, 0);
	}
	if (unsure)
		r->out->skipped++;
	else if (begins(r->line, "the wake was absorbed by ") != absorbed)
		complain(r, absorbed ? "it was absorbed" : "nobody absorbed it");
	else if (!absorbed && begins(r->line, "nobody is left who would") == would)
		complain(r, would ? "somebody would" : "nobody would");
}

static bool check_sort(struct reading *r)
{
	if (begins(r->line, "Exhaustion: no thread")) {
		check_exhaustion(r, r->line + 21);
	} else if (begins(r->line, "Exhaustion: the threads that are free are set aside.")) {
		r->out->count[SAYS_SET_ASIDE]++;
		if (!some_are_set_aside(r))
			complain(r, "none is free, or none set aside");
	} else if (begins(r->line, "Limit: a guest has as many calls in the secure world as it may.")) {
		r->out->count[SAYS_LIMIT]++;
		if (!some_guest_is_full(r))
			complain(r, "none has");
	} else if (begins(r->line, "Kept back: thread ")) {
		r->out->count[SAYS_KEPT_BACK]++;
		if (!is_free(r, r->line + 18))
			complain(r, "it is not free");
	} else if (begins(r->line, "Whoever still runs polls for what nobody else comes to do.")) {
		r->out->count[SAYS_ALL_POLL]++;
		if (!somebody_polls(r))
			complain(r, "nobody polls");
	} else if (begins(r->line, "Tasks could still move: nothing is claimed.")) {
		if (!r->limit)
			complain(r, "none could");
	} else if (begins(r->line, "Lost wake-up: ")) {
		check_lost_wakeup(r, r->line + 14);
	} else if (begins(r->line, "the wake was absorbed by ") ||
		   begins(r->line, r->w->scenario->guest_count > 1 ?
					    "nobody is left who would, for no exit in another guest wakes "
					    "anybody in this one." :
					    "nobody is left who would.") ||
		   begins(r->line, "who would does not come to it.")) {
		check_whose_wake(r);
	} else {
		return false;
	}
	r->out->lines++;
	return true;
}

/* What is said to be behind it, and a part of a line below that must then be there. */
static const struct {
	const char *said;
	const char *line;
	const char *other;
} causes[] = {
	{ "a lock of the secure world is not released", ", held ", NULL },
	{ "nobody is told that a lock of the secure world is free", ", which is free, ",
	  ", which nobody is loading any more, " },
	{ "a call does not leave its session, which lets one in at a time", " session ", NULL },
	{ "who opens a TA waits for the call that is loading it", " loading", NULL },
	{ "a condition of the secure world is not signalled", "waits for condition ", NULL },
	{ "a notification is not sent", "waits for notification ", NULL },
	{ "tee-supplicant does not answer", "waits for tee-supplicant", NULL },
	{ "tee-supplicant cannot be started", "waits to start tee-supplicant", NULL },
	{ "the shared-memory cache is refused while threads are in use",
	  "waits until no thread is in use", NULL },
	{ "the argument cache's mutex is held while a page is registered",
	  "waits for the argument cache's mutex", NULL },
	{ "what is frozen is not thawed", "is frozen, ", NULL },
	{ "a lock is not released", "waits for lock ", "waits for device " },
	{ "an event is not signalled", "waits for event ", NULL },
	{ "not everybody comes to a barrier", "waits at barrier ", NULL },
	{ "what is to be frozen is still in the kernel", "is frozen: ", NULL },
	{ "the tasks wait for each other", "The cycle:", "The knot:" },
};

static void check_cause(struct reading *r, const char *cause, const char *rest)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (!begins(cause, causes[i].said))
			continue;
		if (!strstr(rest, causes[i].line) &&
		    !(causes[i].other && strstr(rest, causes[i].other)))
			complain(r, "no line below says so");
		return;
	}
	complain(r, "a cause that this reading does not know");
}

static bool check_behind(struct reading *r, const char *rest)
{
	static const char no_call[] = "No call waits for a thread: ", behind[] = "Behind it: ";

	if (begins(r->line, no_call)) {
		r->out->count[SAYS_NO_CALL_WAITS]++;
		if (somebody_sleeps(r) && !strstr(rest, "waits until no thread is in use"))
			complain(r, "a call does");
		check_cause(r, r->line + strlen(no_call), rest);
	} else if (begins(r->line, behind)) {
		r->out->count[SAYS_BEHIND]++;
		check_cause(r, r->line + strlen(behind), rest);
	} else {
		return false;
	}
	r->out->lines++;
	return true;
}

/* ----------------------------------------- the clients ---------------------------------------- */

static bool check_clients(struct reading *r)
{
	struct expected e = expect_of(r, 0, "");

	if (!begins(r->line, "Finished: "))
		return false;
	r->out->lines++;
	r->out->count[SAYS_CLIENTS]++;
	r->told_clients = true;
	expected_clients(&e);
	if (e.unsure)
		r->out->skipped++;
	else if (strcmp(e.text, r->line) != 0)
		complain(r, "seen: %s", e.text);
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
		if (!check_sort(r) && !check_behind(r, rest) && !check_clients(r))
			complain(r, "a sentence that this reading does not know");
		return;
	}
	if (part == QUEUE && begins(r->line, "Message arguments: ")) {
		check_slots(r);
		return;
	}
	if (!inner) {
		complain(r, "a sentence that this reading does not know");
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
		check_context(r);
	} else {
		check_waiter(r);
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
		find_queue(&r);
		find_whose_threads(&r);
		if (r.line[0] != '\0' && now == part && !begins(r.line, "Call queue") &&
		    !begins(r.line, "Threads of the secure world"))
			check_line(&r, part, report + (r.line - text), &told);
		part = now;
	}
	r.line = text;
	if (!r.told_clients)
		complain(&r, "nothing is said of which clients finished");
	check_all_told(&r);
	if (r.contexts != witness_thread_count(w))
		complain(&r, "%u threads are told of", r.contexts);
	check_queue_is_whole(&r, told);
	check_cycle(&r);
	check_needs(&r);
	free(text);
	return !r.wrong;
}
