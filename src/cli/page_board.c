/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/page_board.h"

#include <teeq/status.h>

#include "cli/export_run.h"
#include "cli/json_value.h"
#include "cli/page_pack.h"
#include "cli/page_write.h"

bool page_board_init(struct page_board *board)
{
	*board = (struct page_board){
		.names = json_array(),	  .events = json_array(),   .states = json_array(),
		.last = json_object(),	  .tasks = json_array(),    .contexts = json_array(),
		.waiters = json_array(), .edges = json_array(),
	};
	return board->names && board->events && board->states && board->last && board->tasks &&
	       board->contexts && board->waiters && board->edges;
}

void page_board_free(struct page_board *board)
{
	json_decref(board->names);
	json_decref(board->events);
	json_decref(board->states);
	json_decref(board->last);
	json_decref(board->tasks);
	json_decref(board->contexts);
	json_decref(board->waiters);
	json_decref(board->edges);
}

void page_board_name(struct page_board *board, const char *name)
{
	json_array_append_new(board->names, cli_json_text(name));
}

void page_board_task(struct page_board *board, const char *does, bool waits)
{
	json_array_append_new(board->tasks,
			      json_pack("{s:o,s:n,s:b,s:b}", "at",
					does ? cli_json_text(does) : json_string("none"), "object",
					"moves", !waits, "started", does != NULL));
}

static json_t *page_board_caller(const char *name, unsigned int level)
{
	return name ? json_pack("{s:o,s:i}", "task", cli_json_text(name), "level", (int)level) :
		      json_null();
}

void page_board_thread(struct page_board *board, const char *owner, unsigned int level,
		       const char *state, const char *command)
{
	json_array_append_new(board->contexts,
			      json_pack("{s:i,s:s,s:b,s:o,s:o}", "context",
					(int)json_array_size(board->contexts), "state",
					owner ? state : "free", "lost", 0, "owner",
					page_board_caller(owner, level), "command",
					cli_json_text(command)));
}

void page_board_waiter(struct page_board *board, const char *name, unsigned int level)
{
	json_t *waiter = page_board_caller(name, level);

	json_object_set_new(waiter, "asleep", json_true());
	json_array_append_new(board->waiters, waiter);
}

void page_board_edge(struct page_board *board, const char *from, const char *to, const char *what,
		     const char *text)
{
	json_array_append_new(board->edges,
			      json_pack("{s:o,s:s,s:n,s:o,s:o}", "waiter",
					page_board_caller(from, 0), "waits_for", what, "object",
					"holder", page_board_caller(to, 0), "text",
					cli_json_text(text)));
}

/* What was gathered in *@list, which begins anew. */
static json_t *page_board_take(json_t **list)
{
	json_t *taken = *list;

	*list = json_array();
	return taken;
}

void page_board_state(struct page_board *board, const char *queue)
{
	json_t *now = json_pack("{s:o,s:o,s:{s:s,s:o},s:[],s:o,s:[]}", "tasks",
				page_board_take(&board->tasks), "contexts",
				page_board_take(&board->contexts), "queue", "text", queue,
				"waiters", page_board_take(&board->waiters), "locks", "edges",
				page_board_take(&board->edges), "cycle");

	json_array_append_new(board->states, walk_changes(board->last, now));
	json_decref(board->last);
	board->last = now;
}

void page_board_event(struct page_board *board, size_t lane, unsigned int level, const char *action,
		      const char *text)
{
	json_array_append_new(board->events,
			      json_pack("{s:I,s:i,s:s,s:o,s:[]}", "task", (json_int_t)lane, "level",
					(int)level, "action", action, "text", cli_json_text(text),
					"woken"));
}

int page_board_write(struct page_board *board, const struct page_board_texts *texts, FILE *out)
{
	struct page_pool pool;
	json_t *data = NULL;
	bool good = page_pool_init(&pool);

	if (good)
		data = json_pack("{s:s,s:o,s:o,s:b,s:o,s:s,s:O,s:O,s:o,s:O}", "teeq",
				 teeq_version(), "title", cli_json_text(texts->title), "headline",
				 cli_json_text(texts->headline), "found", texts->found, "report",
				 cli_json_text(texts->report), "thread", texts->thread, "tasks",
				 board->names, "events", board->events, "states",
				 page_pack(&pool, board->states), "pool", pool.pool);
	good = page_write(data, out);
	json_decref(data);
	page_pool_free(&pool);
	return good ? CLI_OK : CLI_BAD;
}
