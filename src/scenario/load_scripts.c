/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever has steps: commands, services, clients. */
#include "scenario/load.h"
#include "scenario/words.h"

/* ------------------------------------------ commands ------------------------------------------ */

static enum teeq_status read_command_ta(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_script_spec *)into)->ta);
}

static enum teeq_status read_command_do(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_script_spec *command = into;
	struct load_script script = { 0 };
	enum teeq_status status = load_command_script(loader, node, &script);

	command->steps = script.steps;
	command->step_count = script.step_count;
	return status;
}

/* Most commands run in no TA that matters, and are just their steps. */
static enum teeq_status read_command(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "ta", read_command_ta, true },
		{ "do", read_command_do, false },
		{ NULL, NULL, false },
	};

	((struct teeq_script_spec *)into)->name = node->key;
	if (node->kind == NODE_MAPPING)
		return load_mapping(loader, node, rules, into);
	if (node->kind == NODE_LIST)
		return read_command_do(loader, node, into);
	return load_refuse_type(loader, node,
				"a list of steps, or a mapping with the keys ta and do");
}

enum teeq_status load_commands(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_command,
					     sizeof(struct teeq_script_spec), &array,
					     &scenario->command_count);

	scenario->commands = array;
	return status;
}

/* ------------------------------------------ services ------------------------------------------ */

static enum teeq_status read_service_by(struct loader *loader, const struct node *node, void *into)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words_servers, &index);

	((struct teeq_service_spec *)into)->by = (enum teeq_server)index;
	return status;
}

static enum teeq_status read_service_kind(struct loader *loader, const struct node *node,
					  void *into)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words_rpc_kinds, &index);

	((struct teeq_service_spec *)into)->kind = (enum teeq_rpc_kind)index;
	return status;
}

static enum teeq_status read_service_do(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_service_spec *service = into;
	struct load_script script = { 0 };
	enum teeq_status status = load_client_script(loader, node, &script);

	service->steps = script.steps;
	service->step_count = script.step_count;
	return status;
}

static enum teeq_status read_service(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "by", read_service_by, false },
		{ "kind", read_service_kind, false },
		{ "do", read_service_do, false },
		{ NULL, NULL, false },
	};

	((struct teeq_service_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

enum teeq_status load_services(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_service,
					     sizeof(struct teeq_service_spec), &array,
					     &scenario->service_count);

	scenario->services = array;
	return status;
}

/* ------------------------------------------ clients ------------------------------------------- */

static enum teeq_status read_client_count(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_number(loader, node, 1, TEEQ_TASK_MAX,
			   &((struct teeq_client_spec *)into)->count);
}

static enum teeq_status read_client_stage(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_number(loader, node, 1, TEEQ_STAGE_MAX,
			   &((struct teeq_client_spec *)into)->stage);
}

static enum teeq_status read_client_context(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_name(loader, node, &((struct teeq_client_spec *)into)->context);
}

static enum teeq_status read_client_nowait(struct loader *loader, const struct node *node,
					   void *into)
{
	return load_truth(loader, node, &((struct teeq_client_spec *)into)->supplicant_nowait);
}

static enum teeq_status read_client_guest(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_name(loader, node, &((struct teeq_client_spec *)into)->guest);
}

static enum teeq_status read_client_cpu(struct loader *loader, const struct node *node, void *into)
{
	return load_number(loader, node, 1, TEEQ_CPU_MAX, &((struct teeq_client_spec *)into)->cpu);
}

static enum teeq_status read_client_priority(struct loader *loader, const struct node *node,
					     void *into)
{
	return load_number(loader, node, 0, TEEQ_PRIORITY_MAX,
			   &((struct teeq_client_spec *)into)->priority);
}

static enum teeq_status read_client_do(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_client_spec *client = into;
	struct load_script script = { 0 };
	enum teeq_status status = load_client_script(loader, node, &script);

	client->steps = script.steps;
	client->step_count = script.step_count;
	return status;
}

static enum teeq_status read_client(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "count", read_client_count, false },
		{ "stage", read_client_stage, false },
		{ "context", read_client_context, false },
		{ "guest", read_client_guest, false },
		{ "cpu", read_client_cpu, false },
		{ "priority", read_client_priority, false },
		{ "supplicant-nowait", read_client_nowait, false },
		{ "do", read_client_do, false },
		{ NULL, NULL, false },
	};
	struct teeq_client_spec *client = into;

	client->name = node->key;
	client->count = 1;
	client->stage = 1;
	return load_mapping(loader, node, rules, client);
}

enum teeq_status load_clients(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_client,
					     sizeof(struct teeq_client_spec), &array,
					     &scenario->client_count);

	scenario->clients = array;
	return status;
}
