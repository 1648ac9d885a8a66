/* SPDX-License-Identifier: BSD-2-Clause */
/* The shared object of a driver. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "driver/driver.h"

/* ------------------------------------------ its statics --------------------------------------- */

struct looked_for {
	struct teeq_driver *driver;
	const void *inside;
};

static bool is_within(const struct dl_phdr_info *info, const void *address)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type == PT_LOAD && (uintptr_t)address >= start &&
		    (uintptr_t)address - start < info->dlpi_phdr[i].p_memsz)
			return true;
	}
	return false;
}

/* What is written once, when it is loaded, is closed behind that. */
static uintptr_t end_of_constants(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
			uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr +
					info->dlpi_phdr[i].p_memsz;

			return (end + 4095) & ~(uintptr_t)4095;
		}
	return 0;
}

static void add_segment(struct teeq_driver *driver, uintptr_t start, uintptr_t end)
{
	struct segment *segment = &driver->segments[driver->segment_count];

	if (start >= end || driver->segment_count == SEGMENT_MAX)
		return;
	*segment = (struct segment){ (void *)start, malloc(end - start), end - start };
	if (segment->fresh)
		memcpy(segment->fresh, segment->bytes, segment->size);
	driver->segment_count++;
}

static int object_look_at(struct dl_phdr_info *info, size_t size, void *argument)
{
	const struct looked_for *wanted = argument;
	uintptr_t constants;

	(void)size;
	if (!is_within(info, wanted->inside))
		return 0;
	constants = end_of_constants(info);
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_W))
			add_segment(wanted->driver, start > constants ? start : constants,
				    start + info->dlpi_phdr[i].p_memsz);
	}
	return 1;
}

static bool object_note_statics(struct teeq_driver *driver)
{
	dl_iterate_phdr(object_look_at, &(struct looked_for){ driver, driver->object });
	for (size_t i = 0; i < driver->segment_count; i++)
		if (!driver->segments[i].fresh)
			return false;
	return true;
}

/* -------------------------------------------- loading ----------------------------------------- */

/* The loader's sentence ends with what it looked for in vain. */
static enum teeq_status tell_missing(struct teeq_error *error, const char *said)
{
	const char *symbol = strstr(said, "undefined symbol: ");

	if (!symbol)
		return error_set(error, TEEQ_EINPUT, "driver", "%s", said);
	symbol += strlen("undefined symbol: ");
	return error_set(error, TEEQ_EINPUT, "driver",
			 "wants %s, which teeq's kernel does not have: "
			 "a header of your own may define it, see teeq driver build --include",
			 symbol);
}

static enum teeq_status object_judge(const struct teeq_driver *driver, struct teeq_error *error)
{
	if (!driver->object)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "no symbol %s: not a driver of teeq "
				 "driver build",
				 TEEQ_DRIVER_SYMBOL);
	if (driver->object->abi != TEEQ_DRIVER_ABI)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "was built for interface %u, this "
				 "teeq has %d: build it again",
				 driver->object->abi, TEEQ_DRIVER_ABI);
	return TEEQ_OK;
}

/* The loader takes what the file does not have for granted, and the program ends by a signal. */
static bool object_is_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	bool whole = false;
	ElfW(Ehdr) head;
	ElfW(Phdr) part;
	long size;

	if (!file)
		return true; /* which is told otherwise */
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 &&
	    fseek(file, 0, SEEK_SET) == 0 && fread(&head, sizeof(head), 1, file) == 1 &&
	    memcmp(head.e_ident, ELFMAG, SELFMAG) == 0) {
		whole = fseek(file, (long)head.e_phoff, SEEK_SET) == 0;
		for (unsigned int i = 0; whole && i < head.e_phnum; i++)
			whole = fread(&part, sizeof(part), 1, file) == 1 &&
				(part.p_type != PT_LOAD ||
				 (part.p_offset <= (uint64_t)size &&
				  part.p_filesz <= (uint64_t)size - part.p_offset));
	}
	fclose(file);
	return whole;
}

enum teeq_status teeq_driver_new(const char *path, struct teeq_driver **result,
				 struct teeq_error *error)
{
	struct teeq_driver *driver;
	enum teeq_status status;
	char name[4096];

