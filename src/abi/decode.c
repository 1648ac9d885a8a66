/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers as text. One table says for each call which of its registers mean something; a call
 * that is not in it is written by name alone.
 */
#include "abi/registers.h"
#include "teeq/abi.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Text that may be cut: @length goes on counting past @size. */
struct line {
	char *text;
	size_t size;
	size_t length;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *line, const char *format, ...)
{
	size_t room = line->length < line->size ? line->size - line->length : 0;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(room > 0 ? line->text + line->length : NULL, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		line->length += (size_t)length;
}

/* A 64-bit number in two registers, its upper half in the first. */
static uint64_t pair(const struct teeq_smc_regs *regs, unsigned int index)
{
	return (uint64_t)register_low(regs, index) << 32 | register_low(regs, index + 1);
}

static void put_thread(struct line *line, const struct teeq_smc_regs *regs)
{
	put(line, " thread=%" PRIu32, register_low(regs, 3));
}

static void put_address(struct line *line, const struct teeq_smc_regs *call)
{
	put(line, " address=0x%" PRIx64, pair(call, 1));
}

static void put_cookie(struct line *line, const struct teeq_smc_regs *regs)
{
	put(line, " cookie=0x%" PRIx64, pair(regs, 1));
}

static void put_cookie_offset(struct line *line, const struct teeq_smc_regs *call)
{
	put_cookie(line, call);
	put(line, " offset=%" PRIu32, register_low(call, 3));
}

static void put_normal_capabilities(struct line *line, const struct teeq_smc_regs *call)
{
	put(line, " normal=0x%" PRIx32, register_low(call, 1));
}

static void put_shm_config(struct line *line, const struct teeq_smc_regs *ret)
{
	put(line, " address=0x%" PRIx32 " size=%" PRIu32 " cached=%" PRIu32, register_low(ret, 1),
	    register_low(ret, 2), register_low(ret, 3));
}

static void put_capabilities(struct line *line, const struct teeq_smc_regs *ret)
{
	uint32_t mask = register_low(ret, 1);
	const char *separator = "";

	put(line, " capabilities=%s", mask == 0 ? "none" : "");
	for (unsigned int bit = 0; bit < 32; bit++) {
		const char *name = teeq_smc_capability_name(bit);

		if (!(mask & TEEQ_SMC_CAP_BIT(bit)))
			continue;
		if (name)
			put(line, "%s%s", separator, name);
		else
			put(line, "%sbit%u", separator, bit);
		separator = "|";
	}
	if (mask & TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_ASYNC_NOTIF))
		put(line, " notification_max=%" PRIu32, register_low(ret, 2));
	if (mask & TEEQ_SMC_CAP_BIT(TEEQ_SMC_CAP_RPC_ARG))
		put(line, " rpc_parameters=%" PRIu32, register_low(ret, 3) & 0xFF);
}

static void put_thread_count(struct line *line, const struct teeq_smc_regs *ret)
{
	put(line, " count=%" PRIu32, register_low(ret, 1));
}

static void put_notification(struct line *line, const struct teeq_smc_regs *ret)
{
	if (register_low(ret, 2) & TEEQ_SMC_NOTIF_VALID)
		put(line, " value=%" PRIu32, register_low(ret, 1));
	else
		put(line, " no value");
	if (register_low(ret, 2) & TEEQ_SMC_NOTIF_PENDING)
		put(line, " pending");
}

static void put_calls_count(struct line *line, const struct teeq_smc_regs *ret)
{
	put(line, "count=%" PRIu32, register_low(ret, 0));
}

static void put_uuid(struct line *line, const struct teeq_smc_regs *ret)
{
	put(line,
	    "uuid=%08" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "-%04" PRIx32 "%08" PRIx32,
	    register_low(ret, 0), register_low(ret, 1) >> 16, register_low(ret, 1) & 0xFFFF,
	    register_low(ret, 2) >> 16, register_low(ret, 2) & 0xFFFF, register_low(ret, 3));
}

static void put_revision(struct line *line, const struct teeq_smc_regs *ret)
{
	put(line, "revision=%" PRIu32 ".%" PRIu32, register_low(ret, 0), register_low(ret, 1));
}

static void put_os_revision(struct line *line, const struct teeq_smc_regs *ret)
{
	put_revision(line, ret);
	if (register_low(ret, 2) != 0)
		put(line, " build=0x%" PRIx32, register_low(ret, 2));
}

/*
 * Which registers a call gives meaning to: on the way in, on the way out when a0 is OK, and on the
 * way out when the call returns data in place of a status.
 */
