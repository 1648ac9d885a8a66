/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/step.h"

/*
 * What a task may still do: the instructions that it can come to, on any continuation of its own
 * code. What makes it wait on the way is no question here, and where a step may go either way, both
 * are followed. A loop in its last turn is not turned again, a killed client does not go on with
 * its script, one that may yet be killed comes to its exit, and what a failing command jumps over
 * is left out: whoever is named would do it, and where nobody is, nobody can.
 */
struct start {
	uint16_t pc;
	const uint16_t *loops; /* as they are now: where a loop around @pc stands */
};

#define START_MAX (3 * (TEEQ_CALL_DEPTH_MAX + 2))

/*
 * @through   by others, too: the task asks them
 * @reached   instructions that it comes to, one bit each; from @low to below @high
 */
struct future {
	const struct teeq_model *m;
	const struct teeq_world *w;
	unsigned int guest; /* of the task that is asked about */
	enum teeq_effect effect;
	unsigned int object;
	enum teeq_may through;
	struct start starts[START_MAX];
	unsigned int start_count;
	bool found;
	bool behind; /* something was reached that lies behind @at, where the sweep is */
	unsigned int at;
	uint64_t visited;
	unsigned int low;
	unsigned int high;
	uint64_t reached[(TEEQ_CODE_MAX + 64) / 64];
};

static bool has_reached(const struct future *future, unsigned int pc)
{
	return future->reached[pc / 64] >> pc % 64 & 1;
}

static void reach(struct future *future, unsigned int pc)
{
	if (has_reached(future, pc))
		return;
	future->reached[pc / 64] |= UINT64_C(1) << pc % 64;
	future->behind |= pc <= future->at;
	if (pc < future->low)
		future->low = pc;
	if (pc >= future->high)
		future->high = pc + 1;
}

static void start_at(struct future *future, unsigned int pc, const uint16_t *loops)
{
	CHECK(future->start_count < START_MAX, "more than %d places to go on from", START_MAX);
	future->starts[future->start_count++] = (struct start){ (uint16_t)pc, loops };
	reach(future, pc);
}

/* ------------------------------------------ effects ------------------------------------------- */

static bool does(const struct future *future, const struct instruction *at)
{
	bool same = at->object == future->object;

	switch (future->effect) {
	case TEEQ_EFFECT_SIGNAL:
		return at->op == OP_SIGNAL && same;
	case TEEQ_EFFECT_ARRIVE:
		return at->op == OP_BARRIER && same;
	case TEEQ_EFFECT_NOTIFY:
		return (at->op == OP_NOTIFY || at->op == OP_ASYNC) && same;
	case TEEQ_EFFECT_COND_SIGNAL:
		return at->op == OP_COND_SIGNAL && at->condition == future->object;
	case TEEQ_EFFECT_SECURE_UNLOCK:
		return op_is(at->op, OP_FREES) && same;
	case TEEQ_EFFECT_THAW:
		return at->op == OP_THAW && same;
	case TEEQ_EFFECT_KILL:
		return at->op == OP_KILL && same;
	case TEEQ_EFFECT_FREEZE:
		return at->op == OP_FREEZE && same;
	case TEEQ_EFFECT_START:
		return at->op == OP_START_SUPPLICANT;
	case TEEQ_EFFECT_COUNT_OUT:
		return at->op == OP_RELEASE || at->op == OP_CLOSE;
	default:
		return op_is(at->op, OP_BEGINS_CALL) ||
		       (at->op == OP_RELEASE && future->m->policy->unreserve);
	}
}

/* ------------------------------------- from one to the next ----------------------------------- */

/*
 * What is asked for by others than its own thread. That
 * makes a call, which leaves the queue at its end.
 */
static void reach_bottom_half(struct future *future)
{
	const struct teeq_model *m = future->m;

	if (future->through < TEEQ_MAY_BY_BOTTOM_HALF)
		return;
	future->found |= future->effect == TEEQ_EFFECT_WAKE;
	if (m->bottom_half != TEEQ_NO_OBJECT)
		reach(future, m->commands[m->bottom_half].start);
}

