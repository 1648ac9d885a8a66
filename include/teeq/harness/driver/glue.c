/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiled by `teeq driver build` with the headers of the tree, and linked with its driver: the
 * calls of clients, of processes and of tee-supplicant, in the types that the tree has, and a look
 * at its call queue. TEEQ_QUEUE says what that queue has: 2: counters and system callers, 1:
 * neither; 0: it is none that is known.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tee_drv.h>
#include <uapi/linux/tee.h>

#include "optee_private.h"
#include <teeq/harness/driver/object.h>

#include "glue.h"

/* -------------------------------------------- the queue --------------------------------------- */

static struct optee *instance;

static int match_optee(struct tee_ioctl_version_data *version, const void *data)
{
	(void)data;
	return version->impl_id == TEE_IMPL_ID_OPTEE;
}

static bool find_instance(void)
{
	struct tee_context *context = tee_client_open_context(NULL, match_optee, NULL, NULL);

	if (IS_ERR(context))
		return false;
	instance = tee_get_drvdata(context->teedev);
	tee_client_close_context(context);
	return true;
}

#if TEEQ_QUEUE > 0
static void observe(void *argument, struct teeq_harness_view *view)
{
	struct optee_call_queue *queue = &instance->call_queue;
	struct optee_call_waiter *waiter;

	(void)argument;
	view->mutex = &queue->mutex;
#if TEEQ_QUEUE > 1
	view->has_counters = true;
	view->tracking = queue->total_thread_count > 0;
	view->free_count = queue->free_thread_count;
	view->system_session_count = (unsigned int)queue->sys_thread_req_count;
#endif
	list_for_each_entry(waiter, &queue->waiters, list_node) teeq_harness_see(
		view, (struct teeq_harness_waiter) {
			.waiter = waiter, .completion = &waiter->c, .done = waiter->c.done > 0,
#if TEEQ_QUEUE > 1
			.system = waiter->sys_thread,
#endif
		});
}
#define OBSERVE observe
#else
#define OBSERVE NULL
#endif

/* ------------------------------------ a client in the kernel ---------------------------------- */

static void *client_open(bool supplicant_nowait)
{
	struct tee_context *context = tee_client_open_context(NULL, match_optee, NULL, NULL);

	if (IS_ERR(context))
		return NULL;
	context->supp_nowait = supplicant_nowait;
	return context;
}

static void client_close(void *context)
{
	tee_client_close_context(context);
}

static struct teeq_driver_answer
client_open_session(void *context, const struct teeq_driver_uuid *uuid, uint32_t *session)
{
	struct tee_ioctl_open_session_arg arg;
	struct teeq_driver_answer answer;

	memset(&arg, 0, sizeof(arg));
	memcpy(arg.uuid, uuid->bytes, sizeof(arg.uuid));
	arg.clnt_login = TEE_IOCTL_LOGIN_PUBLIC;
	answer.result = tee_client_open_session(context, &arg, NULL);
	answer.ret = arg.ret;
	answer.origin = arg.ret_origin;
	*session = arg.session;
	return answer;
}

static struct teeq_driver_answer client_invoke(void *context, uint32_t session, uint32_t func)
{
	struct tee_ioctl_invoke_arg arg;
	struct teeq_driver_answer answer;

	memset(&arg, 0, sizeof(arg));
	arg.func = func;
	arg.session = session;
	answer.result = tee_client_invoke_func(context, &arg, NULL);
	answer.ret = arg.ret;
	answer.origin = arg.ret_origin;
	return answer;
}

static int client_close_session(void *context, uint32_t session)
{
	return tee_client_close_session(context, session);
}

static int client_cancel(void *context, uint32_t session)
{
	struct tee_ioctl_cancel_arg arg = { .session = session };

	return tee_client_cancel_req(context, &arg);
}

#if TEEQ_QUEUE > 1
static int client_system_session(void *context, uint32_t session)
{
	return tee_client_system_session(context, session);
}
#define SYSTEM_SESSION client_system_session
#else
#define SYSTEM_SESSION NULL
#endif

static void *client_share(void *context, size_t size)
{
	struct tee_shm *shm = tee_shm_alloc_kernel_buf(context, size);

	return IS_ERR(shm) ? NULL : shm;
}

static void client_unshare(void *memory)
{
	tee_shm_free(memory);
}

/* ------------------------------------------- a process ---------------------------------------- */

