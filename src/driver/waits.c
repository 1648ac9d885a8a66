/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who waits for whom when a run hangs, by what the tasks of the harness stand at: the driver's
 * mutexes and completions, the secure world's threads, tee-supplicant, and what the scenario's
 * scripts wait for. Where several could help, all of them are taken to be able to: a cycle or a
 * knot that is found is one.
 */
#include "driver/waits.h"

#include <stdlib.h>
#include <string.h>

#include "report/graph.h"

struct look {
	const struct teeq_drive *d;
	const struct teeq_world *start;
	struct teeq_harness_view view;
	struct teeq_wait_edge edges[TEEQ_TASK_MAX * TEEQ_CONTEXT_MAX];
	struct teeq_wait_graph graph;
	struct graph_needs needs;
	struct text text;
};

static const char *name_of(const struct look *look, unsigned int task)
{
	return harness_name(look->d->h, task);
}

/* It has not returned, and is no daemon with nothing to do. */
static bool hangs(const struct teeq_drive *d, unsigned int i)
{
	const struct harness_task *task = &d->h->tasks[i];
	bool at_lock = task->point.kind == POINT_MUTEX || task->point.kind == POINT_SPIN;

	return task->state == TASK_AT_POINT && !harness_is_ready(task) && !d->h->broke &&
	       (!task->daemon || at_lock || d->actors[i].works);
}

/* ------------------------------------------- edges -------------------------------------------- */

static void waits_add_edge(struct look *look, unsigned int waiter, unsigned int holder,
		     enum teeq_wait_kind kind, unsigned int context)
{
	struct teeq_wait_need *need = &look->needs.of[waiter];

	if (holder >= look->d->h->task_count ||
	    look->graph.edge_count == sizeof(look->edges) / sizeof(look->edges[0]))
		return;
	look->edges[look->graph.edge_count++] =
		(struct teeq_wait_edge){ .waiter = (uint8_t)waiter,
					 .kind = (uint8_t)kind,
					 .context = (uint8_t)context,
					 .holder = (int16_t)holder,
					 .object = TEEQ_NO_OBJECT };
	need->tasks |= UINT64_C(1) << holder;
}

static bool goes_on(const struct look *look, unsigned int task)
{
	return look->d->h->tasks[task].state == TASK_AT_POINT;
}

/* All who may still do it, by their scripts. */
static void add_doers(struct look *look, unsigned int waiter, enum teeq_wait_kind kind,
		      enum teeq_effect effect, unsigned int object)
{
	const struct teeq_model *m = look->d->m;

	for (unsigned int i = 0; i < m->first_fault; i++)
		if (i != waiter && goes_on(look, i) &&
		    teeq_world_may(m, look->start, i, effect, object) != TEEQ_MAY_NOT)
			waits_add_edge(look, waiter, i, kind, TEEQ_NO_CONTEXT);
}

/* Whoever kills it gets it out of such a wait. */
static void waits_add_killers(struct look *look, unsigned int waiter)
{
	const struct harness_task *task = &look->d->h->tasks[waiter];
	uint64_t others = 0;

	if (!(task->point.state & TASK_WAKEKILL) || task->fatal_signal)
		return;
	for (unsigned int i = 0; i < look->d->m->first_fault; i++)
		if (i != waiter && goes_on(look, i) &&
		    teeq_world_may(look->d->m, look->start, i, TEEQ_EFFECT_KILL,
				   graph_client_of(look->d->m, waiter)) != TEEQ_MAY_NOT)
			others |= UINT64_C(1) << i;
	look->needs.of[waiter].tasks |= others;
}

static void add_suppliers(struct look *look, unsigned int waiter)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < look->d->m->first_fault; i++)
		if (look->d->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT &&
		    look->d->actors[i].serves) {
			waits_add_edge(look, waiter, i, TEEQ_WAIT_SUPPLICANT, TEEQ_NO_CONTEXT);
			found++;
		}
	if (found == 0)
		add_doers(look, waiter, TEEQ_WAIT_SUPPLICANT, TEEQ_EFFECT_START, TEEQ_NO_OBJECT);
}

/* ------------------------------------- what a task stands at ---------------------------------- */

/*
 * While one is free nobody has what it waits for: a wake was lost, or a thread is kept for others.
 */
static void wait_for_thread(struct look *look, unsigned int waiter)
{
	const struct teeq_harness *h = look->d->h;
	unsigned int taken = 0, first, count;

	count = drive_pool(look->d, h->tasks[waiter].guest, &first)->context_count;
	text_add(&look->text, "; it sleeps in the queue for a thread");
	for (unsigned int i = first; i < first + count; i++) {
		if (!h->contexts[i].in_use)
			continue;
		text_add(&look->text, "%s thread %u is held by %s", taken++ > 0 ? "," : ":", i,
			 name_of(look, h->contexts[i].secure.task));
		waits_add_edge(look, waiter, h->contexts[i].secure.task, TEEQ_WAIT_THREAD, i);
	}
	if (taken < count)
		text_add(&look->text, "; %u of %u threads free", count - taken, count);
}

