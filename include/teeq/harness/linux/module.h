/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MODULE_H
#define TEEQ_LINUX_MODULE_H

#include <linux/compiler.h>
#include <linux/export.h>

struct module;
#define THIS_MODULE ((struct module *)NULL)

/* Who loads it is the program's business: functions that are static are not lost that way. */
#define subsys_initcall(function) static int (*const teeq_initcall)(void) __maybe_unused = function
#define module_init(function)	  subsys_initcall(function)
#define module_exit(function)	  static void (*const teeq_exitcall)(void) __maybe_unused = function

#define MODULE_LICENSE(text)	 _Static_assert(sizeof(text), "")
#define MODULE_AUTHOR(text)	 _Static_assert(sizeof(text), "")
#define MODULE_DESCRIPTION(text) _Static_assert(sizeof(text), "")
#define MODULE_VERSION(text)	 _Static_assert(sizeof(text), "")

#endif
