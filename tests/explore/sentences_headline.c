/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

static unsigned int free_threads(const struct reading *r, unsigned int guest)
{
	struct witness_pool pool = witness_pool(r->w, guest);
	unsigned int found = 0, level;

	for (unsigned int i = pool.first; i < pool.end; i++)
		found += reading_caller(r, i, &level) == NOBODY && !r->w->lost[i];
	return found;
}

static bool is_free(const struct reading *r, const char *number)
{
	unsigned int context = (unsigned int)strtoul(number, NULL, 10), level;

	return context < witness_thread_count(r->w) &&
	       reading_caller(r, context, &level) == NOBODY && !r->w->lost[context];
}

/* Of those in which a call sleeps for a thread. */
static bool some_guest_is_full(const struct reading *r)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++)
		if (r->w->task[i].level[r->w->task[i].top].asleep &&
		    expected_is_full(r->w, witness_guest(r->w, i)))
			return true;
	return false;
}

static bool somebody_polls(const struct reading *r)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++)
		if (witness_polls(r->w, i) != NO_KEY || reading_is_beyond(r, i))
			return true;
	return false;
}

static bool somebody_sleeps(const struct reading *r)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++)
		if (r->w->task[i].level[r->w->task[i].top].asleep)
			return true;
	return false;
}

/* "every thread" is that of a guest, or of all who share them. */
static void check_every_thread(struct reading *r, const char *said, unsigned int guest)
{
	struct witness_pool pool = witness_pool(r->w, guest);
	struct expected e = reading_expect(r, TEEQ_TASK_MAX, "");

	if (witness_has_own_pool(r->w, guest))
		expected_say(&e, " of guest %s", teeq_model_guest_name(r->w->model, guest));
	expected_say(&e, " is free, and ");
	if (!begins(said, e.text) || free_threads(r, guest) < pool.end - pool.first)
		reading_complain(r, "seen: every thread%s", e.text);
}

/* No thread that a call sleeps for is free: of those that are shared, or of the guest that is named. */
static void check_exhaustion(struct reading *r, const char *said)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++) {
		unsigned int guest = witness_guest(r->w, i);
		bool own = witness_has_own_pool(r->w, guest);
		struct expected e = reading_expect(r, TEEQ_TASK_MAX, "");

		if (own)
			expected_say(&e, " of guest %s", teeq_model_guest_name(r->w->model, guest));
		expected_say(&e, " is free.");
		if (strcmp(said, e.text) != 0 || free_threads(r, guest) > 0 ||
		    !r->w->task[i].level[r->w->task[i].top].asleep)
			continue;
		r->out->count[own ? SAYS_OWN_EXHAUSTION : SAYS_EXHAUSTION]++;
		return;
	}
	reading_complain(r, "one is");
}

/* Whether a thread is free, and set aside from a call that sleeps for one. */
static bool some_are_set_aside(const struct reading *r)
{
	for (unsigned int i = 0; i < reading_task_count(r); i++)
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
		reading_complain(r, "it is not free");
	for (unsigned int i = 0; i < reading_task_count(r); i++) {
		const struct witness_task *task = &r->w->task[i];
		const char *other = teeq_model_task_name(r->w->model, i);
		struct expected e = reading_expect(r, TEEQ_TASK_MAX, "");

		if (strlen(other) != length || strncmp(other, name, length) != 0)
			continue;
		found = true;
		r->vain = i;
		if (all)
			check_every_thread(r, text + 12, witness_guest(r->w, i));
		expected_call(&e, i, task->top);
		if (!task->level[task->top].asleep || task->level[task->top].done)
			reading_complain(r, "that one does not sleep");
		if (!begins(name + length + 3, e.text))
			reading_complain(r, "seen: %s", e.text);
	}
	if (!found)
		reading_complain(r, "nobody of that name");
}

/* The line behind it: who absorbed the wake, or who would give one. */
static void check_whose_wake(struct reading *r)
{
	bool absorbed = false, unsure = false, would = false;

	for (unsigned int i = 0; i < reading_task_count(r); i++) {
		const struct witness_task *task = &r->w->task[i];

		if (witness_guest(r->w, i) != witness_guest(r->w, r->vain))
			continue;
		unsure |= task->unsure || task->exiting;
		for (unsigned int level = 0; level <= task->top; level++)
			absorbed |= expected_absorbed(&task->level[level]);
		would |= i != r->vain && !witness_has_finished(r->w, i) &&
			 witness_may(r->w, i, TEEQ_EFFECT_WAKE, 0);
	}
	if (unsure)
		r->out->skipped++;
	else if (begins(r->line, "the wake was absorbed by ") != absorbed)
		reading_complain(r, absorbed ? "it was absorbed" : "nobody absorbed it");
	else if (!absorbed && begins(r->line, "nobody is left who would") == would)
		reading_complain(r, would ? "somebody would" : "nobody would");
}

