/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/sketch_plan.h"

static void write_command(const struct plan *plan, enum part part, const char *steps, FILE *out)
{
	if (!plan->used[part])
		return;
	fprintf(out, "  %s:\n", plan_part_name(part));
	if (plan->secure_lock)
		fputs("    - lock: storage\n", out);
	fputs(steps, out);
	if (plan->secure_lock)
		fputs("    - unlock: storage\n", out);
}

static void write_commands(const struct plan *plan, FILE *out)
{
	fputs("\ncommands:\n  quick: []\n", out);
	write_command(plan, PART_ASK, "    - rpc: request\n", out);
	write_command(plan, PART_OUTER, "    - rpc: serve\n", out);
	write_command(plan, PART_OUTSIDE, "    - rpc: outside\n", out);
	if (plan->used[PART_KEY])
		fputs("  wait-key:\n    - wait: key\n", out);
	if (plan->used[PART_FIRST])
		fputs("  first:\n    - lock: one\n    - rpc: between\n    - lock: other\n"
		      "    - unlock: other\n    - unlock: one\n",
		      out);
	if (plan->used[PART_SECOND])
		fputs("  second:\n    - lock: other\n    - rpc: between\n    - lock: one\n"
		      "    - unlock: one\n    - unlock: other\n",
		      out);
	if (plan->passing)
		fputs("  unseen:\n    - rpc: unseen\n", out);
}

/* What tee-supplicant does for a request. */
static void write_request(const struct sketch *sketch, FILE *out)
{
	fputs("  request:\n    by: supplicant\n", out);
	if (sketch->verdict->by_supplicant)
		fputs("    do:\n      - call: {command: quick}\n", out);
	else if (sketch->verdict->kind == VERDICT_SUPPLICANT_SILENT &&
		 sketch->picture->supplicant == SUPPLICANT_ALIVE)
		fputs("    do:\n      - await: answer\n", out);
}

static void write_services(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	if (!plan->used[PART_ASK] && !plan->used[PART_OUTER] && !plan->used[PART_OUTSIDE] &&
	    !plan->used[PART_FIRST] && !plan->passing)
		return;
	fputs("\nservices:\n", out);
	if (plan->used[PART_ASK])
		write_request(sketch, out);
	if (plan->used[PART_OUTER]) {
		fputs("  serve:\n    by: caller\n    do:\n", out);
		if (plan->lock)
			fputs("      - lock: resource\n", out);
		if (plan->used[PART_CACHE])
			fputs("      - lock: arguments\n      - unlock: arguments\n", out);
		fputs("      - call: {session: inner, command: quick}\n", out);
		if (plan->lock)
			fputs("      - unlock: resource\n", out);
	}
	if (plan->used[PART_OUTSIDE])
		fprintf(out, "  outside:\n    by: caller\n%s",
			verdict_is_hang(sketch->verdict->kind) ?
				"    do:\n      - await: answer\n" :
				"");
	if (plan->used[PART_FIRST])
		fputs("  between:\n    by: caller\n", out);
	if (plan->passing)
		fputs("  unseen:\n    by: caller\n    do:\n      - await: unseen\n", out);
}

static void write_client(const struct plan *plan, size_t index, size_t lock, size_t lock_count,
			 FILE *out)
{
	const struct client *client = &plan->clients[index];

	fprintf(out, "  %s:\n", client->name);
	if (client->count > 1)
		fprintf(out, "    count: %u\n", client->count);
	fputs("    do:\n", out);
	switch (client->part) {
	case PART_IDLE:
		fputs("      - shm-cache: disable\n", out);
		break;
	case PART_CACHE:
		fputs("      - lock: arguments\n      - call: {}\n      - unlock: arguments\n",
		      out);
		break;
	case PART_LOCKS:
		fprintf(out,
			"      - lock: lock-%zu\n      - lock: lock-%zu\n"
			"      - unlock: lock-%zu\n      - unlock: lock-%zu\n",
			lock, (lock + 1) % lock_count, (lock + 1) % lock_count, lock);
		break;
	default:
		fprintf(out, "      - call: {command: %s}\n", plan_part_name(client->part));
		break;
	}
}

static bool frozen(const struct picture *picture)
{
	return picture->supplicant == SUPPLICANT_STOPPED ||
	       picture->supplicant == SUPPLICANT_FROZEN;
}

/* One that is woken twice before it has moved sleeps on: docs/findings.md, The coalesced wake. */
static void write_passing(const struct sketch *sketch, FILE *out)
{
	unsigned int threads = sketch_threads(sketch->picture, sketch->verdict);
	unsigned int more = threads > 2 + sketch->picture->held ?
				    threads - 2 - (unsigned int)sketch->picture->held :
				    0;

	fputs("  unseen-first:\n    do:\n      - reserve: unseen-one\n"
	      "      - call: {session: unseen-one, command: unseen}\n",
	      out);
	if (more > 0)
		fprintf(out,
			"  unseen-more:\n    count: %u\n    do:\n"
			"      - call: {command: unseen}\n",
			more);
	fputs("  unseen-user:\n    do:\n      - call: {command: quick}\n"
	      "  unseen-second:\n    do:\n      - reserve: unseen-two\n"
	      "      - call: {session: unseen-two, command: quick}\n      - signal: unseen\n",
	      out);
}

