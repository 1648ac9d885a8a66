/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "field/trace_calls.h"

static size_t tasks_slot(const struct trace_calls *calls, uint64_t key)
{
	uint64_t mixed = (key ^ key >> 32) * UINT64_C(0x9e3779b97f4a7c15);

	return (size_t)(mixed >> 40) & (calls->task_slots - 1);
}

bool trace_calls_start(struct trace_calls *calls)
{
	calls->task_slots = 4096;
	calls->tasks = calloc(calls->task_slots, sizeof(*calls->tasks));
	calls->touched = malloc(TRACE_TASK_MAX * sizeof(struct trace_task *));
	return calls->tasks && calls->touched;
}

void trace_calls_free(struct trace_calls *calls)
{
	for (size_t i = 0; calls->tasks && i < calls->task_slots; i++)
		while (calls->tasks[i]) {
			struct trace_task *task = calls->tasks[i];

			calls->tasks[i] = task->next;
			while (task->call) {
				struct trace_call *call = task->call;

				task->call = call->outer;
				free(call);
			}
			free(task);
		}
	while (calls->free_calls) {
		struct trace_call *call = calls->free_calls;

		calls->free_calls = call->outer;
		free(call);
	}
	free(calls->tasks);
	free(calls->touched);
	calls->tasks = NULL;
	calls->touched = NULL;
}

struct trace_task *trace_task_get(struct trace_calls *calls, uint64_t key, const char *name)
{
	size_t slot = tasks_slot(calls, key);
	struct trace_task *task;

	for (task = calls->tasks[slot]; task; task = task->next)
		if (task->key == key)
			break;
	if (!task) {
		if (calls->task_count == TRACE_TASK_MAX) {
			calls->full = true;
			return NULL;
		}
		task = calloc(1, sizeof(*task));
		if (!task) {
			calls->failed = true;
			return NULL;
		}
		task->key = key;
		task->next = calls->tasks[slot];
		calls->tasks[slot] = task;
		calls->task_count++;
	}
	if (task->recording != calls->recording + 1) {
		task->recording = calls->recording + 1;
		calls->touched[calls->touched_count++] = task;
	}
	/* A live reader may know a name only later, or never. */
	if (name[0] && strncmp(task->name, name, TRACE_NAME_MAX) != 0)
		memcpy(task->name, name, TRACE_NAME_MAX);
	return task;
}

static struct trace_task *tasks_from(const struct trace_calls *calls, size_t slot)
{
	for (; slot < calls->task_slots; slot++)
		if (calls->tasks[slot])
			return calls->tasks[slot];
	return NULL;
}

struct trace_task *trace_task_first(const struct trace_calls *calls)
{
	return tasks_from(calls, 0);
}

struct trace_task *trace_task_next(const struct trace_calls *calls, const struct trace_task *task)
{
	return task->next ? task->next : tasks_from(calls, tasks_slot(calls, task->key) + 1);
}

struct trace_call *trace_call_new(struct trace_calls *calls, struct trace_task *task)
{
	struct trace_call *call = calls->free_calls;

	if (call)
		calls->free_calls = call->outer;
	else
		call = malloc(sizeof(*call));
	if (!call) {
		calls->failed = true;
		return NULL;
	}
	*call = (struct trace_call){
		.outer = task->call,
		.task = task,
		.nested = task->call != NULL,
		.thread = TRACE_NO_THREAD,
		.other_thread = TRACE_NO_THREAD,
	};
	task->call = call;
	return call;
}

void trace_call_free(struct trace_calls *calls, struct trace_call *call)
{
	call->task->call = call->outer;
	call->outer = calls->free_calls;
	calls->free_calls = call;
}