/* Where to go on inside what @at asks for: another script, of the same task or of others. */
static void reach_inside(struct future *future, const struct instruction *at)
{
	const struct teeq_model *m = future->m;
	unsigned int entry = model_entry(m, at);

	if (entry != CODE_NONE)
		reach(future, entry);
	else if (at->op == OP_RPC && (m->services[at->object].by == TEEQ_SERVED_BY_CALLER ||
				      future->through >= TEEQ_MAY_BY_SUPPLICANT))
		reach(future, m->services[at->object].start);
	else if (instruction_asks_bottom_half(at))
		reach_bottom_half(future);
}

/*
 * A loop is turned again: as often as it says once it is entered; from inside, if a turn is left.
 */
static bool turns_again(const struct future *future, unsigned int next)
{
	const struct instruction *at = &future->m->code[next];

	/* Of a retry: what it leads to lies behind it. */
	if (at->target > next)
		return true;
	if (has_reached(future, at->target - 1u) && future->m->code[at->target - 1].count > 1)
		return true;
	for (unsigned int i = 0; i < future->start_count; i++) {
		const struct start *start = &future->starts[i];

		if (start->pc >= at->target && start->pc <= next && start->loops[at->counter] > 1)
			return true;
	}
	return false;
}

/* Whether an RPC can end without having been served: the command then gives up. */
static bool rpc_may_fail(const struct teeq_model *m, const struct instruction *at)
{
	const struct script *service = &m->services[at->object];

	return m->has_results || service->by == TEEQ_SERVED_BY_SUPPLICANT ||
	       service->kind == TEEQ_RPC_KIND_SHM_ALLOC;
}

/* Whether @at of a command can fail, which leads to its clean-up code where it has some. */
static bool may_give_up(const struct teeq_model *m, const struct instruction *at)
{
	if (!op_is(at->op, OP_GIVES_UP) || at->target == 0)
		return false;
	if (at->op == OP_RPC)
		return rpc_may_fail(m, at);
	/* A busy TA that is invoked, rather than opened, is the end of everything. */
	return at->op != OP_TA_ENTER || at->count > 0;
}

static bool is_asked_for_bottom_half(const struct future *future)
{
	const struct teeq_model *m = future->m;
	uint64_t keys = (UINT64_C(1) << m->notification_count) - 1;

	return *world_async(m, future->w, future->guest) & ~keys;
}

/* Who serves others goes on when they ask; of its own accord only where that is done already. */
static bool stays(const struct future *future, const struct instruction *at)
{
	return op_is(at->op, OP_SERVES) &&
	       !(at->op == OP_BOTTOM_HALF && is_asked_for_bottom_half(future));
}

/* Of the ways that lead on from @at, whether the one to its target is open. */
static bool may_jump(const struct future *future, const struct instruction *at, unsigned int pc)
{
	if (at->op == OP_NEXT)
		return turns_again(future, pc);
	return !op_is(at->op, OP_GIVES_UP) || may_give_up(future->m, at);
}

static void reach_next(struct future *future, unsigned int pc)
{
	const struct instruction *at = &future->m->code[pc];
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(future->m->code, pc, next);

	if (stays(future, at))
		return;
	for (unsigned int i = 0; i < count; i++)
		if (!op_is(at->op, OP_JUMPS) || next[i] != at->target || may_jump(future, at, pc))
			reach(future, next[i]);
}

/*
 * Most ways lead forwards, so one sweep follows nearly all of them. Another one is due where a jump
 * led back to what nothing else had come to.
 */
static void follow(struct future *future)
{
	do {
		future->behind = false;
		for (unsigned int pc = future->low; pc < future->high && !future->found; pc++) {
			if (!has_reached(future, pc))
				continue;
			future->at = pc;
			future->visited++;
			future->found |= does(future, &future->m->code[pc]);
			reach_inside(future, &future->m->code[pc]);
			reach_next(future, pc);
		}
	} while (future->behind && !future->found);
}

/* ------------------------------------------ killed -------------------------------------------- */

/*
 * A killed task goes on to where it comes back to user space, with no mutex in its hands, and dies.
 * Each place on its way, with the mutexes it has there; of more than this many all is held
 * possible.
 */
#define PLACE_MAX 256

