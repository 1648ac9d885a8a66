/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of the scenario language is not run with a driver, or not with this one: in one line, why.
 */
#include <string.h>

#include "base/error.h"
#include "driver/driver.h"

#define REFUSE(key, ...) error_set(error, TEEQ_EINPUT, key, __VA_ARGS__)

static bool is_of_kind(const void *kind, const struct teeq_step *step)
{
	return step->kind == *(const enum teeq_step_kind *)kind;
}

static const struct teeq_step *find_kind(const struct teeq_step *steps, size_t count,
					 enum teeq_step_kind kind)
{
	return drive_find_step(steps, count, is_of_kind, &kind);
}

/* In any script of the normal world. */
static const struct teeq_step *refuse_find_step(const struct teeq_scenario *s,
						enum teeq_step_kind kind)
{
	const struct teeq_step *found = NULL;

	for (size_t i = 0; !found && i < s->client_count; i++)
		found = find_kind(s->clients[i].steps, s->clients[i].step_count, kind);
	for (size_t i = 0; !found && i < s->service_count; i++)
		found = find_kind(s->services[i].steps, s->services[i].step_count, kind);
	return found;
}

static bool has_timeout(const void *unused, const struct teeq_step *step)
{
	(void)unused;
	return (step->kind == TEEQ_STEP_WAIT || step->kind == TEEQ_STEP_COND_WAIT) &&
	       step->times > 0;
}

static const struct teeq_step *find_command_step(const struct teeq_scenario *s,
						 enum teeq_step_kind kind)
{
	const struct teeq_step *found = NULL;

	for (size_t i = 0; !found && i < s->command_count; i++)
		found = find_kind(s->commands[i].steps, s->commands[i].step_count, kind);
	return found;
}

/* Of a series of patches that no kernel has. */
static enum teeq_status refuse_posted(const struct teeq_scenario *s, struct teeq_error *error)
{
	if (refuse_find_step(s, TEEQ_STEP_RELEASE))
		return REFUSE("release", "only patches that were never merged give a reservation "
					 "back: in this driver closing the session does");
	for (size_t i = 0; i < s->fault_count; i++)
		if (s->faults[i].kind == TEEQ_FAULT_RESERVE_REFUSED)
			return REFUSE("faults", "%s: this driver refuses a reservation for the "
						"number of threads, and for nothing else",
				      s->faults[i].name);
	if (s->argument_full != TEEQ_ARGUMENT_LOCKED)
		return REFUSE("arguments.full",
			      "only a patch that was never merged would do that: kernels since "
			      "5.18 register a page by a normal call with the mutex held, locked");
	return TEEQ_OK;
}

static bool has_driver_steps(const struct teeq_scenario *s)
{
	return refuse_find_step(s, TEEQ_STEP_DRIVER) != NULL;
}

static enum teeq_status refuse_surroundings(const struct teeq_drive *d, struct teeq_error *error)
{
	const struct teeq_scenario *s = d->scenario;

	if (s->no_resched && (d->object->reschedules >> s->abi & 1))
		return REFUSE("resched", "this driver lets others run before it resumes a call "
					 "that was interrupted: cond_resched()");
	if (d->object->on_threads && has_driver_steps(s))
		return REFUSE("driver",
			      "runs on threads have the driver there from their beginning "
			      "to their end");
	if (d->m->guest_count > 1 && has_driver_steps(s))
		return REFUSE("driver", "of several guests each has one");
	for (size_t i = 0; i < s->service_count; i++)
		if (find_kind(s->services[i].steps, s->services[i].step_count, TEEQ_STEP_DRIVER))
			return REFUSE("driver",
				      "%s: what serves an RPC does not take the driver away "
				      "that it serves",
				      s->services[i].name);
	if (has_driver_steps(s) && s->channel_count > 0)
		return REFUSE("driver",
			      "beside channels the kernel takes the SCMI core's device away "
			      "first, by the link between them, and there is none here");
	if (s->abi == TEEQ_ABI_FFA && s->lacks_rpc_arg)
		return REFUSE("secure.rpc-arg", "over FF-A the arguments of RPCs always lie behind "
						"those of the call");
	if (d->object->on_threads && drive_is_limited(d))
		return REFUSE(s->cpu_count > 0 ? "cpus" : s->fault_count > 0 ? "faults" : "poll",
			      "threads of the machine run when they like: not in a run on threads");
	return TEEQ_OK;
}