	if (!path || !result)
		return error_null(error, "path, driver");
	driver = calloc(1, sizeof(*driver));
	if (!driver)
		return error_nomem(error);
	driver->fd = -1;
	/* Without a slash the loader would look anywhere but here. */
	snprintf(name, sizeof(name), "%s%s", strchr(path, '/') ? "" : "./", path);
	if (!object_is_whole(name)) {
		free(driver);
		return error_set(error, TEEQ_EINPUT, "driver", "not a shared object, or cut short");
	}
	/* Loaded twice it would be there once, with what its runs have left. */
	driver->handle = dlopen(name, RTLD_NOW | RTLD_NOLOAD);
	if (driver->handle) {
		teeq_driver_free(driver);
		return error_set(error, TEEQ_EINPUT, "driver",
				 "it is loaded already: a copy of the file would do");
	}
	driver->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!driver->handle) {
		status = tell_missing(error, dlerror());
		free(driver);
		return status;
	}
	driver->object = dlsym(driver->handle, TEEQ_DRIVER_SYMBOL);
	status = object_judge(driver, error);
	if (status != TEEQ_OK) {
		teeq_driver_free(driver);
		return status;
	}
	driver->path = strdup(name);
	if (!driver->path || !object_note_statics(driver)) {
		teeq_driver_free(driver);
		return error_nomem(error);
	}
	*result = driver;
	return TEEQ_OK;
}

/* ------------------------------------------ once more ----------------------------------------- */

/* The bytes of the file at @path in one that has no name; negative: they cannot be had. */
static int copy_file(const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC), to = memfd_create("driver", MFD_CLOEXEC);
	char bytes[65536];
	ssize_t got = -1;

	while (from >= 0 && to >= 0 && (got = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)got) != got) {
			got = -1;
			break;
		}
	if (from >= 0)
		close(from);
	if (got == 0)
		return to;
	if (to >= 0)
		close(to);
	return -1;
}

/* The loader has what is the same file once: so it is another one. */
static enum teeq_status load_twin(const struct teeq_driver *driver, struct teeq_driver *twin,
				  struct teeq_error *error)
{
	char name[32];

	twin->fd = copy_file(driver->path);
	if (twin->fd < 0)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "several guests each have a driver: %s cannot be copied: %s",
				 driver->path, strerror(errno));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", twin->fd);
	twin->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	if (!twin->handle)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "several guests each have a driver: %s", dlerror());
	twin->object = dlsym(twin->handle, TEEQ_DRIVER_SYMBOL);
	if (!twin->object || twin->object->digest != driver->object->digest)
		return error_set(error, TEEQ_EINPUT, "driver",
				 "%s is another one than when it was loaded", driver->path);
	return object_note_statics(twin) ? TEEQ_OK : error_nomem(error);
}

enum teeq_status driver_twin(struct teeq_driver *driver, struct teeq_driver **result,
			     struct teeq_error *error)
{
	struct teeq_driver *twin = driver->twin;
	enum teeq_status status;

	if (!twin) {
		twin = calloc(1, sizeof(*twin));
		if (!twin)
			return error_nomem(error);
		twin->fd = -1;
		twin->path = strdup(driver->path);
		status = twin->path ? load_twin(driver, twin, error) : error_nomem(error);
		if (status != TEEQ_OK) {
			teeq_driver_free(twin);
			return status;
		}
		driver->twin = twin;
	}
	*result = twin;
	return TEEQ_OK;
}

/* -------------------------------------------- the end ----------------------------------------- */

void teeq_driver_free(struct teeq_driver *driver)
{
	if (!driver)
		return;
	teeq_driver_free(driver->twin);
	for (size_t i = 0; i < driver->segment_count; i++)
		free(driver->segments[i].fresh);
	if (driver->handle)
		dlclose(driver->handle);
	if (driver->fd >= 0)
		close(driver->fd);
	free(driver->path);
	free(driver);
}

const char *teeq_driver_stamp(const struct teeq_driver *driver)
{
	return driver ? driver->object->stamp : NULL;
}

uint32_t teeq_driver_version(const struct teeq_driver *driver)
{
	return driver ? driver->object->version : 0;
}

const char *teeq_driver_policy(const struct teeq_driver *driver)
{
	return driver && driver->object->version >= 0x0608 ? "mainline" : "untracked";
}

bool teeq_driver_is_for_threads(const struct teeq_driver *driver)
{
	return driver && driver->object->on_threads;
}
