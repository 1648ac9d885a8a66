/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_DRIVER_BUILD_H
#define CLI_DRIVER_BUILD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <teeq/model.h>

#define DRIVER_ARGUMENT_MAX 64
#define DRIVER_SOURCE_MAX   64

/*
 * A driver that is being built.
 *
 * @tree       the kernel tree, or the part of it that holds the driver
 * @shims      the folder with linux/mutex.h and so on
 * @stage      a folder for the time of the build: the tree's own headers, by name, and what is
 *             compiled
 * @version    of the kernel, as in its Makefile; @number: 0x060c for 6.12
 * @sources    below @tree, in the order in which their modules begin
 * @digest     of all that was read so far
 * @verbose    each command that is run is printed
 */
struct driver_build {
	const char *compiler;
	const char *tree;
	const char *output;
	const char *extra; /* a folder of headers that come first, or NULL */
	char shims[PATH_MAX];
	char stage[PATH_MAX];
	char version[32];
	unsigned int number;
	char *sources[DRIVER_SOURCE_MAX];
	size_t source_count;
	bool has_rpmb;
	enum teeq_supplicant_wait supplicant_wait;
	unsigned int reschedules; /* as in the object */
	const char *scmi; /* the folder of the SCMI transport, or NULL: there is none */
	uint64_t digest;
	bool verbose;
	bool json; /* what was built is told in JSON */
	bool on_threads; /* for teeq stress */
	bool sanitizes; /* and seen by ThreadSanitizer */
};

/* ---- driver_tree.c: what the tree has. All return CLI_OK, or CLI_BAD after a message. ---- */
int driver_find_shims(struct driver_build *b, const char *given);
int driver_read_version(struct driver_build *b, const char *given);
int driver_find_sources(struct driver_build *b);
void driver_free_sources(struct driver_build *b);
bool driver_exists(const char *folder, const char *name);

/* ---- driver_compile.c ---- */
int driver_make_stage(struct driver_build *b);
void driver_remove_stage(const struct driver_build *b);
int driver_compile(struct driver_build *b);

#endif
