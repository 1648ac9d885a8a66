/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CLIENTS clients in the kernel, one or two, close their contexts while the driver removes the device:
 * tee_core.c as it is. Nothing but the count of users keeps the device for a client.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/tee_core.h>

#include "real.h"

static struct tee_device *teedev;
static struct tee_context *contexts[CLIENTS];

static void get_version(struct tee_device *device, struct tee_ioctl_version_data *version)
{
	(void)device;
	*version = (struct tee_ioctl_version_data){ .impl_id = TEE_IMPL_ID_OPTEE };
}

static int open_context(struct tee_context *ctx)
{
	(void)ctx;
	return 0;
}

static void release_context(struct tee_context *ctx)
{
	(void)ctx;
}

static const struct tee_driver_ops ops = {
	.get_version = get_version,
	.open = open_context,
	.release = release_context,
};

static const struct tee_desc description = { .name = "device", .ops = &ops };

static int any(struct tee_ioctl_version_data *version, const void *data)
{
	(void)data;
	return version->impl_id == TEE_IMPL_ID_OPTEE;
}

static void setup(void *argument)
{
	(void)argument;
	teedev = tee_device_alloc(&description, NULL, NULL, NULL);
	BUG_ON(IS_ERR(teedev));
	BUG_ON(tee_device_register(teedev));
	for (int i = 0; i < CLIENTS; i++) {
		contexts[i] = tee_client_open_context(NULL, any, NULL, NULL);
		BUG_ON(IS_ERR(contexts[i]));
	}
}

static void close_first(void *argument)
{
	(void)argument;
	tee_client_close_context(contexts[0]);
}

static void close_last(void *argument)
{
	(void)argument;
	tee_client_close_context(contexts[CLIENTS - 1]);
}

static void remove_device(void *argument)
{
	(void)argument;
	tee_device_unregister(teedev);
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "device", .setup = setup };
	static const char *const names[] = { "client", "remove", CLIENTS > 1 ? "other" : NULL, NULL };
	void (*const functions[])(void *) = { close_first, remove_device, close_last };

	return real_main(&options, names, functions, argc, argv);
}
