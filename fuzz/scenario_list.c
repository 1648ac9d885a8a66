/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_list.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "generate.h"
#include "teeq/scenario.h"

enum {
	LISTED_MAX = 512,
	GENERATED = 192
};

static struct listed_scenario listed[LISTED_MAX];
static size_t listed_count;

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "%s\n", what);
	exit(2);
}

static void add(const struct teeq_scenario *scenario, const char *name)
{
	struct listed_scenario *entry = &listed[listed_count];

	if (listed_count++ == LISTED_MAX)
		give_up("more scenarios than there is room for");
	entry->name = name;
	entry->scenario = scenario;
	entry->place = (uint16_t)hash_bytes(name, strlen(name));
}

static const char *beside_program(void)
{
	static char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof("scenarios"));

	if (length < 0)
		give_up("no scenarios, and no program");
	while (length > 0 && path[length - 1] != '/')
		length--;
	strcpy(path + length, "scenarios");
	return path;
}

const char *scenario_list_folder(unsigned int index)
{
	static const char *const folders[] = { TEEQ_SOURCE_DIR "/examples/scenarios",
					       TEEQ_SOURCE_DIR "/fuzz/scenarios" };

	if (access(folders[0], R_OK) != 0)
		return index == 0 ? beside_program() : NULL;
	return index < 2 ? folders[index] : NULL;
}

static int is_scenario(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* The files stay in memory: boards and expectations refer to them. */
static void add_files(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_scenario, alphasort);

	if (count <= 0)
		give_up("no scenarios");
	for (int i = 0; i < count; i++) {
		struct teeq_scenario_file *file = NULL;
		struct teeq_error error;
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		if (teeq_scenario_load(path, &file, &error) != TEEQ_OK)
			give_up(error.text);
		add(teeq_scenario_tables(file), teeq_scenario_tables(file)->name);
		free(entries[i]);
	}
	free(entries);
}

/* Two in three have what surrounds the calls, too. */
static void add_generated(void)
{
	static struct generated generated[GENERATED];
	static char names[GENERATED][16];

	for (unsigned int i = 0; i < GENERATED; i++) {
		const struct generator generator = { .states = 20000,
						     .mechanisms = i >= GENERATED / 3 };

		snprintf(names[i], sizeof(names[i]), "generated-%u", i);
		generate(&generated[i], &generator, i);
		add(&generated[i].scenario, names[i]);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct listed_scenario *one = a, *other = b;

	return one->place != other->place ? one->place - other->place :
					    strcmp(one->name, other->name);
}

struct listed_scenario *scenario_list_at(uint16_t number)
{
	size_t index = 0;

	if (listed_count == 0) {
		for (unsigned int i = 0; scenario_list_folder(i); i++)
			add_files(scenario_list_folder(i));
		add_generated();
		qsort(listed, listed_count, sizeof(listed[0]), by_place);
	}
	while (index < listed_count && listed[index].place < number)
		index++;
	return &listed[index % listed_count];
}

struct teeq_fuzz_board *scenario_list_board(struct listed_scenario *entry, unsigned int policy)
{
	if (policy >= SCENARIO_LIST_POLICIES)
		give_up("there are more policies than places for their boards");
	if (!entry->boards[policy])
		TEEQ_FUZZ_REQUIRE(teeq_fuzz_board_new(teeq_test_tables(entry->scenario),
						      teeq_policy_at(policy),
						      &entry->boards[policy]));
	return entry->boards[policy];
}

enum teeq_verdict scenario_list_expects(const struct listed_scenario *entry, const char *policy)
{
	for (size_t i = 0; i < entry->scenario->expect_count; i++)
		if (strcmp(entry->scenario->expects[i].policy, policy) == 0)
			return entry->scenario->expects[i].verdict;
	return TEEQ_VERDICT_COUNT;
}
