/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/check.h"
#include "model/step.h"

/*
 * What a task may still do: the instructions that it can come to, on any continuation of its own code.
 * What makes it wait on the way is no question here, and where a step may go either way, both are
 * followed. A loop in its last turn is not turned again, a killed client does not go on with its script,
 * one that may yet be killed comes to its exit, and what a failing command jumps over is left out: whoever
 * is named would do it, and where nobody is, nobody can.
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
struct prospect {
	const struct teeq_model *m;
	const struct teeq_world *w;
	unsigned int guest; /* of the task that is asked about */
	enum teeq_deed deed;
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

static bool has_reached(const struct prospect *prospect, unsigned int pc)
{
	return prospect->reached[pc / 64] >> pc % 64 & 1;
}

static void reach(struct prospect *prospect, unsigned int pc)
{
	if (has_reached(prospect, pc))
		return;
	prospect->reached[pc / 64] |= UINT64_C(1) << pc % 64;
	prospect->behind |= pc <= prospect->at;
	if (pc < prospect->low)
		prospect->low = pc;
	if (pc >= prospect->high)
		prospect->high = pc + 1;
}

static void start_at(struct prospect *prospect, unsigned int pc, const uint16_t *loops)
{
	CHECK(prospect->start_count < START_MAX, "more than %d places to go on from", START_MAX);
	prospect->starts[prospect->start_count++] = (struct start){ (uint16_t)pc, loops };
	reach(prospect, pc);
}

/* ------------------------------------------ deeds --------------------------------------------- */

static bool does(const struct prospect *prospect, const struct instruction *at)
{
	bool same = at->object == prospect->object;

	switch (prospect->deed) {
	case TEEQ_DEED_SIGNAL:
		return at->op == OP_SIGNAL && same;
	case TEEQ_DEED_ARRIVE:
		return at->op == OP_BARRIER && same;
	case TEEQ_DEED_NOTIFY:
		return (at->op == OP_NOTIFY || at->op == OP_ASYNC) && same;
	case TEEQ_DEED_COND_SIGNAL:
		return at->op == OP_COND_SIGNAL && at->condition == prospect->object;
	case TEEQ_DEED_SECURE_UNLOCK:
		return op_is(at->op, OP_FREES) && same;
	case TEEQ_DEED_THAW:
		return at->op == OP_THAW && same;
	case TEEQ_DEED_KILL:
		return at->op == OP_KILL && same;
	case TEEQ_DEED_FREEZE:
		return at->op == OP_FREEZE && same;
	case TEEQ_DEED_START:
		return at->op == OP_START_SUPPLICANT;
	case TEEQ_DEED_COUNT_OUT:
		return at->op == OP_RELEASE || at->op == OP_CLOSE;
	default:
		return op_is(at->op, OP_BEGINS_CALL) ||
		       (at->op == OP_RELEASE && prospect->m->policy->unreserve);
	}
}

/* ------------------------------------- from one to the next ----------------------------------- */

/* What is asked for by others than its own thread. That makes a call, which leaves the queue at its end. */
static void reach_bottom_half(struct prospect *prospect)
{
	const struct teeq_model *m = prospect->m;

	if (prospect->through < TEEQ_MAY_BY_BOTTOM_HALF)
		return;
	prospect->found |= prospect->deed == TEEQ_DEED_WAKE;
	if (m->bottom_half != MODEL_NONE)
		reach(prospect, m->commands[m->bottom_half].start);
}

/* Where to go on inside what @at asks for: another script, of the same task or of others. */
static void reach_inside(struct prospect *prospect, const struct instruction *at)
{
	const struct teeq_model *m = prospect->m;
	unsigned int entry = model_entry(m, at);

	if (entry != MODEL_NONE)
		reach(prospect, entry);
	else if (at->op == OP_RPC && (m->services[at->object].by == TEEQ_SERVED_BY_CALLER ||
				      prospect->through >= TEEQ_MAY_BY_SUPPLICANT))
		reach(prospect, m->services[at->object].start);
	else if (instruction_asks_bottom_half(at))
		reach_bottom_half(prospect);
}

