/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages of standard calls: which call of the scenario one is, or what the boot wants to
 * know.
 */
#include <string.h>

#include "driver/secure.h"

#include <linux/uuid.h>

/* The pseudo-TAs that the driver and the SCMI transport ask for. */
static const uint8_t devices_uuid[16] = { 0x70, 0x11, 0xa6, 0x88, 0xdd, 0xde, 0x40, 0x53,
					  0xa5, 0xa9, 0x7b, 0x3c, 0x4d, 0xdf, 0x13, 0xb8 };
static const uint8_t scmi_uuid[16] = { 0xa8, 0xcf, 0xe4, 0x06, 0xd4, 0xf5, 0x4a, 0x2e,
				       0x9f, 0x8d, 0xa2, 0x5d, 0xc7, 0x54, 0xc0, 0x99 };

enum {
	SCMI_CAPABILITIES = 0,
	SCMI_GET_CHANNEL = 3,
	SCMI_CAPS = 3
};
enum {
	GET_DEVICES = 0
};

/* An answer to what is none of the scenario's. */
static bool secure_refuses(struct message *message, const char *what)
{
	const struct teeq_site site = { what, "", "", 0 };

	if (!teeq_kernel_refuses(&site))
		return false;
	message->ret = teeq_failure_value(TEEQ_FAILURE_OUT_OF_MEMORY);
	return true;
}

/* --------------------------------------- shared memory ---------------------------------------- */

/*
 * The reference of memory is a pointer of the driver's, which gives it out once more when it is
 * free.
 */
static void register_memory(struct teeq_drive *d, struct message *message)
{
	const struct message_param *param = &message->params[0];
	const uint64_t *pages = (const uint64_t *)(uintptr_t)(param->a & ~UINT64_C(4095));

	if (message->param_count != 1 || d->registered_count == REGISTERED_MAX) {
		message->ret = teeq_failure_value(TEEQ_FAILURE_BAD_PARAMETERS);
		return;
	}
	if (secure_refuses(message, "the secure world's answer to memory that is registered"))
		return;
	secure_remember(d, param->c, pages[0] + (param->a & 4095));
}

static void unregister_memory(struct teeq_drive *d, struct message *message)
{
	if (!secure_address(d, message->params[0].c))
		message->ret = teeq_failure_value(TEEQ_FAILURE_BAD_PARAMETERS);
	secure_forget(d, message->params[0].c);
}

/* In the order of their handles, so that it does not matter who came first. */
static const struct teeq_site registration = { "unregistering", "it was registered", "", 0 };

void secure_remember(struct teeq_drive *d, uint64_t cookie, uint64_t address)
{
	size_t i = d->registered_count;

	if (d->registered_count == REGISTERED_MAX)
		return;
	teeq_kernel_take("memory that the secure world uses", (const void *)(uintptr_t)address,
			 &registration);
	for (; i > 0 && d->registered[i - 1].cookie > cookie; i--)
		d->registered[i] = d->registered[i - 1];
	d->registered[i] = (struct registered){ cookie, address };
	d->registered_count++;
}

void secure_forget(struct teeq_drive *d, uint64_t cookie)
{
	size_t i = 0;

	while (i < d->registered_count && d->registered[i].cookie != cookie)
		i++;
	if (i == d->registered_count)
		return;
	teeq_kernel_give("memory that the secure world uses",
			 (const void *)(uintptr_t)d->registered[i].address, &registration);
	for (d->registered_count--; i < d->registered_count; i++)
		d->registered[i] = d->registered[i + 1];
	d->registered[i] = (struct registered){ 0, 0 };
}

uint64_t secure_address(const struct teeq_drive *d, uint64_t cookie)
{
	for (size_t i = 0; i < d->registered_count; i++)
		if (d->registered[i].cookie == cookie)
			return d->registered[i].address;
	return 0;
}

static void *memory_of(const struct teeq_drive *d, const struct message_param *param)
{
	uint64_t type = param->attribute & ATTRIBUTE_TYPE, address;

	if (type >= ATTRIBUTE_TMEM_INPUT)
		return (void *)(uintptr_t)param->a;
	address = secure_address(d, param->c);
	return address ? (void *)(uintptr_t)(address + param->a) : NULL;
}

/* ------------------------------------------ sessions ------------------------------------------ */

static unsigned int session_index(const struct teeq_drive *d, uint32_t number)
{
	return number >= 1 && number <= d->m->session_count ? number - 1 : TEEQ_NO_OBJECT;
}

