/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables as a scenario file, laid out the way a person would. */
#include "scenario/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "scenario/words.h"
#include "teeq/scenario.h"

/*
 * With @all, the functions below also write what is at its default, where a file can say it.
 */

/* A line "KEY: WORD". The first of @words is the default. */
static void put_word(FILE *out, unsigned int indent, const char *key, const char *const *words,
		     unsigned int index, bool all)
{
	if (all || index > 0)
		fprintf(out, "%*s%s: %s\n", (int)indent, "", key, word_at(words, index));
}

/* A line "KEY: NUMBER"; @usual is the default. */
static void scenario_print_put_number(FILE *out, unsigned int indent, const char *key,
				      uint32_t number, uint32_t usual, bool all)
{
	if (all || number != usual)
		fprintf(out, "%*s%s: %" PRIu32 "\n", (int)indent, "", key, number);
}

static void put_truth(FILE *out, unsigned int indent, const char *key, bool truth, bool usual,
		      bool all)
{
	if (all || truth != usual)
		fprintf(out, "%*s%s: %s\n", (int)indent, "", key, truth ? "true" : "false");
}

static void put_tas(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->ta_count > 0 ? "  tas:\n" : "", out);
	for (size_t i = 0; i < s->ta_count; i++) {
		const struct teeq_ta_spec *ta = &s->tas[i];
		bool says = ta->single_instance || ta->keep_alive || ta->load_count > 0;

		put_key(out, 4, ta->name);
		fputs(all || says ? "\n" : " {}\n", out);
		put_truth(out, 6, "single-instance", ta->single_instance, false, all);
		put_truth(out, 6, "keep-alive", ta->keep_alive, false, all);
		if (ta->load_count > 0) {
			fputs("      load:", out);
			put_steps(out, 8, ta->load, ta->load_count);
		}
	}
}

static void put_secure(FILE *out, const struct teeq_scenario *s, bool all)
{
	/* Where each guest has threads of its own there are no others, and the key has no place. */
	fputs("\nsecure:\n", out);
	scenario_print_put_number(out, 2, "threads", s->thread_count, 0, false);
	scenario_print_put_number(out, 2, "lost", s->lost_count, 0, all || s->thread_count == 0);
	scenario_print_put_number(out, 2, "static-system", s->static_system_count, 1, all);
	put_truth(out, 2, "rpc-arg", !s->lacks_rpc_arg, true, all);
	put_truth(out, 2, "session-lock", !s->lacks_session_lock, true, all);
	put_names(out, 2, "locks", s->secure_locks, s->secure_lock_count);
	put_names(out, 2, "conditions", s->conditions, s->condition_count);
	put_tas(out, s, all);
	put_name(out, 2, "bottom-half", s->bottom_half);
}

static void put_arguments(FILE *out, const struct teeq_scenario *s, bool all)
{
	uint32_t slots = s->argument_slots ? s->argument_slots : TEEQ_ARGUMENT_SLOTS;

	if (!all && slots == TEEQ_ARGUMENT_SLOTS && s->argument_full == TEEQ_ARGUMENT_LOCKED)
		return;
	fputs("\narguments:\n", out);
	scenario_print_put_number(out, 2, "slots", slots, TEEQ_ARGUMENT_SLOTS, all);
	put_word(out, 2, "full", words_argument_fulls, s->argument_full, all);
}

static void put_head(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs("teeq: 1\nname: ", out);
	put_text(out, s->name);
	fputc('\n', out);
	if (s->summary && s->summary[0] != '\0')
		put_name(out, 0, "summary", s->summary);
	put_secure(out, s, all);
	if (s->abi == TEEQ_ABI_FFA || all)
		fprintf(out, "abi: %s\n", s->abi == TEEQ_ABI_FFA ? "ffa" : "smc");
	if (s->cpu_count > 0)
		fprintf(out, "cpus: %" PRIu32 "\n", s->cpu_count);
	put_truth(out, 0, "resched", !s->no_resched, true, all);
	put_arguments(out, s, all);
}

static void put_sessions(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->session_count > 0 ? "\nsessions:\n" : "", out);
	for (size_t i = 0; i < s->session_count; i++) {
		const struct teeq_session_spec *session = &s->sessions[i];

		put_key(out, 2, session->name);
		fputs(all || session->system || session->context || session->guest ? "\n" : " {}\n",
		      out);
		put_truth(out, 4, "system", session->system, false, all);
		put_name(out, 4, "context", session->context);
		put_name(out, 4, "guest", session->guest);
	}
}

