/* SPDX-License-Identifier: BSD-2-Clause */
#include "explore/match.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t own_kinds[OWN_KINDS] = { OP_OBJECT_SESSION, OP_OBJECT_LOCK, OP_OBJECT_EVENT,
					      OP_OBJECT_KEY, OP_OBJECT_DEVICE };

/* The place of a kind among those that may be somebody's own, or OWN_KINDS. */
static unsigned int own_kind(unsigned int kind)
{
	unsigned int i = 0;

	while (i < OWN_KINDS && own_kinds[i] != kind)
		i++;
	return i;
}

/* ------------------------------------------- walking ------------------------------------------ */

static bool match_pair(struct match *match, unsigned int a, unsigned int b)
{
	if (a == CODE_NONE || b == CODE_NONE)
		return a == b;
	if (a >= match->m->code_count || b >= match->m->code_count)
		return false;
	if (match->image[a] != CODE_NONE || match->role[b] != CODE_NONE)
		return match->image[a] == b && match->role[b] == a;
	match->image[a] = (uint16_t)b;
	match->role[b] = (uint16_t)a;
	match->todo[match->todo_count++] = (uint16_t)a;
	return true;
}

/* Nobody can tell two sessions apart but by which of them it is. */
static bool sessions_alike(const struct teeq_model *m, unsigned int a, unsigned int b)
{
	const struct session *sessions = world_sessions(m, m->initial);
	uint64_t known = m->shared_sessions | m->late_counts;

	for (unsigned int i = 0; i < m->channel_count; i++)
		if (m->channel_session[i] == a || m->channel_session[i] == b)
			return false;
	for (unsigned int i = 0; i < m->session_count; i++)
		if (i != a && i != b && (m->session_home[i] == a || m->session_home[i] == b))
			return false;
	return !((known >> a | known >> b) & 1) && m->session_asks[a] == m->session_asks[b] &&
	       m->session_opened[a] == m->session_opened[b] &&
	       m->session_answer[a] == m->session_answer[b] &&
	       m->session_context[a] == MODEL_OWN && m->session_context[b] == MODEL_OWN &&
	       m->session_home[a] == a && m->session_home[b] == b &&
	       m->session_keeps[a] == m->session_keeps[b] &&
	       m->session_loads[a] == m->session_loads[b] && m->session_ta[a] == m->session_ta[b] &&
	       m->session_guest[a] == m->session_guest[b] &&
	       memcmp(&sessions[a], &sessions[b], sizeof(*sessions)) == 0;
}

static bool objects_alike(const struct match *match, unsigned int kind, unsigned int a,
			  unsigned int b)
{
	const struct teeq_model *m = match->m;

	/* Which of several keys was raised first, an interrupt can tell. */
	if (own_kinds[kind] == OP_OBJECT_KEY)
		return !(m->uses & USES_ASYNC) && a < m->notification_count &&
		       b < m->notification_count;
	return own_kinds[kind] != OP_OBJECT_SESSION || sessions_alike(m, a, b);
}

static bool match_object(struct match *match, unsigned int kind, unsigned int a, unsigned int b)
{
	uint8_t *image, *role;

	if (kind == OWN_KINDS || a == TEEQ_NO_OBJECT || b == TEEQ_NO_OBJECT || a >= OWN_MAX ||
	    b >= OWN_MAX)
		return a == b;
	image = &match->object_image[kind][a];
	role = &match->object_role[kind][b];
	if (*image || *role)
		return *image == b + 1 && *role == a + 1;
	/* What others use as well is the same for both; what differs is each one's own. */
	if (a != b &&
	    ((match->users[kind][a] & ~match->own[0]) || (match->users[kind][b] & ~match->own[1]) ||
	     !objects_alike(match, kind, a, b)))
		return false;
	*image = (uint8_t)(b + 1);
	*role = (uint8_t)(a + 1);
	return true;
}

static bool match_service(struct match *match, unsigned int a, unsigned int b)
{
	const struct script *one = &match->m->services[a], *two = &match->m->services[b];

	if (one->by == TEEQ_SERVED_BY_SUPPLICANT)
		return a == b;
	return one->by == two->by && one->kind == two->kind &&
	       match_pair(match, one->start, two->start);
}

