/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/message.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "teeq/limits.h"

enum {
	PATH_BYTES_MAX = 120, /* of a path in a message; its end says more than its beginning */
};

static const char cut_mark[] = "...";

void message_begin(struct message *message, char *text, size_t size)
{
	*message = (struct message){ .text = text, .size = size };
	text[0] = '\0';
}

/* Replace what is there, from a character's start, so that the mark fits. */
static void mark_cut(struct message *message)
{
	size_t room = sizeof(cut_mark) - 1;
	size_t at = message->used;

	message->cut = true;
	if (message->size <= room)
		return;
	while (at > message->size - 1 - room || ((unsigned char)message->text[at] & 0xc0) == 0x80)
		at--;
	memcpy(message->text + at, cut_mark, sizeof(cut_mark));
	message->used = at + room;
}

static void add_unit(struct message *message, const char *unit, size_t count)
{
	if (message->cut)
		return;
	if (count >= message->size - message->used) {
		mark_cut(message);
		return;
	}
	memcpy(message->text + message->used, unit, count);
	message->used += count;
	message->text[message->used] = '\0';
}

void message_add(struct message *message, const char *bytes, size_t count)
{
	while (count > 0 && !message->cut) {
		uint32_t point;
		size_t length = utf8_next(bytes, count, &point);

		if (length > 0 && utf8_is_printable(point)) {
			add_unit(message, bytes, length);
		} else {
			char escape[8];

			snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)*bytes);
			add_unit(message, escape, 4);
			length = 1;
		}
		bytes += length;
		count -= length;
	}
}

void message_add_text(struct message *message, const char *text)
{
	message_add(message, text, strlen(text));
}

void message_add_number(struct message *message, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	message_add_text(message, digits);
}

void message_add_quoted(struct message *message, const char *bytes, size_t count)
{
	char value[4 * MESSAGE_VALUE_MAX + sizeof(cut_mark)];
	struct message part;
	size_t kept = count;

	if (count > MESSAGE_VALUE_MAX) {
		kept = MESSAGE_VALUE_MAX;
		while (kept > MESSAGE_VALUE_MAX - 4 && ((unsigned char)bytes[kept] & 0xc0) == 0x80)
			kept--;
	}
	message_begin(&part, value, sizeof(value));
	message_add(&part, bytes, kept);
	message_add_text(message, "\"");
	message_add_text(message, value);
	message_add_text(message, kept < count ? "...\"" : "\"");
}

/* How long a character is that begins with @first; 0 where none does. */
static size_t utf8_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_next(const char *bytes, size_t count, uint32_t *point)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)bytes[0];
	size_t length = utf8_length(first);
	uint32_t value = length == 1 ? first : first & (0x7fu >> length);

	if (length == 0 || length > count)
		return 0;
	for (size_t i = 1; i < length; i++) {
		unsigned char next = (unsigned char)bytes[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (next & 0x3f);
	}
	if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return length;
}

bool utf8_is_printable(uint32_t point)
{
	/* clang-format off */
	static const struct {
		uint32_t first;
		uint32_t last;
	} unprintable[] = {
		{ 0x0, 0x1f },       { 0x7f, 0x9f },        /* controls */
		{ 0xad, 0xad },      { 0x200b, 0x200f },    /* seen by nobody */
		{ 0x2028, 0x202e },  { 0x2060, 0x206f },    /* breaks and directions */
		{ 0xd800, 0xf8ff },  { 0xfeff, 0xfeff },    /* surrogates, private use, byte
							       order */
		{ 0xfff0, 0xffff },  { 0xe0000, 0x10ffff }, /* specials, tags, private use */
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++)
		if (point >= unprintable[i].first && point <= unprintable[i].last)
			return false;
	return (point & 0xfffe) != 0xfffe;
}

static void add_path(struct message *message, const char *path)
{
	size_t size = strlen(path);

	if (size > PATH_BYTES_MAX) {
		size_t skip = size - PATH_BYTES_MAX;

		while (((unsigned char)path[skip] & 0xc0) == 0x80)
			skip++;
		path += skip;
		message_add_text(message, cut_mark);
	}
	message_add_text(message, path);
}

enum teeq_status message_set(struct teeq_error *error, enum teeq_status status, const char *path,
			     size_t line, const char *key, const char *text)
{
	struct teeq_error filled = { .status = status };
	struct message message;

	if (!error)
		return status;
	message_begin(&message, filled.key, sizeof(filled.key));
	message_add_text(&message, key);
	message_begin(&message, filled.text, sizeof(filled.text));
	add_path(&message, path);
	if (line > 0) {
		message_add_text(&message, ":");
		message_add_number(&message, line);
	}
	message_add_text(&message, ": ");
	if (filled.key[0] != '\0') {
		message_add_text(&message, filled.key);
		message_add_text(&message, ": ");
	}
	message_add_text(&message, text);
	*error = filled; /* last: @key and @text may be its own */
	return status;
}

enum teeq_status message_set_errno(struct teeq_error *error, const char *path, const char *verb,
				   int number)
{
	char reason[128];
	char text[256];

	if (number == ENOMEM)
		return message_set_no_memory(error, path);
	if (number == 0 || strerror_r(number, reason, sizeof(reason)) != 0)
		snprintf(reason, sizeof(reason), "error %d", number);
	snprintf(text, sizeof(text), "cannot %s: %s", verb, reason);
	return message_set(error, TEEQ_EIO, path, 0, "", text);
}

enum teeq_status message_set_no_memory(struct teeq_error *error, const char *path)
{
	return message_set(error, TEEQ_ENOMEM, path, 0, "", "the host has no memory left");
}

bool scenario_name_valid(const char *name, size_t size)
{
	if (size == 0 || size > TEEQ_NAME_MAX || name[0] < 'a' || name[0] > 'z')
		return false;
	for (size_t i = 1; i < size; i++) {
		bool fits = (name[i] >= 'a' && name[i] <= 'z') ||
			    (name[i] >= '0' && name[i] <= '9') || name[i] == '-';

		if (!fits)
			return false;
	}
	return true;
}

_Static_assert(TEEQ_NAME_MAX == 63, "scenario_name_rule says 63");
const char scenario_name_rule[] = "a name ([a-z][a-z0-9-]*, at most 63 characters)";