static void put_objects(FILE *out, const struct teeq_scenario *s, bool all)
{
	if (s->lock_count + s->event_count + s->barrier_count + s->notification_count +
		    s->context_count >
	    0)
		fputc('\n', out);
	put_names(out, 0, "locks", s->locks, s->lock_count);
	put_names(out, 0, "events", s->events, s->event_count);
	for (size_t i = 0; i < s->barrier_count; i++) {
		fputs(i > 0 ? ", " : "barriers: {", out);
		put_text(out, s->barriers[i].name);
		fprintf(out, ": %" PRIu32, s->barriers[i].count);
	}
	fputs(s->barrier_count > 0 ? "}\n" : "", out);
	put_names(out, 0, "notifications", s->notifications, s->notification_count);
	for (size_t i = 0; i < s->context_count; i++) {
		fputs(i > 0 ? ", " : "contexts: [", out);
		put_text(out, s->contexts[i].name);
	}
	fputs(s->context_count > 0 ? "]\n" : "", out);
	put_sessions(out, s, all);
}

static void put_commands(FILE *out, const struct teeq_scenario *s)
{
	fputs(s->command_count > 0 ? "\ncommands:\n" : "", out);
	for (size_t i = 0; i < s->command_count; i++) {
		const struct teeq_script_spec *command = &s->commands[i];

		put_key(out, 2, command->name);
		if (command->ta) {
			fputc('\n', out);
			put_name(out, 4, "ta", command->ta);
			put_key(out, 4, "do");
		}
		put_steps(out, command->ta ? 6 : 4, command->steps, command->step_count);
	}
}

static void put_services(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->service_count > 0 ? "\nservices:\n" : "", out);
	for (size_t i = 0; i < s->service_count; i++) {
		const struct teeq_service_spec *service = &s->services[i];

		put_key(out, 2, service->name);
		fprintf(out, "\n    by: %s\n", word_at(words_servers, service->by));
		put_word(out, 4, "kind", words_rpc_kinds, service->kind, all);
		fputs("    do:", out);
		put_steps(out, 6, service->steps, service->step_count);
	}
}

/* Without threads, tee-supplicant may still be waited for in more than one way. */
static void put_supplicant(FILE *out, const struct teeq_scenario *s, bool all)
{
	if (!all && s->supplicant_threads == 0 && s->supplicant_wait == TEEQ_SUPPLICANT_KILLABLE)
		return;
	fprintf(out, "\nsupplicant:\n  threads: %" PRIu32 "\n", s->supplicant_threads);
	put_word(out, 2, "wait", words_supplicant_waits, s->supplicant_wait, all);
}

static void scenario_print_put_guests(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->guest_count > 0 ? "\nguests:\n" : "", out);
	for (size_t i = 0; i < s->guest_count; i++) {
		const struct teeq_guest_spec *guest = &s->guests[i];
		bool empty = guest->threads + guest->call_limit + guest->thread_count == 0 &&
			     !guest->no_supplicant;

		put_key(out, 2, guest->name);
		fputs(empty && !all ? " {}\n" : "\n", out);
		scenario_print_put_number(out, 4, "threads", guest->threads, 0, false);
		if (guest->call_limit > 0)
			fprintf(out, "    call-limit: %" PRIu32 "\n", guest->call_limit);
		if (guest->thread_count == TEEQ_GUEST_THREADS_UNKNOWN)
			fputs("    thread-count: " WORD_UNKNOWN "\n", out);
		else if (guest->thread_count > 0)
			fprintf(out, "    thread-count: %" PRIu32 "\n", guest->thread_count);
		put_truth(out, 4, "supplicant", !guest->no_supplicant, true, all);
	}
}

static void put_channels(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->channel_count > 0 ? "\nchannels:\n" : "", out);
	for (size_t i = 0; i < s->channel_count; i++) {
		put_key(out, 2, s->channels[i].name);
		fputc('\n', out);
		put_name(out, 4, "session", s->channels[i].session);
		put_name(out, 4, "config", s->channels[i].config);
		put_name(out, 4, "mutex", s->channels[i].mutex);
		put_truth(out, 4, "static-memory", s->channels[i].static_memory, false, all);
	}
}

static void put_devices(FILE *out, const struct teeq_scenario *s)
{
	fputs(s->device_count > 0 ? "\ndevices:\n" : "", out);
	for (size_t i = 0; i < s->device_count; i++) {
		const struct teeq_device_spec *device = &s->devices[i];
		bool empty = !device->session && device->on_count + device->off_count == 0;

		put_key(out, 2, device->name);
		fputs(empty ? " {}\n" : "\n", out);
		put_name(out, 4, "session", device->session);
		put_names(out, 4, "on", device->on, device->on_count);
		put_names(out, 4, "off", device->off, device->off_count);
	}
}

