/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared memory of the kernel's own, as the driver's pool of pages gives it: memory for messages that
 * register other memory is private, all else is registered with the secure world by a normal call.
 * User space has none here.
 */
#include "optee_private.h"

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tee_core.h>

#include "tee_private.h"

/* It uses the device and the context until it is given back. */
static struct tee_shm *allocate(struct tee_context *ctx, size_t size, u32 flags)
{
	struct tee_shm *shm;

	if (!tee_device_get(ctx->teedev))
		return ERR_PTR(-EINVAL);
	shm = kzalloc(sizeof(*shm), GFP_KERNEL);
	if (shm)
		shm->kaddr = kzalloc(size, GFP_KERNEL);
	if (!shm || !shm->kaddr) {
		kfree(shm);
		tee_device_put(ctx->teedev);
		return ERR_PTR(-ENOMEM);
	}
	teedev_ctx_get(ctx);
	shm->ctx = ctx;
	shm->size = size;
	shm->flags = flags;
	return shm;
}

static void give_back(struct tee_shm *shm)
{
	struct tee_context *ctx = shm->ctx;
	struct tee_device *teedev = ctx->teedev;

	kfree(shm->kaddr);
	kfree(shm);
	teedev_ctx_put(ctx);
	tee_device_put(teedev);
}

struct tee_shm *tee_shm_alloc_priv_buf(struct tee_context *ctx, size_t size)
{
	return allocate(ctx, size, TEE_SHM_PRIV);
}

/* A call with @cmd that concerns @shm, in a message of its own. */
static int tell_secure_world(struct tee_shm *shm, u32 cmd)
{
	struct optee *optee = tee_get_drvdata(shm->ctx->teedev);
	struct tee_shm *message = allocate(shm->ctx, optee_msg_arg_size(optee->rpc_param_count),
					   TEE_SHM_PRIV);
	struct optee_msg_arg *arg;
	int rc;

	if (IS_ERR(message))
		return PTR_ERR(message);
	arg = message->kaddr;
	arg->cmd = cmd;
	arg->num_params = 1;
#ifdef BEFORE_SYSTEM_SESSIONS
	rc = optee->ops->do_call_with_arg(shm->ctx, message, 0);
#else
	rc = optee->ops->do_call_with_arg(shm->ctx, message, 0, false);
#endif
	if (rc == 0 && arg->ret != TEEC_SUCCESS)
		rc = -EINVAL;
	give_back(message);
	return rc;
}

struct tee_shm *tee_shm_alloc_kernel_buf(struct tee_context *ctx, size_t size)
{
	struct tee_shm *shm = allocate(ctx, size, TEE_SHM_DYNAMIC);
	int rc;

	if (IS_ERR(shm))
		return shm;
	rc = tell_secure_world(shm, OPTEE_MSG_CMD_REGISTER_SHM);
	if (rc == 0)
		return shm;
	give_back(shm);
	return ERR_PTR(rc);
}

void tee_shm_free(struct tee_shm *shm)
{
	if (!(shm->flags & TEE_SHM_PRIV))
		tell_secure_world(shm, OPTEE_MSG_CMD_UNREGISTER_SHM);
	give_back(shm);
}

void *tee_shm_get_va(struct tee_shm *shm, size_t offs)
{
	return offs < shm->size ? (char *)shm->kaddr + offs : ERR_PTR(-EINVAL);
}

/* ---- what user space would ask for ---- */

struct tee_shm *tee_shm_alloc_user_buf(struct tee_context *ctx, size_t size)
{
	(void)ctx;
	(void)size;
	return ERR_PTR(-EINVAL);
}

struct tee_shm *tee_shm_register_user_buf(struct tee_context *ctx, unsigned long addr,
					  size_t length)
{
	(void)ctx;
	(void)addr;
	(void)length;
	return ERR_PTR(-EINVAL);
}

struct tee_shm *tee_shm_get_from_id(struct tee_context *ctx, int id)
{
	(void)ctx;
	(void)id;
	return ERR_PTR(-EINVAL);
}

int tee_shm_get_fd(struct tee_shm *shm)
{
	(void)shm;
	return -EINVAL;
}

void tee_shm_put(struct tee_shm *shm)
{
	(void)shm;
}