struct last_way {
	struct future *future;
	uint64_t places[PLACE_MAX]; /* mutexes << 32 | pc */
	unsigned int count;
};

static void come_to(struct last_way *way, uint64_t owned, unsigned int pc)
{
	uint64_t place = owned << 32 | pc;

	for (unsigned int i = 0; i < way->count; i++)
		if (way->places[i] == place)
			return;
	if (way->count == PLACE_MAX)
		way->future->found = true;
	else
		way->places[way->count++] = place;
}

static bool dies_at(const struct instruction *at, uint64_t owned)
{
	return at->op == OP_END || (!op_is(at->op, OP_INVISIBLE) && at->op != OP_LOCK &&
				    !(at->flags & FLAG_INSIDE) && owned == 0);
}

static void follow_last(struct last_way *way, unsigned int number)
{
	struct future *future = way->future;
	unsigned int pc = way->places[number] & UINT32_MAX;
	uint64_t owned = way->places[number] >> 32;
	const struct instruction *at = &future->m->code[pc];
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count;

	/* Who comes to a barrier arrives there, and dies then. */
	future->found |= does(future, at) && (at->op == OP_BARRIER || !dies_at(at, owned));
	if (dies_at(at, owned))
		return;
	reach_inside(future, at);
	if (at->op == OP_LOCK)
		owned |= UINT64_C(1) << at->object;
	if (at->op == OP_UNLOCK)
		owned &= ~(UINT64_C(1) << at->object);
	count = instruction_successors(future->m->code, pc, next);
	for (unsigned int i = 0; i < count; i++)
		come_to(way, owned, next[i]);
}

/*
 * From where it stands at @level, @begun: behind that; then, of a client, what its exit does. A
 * call that is in the queue comes to its end first.
 */
static void follow_killed(struct future *future, unsigned int index, const struct level *level,
			  bool begun)
{
	struct last_way way = { .future = future, .count = 0 };
	const struct task_info *info = &future->m->tasks[index];
	const struct instruction *at = &future->m->code[level->pc];
	uint64_t owned = world_locks_of(future->m, future->w, index);
	bool has_slot = future->m->argument_slots > 0 && op_takes_argument(at) && !begun &&
			level->call.state != CALL_IDLE;
	bool queued = level->call.state > CALL_ENTER || has_slot;

	if (queued && !begun) {
		future->found |= does(future, at);
		reach_inside(future, at);
	}
	if (queued || !dies_at(at, owned) || at->op == OP_CLOSE)
		come_to(&way, owned, begun || queued ? level->pc + 1u : level->pc);
	for (unsigned int i = 0; i < way.count; i++)
		follow_last(&way, i);
	if (info->kind == TEEQ_TASK_CLIENT)
		reach(future, info->exit);
}

static bool is_dying(const struct future *future, unsigned int index, unsigned int level)
{
	const struct task_info *info = &future->m->tasks[index];
	const struct task *task = world_task(future->m, future->w, index);

	if (!(task->flags & TASK_KILLED))
		return false;
	if (info->kind == TEEQ_TASK_SUPPLICANT)
		return level == 1;
	return info->kind == TEEQ_TASK_CLIENT && level == 0 && task->levels[0].pc < info->exit;
}

/* --------------------------------------- where it stands -------------------------------------- */

/* The RPC that the thread at the top of @task waits in: what is to be done for it, by whom. */
static void start_in_rpc(struct future *future, const struct task *task)
{
	const struct teeq_model *m = future->m;
	const struct level *top = &task->levels[task->top];
	const struct thread *thread = world_thread(m, future->w, top->call.context);
	const struct instruction *at = secure_rpc(m, future->w, top->call.context);
	bool open = task->wait == RPC_REQUEST ||
		    (task->wait == RPC_REPLY && !(task->flags & TASK_TAKEN));

	if (task->wait == RPC_SIMPLE || task->wait == RPC_SERVICE ||
	    (open && future->through >= TEEQ_MAY_BY_SUPPLICANT))
		reach(future, m->services[at->object].start);
	if (task->wait == RPC_NOTIF_SEND && future->effect == TEEQ_EFFECT_NOTIFY)
		future->found |= task->about == future->object;
	if ((task->wait == RPC_SIMPLE || task->wait == RPC_REQUEST || task->wait == RPC_REPLY ||
	     (task->wait == RPC_NOTIF_WAIT && at->op == OP_WAIT_KEY)) &&
	    may_give_up(m, at))
		start_at(future, at->target, thread->loops);
}

