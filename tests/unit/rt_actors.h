/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UNIT_RT_ACTORS_H
#define UNIT_RT_ACTORS_H

/* What the tests of the thread runtime share: a runtime of two of everything, and who acts in it. */
#include "story.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "teeq/rt.h"

enum { ACTION_MAX = 256, STALL_MS = 60000 };

static const char *const names[16] = { "a", "b", "c", "d", "e", "f", "g", "h",
				       "i", "j", "k", "l", "m", "n", "o", "p" };
static const char *const locks[] = { "emmc", "clock" };
static const char *const events[] = { "go" };
static const struct teeq_rt_barrier_spec barriers[] = { { "meet", 2 } };
static const struct teeq_rt_session_spec sessions[] = { { "scmi", true, true },
							{ "late", false, false } };

static inline struct teeq_rt_options options_of(const char *policy, unsigned int threads,
						 size_t clients)
{
	return (struct teeq_rt_options){
		.policy = teeq_policy_find(policy), .thread_count = threads,
		.static_system_count = 1,
		.clients = names, .client_count = clients,
		.locks = locks, .lock_count = 2, .events = events, .event_count = 1,
		.barriers = barriers, .barrier_count = 1, .sessions = sessions, .session_count = 2,
		.pause_percent = 10, .seed = 1,
	};
}

/* ----------------------------------------- actors --------------------------------------------- */

struct actor {
	struct teeq_rt_client *client;
	void (*play)(struct actor *actor);
	pthread_t thread;
	unsigned int index;
	unsigned int session;
	unsigned int rpcs_left;
	enum teeq_status status; /* of its last step */
	atomic_int *flag;
};

static inline void *act(void *argument)
{
	struct actor *actor = argument;

	actor->play(actor);
	teeq_rt_end(actor->client);
	return NULL;
}

static inline void begin(struct teeq_rt *rt, struct actor *actor, unsigned int index,
		  void (*play)(struct actor *actor))
{
	actor->index = index;
	actor->play = play;
	actor->client = teeq_rt_begin(rt, index);
	assert_non_null(actor->client);
	assert_int_equal(pthread_create(&actor->thread, NULL, act, actor), 0);
}
#define begin(...) FROM(begin(__VA_ARGS__))

static inline void join(struct actor *actors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(actors[i].thread, NULL);
}

static inline struct teeq_rt *open_rt(const struct teeq_rt_options *options)
{
	struct teeq_error error = { .text = "" };
	struct teeq_rt *rt = NULL;

	if (teeq_rt_open(options, &rt, &error) != TEEQ_OK)
		fail_msg("%s: %s", error.key, error.text);
	return rt;
}
#define open_rt(...) FROM(open_rt(__VA_ARGS__))

static inline void assert_explained(struct teeq_rt *rt, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	teeq_rt_explain(rt, out);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}
#define assert_explained(...) FROM(assert_explained(__VA_ARGS__))

struct action_text {
	char text[ACTION_MAX * 16];
	uint64_t next;
};

static inline void tell(void *argument, const struct teeq_rt_action *action)
{
	struct action_text *seen = argument;
	size_t length = strlen(seen->text);

	assert_int_equal(action->order, seen->next++);
	snprintf(seen->text + length, sizeof(seen->text) - length, "%s%u:%s/%s",
		 length > 0 ? " " : "", action->level, teeq_action_name(action->action),
		 teeq_outcome_name(action->outcome));
}

#endif