static unsigned int entry_of(const struct teeq_drive *d, enum op op, unsigned int session,
			     unsigned int command)
{
	const struct instruction *at = drive_instruction(d->m, op, session, command);

	if (at)
		return model_entry(d->m, at);
	return op == OP_CALL && command != TEEQ_NO_OBJECT ? d->m->commands[command].start :
							    CODE_NONE;
}

static struct actor *actor_of(struct teeq_drive *d, const struct running *r)
{
	return r->task < d->m->first_fault ? &d->actors[r->task] : NULL;
}

static unsigned int open_scmi(struct teeq_drive *d, struct running *r)
{
	const struct actor *actor = actor_of(d, r);
	const char *session;

	if (!actor || actor->channel == 0) {
		r->message->session = SESSION_SCMI;
		return CODE_NONE;
	}
	session = d->scenario->channels[actor->channel - 1].session;
	r->message->session = drive_session(d, session) + 1;
	return entry_of(d, OP_OPEN, drive_session(d, session), TEEQ_NO_OBJECT);
}

/* Ours have the number of the session, of the command and of the task in their name, from 1. */
static unsigned int open_session(struct teeq_drive *d, struct running *r)
{
	const uint8_t *uuid = (const uint8_t *)&r->message->params[0].a;
	unsigned int session = uuid[8], command = (unsigned int)uuid[9] << 8 | uuid[10];

	if (memcmp(uuid, devices_uuid, sizeof(devices_uuid)) == 0) {
		if (secure_refuses(r->message, "the session in which devices are asked for"))
			return CODE_NONE;
		r->message->session = SESSION_DEVICES;
		if (d->scenario->channel_count == 0)
			r->message->ret = teeq_failure_value(TEEQ_FAILURE_ITEM_NOT_FOUND);
		return CODE_NONE;
	}
	if (memcmp(uuid, scmi_uuid, sizeof(scmi_uuid)) == 0)
		return open_scmi(d, r);
	if (memcmp(uuid, "teeqboot", 8) == 0) {
		r->message->session = SESSION_BOOT;
		return CODE_NONE;
	}
	r->message->session = session > 0 ? session : (uint32_t)SESSION_OWN + uuid[11];
	if (session == 0)
		return CODE_NONE;
	return entry_of(d, OP_OPEN, session - 1, command > 0 ? command - 1 : TEEQ_NO_OBJECT);
}

bool secure_opens_named(const struct message *message)
{
	const uint8_t *uuid = (const uint8_t *)&message->params[0].a;

	return message->command == MESSAGE_OPEN_SESSION &&
	       (memcmp(uuid, "teeq-ses", 8) == 0 ?
			uuid[8] > 0 :
			memcmp(uuid, scmi_uuid, sizeof(scmi_uuid)) == 0);
}

/* ------------------------------------------- invoking ----------------------------------------- */

/* The list of devices has one, the SCMI service. */
static void get_devices(struct teeq_drive *d, struct message *message)
{
	struct message_param *param = &message->params[0];
	void *to = memory_of(d, param);

	if (message->func != GET_DEVICES) {
		param->b = 0;
		return;
	}
	if (param->b < sizeof(scmi_uuid) || !to)
		message->ret = teeq_failure_value(TEEQ_FAILURE_SHORT_BUFFER);
	else
		memcpy(to, scmi_uuid, sizeof(scmi_uuid));
	param->b = sizeof(scmi_uuid);
}

static unsigned int channel_of(const struct teeq_drive *d, unsigned int session)
{
	for (unsigned int i = 0; i < d->scenario->channel_count; i++)
		if (drive_session(d, d->scenario->channels[i].session) == session)
			return i;
	return TEEQ_NO_OBJECT;
}

/* Which command a call over a channel runs: the one that asks for it, or the message's. */
static unsigned int channel_command(struct teeq_drive *d, struct running *r, unsigned int channel)
{
	const struct actor *actor = actor_of(d, r);

	if (r->message->func == SCMI_GET_CHANNEL) {
		r->message->params[0].a = channel;
		return drive_command(d, d->scenario->channels[channel].config);
	}
	return actor ? actor->command : TEEQ_NO_OBJECT;
}

