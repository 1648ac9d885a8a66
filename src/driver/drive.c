/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario with a driver: the model's tasks in its order, as tasks of the harness. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "driver/driver.h"
#include "harness/threads.h"

enum {
	NOTIFICATION_IRQ = 5
};

/* ----------------------------------------- who needs what ------------------------------------- */

/* A call that names no session is made in the own one, also that of a device. */
static bool uses_own(const void *drive, const struct teeq_step *step)
{
	const struct teeq_drive *d = drive;

	if (step->kind == TEEQ_STEP_POWER_ON || step->kind == TEEQ_STEP_POWER_OFF)
		return !d->scenario->devices[drive_device(d, step->name)].session;
	return step->kind == TEEQ_STEP_CALL && !step->session;
}

static bool use_own(const struct teeq_drive *d, const struct teeq_step *steps, size_t count)
{
	return drive_find_step(steps, count, uses_own, d) != NULL;
}

static bool services_use_own(const struct teeq_drive *d, enum teeq_server by)
{
	for (size_t i = 0; i < d->scenario->service_count; i++)
		if (d->scenario->services[i].by == by &&
		    use_own(d, d->scenario->services[i].steps, d->scenario->services[i].step_count))
			return true;
	return false;
}

static bool needs_own(const struct teeq_drive *d, unsigned int task)
{
	const struct teeq_client_spec *client;

	if (d->m->tasks[task].kind == TEEQ_TASK_SUPPLICANT)
		return services_use_own(d, TEEQ_SERVED_BY_SUPPLICANT);
	if (d->m->tasks[task].kind != TEEQ_TASK_CLIENT)
		return false;
	client = &d->scenario->clients[d->actors[task].client];
	return use_own(d, client->steps, client->step_count) ||
	       services_use_own(d, TEEQ_SERVED_BY_CALLER);
}

static bool is_driver_step(const void *unused, const struct teeq_step *step)
{
	(void)unused;
	return step->kind == TEEQ_STEP_DRIVER;
}

static bool is_removal(const void *unused, const struct teeq_step *step)
{
	(void)unused;
	return step->kind == TEEQ_STEP_DRIVER && step->times == TEEQ_DRIVER_REMOVE;
}

static bool have_driver_steps(const struct teeq_scenario *s)
{
	bool have = false;

	for (size_t i = 0; i < s->client_count; i++)
		have |= drive_find_step(s->clients[i].steps, s->clients[i].step_count,
					is_driver_step, NULL) != NULL;
	return have;
}

static bool are_served_by_caller(const struct teeq_scenario *s)
{
	for (size_t i = 0; i < s->service_count; i++)
		if (s->services[i].by == TEEQ_SERVED_BY_CALLER)
			return true;
	return false;
}

/* ------------------------------------------- the tasks ---------------------------------------- */

/* Over FF-A the framework hands notifications on, and a work queue has the bottom half. */
static enum teeq_status drive_add_interrupt(struct teeq_drive *d, const char *name,
					    struct teeq_error *error)
{
	bool bottom_half = strstr(name, "bottom-half") != NULL;

	if (d->m->abi == TEEQ_ABI_FFA)
		return teeq_harness_daemon(d->h, name,
					   bottom_half ? kernel_work_task : ffa_notification_task,
					   d, error);
	return teeq_harness_daemon(
		d->h, name, bottom_half ? kernel_irq_thread_task : kernel_irq_task, NULL, error);
}

static enum teeq_status drive_add_task(struct teeq_drive *d, unsigned int index,
				       struct teeq_error *error)
{
	struct actor *actor = &d->actors[index];
	const char *name = d->m->tasks[index].name;

	*actor = (struct actor){ .drive = d, .index = index };
	actor->client = (unsigned int)teeq_model_task_client(d->m, index);
	switch (d->m->tasks[index].kind) {
	case TEEQ_TASK_CLIENT:
		d->client_tasks++;
		actor->removes = drive_find_step(d->scenario->clients[actor->client].steps,
						 d->scenario->clients[actor->client].step_count,
						 is_removal, NULL);
		d->user_tasks += !actor->removes;
		actor->uses_own = needs_own(d, index);
		return teeq_harness_task(d->h, name, client_task, actor, error);
	case TEEQ_TASK_SUPPLICANT:
		actor->uses_own = needs_own(d, index);
		return teeq_harness_daemon(d->h, name, supplicant_task, actor, error);
	default:
		return drive_add_interrupt(d, name, error);
	}
}

