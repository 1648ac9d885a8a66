/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "report/graph.h"
#include "report/state.h"
#include "report/words.h"
#include "teeq/report.h"

/* A line names every holder of what is waited for; a longer one is cut. */
#define WHY_MAX (16 * WORDS_MAX)

struct report {
	const struct teeq_model *model;
	const struct teeq_world *world;
	const struct teeq_result *result;
	struct teeq_wait_graph graph;
	FILE *out;
};

static void add_callers_call(struct words *words, const struct report *report,
			     struct teeq_caller caller)
{
	words_add(words, "%s's ", words_name(teeq_model_task_name(report->model, caller.task)));
	words_add_call(words, report->model, report->world, caller);
}

/* Which TA it was about, who wanted it, and who is in there. */
static void print_panic(const struct report *report)
{
	struct teeq_secure_holder_view holder;
	struct teeq_caller caller;
	char text[WORDS_MAX];
	struct words words;
	unsigned int ta;

	if (!teeq_world_panic(report->model, report->world, &caller, &ta))
		return;
	words_start(&words, text, sizeof(text));
	add_callers_call(&words, report, caller);
	words_add(&words, " invoked ");
	words_add_secure_lock(&words, report->model, ta);
	if (!teeq_world_secure_holder(report->model, report->world, ta, 0, &holder) ||
	    holder.task < 0) {
		words_add(&words, ", in which a thread is that was lost");
	} else if (holder.task == caller.task && holder.level == caller.level) {
		words_add(&words, ", in which it is itself");
	} else {
		words_add(&words, ", in which ");
		add_callers_call(&words, report,
				 (struct teeq_caller){ .task = (uint8_t)holder.task,
						       .level = (uint8_t)holder.level });
		words_add(&words, " is");
	}
	fprintf(report->out, "%s.\n", text);
}

/*
 * Who is in a cycle or a knot stays there, whatever those do who can still move: that much is
 * claimed.
 */
static void print_limit(const struct report *report)
{
	const char *proof = report->graph.cycle_count > 0 ? "cycle" :
			    report->graph.knot_count > 0  ? "knot" : NULL;

	if (proof)
		fprintf(report->out,
			"Tasks could still move, and of those nothing is claimed. Those of the %s "
			"below never get on, unless a fault strikes.\n", proof);
	else
		fprintf(report->out, "Tasks could still move: nothing is claimed.\n");
}

static void print_verdict(const struct report *report)
{
	const struct teeq_result *result = report->result;

	fprintf(report->out, "%s after %" PRIu64 " step%s, event hash %016" PRIx64 "\n",
		words_name(teeq_verdict_name(result->verdict)), result->steps,
		result->steps == 1 ? "" : "s", result->event_hash);
	if (result->violation)
		fprintf(report->out, "broken: %s\n", result->violation);
	else if (result->verdict == TEEQ_VERDICT_LIMIT)
		print_limit(report);
}

static const struct teeq_wait_edge *first_of(const struct teeq_wait_graph *graph,
					     enum teeq_wait_kind kind)
{
	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].kind == kind)
			return &graph->edges[i];
	return NULL;
}

/* The name of the task's guest, where that has threads of its own; or NULL. */
static const char *own_threads_of(const struct report *report, unsigned int task)
{
	unsigned int guest = teeq_model_task_guest(report->model, task);

	return teeq_model_guest_threads(report->model, guest) > 0 ?
		       words_name(teeq_model_guest_name(report->model, guest)) : NULL;
}

static bool has_free_thread(const struct report *report, unsigned int task)
{
	unsigned int count = (unsigned int)teeq_model_thread_count(report->model);

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		teeq_world_context(report->model, report->world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE &&
		    graph_may_use(report->model, report->world, task, true, i))
			return true;
	}
	return false;
}

/* "thread 1 is free, and app.0's nested call write would get it if somebody woke it; ..." */
static void print_lost_wakeup(const struct report *report, const struct teeq_wait_edge *edge)
{
	struct teeq_caller sleeper = { .task = edge->waiter, .level = edge->waiter_level };
	struct teeq_caller holder = { .task = (uint8_t)edge->holder, .level = edge->holder_level };
	const char *own = own_threads_of(report, sleeper.task);
	struct teeq_task_view view;
	char text[WORDS_MAX];
	struct words words;

	teeq_world_task(report->model, report->world, sleeper.task, &view);
	words_start(&words, text, sizeof(text));
	if (view.wants_all_threads)
		words_add(&words, "every thread%s%s is free", own ? " of guest " : "",
			  own ? own : "");
	else
		words_add(&words, "thread %d is free",
			  graph_free_thread(report->model, report->world, sleeper));
	words_add(&words, ", and %s's ",
		  words_name(teeq_model_task_name(report->model, sleeper.task)));
	words_add_call(&words, report->model, report->world, sleeper);
	words_add(&words, " would %s if somebody woke it;\n",
		  view.wants_all_threads ? "go on" : "get it");
	if (edge->holder < 0) {
		words_add(&words, "nobody is left who would");
		if (teeq_model_guest_count(report->model) > 1)
			words_add(&words,
				  ", for no exit in another guest wakes anybody in this one");
	} else if (!graph_absorbed(report->model, report->world, edge)) {
		words_add(&words, "who would does not come to it");
	} else {
		words_add(&words, "the wake was absorbed by %s's ",
			  words_name(teeq_model_task_name(report->model, holder.task)));
		words_add_call(&words, report->model, report->world, holder);
		words_add(&words, ", which does not sleep");
	}
	fprintf(report->out, "Lost wake-up: %s.\n", text);
}

