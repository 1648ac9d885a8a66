/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiled by `teeq driver build` with the headers of the SCMI transports: what the SCMI core does
 * with a transport for a channel. It sets one up, sends a message over it and reads the answer, and
 * frees it.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "common.h"

#include "glue.h"

enum {
	CHANNEL_MAX = 16
};

static const struct scmi_desc *transport;
static struct scmi_chan_info channels[CHANNEL_MAX];
static struct device *supplier;
static bool begun;

#if TEEQ_LINUX >= 0x060c
static struct scmi_transport_core_operations operations;

/* Its description is in what is given, or, since Linux 7.0, a copy of it. */
#define DESCRIPTION(desc)                                                              \
	__builtin_choose_expr(__builtin_types_compatible_p(__typeof__(desc), struct scmi_desc), \
			      &(desc), desc)

/* What a transport hands to the core, when its firmware is there. */
static int core_probe(struct platform_device *device)
{
	struct scmi_transport *given = dev_get_platdata(&device->dev);

	operations.msg = scmi_message_operations_get();
	operations.shmem = scmi_shared_mem_operations_get();
	*given->core_ops = &operations;
	transport = DESCRIPTION(given->desc);
	supplier = given->supplier;
	return 0;
}

static struct platform_driver core = { .probe = core_probe, .driver = { .name = "arm-scmi" } };

bool teeq_scmi_begin(void)
{
	if (!begun)
		begun = platform_driver_register(&core) == 0;
	return transport != NULL;
}
#else
static int core_probe(struct platform_device *device)
{
	supplier = &device->dev;
	return 0;
}

static const struct of_device_id matches[] = { { .compatible = "linaro,scmi-optee" }, {} };
static struct platform_driver core = {
	.probe = core_probe,
	.driver = { .name = "arm-scmi", .of_match_table = matches },
};

/* The core asks for what the transport depends on until that is there. */
bool teeq_scmi_begin(void)
{
	if (!begun)
		begun = platform_driver_register(&core) == 0;
	if (!supplier || (scmi_optee_desc.ops->link_supplier(supplier) &&
			  scmi_optee_desc.ops->link_supplier(supplier)))
		return false;
	transport = &scmi_optee_desc;
	return true;
}
#endif

void teeq_scmi_end(void)
{
	if (begun)
		platform_driver_unregister(&core);
#if TEEQ_LINUX < 0x060c
	if (begun && scmi_optee_desc.transport_exit)
		scmi_optee_desc.transport_exit();
#endif
	begun = false;
	transport = NULL;
	supplier = NULL;
}

int teeq_scmi_setup(unsigned int channel)
{
	struct scmi_chan_info *info = &channels[channel];

	memset(info, 0, sizeof(*info));
	info->dev = supplier;
	return transport->ops->chan_setup(info, supplier, true);
}

int teeq_scmi_free(unsigned int channel)
{
	return transport->ops->chan_free((int)channel, &channels[channel], NULL);
}

int teeq_scmi_send(unsigned int channel)
{
	struct scmi_xfer xfer;
	int result;

	memset(&xfer, 0, sizeof(xfer));
	result = transport->ops->send_message(&channels[channel], &xfer);
	if (result == 0)
		transport->ops->fetch_response(&channels[channel], &xfer);
	return result;
}

void teeq_scmi_done(unsigned int channel)
{
	transport->ops->mark_txdone(&channels[channel], 0, NULL);
}