/* A call in progress: its thread, and that it leaves the queue one day. */
static void start_in_call(struct future *future, const struct task *task, unsigned int level)
{
	const struct call *call = &task->levels[level].call;
	const struct thread *thread;

	future->found |= future->effect == TEEQ_EFFECT_WAKE && call->state != CALL_FREE_ARG;
	if (call->context == TEEQ_NO_CONTEXT)
		return;
	thread = world_thread(future->m, future->w, call->context);
	if (thread->pc != CODE_NONE)
		start_at(future, thread->pc, thread->loops);
	if ((call->state == CALL_RPC || call->state == CALL_STARTED) && level == task->top)
		start_in_rpc(future, task);
}

/* Whether the instruction that a level stands at is done with, but for the call in progress. */
static bool is_begun(const struct teeq_model *m, const struct level *level)
{
	const struct call *call = &level->call;

	if (call->state == CALL_IDLE)
		return m->code[level->pc].op == OP_BARRIER || m->code[level->pc].op == OP_CLOSE;
	/* What registers a page comes before the call that it is for. */
	if (call->flags & CALL_PAGE)
		return false;
	return call->context != TEEQ_NO_CONTEXT || call->state == CALL_LEAVE ||
	       call->state == CALL_FREE_ARG;
}

static void start_level(struct future *future, unsigned int index, unsigned int number)
{
	const struct teeq_model *m = future->m;
	struct task *task = world_task(m, future->w, index);
	const struct level *level = &task->levels[number];
	bool begun = is_begun(m, level);

	if (level->call.state != CALL_IDLE)
		start_in_call(future, task, number);
	/* A close that has left the queue has still to count its session out. */
	if (m->code[level->pc].op == OP_CLOSE && level->reservations > 0)
		future->found |= future->effect == TEEQ_EFFECT_COUNT_OUT ||
				 (future->effect == TEEQ_EFFECT_WAKE && m->policy->unreserve);
	if (m->code[level->pc].op == OP_END)
		return;
	if (is_dying(future, index, number))
		follow_killed(future, index, level, begun);
	else
		start_at(future, begun ? level->pc + 1u : level->pc, task_loops(m, task, number));
}

/* What the interrupt has to fetch it sends, or leaves to the bottom half, which is told then. */
static void start_interrupt(struct future *future)
{
	const struct teeq_model *m = future->m;
	uint64_t raised = *world_async(m, future->w, future->guest);

	if (future->effect == TEEQ_EFFECT_NOTIFY && future->object < m->notification_count)
		future->found |= raised >> future->object & 1;
	if (raised >> m->notification_count & 1)
		reach_bottom_half(future);
}

/* Who stands at a barrier has arrived, and goes on only when all others have. */
static bool is_kept_at(const struct future *future, const struct task *task)
{
	const struct level *top = &task->levels[task->top];
	const struct instruction *at = &future->m->code[top->pc];

	return future->effect == TEEQ_EFFECT_ARRIVE && top->call.state == CALL_IDLE &&
	       does(future, at) && !(task->flags & TASK_RELEASED);
}

static void begin(struct future *future, enum teeq_may through)
{
	memset(future->reached, 0, sizeof(future->reached));
	future->found = false;
	future->through = through;
	future->start_count = future->high = future->at = 0;
	future->low = (unsigned int)future->m->code_count;
}

static bool comes_to_it(struct future *future, unsigned int index, enum teeq_may through)
{
	const struct teeq_model *m = future->m;
	const struct task *task = world_task(m, future->w, index);

	begin(future, through);
	for (unsigned int level = 0; level <= task->top; level++)
		start_level(future, index, level);
	if (m->code[task->levels[0].pc].op == OP_IRQ)
		start_interrupt(future);
	follow(future);
	return future->found;
}

/* ------------------------------------- who may be killed -------------------------------------- */