static enum teeq_status drive_add_tasks(struct teeq_drive *d, struct teeq_error *error)
{
	enum teeq_status status = TEEQ_OK;

	for (unsigned int i = 0; status == TEEQ_OK && i < d->m->first_fault; i++) {
		status = drive_add_task(d, i, error);
		d->h->tasks[i].guest = model_guest(d->m, i);
	}
	for (unsigned int i = 0; status == TEEQ_OK && i < d->m->fault_count; i++) {
		d->faults[i] = (struct struck){ d, i };
		status = teeq_harness_daemon(d->h, d->m->tasks[d->m->first_fault + i].name,
					     fault_task, &d->faults[i], error);
		if (d->m->guest_count > 1 && d->m->faults[i].kind == TEEQ_FAULT_SUPPLICANT_DIES)
			d->h->tasks[d->m->first_fault + i].guest = d->m->faults[i].target;
	}
	return status;
}

/* -------------------------------------------- making ------------------------------------------ */

static void observe(void *drive, struct teeq_harness_view *view)
{
	struct teeq_drive *d = drive;

	for (size_t i = 0; i < d->guest_count; i++)
		if (d->guests[i].is_found)
			d->objects[i]->observe(NULL, view);
}

/*
 * Runs of an earlier scenario have left its statics as they ended; each run begins with them as
 * new.
 */
static enum teeq_status renew(struct teeq_drive *d, const struct teeq_driver *driver)
{
	enum teeq_status status = TEEQ_OK;

	for (size_t i = 0; status == TEEQ_OK && i < driver->segment_count; i++) {
		const struct segment *segment = &driver->segments[i];

		memcpy(segment->bytes, segment->fresh, segment->size);
		status = teeq_harness_restore(d->h, segment->bytes, segment->size);
	}
	return status;
}

/* A driver for each guest. */
static enum teeq_status load_drivers(struct teeq_drive *d, struct teeq_error *error)
{
	struct teeq_driver *driver = d->driver;
	enum teeq_status status = renew(d, driver);

	for (size_t i = 1; status == TEEQ_OK && i < d->guest_count; i++) {
		status = driver_twin(driver, &driver, error);
		if (status != TEEQ_OK)
			break;
		d->objects[i] = driver->object;
		status = renew(d, driver);
	}
	return status;
}

static enum teeq_status make_harness(struct teeq_drive *d, struct teeq_error *error)
{
	struct teeq_harness_options options = {
		.argument = d,
		.setup = d->options.boot == TEEQ_DRIVE_BOOT_APART ? drive_boot : drive_prepare,
		.teardown = d->options.remove == TEEQ_DRIVE_REMOVE_NEVER ? NULL : remove_check,
		.secure = secure_thread,
		.fast = secure_fast,
		.thread_count = d->m->thread_count,
		.lacks_rpc_arg = d->scenario->lacks_rpc_arg,
		.points = d->options.points,
		.keeps_memory = d->options.remove == TEEQ_DRIVE_REMOVE_NEVER,
		.copies = true,
		.digest = d->object->digest ^ d->m->digest ^
			  ((uint64_t)d->options.boot << 8 | (uint64_t)d->options.remove |
			   d->options.max_key << 16 | (uint64_t)d->options.answers_ahead << 32),
	};
	char name[32];
	enum teeq_status status;

	snprintf(name, sizeof(name), "linux-%u.%u", d->object->version >> 8,
		 d->object->version & 0xff);
	options.name = name;
	status = teeq_harness_new(&options, &d->h, error);
	if (status == TEEQ_OK && (drive_is_limited(d) || d->m->has_guests))
		d->h->hooks = &drive_hooks;
	if (status == TEEQ_OK)
		status = load_drivers(d, error);
	if (status == TEEQ_OK) {
		d->actor_count = d->m->first_fault;
		harness_watch(d->h, &d->stage, offsetof(struct teeq_drive, actor_count) -
						       offsetof(struct teeq_drive, stage));
		harness_watch_used(d->h, d->actors, sizeof(d->actors), &d->actor_count,
				   sizeof(d->actors[0]));
		harness_watch(d->h, d->threads, d->m->thread_count * sizeof(d->threads[0]));
		harness_watch(d->h, d->sessions,
			      d->scenario->session_count * sizeof(d->sessions[0]));
		harness_watch(d->h, d->contexts,
			      d->scenario->context_count * sizeof(d->contexts[0]));
		harness_watch_used(d->h, d->guests, sizeof(d->guests), &d->guest_count,
				   sizeof(d->guests[0]));
		harness_watch_used(d->h, d->registered, sizeof(d->registered), &d->registered_count,
				   sizeof(d->registered[0]));
		harness_watch(d->h, d->w, d->m->layout.size);
	}
	if (status == TEEQ_OK && d->object->observe)
		teeq_harness_observe(d->h, name, observe, d);
	if (status == TEEQ_OK)
		status = drive_add_tasks(d, error);
	return status == TEEQ_OK ? remove_add_tasks(d, error) : status;
}

