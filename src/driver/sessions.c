/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sessions as clients have them. Named ones are of clients in the kernel, which alone may ask to be
 * system sessions; a task's own one is a process's, by /dev/tee0, unless the client works in a TEE
 * context.
 */
#include <string.h>

#include "driver/driver.h"

#include <linux/errno.h>
#include <linux/fs.h>

enum {
	BUFFER_BYTES = 4096
};

static const struct teeq_client_spec *client_of(const struct teeq_drive *d,
						const struct actor *actor)
{
	return actor->client < d->scenario->client_count ? &d->scenario->clients[actor->client] :
							   NULL;
}

static struct teeq_driver_uuid uuid_of(unsigned int session, unsigned int command,
				       unsigned int task)
{
	struct teeq_driver_uuid uuid = { .bytes = "teeq-ses" };
	unsigned int number = command == TEEQ_NO_OBJECT ? 0 : command + 1;

	uuid.bytes[8] = (uint8_t)(session == TEEQ_NO_OBJECT ? 0 : session + 1);
	uuid.bytes[9] = (uint8_t)(number >> 8);
	uuid.bytes[10] = (uint8_t)number;
	uuid.bytes[11] = (uint8_t)task;
	return uuid;
}

/* ---------------------------------------- which one ------------------------------------------- */

/* Of that name, or the one that sessions share that name none. */
static void *context_of(struct teeq_drive *d, const char *name)
{
	unsigned int number = drive_context(d, name);
	void **context = number == TEEQ_NO_OBJECT ? &drive_guest(d)->shared_context :
						    &d->contexts[number];
	void *opened;

	if (*context)
		return *context;
	opened = drive_guest(d)->object->client_open(false);
	/* Somebody else may have been faster, and had what was refused to this one. */
	if (!*context)
		*context = opened;
	else if (opened)
		drive_guest(d)->object->client_close(opened);
	return *context;
}

struct live_session *live_of(struct teeq_drive *d, struct actor *actor, const char *name)
{
	return name ? &d->sessions[drive_session(d, name)] : &actor->own;
}

/*
 * In which context a call is made: a client that works in one makes all its calls there, and a
 * session of another is not known there. What serves an RPC is kernel code, and uses the session's
 * own.
 */
static void *context_for(struct teeq_drive *d, const struct actor *actor,
			 const struct live_session *session)
{
	const struct teeq_client_spec *client = client_of(d, actor);

	if (client && client->context && actor->depth == 0)
		return context_of(d, client->context);
	return session->context;
}

/* Of a session that is in none yet: where it would be refused, it is. */
static void *some_context(struct teeq_drive *d, const struct actor *actor,
			  const struct live_session *session)
{
	return session->context ? context_for(d, actor, session) : context_of(d, NULL);
}

/* ------------------------------------------ buffers ------------------------------------------- */

/* Each is registered before the call, in the order of their numbers, and unregistered behind it. */
static unsigned int session_share(struct teeq_drive *d, void *context, int fd, void **memory)
{
	int id;

	if (context) {
		*memory = drive_guest(d)->object->client_share(context, BUFFER_BYTES);
		return *memory ? TEEQ_FAILURE_NONE : TEEQ_FAILURE_ENOMEM;
	}
	fd = drive_guest(d)->object->user_alloc(fd, BUFFER_BYTES, &id);
	*memory = (void *)(intptr_t)fd;
	return fd < 0 ? failure_of(fd, 0) : TEEQ_FAILURE_NONE;
}

static void session_unshare(struct teeq_drive *d, void *context, void *memory)
{
	if (context)
		drive_guest(d)->object->client_unshare(memory);
	else
		teeq_kernel_fd_close((int)(intptr_t)memory);
}

/* -------------------------------------------- calls ------------------------------------------- */

static unsigned int session_invoke(struct teeq_drive *d, void *context,
				   const struct live_session *session, unsigned int command)
{
	uint32_t func = command == TEEQ_NO_OBJECT ? 0 : command + 1;
	struct teeq_driver_answer answer;

	doors_go_out();
	if (context)
		answer = drive_guest(d)->object->client_invoke(context, session->id, func);
	else
		answer = drive_guest(d)->object->user_invoke(session->fd, session->id, func);
	doors_come_in();
	return failure_of(answer.result, answer.ret);
}

unsigned int live_call(struct teeq_drive *d, struct actor *actor, struct live_session *session,
		       const char *command, unsigned int buffers)
{
	void *context = context_for(d, actor, session), *memory[TEEQ_BUFFER_MAX];
	unsigned int error = TEEQ_FAILURE_NONE, shared = 0;

	while (shared < buffers && error == TEEQ_FAILURE_NONE) {
		error = session_share(d, context, session->fd, &memory[shared]);
		shared += error == TEEQ_FAILURE_NONE;
	}
	if (error == TEEQ_FAILURE_NONE)
		error = session_invoke(d, context, session, drive_command(d, command));
	while (shared > 0)
		session_unshare(d, context, memory[--shared]);
	return error;
}

/* --------------------------------------- open and close --------------------------------------- */

static unsigned int open_in_kernel(struct teeq_drive *d, struct live_session *session,
				   const struct teeq_driver_uuid *uuid)
{
	struct teeq_driver_answer answer;

	/* Without memory there is no context, and so no session. */
	if (!session->context)
		return TEEQ_FAILURE_ENOMEM;
	answer = drive_guest(d)->object->client_open_session(session->context, uuid, &session->id);
	session->open = answer.result == 0 && answer.ret == 0;
	return failure_of(answer.result, answer.ret);
}

