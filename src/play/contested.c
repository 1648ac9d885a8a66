/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In the model a task looks at a session or a channel together with the action before; a thread looks
 * a little later, when somebody else may have changed it.
 */
#include "play/play.h"

enum {
	EVERYBODY = 2, /* who may run a service: more than one */
};

/* How many tasks may change or look at each, and whether anybody looks. */
struct interest {
	unsigned int sessions[TEEQ_SESSION_MAX];
	unsigned int channels[TEEQ_CHANNEL_MAX];
	bool session_looked_at[TEEQ_SESSION_MAX];
	bool channel_looked_at[TEEQ_CHANNEL_MAX];
};

/* What one script, run by @tasks, is interested in. */
struct use {
	uint64_t sessions;
	uint64_t channels;
};

static void note(const struct teeq_model *m, const struct instruction *at, struct use *use,
		 struct interest *interest)
{
	switch (at->op) {
	case OP_UNLESS_OPEN:
	case OP_UNLESS_MARKED:
		interest->session_looked_at[at->object] = true;
		use->sessions |= UINT64_C(1) << at->object;
		break;
	case OP_OPEN:
	case OP_CLOSE:
	case OP_RESERVE:
	case OP_RELEASE:
		use->sessions |= UINT64_C(1) << at->object;
		use->sessions |= UINT64_C(1) << model_marks_of(m, at->object);
		break;
	case OP_UNLESS:
		interest->channel_looked_at[at->object] = true;
		use->channels |= UINT64_C(1) << at->object;
		break;
	case OP_SET:
	case OP_CLEAR:
		use->channels |= UINT64_C(1) << at->object;
		break;
	default:
		break;
	}
}

static void add_script(const struct teeq_model *m, unsigned int start, unsigned int tasks,
		       struct interest *interest)
{
	struct use use = { 0 };

	for (const struct instruction *at = &m->code[start]; at->op != OP_END; at++)
		note(m, at, &use, interest);
	for (unsigned int i = 0; i < TEEQ_SESSION_MAX; i++)
		interest->sessions[i] += use.sessions >> i & 1 ? tasks : 0;
	for (unsigned int i = 0; i < TEEQ_CHANNEL_MAX; i++)
		interest->channels[i] += use.channels >> i & 1 ? tasks : 0;
}

const char *teeq_play_contested(const struct teeq_model *m)
{
	if (!m)
		return NULL;

	struct interest interest = { { 0 }, { 0 }, { 0 }, { 0 } };

	for (unsigned int i = 0; i < m->task_count; i++)
		add_script(m, m->tasks[i].start, 1, &interest);
	for (unsigned int i = 0; i < m->service_count; i++)
		add_script(m, m->services[i].start, EVERYBODY, &interest);
	for (unsigned int i = 0; i < m->session_count; i++)
		if (interest.session_looked_at[i] && interest.sessions[i] > 1)
			return m->sessions[i];
	for (unsigned int i = 0; i < m->channel_count; i++)
		if (interest.channel_looked_at[i] && interest.channels[i] > 1)
			return m->channels[i];
	return NULL;
}
