/* SPDX-License-Identifier: BSD-2-Clause */
#include "play/play.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ------------------------------------- the runtime's options ---------------------------------- */

static void tell(void *argument, const struct teeq_rt_action *action)
{
	const struct teeq_play *play = argument;

	play->options.on_action(play->options.argument, action);
}

static bool give_up(void *argument)
{
	const struct teeq_play *play = argument;

	return atomic_load_explicit(&play->violated, memory_order_relaxed) ||
	       (play->options.gives_up && play->options.gives_up(play->options.argument));
}

static void fill_tables(struct teeq_play *play)
{
	const struct teeq_model *m = play->m;

	for (unsigned int i = 0; i < m->barrier_count; i++)
		play->barriers[i] = (struct teeq_rt_barrier_spec){ m->barriers[i],
								   m->barrier_wants[i] };
	for (unsigned int i = 0; i < m->session_count; i++)
		play->sessions[i].name = m->sessions[i];
	for (unsigned int i = 0; i < m->task_count; i++) {
		play->names[i] = m->tasks[i].name;
		play->no_supplicant[i] = m->tasks[i].nowait && m->supplicant_count == 0;
	}
}

static unsigned int count_servers(const struct teeq_model *m)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < m->task_count; i++)
		count += m->tasks[i].kind != TEEQ_TASK_CLIENT;
	return count;
}

static struct teeq_rt_options options_for(struct teeq_play *play)
{
	const struct teeq_model *m = play->m;

	return (struct teeq_rt_options){
		.policy = m->policy,
		.thread_count = m->thread_count,
		.lost_count = m->lost_count,
		.static_system_count = m->static_system_count,
		.ffa = m->abi == TEEQ_ABI_FFA,
		.lacks_rpc_arg = m->lacks_rpc_arg,
		.no_supplicant = play->no_supplicant,
		.clients = play->names,
		.client_count = m->task_count,
		.supplicant_count = count_servers(m),
		.locks = m->locks,
		.lock_count = m->lock_count,
		.events = m->events,
		.event_count = m->event_count,
		.barriers = play->barriers,
		.barrier_count = m->barrier_count,
		.sessions = play->sessions,
		.session_count = m->session_count,
		.notifications = m->notifications,
		.notification_count = m->notification_count,
		.pause_percent = play->options.pause_percent,
		.seed = play->options.seed,
		.on_action = play->options.on_action ? tell : NULL,
		.gives_up = give_up,
		.argument = play,
	};
}

/* --------------------------------------- opening it ------------------------------------------- */

/* It begins as the model does: who asked to be a system session has its answer. */
static void begin_as_the_model(struct teeq_play *play)
{
	const struct teeq_model *m = play->m;
	struct teeq_rt *rt = play->rt;

	memcpy(rt->q, world_callq(m, play->w, 0), sizeof(*rt->q));
	memcpy(rt->pool, world_pool(m, play->w, 0), pool_size(m->thread_count));
	rt->sessions = world_sessions(m, play->w);
	for (unsigned int i = 0; i < m->task_count; i++) {
		if (m->code[m->tasks[i].start].op == OP_IRQ)
			play->interrupt = &rt->clients[i];
		if (m->code[m->tasks[i].start].op == OP_BOTTOM_HALF)
			play->bottom_half = &rt->clients[i];
	}
}

static bool starts_supplicant(const struct teeq_model *m)
{
	for (unsigned int i = 0; i < m->code_count; i++)
		if (m->code[i].op == OP_START_SUPPLICANT)
			return true;
	return false;
}

/* Only who is killed asks where all others stand (OP_UNLESS_LAST): no thread comes to that. */
static enum teeq_status check_model(const struct teeq_model *m, struct teeq_error *error)
{
	if (m->polls)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found a poll, which threads do not know");
	if (m->has_results)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found steps or faults that name an error, which threads do not know");
	if (m->has_guests)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found guests, of which threads know one");
	if (m->tas_to_load)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found a TA that is to be loaded, which threads do not know");
	if (m->stale_keys && m->fault_count == 0)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found a cond-wait with a timeout, which threads do not know");
	if ((m->uses & USES_SIGNALS) || m->fault_count > 0 || m->cpu_count > 0 ||
	    starts_supplicant(m))
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found faults, CPUs, signals or a start of tee-supplicant, which "
				 "threads do not know");
	if (m->late_counts)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found releases of what one TEE context reserved by several at once: "
				 "real threads do not know that under this policy");
	if (m->argument_slots > 0)
		return error_set(error, TEEQ_EINPUT, m->name,
				 "found more calls at once than slots for message arguments, which "
				 "threads do not know");
	return TEEQ_OK;
}

enum teeq_status teeq_play_open(const struct teeq_model *model,
				const struct teeq_play_options *options, struct teeq_play **play,
				struct teeq_error *error)
{
	if (!model || !options || !play)
		return error_null(error, "model, options, play");

	enum teeq_status status = check_model(model, error);
	struct teeq_rt_options rt_options;
	struct teeq_play *made;

	if (status != TEEQ_OK)
		return status;
	made = calloc(1, sizeof(*made));
	if (!made)
		return error_nomem(error);
	made->m = model;
	made->options = *options;
	atomic_init(&made->violated, false);
	made->w = teeq_world_new(model);
	fill_tables(made);
	rt_options = options_for(made);
	status = made->w ? teeq_rt_open(&rt_options, &made->rt, error) : error_nomem(error);
	if (status != TEEQ_OK) {
		teeq_play_close(made);
		return status;
	}
	begin_as_the_model(made);
	*play = made;
	return TEEQ_OK;
}

void teeq_play_close(struct teeq_play *play)
{
	if (!play)
		return;
	teeq_rt_close(play->rt);
	teeq_world_free(play->w);
	free(play);
}

struct teeq_rt *teeq_play_rt(struct teeq_play *play)
{
	if (!play)
		return NULL;
	return play->rt;
}

unsigned int teeq_play_stage(const struct teeq_model *m, unsigned int task)
{
	if (!m || task >= m->task_count)
		return 0;

	bool absent = m->tasks[task].kind == TEEQ_TASK_SUPPLICANT && m->supplicant_count == 0;

	return absent ? 0 : m->tasks[task].stage;
}

void teeq_play_task(struct teeq_play *play, struct teeq_rt_client *client)
{
	struct player player = { play, client };

	if (!play || !client)
		return;
	play_script(&player, play->m->tasks[client->index].start);
	teeq_rt_end(client);
}

bool teeq_play_violated(const struct teeq_play *play)
{
	if (!play)
		return false;
	return atomic_load(&play->violated);
}
