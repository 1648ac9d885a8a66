/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_GRAPH_H
#define REPORT_GRAPH_H

#include <stdbool.h>

#include "report/words.h"
#include "teeq/report.h"

/* A task that cannot move and has not finished. */
bool graph_is_stuck(const struct teeq_model *model, const struct teeq_world *world,
		    unsigned int task, struct teeq_task_view *view);
/* Whether the call of @caller may be given @context at all: policies v1 and v4 set some aside. */
bool graph_may_use(const struct teeq_model *model, const struct teeq_world *world,
		   unsigned int task, bool system,
		   unsigned int context);
/*
 * Whether some thread is kept back for system sessions from @task, and no longer when one is
 * counted out.
 */
bool graph_is_kept_for_sessions(const struct teeq_model *model, const struct teeq_world *world,
				unsigned int task);
/* Whether a call in the queue sleeps there, rather than being on its way or at work. */
bool graph_is_asleep(const struct teeq_model *model, const struct teeq_world *world,
		     struct teeq_caller caller);

/* Whether the wake that @edge is about was given to its holder, which did not sleep. */
bool graph_absorbed(const struct teeq_model *model, const struct teeq_world *world,
		    const struct teeq_wait_edge *edge);

/* Whether what @task does can be what @waiter waits for. */
bool graph_reaches(const struct teeq_model *model, unsigned int waiter, unsigned int task,
		   enum teeq_effect effect, unsigned int object);

/* The client of a task, as steps of the model name it; TEEQ_NO_OBJECT: tee-supplicant. */
uint16_t graph_client_of(const struct teeq_model *model, unsigned int task);
const char *graph_client_name(const struct teeq_model *model, uint16_t client);

/* The first thread that is free and that the call may use; -1 where none is. */
int graph_free_thread(const struct teeq_model *model, const struct teeq_world *world,
		      struct teeq_caller caller);

/* Of every task, what it needs; @tasks 0: it is not stuck, or waits for what nobody would bring. */
struct graph_needs {
	struct teeq_wait_need of[TEEQ_TASK_MAX];
	uint64_t every_edge; /* tasks that need what each of their edges says */
};
void graph_find_needs(const struct teeq_model *model, const struct teeq_world *world,
		      const struct teeq_wait_graph *graph, struct graph_needs *needs);

/* Fill in @graph's cycle from its edges, or where there is none its knot. False: no memory. */
bool graph_find_cycle(struct teeq_wait_graph *graph, const struct graph_needs *needs);
bool graph_find_knot(struct teeq_wait_graph *graph, const struct graph_needs *needs);

/*
 * The reason of @count edges of one waiter, without its name: "waits for lock emmc, which app.0
 * holds". Several are several holders of one thing.
 */
void graph_add_reason(struct words *words, const struct teeq_model *model,
		      const struct teeq_world *world, const struct teeq_wait_edge *edges,
		      size_t count);

#endif