static void wait_for_lock(struct look *look, unsigned int waiter, const struct point *point)
{
	const struct held *held = harness_holder(look->d->h, point->object);

	if (!held)
		return;
	text_add(&look->text, ", which %s holds",
		 held->task == waiter ? "it itself" : name_of(look, held->task));
	if (held->site.line > 0)
		text_add(&look->text, " since %s() at %s:%d", held->site.function, held->site.file,
			 held->site.line);
	waits_add_edge(look, waiter, held->task, TEEQ_WAIT_LOCK, TEEQ_NO_CONTEXT);
}

static void wait_for_notification(struct look *look, unsigned int waiter)
{
	const struct teeq_drive *d = look->d;

	for (unsigned int i = 0; i < d->m->thread_count; i++)
		if (d->threads[i].in_use && d->threads[i].task == waiter &&
		    d->threads[i].asked == ASKED_WAIT)
			add_doers(look, waiter, TEEQ_WAIT_NOTIFICATION, TEEQ_EFFECT_NOTIFY,
				  d->threads[i].object);
}

static void wait_in_script(struct look *look, unsigned int waiter, const struct point *point)
{
	const struct teeq_scenario *s = look->d->scenario;

	if (strcmp(point->action, "await") == 0)
		add_doers(look, waiter, TEEQ_WAIT_EVENT, TEEQ_EFFECT_SIGNAL,
			  drive_name(s->events, s->event_count, point->site.object));
	else if (strcmp(point->action, "start-supplicant") == 0)
		add_suppliers(look, waiter);
}

static bool stands_in(const struct point *point, const char *function)
{
	return point->site.line > 0 && strcmp(point->site.function, function) == 0;
}

static void add_waits(struct look *look, unsigned int waiter, const struct point *point)
{
	if (point->kind == POINT_MUTEX || point->kind == POINT_SPIN)
		wait_for_lock(look, waiter, point);
	else if (point_is_queue_wait(&look->view, point))
		wait_for_thread(look, waiter);
	else if (stands_in(point, "optee_supp_thrd_req"))
		add_suppliers(look, waiter);
	else if (stands_in(point, "optee_notif_wait"))
		wait_for_notification(look, waiter);
	else if (point->kind == POINT_CONDITION)
		wait_in_script(look, waiter, point);
}

static const char *waits_kind_word(enum point_kind kind)
{
	return kind == POINT_MUTEX	? "mutex " :
	       kind == POINT_SPIN	? "spinlock " :
	       kind == POINT_COMPLETION ? "completion " :
					  "";
}

/* Who is told already with what it has is not told again. */
static void tell_helpers(struct look *look, unsigned int waiter, size_t first)
{
	const char *before = "; it needs ";

	if (look->graph.edge_count == first || look->edges[first].kind == TEEQ_WAIT_THREAD ||
	    look->edges[first].kind == TEEQ_WAIT_LOCK)
		return;
	for (unsigned int i = 0; i < look->d->h->task_count; i++)
		if (look->needs.of[waiter].tasks >> i & 1) {
			text_add(&look->text, "%s%s", before, name_of(look, i));
			before = " or ";
		}
}

static void waits_look_at(struct look *look, unsigned int waiter)
{
	const struct point *point = &look->d->h->tasks[waiter].point;
	size_t first = look->graph.edge_count;

	text_add(&look->text, "  %s waits for %s%s", name_of(look, waiter),
		 waits_kind_word(point->kind), point->site.object);
	if (point->site.line > 0)
		text_add(&look->text, ", in %s() at %s:%d", point->site.function, point->site.file,
			 point->site.line);
	look->needs.of[waiter].waiter = (uint8_t)waiter;
	add_waits(look, waiter, point);
	if (look->graph.edge_count > first)
		waits_add_killers(look, waiter);
	if (look->needs.of[waiter].tasks)
		look->needs.of[waiter].count = 1;
	tell_helpers(look, waiter, first);
	if (look->graph.edge_count == first)
		text_add(&look->text, ": nobody is left who would bring it");
	text_add(&look->text, "\n");
}

/* ----------------------------------------- all together --------------------------------------- */

