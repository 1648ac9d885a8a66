/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/build.h"

/*
 * What tables are read with, whatever they are of: the path to what is being read, the first
 * mistake, names, and numbers in a range.
 */

size_t key_push(struct build *build, const char *format, ...)
{
	size_t before = build->key_length;
	size_t room = sizeof(build->key) - before;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(build->key + before, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		build->key_length += (size_t)length < room ? (size_t)length : room - 1;
	return before;
}

void key_pop(struct build *build, size_t length)
{
	build->key_length = length;
	build->key[length] = '\0';
}

bool build_fail(struct build *build, const char *format, ...)
{
	va_list arguments;
	char text[sizeof(build->error->text)];

	if (build->status != TEEQ_OK)
		return false;
	if (build->key_length > 0 && build->key[build->key_length - 1] == '.')
		key_pop(build, build->key_length - 1);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	build->status = error_set(build->error, TEEQ_EINPUT, build->key, "%s", text);
	return false;
}

bool build_fail_nomem(struct build *build)
{
	build->status = error_nomem(build->error);
	return false;
}

int name_index(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= TEEQ_NAME_MAX && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

bool build_check_name(struct build *build, const char *name)
{
	if (!name)
		return build_fail(build, "a name is missing");
	if (!is_name(name))
		return build_fail(build, "'%.80s' is not a name: [a-z][a-z0-9-]*, at most %d long",
				  name, TEEQ_NAME_MAX);
	return true;
}

/* A copy of @name (and of ".@number", where that is not negative) that lives in the model. */
const char *build_keep_name(struct build *build, const char *name, int number)
{
	char *copy = build->model->names + build->name_size;

	if (number < 0)
		build->name_size += (size_t)sprintf(copy, "%s", name) + 1;
	else
		build->name_size += (size_t)sprintf(copy, "%s.%d", name, number) + 1;
	return copy;
}

bool build_check_count(struct build *build, const char *what, size_t count, size_t most)
{
	if (count > most)
		return build_fail(build, "%zu %s, at most %zu are possible", count, what, most);
	return true;
}

/* One name of a table of @kind: well formed, and new among the first @count of @names. */
bool build_add_name(struct build *build, const char **names, size_t count, const char *name,
		    int number)
{
	if (!build_check_name(build, name))
		return false;
	if (name_index(names, count, name) >= 0)
		return build_fail(build, "'%s' is declared twice", name);
	names[count] = build_keep_name(build, name, number);
	return true;
}

bool build_in_range(struct build *build, const char *key, uint32_t value, uint32_t least,
		    uint32_t most)
{
	size_t length = key_push(build, "%s", key);

	if (value < least || value > most)
		return build_fail(build, "%u is out of range: %u..%u", value, least, most);
	key_pop(build, length);
	return true;
}

bool build_names(struct build *build, const char *key, const char *const *from, size_t count,
		 size_t most, const char **to, uint8_t *to_count)
{
	size_t length = key_push(build, "%s", key);

	if (!build_check_count(build, key, count, most))
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t inner = key_push(build, "[%zu]", i);

		if (!build_add_name(build, to, i, from[i], -1))
			return false;
		key_pop(build, inner);
	}
	key_pop(build, length);
	*to_count = (uint8_t)count;
	return true;
}
