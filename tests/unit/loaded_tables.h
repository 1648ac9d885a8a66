/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LOADED_TABLES_H
#define TESTS_LOADED_TABLES_H

#include "story.h"

#include "scenario/load.h"
#include "teeq/scenario.h"
#include "unit/printed_tables.h"
#include "unit/same_tables.h"

/* The tables of a scenario file's text, and back. */
struct tables {
	struct arena arena;
	struct teeq_scenario scenario;
};

static inline void unload(struct tables *tables)
{
	arena_free(&tables->arena);
	free(tables);
}

/* NULL, and a message, where the text is refused. */
static inline struct tables *try_load(const char *text, size_t size, struct teeq_error *error)
{
	struct tables *tables = calloc(1, sizeof(*tables));
	struct loader loader = { .path = "x.yaml", .error = error };
	const struct node *root = NULL;
	enum teeq_status status;

	assert_non_null(tables);
	loader.arena = &tables->arena;
	status = tree_read(loader.arena, "x.yaml", text, size, &root, error);
	if (status == TEEQ_OK)
		status = load_scenario(&loader, root, &tables->scenario);
	if (status == TEEQ_OK)
		return tables;
	assert_int_equal(status, TEEQ_EINPUT);
	assert_int_equal(strncmp(error->text, "x.yaml:", 7), 0);
	unload(tables);
	return NULL;
}
#define try_load(...) FROM(try_load(__VA_ARGS__))

static inline struct tables *load(const char *text, size_t size)
{
	struct teeq_error error = { .status = TEEQ_OK };
	struct tables *tables = try_load(text, size, &error);

	if (!tables)
		fail_msg("%s\n%.*s", error.text, (int)size, text);
	return tables;
}
#define load(...) FROM(load(__VA_ARGS__))

/* What is printed loads to the same tables. */
static inline void assert_round_trip(const struct teeq_scenario *scenario)
{
	char *text = printed_tables(scenario);
	struct tables *again = load(text, strlen(text));

	assert_same_tables(scenario, &again->scenario);
	unload(again);
	free(text);
}
#define assert_round_trip(...) FROM(assert_round_trip(__VA_ARGS__))

#endif
