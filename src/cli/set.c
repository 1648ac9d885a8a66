/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/cli.h"

#define SET_KEY_MAX 256

static struct teeq_scenario_change changes[CLI_SET_MAX];
static size_t change_count;
static char keys[CLI_SET_MAX][SET_KEY_MAX];

const struct teeq_scenario_change *cli_set_changes(size_t *count)
{
	*count = change_count;
	return changes;
}

/* @length bytes of @key. */
static void set_change(const char *key, size_t length, const char *value)
{
	memcpy(keys[change_count], key, length);
	keys[change_count][length] = '\0';
	changes[change_count] = (struct teeq_scenario_change){ keys[change_count], value };
	change_count++;
}

const char *cli_set_add(const char *text)
{
	size_t length = strcspn(text, "=");

	if (text[length] != '=' || length == 0 || length >= SET_KEY_MAX)
		return "is not KEY=VALUE, such as secure.threads=3";
	if (change_count == CLI_SET_MAX)
		return "is one more than there may be";
	set_change(text, length, text + length + 1);
	return NULL;
}

bool cli_set_take(const struct teeq_scenario_change *change)
{
	size_t length = strlen(change->key);

	if (length >= SET_KEY_MAX || change_count == CLI_SET_MAX)
		return false;
	set_change(change->key, length, change->value);
	return true;
}
