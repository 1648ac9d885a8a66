/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "explore/checkpoint.h"

static bool get(struct stream *stream, void *bytes, size_t size)
{
	if (fread(bytes, 1, size, stream->file) != size)
		return false;
	stream->hash = hash_continue(stream->hash, bytes, size);
	return true;
}

enum teeq_status checkpoint_damaged(struct teeq_error *error)
{
	return error_set(error, TEEQ_EINPUT, "checkpoint", "the file is damaged or cut");
}

static enum teeq_status checkpoint_read_check_head(const struct search *search,
						   const struct head *head,
						   struct teeq_error *error)
{
	if (memcmp(head->magic, CHECKPOINT_MAGIC, sizeof(head->magic)) != 0)
		return error_set(error, TEEQ_EINPUT, "checkpoint", "the file is not a checkpoint");
	if (head->digest != search->m->digest || head->world_size != search->m->layout.size)
		return error_set(error, TEEQ_EINPUT, "checkpoint", "it belongs to another scenario "
				 "or policy");
	if (head->start != checkpoint_start(search))
		return error_set(error, TEEQ_EINPUT, "checkpoint", "it begins in another state");
	if (head->flags != checkpoint_flags(search))
		return error_set(
			error, TEEQ_EINPUT, "checkpoint",
			"it was made with other settings of --search, --all, --no-symmetry, "
			"--no-reduction, --without or --exact");
	if (head->depth > UINT32_MAX - FRONTIER_SPAN || head->deepest > UINT32_MAX ||
	    head->state_count >= UINT32_MAX)
		return checkpoint_damaged(error);
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
		    move_task(saved->task) >= search->m->task_count)
			return checkpoint_damaged(error);
		state.fingerprint = saved->fingerprint;
		state.depth = saved->depth;
		switch (store_add(&search->store, &state, search->store.exact_size ? bytes : none,
				  &reading->ids[i])) {
		case STORE_NEW:
			break;
		case STORE_NOMEM:
			return error_nomem(error);
		default:
			return checkpoint_damaged(error);
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
				return checkpoint_damaged(error);
			state->parent = reading->ids[saved->parent];
			state->parent_tag = state_tag(reading->saved[saved->parent].fingerprint);
		}
		state->task = saved->task;
		state->expanded = saved->expanded;
	}
	return TEEQ_OK;
}

/* The world of a state is made again, in @world. */
static enum teeq_status get_world(struct reading *reading, uint64_t number,
				  struct teeq_world *world, struct teeq_error *error)
{
	enum teeq_status status = search_world(reading->search, reading->ids[number], world);

	return status == TEEQ_EMISMATCH ? checkpoint_damaged(error) : status;
}

/* The same of the next number in the file. */
static enum teeq_status get_next_world(struct reading *reading, state_id *id,
				       struct teeq_world *world, struct teeq_error *error)
{
	uint64_t number;

	if (!get(&reading->stream, &number, sizeof(number)) || number >= reading->head.state_count)
		return checkpoint_damaged(error);
	*id = reading->ids[number];
	return get_world(reading, number, world, error);
}

static enum teeq_status get_frontier(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	struct worker *worker = &search->workers[0];
	enum teeq_status status = TEEQ_OK;

	for (uint64_t i = 0; i < reading->head.entry_count && status == TEEQ_OK; i++) {
		uint32_t depth;
		state_id id;

		status = get_next_world(reading, &id, worker->taken, error);
		if (status != TEEQ_OK)
			break;
		depth = store_state(&search->store, id)->depth;
		if (search->options->search == TEEQ_SEARCH_DEPTH)
			depth = 0;
		else if (store_state(&search->store, id)->expanded)
			continue;
		else if (depth < search->depth || depth >= search->depth + FRONTIER_SPAN)
			return checkpoint_damaged(error);
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

		status = get_next_world(reading, &id, worker->taken, error);
		if (status == TEEQ_OK && !search_measures(reading->search, worker->taken))
			status = checkpoint_damaged(error);
		if (status == TEEQ_OK)
			note_stranded(worker, worker->taken, id);
	}
	return status;
}

/* Ends in @verdict were met exactly where one is named, and that one must be such an end. */
static enum teeq_status get_ending(struct reading *reading, enum teeq_verdict verdict,
				   struct teeq_error *error)
{
	struct search *search = reading->search;
	struct worker *worker = &search->workers[0];
	uint64_t number = reading->head.ending[verdict], enabled;
	const struct state *state;
	enum teeq_verdict found;
	enum teeq_status status;

	worker->count[verdict] = reading->head.count[verdict];
	if (worker->count[verdict] == 0 && number == STATE_NONE)
		return TEEQ_OK;
	if (number >= reading->head.state_count || worker->count[verdict] == 0 ||
	    worker->count[verdict] > reading->head.state_count)
		return checkpoint_damaged(error);
	status = get_world(reading, number, worker->taken, error);
	if (status != TEEQ_OK)
		return status;
	if (!search_ends(search, worker->taken, &found, &enabled) || found != verdict)
		return checkpoint_damaged(error);
	state = store_state(&search->store, reading->ids[number]);
	worker->endings[verdict] = (struct ending){ reading->ids[number], state->depth,
						    state->fingerprint };
	return TEEQ_OK;
}

static enum teeq_status restore(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	struct worker *worker = &search->workers[0];
	const struct head *head = &reading->head;
	enum teeq_status status = TEEQ_OK;

	for (unsigned int v = 0; v < TEEQ_VERDICT_COUNT && status == TEEQ_OK; v++)
		status = get_ending(reading, (enum teeq_verdict)v, error);
	counter_add(&worker->states, head->state_count);
	counter_add(&worker->expander.actions, head->actions);
	atomic_store(&search->admission_wakes, head->admission_wakes != 0);
	search->seconds_before = (double)head->milliseconds / 1e3;
	return status;
}

static enum teeq_status checkpoint_read_all(struct reading *reading, struct teeq_error *error)
{
	struct search *search = reading->search;
	enum teeq_status status;
	uint64_t hash;

	if (!get(&reading->stream, &reading->head, sizeof(reading->head)))
		return checkpoint_damaged(error);
	status = checkpoint_read_check_head(search, &reading->head, error);
	if (status != TEEQ_OK)
		return status;
	if (reading->head.state_count > reading->file_size / sizeof(struct saved_state))
		return checkpoint_damaged(error);
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
		return checkpoint_damaged(error);
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
	status = checkpoint_read_all(&reading, error);
	free(reading.ids);
	free(reading.saved);
	fclose(reading.stream.file);
	return status;
}