unsigned int live_open(struct teeq_drive *d, struct actor *actor, const char *name,
		       const char *command)
{
	unsigned int number = drive_session(d, name);
	struct live_session *session = &d->sessions[number];
	const struct teeq_driver_uuid uuid = uuid_of(number, drive_command(d, command), 0);
	const struct teeq_client_spec *client = client_of(d, actor);
	const char *home = d->scenario->sessions[number].context;

	/* A session that is open is not opened again: its number would be another one. */
	if (session->open || (client && client->context && actor->depth == 0 && home &&
			      strcmp(client->context, home) != 0))
		return TEEQ_FAILURE_EINVAL;
	session->context = context_of(d, home);
	return open_in_kernel(d, session, &uuid);
}

unsigned int live_close(struct teeq_drive *d, struct actor *actor, const char *name)
{
	struct live_session *session = live_of(d, actor, name);
	void *context = some_context(d, actor, session);

	if (context && drive_guest(d)->object->client_close_session(context, session->id) == 0)
		session->open = false;
	return TEEQ_FAILURE_NONE;
}

unsigned int live_cancel(struct teeq_drive *d, struct actor *actor, const char *name)
{
	struct live_session *session = live_of(d, actor, name);
	void *context = some_context(d, actor, session);

	if (!context)
		return TEEQ_FAILURE_ENOMEM;
	return failure_of(drive_guest(d)->object->client_cancel(context, session->id), 0);
}

unsigned int live_reserve(struct teeq_drive *d, struct actor *actor, const char *name)
{
	struct live_session *session = live_of(d, actor, name);
	void *context = some_context(d, actor, session);

	if (!drive_guest(d)->object->client_system_session || !context)
		return TEEQ_FAILURE_EINVAL;
	return failure_of(drive_guest(d)->object->client_system_session(context, session->id), 0);
}

/* ---------------------------------------- at the beginning ------------------------------------ */

static bool is_opened_by_a_step(const struct teeq_drive *d, unsigned int number)
{
	return d->m->session_opened[number];
}

static bool begin_named(struct teeq_drive *d, unsigned int number)
{
	const struct teeq_session_spec *spec = &d->scenario->sessions[number];
	struct live_session *session = &d->sessions[number];
	const struct teeq_driver_uuid uuid = uuid_of(number, TEEQ_NO_OBJECT, 0);

	session->in_kernel = true;
	if (is_opened_by_a_step(d, number) && !spec->system)
		return true;
	session->context = context_of(d, spec->context);
	if (open_in_kernel(d, session, &uuid) != TEEQ_FAILURE_NONE)
		return false;
	if (spec->system && drive_guest(d)->object->client_system_session)
		drive_guest(d)->object->client_system_session(session->context, session->id);
	return true;
}

bool sessions_begin_own(struct teeq_drive *d, struct actor *actor)
{
	const struct teeq_client_spec *client = client_of(d, actor);
	const struct teeq_driver_uuid uuid = uuid_of(TEEQ_NO_OBJECT, TEEQ_NO_OBJECT, actor->index);
	struct live_session *own = &actor->own;
	struct teeq_driver_answer answer;

	if ((client && (client->context || client->supplicant_nowait)) || !client) {
		own->in_kernel = true;
		own->context = client && client->context ?
				       context_of(d, client->context) :
				       drive_guest(d)->object->client_open(client != NULL);
		return open_in_kernel(d, own, &uuid) == TEEQ_FAILURE_NONE;
	}
	own->fd = teeq_kernel_open("tee0");
	if (own->fd < 0)
		return false;
	answer = drive_guest(d)->object->user_open_session(own->fd, &uuid, &own->id);
	own->open = answer.result == 0 && answer.ret == 0;
	return own->open;
}

/* Who names a TEE context has it in its guest; where nobody does it is the first one's. */
static unsigned int context_guest(const struct teeq_drive *d, unsigned int context)
{
	unsigned int guest = d->m->context_guest[context];

	return guest > 0 ? guest - 1u : 0;
}

bool sessions_begin(struct teeq_drive *d)
{
	bool opens_late = d->options.boot == TEEQ_DRIVE_BOOT_BESIDE || d->has_driver_steps;
	unsigned int guest = kernel_guest();

	for (unsigned int i = 0; i < d->scenario->context_count; i++)
		if (context_guest(d, i) == guest && !context_of(d, d->scenario->contexts[i].name))
			return false;
	for (unsigned int i = 0; i < d->scenario->session_count; i++)
		if (d->m->session_guest[i] == guest && !begin_named(d, i))
			return false;
	/* Where others may come in meanwhile each opens its own. */
	for (unsigned int i = 0; !opens_late && i < d->m->first_fault; i++)
		if (d->actors[i].uses_own && model_guest(d->m, i) == guest &&
		    !sessions_begin_own(d, &d->actors[i]))
			return false;
	return true;
}

/* ------------------------------------------- at the end --------------------------------------- */

void sessions_end_own(struct teeq_drive *d, struct actor *actor)
{
	struct live_session *own = &actor->own;
	void *context = own->context;
	int fd = own->fd;

	for (size_t i = 0; context && i < d->scenario->context_count; i++)
		if (d->contexts[i] == context)
			context = NULL;
	*own = (struct live_session){ .fd = -1 };
	if (context)
		drive_guest(d)->object->client_close(context);
	if (fd >= 0)
		teeq_kernel_fd_close(fd);
}