/* A loop is turned again: as often as it says once it is entered; from inside, if a turn is left. */
static bool turns_again(const struct prospect *prospect, unsigned int next)
{
	const struct instruction *at = &prospect->m->code[next];

	/* Of a retry: what it leads to lies behind it. */
	if (at->target > next)
		return true;
	if (has_reached(prospect, at->target - 1u) && prospect->m->code[at->target - 1].count > 1)
		return true;
	for (unsigned int i = 0; i < prospect->start_count; i++) {
		const struct start *start = &prospect->starts[i];

		if (start->pc >= at->target && start->pc <= next && start->loops[at->counter] > 1)
			return true;
	}
	return false;
}

/* Whether an RPC can end without having been served: the command then gives up. */
static bool rpc_may_fail(const struct teeq_model *m, const struct instruction *at)
{
	const struct script *service = &m->services[at->object];

	return m->has_results || service->by == TEEQ_SERVED_BY_SUPPLICANT || service->kind == TEEQ_RPC_KIND_SHM_ALLOC;
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

static bool is_asked_for_bottom_half(const struct prospect *prospect)
{
	const struct teeq_model *m = prospect->m;
	uint64_t keys = (UINT64_C(1) << m->notification_count) - 1;

	return *world_async(m, prospect->w, prospect->guest) & ~keys;
}

/* Who serves others goes on when they ask; of its own accord only where that is done already. */
static bool stays(const struct prospect *prospect, const struct instruction *at)
{
	return op_is(at->op, OP_SERVES) &&
	       !(at->op == OP_BOTTOM_HALF && is_asked_for_bottom_half(prospect));
}

/* Of the ways that lead on from @at, whether the one to its target is open. */
static bool may_jump(const struct prospect *prospect, const struct instruction *at, unsigned int pc)
{
	if (at->op == OP_NEXT)
		return turns_again(prospect, pc);
	return !op_is(at->op, OP_GIVES_UP) || may_give_up(prospect->m, at);
}

static void reach_next(struct prospect *prospect, unsigned int pc)
{
	const struct instruction *at = &prospect->m->code[pc];
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count = instruction_successors(prospect->m->code, pc, next);

	if (stays(prospect, at))
		return;
	for (unsigned int i = 0; i < count; i++)
		if (!op_is(at->op, OP_JUMPS) || next[i] != at->target ||
		    may_jump(prospect, at, pc))
			reach(prospect, next[i]);
}

/*
 * Most ways lead forwards, so one sweep follows nearly all of them. Another one is due where a jump led
 * back to what nothing else had come to.
 */
static void follow(struct prospect *prospect)
{
	do {
		prospect->behind = false;
		for (unsigned int pc = prospect->low; pc < prospect->high && !prospect->found; pc++) {
			if (!has_reached(prospect, pc))
				continue;
			prospect->at = pc;
			prospect->visited++;
			prospect->found |= does(prospect, &prospect->m->code[pc]);
			reach_inside(prospect, &prospect->m->code[pc]);
			reach_next(prospect, pc);
		}
	} while (prospect->behind && !prospect->found);
}

/* ------------------------------------------ killed -------------------------------------------- */

/*
 * A killed task goes on to where it comes back to user space, with no mutex in its hands, and dies.
 * Each place on its way, with the mutexes it has there; of more than this many all is held possible.
 */
#define PLACE_MAX 256

struct last_way {
	struct prospect *prospect;
	uint64_t places[PLACE_MAX]; /* mutexes << 32 | pc */
	unsigned int count;
};

static uint32_t owned_locks(const struct prospect *prospect, unsigned int index)
{
	const uint8_t *owners = world_locks(prospect->m, prospect->w);
	uint32_t owned = 0;

	for (unsigned int i = 0; i < prospect->m->lock_count; i++)
		if (owners[i] == index + 1)
			owned |= UINT32_C(1) << i;
	return owned;
}

static void come_to(struct last_way *way, uint64_t owned, unsigned int pc)
{
	uint64_t place = owned << 32 | pc;

	for (unsigned int i = 0; i < way->count; i++)
		if (way->places[i] == place)
			return;
	if (way->count == PLACE_MAX)
		way->prospect->found = true;
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
	struct prospect *prospect = way->prospect;
	unsigned int pc = way->places[number] & UINT32_MAX;
	uint64_t owned = way->places[number] >> 32;
	const struct instruction *at = &prospect->m->code[pc];
	uint16_t next[SUCCESSOR_MAX];
	unsigned int count;

	/* Who comes to a barrier arrives there, and dies then. */
	prospect->found |= does(prospect, at) && (at->op == OP_BARRIER || !dies_at(at, owned));
	if (dies_at(at, owned))
		return;
	reach_inside(prospect, at);
	if (at->op == OP_LOCK)
		owned |= UINT64_C(1) << at->object;
	if (at->op == OP_UNLOCK)
		owned &= ~(UINT64_C(1) << at->object);
	count = instruction_successors(prospect->m->code, pc, next);
	for (unsigned int i = 0; i < count; i++)
		come_to(way, owned, next[i]);
}

/*
 * From where it stands at @level, @begun: behind that; then, of a client, what its exit does. A call
 * that is in the queue comes to its end first.
 */
static void follow_killed(struct prospect *prospect, unsigned int index, const struct level *level,
			  bool begun)
{
	struct last_way way = { .prospect = prospect, .count = 0 };
	const struct task_info *info = &prospect->m->tasks[index];
	const struct instruction *at = &prospect->m->code[level->pc];
	uint32_t owned = owned_locks(prospect, index);
	bool has_slot = prospect->m->argument_slots > 0 && op_takes_argument(at) && !begun &&
			level->call.state != CALL_IDLE;
	bool queued = level->call.state > CALL_ENTER || has_slot;

	if (queued && !begun) {
		prospect->found |= does(prospect, at);
		reach_inside(prospect, at);
	}
	if (queued || !dies_at(at, owned) || at->op == OP_CLOSE)
		come_to(&way, owned, begun || queued ? level->pc + 1u : level->pc);
	for (unsigned int i = 0; i < way.count; i++)
		follow_last(&way, i);
	if (info->kind == TEEQ_TASK_CLIENT)
		reach(prospect, info->exit);
}

static bool is_dying(const struct prospect *prospect, unsigned int index, unsigned int level)
{
	const struct task_info *info = &prospect->m->tasks[index];
	const struct task *task = world_task(prospect->m, prospect->w, index);

	if (!(task->flags & TASK_KILLED))
		return false;
	if (info->kind == TEEQ_TASK_SUPPLICANT)
		return level == 1;
	return info->kind == TEEQ_TASK_CLIENT && level == 0 && task->levels[0].pc < info->exit;
}

/* --------------------------------------- where it stands -------------------------------------- */

/* The RPC that the thread at the top of @task waits in: what is to be done for it, by whom. */
static void start_in_rpc(struct prospect *prospect, const struct task *task)
{
	const struct teeq_model *m = prospect->m;
	const struct level *top = &task->levels[task->top];
	const struct thread *thread = world_thread(m, prospect->w, top->call.context);
	const struct instruction *at = secure_rpc(m, prospect->w, top->call.context);
	bool open = task->wait == RPC_REQUEST ||
		    (task->wait == RPC_REPLY && !(task->flags & TASK_TAKEN));

	if (task->wait == RPC_SIMPLE || task->wait == RPC_SERVICE ||
	    (open && prospect->through >= TEEQ_MAY_BY_SUPPLICANT))
		reach(prospect, m->services[at->object].start);
	if (task->wait == RPC_NOTIF_SEND && prospect->deed == TEEQ_DEED_NOTIFY)
		prospect->found |= task->about == prospect->object;
	if ((task->wait == RPC_SIMPLE || task->wait == RPC_REQUEST || task->wait == RPC_REPLY ||
	     (task->wait == RPC_NOTIF_WAIT && at->op == OP_WAIT_KEY)) &&
	    may_give_up(m, at))
		start_at(prospect, at->target, thread->loops);
}

/* A call in progress: its thread, and that it leaves the queue one day. */
static void start_in_call(struct prospect *prospect, const struct task *task, unsigned int level)
{
	const struct call *call = &task->levels[level].call;
	const struct thread *thread;

	prospect->found |= prospect->deed == TEEQ_DEED_WAKE && call->state != CALL_FREE_ARG;
	if (call->context == TEEQ_NO_CONTEXT)
		return;
	thread = world_thread(prospect->m, prospect->w, call->context);
	if (thread->pc != MODEL_NONE)
		start_at(prospect, thread->pc, thread->loops);
	if ((call->state == CALL_RPC || call->state == CALL_STARTED) && level == task->top)
		start_in_rpc(prospect, task);
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

static void start_level(struct prospect *prospect, unsigned int index, unsigned int number)
{
	const struct teeq_model *m = prospect->m;
	struct task *task = world_task(m, prospect->w, index);
	const struct level *level = &task->levels[number];
	bool begun = is_begun(m, level);

	if (level->call.state != CALL_IDLE)
		start_in_call(prospect, task, number);
	/* A close that has left the queue has still to count its session out. */
	if (m->code[level->pc].op == OP_CLOSE && level->marks > 0)
		prospect->found |= prospect->deed == TEEQ_DEED_COUNT_OUT ||
				   (prospect->deed == TEEQ_DEED_WAKE && m->policy->unreserve);
	if (m->code[level->pc].op == OP_END)
		return;
	if (is_dying(prospect, index, number))
		follow_killed(prospect, index, level, begun);
	else
		start_at(prospect, begun ? level->pc + 1u : level->pc, task_loops(m, task, number));
}

/* What the interrupt has to fetch it sends, or leaves to the bottom half, which is told then. */
static void start_interrupt(struct prospect *prospect)
{
	const struct teeq_model *m = prospect->m;
	uint64_t raised = *world_async(m, prospect->w, prospect->guest);

	if (prospect->deed == TEEQ_DEED_NOTIFY && prospect->object < m->notification_count)
		prospect->found |= raised >> prospect->object & 1;
	if (raised >> m->notification_count & 1)
		reach_bottom_half(prospect);
}

/* Who stands at a barrier has arrived, and goes on only when all others have. */
static bool is_kept_at(const struct prospect *prospect, const struct task *task)
{
	const struct level *top = &task->levels[task->top];
	const struct instruction *at = &prospect->m->code[top->pc];

	return prospect->deed == TEEQ_DEED_ARRIVE && top->call.state == CALL_IDLE &&
	       does(prospect, at) && !(task->flags & TASK_RELEASED);
}

static void begin(struct prospect *prospect, enum teeq_may through)
{
	memset(prospect->reached, 0, sizeof(prospect->reached));
	prospect->found = false;
	prospect->through = through;
	prospect->start_count = prospect->high = prospect->at = 0;
	prospect->low = (unsigned int)prospect->m->code_count;
}

static bool comes_to_it(struct prospect *prospect, unsigned int index, enum teeq_may through)
{
	const struct teeq_model *m = prospect->m;
	const struct task *task = world_task(m, prospect->w, index);

	begin(prospect, through);
	for (unsigned int level = 0; level <= task->top; level++)
		start_level(prospect, index, level);
	if (m->code[task->levels[0].pc].op == OP_IRQ)
		start_interrupt(prospect);
	follow(prospect);
	return prospect->found;
}

/* ------------------------------------- who may be killed -------------------------------------- */

/* What it does when it dies, if it has still to. */
static bool exit_comes_to_it(struct prospect *prospect, unsigned int index, enum teeq_may through)
{
	const struct teeq_model *m = prospect->m;
	unsigned int pc = world_task(m, prospect->w, index)->levels[0].pc;

	if (m->tasks[index].kind != TEEQ_TASK_CLIENT || m->tasks[index].exit == MODEL_NONE ||
	    pc >= m->tasks[index].exit || m->code[pc].op == OP_END)
		return false;
	begin(prospect, through);
	reach(prospect, m->tasks[index].exit);
	follow(prospect);
	return prospect->found;
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
 * Whether somebody may yet kill @index, or a fault. Who would do so only in an exit of its own may have to
 * be killed first: then that is asked of it, too.
 */
static bool may_be_killed(const struct prospect *of, unsigned int index, uint64_t *visited)
{
	struct prospect prospect = { .m = of->m, .w = of->w, .deed = TEEQ_DEED_KILL };
	uint64_t victims = UINT64_C(1) << index, asked = 0;

	while (victims & ~asked) {
		unsigned int victim = (unsigned int)__builtin_ctzll(victims & ~asked);

		asked |= UINT64_C(1) << victim;
		if (fault_may_kill(of->m, of->w, victim))
			return true;
		prospect.object = of->m->tasks[victim].client;
		for (unsigned int i = 0; i < of->m->task_count; i++) {
			bool found;

			prospect.guest = of->m->tasks[i].guest;
			if (of->m->tasks[i].kind == TEEQ_TASK_FAULT)
				continue;
			found = comes_to_it(&prospect, i, TEEQ_MAY_BY_BOTTOM_HALF);
			*visited += prospect.visited;
			prospect.visited = 0;
			if (found)
				return true;
			if (exit_comes_to_it(&prospect, i, TEEQ_MAY_BY_BOTTOM_HALF))
				victims |= UINT64_C(1) << i;
		}
	}
	return false;
}

/* -------------------------------------------- all --------------------------------------------- */

/* Most do not, not even by all the others. */
static enum teeq_may least(struct prospect *prospect, unsigned int index,
			   bool (*way)(struct prospect *, unsigned int, enum teeq_may))
{
	int through = TEEQ_MAY_NOT;

	if (!way(prospect, index, TEEQ_MAY_BY_BOTTOM_HALF))
		return TEEQ_MAY_NOT;
	do
		through = through == TEEQ_MAY_NOT ? TEEQ_MAY_ITSELF : through + 1;
	while (!way(prospect, index, (enum teeq_may)through));
	return (enum teeq_may)through;
}

enum teeq_may prospect_may(const struct teeq_model *m, const struct teeq_world *w,
			   unsigned int index, enum teeq_deed deed, unsigned int object,
			   uint64_t *visited)
{
	struct prospect prospect = { .m = m, .w = w, .guest = m->tasks[index].guest, .deed = deed,
				     .object = object };
	enum teeq_may may = TEEQ_MAY_NOT, dying = TEEQ_MAY_NOT;

	if (m->tasks[index].kind == TEEQ_TASK_FAULT ||
	    (deed == TEEQ_DEED_WAKE && !m->policy->wake_one))
		return TEEQ_MAY_NOT;
	if (!is_kept_at(&prospect, world_task(m, w, index)))
		may = least(&prospect, index, comes_to_it);
	if (may != TEEQ_MAY_ITSELF)
		dying = least(&prospect, index, exit_comes_to_it);
	if (dying && (!may || dying < may) &&
	    ((world_task(m, w, index)->flags & TASK_KILLED) ||
	     may_be_killed(&prospect, index, visited)))
		may = dying;
	*visited += prospect.visited;
	return may;
}

enum teeq_may teeq_world_may(const struct teeq_model *m, const struct teeq_world *w,
			     unsigned int index, enum teeq_deed deed, unsigned int object)
{
	uint64_t visited = 0;

	if (!m || !w || index >= m->task_count)
		return TEEQ_MAY_NOT;
	return prospect_may(m, w, index, deed, object, &visited);
}