static void write_clients(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	size_t lock = 0, locks = plan_count(plan, PART_LOCKS);

	fputs("\nclients:\n", out);
	if (frozen(sketch->picture) && plan->used[PART_ASK])
		fputs("  stop:\n    do:\n      - freeze: tee-supplicant\n", out);
	for (size_t i = 0; i < plan->client_count; i++) {
		write_client(plan, i, lock, locks, out);
		lock += plan->clients[i].part == PART_LOCKS;
	}
	if (plan->passing)
		write_passing(sketch, out);
}

static const char *supplicant_wait(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++) {
		const struct activity *activity = &picture->persons[i].activity;

		if (activity->wait == ACTIVITY_SUPPLICANT && activity->how &&
		    (strcmp(activity->how, "killable") == 0 ||
		     strcmp(activity->how, "interruptible") == 0))
			return activity->how;
	}
	return picture->log->version >= FRAMES_VERSION(6, 14) ? "killable" : "interruptible";
}

static void write_its_threads(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	const struct picture *picture = sketch->picture;
	size_t threads = picture->supplicant == SUPPLICANT_ALIVE || frozen(picture) ?
				 picture->supplicant_count :
				 0;

	if (!plan->used[PART_ASK])
		return;
	/*
	 * It starts another thread whenever the last one
	 * is taken, so there are as many as it takes.
	 */
	if (threads > 0 && threads < picture->held && !frozen(picture))
		threads = picture->held;
	fprintf(out, "\nsupplicant: {threads: %zu, wait: %s}\n",
		threads > SKETCH_THREADS_MAX ? (size_t)SKETCH_THREADS_MAX : threads,
		supplicant_wait(picture));
}

static void write_names(const struct plan *plan, FILE *out)
{
	size_t locks = plan_count(plan, PART_LOCKS);

	if (plan->lock && plan->used[PART_OUTER] && plan->used[PART_CACHE])
		fputs("\nlocks: [resource, arguments]\n", out);
	else if (plan->used[PART_CACHE])
		fputs("\nlocks: [arguments]\n", out);
	else if (plan->lock && plan->used[PART_OUTER])
		fputs("\nlocks: [resource]\n", out);
	else if (locks > 0) {
		fputs("\nlocks: [lock-0", out);
		for (size_t i = 1; i < locks; i++)
			fprintf(out, ", lock-%zu", i);
		fputs("]\n", out);
	}
	if (plan->used[PART_KEY])
		fputs("\nnotifications: [key]\n", out);
}

static bool needs_answer(const struct sketch *sketch, const struct plan *plan)
{
	return (plan->used[PART_OUTSIDE] && verdict_is_hang(sketch->verdict->kind)) ||
	       (plan->used[PART_ASK] && !sketch->verdict->by_supplicant &&
		sketch->verdict->kind == VERDICT_SUPPLICANT_SILENT &&
		sketch->picture->supplicant == SUPPLICANT_ALIVE);
}

static void write_events(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	if (needs_answer(sketch, plan))
		fprintf(out, "\nevents: [answer%s]    # answer does not come\n",
			plan->passing ? ", unseen" : "");
	else if (plan->passing)
		fputs("\nevents: [unseen]\n", out);
}

static void write_sessions(const struct plan *plan, FILE *out)
{
	if (plan->used[PART_OUTER] || plan->passing)
		fputs("\nsessions:\n", out);
	if (plan->used[PART_OUTER])
		fputs("  inner: {}\n", out);
	if (plan->passing)
		fputs("  unseen-one: {}\n  unseen-two: {}\n", out);
}

static void write_secure(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	fprintf(out, "\nsecure:\n  threads: %u%s\n",
		sketch_threads(sketch->picture, sketch->verdict),
		sketch->picture->threads_told ? "" :
						"    # as many as are seen to be held at least");
	if (plan->used[PART_IDLE])
		fputs("  rpc-arg: false\n", out);
	if (plan->used[PART_FIRST])
		fputs("  locks: [one, other]\n", out);
	else if (plan->secure_lock)
		fputs("  locks: [storage]    # stacks do not say whether all wait for the same\n",
		      out);
}

void sketch_write(const struct sketch *sketch, FILE *out)
{
	struct plan plan = plan_of(sketch);
	const char *verdict = sketch->verdict->kind == VERDICT_LOST_WAKEUP &&
					      !sketch->verdict->secure_lock ?
				      "lost-wakeup" :
				      "deadlock";

	fputs("# Made by teeq diagnose from a kernel log: one client for each sort of task that it shows, and\n"
	      "# what they wait for, as far as stacks say it.\n",
	      out);
	if (sketch->unseen)
		fputs("# The log does not show those of whom it says unseen; without them it could not end so.\n",
		      out);
	if (plan.left_out > 0)
		fprintf(out, "# Left out: %zu more tasks, which only wait as others do.\n",
			plan.left_out);
	fputs("teeq: 1\nname: from-a-log\nsummary: \"", out);
	for (const char *c = sketch->verdict->sentence; *c; c++)
		fputc(*c == '"' || *c == '\\' ? '\'' : *c, out);
	fputs("\"\n", out);
	write_secure(sketch, &plan, out);
	if (sketch->picture->ffa)
		fputs("\nabi: ffa\n", out);
	write_names(&plan, out);
	write_events(sketch, &plan, out);
	write_its_threads(sketch, &plan, out);
	write_sessions(&plan, out);
	write_commands(&plan, out);
	write_services(sketch, &plan, out);
	write_clients(sketch, &plan, out);
	if (verdict_is_hang(sketch->verdict->kind))
		fprintf(out, "\nexpect:\n  %s: %s\n", sketch_policy(sketch->picture), verdict);
}