static unsigned int invoke_entry(struct teeq_drive *d, struct running *r)
{
	struct message *message = r->message;
	unsigned int session = session_index(d, message->session), channel;
	unsigned int command = message->func > 0 ? message->func - 1 : TEEQ_NO_OBJECT;

	if (message->session == SESSION_DEVICES) {
		if (secure_refuses(message, "the secure world's list of devices"))
			return CODE_NONE;
		get_devices(d, message);
		return CODE_NONE;
	}
	if (message->session == SESSION_SCMI) {
		if (secure_refuses(message, "the capabilities of the SCMI service"))
			return CODE_NONE;
		if (message->func == SCMI_CAPABILITIES)
			message->params[0].a = SCMI_CAPS;
		return CODE_NONE;
	}
	if (message->session == SESSION_BOOT)
		return CODE_NONE;
	channel = channel_of(d, session);
	if (session != TEEQ_NO_OBJECT && channel != TEEQ_NO_OBJECT && message->param_count > 0)
		command = channel_command(d, r, channel);
	return entry_of(d, OP_CALL, session, command);
}

static unsigned int bottom_half(const struct teeq_drive *d, const struct running *r)
{
	if (drive_has_async(d))
		async_take(d->m, d->w, kernel_guest());
	if (d->m->bottom_half == TEEQ_NO_OBJECT || r->task >= d->m->first_fault)
		return CODE_NONE;
	return d->m->commands[d->m->bottom_half].start;
}

unsigned int secure_begin(struct teeq_drive *d, struct running *r)
{
	struct message *message = r->message;

	switch (message->command) {
	case MESSAGE_OPEN_SESSION:
		return open_session(d, r);
	case MESSAGE_INVOKE:
		return invoke_entry(d, r);
	case MESSAGE_CLOSE_SESSION:
		return entry_of(d, OP_CLOSE, session_index(d, message->session), TEEQ_NO_OBJECT);
	case MESSAGE_REGISTER_MEMORY:
		register_memory(d, message);
		return CODE_NONE;
	case MESSAGE_UNREGISTER_MEMORY:
		unregister_memory(d, message);
		return CODE_NONE;
	case MESSAGE_BOTTOM_HALF:
		return bottom_half(d, r);
	case MESSAGE_CANCEL:
	case MESSAGE_STOP_NOTIFICATIONS:
		return CODE_NONE;
	default:
		message->ret = teeq_failure_value(TEEQ_FAILURE_BAD_PARAMETERS);
		return CODE_NONE;
	}
}

/* ---------------------------------------- what the boot needs --------------------------------- */

bool secure_is_boot(const struct running *r)
{
	return r->message->command == MESSAGE_INVOKE && r->message->session == SESSION_BOOT;
}

/* Memory that RPCs pass around, and where RPMB frames go: OP-TEE asks for them once. */
enum asked secure_boot_rpc(struct teeq_drive *d, struct running *r, enum asked asked)
{
	switch (asked) {
	case ASKED_NOTHING:
		if (r->message->func == BOOT_GIVE_BACK) {
			if (!drive_guest(d)->memory_cookie)
				return ASKED_NOTHING;
			rpc_free_memory(r->rpc, drive_guest(d)->memory_cookie);
			drive_guest(d)->memory_cookie = 0;
			return ASKED_NO_MEMORY;
		}
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_SHM_ALLOC, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_INPUT, MEMORY_KERNEL, 4096, 0);
		return ASKED_MEMORY;
	case ASKED_MEMORY:
		if (r->rpc->ret != 0) {
			r->message->ret = teeq_failure_value(TEEQ_FAILURE_OUT_OF_MEMORY);
			return ASKED_NOTHING;
		}
		drive_guest(d)->memory_cookie = r->rpc->params[0].c;
		if (!drive_guest(d)->object->add_rpmb)
			return ASKED_NOTHING;
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_RPMB_PROBE_RESET, 1);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_OUTPUT, 0, 0, 0);
		return ASKED_RPMB_RESET;
	case ASKED_RPMB_RESET:
		rpc_begin_message(r->rpc, TEEQ_RPC_CMD_RPMB_PROBE_NEXT, 2);
		rpc_param(r->rpc, 0, ATTRIBUTE_VALUE_OUTPUT, 0, 0, 0);
		rpc_param(r->rpc, 1, ATTRIBUTE_RMEM_OUTPUT, 0, 64, drive_guest(d)->memory_cookie);
		return ASKED_RPMB_NEXT;
	default:
		return ASKED_NOTHING;
	}
}
