/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether what is drawn for fuzz_tables has each key of the language in it: inputs by chance, some
 * byte by byte, and some with mistakes, of which those are looked at that make a scenario. A key that the
 * language gets later, and that nothing draws, is a key that no run ever tries.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/prng.h"
#include "tables.h"
#include "teeq/fuzz.h"

enum { BYTES_INPUTS = 30000, SLIPS_INPUTS = 24000, INPUT_MAX = 400 };

/* Each with the word that a file says it with, which the dictionary has to have. */
#define KEYS(X)                                                                                    \
	X(SLOTS, "slots:") X(FULL, "full:") X(RESCHED, "resched:") X(GUESTS, "guests:")            \
	X(GUEST_THREADS, "threads:") X(CALL_LIMIT, "call-limit:") X(THREAD_COUNT, "thread-count:") \
	X(UNTOLD, "unknown") X(NO_SUPPLICANT, "supplicant:") X(SESSION_GUEST, "guest:")            \
	X(CLIENT_GUEST, "guest:") X(FAULT_GUEST, "guest:") X(CPU, "cpu:") X(PRIORITY, "priority:") \
	X(POLL, "poll:") X(FAIL, "fail:") X(TRY, "try:") X(ON_ERROR, "on-error:")                  \
	X(RETRY, "retry:") X(BETWEEN, "between:") X(MUTEX, "mutex:")                               \
	X(STATIC_MEMORY, "static-memory:") X(MESSAGE, "message:") X(LOAD, "load:")                 \
	X(KEEP_ALIVE, "keep-alive:") X(TIMEOUT, "timeout:") X(BUFFERS, "buffers:")                 \
	X(NOTIF_WAIT_FAILS, "notif-wait-fails") X(ERROR, "error:") X(SESSION_LOCK, "session-lock:") \
	X(RPC_ARG, "rpc-arg:") X(UNMASKED, "unmasked:") X(CLOSE, "close:") X(NESTED, "repeat:") X(NO_THREADS, "secure:")

#define AS_KEY(key_, word_) KEY_##key_,
enum { KEYS(AS_KEY) KEY_COUNT };

#define AS_WORD(key_, word_) { #key_, word_ },
static const struct {
	const char *key;
	const char *word;
} keys[] = { KEYS(AS_WORD) };

/* In how many scenarios each is. */
struct counts {
	unsigned int inputs;
	unsigned int accepted;
	unsigned int of[KEY_COUNT];
};

static void see(uint64_t *seen, unsigned int key, bool there)
{
	*seen |= (uint64_t)there << key;
}

static void see_steps(uint64_t *seen, const struct teeq_step *steps, size_t count);

static void see_handlers(uint64_t *seen, const struct teeq_step *step)
{
	if (!step->handlers)
		return;
	for (size_t i = 0; i < step->handler_count; i++) {
		see(seen, step->kind == TEEQ_STEP_TRY ? KEY_ON_ERROR : KEY_BETWEEN,
		    step->handlers[i].steps && step->handlers[i].step_count > 0);
		see_steps(seen, step->handlers[i].steps, step->handlers[i].step_count);
	}
}

static void see_steps(uint64_t *seen, const struct teeq_step *steps, size_t count)
{
	for (size_t i = 0; steps && i < count; i++) {
		const struct teeq_step *step = &steps[i];
		bool tries = step->kind == TEEQ_STEP_TRY || step->kind == TEEQ_STEP_RETRY;

		see(seen, KEY_POLL, step->kind == TEEQ_STEP_POLL);
		see(seen, KEY_FAIL, step->kind == TEEQ_STEP_FAIL);
		see(seen, KEY_TRY, step->kind == TEEQ_STEP_TRY);
		see(seen, KEY_RETRY, step->kind == TEEQ_STEP_RETRY);
		see(seen, KEY_MESSAGE, step->kind == TEEQ_STEP_MESSAGE);
		see(seen, KEY_TIMEOUT, step->kind == TEEQ_STEP_COND_WAIT && step->times > 0);
		see(seen, KEY_BUFFERS, step->kind == TEEQ_STEP_CALL && step->times > 0);
		see(seen, KEY_UNMASKED, step->kind == TEEQ_STEP_SUSPEND && step->unmasked);
		see(seen, KEY_CLOSE, step->kind == TEEQ_STEP_CLOSE && step->name);
		see(seen, KEY_NESTED, step->kind == TEEQ_STEP_REPEAT);
		if (tries || step->kind == TEEQ_STEP_REPEAT)
			see_steps(seen, step->steps, step->step_count);
		if (tries)
			see_handlers(seen, step);
	}
}

static void see_guests(uint64_t *seen, const struct teeq_scenario *from)
{
	see(seen, KEY_GUESTS, from->guest_count > 0);
	for (size_t i = 0; i < from->guest_count; i++) {
		const struct teeq_guest_spec *guest = &from->guests[i];

		see(seen, KEY_GUEST_THREADS, guest->threads > 0);
		see(seen, KEY_CALL_LIMIT, guest->call_limit > 0);
		see(seen, KEY_THREAD_COUNT, guest->thread_count > 0);
		see(seen, KEY_UNTOLD, guest->thread_count == TEEQ_GUEST_THREADS_UNKNOWN);
		see(seen, KEY_NO_SUPPLICANT, guest->no_supplicant);
	}
	for (size_t i = 0; i < from->session_count; i++)
		see(seen, KEY_SESSION_GUEST, from->sessions[i].guest != NULL);
	for (size_t i = 0; i < from->client_count; i++)
		see(seen, KEY_CLIENT_GUEST, from->clients[i].guest != NULL);
	for (size_t i = 0; i < from->fault_count; i++)
		see(seen, KEY_FAULT_GUEST, from->faults[i].guest != NULL);
}

