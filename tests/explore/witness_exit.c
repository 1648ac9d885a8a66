/* SPDX-License-Identifier: BSD-2-Clause */
/* What a witness makes of the exit of a client that was killed: the last of its TEE context closes what is open. */
#include "witness_shared.h"

#include <string.h>

bool witness_is_dying(const struct witness *w, unsigned int task)
{
	return w->task[task].killed && !w->task[task].exited;
}

int witness_context(const struct witness *w, unsigned int task)
{
	const struct teeq_scenario *s = w->scenario;
	int client = teeq_model_task_client(w->model, task);
	const char *name = teeq_model_task_kind(w->model, task) == TEEQ_TASK_CLIENT ?
				   s->clients[client].context : NULL;

	for (size_t i = 0; name && i < s->context_count; i++)
		if (strcmp(s->contexts[i].name, name) == 0)
			return (int)i;
	return NOBODY;
}

bool witness_is_of_context(const struct witness *w, unsigned int session, int context)
{
	const char *name = w->scenario->sessions[session].context;

	return name && strcmp(name, w->scenario->contexts[context].name) == 0;
}

/* ------------------------------------- which sessions are open -------------------------------- */

static bool some_open(const struct teeq_step *steps, size_t count, const char *session)
{
	for (size_t i = 0; i < count; i++) {
		const struct teeq_step *step = &steps[i];

		if ((step->kind == TEEQ_STEP_OPEN && step->session &&
		     strcmp(step->session, session) == 0) ||
		    some_open(step->steps, step->step_count, session))
			return true;
		for (size_t j = 0; j < step->handler_count; j++)
			if (some_open(step->handlers[j].steps, step->handlers[j].step_count, session))
				return true;
	}
	return false;
}

/* One that no step opens is open from the beginning; and one that was asked to be a system session then. */
void witness_begin_sessions(struct witness *w)
{
	const struct teeq_scenario *s = w->scenario;

	for (size_t i = 0; i < s->session_count; i++) {
		const char *name = s->sessions[i].name;
		bool opened = false;

		for (size_t j = 0; j < s->client_count; j++)
			opened |= some_open(s->clients[j].steps, s->clients[j].step_count, name);
		for (size_t j = 0; j < s->service_count; j++)
			opened |= some_open(s->services[j].steps, s->services[j].step_count, name);
		for (size_t j = 0; j < s->channel_count; j++)
			opened |= strcmp(s->channels[j].session, name) == 0;
		w->session[i] = opened && !s->sessions[i].system ? SESSION_STATE_SHUT :
								   SESSION_STATE_OPEN;
	}
}

/* Which session an exit closes next was decided when the one before it was closed: it is this one. */
static void come_to(struct witness *w, unsigned int task, unsigned int session)
{
	struct witness_level *level = &w->task[task].level[0];
	const struct line *line;

	while (w->task[task].exited && level->call == AT_NO_CALL &&
	       (line = witness_line(w, task, 0)) && line->session != session)
		level->at++;
}

/* It is looked up as it is closed; and open when the call that opens it has returned. */
void witness_see_session(struct witness *w, const struct teeq_event *event)
{
	bool begins = event->action == TEEQ_ACTION_ENTER || event->action == TEEQ_ACTION_GET_ARG;
	const struct line *line;

	if (begins && event->level == 0 && event->object < w->scenario->session_count)
		come_to(w, event->task, event->object);
	line = w->task[event->task].unsure ? NULL : witness_line(w, event->task, event->level);
	if (w->task[event->task].unsure && begins && event->object < w->scenario->session_count)
		w->session[event->object] = SESSION_STATE_UNKNOWN;
	if (!line || line->session >= w->scenario->session_count ||
	    event->outcome == TEEQ_OUTCOME_REFUSED)
		return;
	if (line->kind == TEEQ_STEP_CLOSE && begins)
		w->session[line->session] = SESSION_STATE_SHUT;
	else if (line->kind == TEEQ_STEP_OPEN && event->action == TEEQ_ACTION_LEAVE &&
		 event->memory != TEEQ_MEMORY_PAGE && event->outcome == TEEQ_OUTCOME_OK)
		w->session[line->session] = SESSION_STATE_OPEN;
}

/* ------------------------------------------- its exit ----------------------------------------- */

/* Of those that share the context: whether others still live. *@unknown: that cannot be said. */
static bool others_live(const struct witness *w, unsigned int task, bool *unknown)
{
	int context = witness_context(w, task);
	bool live = false;

	for (unsigned int i = 0; i < teeq_model_task_count(w->model); i++) {
		const struct witness_task *other = &w->task[i];

		if (i == task || witness_context(w, i) != context || other->exited)
			continue;
		if (other->unsure || other->closing || other->guessed)
			*unknown = true;
		else if (witness_line(w, i, 0))
			live = true;
	}
	return live;
}

void witness_pass_shut(struct witness *w, unsigned int index)
{
	struct witness_task *task = &w->task[index];
	const struct line *line = NULL;

	while (task->exited && (line = witness_line(w, index, 0)) &&
	       w->session[line->session] == SESSION_STATE_SHUT)
		task->level[0].at++;
	if (task->exited && line && w->session[line->session] == SESSION_STATE_UNKNOWN) {
		task->exiting = true;
		task->level[0].script = &w->none;
	}
}

/* Reservations of a context, where it has some, are given back as often as they were made: nobody counts them here. */
void witness_begin_exit(struct witness *w, unsigned int index)
{
	struct witness_task *task = &w->task[index];
	struct lines *lines = &w->exits[teeq_model_task_client(w->model, index)];
	int context = witness_context(w, index);
	bool unknown = false;

	task->exited = true;
	task->unsure = false;
	task->level[0].script = &w->none;
	task->level[0].at = 0;
	if (context == NOBODY || others_live(w, index, &unknown))
		return;
	lines->count = 0;
	for (size_t i = w->scenario->session_count; i-- > 0;) {
		if (!witness_is_of_context(w, (unsigned int)i, context))
			continue;
		unknown |= teeq_model_policy(w->model)->secure == TEEQ_SECURE_COUNTED;
		lines->line[lines->count++] = (struct line){
			.kind = TEEQ_STEP_CLOSE, .object = NO_KEY, .session = (uint16_t)i
		};
	}
	task->exiting = unknown;
	if (!unknown)
		task->level[0].script = lines;
	witness_pass_shut(w, index);
}
