/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <teeq/report.h>

/* Text that grows up to a limit. */
struct row_text {
	char *text;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void row_add(struct row_text *row, const char *format,
							   ...)
{
	size_t room = STEP_TEXT_MAX - row->length;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(row->text + row->length, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		row->length += (size_t)length < room ? (size_t)length : room - 1;
}

static void row_add_caller(struct row_text *row, const struct step *s, unsigned int task,
			   unsigned int level)
{
	struct teeq_call_view call;

	row_add(row, "%s", teeq_model_task_name(s->c.model, task));
	if (level > 0)
		row_add(row, "/%u", level);
	if (teeq_world_call(s->c.model, s->c.world, task, level, &call) &&
	    call.command != TEEQ_NO_OBJECT)
		row_add(row, " %s", teeq_model_command_name(s->c.model, call.command));
}

/* ------------------------------------------- tasks -------------------------------------------- */

/* What it waits for: all that keeps it. */
static void row_add_waits(struct row_text *row, const struct step *s, unsigned int task)
{
	struct teeq_wait_graph graph;
	const char *between = "waits: ";
	char edge[STEP_TEXT_MAX];

	if (teeq_wait_graph_new(s->c.model, s->c.world, &graph) != TEEQ_OK)
		return;
	for (size_t i = 0; i < graph.edge_count; i++) {
		if (graph.edges[i].waiter != task)
			continue;
		teeq_wait_edge_text(s->c.model, s->c.world, &graph.edges[i], edge, sizeof(edge));
		row_add(row, "%s%s", between, edge);
		between = "; ";
	}
	teeq_wait_graph_free(&graph);
}

static void row_of_task(struct row_text *row, const struct step *s, size_t task)
{
	struct teeq_task_view view;
	char next[STEP_TEXT_MAX];
	const char *object;

	teeq_world_task(s->c.model, s->c.world, (unsigned int)task, &view);
	object = cli_object_name(s->c.model, view.action, view.object);
	if (view.action == TEEQ_ACTION_NONE)
		row_add(row, "%s", view.killed ? "killed" : "finished");
	else if (step_enabled(s) >> task & 1 &&
		 step_preview(s, (unsigned int)task, next, sizeof(next)))
		row_add(row, "next: %s", next);
	else if (!view.started)
		row_add(row, "has not begun");
	else
		row_add_waits(row, s, (unsigned int)task);
	if (row->length == 0)
		row_add(row, "at %s%s%s", teeq_action_name(view.action), object ? " " : "",
			object ? object : "");
	if (view.action != TEEQ_ACTION_NONE && view.killed)
		row_add(row, " (killed)");
	if (view.frozen)
		row_add(row, " (frozen)");
}

/* ------------------------------------------ the rest ------------------------------------------ */

static void row_of_thread(struct row_text *row, const struct step *s, size_t index)
{
	static const char *const names[] = {
		[TEEQ_CONTEXT_FREE] = "free",
		[TEEQ_CONTEXT_ACTIVE] = "active",
		[TEEQ_CONTEXT_SUSPENDED] = "suspended",
	};
	struct teeq_context_view view;

	teeq_world_context(s->c.model, s->c.world, (unsigned int)index, &view);
	row_add(row, "%s", names[view.state]);
	if (view.state == TEEQ_CONTEXT_FREE)
		return;
	row_add(row, view.owned ? ": " : ", lost");
	if (view.owned)
		row_add_caller(row, s, view.owner.task, view.owner.level);
}

static void row_add_waiter(struct row_text *row, const struct step *s,
			   const struct teeq_waiter *waiter)
{
	struct teeq_caller caller = teeq_waiter_caller(waiter);
	struct teeq_call_view call = { 0 };
	struct teeq_task_view view;

	teeq_world_call(s->c.model, s->c.world, caller.task, caller.level, &call);
	teeq_world_task(s->c.model, s->c.world, caller.task, &view);
	row_add_caller(row, s, caller.task, caller.level);
	row_add(row, view.action == TEEQ_ACTION_WAIT && view.level == caller.level ? " asleep" :
										     " active");
	if (call.system)
		row_add(row, ", system");
	if (waiter->flags & TEEQ_WAITER_DONE)
		row_add(row, ", completion done");
}

static void row_of_queue(struct row_text *row, const struct step *s, size_t guest)
{
	const struct teeq_callq *q =
		teeq_world_guest_callq(s->c.model, s->c.world, (unsigned int)guest);

	if (q->total_count == 0 || !teeq_model_policy(s->c.model)->admit)
		row_add(row, "threads not tracked");
	else
		row_add(row, "free %ld of %u", (long)q->free_count, q->total_count);
	row_add(row, ", system sessions %u", q->system_session_count);
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		row_add(row, i > 0 ? "; " : ": ");
		row_add_waiter(row, s, &q->waiters[i]);
	}
}

static void row_of_arguments(struct row_text *row, const struct step *s, size_t guest)
{
	struct teeq_arguments_view view;

	if (!teeq_world_arguments(s->c.model, s->c.world, (unsigned int)guest, &view))
		return;
	row_add(row, "%u of %u slots taken", view.used, view.capacity);
	if (view.owner >= 0)
		row_add(row, "; %s registers a page",
			teeq_model_task_name(s->c.model, (size_t)view.owner));
}

static void row_of_lock(struct row_text *row, const struct step *s, size_t lock)
{
	int owner = teeq_world_lock_owner(s->c.model, s->c.world, (unsigned int)lock);

	if (owner < 0)
		row_add(row, "free");
	else
		row_add(row, "held by %s", teeq_model_task_name(s->c.model, (size_t)owner));
}

static void row_of_secure_lock(struct row_text *row, const struct step *s, size_t index)
{
	unsigned int threads = (unsigned int)teeq_model_thread_count(s->c.model);
	struct teeq_secure_holder_view holder;
	struct teeq_secure_lock_view view;
	unsigned int lock = (unsigned int)index;

	teeq_world_secure_lock(s->c.model, s->c.world, lock, &view);
	row_add(row, view.written ? "held" : view.readers > 0 ? "read" : "free");
	for (unsigned int i = 0;
	     teeq_world_secure_holder(s->c.model, s->c.world, lock, i, &holder); i++)
		row_add(row, "%s%s", i > 0 ? ", " : " by ",
			holder.task < 0 ? "a lost thread" :
					  teeq_model_task_name(s->c.model, (size_t)holder.task));
	for (unsigned int i = 0; i < threads; i++) {
		struct teeq_secure_wait_view wait;

		if (teeq_world_secure_wait(s->c.model, s->c.world, i, &wait) && wait.lock == lock)
			row_add(row, "; thread %u waits%s", i, wait.chosen ? ", and is woken" : "");
	}
}

static void row_of_event(struct row_text *row, const struct step *s, size_t event)
{
	row_add(row, teeq_world_event_signalled(s->c.model, s->c.world, (unsigned int)event) ?
			     "signalled" :
			     "not signalled");
}

static void row_of_barrier(struct row_text *row, const struct step *s, size_t barrier)
{
	unsigned int wanted;
	unsigned int arrived =
		teeq_world_barrier(s->c.model, s->c.world, (unsigned int)barrier, &wanted);

	row_add(row, "%u of %u arrived", arrived, wanted);
}

static void row_add_request(struct row_text *row, const struct step *s, unsigned int task,
			    const struct teeq_request_view *view)
{
	static const char *const states[] = {
		[TEEQ_REQUEST_QUEUED] = "queued",
		[TEEQ_REQUEST_TAKEN] = "taken",
		[TEEQ_REQUEST_ANSWERED] = "answered",
		[TEEQ_REQUEST_FAILED] = "failed",
	};

	row_add(row, "; %s of %s %s", teeq_model_service_name(s->c.model, view->service),
		teeq_model_task_name(s->c.model, task), states[view->state]);
	if (view->server >= 0)
		row_add(row, " by %s", teeq_model_task_name(s->c.model, (size_t)view->server));
}

static void row_of_supplicant(struct row_text *row, const struct step *s, size_t guest)
{
	static const char *const states[] = {
		[TEEQ_SUPPLICANT_ABSENT] = "absent",
		[TEEQ_SUPPLICANT_RUNS] = "runs",
		[TEEQ_SUPPLICANT_DEAD] = "dead",
	};
	unsigned int count = (unsigned int)teeq_model_task_count(s->c.model);
	struct teeq_request_view view;

	row_add(row, "%s", states[teeq_world_guest_supplicant(s->c.model, s->c.world,
							      (unsigned int)guest)]);
	for (unsigned int task = 0; task < count; task++)
		if (teeq_model_task_guest(s->c.model, task) == guest &&
		    teeq_world_request(s->c.model, s->c.world, task, &view))
			row_add_request(row, s, task, &view);
}

/* ------------------------------------------- kinds -------------------------------------------- */

static size_t row_count_tasks(const struct teeq_model *model)
{
	return teeq_model_task_count(model);
}

/* How many names @name gives. */
static size_t row_count_names(const struct teeq_model *model,
			      const char *(*name)(const struct teeq_model *model, size_t index))
{
	size_t count = 0;

	while (name(model, count))
		count++;
	return count;
}

static size_t row_count_arguments(const struct teeq_model *model)
{
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_arguments_view view;
	size_t count = 0;

	if (world && teeq_world_arguments(model, world, 0, &view))
		count = teeq_model_guest_count(model);
	teeq_world_free(world);
	return count;
}

static size_t row_count_supplicants(const struct teeq_model *model)
{
	for (size_t i = 0; i < teeq_model_task_count(model); i++)
		if (teeq_model_task_kind(model, i) == TEEQ_TASK_SUPPLICANT)
			return teeq_model_guest_count(model);
	return 0;
}

/* Each kind: how many there are, by count or by name; and what is written of one. */
static const struct row_kind {
	const char *word; /* before the name, or before the number where there are no names */
	size_t (*count)(const struct teeq_model *model);
	const char *(*name)(const struct teeq_model *model, size_t index);
	void (*text)(struct row_text *row, const struct step *s, size_t index);
	const char *words; /* that the text begins with */
} row_kinds[] = {
	{ "", row_count_tasks, teeq_model_task_name, row_of_task, NULL },
	{ "thread", teeq_model_thread_count, NULL, row_of_thread, "free, active or suspended" },
	{ "queue", teeq_model_guest_count, teeq_model_guest_name, row_of_queue, NULL },
	{ "arguments", row_count_arguments, teeq_model_guest_name, row_of_arguments, NULL },
	{ "lock", NULL, teeq_model_lock_name, row_of_lock, "free or held" },
	{ "secure lock", NULL, teeq_model_secure_lock_name, row_of_secure_lock,
	  "free, read or held" },
	{ "event", NULL, teeq_model_event_name, row_of_event, "signalled or not" },
	{ "barrier", NULL, teeq_model_barrier_name, row_of_barrier, NULL },
	{ "supplicant", row_count_supplicants, teeq_model_guest_name, row_of_supplicant,
	  "absent, runs or dead" },
};
#define ROW_KINDS (sizeof(row_kinds) / sizeof(row_kinds[0]))

static size_t row_count_of(const struct row_kind *kind, const struct teeq_model *model)
{
	return kind->count ? kind->count(model) : row_count_names(model, kind->name);
}

/* The kind of @row, which becomes its index among those of that kind. */
static const struct row_kind *row_kind_of(const struct teeq_model *model, size_t *row)
{
	for (size_t kind = 0; kind < ROW_KINDS; kind++) {
		size_t count = row_count_of(&row_kinds[kind], model);

		if (*row < count)
			return &row_kinds[kind];
		*row -= count;
	}
	return NULL;
}

size_t step_row_count(const struct teeq_model *model)
{
	size_t count = 0;

	for (size_t kind = 0; kind < ROW_KINDS; kind++)
		count += row_count_of(&row_kinds[kind], model);
	return count;
}

void step_row_name(const struct teeq_model *model, size_t row, char name[STEP_NAME_MAX])
{
	const struct row_kind *kind = row_kind_of(model, &row);
	const char *object = kind->name ? kind->name(model, row) : NULL;

	if (!kind->name)
		snprintf(name, STEP_NAME_MAX, "%s %zu", kind->word, row);
	else
		snprintf(name, STEP_NAME_MAX, "%s%s%s", kind->word,
			 kind->word[0] && object ? " " : "", object ? object : "");
}

void step_row_text(const struct step *s, size_t row, char text[STEP_TEXT_MAX])
{
	const struct row_kind *kind = row_kind_of(s->c.model, &row);
	struct row_text out = { .text = text };

	text[0] = '\0';
	kind->text(&out, s, row);
}

int step_row_find(const struct teeq_model *model, const char *name)
{
	size_t count = step_row_count(model);
	char row_name[STEP_NAME_MAX];
	int found = -1, fitting = 0;

	for (size_t row = 0; row < count; row++) {
		const char *object;

		step_row_name(model, row, row_name);
		if (strcmp(row_name, name) == 0)
			return (int)row;
		object = strrchr(row_name, ' ');
		if (object && strcmp(object + 1, name) == 0 && fitting++ == 0)
			found = (int)row;
	}
	return fitting == 1 ? found : -1;
}

const char *step_row_words(const struct teeq_model *model, size_t row)
{
	return row_kind_of(model, &row)->words;
}

bool step_row_has_word(const char *words, const char *word)
{
	size_t length = strlen(word);
	const char *place = words ? strstr(words, word) : NULL;

	return length > 0 && place && strcmp(word, "or") != 0 &&
	       (place == words || place[-1] == ' ') &&
	       (place[length] == '\0' || place[length] == ' ' || place[length] == ',');
}
