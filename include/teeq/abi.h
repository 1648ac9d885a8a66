/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers and registers that cross between the normal and the secure world, their names, and a
 * decoder that writes them as text. Nothing here has state: every function may be called from any
 * thread at any time, and every string that is returned is constant and lives as long as the
 * program.
 *
 * Sources: "SMCCC" is Arm's SMC Calling Convention (DEN 0028); "OP-TEE SMC ABI" and "OP-TEE message
 * ABI" are what OP-TEE OS and Linux's driver agree on, as of Linux 6.12 and OP-TEE OS 4.9; "system
 * invocation series v4" is the fourth posting of the Linux patches that let a session reserve a
 * thread, with OP-TEE OS pull request 5789 for the secure side.
 */
#ifndef TEEQ_ABI_H
#define TEEQ_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The registers of one SMC, before it or after it: a0 to a7, which Arm calls r0-r7 or w0-w7. They
 * are all that the two worlds exchange. Plain data of the caller's.
 *
 * All calls here are 32-bit ones, so the lower half of each register is its value (SMCCC). The
 * upper half, and every register that the tables below do not list, may hold anything.
 */
struct teeq_smc_regs {
	uint64_t a[8];
};

/*
 * ---- Function ids (SMCCC) ----
 *
 * bit 31      1 fast call (runs to its end with interrupts masked), 0 standard call (may suspend)
 * bit 30      1 64-bit registers, 0 32-bit registers
 * bits 29-24  owner: whose service it is
 * bits 23-16  zero
 * bits 15-0   function number within the owner
 */
#define TEEQ_SMCCC_STD	UINT32_C(0)
#define TEEQ_SMCCC_FAST UINT32_C(1)

#define TEEQ_SMCCC_SMC32 UINT32_C(0)
#define TEEQ_SMCCC_SMC64 UINT32_C(1)

/* Trusted operating systems own 50 to 63; the last answers the questions common to all of them. */
#define TEEQ_SMCCC_OWNER_TRUSTED_OS	UINT32_C(50)
#define TEEQ_SMCCC_OWNER_TRUSTED_OS_END UINT32_C(63)

/*
 * The function id of these four parts, as a constant of type uint32_t that may stand in a static
 * initialiser or as a case label. @type, @width: 0 or 1, @owner: 0 to 63, @function: 0 to 0xFFFF;
 * what exceeds its field is cut off.
 */
/* clang-format off */
#define TEEQ_SMCCC_ID(type, width, owner, function) \
	(((uint32_t)(type) & UINT32_C(1)) << 31 | ((uint32_t)(width) & UINT32_C(1)) << 30 | \
	 ((uint32_t)(owner) & UINT32_C(0x3F)) << 24 | ((uint32_t)(function) & UINT32_C(0xFFFF)))
/* clang-format on */

/* Standard call @n and fast call @n of OP-TEE; @n: 0 to 0xFFFF (OP-TEE SMC ABI). */
#define TEEQ_SMC_STD(n) \
	TEEQ_SMCCC_ID(TEEQ_SMCCC_STD, TEEQ_SMCCC_SMC32, TEEQ_SMCCC_OWNER_TRUSTED_OS, n)
#define TEEQ_SMC_FAST(n) \
	TEEQ_SMCCC_ID(TEEQ_SMCCC_FAST, TEEQ_SMCCC_SMC32, TEEQ_SMCCC_OWNER_TRUSTED_OS, n)

/*
 * ---- Standard calls (OP-TEE SMC ABI) ----
 *
 * Each needs a thread of the secure world, or resumes one. What comes back from all of them:
 *
 * a0 is OK, or EBADADDR, EBADCMD, ENOMEM, UNKNOWN_FUNCTION: the call is over
 *	a1-a7	nothing of use; the result is in the message argument
 * a0 is ETHREAD_LIMIT: every thread is taken, nothing happened
 *	a1-a7	stale, and may exceed 32 bits
 * a0 is ERESUME (after RETURN_FROM_RPC only): no such thread is suspended
 *	a1-a7	nothing of use
 * a0 is an RPC (teeq_smc_is_rpc()): the thread is suspended and asks for something
 *	a1-a2	what it asks for, see the RPC functions below
 *	a3	the thread's number, to be given back in RETURN_FROM_RPC
 *	a4-a7	to be given back as they are
 */

