/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_MESSAGE_H
#define DRIVER_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The message of a standard call, and of an RPC, as it lies in shared memory: the protocol between
 * Linux's driver and OP-TEE (optee_msg.h of either, revision 2.0).
 */
enum message_command {
	MESSAGE_OPEN_SESSION,
	MESSAGE_INVOKE,
	MESSAGE_CLOSE_SESSION,
	MESSAGE_CANCEL,
	MESSAGE_REGISTER_MEMORY,
	MESSAGE_UNREGISTER_MEMORY,
	MESSAGE_BOTTOM_HALF,
	MESSAGE_STOP_NOTIFICATIONS,
};

enum message_attribute {
	ATTRIBUTE_NONE,
	ATTRIBUTE_VALUE_INPUT,
	ATTRIBUTE_VALUE_OUTPUT,
	ATTRIBUTE_VALUE_INOUT,
	ATTRIBUTE_RMEM_INPUT = 5,
	ATTRIBUTE_RMEM_OUTPUT,
	ATTRIBUTE_RMEM_INOUT,
	ATTRIBUTE_TMEM_INPUT = 9,
	ATTRIBUTE_TMEM_OUTPUT,
	ATTRIBUTE_TMEM_INOUT,
	ATTRIBUTE_TYPE = 0xff,
	ATTRIBUTE_META = 1 << 8,
	ATTRIBUTE_NONCONTIGUOUS = 1 << 9,
};

/*
 * Of memory with a reference: an offset, a size, and the reference. Of other memory: its address
 * first.
 */
struct message_param {
	uint64_t attribute;
	uint64_t a, b, c;
};

/*
 * @ret, @origin   of the answer
 * @params         @param_count of them
 */
struct message {
	uint32_t command;
	uint32_t func;
	uint32_t session;
	uint32_t cancel_id;
	uint32_t pad;
	uint32_t ret;
	uint32_t origin;
	uint32_t param_count;
	struct message_param params[];
};

static inline size_t message_size(size_t param_count)
{
	return sizeof(struct message) + param_count * sizeof(struct message_param);
}

enum {
	ORIGIN_COMMS = 2,
	ORIGIN_TEE = 3,
	ORIGIN_TRUSTED_APP = 4
};

/* RPCs that tee-supplicant serves: what is asked for. */
enum {
	RPC_LOAD_TA,
	RPC_RPMB,
	RPC_FS
};
/* What memory an RPC wants: of tee-supplicant, or of the kernel. */
enum {
	MEMORY_APPLICATION,
	MEMORY_KERNEL
};

#endif