static long call(int fd, unsigned int command, void *argument, size_t size)
{
	struct tee_ioctl_buf_data data = { .buf_ptr = (uintptr_t)argument, .buf_len = size };

	return teeq_kernel_ioctl(fd, command, &data);
}

static struct teeq_driver_answer user_open_session(int fd, const struct teeq_driver_uuid *uuid,
						   uint32_t *session)
{
	struct tee_ioctl_open_session_arg arg;
	struct teeq_driver_answer answer;

	memset(&arg, 0, sizeof(arg));
	memcpy(arg.uuid, uuid->bytes, sizeof(arg.uuid));
	arg.clnt_login = TEE_IOCTL_LOGIN_PUBLIC;
	answer.result = (int)call(fd, TEE_IOC_OPEN_SESSION, &arg, sizeof(arg));
	answer.ret = arg.ret;
	answer.origin = arg.ret_origin;
	*session = arg.session;
	return answer;
}

static struct teeq_driver_answer user_invoke(int fd, uint32_t session, uint32_t func)
{
	struct tee_ioctl_invoke_arg arg;
	struct teeq_driver_answer answer;

	memset(&arg, 0, sizeof(arg));
	arg.func = func;
	arg.session = session;
	answer.result = (int)call(fd, TEE_IOC_INVOKE, &arg, sizeof(arg));
	answer.ret = arg.ret;
	answer.origin = arg.ret_origin;
	return answer;
}

static int user_close_session(int fd, uint32_t session)
{
	struct tee_ioctl_close_session_arg arg = { .session = session };

	return (int)teeq_kernel_ioctl(fd, TEE_IOC_CLOSE_SESSION, &arg);
}

static int user_cancel(int fd, uint32_t session)
{
	struct tee_ioctl_cancel_arg arg = { .session = session };

	return (int)teeq_kernel_ioctl(fd, TEE_IOC_CANCEL, &arg);
}

/* A descriptor of it, or a negative errno. */
static int user_share(int fd, void *address, size_t size, int *id)
{
	struct tee_ioctl_shm_register_data data = { .addr = (uintptr_t)address, .length = size };
	int result = (int)teeq_kernel_ioctl(fd, TEE_IOC_SHM_REGISTER, &data);

	*id = data.id;
	return result;
}

static int user_alloc(int fd, size_t size, int *id)
{
	struct tee_ioctl_shm_alloc_data data = { .size = size };
	int result = (int)teeq_kernel_ioctl(fd, TEE_IOC_SHM_ALLOC, &data);

	*id = data.id;
	return result;
}

/* ----------------------------------------- tee-supplicant ------------------------------------- */

enum {
	PARAM_MAX = 8
};

union receive {
	struct tee_iocl_supp_recv_arg arg;
	unsigned char bytes[sizeof(struct tee_iocl_supp_recv_arg) +
			    PARAM_MAX * sizeof(struct tee_ioctl_param)];
};

union send {
	struct tee_iocl_supp_send_arg arg;
	unsigned char bytes[sizeof(struct tee_iocl_supp_send_arg) +
			    PARAM_MAX * sizeof(struct tee_ioctl_param)];
};

/*
 * As tee-supplicant does that has more than one thread: a parameter in front of the others says
 * which request it is, and comes back with the answer.
 */
static int supplicant_receive(int fd, struct teeq_driver_request *request)
{
	union receive buffer;
	struct tee_ioctl_param *params = (void *)(buffer.bytes + sizeof(buffer.arg));
	int result;

	memset(&buffer, 0, sizeof(buffer));
	buffer.arg.num_params = PARAM_MAX;
	params[0].attr = TEE_IOCTL_PARAM_ATTR_META;
	result = (int)call(fd, TEE_IOC_SUPPL_RECV, &buffer, sizeof(buffer));
	if (result)
		return result;
	request->func = buffer.arg.func;
	request->param_count = buffer.arg.num_params;
	request->id = params[0].a;
	request->a = params[1].a;
	request->b = params[1].b;
	request->c = params[1].c;
	return 0;
}

static int supplicant_send(int fd, uint32_t ret, const struct teeq_driver_request *request)
{
	union send buffer;
	struct tee_ioctl_param *params = (void *)(buffer.bytes + sizeof(buffer.arg));

	memset(&buffer, 0, sizeof(buffer));
	buffer.arg.ret = ret;
	buffer.arg.num_params = request->param_count;
	params[0].attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT | TEE_IOCTL_PARAM_ATTR_META;
	params[0].a = request->id;
	if (request->param_count > 1) {
		params[1].attr = TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INOUT;
		params[1].a = request->a;
		params[1].b = request->b;
		params[1].c = request->c;
	}
	return (int)call(fd, TEE_IOC_SUPPL_SEND, &buffer, sizeof(buffer));
}

