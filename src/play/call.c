/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls: what the instruction says of one, and its command as a thread of the secure world runs it. */
#include "play/play.h"

#include <string.h>

/* A call in progress. The secure world finds the command in its message argument. */
struct invocation {
	struct player *player;
	unsigned int entry; /* where its code starts, or MODEL_NONE */
	bool started;
};

/* How the driver comes by what an RPC of the command asks for. */
static enum teeq_rt_stop service_stop(const struct script *service)
{
	if (service->by == TEEQ_SERVED_BY_SUPPLICANT)
		return TEEQ_RT_STOP_REQUEST;
	return service->kind == TEEQ_RPC_KIND_OTHER ? TEEQ_RT_STOP_RPC : TEEQ_RT_STOP_KNOWN_RPC;
}

static struct rt_stop stop_of(const struct teeq_model *m, const struct secure_result *result)
{
	static const enum teeq_rt_stop stops[] = {
		[SECURE_EXIT] = TEEQ_RT_STOP_END,      [SECURE_SLEEP] = TEEQ_RT_STOP_SUSPEND,
		[SECURE_WAIT] = TEEQ_RT_STOP_WAIT,     [SECURE_SEND] = TEEQ_RT_STOP_SEND,
		[SECURE_WORK] = TEEQ_RT_STOP_WORK,     [SECURE_INTERRUPT] = TEEQ_RT_STOP_INTERRUPT,
	};
	bool lasts = result->stop == SECURE_SLEEP || result->stop == SECURE_WORK;

	return (struct rt_stop){
		.why = result->stop == SECURE_RPC ? service_stop(&m->services[result->object]) :
						    stops[result->stop],
		.number = lasts ? result->ticks : result->object,
		.timeout_us = result->stop == SECURE_WAIT ? result->ticks : 0,
		.failed = result->failed,
	};
}

static void run_secure(void *argument, unsigned int context, struct rt_stop *stop)
{
	struct invocation *call = argument;
	struct teeq_play *play = call->player->play;
	struct thread *thread = world_thread(play->m, play->w, context);
	struct secure_result result;

	if (!call->started)
		thread->pc = (uint16_t)call->entry;
	call->started = true;
	result = secure_run(play->m, play->w, context, player_task(call->player));
	if (play->m->uses & USES_ASYNC)
		play_raised(play);
	if (play->w->violation)
		atomic_store(&play->violated, true);
	*stop = stop_of(play->m, &result);
	if (stop->why == TEEQ_RT_STOP_END)
		memset(thread, 0, play->m->layout.thread_size);
}

static void fail_secure(void *argument, unsigned int context)
{
	const struct invocation *call = argument;
	const struct teeq_play *play = call->player->play;

	secure_give_up(play->m, play->w, context, secure_rpc(play->m, play->w, context));
}

static void serve(struct teeq_rt_client *client, unsigned int rpc, void *argument)
{
	const struct invocation *call = argument;

	(void)client;
	play_script(call->player, call->player->play->m->services[rpc].start);
}

/* ----------------------------------------- the call ------------------------------------------- */

static uint32_t fast_function(const struct instruction *at)
{
	if (at->op != OP_SHM_CACHE)
		return 0;
	return at->slot ? TEEQ_SMC_ENABLE_SHM_CACHE : TEEQ_SMC_DISABLE_SHM_CACHE;
}

bool play_call(struct player *player, const struct instruction *at, bool *failed)
{
	const struct teeq_model *m = player->play->m;
	unsigned int task = player_task(player), level = player->client->depth;
	unsigned int kind_of = model_kind_of(m, task, level, at);
	bool named = op_names_session(at);
	const struct rt_errand errand = {
		.use = op_session_use(at),
		.session = named ? at->object : TEEQ_RT_NONE,
		.kind_of = kind_of == MODEL_NONE || at->op == OP_REGISTER ? TEEQ_RT_NONE : kind_of,
		.foreign = named && model_is_foreign(m, task, level, at),
		.of_context = at->op == OP_OPEN,
		.unregistered = at->op == OP_REGISTER,
		.keeps = named && model_keeps_marks(m, at->object),
		.raises = m->uses & USES_ASYNC,
		.function = fast_function(at),
		.secure = run_secure,
		.fail = fail_secure,
	};
	struct invocation call = { player, model_entry(m, at), false };
	const struct teeq_rt_command command = { .serve = serve, .argument = &call };
	int result = 0;

	if (rt_call(player->client, &errand, &command, &result) != TEEQ_OK)
		return false;
	*failed = result != 0;
	return true;
}

/* ----------------------------------------- sessions ------------------------------------------- */

/* The reservations that count for the session; NULL: the driver does not know it in this context. */
static uint8_t *marks_for(const struct player *player, const struct instruction *at)
{
	const struct teeq_model *m = player->play->m;

	if (model_is_foreign(m, player_task(player), player->client->depth, at))
		return NULL;
	return &player->play->rt->sessions[model_marks_of(m, at->object)].marks;
}

bool play_reserve(struct player *player, const struct instruction *at, bool *failed)
{
	int result = 0;
	bool through = rt_queue_reserve(player->client, at->object, marks_for(player, at), &result);

	*failed = result != 0;
	return through;
}

bool play_release(struct player *player, const struct instruction *at)
{
	int ignored = 0;

	return rt_queue_unreserve(player->client, at->object, marks_for(player, at), &ignored);
}
