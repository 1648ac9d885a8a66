/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_SCENARIO_H
#define TEEQ_SCENARIO_H

#include <stddef.h>
#include <stdio.h>

#include "teeq/api.h"
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
 * TEEQ_ENOMEM. @path "-" is standard input. teeq_scenario_parse() takes the text from memory, @path
 * then only names it.
 */
TEEQ_API enum teeq_status teeq_scenario_load(const char *path, struct teeq_scenario_file **file,
					     struct teeq_error *error);
TEEQ_API enum teeq_status teeq_scenario_parse(const char *path, const char *text, size_t size,
					      struct teeq_scenario_file **file,
					      struct teeq_error *error);
TEEQ_API void teeq_scenario_free(struct teeq_scenario_file *file); /* NULL is fine */
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

/* Write @scenario as a scenario file that loads to an equal model. TEEQ_EIO, TEEQ_ENOMEM. */
TEEQ_API enum teeq_status teeq_scenario_print(const struct teeq_scenario *scenario, FILE *out);
/* The same with every default that a file can say filled in, lists and mappings that are empty left out. */
TEEQ_API enum teeq_status teeq_scenario_print_whole(const struct teeq_scenario *scenario,
						    FILE *out);

/*
 * Recordings: JSON, one run a line. open, then next until it returns TEEQ_OK with *@recording NULL
 * at the end of the file. A recording belongs to the reader and lives until the next call or close.
 * Errors as above ("PATH:LINE: KEY: ..."); after one the reader can only be closed.
 */
struct teeq_recordings;
#define TEEQ_RECORDING_BYTES_MAX (16u << 20) /* a longer line is refused */
TEEQ_API enum teeq_status teeq_recordings_new(const char *path, struct teeq_recordings **reader,
					      struct teeq_error *error);
TEEQ_API enum teeq_status teeq_recordings_next(struct teeq_recordings *reader,
					       const struct teeq_recording **recording,
					       struct teeq_error *error);
/* The line of the last recording, from 1. */
TEEQ_API size_t teeq_recordings_line(const struct teeq_recordings *reader);
TEEQ_API void teeq_recordings_free(struct teeq_recordings *reader); /* NULL is fine */

#ifdef __cplusplus
}
#endif
#endif
