/* SPDX-License-Identifier: BSD-2-Clause */
#include "interface.h"

#include <stdlib.h>
#include <string.h>

#include "found.h"

/* Mostly in range, now and then at the edge of what a number can be. */
static unsigned int number(uint8_t byte)
{
	static const unsigned int edges[] = { 64, 65, 255, 256, 65535, 65536, 0x7fffffff, ~0u };

	return byte < 224 ? byte % 20 : edges[byte % 8];
}

/* ------------------------------------------ names --------------------------------------------- */

typedef const char *name_at(const struct teeq_model *model, size_t index);

static name_at *const names[] = {
	teeq_model_task_name,	 teeq_model_lock_name,	       teeq_model_event_name,
	teeq_model_barrier_name, teeq_model_session_name,      teeq_model_command_name,
	teeq_model_service_name, teeq_model_secure_lock_name,  teeq_model_condition_name,
	teeq_model_ta_name,	 teeq_model_client_name,       teeq_model_notification_name,
	teeq_model_guest_name,	 teeq_model_session_channel,
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static void name_kinds(const struct teeq_model *m, size_t index)
{
	teeq_model_secure_lock_kind(m, index);
	teeq_model_lock_is_device(m, index);
	teeq_model_service_kind(m, index);
	teeq_model_task_kind(m, index);
	teeq_model_task_client(m, index);
	teeq_model_task_guest(m, index);
	teeq_model_fault_kind(m, index);
	teeq_model_notification_key(m, index);
	teeq_model_guest_call_limit(m, index);
	teeq_model_guest_threads(m, index);
	teeq_model_context_guest(m, index);
}

static void name_model(const struct teeq_model *m)
{
	teeq_model_name(m);
	teeq_model_policy(m);
	teeq_model_digest(m);
	teeq_model_thread_count(m);
	teeq_model_task_count(m);
	teeq_model_guest_count(m);
	teeq_model_supplicant_wait(m);
	teeq_model_last_stage(m);
	teeq_world_size(m);
}

static void name_enums(unsigned int a)
{
	teeq_verdict_name((enum teeq_verdict)a);
	teeq_action_name((enum teeq_action)a);
	teeq_outcome_name((enum teeq_outcome)a);
	teeq_wait_kind_name((enum teeq_wait_kind)a);
	teeq_errno_name((int)a);
	teeq_policy_at(a);
}

static void find_names(const char *text, const struct teeq_model *m)
{
	teeq_policy_find(text);
	teeq_verdict_find(text);
	teeq_strategy_find(text);
	teeq_model_task_find(m, text);
}

bool interface_names(struct call *call, unsigned int function)
{
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	bool asked;

	if (function < NAME_COUNT) {
		const char *name = names[function](m, call->a);

		if (name && strlen(name) > TEEQ_NAME_MAX + 8)
			found("a name is none");
		return true;
	}
	switch (function - NAME_COUNT) {
	case 0:
		name_kinds(m, call->a);
		return true;
	case 1:
		name_model(m);
		return true;
	case 2:
		name_enums(call->a);
		return true;
	case 3:
		find_names(OR_NULL(call, 1, "mainline"), m);
		return true;
	case 4:
		teeq_model_session_answer(m, call->a, OR_NULL(call, 1, &asked));
		return true;
	default:
		return false;
	}
}

/* ------------------------------------------- all ---------------------------------------------- */

void interface_call(struct things *things, const uint8_t record[INTERFACE_RECORD])
{
	static bool (*const groups[])(struct call *, unsigned int) = {
		interface_names, interface_views, interface_runs, interface_threads,
	};
	struct call call = {
		.things = things,
		.nulls = record[1],
		.a = number(record[2]),
		.b = number(record[3]),
	};

	groups[record[0] >> 6](&call, record[0] & 63);
}
