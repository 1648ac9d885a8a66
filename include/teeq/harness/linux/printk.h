/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_PRINTK_H
#define TEEQ_LINUX_PRINTK_H

/* Drivers call these with nothing behind the format, which only a system header may allow. */
#pragma GCC system_header

#include <teeq/harness/runtime.h>

/* kbuild has the module's name here. */
#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "module"
#endif

#ifndef pr_fmt
#define pr_fmt(format) format
#endif

/* The text goes to the harness's log function; the kernel's own conversions (%pe) are not known. */
#define pr_emerg(format, ...)  teeq_kernel_print(0, pr_fmt(format), ##__VA_ARGS__)
#define pr_alert(format, ...)  teeq_kernel_print(1, pr_fmt(format), ##__VA_ARGS__)
#define pr_crit(format, ...)   teeq_kernel_print(2, pr_fmt(format), ##__VA_ARGS__)
#define pr_err(format, ...)    teeq_kernel_print(3, pr_fmt(format), ##__VA_ARGS__)
#define pr_warn(format, ...)   teeq_kernel_print(4, pr_fmt(format), ##__VA_ARGS__)
#define pr_notice(format, ...) teeq_kernel_print(5, pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...)   teeq_kernel_print(6, pr_fmt(format), ##__VA_ARGS__)
#define pr_debug(format, ...)  teeq_kernel_print(7, pr_fmt(format), ##__VA_ARGS__)
#define pr_cont(format, ...)   printk(KERN_CONT format, ##__VA_ARGS__)
/* Once and rate-limited ones print every time: what was printed before is another run's. */
#define pr_err_once(format, ...)	 pr_err(format, ##__VA_ARGS__)
#define pr_warn_once(format, ...)	 pr_warn(format, ##__VA_ARGS__)
#define pr_info_once(format, ...)	 pr_info(format, ##__VA_ARGS__)
#define pr_err_ratelimited(format, ...)	 pr_err(format, ##__VA_ARGS__)
#define pr_warn_ratelimited(format, ...) pr_warn(format, ##__VA_ARGS__)

/* The kernel marks a level by a control character and a digit. */
#define KERN_EMERG   "\001" "0"
#define KERN_ALERT   "\001" "1"
#define KERN_CRIT    "\001" "2"
#define KERN_ERR     "\001" "3"
#define KERN_WARNING "\001" "4"
#define KERN_NOTICE  "\001" "5"
#define KERN_INFO    "\001" "6"
#define KERN_DEBUG   "\001" "7"
#define KERN_CONT    "\001" "c"
#define printk(...) teeq_kernel_print(-1, __VA_ARGS__)

#endif
