/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_BUG_H
#define TEEQ_LINUX_BUG_H

/* WARN() and its kin may have nothing behind the format, which only a system header may allow. */
#pragma GCC system_header

#include <linux/compiler.h>
#include <teeq/harness/runtime.h>

/*
 * In the kernel a warning is printed and the code goes on. Here it is what the run was made to
 * find: the run ends in a violation that names the condition and the place.
 */
#define TEEQ_WARN_IF(what, condition, ...)                                  \
	__extension__({                                                     \
		bool teeq_broke = !!(condition);                            \
		if (unlikely(teeq_broke))                                   \
			teeq_kernel_warn(TEEQ_SITE(what), __VA_ARGS__);     \
		teeq_broke;                                                 \
	})

#define WARN_ON(condition)	TEEQ_WARN_IF("WARN_ON(" #condition ")", condition, "%s", "")
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define WARN(condition, format, ...) \
	TEEQ_WARN_IF("WARN(" #condition ")", condition, format, ##__VA_ARGS__)
#define WARN_ONCE(condition, format, ...) WARN(condition, format, ##__VA_ARGS__)
#define BUG_ON(condition) ((void)TEEQ_WARN_IF("BUG_ON(" #condition ")", condition, "%s", ""))
#define BUG()		  teeq_kernel_warn(TEEQ_SITE("BUG()"), "%s", "")
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), "BUILD_BUG_ON(" #condition ")")

#endif
