/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLORE_DISK_H
#define EXPLORE_DISK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

/*
 * A file without a name in a folder of the user's, whose pieces are memory: tables that are larger
 * than the host's. The system writes them out where it needs the room; with the search the file is
 * gone, however that ended. Each piece has its blocks on the disk before it is used, so that a full
 * one is told by disk_take(), and not by a signal. All functions may be called by several threads.
 */
struct disk {
	int file;
	uint64_t end;
	struct disk_piece *pieces;
	pthread_mutex_t mutex; /* of the three above */
	_Atomic uint64_t bytes; /* in use */
	_Atomic int why;	/* errno of a piece that could not be had; 0: none */
};

#define DISK_PIECE_MIN ((size_t)1 << 16) /* what is smaller is better kept in memory */

enum teeq_status disk_open(struct disk *disk, const char *folder, struct teeq_error *error);
/* Gives all pieces back. */
void disk_close(struct disk *disk);
/* All zero; NULL: there is no room. @scattered: it is read all over. */
void *disk_take(struct disk *disk, size_t size, bool scattered);
void disk_give(struct disk *disk, void *memory);
/* Why there was no room: TEEQ_EIO. */
enum teeq_status disk_full(const struct disk *disk, const char *folder, struct teeq_error *error);

#endif
