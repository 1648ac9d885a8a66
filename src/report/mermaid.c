/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "report/words.h"
#include "teeq/report.h"
#include "teeq/run.h"

/*
 * A run as a sequence diagram of Mermaid: each task has a line, and so have the call queue and the
 * secure world. What a task asks of one of those is a message to it, what it is answered one back,
 * a wake one from the queue to whom it wakes; all else is a note beside the task.
 */
struct diagram {
	FILE *out;
	const struct teeq_model *model;
};

/* Nothing that ends a statement of Mermaid's, or begins one. */
static void mermaid_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == ';' || *text == '#' || *text == '<' || *text == '>')
			fprintf(out, "#%d;", *text);
		else
			fputc(*text, out);
	}
}

static void mermaid_line(const struct diagram *d, const struct teeq_event *event,
			 const char *format)
{
	char text[WORDS_MAX];

	teeq_event_text(d->model, event, text, sizeof(text));
	fprintf(d->out, "    ");
	fprintf(d->out, format, event->task);
	fprintf(d->out, ": %llu ", (unsigned long long)event->step);
	mermaid_text(d->out, text);
	fputc('\n', d->out);
}

static const char *mermaid_shape(const struct teeq_event *event)
{
	switch (event->action) {
	case TEEQ_ACTION_SMC:
		return "t%u->>secure";
	case TEEQ_ACTION_SECURE:
		return "secure-->>t%u";
	case TEEQ_ACTION_ENTER:
	case TEEQ_ACTION_REQUEUE:
	case TEEQ_ACTION_RECHECK:
	case TEEQ_ACTION_STARTED:
	case TEEQ_ACTION_LEAVE:
	case TEEQ_ACTION_RESERVE:
	case TEEQ_ACTION_UNRESERVE:
		return "t%u->>queue";
	default:
		return "Note over t%u";
	}
}

static void mermaid_event(void *argument, const struct teeq_model *model,
			  const struct teeq_world *world, const struct teeq_event *event)
{
	const struct diagram *d = argument;

	(void)model;
	(void)world;
	mermaid_line(d, event, mermaid_shape(event));
	for (unsigned int i = 0; i < event->woken_count && i < TEEQ_EVENT_WOKEN_MAX; i++)
		fprintf(d->out, "    queue-->>t%u: wake\n", event->woken[i].task);
}

static void mermaid_head(const struct diagram *d)
{
	fprintf(d->out, "sequenceDiagram\n    title ");
	mermaid_text(d->out, words_name(teeq_model_name(d->model)));
	fprintf(d->out, ", policy ");
	mermaid_text(d->out, teeq_model_policy(d->model)->name);
	fputc('\n', d->out);
	for (size_t i = 0; i < teeq_model_task_count(d->model); i++)
		if (teeq_model_task_kind(d->model, i) == TEEQ_TASK_CLIENT)
			fprintf(d->out, "    participant t%zu as %s\n", i,
				words_name(teeq_model_task_name(d->model, i)));
	fprintf(d->out, "    participant queue as call queue\n    participant secure as OP-TEE\n");
	for (size_t i = 0; i < teeq_model_task_count(d->model); i++)
		if (teeq_model_task_kind(d->model, i) != TEEQ_TASK_CLIENT)
			fprintf(d->out, "    participant t%zu as %s\n", i,
				words_name(teeq_model_task_name(d->model, i)));
}

static void mermaid_end(const struct diagram *d, const struct teeq_world *world,
			enum teeq_verdict verdict)
{
	struct teeq_wait_graph graph;

	fprintf(d->out, "    Note over queue,secure: %s\n", teeq_verdict_name(verdict));
	if (verdict == TEEQ_VERDICT_DONE || verdict == TEEQ_VERDICT_LIMIT ||
	    teeq_wait_graph_new(d->model, world, &graph) != TEEQ_OK)
		return;
	for (size_t i = 0; i < graph.edge_count; i++) {
		char text[WORDS_MAX];

		teeq_wait_edge_text(d->model, world, &graph.edges[i], text, sizeof(text));
		fprintf(d->out, "    Note over t%u: ", graph.edges[i].waiter);
		mermaid_text(d->out, text);
		fputc('\n', d->out);
	}
	teeq_wait_graph_free(&graph);
}

enum teeq_status teeq_export_mermaid(const struct teeq_model *model,
				     const struct teeq_schedule *schedule, FILE *out)
{
	if (!model || !schedule || !out)
		return TEEQ_EINPUT;

	struct diagram d = { out, model };
	struct teeq_run_options options = { .on_event = mermaid_event, .argument = &d };
	struct teeq_world *world = teeq_world_new(model);
	struct teeq_result result;
	enum teeq_status status;

	if (!world)
		return TEEQ_ENOMEM;
	mermaid_head(&d);
	status = teeq_replay(model, world, schedule, &options, &result, NULL);
	if (status == TEEQ_OK)
		mermaid_end(&d, world, result.verdict);
	teeq_world_free(world);
	return status;
}
