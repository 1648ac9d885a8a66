/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "field/sketch.h"

#define CLIENTS_MAX 12 /* sorts of tasks */
#define TASKS_MAX   24 /* in all: what is searched grows with them */
#define THREADS_MAX 16 /* that a scenario may have */

/* What a task is doing, of which a scenario has a command and a service. */
enum part {
	PART_QUICK, /* a call that is about to begin, or executes */
	PART_ASK, /* in an RPC for tee-supplicant */
	PART_OUTER, /* in an RPC that needs a call, or the lock of one that does */
	PART_OUTSIDE, /* in an RPC that waits for what is not shown */
	PART_KEY, /* waits for a notification that nobody there sends */
	PART_FIRST, /* has one lock of the secure world, and waits for the other */
	PART_SECOND,
	PART_CACHE, /* registers a page of arguments, with their lock held */
	PART_IDLE, /* shutdown: until no thread is in use */
	PART_LOCKS, /* has a lock of the kernel, and waits for the next one's */
	PART_COUNT
};

static const char *const part_names[PART_COUNT] = {
	"quick", "ask", "outer", "outside", "wait-key", "first", "second", "cache", "idle", "locks",
};

struct client {
	char name[64];
	enum part part;
	unsigned int count;
};

struct plan {
	struct client clients[CLIENTS_MAX];
	size_t client_count, task_count, left_out;
	bool used[PART_COUNT];
	bool secure_lock; /* somebody waits for a lock of the secure world that others there have */
	bool lock; /* an RPC's service takes a lock of the kernel */
};

static size_t count_holders(const struct picture *picture, enum activity_wait wait)
{
	size_t count = 0;

	for (size_t i = 0; i < picture->person_count; i++)
		count += picture->persons[i].activity.held > 0 &&
			 picture->persons[i].activity.wait == wait;
	return count;
}

static enum part part_of_notified(const struct picture *picture, bool hangs, size_t *turn)
{
	size_t all = picture->held, on = count_holders(picture, ACTIVITY_NOTIFICATION);

	if (count_holders(picture, ACTIVITY_SUPPLICANT) > 0)
		return PART_ASK;
	if (on < all || !hangs)
		return sketch_has_inner(picture) ? PART_OUTER : PART_OUTSIDE;
	if (on == 1)
		return PART_KEY;
	return (*turn)++ % 2 == 0 ? PART_FIRST : PART_SECOND;
}

static enum part part_played(const struct sketch *sketch, const struct person *person, size_t *turn)
{
	const struct activity *activity = &person->activity;

	/* Over FF-A there is no cache to be taken away. */
	if (activity->wait == ACTIVITY_IDLE)
		return sketch->picture->ffa ? PART_QUICK : PART_IDLE;
	if (sketch->verdict->kind == VERDICT_CYCLE && !sketch->verdict->secure_lock &&
	    activity->wait == ACTIVITY_LOCK)
		return PART_LOCKS;
	if (activity->client && strcmp(activity->client, "argument-cache") == 0)
		return PART_CACHE;
	if (activity->held == 0 || activity->wait == ACTIVITY_WORLD)
		return PART_QUICK;
	if (person_nested(person))
		return PART_OUTER;
	switch (activity->wait) {
	case ACTIVITY_SUPPLICANT:
		return PART_ASK;
	case ACTIVITY_NOTIFICATION:
		return part_of_notified(sketch->picture, verdict_is_hang(sketch->verdict->kind),
					turn);
	case ACTIVITY_LOCK:
		return sketch_has_inner(sketch->picture) ? PART_OUTER : PART_OUTSIDE;
	default:
		return PART_OUTSIDE;
	}
}

/* A name that a scenario may have, of a task's: "irq/14-optee_no" is "irq-14-optee-no". */
static void scenario_name(const char *from, char name[64])
{
	size_t length = 0;

	for (; *from && length < 24; from++) {
		char c = *from;

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(length > 0 && c >= '0' && c <= '9'))
			c = length > 0 ? '-' : 't';
		name[length++] = c;
	}
	name[length] = '\0';
	if (length == 0 || strncmp(name, "tee-supp", 8) == 0 || strncmp(name, "optee", 5) == 0 ||
	    strcmp(name, "true") == 0 || strcmp(name, "false") == 0 || strcmp(name, "null") == 0)
		memcpy(name, "task", 5);
}

static void add_client(struct plan *plan, const char *task, enum part part)
{
	struct client *client;
	char name[64];

	if (plan->task_count == TASKS_MAX) {
		plan->left_out++;
		return;
	}
	scenario_name(task, name);
	for (size_t i = 0; i < plan->client_count; i++)
		if (plan->clients[i].part == part &&
		    strncmp(plan->clients[i].name, name, strlen(name)) == 0 && part != PART_LOCKS) {
			plan->clients[i].count++;
			plan->task_count++;
			return;
		}
	if (plan->client_count == CLIENTS_MAX) {
		plan->left_out++;
		return;
	}
	client = &plan->clients[plan->client_count];
	snprintf(client->name, sizeof(client->name), "%.24s-%s%zu", name, part_names[part],
		 plan->client_count);
	client->part = part;
	client->count = 1;
	plan->client_count++;
	plan->task_count++;
	plan->used[part] = true;
}

