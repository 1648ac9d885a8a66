/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two repairs of tee_device_put(), for tee_core.c.
 *
 * REPAIRED: each user has a reference to the device, from tee_device_get() until behind the unlock in
 * tee_device_put(). The first of all, the driver, has one from the start.
 *
 * LATER: whoever drops the last use completes when the mutex is unlocked. This is not enough: another
 * user may be inside its own unlock still.
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tee_core.h>

#include "tee_private.h"

#ifdef LATER
static struct completion *put_later;

static inline void complete_later(struct completion *x)
{
	put_later = x;
}

static inline void unlock_and_complete(struct mutex *lock, const struct teeq_site *site)
{
	struct completion *x = put_later;

	put_later = NULL;
	teeq_kernel_mutex_unlock(lock, site);
	if (x)
		teeq_kernel_complete(x, false);
}

#define complete(x) complete_later(x)
#undef mutex_unlock
#define mutex_unlock(lock) unlock_and_complete(lock, TEEQ_SITE(#lock))
#else
/* The unlock at the end of @function, which counted a user or refused, or took one out of the count. */
static inline void unlock_with_reference(struct mutex *lock, const char *function,
					 const struct teeq_site *site)
{
	struct tee_device *teedev = container_of(lock, struct tee_device, mutex);

	if (strcmp(function, "tee_device_get") == 0 && teedev->desc)
		get_device(&teedev->dev);
	teeq_kernel_mutex_unlock(lock, site);
	if (strcmp(function, "tee_device_put") == 0)
		put_device(&teedev->dev);
}

static inline void initialize_with_reference(struct device *dev)
{
	device_initialize(dev);
	get_device(dev);
}

#undef mutex_unlock
#define mutex_unlock(lock) unlock_with_reference(lock, __func__, TEEQ_SITE(#lock))
#undef device_initialize
#define device_initialize(dev) initialize_with_reference(dev)
#endif
