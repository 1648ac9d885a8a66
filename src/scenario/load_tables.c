/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario file as a whole, and those of its keys that need little room. */
#include <string.h>

#include "scenario/load.h"
#include "teeq/policy.h"

static enum teeq_status read_version(struct loader *loader, const struct node *node, void *into)
{
	uint32_t version;

	(void)into;
	return load_number(loader, node, 1, 1, &version);
}

static enum teeq_status load_tables_read_name(struct loader *loader, const struct node *node,
					      void *into)
{
	return load_name(loader, node, &((struct teeq_scenario *)into)->name);
}

static enum teeq_status read_summary(struct loader *loader, const struct node *node, void *into)
{
	return load_text(loader, node, &((struct teeq_scenario *)into)->summary);
}

/* ------------------------------------- abi and processors ------------------------------------- */

static enum teeq_status read_abi(struct loader *loader, const struct node *node, void *into)
{
	static const char *const words[] = { "smc", "ffa", NULL };
	static const enum teeq_abi values[] = { TEEQ_ABI_SMC, TEEQ_ABI_FFA };
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words, &index);

	((struct teeq_scenario *)into)->abi = values[index];
	return status;
}

static enum teeq_status read_cpus(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 1, TEEQ_CPU_MAX, &scenario->cpu_count);
}

static enum teeq_status read_resched(struct loader *loader, const struct node *node, void *into)
{
	bool yields = true;
	enum teeq_status status = load_truth(loader, node, &yields);

	((struct teeq_scenario *)into)->no_resched = !yields;
	return status;
}

/* ---------------------- locks, events, barriers, notifications, sessions ---------------------- */

static enum teeq_status load_tables_read_locks(struct loader *loader, const struct node *node,
					       void *into)
{
	struct teeq_scenario *scenario = into;

	return load_names(loader, node, &scenario->locks, &scenario->lock_count);
}

static enum teeq_status read_events(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;

	return load_names(loader, node, &scenario->events, &scenario->event_count);
}

static enum teeq_status read_barrier(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_barrier_spec *barrier = into;

	barrier->name = node->key;
	return load_number(loader, node, 1, TEEQ_TASK_MAX, &barrier->count);
}

static enum teeq_status read_barriers(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_barrier,
					     sizeof(struct teeq_barrier_spec), &array,
					     &scenario->barrier_count);

	scenario->barriers = array;
	return status;
}

static enum teeq_status read_notifications(struct loader *loader, const struct node *node,
					   void *into)
{
	struct teeq_scenario *scenario = into;

	return load_names(loader, node, &scenario->notifications, &scenario->notification_count);
}

static enum teeq_status read_session_system(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_truth(loader, node, &((struct teeq_session_spec *)into)->system);
}

static enum teeq_status read_session_context(struct loader *loader, const struct node *node,
					     void *into)
{
	return load_name(loader, node, &((struct teeq_session_spec *)into)->context);
}

static enum teeq_status read_session_guest(struct loader *loader, const struct node *node,
					   void *into)
{
	return load_name(loader, node, &((struct teeq_session_spec *)into)->guest);
}

