/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C interface, called with whatever a program may pass by mistake: NULL, and numbers out of range.
 * Nothing crashes, and what returns a status refuses what is missing. A world always belongs to the
 * model it is passed with, or one of them is NULL; what a pointer points to is whole.
 *
 * The first byte chooses a scenario, the second a policy; each record behind them is a function, which
 * of its pointers are NULL, and two numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "core/callq.h"
#include "found.h"
#include "interface.h"
#include "scenario_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Scenarios that have one of everything, and one that has nothing. */
static const char *const scenarios[] = {
	"{teeq: 1, name: least, secure: {threads: 1}, clients: {a: {}}}",
	"{teeq: 1, name: much, cpus: 2, secure: {threads: 2, locks: [sl], conditions: [cv], "
	"tas: {t: {single-instance: true}}, bottom-half: c}, locks: [l], events: [e], "
	"barriers: {b: 2}, notifications: [n], contexts: [x], sessions: {s: {system: true, "
	"context: x}}, commands: {c: [{lock: sl}, {rpc: v}, {unlock: sl}], k: {ta: t, do: "
	"[{wait: {key: n, timeout: 2}}]}}, services: {v: {by: supplicant}}, supplicant: {threads: "
	"1}, channels: {h: {session: s}}, devices: {d: {session: s}}, clients: {a: {count: 2, do: "
	"[{call: {command: c}}, {lock: l}, {call: {command: k}}, {unlock: l}, {barrier: b}]}, "
	"g: {context: x, do: [{setup: h}, {power-on: d}, {power-off: d}, {signal: e}, {notify: "
	"n}]}}, faults: {f: {kind: call-fails}}}",
	"{teeq: 1, name: guests, secure: {threads: 2}, guests: {one: {}, two: {threads: 1, call-limit: 1}}, "
	"commands: {c: [{rpc: v}]}, services: {v: {}}, clients: {a: {guest: one, do: [{call: "
	"{command: c}}]}, z: {guest: two, do: [{call: {command: c}}]}}}",
};
#define SCENARIO_COUNT (sizeof(scenarios) / sizeof(scenarios[0]))

/* Of each scenario under each policy, as they are asked for; kept until the end. */
static struct things *things_of(unsigned int scenario, unsigned int number)
{
	static struct things all[SCENARIO_COUNT][SCENARIO_LIST_POLICIES];
	unsigned int policy = number % policy_count();
	struct things *things = &all[scenario % SCENARIO_COUNT][policy % SCENARIO_LIST_POLICIES];
	const char *text = scenarios[scenario % SCENARIO_COUNT];
	struct teeq_error error = { .status = TEEQ_OK };

	if (policy_count() > SCENARIO_LIST_POLICIES)
		found("there are more policies than places for them");
	if (things->model)
		return things;
	if (teeq_scenario_parse("x", text, strlen(text), &things->file, &error) != TEEQ_OK)
		found(error.text);
	things->policy = teeq_policy_at(policy);
	if (teeq_model_new(teeq_scenario_tables(things->file), things->policy, &things->model,
			   &error) != TEEQ_OK)
		found(error.text);
	things->world = teeq_world_new(things->model);
	things->out = fopen("/dev/null", "w");
	if (!things->world || !things->out)
		found("no memory");
	return things;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct things *things;

	if (size < 2)
		return 0;
	things = things_of(data[0], data[1]);
	teeq_world_reset(things->model, things->world);
	for (size_t at = 2; at + INTERFACE_RECORD <= size; at += INTERFACE_RECORD)
		interface_call(things, data + at);
	return 0;
}
