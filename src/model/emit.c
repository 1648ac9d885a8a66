/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/error.h"
#include "model/build.h"
#include "teeq/abi.h"

/*
 * What all scripts are compiled with: instructions, one
 * behind the other, and what they refer to by name.
 */

bool emit(struct build *build, struct instruction instruction)
{
	struct teeq_model *model = build->model;

	if (model->code_count >= TEEQ_CODE_MAX)
		return build_fail(build, "more than %d steps in all", TEEQ_CODE_MAX);
	if (model->code_count == build->code_capacity) {
		size_t capacity = build->code_capacity ? 2 * build->code_capacity : 64;
		struct instruction *code = realloc(model->code, capacity * sizeof(*code));

		if (!code) {
			build->status = error_nomem(build->error);
			return false;
		}
		model->code = code;
		build->code_capacity = capacity;
	}
	model->code[model->code_count++] = instruction;
	return true;
}

uint16_t code_here(const struct build *build)
{
	return (uint16_t)build->model->code_count;
}

void code_patch(struct build *build, size_t from)
{
	build->model->code[from].target = code_here(build);
}

bool emit_steps(struct build *build, const struct teeq_step *steps, size_t count, int place,
		unsigned int depth)
{
	return build->compile_steps(build, steps, count, place, depth);
}

/* ------------------------------------------ names --------------------------------------------- */

static bool unknown(struct build *build, const char *kind, const char *name)
{
	if (!name)
		return build_fail(build, "the name of the %s is missing", kind);
	return build_fail(build, "'%.80s' is not declared among the %ss", name, kind);
}

bool find_name(struct build *build, const char *kind, const char *const *names, size_t count,
	       const char *name, uint16_t *index)
{
	int found = name ? name_index(names, count, name) : -1;

	if (found < 0)
		return unknown(build, kind, name);
	*index = (uint16_t)found;
	return true;
}

bool find_script(struct build *build, const char *kind, const struct script *scripts, size_t count,
		 const char *name, uint16_t *index)
{
	for (size_t i = 0; name && i < count; i++) {
		if (name_index(&scripts[i].name, 1, name) == 0) {
			*index = (uint16_t)i;
			return true;
		}
	}
	return unknown(build, kind, name);
}

bool find_session(struct build *build, const char *name, uint16_t *index)
{
	const struct teeq_model *model = build->model;

	return find_name(build, "session", model->sessions, model->session_count, name, index);
}

bool find_result(struct build *build, const char *key, const char *name, uint8_t *result)
{
	int found = name ? teeq_failure_find(name) : -1;

	if (found < 0) {
		key_push(build, "%s", key);
		return build_fail(build,
				  name ? "'%.80s' is no error that is known" :
					 "the name of the error is missing",
				  name);
	}
	*result = (uint8_t)found;
	return true;
}