static void print_shortage(const struct report *report, const struct teeq_wait_edge *edge)
{
	struct teeq_caller waiter = { .task = edge->waiter, .level = edge->waiter_level };
	int number = graph_free_thread(report->model, report->world, waiter);
	const char *own = own_threads_of(report, edge->waiter);

	if (edge->kind == TEEQ_WAIT_LIMIT)
		fprintf(report->out,
			"Limit: a guest has as many calls in the secure world as it may.\n");
	else if (!has_free_thread(report, edge->waiter))
		fprintf(report->out, "Exhaustion: no thread%s%s is free.\n",
			own ? " of guest " : "", own ? own : "");
	else if (number < 0)
		fprintf(report->out, "Exhaustion: the threads that are free are set aside.\n");
	else
		fprintf(report->out,
			"Kept back: thread %d is free, but no waiter would be admitted to it.\n",
			number);
}

/* What is behind the wait, where that is not the call queue or the scenario's own; or NULL. */
static const char *wait_behind(const struct report *report, const struct teeq_wait_edge *edge)
{
	static const char *const behind[TEEQ_WAIT_KIND_COUNT] = {
		[TEEQ_WAIT_SECURE_LOCK] = "a lock of the secure world is not released",
		[TEEQ_WAIT_CONDITION] = "a condition of the secure world is not signalled",
		[TEEQ_WAIT_NOTIFICATION] = "a notification is not sent",
		[TEEQ_WAIT_SUPPLICANT] = "tee-supplicant does not answer",
		[TEEQ_WAIT_START] = "tee-supplicant cannot be started",
		[TEEQ_WAIT_IDLE] = "the shared-memory cache is refused while threads are in use",
		[TEEQ_WAIT_THAW] = "what is frozen is not thawed",
		[TEEQ_WAIT_ARGUMENT] =
			"the argument cache's mutex is held while a page is registered",
	};
	struct teeq_secure_lock_view lock;

	if (edge->kind == TEEQ_WAIT_SECURE_LOCK) {
		teeq_world_secure_lock(report->model, report->world, edge->object, &lock);
		if (lock.holder_count == 0)
			return "nobody is told that a lock of the secure world is free";
	}
	if (edge->kind == TEEQ_WAIT_SECURE_LOCK &&
	    teeq_model_secure_lock_kind(report->model, edge->object) == TEEQ_SECURE_LOCK_SESSION)
		return "a call does not leave its session, which lets one in at a time";
	if (edge->kind == TEEQ_WAIT_SECURE_LOCK &&
	    teeq_model_secure_lock_kind(report->model, edge->object) == TEEQ_SECURE_LOCK_LOADING)
		return "who opens a TA waits for the call that is loading it";
	return edge->kind < TEEQ_WAIT_KIND_COUNT ? behind[edge->kind] : NULL;
}

static bool is_in_knot(const struct teeq_wait_graph *graph, unsigned int task)
{
	for (size_t i = 0; i < graph->knot_count; i++)
		if (graph->knot[i].waiter == task)
			return true;
	return false;
}

/*
 * Tasks that a shortage of threads is about: those that wait for a thread or a wake, those that
 * these wait for, and so on. Where there is no shortage, everybody.
 */
static uint64_t concerned(const struct teeq_wait_graph *graph)
{
	uint64_t tasks = 0, before;

	for (size_t i = 0; i < graph->edge_count; i++)
		if (graph->edges[i].kind == TEEQ_WAIT_THREAD ||
		    graph->edges[i].kind == TEEQ_WAIT_LIMIT ||
		    graph->edges[i].kind == TEEQ_WAIT_WAKE)
			tasks |= UINT64_C(1) << graph->edges[i].waiter;
	if (!tasks)
		return UINT64_MAX;
	do {
		before = tasks;
		for (size_t i = 0; i < graph->edge_count; i++)
			if (graph->edges[i].holder >= 0 && tasks >> graph->edges[i].waiter & 1)
				tasks |= UINT64_C(1) << graph->edges[i].holder;
	} while (tasks != before);
	return tasks;
}

