/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include <stdatomic.h>
#include <stdbool.h>

#include "model/world.h"
#include "rt/rt.h"
#include "teeq/play.h"

/*
 * @w        where the parts of a world lie that the runtime does not have itself: secure threads and
 *           their locks, under the pool's lock; sessions, under the queue's mutex; asynchronous
 *           notifications, under that of the keys; channels and devices, under queue and pool. The rest
 *           of it is not used
 * @interrupt, @bottom_half  the clients that interrupts and bottom halves are left to, or NULL
 */
struct teeq_play {
	const struct teeq_model *m;
	struct teeq_world *w;
	struct teeq_rt *rt;
	struct teeq_play_options options;
	struct teeq_rt_client *interrupt;
	struct teeq_rt_client *bottom_half;
	bool no_supplicant[TEEQ_TASK_MAX];
	const char *names[TEEQ_TASK_MAX];
	struct teeq_rt_barrier_spec barriers[TEEQ_BARRIER_MAX];
	struct teeq_rt_session_spec sessions[TEEQ_SESSION_MAX];
	atomic_bool violated;
};

/* Whose thread it is. */
struct player {
	struct teeq_play *play;
	struct teeq_rt_client *client;
};

static inline unsigned int player_task(const struct player *player)
{
	return player->client->index;
}

/* Do the script that begins at @pc; false: the run was stopped. */
bool play_script(struct player *player, unsigned int pc);

/* call.c: the steps that are a call, or about a session. *@failed: for the script to look at. */
bool play_call(struct player *player, const struct instruction *at, bool *failed);
bool play_reserve(struct player *player, const struct instruction *at, bool *failed);
bool play_release(struct player *player, const struct instruction *at);

/* async.c: the interrupt, and who is left with what it fetches. False: the run was stopped. */
bool play_async(struct player *player, unsigned int key);
bool play_interrupt(struct player *player);
bool play_bottom_half(struct player *player);
/* Under the lock of the keys: something may have been raised. */
void play_raised(struct teeq_play *play);

#endif
