/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_PLAY_H
#define TEEQ_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "teeq/api.h"
#include "teeq/model.h"
#include "teeq/rt.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A model's tasks as threads: what a model is made of, done by the clients of a runtime (teeq/rt.h).
 * Task i is client i. Whoever opens a play begins the clients, starts a pthread for each that calls
 * teeq_play_task(), and watches, as with any runtime:
 *
 *	teeq_play_open(model, &options, &play, &error);
 *	rt = teeq_play_rt(play);
 *	for (i = 0; i < teeq_model_task_count(model); i++)
 *		pthread_create(&thread[i], NULL, body, teeq_rt_begin(rt, i));
 *	teeq_rt_watch(rt, 10000);
 *	teeq_rt_stop(rt);
 *	...
 *	teeq_play_close(play);
 *
 * The normal world's scripts and the secure world's commands are the model's own code, and so are the
 * rules of what they do; when it happens is decided by threads and locks.
 */
struct teeq_play;

/* As in struct teeq_rt_options. All zero is a legal choice. */
struct teeq_play_options {
	unsigned int pause_percent;
	uint64_t seed;
	void (*on_action)(void *argument, const struct teeq_rt_action *action);
	bool (*gives_up)(void *argument);
	void *argument;
};

/*
 * Open a play of @model, which must outlive it, with a runtime of its own; on success *@play is the
 * caller's. TEEQ_EINPUT: @model has faults or a number of CPUs, kills or freezes tasks, or
 * starts tee-supplicant, which threads cannot do. TEEQ_ENOMEM. teeq_play_close() frees both, once the
 * threads of all tasks were joined; NULL is fine.
 */
TEEQ_API enum teeq_status teeq_play_open(const struct teeq_model *model,
					 const struct teeq_play_options *options,
					 struct teeq_play **play, struct teeq_error *error);
TEEQ_API void teeq_play_close(struct teeq_play *play);

/* The play's runtime, as long as the play is open. */
TEEQ_API struct teeq_rt *teeq_play_rt(struct teeq_play *play);

/*
 * When @task is to begin: in stage 1, 2, ..., each when nobody of the earlier ones can move; 0: never,
 * for it is a tee-supplicant that does not run.
 */
TEEQ_API unsigned int teeq_play_stage(const struct teeq_model *model, unsigned int task);

/*
 * Do what @client's task does, up to its end or the run's, and end @client. On its own thread, once.
 * What the scenario itself does wrong (an unlock of what is not held) stops the run.
 */
TEEQ_API void teeq_play_task(struct teeq_play *play, struct teeq_rt_client *client);

/* Whether something was wrong in that way. Callable from any thread. */
TEEQ_API bool teeq_play_violated(const struct teeq_play *play);

/*
 * The name of a session or channel that a task of @model looks at (to release a TEE context, to free a
 * channel) while another task may change it; NULL: there is none. In the model the look is part of the
 * action before it, on threads it comes a little later: where there is such a name the two may differ.
 */
TEEQ_API const char *teeq_play_contested(const struct teeq_model *model);

#ifdef __cplusplus
}
#endif
#endif