static void put_clients(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->client_count > 0 ? "\nclients:\n" : "", out);
	for (size_t i = 0; i < s->client_count; i++) {
		const struct teeq_client_spec *client = &s->clients[i];

		put_key(out, 2, client->name);
		fputc('\n', out);
		scenario_print_put_number(out, 4, "count", client->count > 0 ? client->count : 1, 1,
					  all);
		scenario_print_put_number(out, 4, "stage", client->stage > 0 ? client->stage : 1, 1,
					  all);
		put_name(out, 4, "context", client->context);
		put_name(out, 4, "guest", client->guest);
		if (client->cpu > 0)
			fprintf(out, "    cpu: %" PRIu32 "\n", client->cpu);
		scenario_print_put_number(out, 4, "priority", client->priority, 0, all);
		put_truth(out, 4, "supplicant-nowait", client->supplicant_nowait, false, all);
		fputs("    do:", out);
		put_steps(out, 6, client->steps, client->step_count);
	}
}

static void scenario_print_put_faults(FILE *out, const struct teeq_scenario *s, bool all)
{
	fputs(s->fault_count > 0 ? "\nfaults:\n" : "", out);
	for (size_t i = 0; i < s->fault_count; i++) {
		const struct teeq_fault_spec *fault = &s->faults[i];

		put_key(out, 2, fault->name);
		fprintf(out, "\n    kind: %s\n", word_at(words_fault_kinds, fault->kind));
		put_name(out, 4, "client", fault->client);
		put_name(out, 4, "guest", fault->guest);
		put_name(out, 4, "error", fault->error);
		if (fault->times == TEEQ_FAULT_ALWAYS)
			fputs("    times: " WORD_ALWAYS "\n", out);
		else
			scenario_print_put_number(out, 4, "times",
						  fault->times > 0 ? fault->times : 1, 1, all);
	}
}

static bool is_of_policy(const struct teeq_scenario *s, size_t index, const char *policy)
{
	return strcmp(s->expects[index].policy, policy) == 0;
}

/* What is expected of one policy: a verdict, or one for each client that is named. */
static void put_expectations_of(FILE *out, const struct teeq_scenario *s, const char *policy)
{
	bool clients = false;

	for (size_t i = 0; i < s->expect_count; i++)
		clients |= is_of_policy(s, i, policy) && s->expects[i].client;
	put_key(out, 2, policy);
	if (clients)
		fputc('\n', out);
	for (size_t i = 0; i < s->expect_count; i++) {
		const struct teeq_expect_spec *expect = &s->expects[i];

		if (!is_of_policy(s, i, policy))
			continue;
		if (clients)
			put_key(out, 4, expect->client ? expect->client : "everybody");
		fprintf(out, " %s\n", teeq_verdict_name(expect->verdict));
	}
}

static void put_expectations(FILE *out, const struct teeq_scenario *s)
{
	fputs(s->expect_count > 0 ? "\nexpect:\n" : "", out);
	for (size_t i = 0; i < s->expect_count; i++) {
		size_t first = 0;

		while (!is_of_policy(s, first, s->expects[i].policy))
			first++;
		if (first == i)
			put_expectations_of(out, s, s->expects[i].policy);
	}
}

static enum teeq_status print(const struct teeq_scenario *scenario, FILE *out, bool all)
{
	put_head(out, scenario, all);
	put_objects(out, scenario, all);
	put_commands(out, scenario);
	put_services(out, scenario, all);
	put_supplicant(out, scenario, all);
	scenario_print_put_guests(out, scenario, all);
	put_channels(out, scenario, all);
	put_devices(out, scenario);
	put_clients(out, scenario, all);
	scenario_print_put_faults(out, scenario, all);
	put_expectations(out, scenario);
	return fflush(out) == 0 && !ferror(out) ? TEEQ_OK : TEEQ_EIO;
}

enum teeq_status teeq_scenario_print(const struct teeq_scenario *scenario, FILE *out)
{
	if (!scenario || !out)
		return TEEQ_EINPUT;
	return print(scenario, out, false);
}

enum teeq_status teeq_scenario_print_whole(const struct teeq_scenario *scenario, FILE *out)
{
	if (!scenario || !out)
		return TEEQ_EINPUT;
	return print(scenario, out, true);
}

enum teeq_status teeq_scenario_digest(const struct teeq_scenario *scenario, uint64_t *digest)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	enum teeq_status status;

	if (!scenario || !digest)
		return TEEQ_EINPUT;
	out = open_memstream(&text, &size);
	if (!out)
		return TEEQ_ENOMEM;
	status = print(scenario, out, true);
	if (fclose(out) != 0 || status != TEEQ_OK)
		status = TEEQ_ENOMEM;
	else
		*digest = hash_bytes(text, size);
	free(text);
	return status;
}
