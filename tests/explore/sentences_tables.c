/* SPDX-License-Identifier: BSD-2-Clause */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void reading_context(struct reading *r)
{
	unsigned int number = (unsigned int)strtoul(r->line, NULL, 10), level = 0;
	int task = reading_caller(r, number, &level);
	struct expected e = reading_expect(r, 0, "");

	if (number != r->contexts++ || witness_whose_thread(r->w, number) != r->whose)
		reading_complain(r, "it is another one's turn, or another guest's");
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
				     teeq_model_guest_name(
					     r->w->model, witness_guest(r->w, (unsigned int)task)));
	}
	r->out->lines++;
	r->out->count[SAYS_CONTEXT]++;
	squeeze(r->line);
	if (strcmp(e.text, r->line) != 0)
		reading_complain(r, "seen: %s", e.text);
}

/* "admitted" follows from the policy's credits, which are none of the trace's. */
void reading_waiter(struct reading *r)
{
	unsigned int level = (unsigned int)strspn(r->line, ">");
	int task = reading_task_of(r, r->line + level);
	const struct witness_level *call;
	struct expected e = reading_expect(r, 0, "");
	char *admitted;

	r->out->lines++;
	r->out->count[SAYS_WAITER]++;
	squeeze(r->line);
	if (task == NOBODY) {
		reading_complain(r, "nobody of that name");
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
		reading_complain(r, "seen: %s", e.text);
	if (witness_guest(r->w, (unsigned int)task) != r->guest)
		reading_complain(r, "it is in another guest");
}

/* "Message arguments: 1 of 2 slots taken, the mutex held by app.0." */
void reading_slots(struct reading *r)
{
	const struct witness_driver *driver = &r->w->drivers[r->guest];
	struct expected e = reading_expect(r, 0, "");
	unsigned int used = 0;

	for (unsigned int i = 0; i < reading_task_count(r); i++)
		for (unsigned int level = 0; level <= r->w->task[i].top; level++)
			used += witness_guest(r->w, i) == r->guest &&
				r->w->task[i].level[level].slot != SLOT_NONE;
	expected_say(&e, "Message arguments: %u of %u slots taken", used,
		     driver->argument_capacity);
	if (driver->argument_owner != NOBODY)
		expected_say(&e, ", the mutex held by %s",
			     teeq_model_task_name(r->w->model, (size_t)driver->argument_owner));
	expected_say(&e, ".");
	r->out->lines++;
	r->out->count[driver->argument_owner == NOBODY ? SAYS_SLOTS : SAYS_SLOTS_HELD]++;
	if (strcmp(e.text, r->line) != 0)
		reading_complain(r, "seen: %s", e.text);
}

/* "Call queue of guest g1 (": and which one that is. */
void reading_find_queue(struct reading *r)
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
	reading_complain(r, "no guest of that name");
}

/* "Threads of the secure world, of guest g1 alone:" */
void reading_find_threads(struct reading *r)
{
	struct expected e = reading_expect(r, TEEQ_TASK_MAX, "");

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
		reading_complain(r, "seen: %s", e.text);
}

void reading_whole_queue(struct reading *r, unsigned int told)
{
	unsigned int calls = 0;

	for (unsigned int i = 0; i < reading_task_count(r); i++)
		for (unsigned int level = 0; level <= r->w->task[i].top; level++)
			calls += r->w->task[i].level[level].call != AT_NO_CALL;
	if (calls != told)
		reading_complain(r, "%u calls are in the queue, %u are told", calls, told);
}