static enum teeq_status load_tables_read_session(struct loader *loader, const struct node *node,
						 void *into)
{
	static const struct load_rule rules[] = {
		{ "system", read_session_system, false },
		{ "context", read_session_context, false },
		{ "guest", read_session_guest, false },
		{ NULL, NULL, false },
	};

	((struct teeq_session_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

static enum teeq_status read_sessions(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, load_tables_read_session,
					     sizeof(struct teeq_session_spec), &array,
					     &scenario->session_count);

	scenario->sessions = array;
	return status;
}

/* ------------------------------------------- expect ------------------------------------------- */

/* What stands for all clients together, beside those that are named. */
#define EVERYBODY "everybody"

/* The policy may be one of a shared object: whoever loads that knows whether it is there. */
static enum teeq_status read_verdict(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_expect_spec *expect = into;
	const char *words[TEEQ_VERDICT_COUNT + 1] = { NULL };
	size_t index = 0;
	enum teeq_status status;

	for (int i = 0; i < TEEQ_VERDICT_COUNT; i++)
		words[i] = teeq_verdict_name((enum teeq_verdict)i);
	status = load_word(loader, node, words, &index);
	expect->verdict = (enum teeq_verdict)index;
	expect->client = strcmp(node->key, EVERYBODY) == 0 ? NULL : node->key;
	return status;
}

/* Of one policy: a verdict about everybody, or one for each client that is named. */
struct expectations {
	struct teeq_expect_spec *list;
	size_t count;
};

static enum teeq_status read_expectations(struct loader *loader, const struct node *node,
					  void *into)
{
	struct expectations *of = into;
	enum teeq_status status;
	void *list = NULL;

	if (node->kind == NODE_MAPPING && node->child_count > 0) {
		status = load_array(loader, node, NODE_MAPPING, read_verdict, sizeof(*of->list),
				    &list, &of->count);
		of->list = list;
	} else {
		of->count = 1;
		of->list = arena_take(loader->arena, sizeof(*of->list));
		status = of->list ? read_verdict(loader, node, of->list) : load_no_memory(loader);
		if (of->list)
			of->list->client = NULL;
	}
	for (size_t i = 0; i < of->count && status == TEEQ_OK; i++)
		of->list[i].policy = node->key;
	return status;
}

static enum teeq_status read_expect(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	struct teeq_expect_spec *all;
	size_t policies = 0, count = 0;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_expectations,
					     sizeof(struct expectations), &array, &policies);
	const struct expectations *of = array;

	if (status != TEEQ_OK)
		return status;
	for (size_t i = 0; i < policies; i++)
		count += of[i].count;
	all = arena_take_array(loader->arena, count, sizeof(*all));
	if (!all)
		return load_no_memory(loader);
	scenario->expects = all;
	scenario->expect_count = count;
	for (size_t i = 0; i < policies; all += of[i++].count)
		if (of[i].count > 0)
			memcpy(all, of[i].list, of[i].count * sizeof(*all));
	return TEEQ_OK;
}

/* ------------------------------------------ the file ------------------------------------------ */

/* A file of another version may have keys that this one does not know: that comes first. */
static enum teeq_status check_version(struct loader *loader, const struct node *root)
{
	const struct node *version;

	if (!root || root->kind != NODE_MAPPING)
		return load_refuse_type(loader, root, "a scenario, a mapping with the key teeq");
	version = node_child(root, "teeq", strlen("teeq"));
	if (!version)
		return load_refuse(loader, root, "teeq", "is required and missing");
	if (version->kind == NODE_SCALAR && version->size == 1 && version->text[0] == '1' &&
	    !version->quoted)
		return TEEQ_OK;
	return load_refuse_type(loader, version, "1, the only version of the format so far");
}

/* Somebody has to share them, or each guest to have its own. */
static enum teeq_status check_threads(struct loader *loader, const struct node *root,
				      const struct teeq_scenario *scenario)
{
	const struct node *secure = node_child(root, "secure", strlen("secure"));
	bool missing = scenario->guest_count == 0;

	for (size_t i = 0; i < scenario->guest_count; i++)
		missing |= scenario->guests[i].threads == 0;
	if (scenario->thread_count > 0 || !missing)
		return TEEQ_OK;
	return load_refuse(loader, secure ? secure : root, secure ? "threads" : "secure",
			   "is required and missing");
}

enum teeq_status load_scenario(struct loader *loader, const struct node *root,
			       struct teeq_scenario *scenario)
{
	static const struct load_rule rules[] = {
		{ "teeq", read_version, true },
		{ "name", load_tables_read_name, true },
		{ "summary", read_summary, false },
		{ "secure", load_secure, false },
		{ "abi", read_abi, false },
		{ "cpus", read_cpus, false },
		{ "resched", read_resched, false },
		{ "arguments", load_arguments, false },
		{ "locks", load_tables_read_locks, false },
		{ "events", read_events, false },
		{ "barriers", read_barriers, false },
		{ "notifications", read_notifications, false },
		{ "contexts", load_contexts, false },
		{ "sessions", read_sessions, false },
		{ "commands", load_commands, false },
		{ "services", load_services, false },
		{ "supplicant", load_supplicant, false },
		{ "guests", load_guests, false },
		{ "channels", load_channels, false },
		{ "devices", load_devices, false },
		{ "clients", load_clients, false },
		{ "faults", load_faults, false },
		{ "expect", read_expect, false },
		{ NULL, NULL, false },
	};
	enum teeq_status status = check_version(loader, root);

	if (status != TEEQ_OK)
		return status;
	scenario->static_system_count = 1;
	status = load_mapping(loader, root, rules, scenario);
	return status == TEEQ_OK ? check_threads(loader, root, scenario) : status;
}
