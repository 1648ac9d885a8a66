/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages for the secure world lie in pages, some to a page, and a page is registered by a normal
 * call under the mutex of the cache: call.c as it is. One normal call is in the secure world and asks by
 * an RPC for what takes a system call; the others fill the page and wait for a thread.
 *
 * CALLERS: as many normal callers as fill the page, and one more. REPAIRED: each message lies on a private
 * page of its own, as where the secure world knows no messages with room for an RPC.
 */
#include <linux/arm-smccc.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tee_core.h>

#include "optee_private.h"
#include "real.h"

enum { THREAD_COUNT = 2, RPC_PARAM_COUNT = 4, COMMAND_QUICK = 1, COMMAND_WITH_RPC };

#ifdef REPAIRED
static const u32 cache_flags = OPTEE_SHM_ARG_ALLOC_PRIV;
#else
static const u32 cache_flags = OPTEE_SHM_ARG_SHARED;
#endif

static struct optee *optee;
static struct tee_context *kernel; /* of the system session */
static struct tee_context *clients;
static u32 system_session, sessions[CALLERS];

/* ---- the call itself, as over SMC ---- */

static void call_quickly(void);

static int do_call_with_arg(struct tee_context *ctx, struct tee_shm *shm, u_int offs, bool system)
{
	struct optee *driver = tee_get_drvdata(ctx->teedev);
	struct optee_msg_arg *arg = tee_shm_get_va(shm, offs);
	struct optee_call_waiter w;
	struct arm_smccc_res res = { .a0 = 0 };
	unsigned long a0 = tee_shm_is_dynamic(shm) ? TEEQ_SMC_CALL_WITH_REGD_ARG :
						     TEEQ_SMC_CALL_WITH_RPC_ARG;

	/* What is not registered is found by the address of its page: OP-TEE refuses any other. */
	BUG_ON(!tee_shm_is_dynamic(shm) && offs);
	optee_cq_wait_init(&driver->call_queue, &w, system);
	while (true) {
		/* The secure world finds the message by its address. */
		arm_smccc_smc(a0, 0, (unsigned long)arg, res.a3, 0, 0, 0, 0, &res);
		if (res.a0 == TEEQ_SMC_RETURN_ETHREAD_LIMIT) {
			optee_cq_wait_for_completion(&driver->call_queue, &w);
		} else if (teeq_smc_is_rpc((u32)res.a0)) {
			call_quickly();
			a0 = TEEQ_SMC_CALL_RETURN_FROM_RPC;
		} else {
			break;
		}
	}
	optee_cq_wait_final(&driver->call_queue, &w);
	return (int)res.a0;
}

static int no_params(struct optee *driver, struct optee_msg_param *to, size_t count,
		     const struct tee_param *from)
{
	(void)driver;
	(void)to;
	(void)from;
	return count ? -EINVAL : 0;
}

static int no_results(struct optee *driver, struct tee_param *to, size_t count,
		      const struct optee_msg_param *from)
{
	(void)driver;
	(void)to;
	(void)from;
	return count ? -EINVAL : 0;
}

static const struct optee_ops calls = { do_call_with_arg, no_params, no_results };

/* Sessions are numbered as they are opened. */
static int secure(void *argument, const struct teeq_harness_secure_call *call,
		  struct teeq_smc_regs *regs)
{
	static u32 last;
	struct optee_msg_arg *arg = (struct optee_msg_arg *)(uintptr_t)call->call.a[2];

	(void)argument;
	(void)regs;
	arg->ret = TEEC_SUCCESS;
	if (arg->cmd == OPTEE_MSG_CMD_OPEN_SESSION)
		arg->session = ++last;
	if (arg->cmd == OPTEE_MSG_CMD_INVOKE_COMMAND && arg->func == COMMAND_WITH_RPC &&
	    call->visit == 0)
		return TEEQ_SMC_RPC_CMD;
	return TEEQ_HARNESS_EXIT;
}

/* ---- the device and its contexts ---- */

