/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include "model/access.h"

/*
 * What is done with a world as a whole: begin, move, look, let time pass. What it consists of is in
 * state.h, where its parts are in access.h, and the pieces of one step in step.h.
 */

/* Set @w, all zero, to the initial state; stores the sessions' answers in the model. */
void world_init(struct teeq_model *m, struct teeq_world *w);

/* Start the next stages while nothing can move. */
void world_settle(const struct teeq_model *m, struct teeq_world *w);

/* The invisible instructions from where @task stands up to the next it can be seen at. */
void world_advance(const struct teeq_model *m, struct teeq_world *w, unsigned int task);

/*
 * Of an instruction that OP_ASKS_WORLD: whether @task
 * goes on with the next, rather than at its target.
 */
bool world_goes_on(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
		   const struct instruction *at);

/* Of @at, which OP_SERVES: whether somebody asked for what whoever stands there does. */
bool world_is_asked(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest,
		    const struct instruction *at);

/*
 * future.c: what a task may still do, teeq_world_may(); and
 * adds to @visited how many instructions it looked at for that.
 */
enum teeq_may future_may(const struct teeq_model *m, const struct teeq_world *w, unsigned int index,
			 enum teeq_effect effect, unsigned int object, uint64_t *visited);

/*
 * How an action is made, see world_act(). Where nobody else acts meanwhile, a stage may begin
 * behind it, and the event says how the queue is.
 */
enum {
	ACT_WATCHED = 1, /* the event says who was woken */
	ACT_ALONE = 2,
};

/*
 * One action of @task, which must be enabled. Threads act without ACT_ALONE: what of the world
 * belongs to others is left as it is.
 */
void world_act(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
	       struct teeq_event *event, unsigned int how);

/* The same for whoever has the world for himself. @event may be NULL: nobody looks. */
static inline void world_step(const struct teeq_model *m, struct teeq_world *w, unsigned int task,
			      struct teeq_event *event)
{
	struct teeq_event unseen;

	if (event)
		world_act(m, w, task, event, ACT_ALONE | ACT_WATCHED);
	else
		world_act(m, w, task, &unseen, ACT_ALONE);
}

/*
 * Whether @task can move, where neither signals nor CPUs nor
 * faults have a say in it: only what it waits for is looked at.
 */
bool world_task_can_move(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);

/* guests.c: calls of @guest that are in the secure world; and whether it may have no more there. */
unsigned int guest_calls(const struct teeq_model *m, const struct teeq_world *w,
			 unsigned int guest);
bool guest_is_full(const struct teeq_model *m, const struct teeq_world *w, unsigned int guest);

/* Who runs is a matter of more than how many CPUs there are. */
static inline bool cpus_order(const struct teeq_model *m)
{
	return m->pins || m->no_resched || m->polls;
}

/* cpus.c: whether every CPU is kept by somebody; and who of @enabled has one to run on. */
bool cpus_are_busy(const struct teeq_model *m, const struct teeq_world *w);
uint64_t cpus_apply(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled);
/*
 * The same, where @kept keep their CPUs, @spinning only poll, and @timed wait for time and are in
 * nobody's way. Of tasks before the first fault.
 */
uint64_t cpus_limit(const struct teeq_model *m, uint64_t enabled, uint64_t kept, uint64_t spinning,
		    uint64_t timed);
/* Whether nobody else can run on the CPU of @task, whatever it does next. */
bool cpu_is_kept(const struct teeq_model *m, const struct teeq_world *w, unsigned int task);
/* Who polls in vain, in either world; and the event that a task polls, or TEEQ_NO_OBJECT. */
uint64_t world_spinning(const struct teeq_model *m, const struct teeq_world *w);
unsigned int world_polled(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int task);

/* Between two actions: what only a bug can have broken, or NULL. */
const char *world_broken(const struct teeq_model *m, const struct teeq_world *w);

/*
 * bytes.c: a hash of the @size bytes at @w, a world and perhaps some single bytes more. It is the
 * same on machines that store the most significant byte of a number first: there, of a copy in
 * which the bytes of each are in the other order, by world_swap().
 */
uint64_t world_hash(const struct teeq_model *m, const struct teeq_world *w, size_t size);
void world_swap(const struct teeq_model *m, struct teeq_world *w);

/* Contexts that run now. */
unsigned int world_active_count(const struct teeq_model *m, const struct teeq_world *w);

/*
 * Time, in runs: the tasks that only wait for it, of those that can move; and let as much of it
 * pass as the first of them needs. A search lets any of them move instead.
 */
uint64_t world_timed(const struct teeq_model *m, const struct teeq_world *w, uint64_t enabled);
uint64_t world_pass_time(const struct teeq_model *m, struct teeq_world *w, uint64_t timed);

/* @session asks to be a system session, by the policy's rules: 0 or a negative errno. */
int world_reserve(const struct teeq_model *m, struct teeq_world *w, unsigned int session);

/* The tasks that could move if there were a CPU for each; no faults. */
uint64_t world_can_move(const struct teeq_model *m, const struct teeq_world *w);

bool world_waits_for_time(const struct teeq_model *m, const struct teeq_world *w,
			  unsigned int task);

/* What a task stands at. */
enum teeq_action world_action(const struct teeq_model *m, const struct teeq_world *w,
			      unsigned int task);

#endif
