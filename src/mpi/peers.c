/* SPDX-License-Identifier: BSD-2-Clause */
#include "mpi/peers.h"

#include <mpi.h>
#include <stdlib.h>

/*
 * A batch is long enough for what a message costs to be
 * little of it, and short enough for a thousand ranks to have one each in the making.
 */
#define BATCH_BYTES 16384
/* On the way from one rank, and awaited by one, at a time. */
#define SENDS 32
#define RECEIVES 16

/* The numbers of batches; what was put there last is taken first. */
struct pile {
	int *numbers;
	int count;
};

/* Memory of batches, of which each is in one request or none. */
struct batches {
	unsigned char *memory;
	MPI_Request *requests;
	int *done; /* what MPI says has ended */
	struct pile pile; /* ready to be used */
	int count;
};

static struct {
	struct teeq_peers peers;
	struct batches rooms;    /* ready: empty */
	struct batches arrivals; /* ready: arrived and not received yet */
	size_t *sizes;           /* of those */
	MPI_Status *statuses;
	struct peers_traffic traffic;
} self;

static bool batches_init(struct batches *batches, int count)
{
	batches->count = count;
	batches->memory = malloc((size_t)count * BATCH_BYTES);
	batches->requests = malloc((size_t)count * sizeof(MPI_Request));
	batches->done = malloc((size_t)count * sizeof(int));
	batches->pile.numbers = malloc((size_t)count * sizeof(int));
	for (int i = 0; batches->requests && i < count; i++)
		batches->requests[i] = MPI_REQUEST_NULL;
	return batches->memory && batches->requests && batches->done && batches->pile.numbers;
}

static void batches_free(struct batches *batches)
{
	free(batches->memory);
	free(batches->requests);
	free(batches->done);
	free(batches->pile.numbers);
}

static unsigned char *batch_at(const struct batches *batches, int number)
{
	return batches->memory + (size_t)number * BATCH_BYTES;
}

static int batch_number(const struct batches *batches, const void *batch)
{
	return (int)(((const unsigned char *)batch - batches->memory) / BATCH_BYTES);
}

/* ------------------------------------------ sending ------------------------------------------- */

/* Those that were sent are empty again. */
static void collect_rooms(void)
{
	struct batches *rooms = &self.rooms;
	int done = 0;

	MPI_Testsome(rooms->count, rooms->requests, &done, rooms->done, MPI_STATUSES_IGNORE);
	for (int i = 0; i < done; i++)
		rooms->pile.numbers[rooms->pile.count++] = rooms->done[i];
}

static void *peers_room(void *argument)
{
	struct batches *rooms = &self.rooms;

	(void)argument;
	if (rooms->pile.count == 0)
		collect_rooms();
	if (rooms->pile.count == 0)
		return NULL;
	return batch_at(rooms, rooms->pile.numbers[--rooms->pile.count]);
}

static void peers_send(void *argument, unsigned int to, void *room, size_t size)
{
	int number = batch_number(&self.rooms, room);

	(void)argument;
	MPI_Isend(room, (int)size, MPI_BYTE, (int)to, 0, MPI_COMM_WORLD,
		  &self.rooms.requests[number]);
	self.traffic.batches++;
	self.traffic.bytes += size;
}

/* ----------------------------------------- receiving ------------------------------------------ */

static void await(int number)
{
	MPI_Irecv(batch_at(&self.arrivals, number), BATCH_BYTES, MPI_BYTE, MPI_ANY_SOURCE, 0,
		  MPI_COMM_WORLD, &self.arrivals.requests[number]);
}

static void collect_arrivals(bool wait)
{
	struct batches *arrivals = &self.arrivals;
	int done = 0;

	if (wait)
		MPI_Waitsome(arrivals->count, arrivals->requests, &done, arrivals->done,
			     self.statuses);
	else
		MPI_Testsome(arrivals->count, arrivals->requests, &done, arrivals->done,
			     self.statuses);
	for (int i = 0; i < done; i++) {
		int size;

		MPI_Get_count(&self.statuses[i], MPI_BYTE, &size);
		self.sizes[arrivals->done[i]] = (size_t)size;
		arrivals->pile.numbers[arrivals->pile.count++] = arrivals->done[i];
	}
}

static const void *peers_receive(void *argument, bool wait, size_t *size)
{
	struct pile *pile = &self.arrivals.pile;
	int number;

	(void)argument;
	if (pile->count == 0)
		collect_arrivals(wait);
	if (pile->count == 0)
		return NULL;
	number = pile->numbers[--pile->count];
	*size = self.sizes[number];
	return batch_at(&self.arrivals, number);
}

static void peers_release(void *argument, const void *batch)
{
	(void)argument;
	await(batch_number(&self.arrivals, batch));
}

/* ---------------------------------------- all together ---------------------------------------- */

static void peers_fold(void *argument, enum teeq_peers_fold how, uint64_t *values, size_t count)
{
	MPI_Op operation = how == TEEQ_PEERS_SUM ? MPI_SUM :
			   how == TEEQ_PEERS_LEAST ? MPI_MIN :
			   how == TEEQ_PEERS_GREATEST ? MPI_MAX : MPI_BOR;

	(void)argument;
	MPI_Allreduce(MPI_IN_PLACE, values, (int)count, MPI_UINT64_T, operation, MPI_COMM_WORLD);
}

const struct teeq_peers *peers_open(void)
{
	int rank, count;

	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &count);
	self.peers = (struct teeq_peers){
		.rank = (unsigned int)rank, .count = (unsigned int)count,
		.batch_bytes = BATCH_BYTES, .room = peers_room, .send = peers_send,
		.receive = peers_receive, .release = peers_release, .fold = peers_fold,
	};
	self.sizes = malloc(RECEIVES * sizeof(*self.sizes));
	self.statuses = malloc(RECEIVES * sizeof(*self.statuses));
	if (!batches_init(&self.rooms, count + SENDS) || !batches_init(&self.arrivals, RECEIVES) ||
	    !self.sizes || !self.statuses)
		return NULL;
	while (self.rooms.pile.count < self.rooms.count) {
		self.rooms.pile.numbers[self.rooms.pile.count] = self.rooms.pile.count;
		self.rooms.pile.count++;
	}
	for (int i = 0; i < RECEIVES; i++)
		await(i);
	return &self.peers;
}

void peers_close(void)
{
	MPI_Waitall(self.rooms.count, self.rooms.requests, MPI_STATUSES_IGNORE);
	for (int i = 0; i < RECEIVES; i++) {
		MPI_Cancel(&self.arrivals.requests[i]);
		MPI_Wait(&self.arrivals.requests[i], MPI_STATUS_IGNORE);
	}
	batches_free(&self.rooms);
	batches_free(&self.arrivals);
	free(self.sizes);
	free(self.statuses);
}

struct peers_traffic peers_traffic(void)
{
	return self.traffic;
}