/*
 * The wait from which the others follow: of somebody who waits for what nobody will bring; or else
 * one of the cycle, or of the knot. Where threads are short, only waits that have to do with that
 * are asked: another hang beside it is not what is behind it.
 */
static const char *beginning(const struct report *report)
{
	const struct teeq_wait_graph *graph = &report->graph;
	uint64_t tasks = concerned(graph);
	const char *found = NULL;

	for (size_t i = 0; i < graph->edge_count && !found; i++)
		if (graph->edges[i].holder < 0 && tasks >> graph->edges[i].waiter & 1)
			found = wait_behind(report, &graph->edges[i]);
	for (size_t i = 0; i < graph->cycle_count && !found; i++)
		if (tasks >> graph->edges[graph->cycle[i]].waiter & 1)
			found = wait_behind(report, &graph->edges[graph->cycle[i]]);
	for (size_t i = 0; i < graph->edge_count && !found; i++)
		if (is_in_knot(graph, graph->edges[i].waiter) &&
		    tasks >> graph->edges[i].waiter & 1)
			found = wait_behind(report, &graph->edges[i]);
	for (size_t i = 0; i < graph->edge_count && !found; i++)
		if (tasks >> graph->edges[i].waiter & 1)
			found = wait_behind(report, &graph->edges[i]);
	return found;
}

/* Where nothing surrounds it: mutexes, events and barriers of the scenario's own. */
static const char *own_beginning(const struct teeq_wait_graph *graph)
{
	static const char *const what[TEEQ_WAIT_KIND_COUNT] = {
		[TEEQ_WAIT_LOCK] = "a lock is not released",
		[TEEQ_WAIT_EVENT] = "an event is not signalled",
		[TEEQ_WAIT_BARRIER] = "not everybody comes to a barrier",
		[TEEQ_WAIT_FREEZE] = "what is to be frozen is still in the kernel",
	};
	const struct teeq_wait_edge *first = graph->edges;

	if (graph->cycle_count > 1 || graph->knot_count > 1)
		return "the tasks wait for each other";
	for (size_t i = 0; i < graph->edge_count; i++) {
		if (graph->edges[i].holder < 0) {
			first = &graph->edges[i];
			break;
		}
	}
	return graph->edge_count > 0 && what[first->kind] ? what[first->kind] :
							    "the tasks cannot go on";
}

/* What sort of deadlock this is. */
static void print_sort(const struct report *report)
{
	const struct teeq_wait_edge *thread = first_of(&report->graph, TEEQ_WAIT_THREAD);
	const struct teeq_wait_edge *wake = first_of(&report->graph, TEEQ_WAIT_WAKE);
	const struct teeq_wait_edge *limit = first_of(&report->graph, TEEQ_WAIT_LIMIT);
	const char *behind = beginning(report);

	if (!thread || (limit && limit < thread))
		thread = limit;
	if (wake)
		print_lost_wakeup(report, wake);
	else if (thread)
		print_shortage(report, thread);
	else
		fprintf(report->out, "No call waits for a thread: %s.\n",
			behind ? behind : own_beginning(&report->graph));
	if (behind && (wake || thread))
		fprintf(report->out, "Behind it: %s.\n", behind);
}

/* "tee-supplicant.0, serving app.1," and "app.0 (killed), switching emmc," */
static void add_waiter(struct words *words, const struct report *report, unsigned int task)
{
	const char *name, *comma = "";
	struct teeq_task_view view;
	int client;

	teeq_world_task(report->model, report->world, task, &view);
	words_add(words, "%s%s", words_name(teeq_model_task_name(report->model, task)),
		  view.killed ? " (killed)" : "");
	if (teeq_model_guest_count(report->model) > 1)
		words_add(words, " in guest %s",
			  words_name(teeq_model_guest_name(
				  report->model, teeq_model_task_guest(report->model, task))));
	if (teeq_world_serves(report->model, report->world, task, &client)) {
		words_add(words, ", serving %s",
			  client < 0 ? "nobody any more" :
				       teeq_model_task_name(report->model, (size_t)client));
		comma = ",";
	}
	for (unsigned int i = 0; (name = teeq_model_lock_name(report->model, i)); i++) {
		if (!teeq_model_lock_is_device(report->model, i) ||
		    teeq_world_lock_owner(report->model, report->world, i) != (int)task)
			continue;
		words_add(words, ", switching device %s", name);
		comma = ",";
	}
	words_add(words, "%s", comma);
}

/* "in its nested call write over channel scmi (system)," */
static void add_call(struct words *words, const struct report *report, struct teeq_caller caller,
		     const struct teeq_call_view *call)
{
	const char *channel = teeq_model_session_channel(report->model, call->session);

	words_add(words, "in its ");
	words_add_call(words, report->model, report->world, caller);
	if (channel)
		words_add(words, " over channel %s", channel);
	words_add(words, call->system ? " (system), " : ", ");
}

