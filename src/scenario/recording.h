/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_RECORDING_H
#define SCENARIO_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/arena.h"
#include "scenario/message.h"
#include "teeq/recording.h"
#include "teeq/scenario.h"

/* A line of a recordings file becoming tables. */
struct decoder {
	const char *path;
	size_t line;
	struct arena *arena;
	struct teeq_error *error;
	struct teeq_recording *recording;
	uint32_t thread_count;
	uint32_t task_count;
};

/*
 * A value, and the way to it: a key of @parent's, or where @key is NULL its element @index. Lives
 * on the stack of whoever reads it. @json is NULL for a key that is missing.
 */
struct place {
	const struct place *parent;
	const char *key;
	size_t index;
	json_t *json;
};

struct place place_key(const struct place *parent, const char *key);
struct place place_index(const struct place *parent, size_t index);

enum teeq_status decode_refuse(struct decoder *decoder, const struct place *place,
			       const char *text);
/* "found ..., expected @expected". */
enum teeq_status decode_refuse_type(struct decoder *decoder, const struct place *place,
				    const char *expected);
enum teeq_status decode_no_memory(struct decoder *decoder);

enum teeq_status decode_id(struct decoder *decoder, const struct place *root, int64_t *id);

/* An object without other keys than @keys, which end with NULL; none of them need be there. */
enum teeq_status decode_object(struct decoder *decoder, const struct place *place,
			       const char *const *keys);
/* A list of @least..@most elements. */
enum teeq_status decode_list(struct decoder *decoder, const struct place *place, size_t least,
			     size_t most, size_t *count);
enum teeq_status decode_number(struct decoder *decoder, const struct place *place, int64_t least,
			       int64_t most, int64_t *number);
enum teeq_status decode_truth(struct decoder *decoder, const struct place *place, bool *truth);
/* One of @words, which end with NULL; *@index is which. */
enum teeq_status decode_word(struct decoder *decoder, const struct place *place,
			     const char *const *words, size_t *index);
/* A text of 1..@most characters. */
enum teeq_status decode_text(struct decoder *decoder, const struct place *place, size_t most,
			     const char **text);

/*
 * A recording that brings a whole scenario, as the text of a scenario file: id, driver, and that.
 * On success *@file holds its tables and is the caller's.
 */
enum teeq_status decode_own_scenario(struct decoder *decoder, const struct place *root,
			      struct teeq_scenario_file **file);
/* The tasks' scripts: everything of the scenario but its thread count. */
enum teeq_status decode_tasks(struct decoder *decoder, const struct place *root);
/* The steps, the outcome, and who is blocked. */
enum teeq_status decode_steps(struct decoder *decoder, const struct place *root);
enum teeq_status decode_outcome(struct decoder *decoder, const struct place *root);

#endif
