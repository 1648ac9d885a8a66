/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MPI_PEERS_H
#define MPI_PEERS_H

#include <stdbool.h>

#include <teeq/peers.h>

/*
 * The ranks of MPI_COMM_WORLD as processes that search together. Between peers_open(), which
 * returns NULL where there is no memory, and peers_close() MPI must be initialised. Both are called
 * in all ranks, and once.
 */
const struct teeq_peers *peers_open(void);
void peers_close(void);

/* What this rank has sent so far. */
struct peers_traffic {
	uint64_t batches;
	uint64_t bytes;
};
struct peers_traffic peers_traffic(void);

#endif
