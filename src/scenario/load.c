/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/load.h"
#include "scenario/warn.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "teeq/scenario.h"

struct teeq_scenario_file {
	struct arena arena;
	struct teeq_scenario scenario;
	struct warnings warnings;
};

/* What is taken for what else. */
struct changed {
	const struct teeq_scenario_change *changes;
	size_t count;
};

void teeq_scenario_free(struct teeq_scenario_file *file)
{
	if (!file)
		return;
	arena_free(&file->arena);
	free(file);
}

const struct teeq_scenario *teeq_scenario_tables(const struct teeq_scenario_file *file)
{
	if (!file)
		return NULL;
	return &file->scenario;
}

size_t teeq_scenario_line(const struct teeq_scenario_file *file, const char *key)
{
	if (!file || !key)
		return 0;
	return node_path_line(file->warnings.root, key);
}

const char *teeq_scenario_warning(const struct teeq_scenario_file *file, size_t index)
{
	if (!file)
		return NULL;
	return index < file->warnings.count ? file->warnings.entries[index].text : NULL;
}

bool teeq_scenario_remark_at(const struct teeq_scenario_file *file, size_t index,
			     struct teeq_scenario_remark *remark)
{
	if (!remark)
		return false;
	*remark = (struct teeq_scenario_remark){ .line = 0 };
	if (!file || index >= file->warnings.count)
		return false;
	*remark = file->warnings.entries[index].remark;
	return true;
}

/* The model's judgement of the tables, with the line that its key is on. */
static enum teeq_status check_tables(struct loader *loader, const struct node *root,
				     const struct teeq_scenario *scenario)
{
	struct teeq_error found = { .status = TEEQ_OK };
	enum teeq_status status = teeq_scenario_validate(scenario, &found);

	if (status == TEEQ_OK)
		return TEEQ_OK;
	if (status == TEEQ_ENOMEM)
		return load_no_memory(loader);
	return message_set(loader->error, status, loader->path, node_path_line(root, found.key),
			   found.key, found.text);
}

static enum teeq_status look_twice(struct loader *loader, const struct node *root,
				   struct teeq_scenario_file *made)
{
	made->warnings = (struct warnings){
		.arena = loader->arena, .path = loader->path, .root = root,
	};
	return warnings_find(&made->warnings, &made->scenario) == TEEQ_OK ?
		       TEEQ_OK :
		       load_no_memory(loader);
}

static enum teeq_status change_tree(struct loader *loader, const struct node *root,
				    const struct changed *changed)
{
	for (size_t i = 0; i < changed->count; i++) {
		const struct teeq_scenario_change *change = &changed->changes[i];
		enum teeq_status status = tree_change(loader->arena, root, change->key,
						      change->value);

		if (status == TEEQ_ENOMEM)
			return load_no_memory(loader);
		if (status != TEEQ_OK)
			return message_set(loader->error, status, loader->path,
					   root ? node_path_line(root, change->key) : 1,
					   change->key, "is no way to a value that can be set");
	}
	return TEEQ_OK;
}

static enum teeq_status parse_changed(const char *path, const char *text, size_t size,
				      const struct changed *changed,
				      struct teeq_scenario_file **file, struct teeq_error *error)
{
	struct teeq_scenario_file *made;
	struct loader loader = { .path = path, .error = error };
	const struct node *root = NULL;
	enum teeq_status status;

	if (!path || !text || !file)
		return message_set(error, TEEQ_EINPUT, path ? path : "", 0, "",
				   "NULL, where something must be pointed to");
	if (size > TEEQ_SCENARIO_BYTES_MAX)
		return message_set(error, TEEQ_EINPUT, path, 1, "",
				   "the file is longer than 1 MiB, the most that is allowed");
	made = calloc(1, sizeof(*made));
	if (!made)
		return message_set_no_memory(error, path);
	loader.arena = &made->arena;
	status = tree_read(loader.arena, path, text, size, &root, error);
	if (status == TEEQ_OK)
		status = change_tree(&loader, root, changed);
	if (status == TEEQ_OK)
		status = load_scenario(&loader, root, &made->scenario);
	if (status == TEEQ_OK)
		status = check_tables(&loader, root, &made->scenario);
	if (status == TEEQ_OK)
		status = look_twice(&loader, root, made);
	if (status == TEEQ_OK)
		*file = made;
	else
		teeq_scenario_free(made);
	return status;
}

enum teeq_status teeq_scenario_parse(const char *path, const char *text, size_t size,
				     struct teeq_scenario_file **file, struct teeq_error *error)
{
	return parse_changed(path, text, size, &(struct changed){ NULL, 0 }, file, error);
}

static enum teeq_status read_whole(FILE *stream, const char *path, char *text, size_t *size,
				   struct teeq_error *error)
{
	errno = 0;
	*size = fread(text, 1, TEEQ_SCENARIO_BYTES_MAX + 1, stream);
	if (ferror(stream))
		return message_set_errno(error, path, "read", errno);
	return TEEQ_OK;
}

enum teeq_status teeq_scenario_load(const char *path, struct teeq_scenario_file **file,
				    struct teeq_error *error)
{
	return teeq_scenario_load_changed(path, NULL, 0, file, error);
}

enum teeq_status teeq_scenario_load_changed(const char *path,
					    const struct teeq_scenario_change *changes,
					    size_t change_count,
					    struct teeq_scenario_file **file,
					    struct teeq_error *error)
{
	const struct changed changed = { changes, change_count };
	bool standard = path && strcmp(path, "-") == 0;
	const char *name = standard ? "<stdin>" : path;
	FILE *stream = NULL;
	enum teeq_status status;
	size_t size = 0;
	char *text;

	if (!path || !file || (!changes && change_count > 0))
		return message_set(error, TEEQ_EINPUT, path ? path : "", 0, "",
				   "NULL, where something must be pointed to");
	stream = standard ? stdin : fopen(path, "rb");
	if (!stream)
		return message_set_errno(error, name, "open", errno);
	text = malloc(TEEQ_SCENARIO_BYTES_MAX + 1);
	if (text)
		status = read_whole(stream, name, text, &size, error);
	else
		status = message_set_no_memory(error, name);
	if (!standard)
		fclose(stream);
	if (status == TEEQ_OK)
		status = parse_changed(name, text, size, &changed, file, error);
	free(text);
	return status;
}
