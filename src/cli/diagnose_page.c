/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/diagnose.h"
#include "cli/output.h"
#include "cli/page_board.h"
#include "field/tell.h"

#define PAGE_LANES  64
#define PAGE_STACKS 2000 /* of a log with more, the last ones are shown */

/* A task, and the stack of it that was seen last so far. */
struct log_lane {
	size_t person;
	struct activity activity;
	bool seen;
};

/* @slots: whose threads are held, each in its place for as long; -1: nobody's. */
struct log_page {
	const struct cli_diagnosis *diagnosis;
	struct page_board board;
	struct log_lane *lanes;
	size_t lane_count;
	int *slots;
	size_t slot_count;
};

/* ------------------------------------------- lanes -------------------------------------------- */

/* Like the report: who is in the driver, is tee-supplicant, or is stuck. */
static void log_page_choose(struct log_page *page)
{
	const struct picture *picture = page->diagnosis->picture;

	for (size_t i = 0; i < picture->person_count && page->lane_count < PAGE_LANES; i++) {
		const struct person *person = &picture->persons[i];

		if (!person->activity.related && !person->supplicant && !person->stuck)
			continue;
		page->lanes[page->lane_count++].person = i;
		page_board_name(&page->board, picture_name(picture, i));
	}
}

static struct log_lane *log_page_lane(struct log_page *page, const struct log_stack *stack)
{
	const struct picture *picture = page->diagnosis->picture;

	for (size_t i = 0; i < page->lane_count; i++) {
		const struct log_stack *last = picture->persons[page->lanes[i].person].stack;

		if (last->pid == stack->pid && last->name == stack->name)
			return &page->lanes[i];
	}
	return NULL;
}

/* How many threads its calls hold: in RPCs, and in the secure world itself. */
static size_t lane_holds(const struct log_lane *lane)
{
	if (!lane->seen)
		return 0;
	return lane->activity.held + (lane->activity.wait == ACTIVITY_WORLD);
}

/* What was given back is free, and what is held besides is put where there is room. */
static void log_page_settle(struct log_page *page)
{
	for (size_t i = 0; i < page->lane_count; i++) {
		size_t wanted = lane_holds(&page->lanes[i]);

		for (size_t slot = 0; slot < page->slot_count; slot++) {
			if (page->slots[slot] != (int)i)
				continue;
			if (wanted > 0)
				wanted--;
			else
				page->slots[slot] = -1;
		}
		for (size_t slot = 0; slot < page->slot_count && wanted > 0; slot++) {
			if (page->slots[slot] >= 0)
				continue;
			page->slots[slot] = (int)i;
			wanted--;
		}
	}
}

/* ------------------------------------------- states ------------------------------------------- */

static void log_page_edges(struct log_page *page)
{
	const struct picture *picture = page->diagnosis->picture;

	for (size_t i = 0; i < picture->edge_count; i++) {
		const struct edge *edge = &picture->edges[i];
		const char *from = picture_name(picture, edge->from);
		const char *to =
			edge->to == PICTURE_NOBODY ? NULL : picture_name(picture, edge->to);
		char text[4 * TASK_NAME_TEXT];

		snprintf(text, sizeof(text), "%s waits for %s (%s, %s)", from,
			 to ? to : "nobody who is to be seen", tell_edge_kind(edge->kind),
			 edge->certain ? "certain" : "likely");
		page_board_edge(&page->board, from, to, tell_edge_kind(edge->kind), text);
	}
}

