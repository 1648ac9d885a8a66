/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_SCENARIO_H
#define TEEQ_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "teeq/model.h"
#include "teeq/recording.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Scenario files and recordings. This header belongs to libteeq-scenario, which links libyaml and
 * jansson; libteeq itself does not.
 */

/* A scenario with the memory its tables live in. */
struct teeq_scenario_file;

#define TEEQ_SCENARIO_BYTES_MAX (1u << 20) /* a longer file is refused */

/*
 * Load, check and resolve a scenario. On success *@file is the caller's. On failure @error->text is
 * one complete line, "PATH:LINE: KEY: what was found and what is allowed": TEEQ_EINPUT, TEEQ_EIO,
 * TEEQ_ENOMEM. @path "-" is standard input.
 */
TEEQ_API enum teeq_status teeq_scenario_load(const char *path, struct teeq_scenario_file **file,
					     struct teeq_error *error);
/*
 * The same of @size bytes of @text, which stay the caller's and need no zero at their end; @path
 * only names them in messages.
 */
TEEQ_API enum teeq_status teeq_scenario_parse(const char *path, const char *text, size_t size,
					      struct teeq_scenario_file **file,
					      struct teeq_error *error);

/* A value to be taken for that of a file: the way to it, "clients.app.count", and a plain word. */
struct teeq_scenario_change {
	const char *key;
	const char *value;
};
/*
 * As teeq_scenario_load(), as if each @key of @changes, @change_count of them, had that @value in
 * the file. A later change comes after an earlier one. What holds the value must be there, or be
 * missing as a whole; lists cannot be changed. Errors name the key.
 */
TEEQ_API enum teeq_status teeq_scenario_load_changed(const char *path,
						     const struct teeq_scenario_change *changes,
						     size_t change_count,
						     struct teeq_scenario_file **file,
						     struct teeq_error *error);
/* Give the scenario and its tables back. NULL is fine. */
TEEQ_API void teeq_scenario_free(struct teeq_scenario_file *file);
/* The tables; valid until the file is freed. */
TEEQ_API const struct teeq_scenario *teeq_scenario_tables(const struct teeq_scenario_file *file);

/* The line of the file that @key ("clients.app.do[0].call") stands on, or as near as there is. */
TEEQ_API size_t teeq_scenario_line(const struct teeq_scenario_file *file, const char *key);
/*
 * What the file says and hardly means: things that are declared and never used, a script that ends
 * with a lock held, tee-supplicant that is asked and not declared. Each is one complete line,
 * "PATH:LINE: warning: KEY: text", valid until the file is freed; NULL behind the last.
 */
TEEQ_API const char *teeq_scenario_warning(const struct teeq_scenario_file *file, size_t index);
/*
 * Such a line in parts, which are valid as long.
 *
 * @kind   which sort of thing it is: "unused", "kept-lock", "no-supplicant", "shared-by-guests" or
 *         "idle-fault"
 * @line   of the file, from 1
 * @key    as teeq_scenario_line() takes it
 * @text   without the three others
 */
struct teeq_scenario_remark {
	const char *kind;
	size_t line;
	const char *key;
	const char *text;
};
/* The parts of the warning @index; false, and *@remark empty, behind the last. */
TEEQ_API bool teeq_scenario_remark_at(const struct teeq_scenario_file *file, size_t index,
				      struct teeq_scenario_remark *remark);

/* Write @scenario as a scenario file that loads to an equal model. TEEQ_EIO, TEEQ_ENOMEM. */
TEEQ_API enum teeq_status teeq_scenario_print(const struct teeq_scenario *scenario, FILE *out);
/*
 * The same with every default that a file can say filled in, lists and mappings that are empty left
 * out.
 */
TEEQ_API enum teeq_status teeq_scenario_print_whole(const struct teeq_scenario *scenario,
						    FILE *out);
/*
 * A word on all that @scenario says, the same on every machine: files that differ in their layout
 * and comments alone have the same, others do not but by chance. TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_scenario_digest(const struct teeq_scenario *scenario,
					       uint64_t *digest);

/* Reads a file of recordings: JSON, one run a line. */
struct teeq_recordings;
#define TEEQ_RECORDING_BYTES_MAX (16u << 20) /* a longer line is refused */
/*
 * Begin to read @path ("-": standard input). On success *@reader is the caller's, until
 * teeq_recordings_free(). TEEQ_EIO, TEEQ_ENOMEM.
 */
TEEQ_API enum teeq_status teeq_recordings_new(const char *path, struct teeq_recordings **reader,
					      struct teeq_error *error);
/*
 * The next recording; TEEQ_OK with *@recording NULL at the end of the file. It belongs to the
 * reader and lives until the next call. Errors as of teeq_scenario_load() ("PATH:LINE: KEY: ...");
 * after one the reader can only be freed.
 */
TEEQ_API enum teeq_status teeq_recordings_next(struct teeq_recordings *reader,
					       const struct teeq_recording **recording,
					       struct teeq_error *error);
/* The line of the last recording, from 1. */
TEEQ_API size_t teeq_recordings_line(const struct teeq_recordings *reader);
/* Close the file and give everything back, the last recording too. NULL is fine. */
TEEQ_API void teeq_recordings_free(struct teeq_recordings *reader);

#ifdef __cplusplus
}
#endif
#endif
