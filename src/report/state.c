/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/state.h"

#include <string.h>

#include "report/graph.h"
#include "report/words.h"

/* How wide a column of callers must be. */
static int caller_width(const struct teeq_model *model)
{
	size_t count = teeq_model_task_count(model);
	size_t longest = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words_name(teeq_model_task_name(model, i)));

		longest = length > longest ? length : longest;
	}
	return (int)longest + 2;
}

static void print_caller(const struct teeq_model *model, const struct teeq_world *world,
			 struct teeq_caller caller, int call_width, FILE *out)
{
	char text[WORDS_MAX];
	struct words words;

	words_start(&words, text, sizeof(text));
	words_add_caller(&words, model, caller);
	fprintf(out, "%-*s  ", caller_width(model), text);
	words_start(&words, text, sizeof(text));
	words_add_call(&words, model, world, caller);
	fprintf(out, "%-*s", call_width, text);
}

static void print_owner(const struct teeq_model *model, const struct teeq_world *world,
			struct teeq_caller owner, FILE *out)
{
	print_caller(model, world, owner, 0, out);
	if (teeq_model_guest_count(model) > 1)
		fprintf(out, ", in guest %s",
			words_name(teeq_model_guest_name(
				model, teeq_model_task_guest(model, owner.task))));
}

/* Before the first of those that one guest has for itself, or that are shared. */
static void print_whose_contexts(const struct teeq_model *model, unsigned int context, FILE *out)
{
	int guest = teeq_model_context_guest(model, context);

	if (context > 0 && guest == teeq_model_context_guest(model, context - 1u))
		return;
	fprintf(out, "\nThreads of the secure world");
	if (guest >= 0)
		fprintf(out, ", of guest %s alone",
			words_name(teeq_model_guest_name(model, (size_t)guest)));
	fprintf(out, ":\n");
}

void state_print_contexts(const struct teeq_model *model, const struct teeq_world *world, FILE *out)
{
	static const char *const names[] = {
		[TEEQ_CONTEXT_FREE] = "FREE",
		[TEEQ_CONTEXT_ACTIVE] = "ACTIVE",
		[TEEQ_CONTEXT_SUSPENDED] = "SUSPENDED",
	};
	unsigned int count = (unsigned int)teeq_model_thread_count(model);

	for (unsigned int i = 0; i < count; i++) {
		struct teeq_context_view context;

		print_whose_contexts(model, i, out);
		teeq_world_context(model, world, i, &context);
		if (context.state == TEEQ_CONTEXT_FREE) {
			fprintf(out, "  %2u  FREE\n", i);
			continue;
		}
		fprintf(out, "  %2u  %-9s  ", i, names[context.state]);
		if (context.owned)
			print_owner(model, world, context.owner, out);
		else
			fprintf(out, "lost");
		fputc('\n', out);
	}
}

static void state_print_counters(const struct teeq_model *model, const struct teeq_world *world,
				 unsigned int guest, const struct teeq_callq *q, FILE *out)
{
	const struct teeq_policy *policy = teeq_model_policy(model);
	unsigned int set_aside = policy->set_aside ? policy->set_aside(q) : 0;

	if (policy->secure != TEEQ_SECURE_PLAIN)
		set_aside = teeq_world_guest_reserved(model, world, guest);
	if (q->total_count == 0 || !policy->admit)
		fprintf(out, "threads not tracked");
	else
		fprintf(out, "free %ld of %u", (long)q->free_count, q->total_count);
	fprintf(out, ", system sessions %u", q->system_session_count);
	if (set_aside > 0)
		fprintf(out, ", set aside %u", set_aside);
}

static void print_waiter(const struct teeq_model *model, const struct teeq_world *world,
			 const struct teeq_callq *q, const struct teeq_waiter *waiter,
			 int call_width, FILE *out)
{
	struct teeq_caller caller = teeq_waiter_caller(waiter);
	struct teeq_call_view call = { 0 };

	teeq_world_call(model, world, caller.task, caller.level, &call);
	fprintf(out, "  ");
	print_caller(model, world, caller, call_width, out);
	fprintf(out, "  %s", graph_is_asleep(model, world, caller) ? "asleep" : "active");
	if (call.system)
		fprintf(out, ", system");
	if (call.admitted && q->total_count > 0 && teeq_model_policy(model)->admit)
		fprintf(out, ", admitted");
	if (waiter->flags & TEEQ_WAITER_DONE)
		fprintf(out, ", completion done");
	fputc('\n', out);
}

