/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace.h"

#include <stdio.h>

#include "cli/json_value.h"
#include "field/trace_print.h"

static json_t *trace_json_task(const char *name, uint64_t key)
{
	char text[TRACE_TASK_TEXT];

	return json_string(trace_print_task(name, key, text));
}

static json_t *trace_json_thread(uint32_t thread)
{
	return thread == TRACE_NO_THREAD ? json_null() : json_integer(thread);
}

static json_t *trace_json_holder(const struct trace_holder *holder)
{
	return json_pack("{s:o,s:o}", "task", trace_json_task(holder->name, holder->key), "thread",
			 trace_json_thread(holder->thread));
}

static json_t *trace_json_time(const char *what, const struct trace_histogram *histogram)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "of", what, "count",
			 cli_json_number(histogram->count), "min", cli_json_number(histogram->min),
			 "p50", cli_json_number(trace_histogram_at(histogram, 50)), "p90",
			 cli_json_number(trace_histogram_at(histogram, 90)), "p99",
			 cli_json_number(trace_histogram_at(histogram, 99)), "max",
			 cli_json_number(histogram->max), "sum", cli_json_number(histogram->sum));
}

static json_t *trace_json_times(const struct trace_stats *stats)
{
	json_t *list = json_array();

	for (enum trace_time time = 0; time < TRACE_TIME_COUNT; time++)
		if (stats->times[time].count > 0)
			json_array_append_new(
				list, trace_json_time(trace_time_text(time), &stats->times[time]));
	for (enum trace_rpc rpc = 0; rpc < TRACE_RPC_COUNT; rpc++) {
		json_t *value;

		if (stats->rpcs[rpc].count == 0)
			continue;
		value = trace_json_time("rpc", &stats->rpcs[rpc]);
		json_object_set_new(value, "rpc", json_string(trace_rpc_word(rpc)));
		json_array_append_new(list, value);
	}
	return list;
}

static json_t *trace_json_pool(const struct trace_stats *stats)
{
	json_t *levels = json_array(), *most = json_array(), *mean = json_array();

	for (unsigned int i = 0; i <= stats->most_taken && i <= FIELD_THREADS_MAX; i++)
		json_array_append_new(levels, cli_json_number(stats->level_time[i]));
	for (unsigned int i = 0; i < trace_stats_columns(stats); i++) {
		json_array_append_new(most, json_integer(stats->columns[i].most));
		json_array_append_new(mean, json_real((double)stats->columns[i].area /
						      (double)stats->column_width));
	}
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "threads",
			 stats->cap ? json_integer(stats->cap) : json_null(), "levels", levels,
			 "none_free_count", cli_json_number(stats->full_count), "none_free_time",
			 cli_json_number(stats->full_time), "column",
			 cli_json_number(stats->column_width), "most", most, "mean", mean);
}

static json_t *trace_json_moments(const struct trace_stats *stats)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < stats->moment_count; i++) {
		const struct trace_moment *moment = &stats->moments[i];
		json_t *held = json_array();

		for (unsigned int j = 0; j < moment->held_count; j++) {
			json_t *value = trace_json_holder(&moment->held[j].who);

			if (moment->held[j].rpc_time > 0) {
				json_object_set_new(
					value, "rpc",
					json_string(trace_rpc_word(moment->held[j].rpc)));
				json_object_set_new(value, "rpc_time",
						    cli_json_number(moment->held[j].rpc_time));
			}
			json_array_append_new(held, value);
		}
		json_array_append_new(
			list,
			json_pack("{s:o,s:o,s:o,s:o,s:o}", "from", cli_json_number(moment->from),
				  "time", cli_json_number(moment->time), "waiting",
				  cli_json_number(moment->waiting), "longest_wait",
				  cli_json_number(moment->longest_wait), "held", held));
	}
	return list;
}

static json_t *trace_json_waits(const struct trace_stats *stats)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < stats->wait_count; i++) {
		const struct trace_wait *wait = &stats->waits[i];
		json_t *held = json_array();

		for (unsigned int j = 0; j < wait->held_by_count; j++)
			json_array_append_new(held, trace_json_holder(&wait->held_by[j]));
		json_array_append_new(list,
				      json_pack("{s:o,s:o,s:o,s:i,s:o}", "task",
						trace_json_task(wait->who.name, wait->who.key),
						"from", cli_json_number(wait->from), "time",
						cli_json_number(wait->time), "retries",
						(int)wait->retries, "held_by", held));
	}
	return list;
}

