/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario file says of the secure world. */
#include "scenario/load.h"

static enum teeq_status load_secure_read_threads(struct loader *loader, const struct node *node,
						 void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 1, TEEQ_CONTEXT_MAX, &scenario->thread_count);
}

static enum teeq_status read_lost(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 0, TEEQ_CONTEXT_MAX, &scenario->lost_count);
}

static enum teeq_status read_static_system(struct loader *loader, const struct node *node,
					   void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 0, TEEQ_CONTEXT_MAX, &scenario->static_system_count);
}

static enum teeq_status read_rpc_arg(struct loader *loader, const struct node *node, void *into)
{
	bool there = true;
	enum teeq_status status = load_truth(loader, node, &there);

	((struct teeq_scenario *)into)->lacks_rpc_arg = !there;
	return status;
}

static enum teeq_status read_session_lock(struct loader *loader, const struct node *node,
					  void *into)
{
	bool there = true;
	enum teeq_status status = load_truth(loader, node, &there);

	((struct teeq_scenario *)into)->lacks_session_lock = !there;
	return status;
}

static enum teeq_status load_secure_read_locks(struct loader *loader, const struct node *node,
					       void *into)
{
	struct teeq_scenario *scenario = into;

	return load_names(loader, node, &scenario->secure_locks, &scenario->secure_lock_count);
}

static enum teeq_status read_conditions(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;

	return load_names(loader, node, &scenario->conditions, &scenario->condition_count);
}

static enum teeq_status read_single_instance(struct loader *loader, const struct node *node,
					     void *into)
{
	return load_truth(loader, node, &((struct teeq_ta_spec *)into)->single_instance);
}

static enum teeq_status read_keep_alive(struct loader *loader, const struct node *node, void *into)
{
	return load_truth(loader, node, &((struct teeq_ta_spec *)into)->keep_alive);
}

static enum teeq_status read_ta_load(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_ta_spec *ta = into;
	struct load_script script = { 0 };
	enum teeq_status status = load_command_script(loader, node, &script);

	ta->load = script.steps;
	ta->load_count = script.step_count;
	return status;
}

static enum teeq_status read_ta(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "single-instance", read_single_instance, false },
		{ "keep-alive", read_keep_alive, false },
		{ "load", read_ta_load, false },
		{ NULL, NULL, false },
	};

	((struct teeq_ta_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

static enum teeq_status read_tas(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_ta,
					     sizeof(struct teeq_ta_spec), &array,
					     &scenario->ta_count);

	scenario->tas = array;
	return status;
}

static enum teeq_status read_bottom_half(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_scenario *)into)->bottom_half);
}

enum teeq_status load_secure(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "threads", load_secure_read_threads,
		  false }, /* may be missing: check_threads() */
		{ "lost", read_lost, false },
		{ "static-system", read_static_system, false },
		{ "rpc-arg", read_rpc_arg, false },
		{ "session-lock", read_session_lock, false },
		{ "locks", load_secure_read_locks, false },
		{ "conditions", read_conditions, false },
		{ "tas", read_tas, false },
		{ "bottom-half", read_bottom_half, false },
		{ NULL, NULL, false },
	};

	return load_mapping(loader, node, rules, into);
}
