/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_PEERS_H
#define TEEQ_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Processes that search one model together, on one machine or many. Each state belongs to one of
 * them, by its fingerprint; whoever comes to a state of another's sends it there, many in one
 * batch. Nothing else is shared, so that memory grows with the number of processes. How bytes get
 * from one to the other is the caller's: teeq-mpi does it by MPI.
 *
 * teeq_explore() with the @peers of its options is called in each process, for the same model and
 * with the same options; whoever has others is told so, in all of them. Processes must be of one
 * kind of machine: states are sent as they lie in the memory.
 */

/* What becomes of the numbers of all processes, place by place. */
enum teeq_peers_fold {
	TEEQ_PEERS_SUM,
	TEEQ_PEERS_LEAST,
	TEEQ_PEERS_GREATEST,
	TEEQ_PEERS_OR, /* bit by bit */
};

/*
 * One process's connection with the others. Its functions are called from the thread that called
 * teeq_explore(), one at a time, each with @argument. They cannot fail: where a connection breaks,
 * no process should go on.
 *
 * @rank, @count   this process, of 0 to @count - 1; the same @count in all of them
 * @batch_bytes    the size of a batch, the same in all of them; a state must have room in it, of
 *                 some hundred bytes in most models
 * @room           memory for one batch, aligned as malloc() does; NULL: there is none until others
 *                 have taken in what is on the way to them. Between room() and send() the search
 *                 holds at most @count of them: so many must be there, besides those on the way
 * @send           send the first @size bytes of @room to process @to, which is another, and do not
 *                 wait until it has them. @room is not the search's any more. Batches may
 *                 arrive in any order
 * @receive        a batch that arrived, from whomever, or NULL. @wait: not before there is one. It
 *                 is aligned as a room, and there until release(); one at a time
 * @fold           called in all processes at the same point: @values, @count of them, become
 *                 what those of all processes come to; may wait for the others
 */
struct teeq_peers {
	unsigned int rank;
	unsigned int count;
	size_t batch_bytes;
	void *(*room)(void *argument);
	void (*send)(void *argument, unsigned int to, void *room, size_t size);
	const void *(*receive)(void *argument, bool wait, size_t *size);
	void (*release)(void *argument, const void *batch);
	void (*fold)(void *argument, enum teeq_peers_fold how, uint64_t *values, size_t count);
	void *argument;
};

#ifdef __cplusplus
}
#endif
#endif
