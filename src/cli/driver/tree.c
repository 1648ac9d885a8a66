/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a kernel tree is compiled: its own Makefiles say. */
#define _GNU_SOURCE
#include "cli/driver/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

bool driver_exists(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
	       access(path, R_OK) == 0;
}

/* ------------------------------------------- the shims ---------------------------------------- */

static bool is_shims(const char *folder)
{
	return driver_exists(folder, "linux/kconfig.h") && driver_exists(folder, "driver/glue.c");
}

/* Installed they lie beside the command's folder; in a build they are the sources' own. */
int driver_find_shims(struct driver_build *b, const char *given)
{
	static const char *const places[] = { "../include", "../../include", "../../../include" };
	char self[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (given) {
		if (snprintf(b->shims, sizeof(b->shims), "%s", given) < (int)sizeof(b->shims) &&
		    is_shims(b->shims))
			return CLI_OK;
		return cli_error("%s: has no linux/kconfig.h and driver/glue.c: not the folder of "
				 "the kernel's headers, include/teeq/harness",
				 given);
	}
	self[length > 0 ? length : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; slash && i < sizeof(places) / sizeof(places[0]); i++)
		if (snprintf(b->shims, sizeof(b->shims), "%s/%s/teeq/harness", self, places[i]) <
			    (int)sizeof(b->shims) &&
		    is_shims(b->shims))
			return CLI_OK;
	return cli_error("driver build: the kernel's headers, include/teeq/harness, are not where "
			 "this command was installed: say where with --shims");
}

/* ------------------------------------------- the version -------------------------------------- */

static bool number_at(const char *text, unsigned int *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*number = (unsigned int)value;
	return end != text && value < 256;
}

static int set_version(struct driver_build *b, const char *text)
{
	const char *dot = strchr(text, '.');
	unsigned int major, minor;

	if (!number_at(text, &major) || !dot || !number_at(dot + 1, &minor) ||
	    snprintf(b->version, sizeof(b->version), "%s", text) >= (int)sizeof(b->version))
		return cli_error("driver build: found '%.40s', expected the version of a kernel, "
				 "such as 6.12",
				 text);
	b->number = major << 8 | minor;
	if (b->number < 0x0601)
		return cli_error("driver build: this is Linux %s; the driver's parts that are run "
				 "are known from 6.1 on",
				 b->version);
	return CLI_OK;
}

/* "KEY = VALUE" of a line of the tree's Makefile. */
static bool value_of(const char *line, const char *key, char value[16])
{
	size_t length = strlen(key);

	return strncmp(line, key, length) == 0 && sscanf(line + length, " = %15[0-9]", value) == 1;
}

int driver_read_version(struct driver_build *b, const char *given)
{
	char path[PATH_MAX], line[256], text[64];
	char major[16] = "", minor[16] = "", sub[16] = "0";
	FILE *file;

	if (given)
		return set_version(b, given);
	if (snprintf(path, sizeof(path), "%s/Makefile", b->tree) >= (int)sizeof(path))
		return cli_error("%s: the path is too long", b->tree);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (!value_of(line, "VERSION", major) && !value_of(line, "PATCHLEVEL", minor))
			value_of(line, "SUBLEVEL", sub);
	if (file)
		fclose(file);
	if (!major[0] || !minor[0])
		return cli_error("%s: does not say which version of the kernel this is: say it "
				 "with --linux, as in --linux 6.12",
				 path);
	snprintf(text, sizeof(text), "%.15s.%.15s.%.15s", major, minor, sub);
	return set_version(b, text);
}

/* ------------------------------------------- the sources -------------------------------------- */

static int add_source(struct driver_build *b, const char *folder, const char *name)
{
	char path[PATH_MAX];

	if (b->source_count == DRIVER_SOURCE_MAX)
		return cli_error("%s: more than %d files", b->tree, DRIVER_SOURCE_MAX);
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path) ||
	    !driver_exists(b->tree, path))
		return cli_error("%s: has no %s/%s", b->tree, folder, name);
	b->sources[b->source_count] = strdup(path);
	if (!b->sources[b->source_count])
		return cli_error("out of memory");
	b->source_count++;
	return CLI_OK;
}