static enum teeq_status drive_make(struct teeq_drive *d, struct teeq_error *error)
{
	const struct teeq_policy *policy = teeq_policy_find(teeq_driver_policy(d->driver));
	enum teeq_status status = model_new_for_driver(d->scenario, policy, &d->m, error);

	if (status == TEEQ_OK)
		status = drive_refuse(d, error);
	if (status != TEEQ_OK)
		return status;
	d->w = teeq_world_new(d->m);
	if (!d->w)
		return error_nomem(error);
	d->has_driver_steps = have_driver_steps(d->scenario);
	d->closes = d->has_driver_steps || d->options.remove != TEEQ_DRIVE_REMOVE_NEVER;
	d->has_caller_services = are_served_by_caller(d->scenario);
	d->rpc_param_count =
		d->scenario->lacks_rpc_arg  ? 0 :
		d->scenario->argument_slots ? drive_rpc_params(d->scenario->argument_slots) :
					      4;
	d->objects[0] = d->object;
	d->guest_count = d->m->guest_count;
	d->machine = (struct kernel_machine){ .guest_count = d->m->guest_count,
					      .abi_ffa = d->m->abi == TEEQ_ABI_FFA,
					      .argument = d,
					      .transfer = drive_transfer,
					      .direct = ffa_direct,
					      .shared = ffa_shared,
					      .reclaimed = ffa_reclaimed };
	if (drive_has_async(d) && !d->machine.abi_ffa)
		d->machine.irq = NOTIFICATION_IRQ;
	kernel_set_machine(&d->machine);
	return make_harness(d, error);
}

enum teeq_status teeq_drive_new(struct teeq_driver *driver, const struct teeq_scenario *scenario,
				const struct teeq_drive_options *options,
				struct teeq_drive **result, struct teeq_error *error)
{
	struct teeq_drive *d;
	enum teeq_status status;

	if (!driver || !scenario || !result)
		return error_null(error, "driver, scenario, drive");
	d = calloc(1, sizeof(*d));
	if (!d)
		return error_nomem(error);
	d->driver = driver;
	d->object = driver->object;
	d->scenario = scenario;
	d->options = options ? *options :
			       (struct teeq_drive_options){ .points = TEEQ_HARNESS_POINTS_MODEL };
	status = drive_make(d, error);
	if (status != TEEQ_OK) {
		teeq_drive_free(d);
		return status;
	}
	*result = d;
	return TEEQ_OK;
}

void teeq_drive_free(struct teeq_drive *d)
{
	if (!d)
		return;
	kernel_set_machine(NULL);
	teeq_harness_free(d->h);
	teeq_world_free(d->w);
	teeq_model_free(d->m);
	free(d);
}

struct teeq_harness *teeq_drive_harness(struct teeq_drive *d)
{
	return d ? d->h : NULL;
}

bool teeq_drive_ask(struct teeq_drive *d, const char *client)
{
	uint64_t tasks = d && client ? teeq_model_tasks_of(d->m, client) : 0;

	if (!d || (client && !tasks))
		return false;
	d->h->must_finish = tasks;
	return true;
}

enum teeq_status teeq_drive_stress(struct teeq_drive *d, uint64_t seed, uint64_t step_max,
				   struct teeq_harness_result *result)
{
	enum teeq_status status;

	if (!d || !result || !d->object->on_threads)
		return TEEQ_EINPUT;
	status = threads_execute(d->h, d->scenario->name, seed, step_max, result);
	return status == TEEQ_OK && result->verdict == TEEQ_VERDICT_LIMIT ? TEEQ_ELIMIT : status;
}
