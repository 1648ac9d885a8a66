/* SPDX-License-Identifier: BSD-2-Clause */
#include "teeq/abi.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	uint32_t id;
	const char *name;
} functions[] = {
	{ TEEQ_SMC_CALL_RETURN_FROM_RPC, "RETURN_FROM_RPC" },
	{ TEEQ_SMC_CALL_WITH_ARG, "CALL_WITH_ARG" },
	{ TEEQ_SMC_CALL_WITH_RPC_ARG, "CALL_WITH_RPC_ARG" },
	{ TEEQ_SMC_CALL_WITH_REGD_ARG, "CALL_WITH_REGD_ARG" },
	{ TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, "CALL_SYSTEM_WITH_REGD_ARG" },
	{ TEEQ_SMC_GET_OS_UUID, "GET_OS_UUID" },
	{ TEEQ_SMC_GET_OS_REVISION, "GET_OS_REVISION" },
	{ TEEQ_SMC_GET_SHM_CONFIG, "GET_SHM_CONFIG" },
	{ TEEQ_SMC_EXCHANGE_CAPABILITIES, "EXCHANGE_CAPABILITIES" },
	{ TEEQ_SMC_DISABLE_SHM_CACHE, "DISABLE_SHM_CACHE" },
	{ TEEQ_SMC_ENABLE_SHM_CACHE, "ENABLE_SHM_CACHE" },
	{ TEEQ_SMC_GET_THREAD_COUNT, "GET_THREAD_COUNT" },
	{ TEEQ_SMC_ENABLE_ASYNC_NOTIF, "ENABLE_ASYNC_NOTIF" },
	{ TEEQ_SMC_GET_ASYNC_NOTIF_VALUE, "GET_ASYNC_NOTIF_VALUE" },
	{ TEEQ_SMC_RESERVE_SYS_THREAD, "RESERVE_SYS_THREAD" },
	{ TEEQ_SMC_UNRESERVE_SYS_THREAD, "UNRESERVE_SYS_THREAD" },
	{ TEEQ_SMC_CALLS_COUNT, "CALLS_COUNT" },
	{ TEEQ_SMC_CALLS_UID, "CALLS_UID" },
	{ TEEQ_SMC_CALLS_REVISION, "CALLS_REVISION" },
};

static const char *const returns[] = {
	[TEEQ_SMC_RETURN_OK] = "OK",
	[TEEQ_SMC_RETURN_ETHREAD_LIMIT] = "ETHREAD_LIMIT",
	[TEEQ_SMC_RETURN_EBUSY] = "EBUSY",
	[TEEQ_SMC_RETURN_ERESUME] = "ERESUME",
	[TEEQ_SMC_RETURN_EBADADDR] = "EBADADDR",
	[TEEQ_SMC_RETURN_EBADCMD] = "EBADCMD",
	[TEEQ_SMC_RETURN_ENOMEM] = "ENOMEM",
	[TEEQ_SMC_RETURN_ENOTAVAIL] = "ENOTAVAIL",
};

static const char *const rpcs[] = {
	[TEEQ_SMC_RPC_ALLOC] = "ALLOC",
	[TEEQ_SMC_RPC_FREE] = "FREE",
	[TEEQ_SMC_RPC_FOREIGN_INTR] = "FOREIGN_INTR",
	[TEEQ_SMC_RPC_CMD] = "CMD",
};

static const char *const commands[] = {
	[TEEQ_RPC_CMD_GET_TIME] = "GET_TIME",
	[TEEQ_RPC_CMD_NOTIFICATION] = "NOTIFICATION",
	[TEEQ_RPC_CMD_SUSPEND] = "SUSPEND",
	[TEEQ_RPC_CMD_SHM_ALLOC] = "SHM_ALLOC",
	[TEEQ_RPC_CMD_SHM_FREE] = "SHM_FREE",
	[TEEQ_RPC_CMD_I2C_TRANSFER] = "I2C_TRANSFER",
	[TEEQ_RPC_CMD_RPMB_PROBE_RESET] = "RPMB_PROBE_RESET",
	[TEEQ_RPC_CMD_RPMB_PROBE_NEXT] = "RPMB_PROBE_NEXT",
	[TEEQ_RPC_CMD_RPMB_FRAMES] = "RPMB_FRAMES",
};

static const char *const notifications[] = {
	[TEEQ_RPC_NOTIFICATION_WAIT] = "WAIT",
	[TEEQ_RPC_NOTIFICATION_SEND] = "SEND",
};

static const char *const capabilities[] = {
	[TEEQ_SMC_CAP_RESERVED_SHM] = "RESERVED_SHM",
	[TEEQ_SMC_CAP_UNREGISTERED_SHM] = "UNREGISTERED_SHM",
	[TEEQ_SMC_CAP_DYNAMIC_SHM] = "DYNAMIC_SHM",
	[TEEQ_SMC_CAP_VIRTUALIZATION] = "VIRTUALIZATION",
	[TEEQ_SMC_CAP_MEMREF_NULL] = "MEMREF_NULL",
	[TEEQ_SMC_CAP_ASYNC_NOTIF] = "ASYNC_NOTIF",
	[TEEQ_SMC_CAP_RPC_ARG] = "RPC_ARG",
	[TEEQ_SMC_CAP_SYSTEM_THREAD] = "SYSTEM_THREAD",
};

bool teeq_smc_is_rpc(uint32_t a0)
{
	return a0 >> 16 == 0xFFFF && a0 != TEEQ_SMC_RETURN_UNKNOWN_FUNCTION;
}

uint32_t teeq_smc_rpc_func(uint32_t a0)
{
	return a0 & 0xFFFF;
}

const char *teeq_smc_function_name(uint32_t id)
{
	for (size_t i = 0; i < LENGTH(functions); i++) {
		if (functions[i].id == id)
			return functions[i].name;
	}
	return NULL;
}

const char *teeq_smc_return_name(uint32_t a0)
{
	if (a0 == TEEQ_SMC_RETURN_UNKNOWN_FUNCTION)
		return "UNKNOWN_FUNCTION";
	return a0 < LENGTH(returns) ? returns[a0] : NULL;
}

const char *teeq_smc_rpc_name(uint32_t func)
{
	return func < LENGTH(rpcs) ? rpcs[func] : NULL;
}

const char *teeq_rpc_command_name(uint32_t command)
{
	return command < LENGTH(commands) ? commands[command] : NULL;
}

const char *teeq_rpc_notification_name(uint32_t subcommand)
{
	return subcommand < LENGTH(notifications) ? notifications[subcommand] : NULL;
}

const char *teeq_smc_capability_name(unsigned int bit)
{
	return bit < LENGTH(capabilities) ? capabilities[bit] : NULL;
}