/* The objects of "@list += a.o b.o" and "@list := a.o" in the Makefile of @folder. */
static int add_objects(struct driver_build *b, const char *folder, const char *list)
{
	char path[PATH_MAX], line[512], *word, *rest;
	size_t before = b->source_count, length = strlen(list);
	int status = CLI_OK;
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s/Makefile", b->tree, folder) >= (int)sizeof(path))
		return cli_error("%s: the path is too long", b->tree);
	file = fopen(path, "r");
	if (!file)
		return cli_error("%s: cannot be read: expected a kernel tree, or as much of it as "
				 "holds drivers/tee",
				 path);
	while (status == CLI_OK && fgets(line, sizeof(line), file)) {
		if (strncmp(line, list, length) != 0 || !(word = strchr(line, '=')))
			continue;
		for (word = strtok_r(word + 1, " \t\n", &rest); word && status == CLI_OK;
		     word = strtok_r(NULL, " \t\n", &rest)) {
			size_t end = strlen(word);

			if (end < 3 || strcmp(word + end - 2, ".o") != 0)
				continue;
			word[end - 1] = 'c';
			status = add_source(b, folder, word);
		}
	}
	fclose(file);
	if (status == CLI_OK && b->source_count == before)
		return cli_error("%s: names no objects of %s", path, list);
	return status;
}

/* Before Linux 6.12 the transports lay beside the core. */
static int add_scmi(struct driver_build *b)
{
	static const char *const folders[] = { "drivers/firmware/arm_scmi/transports",
					       "drivers/firmware/arm_scmi" };
	int status = CLI_OK;

	for (size_t i = 0; i < 2 && !b->scmi; i++) {
		char path[PATH_MAX];

		snprintf(path, sizeof(path), "%s/optee.c", folders[i]);
		if (driver_exists(b->tree, path))
			b->scmi = folders[i];
	}
	if (!b->scmi)
		return CLI_OK;
	status = add_source(b, b->scmi, "optee.c");
	if (status == CLI_OK)
		status = add_source(b, "drivers/firmware/arm_scmi", "msg.c");
	if (status == CLI_OK)
		status = add_source(b, "drivers/firmware/arm_scmi", "shmem.c");
	return status;
}

/* How callers wait for tee-supplicant differs between releases of one version. */
static bool has_word(const struct driver_build *b, const char *name, const char *word)
{
	char path[PATH_MAX], line[512];
	bool found = false;
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s", b->tree, name) >= (int)sizeof(path))
		return false;
	file = fopen(path, "r");
	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, word) != NULL;
	if (file)
		fclose(file);
	return found;
}

/* How a caller waits for tee-supplicant's answer. */
static enum teeq_supplicant_wait tree_supplicant_wait(const struct driver_build *b)
{
	const char *file = "drivers/tee/optee/supp.c";

	if (has_word(b, file, "wait_for_completion_killable(&req->c)"))
		return TEEQ_SUPPLICANT_KILLABLE;
	if (has_word(b, file, "wait_for_completion_interruptible(&req->c)"))
		return TEEQ_SUPPLICANT_INTERRUPTIBLE;
	return TEEQ_SUPPLICANT_UNINTERRUPTIBLE;
}

int driver_find_sources(struct driver_build *b)
{
	int status = add_objects(b, "drivers/tee", "tee-objs");

	b->supplicant_wait = tree_supplicant_wait(b);
	b->reschedules = (has_word(b, "drivers/tee/optee/smc_abi.c", "cond_resched()") ? 1u : 0) |
			 (has_word(b, "drivers/tee/optee/ffa_abi.c", "cond_resched()") ? 2u : 0);
	b->has_rpmb = driver_exists(b->tree, "drivers/misc/rpmb-core.c");
	if (status == CLI_OK && b->has_rpmb)
		status = add_source(b, "drivers/misc", "rpmb-core.c");
	if (status == CLI_OK)
		status = add_objects(b, "drivers/tee/optee", "optee-objs");
	return status == CLI_OK ? add_scmi(b) : status;
}

void driver_free_sources(struct driver_build *b)
{
	for (size_t i = 0; i < b->source_count; i++)
		free(b->sources[i]);
}