/* Who stands before the queue, and is frozen there, is in no call yet. */
static bool is_in_call(const struct report *report, struct teeq_caller caller,
		       struct teeq_call_view *call)
{
	return teeq_world_call(report->model, report->world, caller.task, caller.level, call) &&
	       call->in_queue;
}

/* "app.0, in its nested call write, waits for lock emmc, which app.1 holds". */
static void print_why(const struct report *report, const struct teeq_wait_edge *edges, size_t count)
{
	struct teeq_caller caller = { .task = edges->waiter, .level = edges->waiter_level };
	struct teeq_call_view call;
	struct words words;
	char text[WHY_MAX];

	/* A task that serves an RPC stands one level deeper than the call it serves. */
	while (caller.level > 0 && !is_in_call(report, caller, &call))
		caller.level--;
	words_start(&words, text, sizeof(text));
	add_waiter(&words, report, caller.task);
	if (is_in_call(report, caller, &call)) {
		words_add(&words, text[words.length - 1] == ',' ? " " : ", ");
		add_call(&words, report, caller, &call);
	} else {
		words_add(&words, " ");
	}
	graph_add_reason(&words, report->model, report->world, edges, count);
	fprintf(report->out, "  %s\n", text);
}

static void print_reasons(const struct report *report)
{
	const struct teeq_wait_graph *graph = &report->graph;
	bool stopped = report->result->verdict == TEEQ_VERDICT_DEADLOCK ||
		       report->result->verdict == TEEQ_VERDICT_LOST_WAKEUP;
	bool spins = report->result->verdict == TEEQ_VERDICT_LIVELOCK &&
		     !teeq_world_enabled(report->model, report->world);
	size_t count;

	if (graph->edge_count > 0)
		fprintf(report->out, "\n%s:\n", spins	? "Why nobody gets on" :
					      stopped ? "Why nothing moves" :
							"Who cannot move");

	for (size_t i = 0; i < graph->edge_count; i += count) {
		count = 1;
		while (i + count < graph->edge_count &&
		       graph->edges[i + count].waiter == graph->edges[i].waiter)
			count++;
		print_why(report, &graph->edges[i], count);
	}
}

static void print_cycle(const struct report *report)
{
	const struct teeq_wait_graph *graph = &report->graph;

	if (graph->cycle_count == 0)
		return;
	fprintf(report->out, "\nThe cycle:\n");
	for (size_t i = 0; i < graph->cycle_count; i++) {
		char text[WORDS_MAX];

		teeq_wait_edge_text(report->model, report->world, &graph->edges[graph->cycle[i]],
				    text, sizeof(text));
		fprintf(report->out, "  %s\n", text);
	}
}

static void print_knot(const struct report *report)
{
	const struct teeq_wait_graph *graph = &report->graph;

	if (graph->knot_count > 0)
		fprintf(report->out,
			"\nThe knot: each of these waits until one of them gets on.\n");
	for (size_t i = 0; i < graph->knot_count; i++) {
		char text[WHY_MAX];

		teeq_wait_need_text(report->model, &graph->knot[i], text, sizeof(text));
		fprintf(report->out, "  %s\n", text);
	}
}

static void print_body(const struct report *report)
{
	enum teeq_verdict verdict = report->result->verdict;

	print_verdict(report);
	print_panic(report);
	if (verdict == TEEQ_VERDICT_DONE)
		return;
	if (verdict == TEEQ_VERDICT_DEADLOCK || verdict == TEEQ_VERDICT_LOST_WAKEUP)
		print_sort(report);
	else if (verdict == TEEQ_VERDICT_LIVELOCK &&
		 !teeq_world_enabled(report->model, report->world))
		fprintf(report->out,
			"Whoever still runs polls for what nobody else comes to do.\n");
	state_print_clients(report->model, report->world, report->out);
	print_reasons(report);
	print_cycle(report);
	print_knot(report);
	state_print_contexts(report->model, report->world, report->out);
	state_print_queue(report->model, report->world, report->out);
}

enum teeq_status teeq_report_print(const struct teeq_model *model, const struct teeq_world *world,
				   const struct teeq_result *result, const char *replay_command,
				   FILE *out)
{
	if (!model || !world || !result || !out)
		return TEEQ_EINPUT;

	struct report report = { .model = model, .world = world, .result = result, .out = out };
	enum teeq_status status = teeq_wait_graph_new(model, world, &report.graph);

	if (status != TEEQ_OK)
		return status;
	print_body(&report);
	if (replay_command)
		fprintf(out, "\nreplay: %s\n", replay_command);
	teeq_wait_graph_free(&report.graph);
	return ferror(out) ? TEEQ_EIO : TEEQ_OK;
}