static int notify(uint32_t key)
{
	return optee_notif_send(instance, key);
}

static bool is_supplicant_absent(void)
{
	return !instance->supp.ctx;
}

/* ---------------------------------------------- RPMB ------------------------------------------ */

#if TEEQ_HAS_RPMB
#include <linux/rpmb.h>

static int (*route_to)(void *argument);
static void *route_argument;

static int route_frames(struct device *dev, u8 *request, unsigned int request_size, u8 *response,
			unsigned int response_size)
{
	(void)dev;
	(void)request;
	(void)request_size;
	(void)response;
	(void)response_size;
	return route_to(route_argument);
}

static void release_emmc(struct device *dev)
{
	kfree(dev);
}

static struct rpmb_dev *rpmb;

static void remove_rpmb(void)
{
	struct device *emmc = rpmb ? rpmb->dev.parent : NULL;

	if (!rpmb)
		return;
	rpmb_dev_unregister(rpmb);
	device_unregister(emmc);
	rpmb = NULL;
}

static bool add_rpmb(int (*route)(void *argument), void *argument)
{
	static u8 id[16] = "teeq emmc";
	struct rpmb_descr description = { .type = RPMB_TYPE_EMMC,
					  .route_frames = route_frames,
					  .dev_id = id,
					  .dev_id_len = sizeof(id),
					  .reliable_wr_count = 1,
					  .capacity = 1 };
	struct device *emmc = kzalloc(sizeof(*emmc), GFP_KERNEL);

	if (!emmc)
		return false;
	emmc->release = release_emmc;
	dev_set_name(emmc, "mmc0");
	if (device_register(emmc)) {
		put_device(emmc);
		return false;
	}
	route_to = route;
	route_argument = argument;
	rpmb = rpmb_dev_register(emmc, &description);
	if (!IS_ERR(rpmb))
		return true;
	rpmb = NULL;
	device_unregister(emmc);
	return false;
}
#define ADD_RPMB    add_rpmb
#define REMOVE_RPMB remove_rpmb
#else
#define ADD_RPMB    NULL
#define REMOVE_RPMB NULL
#endif

/* ---------------------------------------------------------------------------------------------- */

extern const struct teeq_module_call __start_teeq_modules[] __attribute__((visibility("hidden")));
extern const struct teeq_module_call __stop_teeq_modules[] __attribute__((visibility("hidden")));

extern const struct teeq_driver_object teeq_driver;
__attribute__((visibility("default"))) const struct teeq_driver_object teeq_driver = {
	.abi = TEEQ_DRIVER_ABI,
	.version = TEEQ_LINUX,
	.digest = TEEQ_DRIVER_DIGEST,
	.stamp = TEEQ_DRIVER_STAMP,
	.modules = __start_teeq_modules,
	.modules_end = __stop_teeq_modules,
	.find = find_instance,
	.observe = OBSERVE,
	.client_open = client_open,
	.client_close = client_close,
	.client_open_session = client_open_session,
	.client_invoke = client_invoke,
	.client_close_session = client_close_session,
	.client_cancel = client_cancel,
	.client_system_session = SYSTEM_SESSION,
	.client_share = client_share,
	.client_unshare = client_unshare,
	.user_open_session = user_open_session,
	.user_invoke = user_invoke,
	.user_close_session = user_close_session,
	.user_cancel = user_cancel,
	.user_share = user_share,
	.user_alloc = user_alloc,
	.supplicant_receive = supplicant_receive,
	.supplicant_send = supplicant_send,
	.notify = notify,
	.is_supplicant_absent = is_supplicant_absent,
	.supplicant_wait = TEEQ_SUPPLICANT_WAIT,
	.reschedules = TEEQ_RESCHEDULES,
	.on_threads = TEEQ_ON_THREADS,
	.add_rpmb = ADD_RPMB,
	.remove_rpmb = REMOVE_RPMB,
	.scmi_begin = SCMI_BEGIN,
	.scmi_end = SCMI_END,
	.scmi_setup = SCMI_SETUP,
	.scmi_free = SCMI_FREE,
	.scmi_send = SCMI_SEND,
	.scmi_done = SCMI_DONE,
};
