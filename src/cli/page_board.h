/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_PAGE_BOARD_H
#define CLI_PAGE_BOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/*
 * The page of what a board did: the same as that of a run, of what was seen. A state is told lane
 * by lane and thread by thread, and ends with the step that led to it.
 */
struct page_board {
	json_t *names;
	json_t *events, *states, *last;
	json_t *tasks, *contexts, *waiters, *edges; /* of the state at hand */
};

/* False: no memory. page_board_free() in any case. */
bool page_board_init(struct page_board *board);
void page_board_free(struct page_board *board);

/* Another lane. */
void page_board_name(struct page_board *board, const char *name);
/* The next lane: what its task does, NULL: nothing; and whether it waits there. */
void page_board_task(struct page_board *board, const char *does, bool waits);
/* The next thread, and whose call of which depth has it; @owner NULL: it is free. */
void page_board_thread(struct page_board *board, const char *owner, unsigned int level,
		       const char *state, const char *command);
/* A call in the queue. */
void page_board_waiter(struct page_board *board, const char *name, unsigned int level);
/* @from waits for @to, NULL: nobody who was seen; for @what, and the same in words. */
void page_board_edge(struct page_board *board, const char *from, const char *to, const char *what,
		     const char *text);
/* That was all of how it stands; @queue says it of the queue in a line. */
void page_board_state(struct page_board *board, const char *queue);
/* What happens next, to the task of that lane, in its call of depth @level. */
void page_board_event(struct page_board *board, size_t lane, unsigned int level, const char *action,
		      const char *text);

/* Write it. @thread is what a thread's number stands behind. CLI_OK, or CLI_BAD: no memory. */
struct page_board_texts {
	const char *title, *headline, *report, *thread;
	bool found; /* something is wrong */
};
int page_board_write(struct page_board *board, const struct page_board_texts *texts, FILE *out);

#endif