static enum teeq_status refuse_steps(const struct teeq_scenario *s, struct teeq_error *error)
{
	const struct teeq_step *cache = refuse_find_step(s, TEEQ_STEP_SHM_CACHE);

	if (cache && cache->times != TEEQ_SHM_CACHE_DISABLE)
		return REFUSE("shm-cache",
			      "only probe enables it, which is over when the run begins");
	return TEEQ_OK;
}

/* A slot is as large as the secure world says that RPCs have parameters. */
enum {
	PAGE_BYTES = 4096,
	CALL_BYTES = 224,
	RPC_PARAMS_MIN = 4,
	RPC_PARAMS_MAX = 255
};

unsigned int drive_rpc_params(uint32_t slots)
{
	for (unsigned int n = RPC_PARAMS_MIN; n <= RPC_PARAMS_MAX; n++)
		if (PAGE_BYTES / (CALL_BYTES + message_size(n)) == slots)
			return n;
	return 0;
}

static enum teeq_status refuse_arguments(const struct teeq_scenario *s, struct teeq_error *error)
{
	if (!s->lacks_rpc_arg && s->argument_slots > 0 && !drive_rpc_params(s->argument_slots))
		return REFUSE("arguments.slots",
			      "found %u: a page of 4 KiB has 1..10 slots, the number "
			      "of which the secure world decides by the parameters of its RPCs",
			      s->argument_slots);
	return TEEQ_OK;
}

/* What the driver tells the secure world where a service of the caller's fails, however it does. */
static const char *told_failure(enum teeq_rpc_kind kind)
{
	return kind == TEEQ_RPC_KIND_RPMB ? "bad-parameters" : "communication";
}

static enum teeq_status refuse_failures(const struct teeq_drive *d,
					const struct teeq_service_spec *service,
					struct teeq_error *error)
{
	const struct teeq_step *fail =
		find_kind(service->steps, service->step_count, TEEQ_STEP_FAIL);

	if (service->by != TEEQ_SERVED_BY_CALLER || !fail || !d->m->has_results ||
	    strcmp(fail->name, told_failure(service->kind)) == 0)
		return TEEQ_OK;
	return REFUSE(service->name,
		      "fails with %s, and whatever fails there, the driver tells the "
		      "secure world of %s",
		      fail->name, told_failure(service->kind));
}

static enum teeq_status refuse_services(const struct teeq_drive *d, struct teeq_error *error)
{
	for (size_t i = 0; i < d->scenario->service_count; i++) {
		const struct teeq_service_spec *service = &d->scenario->services[i];
		bool own = service->kind == TEEQ_RPC_KIND_GET_TIME ||
			   service->kind == TEEQ_RPC_KIND_SHM_ALLOC ||
			   service->kind == TEEQ_RPC_KIND_SHM_FREE;
		bool by_caller = service->by == TEEQ_SERVED_BY_CALLER;

		if (own && by_caller && service->step_count > 0)
			return REFUSE(service->name,
				      "the driver serves it by itself, and no script "
				      "runs meanwhile");
		if (!by_caller &&
		    (service->kind == TEEQ_RPC_KIND_GET_TIME || service->kind == TEEQ_RPC_KIND_I2C))
			return REFUSE(service->name, "the driver serves it by itself, and does not "
						     "ask tee-supplicant");
		if (by_caller && service->kind == TEEQ_RPC_KIND_RPMB && !d->object->add_rpmb)
			return REFUSE(service->name,
				      "this kernel does not route RPMB frames itself: "
				      "that begins with Linux 6.12");
		if (refuse_failures(d, service, error) != TEEQ_OK)
			return TEEQ_EINPUT;
	}
	return TEEQ_OK;
}

