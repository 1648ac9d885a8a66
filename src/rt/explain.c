/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who waits for what, in the words of the model's reports. Less is known here: the runtime sees no
 * scripts, so it cannot say who would still signal an event, nor what a call is named.
 */
#include "rt/rt.h"

/* Who has what a call waits for: a secure thread, or a credit where @context is POOL_NO_CONTEXT. */
struct holding {
	unsigned int context;
	int client;
	unsigned int level;
};

struct holdings {
	struct holding list[TEEQ_CONTEXT_MAX + TEEQ_TASK_MAX];
	unsigned int count;
	bool some_free;
};

static const char *name_of(const struct teeq_rt *rt, int client)
{
	return rt->options.clients[client];
}

static const char *call_words(unsigned int level)
{
	return level > 0 ? "nested call" : "call";
}

static const struct call *innermost(const struct teeq_rt_client *client)
{
	return &client->frames[client->depth - 1].call;
}

/* ---------------------------------------- threads --------------------------------------------- */

static void add(struct holdings *holdings, unsigned int context, int client, unsigned int level)
{
	if (holdings->count < sizeof(holdings->list) / sizeof(holdings->list[0]))
		holdings->list[holdings->count++] = (struct holding){ context, client, level };
}

static unsigned int level_with(const struct teeq_rt_client *client, unsigned int context)
{
	unsigned int level = 0;

	while (level + 1 < client->depth && client->frames[level].call.context != context)
		level++;
	return level;
}

static void collect_threads(const struct teeq_rt *rt, bool system, struct holdings *holdings)
{
	unsigned int usable = rt->pool->context_count;

	if (!system)
		usable -= rt->pool->reserved_count;
	for (unsigned int i = 0; i < usable; i++) {
		int owner = rt->owners[i];

		if (rt->pool->context[i] == CONTEXT_FREE)
			holdings->some_free = true;
		else
			add(holdings, i, owner, owner < 0 ? 0 : level_with(&rt->clients[owner], i));
	}
}

/* Callers that were admitted and have no thread: they hold a credit for one all the same. */
static void collect_credits(const struct teeq_rt *rt, struct holdings *holdings)
{
	for (unsigned int i = 0; i < rt->q->waiter_count; i++) {
		unsigned int index = rt_id_client(rt->q->waiters[i].id);
		unsigned int level = rt_id_level(rt->q->waiters[i].id);
		const struct call *call = &rt->clients[index].frames[level].call;

		if (call->state >= CALL_SMC && call->context == POOL_NO_CONTEXT)
			add(holdings, POOL_NO_CONTEXT, (int)index, level);
	}
}

static void put_holding(const struct teeq_rt_client *client, const struct holding *holding,
			FILE *out)
{
	if (holding->context == POOL_NO_CONTEXT)
		fputs("a credit", out);
	else
		fprintf(out, "thread %u", holding->context);
	if (holding->client < 0)
		fputs(" is lost", out);
	else
		fprintf(out, " is held by %s",
			holding->client == (int)client->index ?
				"itself" :
				name_of(client->rt, holding->client));
}

/* The only one there is, with what its holder does meanwhile. */
static void put_only(const struct teeq_rt_client *client, const struct holding *holding, FILE *out)
{
	const struct teeq_rt *rt = client->rt;
	const char *whose = holding->client == (int)client->index ? "its own" : NULL;

	if (holding->client < 0) {
		fprintf(out, "thread %u is lost, suspended for ever", holding->context);
		return;
	}
	if (holding->context == POOL_NO_CONTEXT)
		fputs("a credit for one is held by ", out);
	else
		fprintf(out, "thread %u is held by ", holding->context);
	fprintf(out, "%s%s %s, ", whose ? whose : name_of(rt, holding->client), whose ? "" : "'s",
		call_words(holding->level));
	if (holding->context == POOL_NO_CONTEXT)
		fputs("which has no thread yet", out);
	else
		fputs(rt->pool->context[holding->context] == CONTEXT_SUSPENDED ?
			      "suspended in its RPC" :
			      "running in the secure world",
		      out);
}

static void put_thread(const struct teeq_rt_client *client, FILE *out)
{
	const struct call *call = innermost(client);
	struct holdings holdings = { .count = 0 };

	collect_threads(client->rt, call->flags & CALL_SYSTEM, &holdings);
	if (holdings.some_free && call->state != CALL_WAIT_THREAD)
		collect_credits(client->rt, &holdings);
	fputs("waits for a thread: ", out);
	if (holdings.count == 0)
		fputs("what is free is kept back, and nobody is left who would give more", out);
	else if (holdings.count == 1)
		put_only(client, &holdings.list[0], out);
	for (unsigned int i = 0; holdings.count > 1 && i < holdings.count; i++) {
		if (i > 0)
			fputs(", ", out);
		put_holding(client, &holdings.list[i], out);
	}
}

/* ----------------------------------------- the rest ------------------------------------------- */

static void put_lock(const struct teeq_rt_client *client, const struct teeq_rt_wait *wait,
		     FILE *out)
{
	fprintf(out, "waits for lock %s", client->rt->options.locks[wait->object]);
	if (wait->holder < 0)
		fputs(", which nobody holds", out);
	else if (wait->holder == (int)client->index)
		fputs(", which it holds itself", out);
	else
		fprintf(out, ", which %s holds", name_of(client->rt, wait->holder));
}

static void put_barrier(const struct teeq_rt_client *client, const struct teeq_rt_wait *wait,
			FILE *out)
{
	const struct teeq_rt_barrier_spec *spec = &client->rt->options.barriers[wait->object];

	fprintf(out, "waits at barrier %s (%u of %u arrived)", spec->name, wait->arrived,
		spec->count);
}