/* What it does when it dies, if it has still to. */
static bool exit_comes_to_it(struct future *future, unsigned int index, enum teeq_may through)
{
	const struct teeq_model *m = future->m;
	unsigned int pc = world_task(m, future->w, index)->levels[0].pc;

	if (m->tasks[index].kind != TEEQ_TASK_CLIENT || m->tasks[index].exit == CODE_NONE ||
	    pc >= m->tasks[index].exit || m->code[pc].op == OP_END)
		return false;
	begin(future, through);
	reach(future, m->tasks[index].exit);
	follow(future);
	return future->found;
}

static bool fault_may_kill(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int index)
{
	for (unsigned int i = 0; i < m->fault_count; i++)
		if (m->faults[i].kind == TEEQ_FAULT_CLIENT_KILLED && m->faults[i].target == index &&
		    world_faults(m, w)[i].left > 0)
			return true;
	return false;
}

/*
 * Whether somebody may yet kill @index, or a fault. Who would do so only in an exit of its own may
 * have to be killed first: then that is asked of it, too.
 */
static bool may_be_killed(const struct future *of, unsigned int index, uint64_t *visited)
{
	struct future future = { .m = of->m, .w = of->w, .effect = TEEQ_EFFECT_KILL };
	uint64_t victims = UINT64_C(1) << index, asked = 0;

	while (victims & ~asked) {
		unsigned int victim = (unsigned int)__builtin_ctzll(victims & ~asked);

		asked |= UINT64_C(1) << victim;
		if (fault_may_kill(of->m, of->w, victim))
			return true;
		future.object = of->m->tasks[victim].client;
		for (unsigned int i = 0; i < of->m->task_count; i++) {
			bool found;

			future.guest = of->m->tasks[i].guest;
			if (of->m->tasks[i].kind == TEEQ_TASK_FAULT)
				continue;
			found = comes_to_it(&future, i, TEEQ_MAY_BY_BOTTOM_HALF);
			*visited += future.visited;
			future.visited = 0;
			if (found)
				return true;
			if (exit_comes_to_it(&future, i, TEEQ_MAY_BY_BOTTOM_HALF))
				victims |= UINT64_C(1) << i;
		}
	}
	return false;
}

/* -------------------------------------------- all --------------------------------------------- */

/* Most do not, not even by all the others. */
static enum teeq_may least(struct future *future, unsigned int index,
			   bool (*way)(struct future *, unsigned int, enum teeq_may))
{
	int through = TEEQ_MAY_NOT;

	if (!way(future, index, TEEQ_MAY_BY_BOTTOM_HALF))
		return TEEQ_MAY_NOT;
	do
		through = through == TEEQ_MAY_NOT ? TEEQ_MAY_ITSELF : through + 1;
	while (!way(future, index, (enum teeq_may)through));
	return (enum teeq_may)through;
}

enum teeq_may future_may(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
			 enum teeq_effect effect, unsigned int object, uint64_t *visited)
{
	struct future future = {
		.m = m, .w = w, .guest = m->tasks[index].guest, .effect = effect, .object = object
	};
	enum teeq_may may = TEEQ_MAY_NOT, dying = TEEQ_MAY_NOT;

	if (m->tasks[index].kind == TEEQ_TASK_FAULT ||
	    (effect == TEEQ_EFFECT_WAKE && !m->policy->wake_one))
		return TEEQ_MAY_NOT;
	if (!is_kept_at(&future, world_task(m, w, index)))
		may = least(&future, index, comes_to_it);
	if (may != TEEQ_MAY_ITSELF)
		dying = least(&future, index, exit_comes_to_it);
	if (dying && (!may || dying < may) &&
	    ((world_task(m, w, index)->flags & TASK_KILLED) ||
	     may_be_killed(&future, index, visited)))
		may = dying;
	*visited += future.visited;
	return may;
}

enum teeq_may teeq_world_may(const struct teeq_model *m, const struct teeq_world *w,
			     unsigned int index, enum teeq_effect effect, unsigned int object)
{
	uint64_t visited = 0;

	if (!m || !w || index >= m->task_count)
		return TEEQ_MAY_NOT;
	return future_may(m, w, index, effect, object, &visited);
}
