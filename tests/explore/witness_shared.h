/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_WITNESS_SHARED_H
#define TESTS_EXPLORE_WITNESS_SHARED_H

#include "witness.h"

/* What the files of the witness share. */

struct witness_driver *witness_own_driver(struct witness *witness, unsigned int task);

/* witness_script.c: where a task stands in its script. */
struct witness_level *witness_top(struct witness_task *task);
bool witness_is_many_steps(int kind);
/* What needs no step of its own, up to where it stands next; the same behind the line it stands at. */
void witness_advance(struct witness *witness, unsigned int task);
void witness_done_with_line(struct witness *witness, unsigned int task);
/* A service begins one level higher; and ends, so that the RPC below is served. */
void witness_push_service(struct witness *witness, unsigned int task, unsigned int service);
void witness_end_service(struct witness_task *task);
void witness_take_lock(struct witness *witness, unsigned int task, const struct teeq_event *event);
/* By a task of @guest, whose tee-supplicant is meant where no client is. */
void witness_kill(struct witness *witness, unsigned int guest, unsigned int client);
void witness_freezer(struct witness *witness, unsigned int guest, unsigned int client, bool on);
void witness_exit(struct witness *witness, unsigned int task);
/* witness_exit.c: it dies, and goes on with what its exit does; and which sessions are open for that. */
void witness_begin_exit(struct witness *witness, unsigned int task);
/* What is not open when it comes to it is not closed. */
void witness_pass_shut(struct witness *witness, unsigned int task);
void witness_begin_sessions(struct witness *witness);
void witness_see_session(struct witness *witness, const struct teeq_event *event);
void witness_fault(struct witness *witness, const struct teeq_event *event);

/* witness_secure.c: what a step of the secure world does to locks; and the end of a call, or its loss. */
void witness_touch(struct witness *witness, const struct teeq_event *event,
		   struct witness_level *level);
void witness_end_holds(struct witness *witness, unsigned int task, unsigned int level, bool lost);
/* The thread has done the line that it stood at. */
void witness_pass(struct witness *witness, struct witness_level *level, int kind,
		  unsigned int object);

/* It may have come to where it can be frozen. */
void witness_settle(struct witness *witness, unsigned int task);

/* witness_rpc.c: RPCs on the way, and tee-supplicant. */
void witness_rpc(struct witness *witness, const struct teeq_event *event,
		 struct witness_level *level);
void witness_receive(struct witness *witness, const struct teeq_event *event);
void witness_answer(struct witness *witness, const struct teeq_event *event);

/* witness_calls.c: the actions of a call, and what they leave behind. */
void witness_see_enter(struct witness *witness, const struct teeq_event *event,
		       struct witness_level *level);
void witness_see_smc(struct witness *witness, const struct teeq_event *event,
		     struct witness_level *level);
void witness_see_secure(struct witness *witness, const struct teeq_event *event,
			struct witness_level *level);
void witness_see_leave(struct witness *witness, const struct teeq_event *event,
		       struct witness_level *level);
void witness_see_get_arg(struct witness *witness, const struct teeq_event *event,
			 struct witness_level *level);
void witness_see_woken(struct witness *witness, const struct teeq_event *event);
/* It is over, its slot given back; a close counts its session out behind that. */
void witness_end_call(struct witness *witness, unsigned int task, struct witness_level *level);
/* The next line that takes a step of its own; or NULL. */
const struct line *witness_next_line(const struct witness_level *level);
/* Who waits in the thread that @key is of is told: it is @sent, or about to be. */
void witness_tell_thread(struct witness *witness, unsigned int key, unsigned int sender, bool sent);

/* witness.c */
void witness_stop_supplicant(struct witness *witness, unsigned int guest);
/* Who holds the device of a dead tee-supplicant open; with the last of them it is gone. */
void witness_release_supplicant(struct witness *witness, unsigned int guest);

#endif
