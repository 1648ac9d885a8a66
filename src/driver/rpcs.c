/* SPDX-License-Identifier: BSD-2-Clause */
/* RPCs of the scenario's commands as messages. */
#include <string.h>

#include "driver/secure.h"

enum {
	NOTIFICATION_WAIT,
	NOTIFICATION_SEND
};
enum {
	FRAME_BYTES = 512
};

void rpc_begin_message(struct message *rpc, uint32_t command, uint32_t param_count)
{
	memset(rpc, 0, message_size(param_count));
	rpc->command = command;
	rpc->param_count = param_count;
}

void rpc_param(struct message *rpc, unsigned int index, uint64_t attribute, uint64_t a, uint64_t b,
	       uint64_t c)
{
	rpc->params[index] = (struct message_param){ attribute, a, b, c };
}

void rpc_free_memory(struct message *rpc, uint64_t cookie)
{
	rpc_begin_message(rpc, TEEQ_RPC_CMD_SHM_FREE, 1);
	rpc_param(rpc, 0, ATTRIBUTE_VALUE_INPUT, MEMORY_KERNEL, cookie, 0);
}

static void write_notification(struct teeq_drive *d, struct running *r, bool send)
{
	unsigned int key = teeq_model_notification_key(d->m, r->stop.object);

	rpc_begin_message(r->rpc, TEEQ_RPC_CMD_NOTIFICATION, 1);
	rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, send ? NOTIFICATION_SEND : NOTIFICATION_WAIT,
		  key, send ? 0 : r->stop.ticks);
	r->asked = send ? ASKED_SEND : ASKED_WAIT;
	r->object = r->stop.object;
}

/*
 * Served by the task that calls: a transfer over I2C, or frames for RPMB where the kernel routes
 * those.
 */
static void write_caller(struct teeq_drive *d, struct running *r, enum teeq_rpc_kind kind)
{
	uint64_t memory = drive_guest(d)->memory_cookie;

	if (kind == TEEQ_RPC_KIND_GET_TIME) {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_GET_TIME, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_OUTPUT, 0, 0, 0);
	} else if (kind == TEEQ_RPC_KIND_SHM_ALLOC) {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_SHM_ALLOC, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, MEMORY_KERNEL, 4096, 0);
	} else if (kind == TEEQ_RPC_KIND_SHM_FREE) {
		rpc_free_memory(r->rpc, r->allocated);
	} else if (kind == TEEQ_RPC_KIND_RPMB) {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_RPMB_FRAMES, 2);
		rpc_param(r->rpc, 0, ATTRIBUTE_RMEM_INPUT, 0, FRAME_BYTES, memory);
		rpc_param(r->rpc, 1, ATTRIBUTE_RMEM_OUTPUT, FRAME_BYTES, FRAME_BYTES, memory);
	} else {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_I2C_TRANSFER, 4);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, 1, 0, r->object & 0x7f);
		rpc_param(r->rpc, 1, ATTRIBUTE_VALUE_INPUT, 0, 0, 0);
		rpc_param(r->rpc, 2, ATTRIBUTE_RMEM_INOUT, 0, 16, memory);
		rpc_param(r->rpc, 3, ATTRIBUTE_VALUE_OUTPUT, 0, 0, 0);
	}
}

/* tee-supplicant is told in the first value which service is meant; of memory that is its size. */
static void write_supplicant(struct running *r, enum teeq_rpc_kind kind)
{
	uint32_t command = kind == TEEQ_RPC_KIND_RPMB ? RPC_RPMB : RPC_FS;

	if (kind == TEEQ_RPC_KIND_SHM_ALLOC) {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_SHM_ALLOC, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, MEMORY_APPLICATION, r->object + 1, 0);
	} else if (kind == TEEQ_RPC_KIND_SHM_FREE) {
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_SHM_FREE, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, MEMORY_APPLICATION, r->allocated, 0);
	} else {
		rpc_begin_message(r->rpc, command, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INOUT, r->object, 0, 0);
	}
}

void secure_write_rpc(struct teeq_drive *d, struct running *r)
{
	const struct teeq_service_spec *service;

	switch (r->stop.stop) {
	case SECURE_WAIT:
	case SECURE_SEND:
		write_notification(d, r, r->stop.stop == SECURE_SEND);
		return;
	case SECURE_SLEEP:
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_SUSPEND, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, r->stop.ticks, 0, 0);
		r->asked = ASKED_SLEEP;
		return;
	default:
		break;
	}
	r->asked = ASKED_SERVICE;
	r->object = r->stop.object;
	service = &d->scenario->services[r->object];
	if (service->by == TEEQ_SERVED_BY_CALLER)
		write_caller(d, r, service->kind);
	else
		write_supplicant(r, service->kind);
}

void secure_read_rpc(struct teeq_drive *d, struct running *r)
{
	const struct teeq_service_spec *service = &d->scenario->services[r->object];

	if (r->asked != ASKED_SERVICE)
		return;
	if (service->kind == TEEQ_RPC_KIND_SHM_FREE)
		r->allocated = 0;
	else if (service->kind == TEEQ_RPC_KIND_SHM_ALLOC && r->rpc->ret == 0)
		r->allocated = r->rpc->params[0].c;
}
