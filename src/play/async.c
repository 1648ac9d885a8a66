/* SPDX-License-Identifier: BSD-2-Clause */
/* Asynchronous notifications: raised by anybody, fetched by the interrupt, some left to a thread. */
#include "play/play.h"

static void leave(struct player *player, enum teeq_action kind, unsigned int key)
{
	struct teeq_rt_action action = { .action = kind,
					 .level = player->client->depth,
					 .object = key };

	rt_tell(player->client, &action);
	pthread_mutex_unlock(&player->play->rt->notif_lock);
}

void play_raised(struct teeq_play *play)
{
	if (async_pending(play->m, play->w, 0))
		rt_end_idle(play->interrupt);
}

bool play_async(struct player *player, unsigned int key)
{
	struct teeq_play *play = player->play;

	if (!rt_enter(player->client, &play->rt->notif_lock))
		return false;
	async_raise(play->m, play->w, 0, key);
	play_raised(play);
	leave(player, TEEQ_ACTION_ASYNC, key);
	return true;
}

/* Enter the section when there is something to do; false: the run was stopped. */
static bool enter_when(struct player *player,
		       bool (*is_due)(const struct teeq_model *m, const struct teeq_world *w,
				      unsigned int guest))
{
	const struct teeq_play *play = player->play;

	if (!rt_enter(player->client, &play->rt->notif_lock))
		return false;
	while (!is_due(play->m, play->w, 0)) {
		if (rt_idle(player->client))
			continue;
		pthread_mutex_unlock(&play->rt->notif_lock);
		return false;
	}
	return true;
}

bool play_interrupt(struct player *player)
{
	struct teeq_play *play = player->play;
	unsigned int key;

	if (!enter_when(player, async_pending))
		return false;
	key = async_fetch(play->m, play->w, 0);
	if (key == MODEL_NONE)
		rt_end_idle(play->bottom_half);
	else
		rt_send_key(play->rt, key);
	leave(player, TEEQ_ACTION_INTERRUPT, key);
	return true;
}

bool play_bottom_half(struct player *player)
{
	struct teeq_play *play = player->play;

	if (!enter_when(player, async_told))
		return false;
	async_take(play->m, play->w, 0);
	leave(player, TEEQ_ACTION_START, TEEQ_RT_NONE);
	return true;
}