/*
 * Resume the thread that asked for an RPC.
 *
 * in:	a0	this id
 *	a1-a2	the RPC's result, or the values with which it was asked
 *	a3	the thread's number, as it came with the RPC
 *	a4-a5	the RPC's result (ALLOC), or as they came
 *	a6-a7	as they came
 */
#define TEEQ_SMC_CALL_RETURN_FROM_RPC TEEQ_SMC_STD(3)

/*
 * Do what the message argument at a physical address says.
 *
 * in:	a0	this id
 *	a1	the address, bits 63-32
 *	a2	the address, bits 31-0
 *	a3	how that memory is cached; of no meaning in the reserved shared memory
 *	a4-a6	unused
 *	a7	number of the guest, which a hypervisor fills in
 */
#define TEEQ_SMC_CALL_WITH_ARG TEEQ_SMC_STD(4)

/*
 * As CALL_WITH_ARG, and the memory behind the message argument serves for RPCs, so that none has to
 * be allocated. Needs the capability RPC_ARG.
 *
 * in:	a0	this id
 *	a1	the address, bits 63-32
 *	a2	the address, bits 31-0
 *	a3	how that memory is cached; of no meaning in the reserved shared memory
 *	a4-a6	unused
 *	a7	number of the guest, which a hypervisor fills in
 */
#define TEEQ_SMC_CALL_WITH_RPC_ARG TEEQ_SMC_STD(18)

/*
 * As CALL_WITH_RPC_ARG, with the message argument inside registered shared memory. Needs the
 * capability RPC_ARG.
 *
 * in:	a0	this id
 *	a1	cookie of the shared memory, bits 63-32
 *	a2	cookie of the shared memory, bits 31-0
 *	a3	offset of the message argument in it, in bytes
 *	a4-a6	unused
 *	a7	number of the guest, which a hypervisor fills in
 */
#define TEEQ_SMC_CALL_WITH_REGD_ARG TEEQ_SMC_STD(19)

/*
 * As CALL_WITH_REGD_ARG, and may use a reserved thread (system invocation series v4). Needs the
 * capability SYSTEM_THREAD. The series was not merged in this form, and mainline gave function 20
 * to another use later: in teeq the number always means this.
 *
 * in:	a0	this id
 *	a1	cookie of the shared memory, bits 63-32
 *	a2	cookie of the shared memory, bits 31-0
 *	a3	offset of the message argument in it, in bytes
 *	a4-a6	unused
 *	a7	number of the guest, which a hypervisor fills in
 */
#define TEEQ_SMC_CALL_SYSTEM_WITH_REGD_ARG TEEQ_SMC_STD(20)

/*
 * ---- Fast calls (OP-TEE SMC ABI) ----
 *
 * They take no thread and are never suspended. An older OP-TEE answers UNKNOWN_FUNCTION to those it
 * does not have; then only a0 counts.
 */

/*
 * Which trusted OS is this?
 *
 * in:	a0	this id
 * out:	a0-a3	its UUID, the first printed digits in a0; there is no status
 */
#define TEEQ_SMC_GET_OS_UUID TEEQ_SMC_FAST(0)

/*
 * Which version of it?
 *
 * in:	a0	this id
 * out:	a0	major version; there is no status
 *	a1	minor version
 *	a2	build, 0 when unspecified
 */
#define TEEQ_SMC_GET_OS_REVISION TEEQ_SMC_FAST(1)

/*
 * Where is the shared memory that was set aside at boot?
 *
 * in:	a0	this id
 * out:	a0	OK, or ENOTAVAIL when there is none
 *	a1	physical address
 *	a2	size in bytes
 *	a3	how it is cached: 1 for ordinary write-back memory
 */
#define TEEQ_SMC_GET_SHM_CONFIG TEEQ_SMC_FAST(7)

/*
 * Tell each other what each can do.
 *
 * in:	a0	this id
 *	a1	what the normal world says of itself: bit 0 when it has one processor only
 * out:	a0	OK, or ENOTAVAIL when the secure world cannot live with that
 *	a1	what the secure world can do, one bit for each enum teeq_smc_capability
 *	a2	with ASYNC_NOTIF: the greatest value of a notification
 *	a3	with RPC_ARG: bits 7-0 are the number of parameters an RPC may need
 */
