/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CPUHOTPLUG_H
#define TEEQ_LINUX_CPUHOTPLUG_H

#include <linux/types.h>

enum cpuhp_state {
	CPUHP_OFFLINE,
	CPUHP_AP_ONLINE_DYN,
	CPUHP_ONLINE,
};

/*
 * All CPUs are there from the beginning and stay: @startup is called for the one that there is to
 * be seen, @teardown when the state is removed. The number of a dynamic state is above 0.
 */
static inline int cpuhp_setup_state(enum cpuhp_state state, const char *name,
				    int (*startup)(unsigned int cpu),
				    int (*teardown)(unsigned int cpu))
{
	int result = startup ? startup(0) : 0;

	(void)name;
	(void)teardown;
	return result ? result : (int)state;
}

static inline void cpuhp_remove_state(enum cpuhp_state state)
{
	(void)state;
}

#endif
