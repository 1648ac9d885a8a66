/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/abi.h"

#include <stddef.h>
#include <string.h>

struct result {
	const char *name;
	const char *symbol;
	uint32_t value;
};

/* clang-format off */
static const struct result results[TEEQ_FAILURE_COUNT] = {
	[TEEQ_FAILURE_NONE] = { "none", "TEEC_SUCCESS", 0 },
	[TEEQ_FAILURE_GENERIC] = { "generic", "TEEC_ERROR_GENERIC", 0xFFFF0000 },
	[TEEQ_FAILURE_ACCESS_DENIED] = { "access-denied", "TEEC_ERROR_ACCESS_DENIED", 0xFFFF0001 },
	[TEEQ_FAILURE_CANCEL] = { "cancel", "TEEC_ERROR_CANCEL", 0xFFFF0002 },
	[TEEQ_FAILURE_ACCESS_CONFLICT] = { "access-conflict", "TEEC_ERROR_ACCESS_CONFLICT",
					   0xFFFF0003 },
	[TEEQ_FAILURE_BAD_FORMAT] = { "bad-format", "TEEC_ERROR_BAD_FORMAT", 0xFFFF0005 },
	[TEEQ_FAILURE_BAD_PARAMETERS] = { "bad-parameters", "TEEC_ERROR_BAD_PARAMETERS",
					  0xFFFF0006 },
	[TEEQ_FAILURE_BAD_STATE] = { "bad-state", "TEEC_ERROR_BAD_STATE", 0xFFFF0007 },
	[TEEQ_FAILURE_ITEM_NOT_FOUND] = { "item-not-found", "TEEC_ERROR_ITEM_NOT_FOUND",
					  0xFFFF0008 },
	[TEEQ_FAILURE_NOT_SUPPORTED] = { "not-supported", "TEEC_ERROR_NOT_SUPPORTED", 0xFFFF000A },
	[TEEQ_FAILURE_NO_DATA] = { "no-data", "TEEC_ERROR_NO_DATA", 0xFFFF000B },
	[TEEQ_FAILURE_OUT_OF_MEMORY] = { "out-of-memory", "TEEC_ERROR_OUT_OF_MEMORY", 0xFFFF000C },
	[TEEQ_FAILURE_BUSY] = { "busy", "TEEC_ERROR_BUSY", 0xFFFF000D },
	[TEEQ_FAILURE_COMMUNICATION] = { "communication", "TEEC_ERROR_COMMUNICATION", 0xFFFF000E },
	[TEEQ_FAILURE_SECURITY] = { "security", "TEEC_ERROR_SECURITY", 0xFFFF000F },
	[TEEQ_FAILURE_SHORT_BUFFER] = { "short-buffer", "TEEC_ERROR_SHORT_BUFFER", 0xFFFF0010 },
	[TEEQ_FAILURE_TIMEOUT] = { "timeout", "TEE_ERROR_TIMEOUT", 0xFFFF3001 },
	[TEEQ_FAILURE_TARGET_DEAD] = { "target-dead", "TEEC_ERROR_TARGET_DEAD", 0xFFFF3024 },
	[TEEQ_FAILURE_STORAGE_NO_SPACE] = { "storage-no-space", "TEEC_ERROR_STORAGE_NO_SPACE",
					    0xFFFF3041 },
	[TEEQ_FAILURE_EINTR] = { "eintr", "-EINTR", TEEQ_ABI_EINTR },
	[TEEQ_FAILURE_EIO] = { "eio", "-EIO", TEEQ_ABI_EIO },
	[TEEQ_FAILURE_EAGAIN] = { "eagain", "-EAGAIN", TEEQ_ABI_EAGAIN },
	[TEEQ_FAILURE_ENOMEM] = { "enomem", "-ENOMEM", TEEQ_ABI_ENOMEM },
	[TEEQ_FAILURE_EBUSY] = { "ebusy", "-EBUSY", TEEQ_ABI_EBUSY },
	[TEEQ_FAILURE_ENODEV] = { "enodev", "-ENODEV", TEEQ_ABI_ENODEV },
	[TEEQ_FAILURE_EINVAL] = { "einval", "-EINVAL", TEEQ_ABI_EINVAL },
	[TEEQ_FAILURE_ETIMEDOUT] = { "etimedout", "-ETIMEDOUT", TEEQ_ABI_ETIMEDOUT },
	[TEEQ_FAILURE_EPROBE_DEFER] = { "eprobe-defer", "-EPROBE_DEFER", TEEQ_ABI_EPROBE_DEFER },
};
/* clang-format on */

const char *teeq_failure_name(enum teeq_failure result)
{
	return (size_t)result < TEEQ_FAILURE_COUNT ? results[result].name : NULL;
}

const char *teeq_failure_symbol(enum teeq_failure result)
{
	return (size_t)result < TEEQ_FAILURE_COUNT ? results[result].symbol : NULL;
}

uint32_t teeq_failure_value(enum teeq_failure result)
{
	return (size_t)result < TEEQ_FAILURE_COUNT ? results[result].value : 0;
}

int teeq_failure_find(const char *name)
{
	for (size_t i = TEEQ_FAILURE_NONE + 1; i < TEEQ_FAILURE_COUNT; i++)
		if (strcmp(results[i].name, name) == 0)
			return (int)i;
	return -1;
}
