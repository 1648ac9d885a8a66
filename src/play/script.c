/* SPDX-License-Identifier: BSD-2-Clause */
/* The normal world's scripts, one instruction after the other. */
#include "play/play.h"

/* What the scenario did wrong ends the run. */
static bool violate(struct player *player)
{
	atomic_store(&player->play->violated, true);
	teeq_rt_stop(player->play->rt);
	return false;
}

/*
 * *@taken: it goes on at the target. Under the locks of all that such an instruction looks at. What
 * failed is asked about once.
 */
static bool jump(struct player *player, const struct instruction *at, bool *failed, bool *taken)
{
	struct teeq_play *play = player->play;
	struct task *task = world_task(play->m, play->w, player_task(player));
	bool violated;

	pthread_mutex_lock(&play->rt->queue_lock);
	pthread_mutex_lock(&play->rt->pool_lock);
	task->flags = *failed ? TASK_FAILED : 0;
	*taken = !world_goes_on(play->m, play->w, player_task(player), at);
	*failed = task->flags & TASK_FAILED;
	violated = play->w->violation;
	pthread_mutex_unlock(&play->rt->pool_lock);
	pthread_mutex_unlock(&play->rt->queue_lock);
	return !violated || violate(player);
}

static bool unlock(struct player *player, unsigned int lock)
{
	enum teeq_status status = teeq_rt_unlock(player->client, lock);

	return status == TEEQ_EINPUT ? violate(player) : status == TEEQ_OK;
}

static bool serve_request(struct player *player)
{
	unsigned int rpc;

	return teeq_rt_receive(player->client, &rpc) == TEEQ_OK &&
	       play_script(player, player->play->m->services[rpc].start);
}

static bool forever(struct player *player, bool (*turn)(struct player *player))
{
	while (turn(player))
		;
	return false;
}

/* What only the kernel's own threads do. */
static bool serve_step(struct player *player, const struct instruction *at)
{
	switch (at->op) {
	case OP_RECEIVE:
		return serve_request(player);
	case OP_ANSWER:
		return teeq_rt_answer(player->client) == TEEQ_OK;
	case OP_IRQ:
		return forever(player, play_interrupt);
	default:
		return play_bottom_half(player);
	}
}

static bool plain_step(struct player *player, const struct instruction *at)
{
	struct teeq_rt_client *client = player->client;

	switch (at->op) {
	case OP_START:
		return teeq_rt_start(client) == TEEQ_OK;
	case OP_LOCK:
		return teeq_rt_lock(client, at->object) == TEEQ_OK;
	case OP_UNLOCK:
		return unlock(player, at->object);
	case OP_AWAIT:
		return teeq_rt_await(client, at->object) == TEEQ_OK;
	case OP_SIGNAL:
		return teeq_rt_signal(client, at->object) == TEEQ_OK;
	case OP_BARRIER:
		return teeq_rt_barrier(client, at->object) == TEEQ_OK;
	case OP_SLEEP:
		return teeq_rt_sleep(client, at->count) == TEEQ_OK;
	case OP_NOTIFY:
		return teeq_rt_notify(client, at->object) == TEEQ_OK;
	case OP_ASYNC:
		return play_async(player, at->object);
	case OP_ALLOCATE:
		return rt_pass_outside(client, TEEQ_ACTION_ALLOCATE, client->depth, TEEQ_RT_NONE);
	default:
		return serve_step(player, at);
	}
}

/* *@failed: what comes next may ask. False: the run was stopped. */
static bool step(struct player *player, const struct instruction *at, bool *failed)
{
	*failed = false;
	switch (at->op) {
	case OP_CALL:
	case OP_REGISTER:
	case OP_OPEN:
	case OP_CLOSE:
	case OP_CANCEL:
	case OP_SHM_CACHE:
		return play_call(player, at, failed);
	case OP_RESERVE:
		return play_reserve(player, at, failed);
	case OP_RELEASE:
		return play_release(player, at);
	default:
		return plain_step(player, at);
	}
}

bool play_script(struct player *player, unsigned int pc)
{
	const struct instruction *code = player->play->m->code, *at;
	uint16_t loops[TEEQ_REPEAT_DEPTH_MAX] = { 0 };
	bool goes_on = true, failed = false;

	while (goes_on && (at = &code[pc])->op != OP_END) {
		bool jumps = false;

		if (at->op == OP_LOOP)
			loops[at->slot] = at->count;
		else if (at->op == OP_NEXT)
			jumps = --loops[at->slot] > 0;
		else if (op_may_jump(at->op))
			goes_on = jump(player, at, &failed, &jumps);
		else
			goes_on = step(player, at, &failed);
		pc = jumps ? at->target : pc + 1;
	}
	return goes_on;
}