static struct plan make_plan(const struct sketch *sketch)
{
	const struct picture *picture = sketch->picture;
	struct plan plan = { .client_count = 0 };
	size_t turn = 0;

	/* Who holds a thread comes first, so that it is not left out. */
	for (int holds = 1; holds >= 0; holds--)
		for (size_t i = 0; i < picture->person_count; i++) {
			const struct person *person = &picture->persons[i];

			if (person->supplicant || person->activity.call_count == 0 ||
			    (person->activity.held > 0) != (holds == 1))
				continue;
			add_client(&plan, log_name(picture->log, person->stack->name),
				   part_played(sketch, person, &turn));
		}
	plan.secure_lock = count_holders(picture, ACTIVITY_NOTIFICATION) > 0 &&
			   !plan.used[PART_KEY] && !plan.used[PART_FIRST];
	for (size_t i = 0; i < picture->person_count; i++)
		plan.lock |= picture->persons[i].activity.held > 0 &&
			     picture->persons[i].activity.wait == ACTIVITY_LOCK;
	return plan;
}

bool sketch_possible(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (!picture->persons[i].supplicant && picture->persons[i].activity.call_count > 0)
			return true;
	return false;
}

bool sketch_has_inner(const struct picture *picture)
{
	for (size_t i = 0; i < picture->person_count; i++)
		if (!picture->persons[i].supplicant && person_nested(&picture->persons[i]))
			return true;
	return false;
}

const char *sketch_policy(const struct picture *picture)
{
	uint32_t version = picture->log->version;

	return version && version < FRAMES_VERSION_COUNTS ? "untracked" : "mainline";
}

unsigned int sketch_threads(const struct picture *picture, const struct verdict *verdict)
{
	size_t threads = picture->threads_told ? picture->threads : picture->held_max;

	if (!picture->threads_told && verdict->kind == VERDICT_LOST_WAKEUP && !verdict->secure_lock)
		threads++;
	if (threads < picture->held)
		threads = picture->held;
	return threads < 1 ? 1 : threads > THREADS_MAX ? THREADS_MAX : (unsigned int)threads;
}

/* ------------------------------------------ writing ------------------------------------------- */

static void write_command(const struct plan *plan, enum part part, const char *steps, FILE *out)
{
	if (!plan->used[part])
		return;
	fprintf(out, "  %s:\n", part_names[part]);
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
	    !plan->used[PART_FIRST])
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
		fprintf(out, "      - call: {command: %s}\n", part_names[client->part]);
		break;
	}
}

static size_t count_part(const struct plan *plan, enum part part)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->client_count; i++)
		count += plan->clients[i].part == part;
	return count;
}

static bool frozen(const struct picture *picture)
{
	return picture->supplicant == SUPPLICANT_STOPPED ||
	       picture->supplicant == SUPPLICANT_FROZEN;
}

static void write_clients(const struct sketch *sketch, const struct plan *plan, FILE *out)
{
	size_t lock = 0, locks = count_part(plan, PART_LOCKS);

	fputs("\nclients:\n", out);
	if (frozen(sketch->picture) && plan->used[PART_ASK])
		fputs("  stop:\n    do:\n      - freeze: tee-supplicant\n", out);
	for (size_t i = 0; i < plan->client_count; i++) {
		write_client(plan, i, lock, locks, out);
		lock += plan->clients[i].part == PART_LOCKS;
	}
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
		threads > THREADS_MAX ? (size_t)THREADS_MAX : threads, supplicant_wait(picture));
}

static void write_names(const struct plan *plan, FILE *out)
{
	size_t locks = count_part(plan, PART_LOCKS);

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
	struct plan plan = make_plan(sketch);
	const char *verdict = sketch->verdict->kind == VERDICT_LOST_WAKEUP &&
					      !sketch->verdict->secure_lock ?
				      "lost-wakeup" :
				      "deadlock";

	fputs("# Made by teeq diagnose from a kernel log: one client for each sort of task that it shows, and\n"
	      "# what they wait for, as far as stacks say it.\n",
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
	if (needs_answer(sketch, &plan))
		fputs("\nevents: [answer]    # which does not come\n", out);
	write_its_threads(sketch, &plan, out);
	if (plan.used[PART_OUTER])
		fputs("\nsessions:\n  inner: {}\n", out);
	write_commands(&plan, out);
	write_services(sketch, &plan, out);
	write_clients(sketch, &plan, out);
	if (verdict_is_hang(sketch->verdict->kind))
		fprintf(out, "\nexpect:\n  %s: %s\n", sketch_policy(sketch->picture), verdict);
}