#define TEEQ_SMC_EXCHANGE_CAPABILITIES TEEQ_SMC_FAST(9)

/*
 * Stop keeping shared memory for later RPCs, and hand back one piece. To be repeated until
 * ENOTAVAIL.
 *
 * in:	a0	this id
 * out:	a0	OK; EBUSY unless every thread is free; ENOTAVAIL when nothing is left
 *	a1	with OK: cookie of the shared memory, bits 63-32
 *	a2	with OK: cookie of the shared memory, bits 31-0
 */
#define TEEQ_SMC_DISABLE_SHM_CACHE TEEQ_SMC_FAST(10)

/*
 * Keep shared memory for later RPCs from now on.
 *
 * in:	a0	this id
 * out:	a0	OK, or EBUSY unless every thread is free
 */
#define TEEQ_SMC_ENABLE_SHM_CACHE TEEQ_SMC_FAST(11)

/*
 * How many threads are there?
 *
 * in:	a0	this id
 * out:	a0	OK, or UNKNOWN_FUNCTION
 *	a1	with OK: the number of threads
 */
#define TEEQ_SMC_GET_THREAD_COUNT TEEQ_SMC_FAST(15)

/*
 * The normal world is ready for asynchronous notifications. Needs the capability ASYNC_NOTIF.
 *
 * in:	a0	this id
 * out:	a0	OK, or ENOTAVAIL
 */
#define TEEQ_SMC_ENABLE_ASYNC_NOTIF TEEQ_SMC_FAST(16)

/*
 * Take one pending notification, after the interrupt that announces it.
 *
 * in:	a0	this id
 * out:	a0	OK, or ENOTAVAIL
 *	a1	the value; TEEQ_SMC_NOTIF_BOTTOM_HALF asks for a standard call
 *	a2	TEEQ_SMC_NOTIF_VALID when a1 is a value at all, TEEQ_SMC_NOTIF_PENDING when more
 *		wait
 */
#define TEEQ_SMC_GET_ASYNC_NOTIF_VALUE TEEQ_SMC_FAST(17)

#define TEEQ_SMC_NOTIF_BOTTOM_HALF UINT32_C(0)
#define TEEQ_SMC_NOTIF_VALID	   UINT32_C(1)
#define TEEQ_SMC_NOTIF_PENDING	   UINT32_C(2)

/*
 * Keep one more thread for system calls (system invocation series v4).
 *
 * in:	a0	this id
 * out:	a0	OK; ETHREAD_LIMIT when no more can be reserved; UNKNOWN_FUNCTION
 */
#define TEEQ_SMC_RESERVE_SYS_THREAD TEEQ_SMC_FAST(21)

/*
 * Keep one thread less for system calls (system invocation series v4).
 *
 * in:	a0	this id
 * out:	a0	OK, or UNKNOWN_FUNCTION
 */
#define TEEQ_SMC_UNRESERVE_SYS_THREAD TEEQ_SMC_FAST(22)

/*
 * ---- General queries (SMCCC) ----
 *
 * Every trusted OS answers these, so they do not belong to OP-TEE's owner 50 but to 63, the last of
 * the trusted operating systems' range: 0xBF00FF00, 0xBF00FF01 and 0xBF00FF03.
 */

/*
 * How many functions are there?
 *
 * in:	a0	this id
 * out:	a0	the count; there is no status
 */
#define TEEQ_SMC_CALLS_COUNT \
	TEEQ_SMCCC_ID(TEEQ_SMCCC_FAST, TEEQ_SMCCC_SMC32, TEEQ_SMCCC_OWNER_TRUSTED_OS_END, 0xFF00)

/*
 * Which interface is this? OP-TEE answers 384fb3e0-e7f8-11e3-af63-0002a5d5c51b.
 *
 * in:	a0	this id
 * out:	a0-a3	its UUID, the first printed digits in a0; there is no status
 */
#define TEEQ_SMC_CALLS_UID \
	TEEQ_SMCCC_ID(TEEQ_SMCCC_FAST, TEEQ_SMCCC_SMC32, TEEQ_SMCCC_OWNER_TRUSTED_OS_END, 0xFF01)

/*
 * Which version of the interface? OP-TEE answers 2.0.
 *
 * in:	a0	this id
 * out:	a0	major version; there is no status
 *	a1	minor version
 */
