/* SPDX-License-Identifier: BSD-2-Clause */
/* What surrounds the calls: contexts, tee-supplicant, channels, devices; and what may go wrong. */
#include <string.h>

#include "scenario/load.h"
#include "scenario/words.h"

static enum teeq_status read_context(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_context_spec *)into)->name);
}

enum teeq_status load_contexts(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_LIST, read_context,
					     sizeof(struct teeq_context_spec), &array,
					     &scenario->context_count);

	scenario->contexts = array;
	return status;
}

/* --------------------------------------- tee-supplicant --------------------------------------- */

static enum teeq_status read_supplicant_threads(struct loader *loader, const struct node *node,
						void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 0, TEEQ_SUPPLICANT_MAX, &scenario->supplicant_threads);
}

static enum teeq_status read_supplicant_wait(struct loader *loader, const struct node *node,
					     void *into)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words_supplicant_waits, &index);

	((struct teeq_scenario *)into)->supplicant_wait = (enum teeq_supplicant_wait)index;
	return status;
}

enum teeq_status load_supplicant(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "threads", read_supplicant_threads, true },
		{ "wait", read_supplicant_wait, false },
		{ NULL, NULL, false },
	};

	return load_mapping(loader, node, rules, into);
}

/* ------------------------------------------ channels ------------------------------------------ */

static enum teeq_status read_channel_session(struct loader *loader, const struct node *node,
					     void *into)
{
	return load_name(loader, node, &((struct teeq_channel_spec *)into)->session);
}

static enum teeq_status read_channel_config(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_name(loader, node, &((struct teeq_channel_spec *)into)->config);
}

static enum teeq_status read_channel_mutex(struct loader *loader, const struct node *node,
					   void *into)
{
	return load_name(loader, node, &((struct teeq_channel_spec *)into)->mutex);
}

static enum teeq_status read_channel_static(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_truth(loader, node, &((struct teeq_channel_spec *)into)->static_memory);
}

static enum teeq_status read_channel(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "session", read_channel_session, true },
		{ "config", read_channel_config, false },
		{ "mutex", read_channel_mutex, false },
		{ "static-memory", read_channel_static, false },
		{ NULL, NULL, false },
	};

	((struct teeq_channel_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

enum teeq_status load_channels(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_channel,
					     sizeof(struct teeq_channel_spec), &array,
					     &scenario->channel_count);

	scenario->channels = array;
	return status;
}

/* ------------------------------------------ devices ------------------------------------------- */

static enum teeq_status read_device_session(struct loader *loader, const struct node *node,
					    void *into)
{
	return load_name(loader, node, &((struct teeq_device_spec *)into)->session);
}

static enum teeq_status read_device_on(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_device_spec *device = into;

	return load_names(loader, node, &device->on, &device->on_count);
}

static enum teeq_status read_device_off(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_device_spec *device = into;

	return load_names(loader, node, &device->off, &device->off_count);
}

static enum teeq_status read_device(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "session", read_device_session, false },
		{ "on", read_device_on, false },
		{ "off", read_device_off, false },
		{ NULL, NULL, false },
	};

	((struct teeq_device_spec *)into)->name = node->key;
	return load_mapping(loader, node, rules, into);
}

enum teeq_status load_devices(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_device,
					     sizeof(struct teeq_device_spec), &array,
					     &scenario->device_count);

	scenario->devices = array;
	return status;
}

/* -------------------------------------- message arguments ------------------------------------- */

static enum teeq_status read_slots(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;

	return load_number(loader, node, 1, TEEQ_ARGUMENT_MAX, &scenario->argument_slots);
}

static enum teeq_status read_full(struct loader *loader, const struct node *node, void *into)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words_argument_fulls, &index);

	((struct teeq_scenario *)into)->argument_full = (enum teeq_argument_full)index;
	return status;
}

enum teeq_status load_arguments(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "slots", read_slots, false },
		{ "full", read_full, false },
		{ NULL, NULL, false },
	};

	return load_mapping(loader, node, rules, into);
}

/* ------------------------------------------- faults ------------------------------------------- */

static enum teeq_status read_fault_kind(struct loader *loader, const struct node *node, void *into)
{
	size_t index = 0;
	enum teeq_status status = load_word(loader, node, words_fault_kinds, &index);

	((struct teeq_fault_spec *)into)->kind = (enum teeq_fault_kind)index;
	return status;
}

static enum teeq_status read_fault_client(struct loader *loader, const struct node *node,
					  void *into)
{
	return load_name(loader, node, &((struct teeq_fault_spec *)into)->client);
}

static enum teeq_status read_fault_guest(struct loader *loader, const struct node *node, void *into)
{
	return load_name(loader, node, &((struct teeq_fault_spec *)into)->guest);
}

static enum teeq_status read_fault_error(struct loader *loader, const struct node *node, void *into)
{
	return load_error_name(loader, node, &((struct teeq_fault_spec *)into)->error);
}

static enum teeq_status read_fault_times(struct loader *loader, const struct node *node, void *into)
{
	return load_number_or(loader, node, 1, TEEQ_FAULT_TIMES_MAX, WORD_ALWAYS, TEEQ_FAULT_ALWAYS,
			      &((struct teeq_fault_spec *)into)->times);
}

/* Whether it has a client, or a guest, depends on its kind, which may stand behind it. */
static enum teeq_status check_fault_client(struct loader *loader, const struct node *node,
					   const struct teeq_fault_spec *fault)
{
	if (fault->kind == TEEQ_FAULT_CLIENT_KILLED && !fault->client)
		return load_refuse(loader, node, "client", "is required and missing");
	if (fault->kind != TEEQ_FAULT_SUPPLICANT_DIES &&
	    fault->kind != TEEQ_FAULT_THREAD_LOST && fault->guest)
		return load_refuse(
			loader, node_child(node, "guest", strlen("guest")), NULL,
			"only a fault of the kinds supplicant-dies and thread-lost has a guest");
	if (fault->kind != TEEQ_FAULT_CALL_FAILS && fault->kind != TEEQ_FAULT_OPEN_FAILS &&
	    fault->error)
		return load_refuse(
			loader, node_child(node, "error", strlen("error")), NULL,
			"only a fault of the kinds call-fails and open-fails has an error");
	if (fault->kind != TEEQ_FAULT_CLIENT_KILLED && fault->client)
		return load_refuse(loader, node_child(node, "client", strlen("client")), NULL,
				   "only a fault of the kind client-killed has a client");
	return TEEQ_OK;
}

static enum teeq_status read_fault(struct loader *loader, const struct node *node, void *into)
{
	static const struct load_rule rules[] = {
		{ "kind", read_fault_kind, true },    { "client", read_fault_client, false },
		{ "guest", read_fault_guest, false }, { "error", read_fault_error, false },
		{ "times", read_fault_times, false }, { NULL, NULL, false },
	};
	struct teeq_fault_spec *fault = into;
	enum teeq_status status;

	fault->name = node->key;
	fault->times = 1;
	status = load_mapping(loader, node, rules, fault);
	return status == TEEQ_OK ? check_fault_client(loader, node, fault) : status;
}

enum teeq_status load_faults(struct loader *loader, const struct node *node, void *into)
{
	struct teeq_scenario *scenario = into;
	void *array = NULL;
	enum teeq_status status = load_array(loader, node, NODE_MAPPING, read_fault,
					     sizeof(struct teeq_fault_spec), &array,
					     &scenario->fault_count);

	scenario->faults = array;
	return status;
}