static bool match_commands(struct match *match, const struct instruction *a,
			   const struct instruction *b)
{
	unsigned int one = model_command(a), two = model_command(b);

	if ((one == TEEQ_NO_OBJECT) != (two == TEEQ_NO_OBJECT))
		return false;
	if (one == TEEQ_NO_OBJECT)
		return a->target == b->target && (a->entry > 0) == (b->entry > 0) &&
		       match_pair(match, model_entry(match->m, a), model_entry(match->m, b));
	return match->m->commands[one].opens == match->m->commands[two].opens &&
	       match->m->commands[one].ta == match->m->commands[two].ta &&
	       match_pair(match, model_entry(match->m, a), model_entry(match->m, b)) &&
	       match_pair(match, match->m->commands[one].start, match->m->commands[two].start);
}

/* Ticks decide nothing in a search, but for those that are none: without end, or not at all. */
static bool match_ticks(unsigned int a, unsigned int b)
{
	return (a == 0) == (b == 0);
}

/* The fields of which it depends on the instruction what they are. */
static bool match_fields(struct match *match, const struct instruction *a,
			 const struct instruction *b)
{
	if (op_is(a->op, OP_RUNS_COMMAND))
		return match_commands(match, a, b);
	if (a->op == OP_SLEEP || a->op == OP_SUSPEND || a->op == OP_WORK || a->op == OP_WAIT_KEY)
		return match_ticks(a->ticks, b->ticks) && a->target == b->target;
	if (a->op == OP_COND_SLEEP)
		return match_ticks(a->timeout, b->timeout) && a->count == b->count;
	if (a->count != b->count)
		return false;
	if (op_is(a->op, OP_JUMPS))
		return (a->target == 0) == (b->target == 0);
	return a->target == b->target;
}

static bool match_instruction(struct match *match, unsigned int pc, unsigned int other)
{
	const struct instruction *a = &match->m->code[pc], *b = &match->m->code[other];
	uint16_t next[2][SUCCESSOR_MAX];
	unsigned int counts[2] = { 0 };
	bool good;

	/* Steps of the caller's own code are known by which they are. */
	if (a->op != b->op || a->flags != b->flags || a->op == OP_CODE)
		return false;
	if (op_object(a->op) == OP_OBJECT_SERVICE)
		good = match_service(match, a->object, b->object);
	else
		good = match_object(match, own_kind(op_object(a->op)), a->object, b->object);
	good = good && match_fields(match, a, b);
	if (!good)
		return false;
	counts[0] = instruction_successors(match->m->code, pc, next[0]);
	counts[1] = instruction_successors(match->m->code, other, next[1]);
	good = counts[0] == counts[1];
	for (unsigned int i = 0; i < counts[0] && good; i++)
		good = match_pair(match, next[0][i], next[1][i]);
	return good;
}

static bool match_tasks(struct match *match, unsigned int a, unsigned int b)
{
	const struct task_info *one = &match->m->tasks[a], *two = &match->m->tasks[b];

	return one->stage == two->stage && one->call_depth == two->call_depth &&
	       one->context == two->context && one->nowait == two->nowait &&
	       one->guest == two->guest && one->cpu == two->cpu && one->priority == two->priority &&
	       match_pair(match, one->start, two->start) && match_pair(match, one->exit, two->exit);
}

static void match_begin(struct match *match)
{
	size_t bytes = match->m->code_count * sizeof(uint16_t);

	memset(match->role, 0xff, bytes);
	memset(match->image, 0xff, bytes);
	memset(match->object_image, 0, sizeof(match->object_image));
	memset(match->object_role, 0, sizeof(match->object_role));
	match->own[0] = match->own[1] = 0;
	match->todo_count = 0;
}

static bool walk_all(struct match *match)
{
	bool good = true;

	while (good && match->todo_count > 0) {
		unsigned int pc = match->todo[--match->todo_count];

		good = match_instruction(match, pc, match->image[pc]);
	}
	return good;
}