/* @last: it is the end of the log, which the verdict is about. */
static void log_page_state(struct log_page *page, bool last)
{
	const struct picture *picture = page->diagnosis->picture;
	size_t waiting = 0;
	char queue[64];

	for (size_t i = 0; i < page->lane_count; i++) {
		const struct log_lane *lane = &page->lanes[i];

		page_board_task(&page->board,
				lane->seen ? activity_wait_text(lane->activity.wait) : NULL,
				last && picture->persons[lane->person].stuck);
		if (!lane->seen || lane->activity.wait != ACTIVITY_THREAD)
			continue;
		waiting++;
		page_board_waiter(&page->board, picture_name(picture, lane->person), 0);
	}
	log_page_settle(page);
	for (size_t slot = 0; slot < page->slot_count; slot++)
		page_board_thread(&page->board,
				  page->slots[slot] < 0 ?
					  NULL :
					  picture_name(picture,
						       page->lanes[page->slots[slot]].person),
				  0, "suspended", NULL);
	if (last)
		log_page_edges(page);
	snprintf(queue, sizeof(queue), "%zu call%s waiting for a thread", waiting,
		 waiting == 1 ? " is" : "s are");
	page_board_state(&page->board, queue);
}

/* ------------------------------------------- stacks ------------------------------------------- */

static void log_page_stack(struct log_page *page, struct log_lane *lane,
			   const struct log_stack *stack)
{
	const struct picture *picture = page->diagnosis->picture;
	const struct person *person = &picture->persons[lane->person];
	char told[TELL_TEXT_MAX], text[TELL_TEXT_MAX + 64];

	activity_of(picture->table, stack, &lane->activity);
	lane->seen = true;
	if (person->stack == stack)
		tell_person(picture, lane->person, told);
	else
		snprintf(told, sizeof(told), "%s", activity_wait_text(lane->activity.wait));
	snprintf(text, sizeof(text), "line %" PRIu64 ": %s", stack->line, told);
	page_board_event(&page->board, (size_t)(lane - page->lanes), 0, "stack", text);
}

static size_t log_page_count(struct log_page *page)
{
	const struct log *log = page->diagnosis->log;
	size_t count = 0;

	for (size_t i = 0; i < log->stack_count; i++)
		count += log_page_lane(page, &log->stacks[i]) != NULL;
	return count;
}

static void log_page_draw(struct log_page *page)
{
	const struct log *log = page->diagnosis->log;
	size_t left = log_page_count(page);

	log_page_state(page, left == 0);
	for (size_t i = 0; i < log->stack_count; i++) {
		struct log_lane *lane = log_page_lane(page, &log->stacks[i]);

		if (!lane)
			continue;
		if (left-- > PAGE_STACKS)
			continue;
		log_page_stack(page, lane, &log->stacks[i]);
		log_page_state(page, left == 0);
	}
}

/* ------------------------------------------- writing ------------------------------------------ */

static int log_page_put(struct log_page *page, FILE *out)
{
	const struct cli_diagnosis *diagnosis = page->diagnosis;
	char *report = NULL;
	size_t size = 0;
	FILE *text = open_memstream(&report, &size);
	int status;

	if (!text)
		return CLI_BAD;
	tell_print(diagnosis->picture, &diagnosis->verdict, text);
	fclose(text);
	status = page_board_write(&page->board,
				  &(struct page_board_texts){
					  .title = diagnosis->name,
					  .headline = diagnosis->verdict.sentence,
					  .report = report, .thread = "a thread held, ",
					  .found = verdict_is_hang(diagnosis->verdict.kind) },
				  out);
	free(report);
	return status;
}

static int write_log_page(FILE *out, const void *argument)
{
	struct log_page page = { .diagnosis = argument };
	const struct picture *picture = page.diagnosis->picture;
	int status = CLI_BAD;

	page.slot_count = picture->threads > picture->held_max ? picture->threads :
								 picture->held_max;
	page.lanes = calloc(PAGE_LANES, sizeof(*page.lanes));
	page.slots = calloc(page.slot_count + 1, sizeof(*page.slots));
	if (page_board_init(&page.board) && page.lanes && page.slots) {
		for (size_t slot = 0; slot < page.slot_count; slot++)
			page.slots[slot] = -1;
		log_page_choose(&page);
		log_page_draw(&page);
		status = log_page_put(&page, out);
	}
	page_board_free(&page.board);
	free(page.lanes);
	free(page.slots);
	return status;
}

int cli_diagnose_page(const struct cli_diagnosis *diagnosis)
{
	return cli_output_replace(diagnosis->html, write_log_page, diagnosis);
}