bool reading_sort(struct reading *r)
{
	if (begins(r->line, "Exhaustion: no thread")) {
		check_exhaustion(r, r->line + 21);
	} else if (begins(r->line, "Exhaustion: the threads that are free are set aside.")) {
		r->out->count[SAYS_SET_ASIDE]++;
		if (!some_are_set_aside(r))
			reading_complain(r, "none is free, or none set aside");
	} else if (begins(r->line,
			  "Limit: a guest has as many calls in the secure world as it may.")) {
		r->out->count[SAYS_LIMIT]++;
		if (!some_guest_is_full(r))
			reading_complain(r, "none has");
	} else if (begins(r->line, "Kept back: thread ")) {
		r->out->count[SAYS_KEPT_BACK]++;
		if (!is_free(r, r->line + 18))
			reading_complain(r, "it is not free");
	} else if (begins(r->line, "Whoever still runs polls for what nobody else comes to do.")) {
		r->out->count[SAYS_ALL_POLL]++;
		if (!somebody_polls(r))
			reading_complain(r, "nobody polls");
	} else if (begins(r->line, "Lost wake-up: ")) {
		check_lost_wakeup(r, r->line + 14);
	} else if (begins(r->line, "the wake was absorbed by ") ||
		   begins(r->line,
			  r->w->scenario->guest_count > 1 ?
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

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789.-"

/* The tasks that are named in a text of @length. */
static uint64_t named_in(const struct reading *r, const char *text, size_t length)
{
	const char *end = text + length;
	uint64_t tasks = 0;

	while (text < end) {
		size_t word = strspn(text, NAME_CHARACTERS);

		for (unsigned int i = 0; word > 0 && i < reading_task_count(r); i++) {
			const char *name = teeq_model_task_name(r->w->model, i);

			if (strlen(name) == word && strncmp(text, name, word) == 0)
				tasks |= UINT64_C(1) << i;
		}
		text += word > 0 ? word : 1;
	}
	return tasks;
}

static bool has_words(const char *line, size_t length, const char *words)
{
	const char *found = words ? strstr(line, words) : NULL;

	return found && found < line + length;
}

/* Who sleeps for a thread, or for a wake. */
static bool is_short(const char *line, size_t length)
{
	return has_words(line, length, "waits for a thread: ") ||
	       has_words(line, length, "waits for a wake, ") ||
	       has_words(line, length, "'s limit of ");
}

/*
 * What is behind a shortage stands in the line of somebody who is waited for, by way of whomever, by those
 * that sleep for a thread.
 */
static bool is_reached(const struct reading *r, const char *rest, size_t cause)
{
	const char *first = strstr(rest, "\nWhy nothing moves:\n"), *line;
	uint64_t reached = 0, before;

	if (!first)
		return true;
	first = strchr(first + 1, '\n') + 1;
	do {
		before = reached;
		for (line = first; begins(line, "  "); line += strcspn(line, "\n") + 1) {
			size_t length = strcspn(line, "\n");
			uint64_t own = named_in(r, line + 2, strcspn(line + 2, " ,"));

			/* Of many that are taken the line names none. */
			if (has_words(line, length, ", see below"))
				return true;
			if (is_short(line, length) || (reached & own))
				reached |= own | named_in(r, line, length);
			if ((reached & own) && (has_words(line, length, causes[cause].line) ||
						has_words(line, length, causes[cause].other)))
				return true;
		}
	} while (reached != before);
	return false;
}

static void check_cause(struct reading *r, const char *cause, const char *rest, bool behind)
{
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (!begins(cause, causes[i].said))
			continue;
		if (behind && !is_reached(r, rest, i))
			reading_complain(r, "nobody whom the shortage is of waits for that");
		if (!strstr(rest, causes[i].line) &&
		    !(causes[i].other && strstr(rest, causes[i].other)))
			reading_complain(r, "no line below says so");
		return;
	}
	reading_complain(r, "a cause that this reading does not know");
}

/* Where others can still move: that nothing is claimed is said only of whom nothing is proved. */
bool reading_limit(struct reading *r, const char *rest)
{
	const char *proof = strstr(rest, "\nThe cycle:") ? "cycle" :
			    strstr(rest, "\nThe knot: ") ? "knot" : NULL;
	struct expected e = reading_expect(r, TEEQ_TASK_MAX, "");

	if (!begins(r->line, "Tasks could still move"))
		return false;
	if (proof)
		expected_say(&e, "Tasks could still move, and of those nothing is claimed. Those of "
				 "the %s below never get on, unless a fault strikes.", proof);
	else
		expected_say(&e, "Tasks could still move: nothing is claimed.");
	if (!r->limit)
		reading_complain(r, "none could");
	if (strcmp(r->line, e.text) != 0)
		reading_complain(r, "seen: %s", e.text);
	r->out->count[proof ? SAYS_PROOF_AT_LIMIT : SAYS_NOTHING_AT_LIMIT]++;
	r->out->lines++;
	return true;
}

bool reading_behind(struct reading *r, const char *rest)
{
	static const char no_call[] = "No call waits for a thread: ", behind[] = "Behind it: ";

	if (begins(r->line, no_call)) {
		r->out->count[SAYS_NO_CALL_WAITS]++;
		if (somebody_sleeps(r) && !strstr(rest, "waits until no thread is in use"))
			reading_complain(r, "a call does");
		check_cause(r, r->line + strlen(no_call), rest, false);
	} else if (begins(r->line, behind)) {
		r->out->count[SAYS_BEHIND]++;
		check_cause(r, r->line + strlen(behind), rest, true);
	} else {
		return false;
	}
	r->out->lines++;
	return true;
}
