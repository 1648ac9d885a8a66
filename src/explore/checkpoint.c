/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "explore/pack.h"
#include "explore/search.h"

/*
 * A checkpoint: what a search had found when a budget ended it. States are numbered in the order in
 * which they are written; the file is for the machine that wrote it, and ends with a hash of all
 * that precedes it. What is read is not trusted: every number is checked before it is used, and the
 * states that are still to be looked at are not stored but made again, by the moves that led there.
 */
#define MAGIC "teeq checkpoint1"

struct head {
	char magic[16];
	uint64_t digest;
	uint64_t world_size;
	uint64_t flags; /* the options that decide what is found */
	uint64_t start; /* hash of the state it began in */
	uint64_t depth;
	uint64_t deepest;
	uint64_t state_count;
	uint64_t entry_count;
	uint64_t actions;
	uint64_t stranded_count;
	uint64_t admission_wakes;
	uint64_t milliseconds;
	uint64_t count[TEEQ_VERDICT_COUNT];
	uint64_t ending[TEEQ_VERDICT_COUNT]; /* number of a state, or STATE_NONE */
};

struct saved_state {
	uint64_t fingerprint;
	uint64_t parent; /* number, or STATE_NONE */
	uint32_t depth;
	uint8_t task;
	uint8_t expanded;
	uint8_t zero[2];
};

static uint64_t flags_of(const struct search *search)
{
	const struct teeq_explore_options *options = search->options;

	return (uint64_t)options->no_symmetry | (uint64_t)options->no_reduction << 1 |
	       (uint64_t)options->exact << 2 |
	       (uint64_t)(options->search == TEEQ_SEARCH_DEPTH) << 3 |
	       (uint64_t)options->all << 4 | (uint64_t)search->goal << 32;
}

/* A file with a rolling hash of what went through it. */
struct stream {
	FILE *file;
	uint64_t hash;
	bool failed;
};

static void put(struct stream *stream, const void *bytes, size_t size)
{
	stream->hash = hash_continue(stream->hash, bytes, size);
	stream->failed |= fwrite(bytes, 1, size, stream->file) != size;
}

static bool get(struct stream *stream, void *bytes, size_t size)
{
	if (fread(bytes, 1, size, stream->file) != size)
		return false;
	stream->hash = hash_continue(stream->hash, bytes, size);
	return true;
}

/* ------------------------------------------ write --------------------------------------------- */

/* Number of a state: those of the shards before its own, then its index there. */
static uint64_t number_of(const struct search *search, state_id id)
{
	return id == STATE_NONE ? STATE_NONE : store_number(&search->store, id);
}

static void fill_head(const struct search *search, struct head *head)
{
	memset(head, 0, sizeof(*head));
	memcpy(head->magic, MAGIC, sizeof(head->magic));
	head->digest = search->m->digest;
	head->world_size = search->m->layout.size;
	head->flags = flags_of(search);
	head->depth = search->depth;
	head->deepest = search_deepest(search);
	head->start = hash_bytes(search->from, search->m->layout.size);
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		struct ending ending = search_ending(search, v);

		head->ending[v] = number_of(search, ending.id);
	}
	for (unsigned int i = 0; i < search->worker_count; i++) {
		const struct worker *worker = &search->workers[i];

		for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++)
			head->count[v] += worker->count[v];
		head->state_count += counter_value(&worker->states);
		head->entry_count += counter_value(&worker->frontier.count);
		head->actions += counter_value(&worker->expander.actions);
		head->stranded_count += worker->stranded.count;
	}
	head->admission_wakes = atomic_load(&search->admission_wakes);
	head->milliseconds = (uint64_t)(search_seconds(search) * 1e3);
}

static void put_state(const struct search *search, struct stream *stream, state_id id)
{
	const struct state *state = store_state(&search->store, id);
	const struct saved_state saved = {
		.fingerprint = state->fingerprint, .parent = number_of(search, state->parent),
		.depth = state->depth, .task = state->task, .expanded = state->expanded,
	};

	put(stream, &saved, sizeof(saved));
	if (search->store.exact_size) {
		unsigned char bytes[UINT16_MAX];

		store_bytes(&search->store, id, bytes);
		put(stream, bytes, search->store.exact_size);
	}
}

/* The states that wait, in the order in which they do; which bucket is theirs, their depth tells. */
static void put_frontier(const struct search *search, struct stream *stream,
			 const struct frontier *frontier)
{
	for (uint32_t bucket = 0; bucket < FRONTIER_SPAN; bucket++) {
		for (size_t i = 0; i < frontier_count(frontier, bucket); i++) {
			struct entry entry = frontier_entry(frontier, bucket, i);
			const uint64_t number = number_of(search, entry.id);

			put(stream, &number, sizeof(number));
		}
	}
}

static void put_stranded(const struct search *search, struct stream *stream,
			 const struct stranded *stranded)
{
	for (size_t i = 0; i < stranded->count; i++) {
		const uint64_t number = number_of(search, stranded->ids[i]);

		put(stream, &number, sizeof(number));
	}
}

