/* SPDX-License-Identifier: BSD-2-Clause */
/* Fast calls that the scenario decides; the pool of threads answers the others. */
#include "driver/driver.h"

enum {
	NOTIFICATION_MAX = 255
};

static void fast_capabilities(const struct teeq_drive *d, struct teeq_smc_regs *ret)
{
	uint32_t bits = TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_DYNAMIC_SHM) |
			TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_MEMREF_NULL);

	if (!d->scenario->lacks_rpc_arg)
		bits |= TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_RPC_ARG);
	if (drive_has_async(d))
		bits |= TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_ASYNC_NOTIF);
	/* Bit 7 as the driver has it that routes RPMB in the kernel. */
	if (drive_guest(d)->object->add_rpmb)
		bits |= UINT32_C(1) << 7;
	*ret = (struct teeq_smc_regs){
		.a = { TEEQ_SMC_RETURN_OK, bits,
		       d->options.max_key ? d->options.max_key : NOTIFICATION_MAX,
		       d->rpc_param_count }
	};
}

unsigned int secure_fetch(struct teeq_drive *d)
{
	unsigned int key = async_fetch(d->m, d->w, kernel_guest());

	if (key == TEEQ_NO_OBJECT)
		drive_note(d, harness_index(d->h, harness_running("a notification")),
			   TEEQ_ACTION_INTERRUPT);
	return key;
}

/* A value a call, and whether there are more. */
static void next_value(struct teeq_drive *d, struct teeq_smc_regs *ret)
{
	unsigned int key;

	*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_OK } };
	if (!async_pending(d->m, d->w, kernel_guest()))
		return;
	key = secure_fetch(d);
	ret->a[1] = key == TEEQ_NO_OBJECT ? TEEQ_SMC_NOTIF_BOTTOM_HALF :
					teeq_model_notification_key(d->m, key);
	ret->a[2] = TEEQ_SMC_NOTIF_VALID;
	if (async_pending(d->m, d->w, kernel_guest()))
		ret->a[2] |= TEEQ_SMC_NOTIF_PENDING;
}

/* What threads keep for their RPCs is handed back, one piece a call. */
static bool fast_disable_cache(struct teeq_drive *d, struct teeq_smc_regs *ret)
{
	unsigned int first;

	if (!pool_is_idle(drive_pool(d, kernel_guest(), &first)))
		return false;
	for (unsigned int i = 0; i < d->m->thread_count; i++) {
		if (!drive_guest(d)->cached[i])
			continue;
		*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_OK,
						      drive_guest(d)->cookies[i] >> 32,
						      (uint32_t)drive_guest(d)->cookies[i] } };
		drive_guest(d)->cached[i] = NULL;
		return true;
	}
	return false;
}

/* A hypervisor tells a guest what it likes, or that there is no such function. */
static bool fast_thread_count(const struct teeq_drive *d, struct teeq_smc_regs *ret)
{
	unsigned int count = d->m->guest_thread_count[kernel_guest()];

	*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_OK, count } };
	if (count == 0)
		ret->a[0] = TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
	return true;
}

/* What probe asks, and gives up where it is not answered as it wants. */
static bool fast_refuses(const struct teeq_smc_regs *call)
{
	static const struct {
		uint32_t function;
		const char *what;
	} asked[] = {
		{ TEEQ_SMC_CALLS_UID, "the secure world's UID" },
		{ TEEQ_SMC_CALLS_REVISION, "the revision of its calls" },
		{ TEEQ_SMC_EXCHANGE_CAPABILITIES, "the exchange of capabilities" },
		{ TEEQ_SMC_ENABLE_SHM_CACHE, "the cache of shared memory" },
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		const struct teeq_site site = { asked[i].what, "", "", 0 };

		if (asked[i].function == (uint32_t)call->a[0])
			return teeq_kernel_refuses(&site);
	}
	return false;
}

bool secure_fast(void *drive, const struct teeq_smc_regs *call, struct teeq_smc_regs *ret)
{
	struct teeq_drive *d = drive;

	if (fast_refuses(call)) {
		*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_UNKNOWN_FUNCTION } };
		return true;
	}

	switch ((uint32_t)call->a[0]) {
	case TEEQ_SMC_GET_THREAD_COUNT:
		return d->m->has_guests && fast_thread_count(d, ret);
	case TEEQ_SMC_EXCHANGE_CAPABILITIES:
		fast_capabilities(d, ret);
		return true;
	case TEEQ_SMC_GET_OS_REVISION:
		*ret = (struct teeq_smc_regs){ .a = { 4, 10 } };
		return true;
	case TEEQ_SMC_GET_ASYNC_NOTIF_VALUE:
		next_value(d, ret);
		return true;
	case TEEQ_SMC_ENABLE_ASYNC_NOTIF:
		*ret = (struct teeq_smc_regs){ .a = { TEEQ_SMC_RETURN_OK } };
		return true;
	case TEEQ_SMC_ENABLE_SHM_CACHE:
	case TEEQ_SMC_DISABLE_SHM_CACHE:
		/* A step of the model's: somebody may come between two of them. */
		drive_note(d, harness_index(d->h, harness_running("a fast call")), TEEQ_ACTION_SMC);
		return (uint32_t)call->a[0] == TEEQ_SMC_DISABLE_SHM_CACHE &&
		       fast_disable_cache(d, ret);
	default:
		return false;
	}
}

void secure_interrupt(struct teeq_drive *d)
{
	if (drive_has_async(d) && d->machine.irq > 0 && async_pending(d->m, d->w, kernel_guest()))
		kernel_raise_irq(d->machine.irq);
}
