/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario/words.h"

const char *const words_servers[] = {
	[TEEQ_SERVED_BY_CALLER] = "caller",
	[TEEQ_SERVED_BY_SUPPLICANT] = "supplicant",
	NULL,
};

const char *const words_rpc_kinds[] = {
	[TEEQ_RPC_KIND_OTHER] = "other",
	[TEEQ_RPC_KIND_GET_TIME] = "get-time",
	[TEEQ_RPC_KIND_SHM_ALLOC] = "shm-alloc",
	[TEEQ_RPC_KIND_SHM_FREE] = "shm-free",
	[TEEQ_RPC_KIND_I2C] = "i2c",
	[TEEQ_RPC_KIND_RPMB] = "rpmb",
	[TEEQ_RPC_KIND_COUNT] = NULL,
};

const char *const words_supplicant_waits[] = {
	[TEEQ_SUPPLICANT_KILLABLE] = "killable",
	[TEEQ_SUPPLICANT_INTERRUPTIBLE] = "interruptible",
	[TEEQ_SUPPLICANT_UNINTERRUPTIBLE] = "uninterruptible",
	NULL,
};

const char *const words_argument_fulls[] = {
	[TEEQ_ARGUMENT_LOCKED] = "locked",
	[TEEQ_ARGUMENT_LOCKED_AS_CALLER] = "locked-as-caller",
	[TEEQ_ARGUMENT_UNLOCKED] = "unlocked",
	[TEEQ_ARGUMENT_UNLOCKED_AS_CALLER] = "unlocked-as-caller",
	[TEEQ_ARGUMENT_PRIVATE] = "private",
	[TEEQ_ARGUMENT_FULL_COUNT] = NULL,
};

const char *const words_fault_kinds[] = {
	[TEEQ_FAULT_SUPPLICANT_DIES] = "supplicant-dies",
	[TEEQ_FAULT_CLIENT_KILLED] = "client-killed",
	[TEEQ_FAULT_NO_MEMORY] = "no-memory",
	[TEEQ_FAULT_THREAD_LOST] = "thread-lost",
	[TEEQ_FAULT_RESERVE_REFUSED] = "reserve-refused",
	[TEEQ_FAULT_UNRESERVE_FAILS] = "unreserve-fails",
	[TEEQ_FAULT_OPEN_FAILS] = "open-fails",
	[TEEQ_FAULT_CALL_FAILS] = "call-fails",
	[TEEQ_FAULT_INTERRUPT] = "interrupt",
	[TEEQ_FAULT_RESUME_REFUSED] = "resume-refused",
	[TEEQ_FAULT_NOTIF_WAIT_FAILS] = "notif-wait-fails",
	[TEEQ_FAULT_KIND_COUNT] = NULL,
};

const char *const words_switches[] = { "disable", "enable", "probe", NULL };
const char *const words_driver_steps[] = {
	[TEEQ_DRIVER_PROBE] = "probe",
	[TEEQ_DRIVER_REMOVE] = "remove",
	[TEEQ_DRIVER_SHUTDOWN] = "shutdown",
	[TEEQ_DRIVER_STEP_COUNT] = NULL,
};

const char *word_at(const char *const *words, unsigned int index)
{
	/* Step by step: what is asked for may lie far behind the end. */
	for (; *words && index > 0; index--)
		words++;
	return *words ? *words : "?";
}
