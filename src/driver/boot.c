/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot, which every run begins with: the modules' own beginnings, and what the scenario has
 * open.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "driver/driver.h"

#include <linux/fs.h>
#include <linux/module.h>

enum {
	LEVEL_FIRST = 1,
	LEVEL_LAST = 7
};

bool drive_was_refused(const struct teeq_drive *d)
{
	return d->h->refused.object != NULL;
}

void drive_boot_failed(const struct teeq_drive *d, const char *format, ...)
{
	char text[256];
	va_list arguments;

	if (drive_was_refused(d))
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	teeq_harness_violation("%s", text);
}

/*
 * Those of one level in the order in which they were
 * linked. False: one failed, and no more are loaded.
 */
static bool begin_modules(struct teeq_drive *d)
{
	const struct teeq_module_call *first = drive_guest(d)->object->modules,
				      *end = drive_guest(d)->object->modules_end;

	for (int level = LEVEL_FIRST; level <= LEVEL_LAST; level++)
		for (const struct teeq_module_call *call = first; call < end; call++) {
			int result;

			if (!call->begin || call->level != level)
				continue;
			result = call->begin();
			if (result) {
				drive_boot_failed(d, "the beginning of module %s fails: %d",
						  call->module, result);
				return false;
			}
			drive_guest(d)->module_begun[call - first] = true;
		}
	return true;
}

static void reset(struct teeq_drive *d)
{
	secure_reset(d);
	memset(d->sessions, 0, sizeof(d->sessions));
	memset(d->contexts, 0, sizeof(d->contexts));
	memset(d->device_users, 0, sizeof(d->device_users));
	memset(d->arrived, 0, sizeof(d->arrived));
	memset(d->released, 0, sizeof(d->released));
	memset(d->channel_ready, 0, sizeof(d->channel_ready));
	d->boot_is_over = d->is_booted = false;
	d->clients_gone = d->users_gone = 0;
	d->rest_is_closed = false;
	mutex_init(&d->binding);
	d->stage = 1;
	d->noted_count = 0;
	d->open_fails = false;
	for (unsigned int i = 0; i < d->guest_count; i++) {
		struct guest_state *guest = &d->guests[i];

		memset(guest, 0, sizeof(*guest));
		guest->object = d->objects[i];
		guest->number = i;
		guest->supplicant_fd = -1;
	}
	for (unsigned int i = 0; i < d->m->first_fault; i++) {
		struct actor *actor = &d->actors[i];

		actor->own = (struct live_session){ .fd = -1 };
		actor->channel = actor->depth = actor->tries = 0;
		actor->command = TEEQ_NO_OBJECT;
		actor->ended = actor->killed = actor->freezing = false;
		actor->in_user_wait = actor->serves = actor->works = false;
	}
	for (size_t i = 0; i < d->scenario->lock_count; i++)
		mutex_init(&d->locks[i]);
	for (size_t i = 0; i < d->scenario->device_count; i++)
		mutex_init(&d->device_locks[i]);
}

static int route_inside(struct teeq_drive *d)
{
	unsigned int service = secure_service(d);
	unsigned int task = harness_index(d->h, harness_running("an RPMB frame"));

	if (service == TEEQ_NO_OBJECT || task >= d->m->first_fault)
		return -1;
	return service_run(d, &d->actors[task], service) == TEEQ_FAILURE_NONE ? 0 : -1;
}

/* Where the kernel routes RPMB frames: what the service does that was asked for. */
static int route(void *drive)
{
	int result;

	doors_come_in();
	result = route_inside(drive);
	doors_go_out();
	return result;
}

int drive_transfer(void *drive, int adapter, const struct i2c_msg *message)
{
	(void)adapter;
	(void)message;
	return route(drive) == 0 ? 0 : -EIO;
}