#define TEEQ_SMC_CALLS_REVISION \
	TEEQ_SMCCC_ID(TEEQ_SMCCC_FAST, TEEQ_SMCCC_SMC32, TEEQ_SMCCC_OWNER_TRUSTED_OS_END, 0xFF03)

/*
 * What the secure world can do: bit numbers of a1 in the return of EXCHANGE_CAPABILITIES (OP-TEE
 * SMC ABI). Bit 7 is that of the system invocation series v4; mainline gave it to another use
 * later, in teeq it always means this.
 */
/* clang-format off */
enum teeq_smc_capability {
	TEEQ_SMC_CAP_RESERVED_SHM = 0,     /* memory was set aside at boot, see GET_SHM_CONFIG */
	TEEQ_SMC_CAP_UNREGISTERED_SHM = 1, /* may be called with memory it does not know yet */
	TEEQ_SMC_CAP_DYNAMIC_SHM = 2,      /* any normal-world memory can be registered as shared */
	TEEQ_SMC_CAP_VIRTUALIZATION = 3,   /* serves several guests */
	TEEQ_SMC_CAP_MEMREF_NULL = 4,      /* a memory parameter may be a null reference */
	TEEQ_SMC_CAP_ASYNC_NOTIF = 5,      /* raises an interrupt to notify the normal world */
	TEEQ_SMC_CAP_RPC_ARG = 6,          /* CALL_WITH_RPC_ARG and CALL_WITH_REGD_ARG exist */
	TEEQ_SMC_CAP_SYSTEM_THREAD = 7,    /* CALL_SYSTEM_WITH_REGD_ARG and reservation exist */
};
/* clang-format on */

/* The bit of capability @cap (0 to 31) in a1, as a constant of type uint32_t. */
#define TEEQ_SMC_CAP_BIT(cap) (UINT32_C(1) << (cap))

/*
 * What a0 may be after a call that returns a status (OP-TEE SMC ABI; UNKNOWN_FUNCTION: SMCCC), as
 * constants of type uint32_t. Which call returns which is said with the calls above.
 */
/* clang-format off */
#define TEEQ_SMC_RETURN_OK               UINT32_C(0)
#define TEEQ_SMC_RETURN_ETHREAD_LIMIT    UINT32_C(1) /* no free thread: wait, then call again */
#define TEEQ_SMC_RETURN_EBUSY            UINT32_C(2) /* not every thread is free */
#define TEEQ_SMC_RETURN_ERESUME          UINT32_C(3) /* the thread to resume is not suspended */
#define TEEQ_SMC_RETURN_EBADADDR         UINT32_C(4) /* no message argument can be there */
#define TEEQ_SMC_RETURN_EBADCMD          UINT32_C(5) /* the call or its argument asks for the
							unknown */
#define TEEQ_SMC_RETURN_ENOMEM           UINT32_C(6) /* the secure world is out of memory */
#define TEEQ_SMC_RETURN_ENOTAVAIL        UINT32_C(7) /* there is no such thing (any more) */
#define TEEQ_SMC_RETURN_UNKNOWN_FUNCTION UINT32_C(0xFFFFFFFF)
/* clang-format on */

/*
 * ---- RPCs (OP-TEE SMC ABI) ----
 *
 * What a thread asks for when it suspends itself: the lower half of a0, under 0xFFFF. In each, a3
 * is the thread's number. "back" is what RETURN_FROM_RPC carries; registers that are not listed go
 * back as they came.
 *
 * ALLOC	a1	bytes of shared memory wanted for RPC arguments
 *	back:	a1-a2	its physical address, bits 63-32 and 31-0; both 0 when there is none
 *		a4-a5	its cookie, bits 63-32 and 31-0
 * FREE		a1-a2	cookie of memory that came from ALLOC, bits 63-32 and 31-0
 * FOREIGN_INTR	nothing is asked for: an interrupt of the normal world is pending, and has been
 *		handled once this SMC has returned
 * CMD		a1-a2	cookie of the memory that holds the RPC's argument, bits 63-32 and 31-0; of
 *			no use when the call brought that memory (*_RPC_ARG, *_REGD_ARG)
 */
