/* SPDX-License-Identifier: BSD-2-Clause */
/* Which clients came to the end of their scripts, which were killed, and which did neither. */
#include "expected_shared.h"

enum client_state {
	CLIENT_FINISHED,
	CLIENT_KILLED,
	CLIENT_UNFINISHED,
};

static enum client_state state_of(const struct expected *e, unsigned int task)
{
	if (!witness_has_finished(e->w, task))
		return CLIENT_UNFINISHED;
	return e->w->task[task].killed ? CLIENT_KILLED : CLIENT_FINISHED;
}

static void say_clients(struct expected *e, enum client_state state, const char *title,
			const char *nobody)
{
	bool first = true;

	for (unsigned int i = 0; i < expected_task_count(e); i++) {
		if (teeq_model_task_kind(e->w->model, i) != TEEQ_TASK_CLIENT ||
		    state_of(e, i) != state)
			continue;
		e->unsure |= e->w->task[i].unsure || e->w->task[i].exiting;
		expected_say(e, "%s%s", first ? title : ", ", expected_name(e, i));
		first = false;
		if (state == CLIENT_KILLED)
			expected_count(e, SAYS_CLIENT_KILLED);
	}
	if (first)
		expected_say(e, "%s", nobody);
}

void expected_clients(struct expected *e)
{
	say_clients(e, CLIENT_FINISHED, "Finished: ", "Finished: none");
	say_clients(e, CLIENT_KILLED, ". Killed: ", "");
	say_clients(e, CLIENT_UNFINISHED, ". Not finished: ", "");
	expected_say(e, ".");
}