static void see_tables(uint64_t *seen, const struct teeq_scenario *from)
{
	see(seen, KEY_SLOTS, from->argument_slots > 0);
	see(seen, KEY_FULL, from->argument_full > 0);
	see(seen, KEY_RESCHED, from->no_resched);
	see(seen, KEY_SESSION_LOCK, from->lacks_session_lock);
	see(seen, KEY_RPC_ARG, from->lacks_rpc_arg);
	see(seen, KEY_NO_THREADS, from->thread_count == 0);
	for (size_t i = 0; i < from->channel_count; i++) {
		see(seen, KEY_MUTEX, from->channels[i].mutex != NULL);
		see(seen, KEY_STATIC_MEMORY, from->channels[i].static_memory);
	}
	for (size_t i = 0; i < from->ta_count; i++) {
		see(seen, KEY_LOAD, from->tas[i].load && from->tas[i].load_count > 0);
		see(seen, KEY_KEEP_ALIVE, from->tas[i].keep_alive);
		see_steps(seen, from->tas[i].load, from->tas[i].load_count);
	}
	for (size_t i = 0; i < from->fault_count; i++) {
		see(seen, KEY_NOTIF_WAIT_FAILS,
		    from->faults[i].kind == TEEQ_FAULT_NOTIF_WAIT_FAILS);
		see(seen, KEY_ERROR, from->faults[i].error != NULL);
	}
}

static void see_scripts(uint64_t *seen, const struct teeq_scenario *from)
{
	for (size_t i = 0; i < from->command_count; i++)
		see_steps(seen, from->commands[i].steps, from->commands[i].step_count);
	for (size_t i = 0; i < from->service_count; i++)
		see_steps(seen, from->services[i].steps, from->services[i].step_count);
	for (size_t i = 0; i < from->client_count; i++) {
		see(seen, KEY_CPU, from->clients[i].cpu > 0);
		see(seen, KEY_PRIORITY, from->clients[i].priority > 0);
		see_steps(seen, from->clients[i].steps, from->clients[i].step_count);
	}
}

static void count_keys(struct counts *counts, const struct teeq_scenario *from, bool accepted_only)
{
	struct teeq_error error = { .status = TEEQ_OK };
	bool accepted = teeq_scenario_validate(from, &error) == TEEQ_OK;
	uint64_t seen = 0;

	counts->inputs++;
	counts->accepted += accepted;
	if (accepted_only && !accepted)
		return;
	see_guests(&seen, from);
	see_tables(&seen, from);
	see_scripts(&seen, from);
	for (unsigned int key = 0; key < KEY_COUNT; key++)
		counts->of[key] += (unsigned int)(seen >> key & 1);
}

static size_t draw(struct prng *prng, uint8_t *data)
{
	size_t size = prng_below(prng, INPUT_MAX);

	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)prng_next(prng);
	return size;
}

/* A table of thousands of rows takes all bytes there are: what comes last needs more of them. */
static void count_made_up(struct counts *counts)
{
	uint8_t data[INPUT_MAX];
	struct prng prng;

	prng_seed(&prng, 1, 0x6b65);
	for (unsigned int i = 0; i < BYTES_INPUTS; i++) {
		size_t size = draw(&prng, data);
		struct teeq_fuzz_tables *tables;

		for (size_t j = 0; j < size; j++)
			data[j] = (uint8_t)(data[j] % 240);
		tables = teeq_fuzz_tables_new(data, size);
		count_keys(counts, teeq_fuzz_tables_scenario(tables), false);
		teeq_fuzz_tables_free(tables);
	}
}

static void count_mistaken(struct counts *counts)
{
	uint8_t data[INPUT_MAX];
	struct prng prng;

	prng_seed(&prng, 2, 0x6b65);
	for (unsigned int i = 0; i < SLIPS_INPUTS; i++) {
		draw(&prng, data);
		/* One mistake or two: of eight most scenarios die. */
		count_keys(counts, make_mistaken(data, 2 + 4 * (1 + prng_below(&prng, 2))), true);
	}
}

static unsigned int complain(const struct counts *counts, const char *how)
{
	unsigned int missing = 0;

	printf("%s: %u inputs, %u accepted\n", how, counts->inputs, counts->accepted);
	for (unsigned int key = 0; key < KEY_COUNT; key++) {
		printf("  %-17s %u\n", keys[key].key, counts->of[key]);
		missing += counts->of[key] == 0;
	}
	return missing;
}

/* Words that no dictionary entry is. */
static unsigned int missing_words(const char *path)
{
	static char text[1 << 16];
	FILE *file = fopen(path, "rb");
	unsigned int missing = 0;
	char entry[64];

	if (!file) {
		fprintf(stderr, "cannot open %s\n", path);
		return 1;
	}
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	for (unsigned int key = 0; key < KEY_COUNT; key++) {
		snprintf(entry, sizeof(entry), "\n\"%s\"\n", keys[key].word);
		if (strstr(text, entry))
			continue;
		printf("no entry \"%s\" in %s\n", keys[key].word, path);
		missing++;
	}
	return missing;
}

int main(void)
{
	static struct counts made_up, mistaken;
	unsigned int missing;

	count_made_up(&made_up);
	count_mistaken(&mistaken);
	missing = complain(&made_up, "made up") + complain(&mistaken, "with mistakes, accepted");
	missing += missing_words(TEEQ_SOURCE_DIR "/fuzz/dictionaries/scenario.dict");
	if (missing > 0)
		printf("%u keys or words never occur\n", missing);
	return missing > 0;
}