enum teeq_smc_rpc {
	TEEQ_SMC_RPC_ALLOC = 0,
	TEEQ_SMC_RPC_FREE = 2,
	TEEQ_SMC_RPC_FOREIGN_INTR = 4,
	TEEQ_SMC_RPC_CMD = 5,
};

/* a0 of RPC function @func (0 to 0xFFFE), as a constant of type uint32_t. */
/* clang-format off */
#define TEEQ_SMC_RPC_VALUE(func) (UINT32_C(0xFFFF0000) | ((uint32_t)(func) & UINT32_C(0xFFFF)))
/* clang-format on */

/*
 * Is @a0, as a standard call returned it, an RPC? Any value with 0xFFFF in its upper half is, other
 * than UNKNOWN_FUNCTION. Unknown functions count: a thread is suspended all the same.
 */
TEEQ_API bool teeq_smc_is_rpc(uint32_t a0);

/* The function of RPC @a0, 0 to 0xFFFE. Only for values of which teeq_smc_is_rpc() holds. */
TEEQ_API uint32_t teeq_smc_rpc_func(uint32_t a0);

/*
 * What an RPC CMD asks for, as its argument in shared memory says (OP-TEE message ABI). Linux's
 * driver serves these itself, in the context of the task that made the call; every other value is a
 * request to tee-supplicant.
 */
/* clang-format off */
enum teeq_rpc_command {
	TEEQ_RPC_CMD_GET_TIME = 3,
	TEEQ_RPC_CMD_NOTIFICATION = 4, /* see enum teeq_rpc_notification */
	TEEQ_RPC_CMD_SUSPEND = 5,      /* sleep for a number of milliseconds */
	TEEQ_RPC_CMD_SHM_ALLOC = 6,
	TEEQ_RPC_CMD_SHM_FREE = 7,
	TEEQ_RPC_CMD_I2C_TRANSFER = 21,
	TEEQ_RPC_CMD_RPMB_PROBE_RESET = 22,
	TEEQ_RPC_CMD_RPMB_PROBE_NEXT = 23,
	TEEQ_RPC_CMD_RPMB_FRAMES = 24,
};
/* clang-format on */

/*
 * What a NOTIFICATION command does with its key (OP-TEE message ABI). This is how OP-TEE's own
 * mutexes sleep: the thread that waits keeps its place in the pool, and the one that unlocks sends.
 */
enum teeq_rpc_notification {
	TEEQ_RPC_NOTIFICATION_WAIT = 0, /* sleep until the key is sent; at most one waiter a key */
	TEEQ_RPC_NOTIFICATION_SEND = 1, /* wake who waits for the key, or remember the send */
};

/*
 * ---- FF-A ----
 *
 * The same calls over the Arm Firmware Framework, as direct messages to OP-TEE (Linux 6.12,
 * driver's FF-A interface). A busy secure world answers with an error code instead of
 * ETHREAD_LIMIT, there is no thread count, and a resume that is answered so is an error.
 *
 *	      call                           return
 *	w0    FFA_MSG_SEND_DIRECT_REQ        FFA_MSG_SEND_DIRECT_RESP
 *	w1    sender and receiver            receiver and sender
 *	w3    enum teeq_ffa_call             enum teeq_ffa_error
 *	w4    cookie of the message, low     enum teeq_ffa_return
 *	w5    cookie of the message, high
 *	w6    offset of the message
 *	w7    resume: number of the thread   number of the thread, unless it is done
 */
#define TEEQ_FFA_MSG_SEND_DIRECT_REQ 0x8400006Fu
#define TEEQ_FFA_MSG_SEND_DIRECT_RESP 0x84000070u
/* Partition 0 is the normal world, 0x8001 stands for OP-TEE. */
#define TEEQ_FFA_ENDPOINTS 0x00008001u
#define TEEQ_FFA_ENDPOINTS_BACK 0x80010000u

#define TEEQ_FFA_CALL_WITH_ARG 0x80000000u
#define TEEQ_FFA_CALL_RESUME 0x80000001u

#define TEEQ_FFA_SUCCESS 0u
#define TEEQ_FFA_ERROR_BAD_PARAMETERS 0xFFFF0006u
#define TEEQ_FFA_ERROR_BUSY 0xFFFF000Du

