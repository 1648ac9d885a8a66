/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/hash.h"
#include "explore/checkpoint.h"

uint64_t checkpoint_flags(const struct search *search)
{
	const struct teeq_explore_options *options = search->options;

	return (uint64_t)options->no_symmetry | (uint64_t)options->no_reduction << 1 |
	       (uint64_t)options->exact << 2 |
	       (uint64_t)(options->search == TEEQ_SEARCH_DEPTH) << 3 | (uint64_t)options->all << 4 |
	       (uint64_t)options->without << 8 | (uint64_t)search->goal << 32;
}

uint64_t checkpoint_start(const struct search *search)
{
	const uint64_t asked[] = { search->options->must_finish, search->options->watch };
	uint64_t start = hash_bytes(search->from, search->m->layout.size);

	return asked[0] || asked[1] ? hash_continue(start, asked, sizeof(asked)) : start;
}

static void checkpoint_put(struct stream *stream, const void *bytes, size_t size)
{
	stream->hash = hash_continue(stream->hash, bytes, size);
	stream->failed |= fwrite(bytes, 1, size, stream->file) != size;
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
	memcpy(head->magic, CHECKPOINT_MAGIC, sizeof(head->magic));
	head->digest = search->m->digest;
	head->world_size = search->m->layout.size;
	head->flags = checkpoint_flags(search);
	head->depth = search->depth;
	head->deepest = search_deepest(search);
	head->start = checkpoint_start(search);
	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT; v++) {
		struct ending ending = search_ending(search, v);

		head->ending[v] = number_of(search, ending.name);
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

	checkpoint_put(stream, &saved, sizeof(saved));
	if (search->store.exact_size) {
		unsigned char bytes[UINT16_MAX];

		store_bytes(&search->store, id, bytes);
		checkpoint_put(stream, bytes, search->store.exact_size);
	}
}

/*
 * The states that wait, in the order in which they do; which bucket is theirs, their depth tells.
 */
static void put_frontier(const struct search *search, struct stream *stream,
			 const struct frontier *frontier)
{
	for (uint32_t bucket = 0; bucket < FRONTIER_SPAN; bucket++) {
		for (size_t i = 0; i < frontier_count(frontier, bucket); i++) {
			struct entry entry = frontier_entry(frontier, bucket, i);
			const uint64_t number = number_of(search, entry.id);

			checkpoint_put(stream, &number, sizeof(number));
		}
	}
}

static void put_stranded(const struct search *search, struct stream *stream,
			 const struct stranded *stranded)
{
	for (size_t i = 0; i < stranded->count; i++) {
		const uint64_t number = number_of(search, stranded->ids[i]);

		checkpoint_put(stream, &number, sizeof(number));
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
			memcmp(magic, CHECKPOINT_MAGIC, sizeof(magic)) == 0;
	fclose(file);
	return is_checkpoint;
}

static enum teeq_status cannot_write(const char *path, struct teeq_error *error)
{
	return error_set(error, TEEQ_EIO, "checkpoint", "%.400s cannot be written", path);
}

#define NAME_SIZE 4096

/* A new file of a name that nobody could foresee; @name becomes it. */
static FILE *open_temporary(char *name)
{
	int descriptor = mkstemp(name);
	FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");

	if (!file && descriptor >= 0) {
		close(descriptor);
		remove(name);
	}
	return file;
}

/* A new file beside @path, which may be replaced; @name, of NAME_SIZE bytes, becomes its name. */
static enum teeq_status open_beside(const char *path, char *name, FILE **file,
				    struct teeq_error *error)
{
	if (!path[0])
		return error_set(error, TEEQ_EINPUT, "checkpoint", "the path is empty");
	if (snprintf(name, NAME_SIZE, "%s.XXXXXX", path) >= NAME_SIZE)
		return error_set(error, TEEQ_EINPUT, "checkpoint", "the path is too long");
	if (!may_replace(path))
		return error_set(error, TEEQ_EIO, "checkpoint", "%.400s is there and no "
				 "checkpoint; it is left alone", path);
	*file = open_temporary(name);
	return *file ? TEEQ_OK : cannot_write(path, error);
}

enum teeq_status checkpoint_check(const char *path, struct teeq_error *error)
{
	char temporary[NAME_SIZE];
	FILE *file = NULL;
	enum teeq_status status = open_beside(path, temporary, &file, error);

	if (status != TEEQ_OK)
		return status;
	fclose(file);
	return remove(temporary) == 0 ? TEEQ_OK : cannot_write(path, error);
}

enum teeq_status checkpoint_write(const struct search *search, const char *path,
				  struct teeq_error *error)
{
	struct stream stream = { .file = NULL };
	char temporary[NAME_SIZE];
	enum teeq_status status = open_beside(path, temporary, &stream.file, error);
	struct head head;
	state_id id;

	if (status != TEEQ_OK)
		return status;
	fill_head(search, &head);
	checkpoint_put(&stream, &head, sizeof(head));
	for (uint64_t i = 0; i < head.state_count && store_id(&search->store, i, &id); i++)
		put_state(search, &stream, id);
	for (unsigned int i = 0; i < search->worker_count; i++)
		put_frontier(search, &stream, &search->workers[i].frontier);
	for (unsigned int i = 0; i < search->worker_count; i++)
		put_stranded(search, &stream, &search->workers[i].stranded);
	checkpoint_put(&stream, &(uint64_t){ stream.hash }, sizeof(uint64_t));
	stream.failed |= fclose(stream.file) != 0;
	if (stream.failed || rename(temporary, path) != 0) {
		remove(temporary);
		return cannot_write(path, error);
	}
	return TEEQ_OK;
}