/* The secure world's own first call, in which it gets memory and finds the RPMB. */
static bool ask(struct teeq_drive *d)
{
	const struct teeq_driver_uuid uuid = { .bytes = "teeqboot" };
	struct teeq_driver_answer answer;

	answer = drive_guest(d)->object->client_open_session(drive_guest(d)->boot_context, &uuid,
							     &drive_guest(d)->boot_session);
	if (answer.result || answer.ret) {
		drive_boot_failed(d, "the boot: its session is not opened: %d, %#x", answer.result,
				  answer.ret);
		return false;
	}
	answer = drive_guest(d)->object->client_invoke(drive_guest(d)->boot_context,
						       drive_guest(d)->boot_session, BOOT_ASK);
	if (!d->closes)
		drive_guest(d)->object->client_close_session(drive_guest(d)->boot_context,
							     drive_guest(d)->boot_session);
	if (answer.result == 0 && answer.ret == 0 && drive_guest(d)->memory_cookie)
		return true;
	drive_boot_failed(d, "the boot: the secure world gets no memory: %d, %#x", answer.result,
			  answer.ret);
	return false;
}

static bool let_ask(struct teeq_drive *d)
{
	bool done;

	drive_guest(d)->boot_context = drive_guest(d)->object->client_open(false);
	if (drive_guest(d)->object->add_rpmb && !drive_guest(d)->object->add_rpmb(route, d))
		drive_boot_failed(d, "the boot: no RPMB device could be added");
	kernel_do_work();
	if (!drive_guest(d)->boot_context) {
		drive_boot_failed(d, "the boot: there is no context for it");
		return false;
	}
	done = ask(d);
	if (d->closes)
		return done;
	drive_guest(d)->object->client_close(drive_guest(d)->boot_context);
	drive_guest(d)->boot_context = NULL;
	return done;
}

/* What the setup does for one guest after the other, in its kernel. */
static void in_each_guest(struct teeq_drive *d, void (*act)(struct teeq_drive *d))
{
	struct harness_task *task = harness_running("the setup");

	for (unsigned int i = 0; i < d->guest_count; i++) {
		task->guest = i;
		act(d);
	}
	task->guest = 0;
}

static void add_devices(struct teeq_drive *d)
{
	(void)d;
	kernel_add_devices();
}

void drive_prepare(void *drive)
{
	reset(drive);
	in_each_guest(drive, add_devices);
}

/* What the scenario wants beside the driver. */
static bool begin_surroundings(struct teeq_drive *d)
{
	bool beside = d->options.boot == TEEQ_DRIVE_BOOT_BESIDE;

	if ((d->has_caller_services || drive_keeps_cache(d)) && !let_ask(d))
		return false;
	if (d->scenario->channel_count > 0 && !drive_guest(d)->object->scmi_begin()) {
		drive_boot_failed(d, "the SCMI transport has not found its service");
		return false;
	}
	if (d->scenario->supplicant_threads > 0 && !d->m->guest_no_supplicant[kernel_guest()]) {
		drive_guest(d)->supplicant_fd = teeq_kernel_open("teepriv0");
		if (drive_guest(d)->supplicant_fd < 0)
			drive_boot_failed(d, "tee-supplicant cannot open its device");
		else
			supplicant_begin(d);
	}
	if (!beside)
		kernel_do_work();
	if (!sessions_begin(d))
		drive_boot_failed(d, "a session that should be open is not opened");
	return true;
}

static void boot(struct teeq_drive *d)
{
	if (!begin_modules(d))
		return;
	kernel_do_work();
	drive_guest(d)->is_found = drive_guest(d)->object->find();
	if (!drive_guest(d)->is_found) {
		drive_boot_failed(d, "the driver has not found its device");
		return;
	}
	d->is_booted = begin_surroundings(d);
}

/* Their callers died before the run begins, and behind the boot. */
static void lose_threads(struct teeq_drive *d)
{
	for (unsigned int i = 0; i < d->scenario->lost_count; i++)
		pool_lose(drive_shared_pool(d), i);
}

void drive_boot_task(void *drive)
{
	struct teeq_drive *d = drive;

	kernel_work_alone(d->options.boot == TEEQ_DRIVE_BOOT_ALONE ? d->h->running : NULL);
	in_each_guest(d, boot);
	kernel_work_alone(NULL);
	if (d->is_booted)
		lose_threads(d);
	d->boot_is_over = true;
	d->noted_count = 0;
}

void drive_boot(void *drive)
{
	drive_prepare(drive);
	drive_boot_task(drive);
}
