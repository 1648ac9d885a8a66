/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors by name, and what is done about them. */
#include <string.h>

#include "scenario/load.h"
#include "scenario/message.h"
#include "teeq/abi.h"

static bool is_any(const char *name)
{
	return strcmp(name, "any") == 0;
}

static enum teeq_status refuse_error(struct loader *loader, const struct node *node,
				     const char *name, bool any)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "found ");
	message_add_quoted(&message, name, strlen(name));
	message_add_text(&message, any ? ", expected any" : ", expected an error");
	for (int i = TEEQ_FAILURE_NONE + 1; i < TEEQ_FAILURE_COUNT; i++) {
		message_add_text(&message, any || i > TEEQ_FAILURE_NONE + 1 ? ", " : ": ");
		message_add_text(&message, teeq_failure_name((enum teeq_failure)i));
	}
	return load_refuse(loader, node, NULL, text);
}

enum teeq_status load_error_name(struct loader *loader, const struct node *node, const char **name)
{
	enum teeq_status status = load_name(loader, node, name);

	if (status != TEEQ_OK || teeq_failure_find(*name) >= 0)
		return status;
	return refuse_error(loader, node, *name, false);
}

enum teeq_status load_handler(struct loader *loader, const struct node *node, load_reader *read,
			      struct teeq_handler *handler)
{
	struct load_script script = { 0 };
	enum teeq_status status;

	if (!is_any(node->key) && teeq_failure_find(node->key) < 0)
		return refuse_error(loader, node, node->key, true);
	handler->error = is_any(node->key) ? NULL : node->key;
	status = read(loader, node, &script);
	handler->steps = script.steps;
	handler->step_count = script.step_count;
	return status;
}

enum teeq_status load_between(struct loader *loader, const struct node *node, load_reader *read,
			      struct teeq_step *step)
{
	struct teeq_handler *handler = arena_take(loader->arena, sizeof(*handler));
	struct load_script script = { 0 };
	enum teeq_status status;

	if (!handler)
		return load_no_memory(loader);
	status = read(loader, node, &script);
	*handler = (struct teeq_handler){ NULL, script.steps, script.step_count };
	step->handlers = handler;
	step->handler_count = 1;
	return status;
}