/* Nothing is there, or a checkpoint in a plain file: no link, no device, nobody else's data. */
static bool may_replace(const char *path)
{
	char magic[sizeof(((struct head *)0)->magic)];
	struct stat there;
	bool is_checkpoint;
	FILE *file;

	if (lstat(path, &there) != 0)
		return errno == ENOENT;
	if (!S_ISREG(there.st_mode))
		return false;
	if (there.st_size == 0)
		return true;
	file = fopen(path, "rb");
	if (!file)
		return false;
	is_checkpoint = fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
			memcmp(magic, MAGIC, sizeof(magic)) == 0;
	fclose(file);
	return is_checkpoint;
}

/* A new file of a name that nobody could foresee; @name becomes it. */
static FILE *open_temporary(char *name)
{
	int descriptor = mkstemp(name);
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");

	if (!file && descriptor >= 0)
		close(descriptor);
	return file;
}

enum teeq_status checkpoint_write(const struct search *search, const char *path,
				  struct teeq_error *error)
{
	struct stream stream = { .file = NULL };
	char temporary[4096];
	struct head head;
	state_id id;

	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary))
		return error_set(error, TEEQ_EINPUT, "checkpoint", "the path is too long");
	if (!may_replace(path))
		return error_set(error, TEEQ_EIO, "checkpoint", "%.400s is there and no checkpoint; "
				 "it is left alone", path);
	stream.file = open_temporary(temporary);
	if (!stream.file)
		return error_set(error, TEEQ_EIO, "checkpoint", "%.400s cannot be written", path);
	fill_head(search, &head);
	put(&stream, &head, sizeof(head));
	for (uint64_t i = 0; i < head.state_count && store_id(&search->store, i, &id); i++)
		put_state(search, &stream, id);
	for (unsigned int i = 0; i < search->worker_count; i++)
		put_frontier(search, &stream, &search->workers[i].frontier);
	for (unsigned int i = 0; i < search->worker_count; i++)
		put_stranded(search, &stream, &search->workers[i].stranded);
	put(&stream, &(uint64_t){ stream.hash }, sizeof(uint64_t));
	stream.failed |= fclose(stream.file) != 0;
	if (stream.failed || rename(temporary, path) != 0) {
		remove(temporary);
		return error_set(error, TEEQ_EIO, "checkpoint", "%.400s cannot be written", path);
	}
	return TEEQ_OK;
}

/* ------------------------------------------- read --------------------------------------------- */

static enum teeq_status damaged(struct teeq_error *error)
{
	return error_set(error, TEEQ_EINPUT, "checkpoint", "the file is damaged or cut");
}

static enum teeq_status check_head(const struct search *search, const struct head *head,
				   struct teeq_error *error)
{
	if (memcmp(head->magic, MAGIC, sizeof(head->magic)) != 0)
		return error_set(error, TEEQ_EINPUT, "checkpoint", "the file is not a checkpoint");
	if (head->digest != search->m->digest || head->world_size != search->m->layout.size)
		return error_set(error, TEEQ_EINPUT, "checkpoint", "it belongs to another scenario "
				 "or policy");
	if (head->start != hash_bytes(search->from, search->m->layout.size))
		return error_set(error, TEEQ_EINPUT, "checkpoint", "it begins in another state");
	if (head->flags != flags_of(search))
		return error_set(error, TEEQ_EINPUT, "checkpoint", "it was made with other settings "
				 "of --search, --all, --no-symmetry, --no-reduction or --exact");
	if (head->depth > UINT32_MAX - FRONTIER_SPAN || head->state_count >= UINT32_MAX)
		return damaged(error);
	return TEEQ_OK;
}

/* The names that the states have in this search, by the number they have in the file. */
struct reading {
	struct search *search;
	struct stream stream;
	struct head head;
	state_id *ids;
	struct saved_state *saved;
	uint64_t file_size; /* what the numbers in the head cannot exceed */
};

static enum teeq_status get_states(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	size_t count = (size_t)reading->head.state_count;
	static const unsigned char none[1];

	for (size_t i = 0; i < count; i++) {
		struct saved_state *saved = &reading->saved[i];
		struct state state = { .parent = STATE_NONE };
		unsigned char bytes[UINT16_MAX];

		if (!get(&reading->stream, saved, sizeof(*saved)) ||
		    (search->store.exact_size &&
		     !get(&reading->stream, bytes, search->store.exact_size)) ||
		    (saved->parent != STATE_NONE && saved->parent >= count) ||
		    saved->task >= search->m->task_count)
			return damaged(error);
		state.fingerprint = saved->fingerprint;
		state.depth = saved->depth;
		switch (store_add(&search->store, &state, search->store.exact_size ? bytes : none,
				  &reading->ids[i])) {
		case STORE_NEW:
			break;
		case STORE_NOMEM:
			return error_nomem(error);
		default:
			return damaged(error);
		}
	}
	return TEEQ_OK;
}