static void put_reply(const struct teeq_rt_client *client, const struct teeq_rt_wait *wait,
		      FILE *out)
{
	if (wait->holder < 0)
		fputs("waits for tee-supplicant to take its request", out);
	else
		fprintf(out, "waits for the answer of %s", name_of(client->rt, wait->holder));
}

static void put_key(const struct teeq_rt *rt, unsigned int key, FILE *out)
{
	size_t named = rt->options.notification_count;

	if (key < named)
		fprintf(out, "waits for notification %s", rt->options.notifications[key]);
	else
		fprintf(out, "waits until thread %zu is told to go on", key - named);
}

static void put_wake(const struct teeq_rt_client *client, const struct teeq_rt_wait *wait,
		     FILE *out)
{
	bool own = wait->holder == (int)client->index;

	if (wait->holder < 0)
		fputs("waits for a wake, and nobody is left who would give it", out);
	else
		fprintf(out, "waits for a wake, which %s%s %s absorbed without being asleep",
			own ? "its own" : name_of(client->rt, wait->holder), own ? "" : "'s",
			call_words(wait->holder_level));
}

static void put_reason(const struct teeq_rt_client *client, const struct teeq_rt_wait *wait,
		       FILE *out)
{
	switch (wait->kind) {
	case TEEQ_RT_WAIT_LOCK:
		put_lock(client, wait, out);
		break;
	case TEEQ_RT_WAIT_EVENT:
		fprintf(out, "waits for event %s", client->rt->options.events[wait->object]);
		break;
	case TEEQ_RT_WAIT_BARRIER:
		put_barrier(client, wait, out);
		break;
	case TEEQ_RT_WAIT_REPLY:
		put_reply(client, wait, out);
		break;
	case TEEQ_RT_WAIT_KEY:
		put_key(client->rt, wait->object, out);
		break;
	case TEEQ_RT_WAIT_WAKE:
		put_wake(client, wait, out);
		break;
	default:
		put_thread(client, out);
		break;
	}
}

/* Has begun, has not ended, and is not blocked: only when it does not come back is that of interest. */
static bool runs(const struct teeq_rt_client *client)
{
	struct teeq_rt_wait wait;

	rt_look(client, &wait);
	return wait.kind == TEEQ_RT_RUNS && client->begun && !client->ended;
}

static void put_client(const struct teeq_rt_client *client, FILE *out)
{
	unsigned int level = client->depth - 1;
	bool busy = runs(client);
	struct teeq_rt_wait wait;

	rt_look(client, &wait);
	if ((wait.kind == TEEQ_RT_RUNS && !busy) || wait.kind == TEEQ_RT_WAIT_REQUEST)
		return;
	fprintf(out, "  %s", name_of(client->rt, (int)client->index));
	if (client->depth > 0 && innermost(client)->state != CALL_IDLE)
		fprintf(out, ", in its %s%s ", call_words(level),
			client->frames[level].call.flags & CALL_SYSTEM ? " (system)," : ",");
	else
		fputc(' ', out);
	if (busy)
		fputs("is not blocked: its own code has not come back, or waits for a processor", out);
	else
		put_reason(client, &wait, out);
	fputc('\n', out);
}

/* The first client that waits for @kind, or NULL. */
static const struct teeq_rt_client *first_of(const struct teeq_rt *rt, enum teeq_rt_wait_kind kind)
{
	for (size_t i = 0; i < rt->options.client_count; i++) {
		struct teeq_rt_wait wait;

		rt_look(&rt->clients[i], &wait);
		if (wait.kind == kind)
			return &rt->clients[i];
	}
	return NULL;
}

static void put_shortage(const struct teeq_rt *rt, const struct teeq_rt_client *client, FILE *out)
{
	bool some_free = false;

	for (unsigned int i = 0; i < rt->pool->context_count; i++)
		some_free |= rt->pool->context[i] == CONTEXT_FREE;
	if (!some_free)
		fputs("Exhaustion: no thread is free.\n", out);
	else if (!pool_has_room(rt->pool, innermost(client)->flags & CALL_SYSTEM))
		fputs("Exhaustion: the threads that are free are set aside.\n", out);
	else
		fputs("Kept back: a thread is free, but no waiter would be admitted to it.\n", out);
}

static bool anybody_runs(const struct teeq_rt *rt)
{
	bool found = false;

	for (size_t i = 0; i < rt->options.client_count; i++)
		found |= runs(&rt->clients[i]);
	return found;
}

/* What sort of hang it is: none yet, a wake that is missing, or else a thread. */
static void put_sort(const struct teeq_rt *rt, FILE *out)
{
	const struct teeq_rt_client *vain = first_of(rt, TEEQ_RT_WAIT_WAKE);
	const struct teeq_rt_client *starved = first_of(rt, TEEQ_RT_WAIT_THREAD);

	if (anybody_runs(rt))
		fputs("No deadlock: somebody could still move.\n", out);
	else if (vain)
		fprintf(out,
			"Lost wake-up: a thread is free, and %s's %s would get it if somebody "
			"woke it.\n",
			name_of(rt, (int)vain->index), call_words(vain->depth - 1));
	else if (starved)
		put_shortage(rt, starved, out);
	else
		fputs("No call waits for a thread: the clients wait for each other.\n", out);
}

void teeq_rt_explain(struct teeq_rt *rt, FILE *out)
{
	if (!rt || !out)
		return;

	rt_hold(rt);
	pthread_mutex_lock(&rt->watch_lock);
	put_sort(rt, out);
	fputs("\nWhy nothing moves:\n", out);
	for (size_t i = 0; i < rt->options.client_count; i++)
		put_client(&rt->clients[i], out);
	pthread_mutex_unlock(&rt->watch_lock);
	rt_let_go(rt);
}
