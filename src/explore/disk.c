/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE /* fallocate() */
#include "explore/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"

struct disk_piece {
	struct disk_piece *next;
	void *memory;
	size_t size;
	uint64_t offset;
};

#define NAME_SIZE 4096

/* Without a name as soon as it is there, so that nothing is left behind whatever happens. */
static int open_nameless(const char *folder)
{
	char name[NAME_SIZE];
	int file;

	if (snprintf(name, sizeof(name), "%s/teeq.XXXXXX", folder) >= NAME_SIZE) {
		errno = ENAMETOOLONG;
		return -1;
	}
	file = mkstemp(name);
	if (file < 0)
		return -1;
	unlink(name);
	fcntl(file, F_SETFD, FD_CLOEXEC);
	return file;
}

static enum teeq_status disk_error(const char *folder, int why, struct teeq_error *error)
{
	return error_set(error, TEEQ_EIO, "disk", "%.300s: no room for the search's tables: %s",
			 folder, strerror(why));
}

enum teeq_status disk_open(struct disk *disk, const char *folder, struct teeq_error *error)
{
	memset(disk, 0, sizeof(*disk));
	disk->file = open_nameless(folder);
	if (disk->file < 0)
		return disk_error(folder, errno, error);
	pthread_mutex_init(&disk->mutex, NULL);
	return TEEQ_OK;
}

enum teeq_status disk_full(const struct disk *disk, const char *folder, struct teeq_error *error)
{
	return disk_error(folder, atomic_load(&disk->why), error);
}

void disk_close(struct disk *disk)
{
	while (disk->pieces)
		disk_give(disk, disk->pieces->memory);
	close(disk->file);
	pthread_mutex_destroy(&disk->mutex);
}

/* The blocks, then the memory; 0 or errno. */
static int map_piece(struct disk *disk, struct disk_piece *piece, bool scattered)
{
	int failed = posix_fallocate(disk->file, (off_t)piece->offset, (off_t)piece->size);

	if (failed)
		return failed;
	piece->memory = mmap(NULL, piece->size, PROT_READ | PROT_WRITE, MAP_SHARED, disk->file,
			     (off_t)piece->offset);
	if (piece->memory == MAP_FAILED)
		return errno;
	if (scattered)
		posix_madvise(piece->memory, piece->size, POSIX_MADV_RANDOM);
	return 0;
}

void *disk_take(struct disk *disk, size_t size, bool scattered)
{
	struct disk_piece *piece = malloc(sizeof(*piece));
	int failed;

	if (!piece)
		return NULL;
	piece->size = (size + DISK_PIECE_MIN - 1) / DISK_PIECE_MIN * DISK_PIECE_MIN;
	pthread_mutex_lock(&disk->mutex);
	piece->offset = disk->end;
	failed = map_piece(disk, piece, scattered);
	if (failed) {
		atomic_store(&disk->why, failed);
	} else {
		disk->end += piece->size;
		piece->next = disk->pieces;
		disk->pieces = piece;
		atomic_fetch_add(&disk->bytes, piece->size);
	}
	pthread_mutex_unlock(&disk->mutex);
	if (!failed)
		return piece->memory;
	free(piece);
	return NULL;
}

/*
 * Where holes cannot be made, the blocks are free when all is over. Emscripten has
 * the names for it, and no such function.
 */
static void make_hole(const struct disk *disk, const struct disk_piece *piece)
{
#if defined(FALLOC_FL_PUNCH_HOLE) && !defined(__EMSCRIPTEN__)
	(void)fallocate(disk->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			(off_t)piece->offset, (off_t)piece->size);
#else
	(void)disk, (void)piece;
#endif
}

void disk_give(struct disk *disk, void *memory)
{
	struct disk_piece **link = &disk->pieces, *piece;

	pthread_mutex_lock(&disk->mutex);
	while (*link && (*link)->memory != memory)
		link = &(*link)->next;
	piece = *link;
	if (piece) {
		*link = piece->next;
		munmap(piece->memory, piece->size);
		make_hole(disk, piece);
		atomic_fetch_sub(&disk->bytes, piece->size);
	}
	pthread_mutex_unlock(&disk->mutex);
	free(piece);
}