/* What an answer says has come of the call (Linux, OPTEE_FFA_YIELDING_CALL_RETURN_*). */
enum teeq_ffa_return {
	TEEQ_FFA_RETURN_DONE = 0,      /* the call is over */
	TEEQ_FFA_RETURN_RPC_CMD = 1,   /* the thread is suspended in an RPC */
	TEEQ_FFA_RETURN_INTERRUPT = 2, /* ... for a non-secure interrupt, to be resumed */
};

/*
 * The message that says what a standard call's registers say: @smc is a new call or a resume. @ffa
 * may be @smc.
 */
TEEQ_API void teeq_ffa_from_call(const struct teeq_smc_regs *smc, struct teeq_smc_regs *ffa);
/* The same of what such a call returned: @smc is the answer. @ffa may be @smc. */
TEEQ_API void teeq_ffa_from_return(const struct teeq_smc_regs *smc, struct teeq_smc_regs *ffa);

/* Whether the registers are a direct message or its answer, rather than an SMC of OP-TEE's own. */
TEEQ_API bool teeq_ffa_is_message(const struct teeq_smc_regs *regs);

/*
 * ---- What the driver answers ----
 *
 * The simulated driver answers with a negative errno, as kernel functions do. These are the numbers
 * of the machines that OP-TEE runs on (Linux, asm-generic/errno-base.h and asm-generic/errno.h),
 * and not those of the machine that teeq runs on, whose <errno.h> may have others: what an event, a
 * hash or a text says is the same everywhere. A queue policy answers with them too (see policy.h).
 */
#define TEEQ_ABI_EPERM	   1
#define TEEQ_ABI_ENOENT	   2
#define TEEQ_ABI_EINTR	   4 /* a signal ended the wait */
#define TEEQ_ABI_EIO	   5
#define TEEQ_ABI_EAGAIN	   11
#define TEEQ_ABI_ENOMEM	   12
#define TEEQ_ABI_EBUSY	   16 /* somebody else waits for that notification */
#define TEEQ_ABI_ENODEV	   19
#define TEEQ_ABI_EINVAL	   22 /* no such session, nothing that could be reserved or given back */
#define TEEQ_ABI_ECOMM	   70 /* tee-supplicant does not run, or has gone */
#define TEEQ_ABI_EPROBE_DEFER 517 /* what it needs is not there yet */
#define TEEQ_ABI_ETIMEDOUT 110 /* the notification did not come in time */

/*
 * ---- Names ----
 *
 * The words of the lists above without their prefix. NULL when teeq has no name for the value.
 */

/*
 * Of function @id, all 32 bits of it: "CALL_WITH_REGD_ARG", "GET_THREAD_COUNT".
 * TEEQ_SMC_CALL_RETURN_FROM_RPC is "RETURN_FROM_RPC".
 */
TEEQ_API const char *teeq_smc_function_name(uint32_t id);

/* Of a status @a0: "OK", "ETHREAD_LIMIT". An RPC has none here, see teeq_smc_rpc_name(). */
TEEQ_API const char *teeq_smc_return_name(uint32_t a0);

/* Of RPC function @func, as teeq_smc_rpc_func() gives it: "ALLOC", "CMD". */
TEEQ_API const char *teeq_smc_rpc_name(uint32_t func);

/* Of RPC command @command: "GET_TIME". NULL means that tee-supplicant gets the request. */
TEEQ_API const char *teeq_rpc_command_name(uint32_t command);

/* Of sub-command @subcommand of NOTIFICATION: "WAIT", "SEND". */
TEEQ_API const char *teeq_rpc_notification_name(uint32_t subcommand);

/* Of the capability with bit number @bit: "RESERVED_SHM". Not of a mask. */
TEEQ_API const char *teeq_smc_capability_name(unsigned int bit);

/*
 * Of a direct message: "FFA_CALL_WITH_ARG", "FFA_RESUME"; of its answer "DONE", "RPC_CMD",
 * "INTERRUPT", "BUSY", "BAD_PARAMETERS".
 */
TEEQ_API const char *teeq_ffa_message_name(const struct teeq_smc_regs *regs);