static void print_arguments(const struct teeq_model *model, const struct teeq_world *world,
			    unsigned int guest, FILE *out)
{
	struct teeq_arguments_view view;

	if (!teeq_world_arguments(model, world, guest, &view))
		return;
	fprintf(out, "\nMessage arguments: %u of %u slots taken", view.used, view.capacity);
	if (view.owner >= 0)
		fprintf(out, ", the mutex held by %s",
			words_name(teeq_model_task_name(model, (size_t)view.owner)));
	fprintf(out, ".\n");
}

static void print_queue(const struct teeq_model *model, const struct teeq_world *world,
			unsigned int guest, FILE *out)
{
	const struct teeq_callq *q = teeq_world_guest_callq(model, world, guest);
	const char *name = teeq_model_guest_name(model, guest);
	size_t call_width = 0;

	fprintf(out, "\nCall queue%s%s (", name ? " of guest " : "", name ? name : "");
	state_print_counters(model, world, guest, q, out);
	fprintf(out, "), %s\n", q->waiter_count > 0 ? "head first:" : "empty.");
	for (unsigned int i = 0; i < q->waiter_count; i++) {
		struct words words;

		words_start(&words, NULL, 0);
		words_add_call(&words, model, world, teeq_waiter_caller(&q->waiters[i]));
		call_width = words.length > call_width ? words.length : call_width;
	}
	for (unsigned int i = 0; i < q->waiter_count; i++)
		print_waiter(model, world, q, &q->waiters[i], (int)call_width, out);
	print_arguments(model, world, guest, out);
}

void state_print_queue(const struct teeq_model *model, const struct teeq_world *world, FILE *out)
{
	unsigned int count = (unsigned int)teeq_model_guest_count(model);

	for (unsigned int guest = 0; guest < count; guest++)
		print_queue(model, world, guest, out);
}

/* ------------------------------------------ the clients --------------------------------------- */

enum teeq_client_state teeq_world_client_state(const struct teeq_model *model,
					       const struct teeq_world *world, unsigned int task)
{
	struct teeq_task_view view;

	if (!model || !world || task >= teeq_model_task_count(model) ||
	    teeq_model_task_kind(model, task) != TEEQ_TASK_CLIENT)
		return TEEQ_CLIENT_UNFINISHED;
	teeq_world_task(model, world, task, &view);
	if (view.action != TEEQ_ACTION_NONE)
		return TEEQ_CLIENT_UNFINISHED;
	return view.killed ? TEEQ_CLIENT_KILLED : TEEQ_CLIENT_FINISHED;
}

static uint64_t clients_that(const struct teeq_model *model, const struct teeq_world *world,
			     enum teeq_client_state state)
{
	unsigned int count = (unsigned int)teeq_model_task_count(model);
	uint64_t found = 0;

	for (unsigned int task = 0; task < count; task++)
		if (teeq_model_task_kind(model, task) == TEEQ_TASK_CLIENT &&
		    teeq_world_client_state(model, world, task) == state)
			found |= UINT64_C(1) << task;
	return found;
}

static void print_names(const struct teeq_model *model, uint64_t tasks, FILE *out)
{
	const char *between = "";

	for (unsigned int task = 0; tasks; task++, tasks >>= 1) {
		if (!(tasks & 1))
			continue;
		fprintf(out, "%s%s", between, words_name(teeq_model_task_name(model, task)));
		between = ", ";
	}
}

void state_print_clients(const struct teeq_model *model, const struct teeq_world *world, FILE *out)
{
	uint64_t killed = clients_that(model, world, TEEQ_CLIENT_KILLED);
	uint64_t finished = clients_that(model, world, TEEQ_CLIENT_FINISHED);
	uint64_t rest = clients_that(model, world, TEEQ_CLIENT_UNFINISHED);

	fprintf(out, "Finished: %s", finished ? "" : "none");
	print_names(model, finished, out);
	if (killed)
		fprintf(out, ". Killed: ");
	print_names(model, killed, out);
	if (rest)
		fprintf(out, ". Not finished: ");
	print_names(model, rest, out);
	fprintf(out, ".\n");
}
