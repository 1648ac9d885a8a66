/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/dot.h"

#include "report/words.h"
#include "teeq/report.h"

/*
 * Who waits for whom, as Graphviz reads it: a task that waits, or is waited for, is an ellipse;
 * what nobody holds is a box. The edges of the cycle are thick, and say so.
 */

static bool dot_in_cycle(const struct teeq_wait_graph *graph, size_t edge)
{
	for (size_t i = 0; i < graph->cycle_count; i++)
		if (graph->cycle[i] == edge)
			return true;
	return false;
}

void dot_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void dot_node(const struct teeq_model *model, unsigned int task, bool waits, FILE *out)
{
	fprintf(out, "\tt%u [label=", task);
	dot_quoted(out, words_name(teeq_model_task_name(model, task)));
	fprintf(out, "%s];\n", waits ? "" : ", style=dashed");
}

static void dot_nodes(const struct teeq_model *model, const struct teeq_wait_graph *graph,
		      FILE *out)
{
	uint64_t waiting = 0, named = 0;

	for (size_t i = 0; i < graph->edge_count; i++) {
		waiting |= UINT64_C(1) << graph->edges[i].waiter;
		if (graph->edges[i].holder >= 0)
			named |= UINT64_C(1) << graph->edges[i].holder;
	}
	named |= waiting;
	for (unsigned int task = 0; task < TEEQ_TASK_MAX; task++)
		if (named >> task & 1)
			dot_node(model, task, waiting >> task & 1, out);
}

static void dot_edge(const struct teeq_model *model, const struct teeq_wait_graph *graph,
		     size_t index, FILE *out)
{
	const struct teeq_wait_edge *edge = &graph->edges[index];
	const char *object = teeq_wait_edge_object(model, edge);
	bool cycle = dot_in_cycle(graph, index);
	char label[WORDS_MAX];
	struct words words;

	words_start(&words, label, sizeof(label));
	words_add(&words, "%s", teeq_wait_kind_name((enum teeq_wait_kind)edge->kind));
	if (object)
		words_add(&words, " %s", object);
	if (edge->context != TEEQ_NO_CONTEXT)
		words_add(&words, " %u", edge->context);
	if (cycle)
		words_add(&words, " (cycle)");
	if (edge->holder < 0)
		fprintf(out, "\to%zu [shape=box, label=\"nobody\"];\n\tt%u -> o%zu", index,
			edge->waiter, index);
	else
		fprintf(out, "\tt%u -> t%d", edge->waiter, edge->holder);
	fprintf(out, " [label=");
	dot_quoted(out, label);
	fprintf(out, "%s];\n", cycle ? ", penwidth=3, color=red" : "");
}

enum teeq_status teeq_export_dot(const struct teeq_model *model, const struct teeq_world *world,
				 FILE *out)
{
	struct teeq_wait_graph graph;
	enum teeq_status status;

	if (!model || !world || !out)
		return TEEQ_EINPUT;
	status = teeq_wait_graph_new(model, world, &graph);
	if (status != TEEQ_OK)
		return status;
	fprintf(out, "digraph waits {\n\tlabel=");
	dot_quoted(out, words_name(teeq_model_name(model)));
	fprintf(out, ";\n\tnode [shape=ellipse];\n");
	dot_nodes(model, &graph, out);
	for (size_t i = 0; i < graph.edge_count; i++)
		dot_edge(model, &graph, i, out);
	fputs("}\n", out);
	teeq_wait_graph_free(&graph);
	return TEEQ_OK;
}