static void tell_cycle(struct look *look)
{
	const struct teeq_wait_graph *graph = &look->graph;
	char text[1024];

	if (graph->cycle_count > 0)
		text_add(&look->text, "The cycle: each of these waits for the next.\n ");
	for (size_t i = 0; i < graph->cycle_count; i++)
		text_add(&look->text, " %s ->",
			 name_of(look, graph->edges[graph->cycle[i]].waiter));
	if (graph->cycle_count > 0)
		text_add(&look->text, " %s\n", name_of(look, graph->edges[graph->cycle[0]].waiter));
	if (graph->knot_count > 0)
		text_add(&look->text, "The knot: each of these waits until one of them gets on.\n");
	for (size_t i = 0; i < graph->knot_count; i++) {
		teeq_wait_need_text(look->d->m, &graph->knot[i], text, sizeof(text));
		text_add(&look->text, "  %s\n", text);
	}
}

static void tell_states(struct look *look)
{
	const struct teeq_harness *h = look->d->h;

	for (int returned = 1; returned >= 0; returned--) {
		const char *before = returned ? "Returned: " : ". Not returned: ";
		bool some = false;

		for (unsigned int i = 0; i < h->task_count; i++) {
			if (h->tasks[i].daemon ||
			    (h->tasks[i].state == TASK_RETURNED) != (returned == 1))
				continue;
			text_add(&look->text, "%s%s", some ? ", " : before, name_of(look, i));
			some = true;
		}
		if (!some)
			text_add(&look->text, "%snone", before);
	}
	text_add(&look->text, ".\n");
}

static char *waits_tell(const struct waits *waits)
{
	const struct teeq_harness *h = waits->d->h;
	struct look *look = calloc(1, sizeof(*look));
	char *text = NULL;

	if (!look)
		return NULL;
	look->d = waits->d;
	look->start = waits->start;
	look->graph.edges = look->edges;
	if (h->observe)
		h->observe(h->observe_argument, &look->view);
	tell_states(look);
	text_add(&look->text, "Why nothing moves:\n");
	for (unsigned int i = 0; i < h->task_count; i++)
		if (hangs(waits->d, i))
			waits_look_at(look, i);
	if (graph_find_cycle(&look->graph, &look->needs) &&
	    graph_find_knot(&look->graph, &look->needs)) {
		tell_cycle(look);
		text = text_take(&look->text);
	} else {
		text_free(&look->text);
	}
	free(look->graph.cycle);
	free(look->graph.knot);
	free(look);
	return text;
}

static void ended(void *argument)
{
	struct waits *waits = argument;
	const struct teeq_harness *h = waits->d->h;

	waits->place_count = 0;
	snprintf(waits->violation, sizeof(waits->violation), "%.500s", h->violation);
	for (unsigned int i = 0; i < h->task_count; i++)
		if (hangs(waits->d, i)) {
			const struct teeq_site *site = &h->tasks[i].point.site;

			waits->places[waits->place_count++] =
				(struct waits_place){ site->object, site->function, site->line };
		}
	free(waits->text);
	waits->text = NULL;
	if (waits->wants_text && h->result.verdict == TEEQ_VERDICT_DEADLOCK) {
		waits->text = waits_tell(waits);
		waits->failed |= !waits->text;
	}
}

bool waits_begin(struct waits *waits, struct teeq_drive *d, bool wants_text)
{
	*waits = (struct waits){ .d = d, .wants_text = wants_text };
	waits->start = teeq_world_new(d->m);
	d->h->ended = ended;
	d->h->ended_argument = waits;
	return waits->start;
}

void waits_end(struct waits *waits)
{
	teeq_world_free(waits->start);
	free(waits->text);
	*waits = (struct waits){ .d = NULL };
}

/* ----------------------------------------- comparing ------------------------------------------ */

static bool is_among(const struct waits *waits, const struct waits_place *place)
{
	for (unsigned int i = 0; i < waits->place_count; i++)
		if (waits->places[i].line == place->line &&
		    strcmp(waits->places[i].object, place->object) == 0 &&
		    (place->line == 0 || strcmp(waits->places[i].function, place->function) == 0))
			return true;
	return false;
}

/* What broke, without who and when: behind the task's name, and up to what led there. */
static size_t gist(const char *violation, const char **at)
{
	const char *colon = strstr(violation, ": ");

	*at = colon ? colon + 2 : violation;
	return strcspn(*at, ",;");
}

bool waits_are_alike(const struct waits *before, const struct waits *after)
{
	const char *a, *b;
	size_t length = gist(before->violation, &a);

	if (gist(after->violation, &b) != length || strncmp(a, b, length) != 0)
		return false;
	for (unsigned int i = 0; i < after->place_count; i++)
		if (!is_among(before, &after->places[i]))
			return false;
	return before->place_count == 0 || after->place_count > 0;
}