/* The interrupt is raised with a notification, and not only for the bottom half. */
static bool raises_key(const struct teeq_scenario *s)
{
	const struct teeq_step *ours = refuse_find_step(s, TEEQ_STEP_ASYNC);
	const struct teeq_step *theirs = find_command_step(s, TEEQ_STEP_ASYNC);

	return (ours && ours->name) || (theirs && theirs->name);
}

/* A wait for a notification that ends by itself. */
static bool waits_have_ends(const struct teeq_scenario *s)
{
	for (size_t i = 0; i < s->command_count; i++)
		if (drive_find_step(s->commands[i].steps, s->commands[i].step_count, has_timeout,
				    NULL))
			return true;
	return false;
}

static const char *wait_word(uint32_t wait)
{
	return wait == TEEQ_SUPPLICANT_KILLABLE	     ? "killable" :
	       wait == TEEQ_SUPPLICANT_INTERRUPTIBLE ? "interruptible" :
						       "uninterruptible";
}

static enum teeq_status refuse_version(const struct teeq_drive *d, struct teeq_error *error)
{
	const struct teeq_scenario *s = d->scenario;

	if (d->object->version < 0x060b && waits_have_ends(s))
		return REFUSE("timeout",
			      "this kernel waits for a notification without an end: that it "
			      "has one begins with Linux 6.11");
	if (refuse_find_step(s, TEEQ_STEP_KILL) &&
	    d->object->supplicant_wait != (uint32_t)s->supplicant_wait)
		return REFUSE("supplicant.wait",
			      "it is about a driver whose callers wait %s for tee-supplicant: "
			      "those of this one wait %s",
			      wait_word(s->supplicant_wait), wait_word(d->object->supplicant_wait));
	if (s->abi == TEEQ_ABI_FFA && raises_key(s))
		return REFUSE("async",
			      "over FF-A the driver asks for one notification, that of the "
			      "bottom half: no other reaches it");
	if (s->abi == TEEQ_ABI_FFA && drive_has_async(d) && d->object->version < 0x0607)
		return REFUSE("abi",
			      "this kernel takes no notifications over FF-A: that begins with "
			      "Linux 6.7");
	if (s->channel_count > 0 && !d->object->scmi_begin)
		return REFUSE("channels", "the tree has no SCMI transport over OP-TEE");
	for (size_t i = 0; i < s->channel_count; i++)
		if (s->channels[i].static_memory)
			return REFUSE("channels",
				      "%s: its memory would be a node of the device "
				      "tree, which there is not",
				      s->channels[i].name);
	return TEEQ_OK;
}

static enum teeq_status refuse_options(const struct teeq_drive *d, struct teeq_error *error)
{
	if (d->m->guest_count > 1 && (d->options.boot != TEEQ_DRIVE_BOOT_APART ||
				      d->options.remove != TEEQ_DRIVE_REMOVE_NEVER))
		return REFUSE("guests",
			      "several drivers boot, and --boot and --remove are of one");
	if (d->options.max_key > 0 && d->m->abi == TEEQ_ABI_FFA)
		return REFUSE("max-key", "over FF-A the driver asks nobody: it is 255");
	if (d->options.remove == TEEQ_DRIVE_REMOVE_BESIDE && d->scenario->channel_count > 0)
		return REFUSE("remove",
			      "beside channels the kernel takes the SCMI core's device away "
			      "first, by the link between them, and there is none here");
	return TEEQ_OK;
}

enum teeq_status drive_refuse(const struct teeq_drive *d, struct teeq_error *error)
{
	enum teeq_status status = refuse_surroundings(d, error);

	if (status == TEEQ_OK)
		status = refuse_options(d, error);
	if (status == TEEQ_OK)
		status = refuse_posted(d->scenario, error);
	if (status == TEEQ_OK)
		status = refuse_steps(d->scenario, error);
	if (status == TEEQ_OK)
		status = refuse_arguments(d->scenario, error);
	if (status == TEEQ_OK)
		status = refuse_services(d, error);
	return status == TEEQ_OK ? refuse_version(d, error) : status;
}