/*
 * ---- Decoder ----
 *
 * Both functions write one line without a newline, of ASCII characters, and only what the register
 * tables above define: stale registers and upper halves never show. They cannot fail; a value teeq
 * does not know is written as a number. As with snprintf(), at most @size bytes of @text are
 * written, the last of them a NUL unless @size is 0 (then @text may be NULL), and the result is the
 * length of the whole text without its NUL: a result of @size or more says that @text was cut.
 * @text must not overlap the registers. No text is longer than TEEQ_SMC_TEXT_MAX characters.
 */
#define TEEQ_SMC_TEXT_MAX 511

/*
 * The call that @call makes, in words:
 *
 *	CALL_WITH_REGD_ARG cookie=0x102 offset=0
 *	CALL_WITH_ARG address=0x43799000
 *	RETURN_FROM_RPC thread=3
 *	GET_THREAD_COUNT
 *	fast call 0xb2000063 (function 99)
 *	fast call 0x84000000 (owner 4: standard secure service, function 0)
 */
TEEQ_API size_t teeq_smc_decode_call(const struct teeq_smc_regs *call, char *text, size_t size);

/*
 * What @ret returns to the call whose a0 was @call_a0 (its lower 32 bits count), in words. The call
 * matters because some return data in place of a status. 0 stands for a standard call that is not
 * known.
 *
 *	OK
 *	ETHREAD_LIMIT
 *	RPC CMD thread=3
 *	OK count=4
 *	OK capabilities=DYNAMIC_SHM|MEMREF_NULL
 *	uuid=384fb3e0-e7f8-11e3-af63-0002a5d5c51b
 *	return 0x8
 */
TEEQ_API size_t teeq_smc_decode_return(uint64_t call_a0, const struct teeq_smc_regs *ret,
				       char *text, size_t size);

/*
 * Errors by name, as scenarios say them: results of the GlobalPlatform client interface ("busy",
 * TEEC_ERROR_BUSY), and what a driver returns ("enomem", -ENOMEM; the numbers are Linux's on most
 * machines, Linux 6.12, include/linux/tee_drv.h and include/uapi/asm-generic/errno*.h).
 */
enum teeq_failure {
	TEEQ_FAILURE_NONE,
	TEEQ_FAILURE_GENERIC,
	TEEQ_FAILURE_ACCESS_DENIED,
	TEEQ_FAILURE_CANCEL,
	TEEQ_FAILURE_ACCESS_CONFLICT,
	TEEQ_FAILURE_BAD_FORMAT,
	TEEQ_FAILURE_BAD_PARAMETERS,
	TEEQ_FAILURE_BAD_STATE,
	TEEQ_FAILURE_ITEM_NOT_FOUND,
	TEEQ_FAILURE_NOT_SUPPORTED,
	TEEQ_FAILURE_NO_DATA,
	TEEQ_FAILURE_OUT_OF_MEMORY,
	TEEQ_FAILURE_BUSY,
	TEEQ_FAILURE_COMMUNICATION,
	TEEQ_FAILURE_SECURITY,
	TEEQ_FAILURE_SHORT_BUFFER,
	TEEQ_FAILURE_TIMEOUT,
	TEEQ_FAILURE_TARGET_DEAD,
	TEEQ_FAILURE_STORAGE_NO_SPACE,
	TEEQ_FAILURE_EINTR, /* from here on: a driver's */
	TEEQ_FAILURE_EIO,
	TEEQ_FAILURE_EAGAIN,
	TEEQ_FAILURE_ENOMEM,
	TEEQ_FAILURE_EBUSY,
	TEEQ_FAILURE_ENODEV,
	TEEQ_FAILURE_EINVAL,
	TEEQ_FAILURE_ETIMEDOUT,
	TEEQ_FAILURE_EPROBE_DEFER,
	TEEQ_FAILURE_COUNT
};

/* The word of scenario files and of reports: "busy", "enomem", ... NULL out of range. */
TEEQ_API const char *teeq_failure_name(enum teeq_failure result);
/*
 * As the client interface and the driver write it: "TEEC_ERROR_BUSY", "-ENOMEM". NULL out of range.
 */
TEEQ_API const char *teeq_failure_symbol(enum teeq_failure result);
/* Of the client interface: the 32 bits of it; a driver's: a positive errno. 0 out of range. */
TEEQ_API uint32_t teeq_failure_value(enum teeq_failure result);
/* The error of that name, or -1; TEEQ_FAILURE_NONE has none. */
TEEQ_API int teeq_failure_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