static const struct meaning {
	uint32_t id;
	void (*put_call)(struct line *line, const struct teeq_smc_regs *call);
	void (*put_ok)(struct line *line, const struct teeq_smc_regs *ret);
	void (*put_data)(struct line *line, const struct teeq_smc_regs *ret);
} meanings[] = {
	{ TEEQ_SMC_CALL_RETURN_FROM_RPC, .put_call = put_thread },
	{ TEEQ_SMC_CALL_WITH_ARG, .put_call = put_address },
	{ TEEQ_SMC_CALL_WITH_RPC_ARG, .put_call = put_address },
	{ TEEQ_SMC_CALL_WITH_REGD_ARG, .put_call = put_cookie_offset },
	{ TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG, .put_call = put_cookie_offset },
	{ TEEQ_SMC_EXCHANGE_CAPABILITIES, .put_call = put_normal_capabilities,
	  .put_ok = put_capabilities },
	{ TEEQ_SMC_GET_SHM_CONFIG, .put_ok = put_shm_config },
	{ TEEQ_SMC_DISABLE_SHM_CACHE, .put_ok = put_cookie },
	{ TEEQ_SMC_GET_THREAD_COUNT, .put_ok = put_thread_count },
	{ TEEQ_SMC_GET_ASYNC_NOTIF_VALUE, .put_ok = put_notification },
	{ TEEQ_SMC_GET_OS_UUID, .put_data = put_uuid },
	{ TEEQ_SMC_GET_OS_REVISION, .put_data = put_os_revision },
	{ TEEQ_SMC_CALLS_COUNT, .put_data = put_calls_count },
	{ TEEQ_SMC_CALLS_UID, .put_data = put_uuid },
	{ TEEQ_SMC_CALLS_REVISION, .put_data = put_revision },
};

static const struct meaning *find_meaning(uint32_t id)
{
	static const struct meaning none;

	for (size_t i = 0; i < LENGTH(meanings); i++) {
		if (meanings[i].id == id)
			return &meanings[i];
	}
	return &none;
}

/* Who owns a range of function ids, as the SMC Calling Convention assigns them. */
static const char *owner_name(uint32_t owner)
{
	static const char *const services[] = {
		[0] = "Arm architecture service",  [1] = "CPU service",
		[2] = "silicon partner service",   [3] = "OEM service",
		[4] = "standard secure service",   [5] = "standard hypervisor service",
		[6] = "vendor hypervisor service",
	};

	if (owner < LENGTH(services))
		return services[owner];
	if (owner >= TEEQ_SMCCC_OWNER_TRUSTED_OS)
		return "trusted OS";
	return owner >= 48 ? "trusted application" : "reserved";
}

static void put_unknown_call(struct line *line, uint32_t id)
{
	uint32_t owner = id >> 24 & 0x3F;

	put(line, "%s call 0x%08" PRIx32 " (", id >> 31 == TEEQ_SMCCC_FAST ? "fast" : "standard",
	    id);
	if ((id >> 30 & 1) == TEEQ_SMCCC_SMC64)
		put(line, "64-bit, ");
	if (owner != TEEQ_SMCCC_OWNER_TRUSTED_OS)
		put(line, "owner %" PRIu32 ": %s, ", owner, owner_name(owner));
	put(line, "function %" PRIu32 ")", id & 0xFFFF);
}

static void put_rpc(struct line *line, const struct teeq_smc_regs *ret)
{
	uint32_t func = teeq_smc_rpc_func(register_low(ret, 0));
	const char *name = teeq_smc_rpc_name(func);

	if (name)
		put(line, "RPC %s", name);
	else
		put(line, "RPC function %" PRIu32, func);
	put_thread(line, ret);
	/* Whether CMD's cookie means anything depends on the call that began it all. */
	if (func == TEEQ_SMC_RPC_ALLOC)
		put(line, " size=%" PRIu32, register_low(ret, 1));
	else if (func == TEEQ_SMC_RPC_FREE)
		put_cookie(line, ret);
}

size_t teeq_smc_decode_call(const struct teeq_smc_regs *call, char *text, size_t size)
{
	struct line line = { text, text ? size : 0, 0 };

	put(&line, "%s", "");
	if (!call)
		return 0;

	uint32_t id = register_low(call, 0);
	const char *name = teeq_smc_function_name(id);
	const struct meaning *meaning = find_meaning(id);

	if (name)
		put(&line, "%s", name);
	else
		put_unknown_call(&line, id);
	if (meaning->put_call)
		meaning->put_call(&line, call);
	return line.length;
}

size_t teeq_smc_decode_return(uint64_t call_a0, const struct teeq_smc_regs *ret, char *text,
			      size_t size)
{
	struct line line = { text, text ? size : 0, 0 };

	put(&line, "%s", "");
	if (!ret)
		return 0;

	uint32_t id = (uint32_t)call_a0;
	uint32_t a0 = register_low(ret, 0);
	const char *name = teeq_smc_return_name(a0);
	const struct meaning *meaning = find_meaning(id);

	if (meaning->put_data && a0 != TEEQ_SMC_RETURN_UNKNOWN_FUNCTION) {
		meaning->put_data(&line, ret);
	} else if (name) {
		put(&line, "%s", name);
		if (a0 == TEEQ_SMC_RETURN_OK && meaning->put_ok)
			meaning->put_ok(&line, ret);
	} else if (id >> 31 == TEEQ_SMCCC_STD && teeq_smc_is_rpc(a0)) {
		put_rpc(&line, ret);
	} else {
		put(&line, "return 0x%" PRIx32, a0);
	}
	return line.length;
}
