/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CPUHOTPLUG_H
#define TEEQ_LINUX_CPUHOTPLUG_H

#include <linux/errno.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

enum cpuhp_state {
	CPUHP_OFFLINE,
	CPUHP_AP_ONLINE_DYN,
	CPUHP_ONLINE,
};

/*
 * All CPUs are there from the beginning and stay: @startup is called for the one that there is to
 * be seen, @teardown when the state is removed. The number of a dynamic state is above 0.
 */
#define cpuhp_setup_state(state, name, startup, teardown) \
	((void)(name), (void)(teardown), teeq_cpuhp(state, startup, TEEQ_SITE("cpuhp_setup_state")))

static inline int teeq_cpuhp(enum cpuhp_state state, int (*startup)(unsigned int cpu),
			     const struct teeq_site *site)
{
	int result = teeq_kernel_refuses(site) ? -ENOMEM : startup ? startup(0) : 0;

	return result ? result : (int)state;
}

static inline void cpuhp_remove_state(enum cpuhp_state state)
{
	(void)state;
}

#endif
