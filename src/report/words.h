/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/world.h"

/*
 * A text in a buffer of the caller's, as snprintf() would make it: @length counts what the whole
 * text has, also what did not fit into @size.
 */
struct words {
	char *text;
	size_t size;
	size_t length;
};

#define WORDS_MAX 1024 /* enough for any one line that this room writes */

void words_start(struct words *words, char *text, size_t size);
void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A name of the model's, or "?" where an index is out of range: what is broken is still printed. */
const char *words_name(const char *name);
/* " to register memory" and the like, of enum teeq_memory; or nothing. */
const char *words_memory(uint8_t memory);
/* A driver's answer: its name, or the number where there is none. */
void words_add_errno(struct words *words, int result);
/* A notification: "ready (key 0)"; "key 65" where it belongs to a thread context. */
void words_add_notification(struct words *words, const struct teeq_model *model, unsigned int key);
/* A lock of the secure world: "secure lock fs", "TA storage". */
void words_add_secure_lock(struct words *words, const struct teeq_model *model, unsigned int lock);
/* A caller: ">" for each level of nesting, then the task. */
void words_add_caller(struct words *words, const struct teeq_model *model,
		      struct teeq_caller caller);
/* A call: "call write", "nested call write", or without the command where it runs none. */
void words_add_call(struct words *words, const struct teeq_model *model,
		    const struct teeq_world *world, struct teeq_caller caller);

/* ": failed, -ENOMEM, why", of what can; @why may be NULL. Success is not told. */
void words_add_failure(struct words *words, const struct teeq_event *event, const char *why);

#endif
