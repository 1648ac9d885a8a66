/* SPDX-License-Identifier: BSD-2-Clause */
/* tee-supplicant: its threads take requests by the driver's ioctls, serve them, and answer. */
#include "driver/driver.h"

#include <linux/errno.h>
#include <linux/fs.h>

/*
 * Memory that a call asked for is the process's own, which it lets the driver use until it is asked
 * to free it; its number goes back. tee-supplicant does so where the secure world takes memory that
 * it was not told of before.
 */
static unsigned int supplicant_allocate(struct teeq_drive *d, struct teeq_driver_request *request)
{
	unsigned int count = drive_guest(d)->supplicant_memory_count;
	int id, fd;

	if (count == SUPPLICANT_MEMORY_MAX)
		teeq_harness_violation("tee-supplicant has more than %d pieces of memory",
				       SUPPLICANT_MEMORY_MAX);
	fd = drive_guest(d)->object->user_share(drive_guest(d)->supplicant_fd,
						d->user_memory[count], PIECE_BYTES, &id);
	if (fd < 0)
		return failure_of(fd, 0);
	request->c = (uint64_t)id;
	drive_guest(d)->supplicant_memory[drive_guest(d)->supplicant_memory_count].id = id;
	drive_guest(d)->supplicant_memory[drive_guest(d)->supplicant_memory_count++].fd = fd;
	return TEEQ_FAILURE_NONE;
}

static unsigned int service_of(const struct teeq_drive *d,
			       const struct teeq_driver_request *request)
{
	if (request->func == TEEQ_RPC_CMD_SHM_ALLOC)
		return (unsigned int)request->b - 1;
	if (request->func != TEEQ_RPC_CMD_SHM_FREE)
		return (unsigned int)request->a;
	for (unsigned int i = 0; i < d->scenario->service_count; i++)
		if (d->scenario->services[i].kind == TEEQ_RPC_KIND_SHM_FREE)
			return i;
	return 0;
}

/* The request behind this one, which nobody may have been given, or which there is not. */
static void answer_ahead(struct teeq_drive *d, const struct teeq_driver_request *request)
{
	struct teeq_driver_request next = *request;

	next.id++;
	doors_go_out();
	drive_guest(d)->object->supplicant_send(drive_guest(d)->supplicant_fd, 0, &next);
	doors_come_in();
}

/* One request. False: the thread was killed over it. */
static bool serve(struct teeq_drive *d, struct actor *actor, struct teeq_driver_request *request)
{
	unsigned int error = service_run(d, actor, service_of(d, request));
	int result;

	if (actor->killed || !user_point(actor))
		return false;
	if (error == TEEQ_FAILURE_NONE && request->func == TEEQ_RPC_CMD_SHM_ALLOC)
		error = supplicant_allocate(d, request);
	if (request->func == TEEQ_RPC_CMD_SHM_FREE)
		supplicant_close_memory(d, (int)request->b);
	doors_go_out();
	result = drive_guest(d)->object->supplicant_send(
		drive_guest(d)->supplicant_fd,
		error ? teeq_failure_value((enum teeq_failure)error) : 0, request);
	doors_come_in();
	/* That nobody wants it any more is no fault; without memory the process ends. */
	if (result == -ENOMEM)
		return false;
	actor->works = false;
	return true;
}

/* Until the process is killed; any other signal ends the wait for a request, and it waits again. */
static void serve_all(struct teeq_drive *d, struct actor *actor)
{
	struct teeq_driver_request request;

	while (user_point(actor)) {
		int result;

		doors_go_out();
		result = drive_guest(d)->object->supplicant_receive(drive_guest(d)->supplicant_fd,
								    &request);
		doors_come_in();
		if (result == -ENOMEM)
			return;
		if (result != 0)
			continue;
		actor->works = true;
		if (d->options.answers_ahead)
			answer_ahead(d, &request);
		if (!serve(d, actor, &request))
			return;
	}
}

static bool runs(const void *object)
{
	const struct actor *actor = object;

	return actor->serves;
}

void supplicant_task(void *argument)
{
	struct actor *actor = argument;
	struct teeq_drive *d = actor->drive;

	for (;;) {
		if (!actor->serves)
			kernel_wait("user", runs, actor, "the start of tee-supplicant");
		serve_all(d, actor);
		supplicant_leave(actor);
	}
}