/* Parents have lower depths than their children, so that every way ends at the initial state. */
static enum teeq_status link_states(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;

	for (size_t i = 0; i < reading->head.state_count; i++) {
		const struct saved_state *saved = &reading->saved[i];
		struct state *state = store_state(&search->store, reading->ids[i]);

		if (saved->parent != STATE_NONE) {
			if (reading->saved[saved->parent].depth >= saved->depth)
				return damaged(error);
			state->parent = reading->ids[saved->parent];
			state->parent_tag = state_tag(reading->saved[saved->parent].fingerprint);
		}
		state->task = saved->task;
		state->expanded = saved->expanded;
	}
	return TEEQ_OK;
}

/* The next number of a state; its world is made again in @world. */
static enum teeq_status get_world(struct reading *reading, state_id *id, struct teeq_world *world,
				  struct teeq_error *error)
{
	uint64_t number;
	enum teeq_status status;

	if (!get(&reading->stream, &number, sizeof(number)) || number >= reading->head.state_count)
		return damaged(error);
	*id = reading->ids[number];
	status = search_world(reading->search, *id, world);
	return status == TEEQ_EMISMATCH ? damaged(error) : status;
}

static enum teeq_status get_frontier(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	struct worker *worker = &search->workers[0];
	enum teeq_status status = TEEQ_OK;

	for (uint64_t i = 0; i < reading->head.entry_count && status == TEEQ_OK; i++) {
		uint32_t depth;
		state_id id;

		status = get_world(reading, &id, worker->taken, error);
		if (status != TEEQ_OK)
			break;
		depth = store_state(&search->store, id)->depth;
		if (search->options->search == TEEQ_SEARCH_DEPTH)
			depth = 0;
		else if (store_state(&search->store, id)->expanded)
			continue;
		else if (depth < search->depth || depth >= search->depth + FRONTIER_SPAN)
			return damaged(error);
		if (!frontier_add(&worker->frontier, depth, id, worker->taken))
			status = error_nomem(error);
	}
	return status;
}

static enum teeq_status get_stranded(struct reading *reading, struct teeq_error *error)
{
	struct worker *worker = &reading->search->workers[0];
	enum teeq_status status = TEEQ_OK;

	for (uint64_t i = 0; i < reading->head.stranded_count && status == TEEQ_OK; i++) {
		state_id id;

		status = get_world(reading, &id, worker->taken, error);
		if (status == TEEQ_OK)
			note_stranded(worker, worker->taken, id);
	}
	return status;
}

static enum teeq_status restore(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	struct worker *worker = &search->workers[0];
	const struct head *head = &reading->head;

	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		const struct state *state;

		worker->count[v] = head->count[v];
		if (head->ending[v] == STATE_NONE)
			continue;
		if (head->ending[v] >= head->state_count)
			return damaged(error);
		state = store_state(&search->store, reading->ids[head->ending[v]]);
		worker->endings[v] = (struct ending){ reading->ids[head->ending[v]], state->depth,
						      state->fingerprint };
	}
	counter_add(&worker->states, head->state_count);
	counter_add(&worker->expander.actions, head->actions);
	atomic_store(&search->admission_wakes, head->admission_wakes != 0);
	search->seconds_before = (double)head->milliseconds / 1e3;
	return TEEQ_OK;
}

static enum teeq_status read_all(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	enum teeq_status status;
	uint64_t hash;

	if (!get(&reading->stream, &reading->head, sizeof(reading->head)))
		return damaged(error);
	status = check_head(search, &reading->head, error);
	if (status != TEEQ_OK)
		return status;
	if (reading->head.state_count > reading->file_size / sizeof(struct saved_state))
		return damaged(error);
	search->depth = (uint32_t)reading->head.depth;
	search->deepest = (uint32_t)reading->head.deepest;
	reading->ids = malloc((size_t)(reading->head.state_count + 1) * sizeof(*reading->ids));
	reading->saved = malloc((size_t)(reading->head.state_count + 1) * sizeof(*reading->saved));
	if (!reading->ids || !reading->saved)
		return error_nomem(error);
	status = get_states(reading, error);
	if (status == TEEQ_OK)
		status = link_states(reading, error);
	if (status == TEEQ_OK)
		status = get_frontier(reading, error);
	if (status == TEEQ_OK)
		status = get_stranded(reading, error);
	if (status != TEEQ_OK)
		return status;
	if (fread(&hash, 1, sizeof(hash), reading->stream.file) != sizeof(hash) ||
	    hash != reading->stream.hash || fgetc(reading->stream.file) != EOF)
		return damaged(error);
	return restore(reading, error);
}

enum teeq_status checkpoint_read(struct search *search, const char *path, struct teeq_error *error)
{
	struct reading reading = { .search = search };
	enum teeq_status status;

	reading.stream.file = fopen(path, "rb");
	if (!reading.stream.file)
		return error_set(error, TEEQ_EIO, "checkpoint", "%s cannot be read", path);
	if (fseek(reading.stream.file, 0, SEEK_END) == 0)
		reading.file_size = (uint64_t)ftell(reading.stream.file);
	rewind(reading.stream.file);
	status = read_all(&reading, error);
	free(reading.ids);
	free(reading.saved);
	fclose(reading.stream.file);
	return status;
}
