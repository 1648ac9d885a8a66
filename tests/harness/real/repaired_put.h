/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest repair of tee_device_put(): whoever drops the last use completes only when the mutex,
 * which the other side frees, is unlocked.
 */
#include <linux/completion.h>
#include <linux/mutex.h>

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
