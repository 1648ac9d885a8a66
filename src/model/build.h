/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_BUILD_H
#define MODEL_BUILD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "teeq/status.h"

/*
 * Building a model is one pass over the tables that checks everything it reads. @key is the path of
 * what is being read ("clients.app.do[0].call"), for messages; the first mistake wins.
 */
struct build {
	const struct teeq_scenario *scenario;
	struct teeq_model *model;
	struct teeq_error *error;
	enum teeq_status status;
	size_t code_capacity;
	size_t name_size;
	char key[160];
	size_t key_length;
};

/* Extend the path; the value returned goes to key_pop() afterwards. */
size_t key_push(struct build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
void key_pop(struct build *build, size_t length);

/* Record the first mistake, at the current path. Returns false, for `return build_fail(...)`. */
bool build_fail(struct build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* compile.c: the scripts of commands, services and clients become code. */
bool build_code(struct build *build);
/* depth.c: how deep calls nest, what scripts may signal; refuses services that never end. */
bool build_depths(struct build *build);
/* layout.c: where everything lives in a world; and the digest. */
bool build_layout(struct build *build);
uint64_t model_compute_digest(const struct teeq_model *model);

/* The index of @name in a table of names, or -1. */
int name_index(const char *const *names, size_t count, const char *name);

#endif