static void get_version(struct tee_device *device, struct tee_ioctl_version_data *version)
{
	(void)device;
	*version = (struct tee_ioctl_version_data){ .impl_id = TEE_IMPL_ID_OPTEE };
}

static int open_context(struct tee_context *ctx)
{
	struct optee_context_data *data = kzalloc(sizeof(*data), GFP_KERNEL);

	if (!data)
		return -ENOMEM;
	mutex_init(&data->mutex);
	INIT_LIST_HEAD(&data->sess_list);
	ctx->data = data;
	return 0;
}

static void release_context(struct tee_context *ctx)
{
	kfree(ctx->data);
}

static const struct tee_driver_ops ops = {
	.get_version = get_version,
	.open = open_context,
	.release = release_context,
	.open_session = optee_open_session,
	.close_session = optee_close_session,
	.system_session = optee_system_session,
	.invoke_func = optee_invoke_func,
};

static const struct tee_desc description = { .name = "argcache", .ops = &ops };

static u32 open_session(struct tee_context *ctx)
{
	struct tee_ioctl_open_session_arg arg = { .clnt_login = TEE_IOCTL_LOGIN_PUBLIC };

	BUG_ON(tee_client_open_session(ctx, &arg, NULL) || arg.ret);
	return arg.session;
}

static void setup(void *argument)
{
	(void)argument;
	optee = kzalloc(sizeof(*optee), GFP_KERNEL);
	optee->rpc_param_count = RPC_PARAM_COUNT;
	optee->ops = &calls;
	optee->teedev = tee_device_alloc(&description, NULL, NULL, optee);
	BUG_ON(IS_ERR(optee->teedev));
	optee_cq_init(&optee->call_queue, THREAD_COUNT);
	optee_shm_arg_cache_init(optee, cache_flags);
	optee->ctx = teedev_open(optee->teedev);
	kernel = teedev_open(optee->teedev);
	clients = teedev_open(optee->teedev);
	system_session = open_session(kernel);
	BUG_ON(tee_client_system_session(kernel, system_session));
	for (int i = 0; i < CALLERS; i++)
		sessions[i] = open_session(clients);
}

static void teardown(void *argument)
{
	(void)argument;
	BUG_ON(tee_client_close_session(kernel, system_session));
	for (int i = 0; i < CALLERS; i++)
		BUG_ON(tee_client_close_session(clients, sessions[i]));
	teedev_close_context(kernel);
	teedev_close_context(clients);
	optee_shm_arg_cache_uninit(optee);
	teedev_close_context(optee->ctx);
	tee_device_unregister(optee->teedev);
	kfree(optee);
}

/* ---- the tasks ---- */

static void invoke(struct tee_context *ctx, u32 session, u32 function)
{
	struct tee_ioctl_invoke_arg arg = { .session = session, .func = function };

	WARN_ON(tee_client_invoke_func(ctx, &arg, NULL) || arg.ret);
}

/* What the RPC is about needs the secure world's help: this is what the reserved thread is for. */
static void call_quickly(void)
{
	invoke(kernel, system_session, COMMAND_QUICK);
}

static void call(void *argument)
{
	u32 session = sessions[(uintptr_t)argument];

	invoke(clients, session, argument ? COMMAND_QUICK : COMMAND_WITH_RPC);
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "argcache",
						.setup = setup,
						.teardown = teardown,
						.secure = secure,
						.thread_count = THREAD_COUNT };
	struct teeq_harness *h = NULL;
	struct teeq_error error = { .key = "" };
	enum teeq_status status = teeq_harness_new(&options, &h, &error);
	char name[16];

	for (uintptr_t i = 0; i < CALLERS && status == TEEQ_OK; i++) {
		snprintf(name, sizeof(name), "%s%u", i ? "n" : "rpc", (unsigned int)i);
		status = teeq_harness_task(h, i ? name : "rpc", call, (void *)i, &error);
	}
	if (status != TEEQ_OK)
		fprintf(stderr, "%s: %s\n", error.key, error.text);
	else
		real_core_restore(h);
	argc = status == TEEQ_OK ? teeq_harness_main(h, argc, argv) : 2;
	teeq_harness_free(h);
	return argc;
}