static json_t *trace_json_open(const struct trace *trace, uint64_t patience)
{
	json_t *list = json_array();

	for (struct trace_task *task = trace_task_first(&trace->calls); task;
	     task = trace_task_next(&trace->calls, task))
		for (struct trace_call *call = task->call; call; call = call->outer)
			json_array_append_new(
				list,
				json_pack("{s:o,s:s,s:o,s:o,s:s,s:b}", "task",
					  trace_json_task(task->name, task->key), "phase",
					  trace_print_phase(call), "since",
					  cli_json_number(call->since), "thread",
					  trace_json_thread(call->thread), "rpc",
					  call->phase == TRACE_PHASE_RPC && call->rpc_count > 0 ?
						  trace_rpc_word(call->rpc) :
						  "none",
					  "stuck", trace_is_stuck(trace, call, patience)));
	return list;
}

static json_t *trace_json_complaints(const struct trace_calls *calls)
{
	json_t *list = json_array();

	for (uint64_t i = 0; i < calls->complaint_count && i < TRACE_COMPLAINTS_KEPT; i++) {
		const struct trace_complaint *complaint = &calls->complaints[i];

		json_array_append_new(list,
				      json_pack("{s:s,s:o,s:o,s:o,s:o}", "kind",
						trace_complaint_word(complaint->kind), "line",
						cli_json_number(complaint->line), "time",
						cli_json_number(complaint->time), "task",
						trace_json_task(complaint->name, complaint->key),
						"text", cli_json_text(complaint->text)));
	}
	return list;
}

static json_t *trace_json_counts(const struct trace *trace)
{
	const struct trace_calls *calls = &trace->calls;
	json_t *threads = json_array();

	for (unsigned int i = 0; i < FIELD_THREADS_MAX; i++)
		if (calls->seen[i])
			json_array_append_new(threads, cli_json_number(i));
	return json_pack(
		"{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
		"events", cli_json_number(trace->events), "calls", cli_json_number(calls->calls),
		"tasks", cli_json_number(calls->task_count), "cpus",
		cli_json_number(trace->cpu_count), "span",
		cli_json_number(trace->last - trace->first), "thread_ids", threads, "retries",
		cli_json_number(calls->retries), "foreign_intr",
		cli_json_number(calls->rpcs[TRACE_RPC_FOREIGN]), "cmd",
		cli_json_number(calls->rpcs[TRACE_RPC_COMMAND]), "alloc",
		cli_json_number(calls->rpcs[TRACE_RPC_ALLOC]), "free",
		cli_json_number(calls->rpcs[TRACE_RPC_FREE]), "max_in_flight",
		cli_json_number(calls->in_flight_max), "max_inside_smc",
		cli_json_number(calls->inside_max), "nested", cli_json_number(calls->nested),
		"adopted", cli_json_number(calls->adopted), "gone", cli_json_number(calls->gone),
		"late_ends", cli_json_number(calls->late_ends), "without_registers",
		cli_json_number(calls->blind));
}

static json_t *trace_json_gaps(const struct trace *trace)
{
	return json_pack(
		"{s:o,s:o,s:b,s:o,s:b,s:b,s:o,s:o}", "marks", cli_json_number(trace->losses),
		"told", cli_json_number(trace->lost_events), "overwritten", trace->overwritten,
		"excused", cli_json_number(trace->excused), "packed_damaged", trace->damaged,
		"last_line_cut", trace->cut, "lines_missing", cli_json_number(trace_missing(trace)),
		"out_of_order", cli_json_number(trace->order.swapped));
}

int cli_trace_json(const char *path, const struct trace *trace, const struct trace_stats *stats,
		   uint64_t patience)
{
	static const char *const verdicts[] = { "fine", "found", "lost" };
	char kernel[32] = "";

	if (trace->head.kernel_major)
		snprintf(kernel, sizeof(kernel), "%u.%u", trace->head.kernel_major,
			 trace->head.kernel_minor);
	return cli_json_put(
		json_pack("{s:o,s:o,s:s,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:s}", "file",
			  cli_json_text(path), "lines", cli_json_number(trace->lines), "clock",
			  !trace->has_clock    ? "none" :
			  trace->head.fraction ? "ns" :
						 "counter",
			  "kernel", kernel[0] ? json_string(kernel) : json_null(), "counts",
			  trace_json_counts(trace), "times", trace_json_times(stats), "pool",
			  trace_json_pool(stats), "moments", trace_json_moments(stats), "waits",
			  trace_json_waits(stats), "open", trace_json_open(trace, patience), "lost",
			  trace_json_gaps(trace), "complaint_count",
			  cli_json_number(trace->calls.complaint_count), "complaints",
			  trace_json_complaints(&trace->calls), "verdict",
			  verdicts[trace_judge(trace, patience)]));
}
