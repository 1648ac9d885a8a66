/* SPDX-License-Identifier: BSD-2-Clause */
/* What every part of a recording is made of, each with an error that names its place. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/recording.h"

enum {
	PLACE_DEPTH_MAX = 64, /* how much of a way is shown; deeper ones are refused long before */
	ID_MAX = 1000000000,
};

struct place place_key(const struct place *parent, const char *key)
{
	return (struct place){ parent, key, 0, json_object_get(parent->json, key) };
}

struct place place_index(const struct place *parent, size_t index)
{
	return (struct place){ parent, NULL, index, json_array_get(parent->json, index) };
}

static void place_path(const struct place *place, struct message *message)
{
	const struct place *way[PLACE_DEPTH_MAX];
	size_t count = 0;

	for (; place && place->parent && count < PLACE_DEPTH_MAX; place = place->parent)
		way[count++] = place;
	while (count-- > 0) {
		if (way[count]->key) {
			message_add_text(message, message->used > 0 ? "." : "");
			message_add_text(message, way[count]->key);
		} else {
			message_add_text(message, "[");
			message_add_number(message, way[count]->index);
			message_add_text(message, "]");
		}
	}
}

enum teeq_status decode_refuse(struct decoder *decoder, const struct place *place, const char *text)
{
	char key[sizeof(((struct teeq_error *)0)->key)];
	struct message message;

	message_begin(&message, key, sizeof(key));
	place_path(place, &message);
	return message_set(decoder->error, TEEQ_EINPUT, decoder->path, decoder->line, key, text);
}

static void describe(const json_t *json, struct message *message)
{
	char number[32];

	switch (json ? json_typeof(json) : JSON_NULL) {
	case JSON_OBJECT:
		message_add_text(message, "an object");
		break;
	case JSON_ARRAY:
		message_add_text(message, "a list of ");
		message_add_number(message, json_array_size(json));
		break;
	case JSON_STRING:
		message_add_quoted(message, json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(json));
		message_add_text(message, number);
		break;
	case JSON_REAL:
		message_add_text(message, "a fraction");
		break;
	case JSON_TRUE:
		message_add_text(message, "true");
		break;
	case JSON_FALSE:
		message_add_text(message, "false");
		break;
	default:
		message_add_text(message, json ? "null" : "nothing");
		break;
	}
}

enum teeq_status decode_refuse_type(struct decoder *decoder, const struct place *place,
				    const char *expected)
{
	char text[sizeof(((struct teeq_error *)0)->text)];
	struct message message;

	message_begin(&message, text, sizeof(text));
	message_add_text(&message, "found ");
	describe(place->json, &message);
	message_add_text(&message, ", expected ");
	message_add_text(&message, expected);
	return decode_refuse(decoder, place, text);
}

enum teeq_status decode_no_memory(struct decoder *decoder)
{
	return message_set_no_memory(decoder->error, decoder->path);
}

enum teeq_status decode_object(struct decoder *decoder, const struct place *place,
			       const char *const *keys)
{
	const char *key;
	json_t *value;

	if (!json_is_object(place->json))
		return decode_refuse_type(decoder, place, "an object");
	json_object_foreach(place->json, key, value)
	{
		char text[sizeof(((struct teeq_error *)0)->text)];
		struct message message;
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (keys[i])
			continue;
		message_begin(&message, text, sizeof(text));
		message_add_text(&message, "unknown key ");
		message_add_quoted(&message, key, strlen(key));
		message_add_text(&message, ", allowed: ");
		for (i = 0; keys[i]; i++) {
			message_add_text(&message, i > 0 ? ", " : "");
			message_add_text(&message, keys[i]);
		}
		return decode_refuse(decoder, place, text);
	}
	return TEEQ_OK;
}

enum teeq_status decode_list(struct decoder *decoder, const struct place *place, size_t least,
			     size_t most, size_t *count)
{
	size_t found = json_array_size(place->json);
	char expected[80];

	if (json_is_array(place->json) && found >= least && found <= most) {
		*count = found;
		return TEEQ_OK;
	}
	if (least == most)
		snprintf(expected, sizeof(expected), "a list of %zu", least);
	else
		snprintf(expected, sizeof(expected), "a list of %zu..%zu", least, most);
	return decode_refuse_type(decoder, place, expected);
}

enum teeq_status decode_number(struct decoder *decoder, const struct place *place, int64_t least,
			       int64_t most, int64_t *number)
{
	char expected[80];

	if (json_is_integer(place->json)) {
		*number = json_integer_value(place->json);
		if (*number >= least && *number <= most)
			return TEEQ_OK;
	}
	snprintf(expected, sizeof(expected), "a whole number %" PRId64 "..%" PRId64, least, most);
	return decode_refuse_type(decoder, place, expected);
}

enum teeq_status decode_id(struct decoder *decoder, const struct place *root, int64_t *id)
{
	struct place place = place_key(root, "id");

	return decode_number(decoder, &place, 0, ID_MAX, id);
}

enum teeq_status decode_truth(struct decoder *decoder, const struct place *place, bool *truth)
{
	if (!json_is_boolean(place->json))
		return decode_refuse_type(decoder, place, "true or false");
	*truth = json_is_true(place->json);
	return TEEQ_OK;
}

enum teeq_status decode_word(struct decoder *decoder, const struct place *place,
			     const char *const *words, size_t *index)
{
	char expected[160];
	struct message message;

	message_begin(&message, expected, sizeof(expected));
	message_add_text(&message, "one of ");
	for (size_t i = 0; words[i]; i++) {
		if (json_is_string(place->json) &&
		    strcmp(json_string_value(place->json), words[i]) == 0) {
			*index = i;
			return TEEQ_OK;
		}
		message_add_text(&message, i > 0 ? ", " : "");
		message_add_text(&message, words[i]);
	}
	return decode_refuse_type(decoder, place, expected);
}

enum teeq_status decode_text(struct decoder *decoder, const struct place *place, size_t most,
			     const char **text)
{
	char expected[80];
	size_t size = json_string_length(place->json);

	if (!json_is_string(place->json) || size == 0 || size > most) {
		snprintf(expected, sizeof(expected), "text of 1..%zu characters", most);
		return decode_refuse_type(decoder, place, expected);
	}
	*text = arena_copy(decoder->arena, json_string_value(place->json), size);
	return *text ? TEEQ_OK : decode_no_memory(decoder);
}
