/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same secure world behind FF-A: direct messages to OP-TEE's partition carry the calls, memory
 * is shared by handles of the framework, and notifications are the framework's, too.
 */
#include "driver/driver.h"

#include <linux/errno.h>

/* Numbers of optee_ffa.h, version 1.0 of that interface. */
enum {
	FFA_API_VERSION,
	FFA_OS_VERSION,
	FFA_CAPABILITIES,
	FFA_UNREGISTER,
	FFA_ENABLE_NOTIF = 5
};
#define FFA_CALL_WITH_ARG UINT32_C(0x80000000)
#define FFA_CALL_RESUME	  UINT32_C(0x80000001)
enum {
	FFA_DONE,
	FFA_RPC,
	FFA_INTERRUPTED
};
enum {
	CAP_ARG_OFFSET = 1,
	CAP_NOTIFICATIONS = 2,
	CAP_RPMB = 4
};
enum {
	NOTIFICATION_MAX = 63
};

static void ffa_capabilities(const struct teeq_drive *d, struct ffa_send_direct_data *data)
{
	*data = (struct ffa_send_direct_data){ .data1 = d->rpc_param_count,
					       .data2 = CAP_ARG_OFFSET,
					       .data3 = NOTIFICATION_MAX };
	if (drive_has_async(d))
		data->data2 |= CAP_NOTIFICATIONS;
	if (drive_guest(d)->object->add_rpmb)
		data->data2 |= CAP_RPMB;
}

/* A call that may be suspended: as an SMC, whose answer is put into other registers. */
static void yielding_call(struct ffa_send_direct_data *data)
{
	bool resume = data->data0 == FFA_CALL_RESUME;
	struct teeq_smc_regs call = { .a = { TEEQ_SMC_CALL_WITH_REGD_ARG, data->data2, data->data1,
					     data->data3 } };
	struct teeq_smc_regs ret;
	unsigned long context = data->data4;

	if (resume)
		call = (struct teeq_smc_regs){ .a = { TEEQ_SMC_CALL_RETURN_FROM_RPC, 0, 0,
						      context } };
	teeq_harness_smc(&call, &ret);
	*data = (struct ffa_send_direct_data){ .data1 = FFA_DONE };
	if (ret.a[0] == TEEQ_SMC_RETURN_ETHREAD_LIMIT) {
		data->data0 = teeq_failure_value(TEEQ_FAILURE_BUSY);
	} else if (ret.a[0] == TEEQ_SMC_RPC_VALUE(TEEQ_SMC_RPC_FOREIGN_INTR)) {
		data->data1 = FFA_INTERRUPTED;
		data->data4 = (unsigned long)ret.a[3];
	} else if (ret.a[0] != TEEQ_SMC_RETURN_OK) {
		data->data1 = FFA_RPC;
		data->data4 = (unsigned long)ret.a[3];
	}
}

int ffa_direct(void *drive, struct ffa_send_direct_data *data)
{
	struct teeq_drive *d = drive;

	switch ((uint32_t)data->data0) {
	case FFA_API_VERSION:
		*data = (struct ffa_send_direct_data){ .data0 = 1 };
		return 0;
	case FFA_OS_VERSION:
		*data = (struct ffa_send_direct_data){ .data0 = 4, .data1 = 10 };
		return 0;
	case FFA_CAPABILITIES:
		ffa_capabilities(d, data);
		return 0;
	case FFA_UNREGISTER:
		secure_forget(d, (uint64_t)data->data2 << 32 | (uint32_t)data->data1);
		*data = (struct ffa_send_direct_data){ .data0 = 0 };
		return 0;
	case FFA_ENABLE_NOTIF:
		drive_guest(d)->bottom_half_value = (int)data->data1;
		*data = (struct ffa_send_direct_data){ .data0 = 0 };
		return 0;
	case FFA_CALL_WITH_ARG:
	case FFA_CALL_RESUME:
		yielding_call(data);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

void ffa_shared(void *drive, u64 handle, phys_addr_t address)
{
	secure_remember(drive, handle, address);
}

/* Where the secure world has never used it, nobody has told it before. */
void ffa_reclaimed(void *drive, u64 handle)
{
	secure_forget(drive, handle);
}

/* The framework's own interrupt: it hands notifications to the driver, one after the other. */
struct listening {
	const struct teeq_drive *d;
	unsigned int guest;
};

static bool is_pending(const void *object)
{
	const struct listening *listening = object;

	return async_pending(listening->d->m, listening->d->w, listening->guest);
}

void ffa_notification_task(void *drive)
{
	struct teeq_drive *d = drive;
	const struct listening listening = { d, kernel_guest() };

	for (;;) {
		unsigned int key;

		kernel_wait("interrupt", is_pending, &listening, "a notification");
		key = secure_fetch(d);
		kernel_ffa_notify(key == TEEQ_NO_OBJECT ?
					  drive_guest(d)->bottom_half_value :
					  (int)teeq_model_notification_key(d->m, key));
	}
}
