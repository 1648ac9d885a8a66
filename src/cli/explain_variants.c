/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/report.h>

#include "cli/explain.h"

/*
 * What holds of two clients may not hold of three, nor what holds of a scenario that was made smaller
 * of the one it was made from: there each change that ruled the failure out is tried again.
 */

static int try_variant(struct explanation *e, struct teeq_scenario *tables)
{
	const struct teeq_scenario *given = e->tables;
	int status;

	e->tables = tables;
	status = explain_all(e);
	e->tables = given;
	return status;
}

/* Bit i: a task of client i is stuck. */
static uint64_t stuck_clients(const struct explanation *e)
{
	struct teeq_wait_graph graph;
	uint64_t clients = 0;

	if (teeq_wait_graph_build(e->c.model, e->c.world, &graph) != TEEQ_OK)
		return 0;
	for (size_t i = 0; i < graph.edge_count; i++) {
		int client = teeq_model_task_client(e->c.model, graph.edges[i].waiter);

		if (client >= 0)
			clients |= UINT64_C(1) << client;
	}
	teeq_wait_graph_free(&graph);
	return clients;
}

static int one_client_more(struct explanation *e, size_t client)
{
	struct teeq_client_spec clients[TEEQ_CLIENT_MAX];
	struct teeq_scenario changed = *e->tables;
	struct variant *variant = &e->variants[e->variant_count];

	memcpy(clients, changed.clients, changed.client_count * sizeof(clients[0]));
	changed.clients = clients;
	clients[client].count = (clients[client].count > 0 ? clients[client].count : 1) + 1;
	variant->client = clients[client].name;
	variant->count = clients[client].count;
	e->variant_count++;
	return try_variant(e, &changed);
}

static int whole(struct explanation *e)
{
	struct teeq_scenario tables = *teeq_scenario_tables(e->whole.file);

	e->variants[e->variant_count++].path = e->whole.path;
	return try_variant(e, &tables);
}

int explain_variants(struct explanation *e)
{
	uint64_t clients = stuck_clients(e);
	int status = CLI_OK;

	for (size_t i = 0; i < e->tables->client_count && status == CLI_OK; i++)
		if ((clients >> i & 1) && e->variant_count < EXPLAIN_CLIENTS_MAX)
			status = one_client_more(e, i);
	if (e->whole.file && status == CLI_OK)
		status = whole(e);
	return status;
}

void explain_variant_text(const struct variant *variant, char *text, size_t size)
{
	if (variant->path)
		snprintf(text, size, "in %s", variant->path);
	else
		snprintf(text, size, "with %u of %s", (unsigned int)variant->count,
			 variant->client);
}