static bool is_own(const struct match *match, unsigned int kind, unsigned int object)
{
	uint64_t users = match->users[kind][object];

	return users != 0 && !(users & ~match->own[0]);
}

/* Whether what is their own fits into a bundle. */
static bool match_fits(const struct match *match)
{
	unsigned int count = 0;

	for (unsigned int kind = 0; kind < OWN_KINDS; kind++)
		for (unsigned int i = 0; i < OWN_MAX; i++)
			count += match->object_image[kind][i] && is_own(match, kind, i);
	return count <= BUNDLE_OBJECTS;
}

bool match_bundles(struct match *match, const struct bundle *a, const struct bundle *b)
{
	bool good = a->width > 0 && a->width == b->width;

	match_begin(match);
	for (unsigned int i = 0; i < a->width && good; i++) {
		match->own[0] |= task_bit(a->tasks[i]);
		match->own[1] |= task_bit(b->tasks[i]);
	}
	for (unsigned int i = 0; i < a->width && good; i++)
		good = match_tasks(match, a->tasks[i], b->tasks[i]);
	if (!good || !walk_all(match))
		return false;
	return match_fits(match);
}

/* ------------------------------------------- objects ------------------------------------------ */

void match_own_objects(const struct match *match, struct bundle *a, struct bundle *b)
{
	for (unsigned int kind = 0; kind < OWN_KINDS; kind++)
		for (unsigned int i = 0; i < OWN_MAX; i++) {
			if (!match->object_image[kind][i] || !is_own(match, kind, i))
				continue;
			a->objects[a->object_count++] =
				(struct own_object){ own_kinds[kind], (uint8_t)i };
			b->objects[b->object_count++] = (struct own_object){
				own_kinds[kind], (uint8_t)(match->object_image[kind][i] - 1) };
		}
}

void match_counterparts(const struct match *match, const struct bundle *a, struct bundle *b)
{
	b->object_count = a->object_count;
	for (unsigned int i = 0; i < a->object_count; i++) {
		unsigned int kind = own_kind(a->objects[i].kind);

		b->objects[i] = (struct own_object){
			a->objects[i].kind,
			(uint8_t)(match->object_image[kind][a->objects[i].number] - 1) };
	}
}

/* Every object that a task names, in whatever it runs: a walk of its code beside itself. */
static void note_users(struct match *match, unsigned int task)
{
	for (size_t pc = 0; pc < match->m->code_count; pc++) {
		const struct instruction *at = &match->m->code[pc];
		unsigned int kind = own_kind(op_object(at->op));

		if (match->image[pc] != CODE_NONE && kind < OWN_KINDS && at->object < OWN_MAX)
			match->users[kind][at->object] |= task_bit(task);
	}
}

/* What tee-supplicant serves is run by its threads, each of which may serve anything. */
static bool find_users(struct match *match)
{
	const struct teeq_model *m = match->m;

	for (unsigned int i = 0; i < m->first_fault; i++) {
		bool good;

		match_begin(match);
		good = match_pair(match, m->tasks[i].start, m->tasks[i].start) &&
		       match_pair(match, m->tasks[i].exit, m->tasks[i].exit);
		for (unsigned int j = 0;
		     j < m->service_count && m->tasks[i].kind == TEEQ_TASK_SUPPLICANT; j++)
			good = good &&
			       match_pair(match, m->services[j].start, m->services[j].start);
		if (!good || !walk_all(match))
			return false;
		note_users(match, i);
	}
	return true;
}

bool match_init(struct match *match, const struct teeq_model *m, bool across)
{
	*match = (struct match){ .m = m };
	match->role = malloc(m->code_count * sizeof(*match->role));
	match->image = malloc(m->code_count * sizeof(*match->image));
	match->todo = malloc(m->code_count * sizeof(*match->todo));
	if (!match->role || !match->image || !match->todo) {
		match_free(match);
		return false;
	}
	match->across = across && find_users(match);
	return true;
}

void match_free(struct match *match)
{
	free(match->role);
	free(match->image);
	free(match->todo);
}
