/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot, which every run begins with: the modules' own beginnings, and what the scenario has
 * open.
 */
#include <string.h>

#include "driver/driver.h"

#include <linux/fs.h>
#include <linux/module.h>

enum {
	LEVEL_FIRST = 1,
	LEVEL_LAST = 7
};

/* Those of one level in the order in which they were linked. */
static void begin_modules(const struct teeq_drive *d)
{
	const struct teeq_module_call *first = d->object->modules, *end = d->object->modules_end;

	for (int level = LEVEL_FIRST; level <= LEVEL_LAST; level++)
		for (const struct teeq_module_call *call = first; call < end; call++) {
			int result = call->begin && call->level == level ? call->begin() : 0;

			if (result)
				teeq_harness_violation("the beginning of module %s fails: %d",
						       call->module, result);
		}
}

static void reset(struct teeq_drive *d)
{
	secure_reset(d);
	memset(d->sessions, 0, sizeof(d->sessions));
	memset(d->contexts, 0, sizeof(d->contexts));
	d->shared_context = NULL;
	memset(d->device_users, 0, sizeof(d->device_users));
	memset(d->arrived, 0, sizeof(d->arrived));
	memset(d->released, 0, sizeof(d->released));
	memset(d->channel_ready, 0, sizeof(d->channel_ready));
	d->stage = 1;
	d->noted_count = 0;
	d->supplicant_fd = -1;
	d->supplicant_threads = d->supplicant_memory_count = 0;
	d->killer = d->closer = 0;
	d->supplicant_dies = false;
	for (unsigned int i = 0; i < d->m->first_fault; i++) {
		struct actor *actor = &d->actors[i];

		actor->own = (struct live_session){ .fd = -1 };
		actor->channel = actor->depth = actor->tries = 0;
		actor->command = MODEL_NONE;
		actor->ended = actor->killed = actor->freezing = false;
		actor->in_user_wait = actor->serves = actor->works = false;
	}
	for (size_t i = 0; i < d->scenario->lock_count; i++)
		mutex_init(&d->locks[i]);
	for (size_t i = 0; i < d->scenario->device_count; i++)
		mutex_init(&d->device_locks[i]);
}

/* Where the kernel routes RPMB frames: what the service does that was asked for. */
static int route(void *drive)
{
	struct teeq_drive *d = drive;
	unsigned int service = secure_service(d);
	unsigned int task = harness_index(d->h, harness_running("an RPMB frame"));

	if (service == MODEL_NONE || task >= d->m->first_fault)
		return -1;
	return service_run(d, &d->actors[task], service) == TEEQ_FAILURE_NONE ? 0 : -1;
}

int drive_transfer(void *drive, int adapter, const struct i2c_msg *message)
{
	(void)adapter;
	(void)message;
	return route(drive) == 0 ? 0 : -EIO;
}

/* The secure world's own first call, in which it gets memory and finds the RPMB. */
static void let_ask(struct teeq_drive *d)
{
	const struct teeq_driver_uuid uuid = { .bytes = "teeqboot" };
	void *context = d->object->client_open(false);
	struct teeq_driver_answer answer;
	uint32_t session;

	if (d->object->add_rpmb && !d->object->add_rpmb(route, d))
		teeq_harness_violation("the boot: no RPMB device could be added");
	kernel_do_work();
	answer = d->object->client_open_session(context, &uuid, &session);
	if (answer.result || answer.ret)
		teeq_harness_violation("the boot: its session is not opened: %d, %#x",
				       answer.result, answer.ret);
	answer = d->object->client_invoke(context, session, 0);
	if (answer.result || answer.ret || !d->memory_cookie)
		teeq_harness_violation("the boot: the secure world gets no memory: %d, %#x",
				       answer.result, answer.ret);
	d->object->client_close_session(context, session);
	d->object->client_close(context);
}

void drive_boot(void *drive)
{
	struct teeq_drive *d = drive;

	reset(d);
	kernel_add_devices();
	begin_modules(d);
	kernel_do_work();
	if (!d->object->find())
		teeq_harness_violation("the driver has not found its device");
	if (d->has_caller_services || d->keeps_cache)
		let_ask(d);
	if (d->scenario->channel_count > 0 && !d->object->scmi_begin())
		teeq_harness_violation("the SCMI transport has not found its service");
	if (d->scenario->supplicant_threads > 0) {
		d->supplicant_fd = teeq_kernel_open("teepriv0");
		supplicant_begin(d);
	}
	kernel_do_work();
	if (!sessions_begin(d))
		teeq_harness_violation("a session that should be open is not opened");
	/* Their callers died before the run begins, and behind the boot. */
	for (unsigned int i = 0; i < d->scenario->lost_count; i++)
		pool_lose(d->h->pool, i);
	d->noted_count = 0;
}
