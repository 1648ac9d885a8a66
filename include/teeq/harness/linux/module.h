/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MODULE_H
#define TEEQ_LINUX_MODULE_H

#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/moduleparam.h>

struct module;
#define THIS_MODULE ((struct module *)NULL)

/*
 * The functions that begin and end a module stand in a table of the object that it is linked into,
 * which whoever loads that calls: those of a subsystem first.
 */
struct teeq_module_call {
	int (*begin)(void);
	void (*end)(void);
	int level;
	const char *module;
};

#define TEEQ_MODULE_TABLE __attribute__((used, section("teeq_modules")))
#define TEEQ_INITCALL(function, at)                                                       \
	static const struct teeq_module_call teeq_begin_##function TEEQ_MODULE_TABLE = { \
		function, NULL, at, KBUILD_MODNAME                                        \
	}
#define core_initcall(function)	  TEEQ_INITCALL(function, 1)
#define subsys_initcall(function) TEEQ_INITCALL(function, 4)
#define module_init(function)	  TEEQ_INITCALL(function, 6)
#define late_initcall(function)	  TEEQ_INITCALL(function, 7)
#define module_exit(function)                                                             \
	static const struct teeq_module_call teeq_end_##function TEEQ_MODULE_TABLE = {   \
		NULL, function, 0, KBUILD_MODNAME                                         \
	}
#ifndef KBUILD_MODNAME
#define KBUILD_MODNAME "module"
#endif

#define MODULE_LICENSE(text)	 _Static_assert(sizeof(text), "")
#define MODULE_AUTHOR(text)	 _Static_assert(sizeof(text), "")
#define MODULE_DESCRIPTION(text) _Static_assert(sizeof(text), "")
#define MODULE_VERSION(text)	 _Static_assert(sizeof(text), "")
#define MODULE_ALIAS(text)	 _Static_assert(sizeof(text), "")
#define MODULE_SOFTDEP(text)	 _Static_assert(sizeof(text), "")
#define MODULE_IMPORT_NS(name)	 _Static_assert(1, "")

/* Nobody unloads it under somebody's feet. */
#define try_module_get(module) ((void)(module), true)
#define module_put(module)     ((void)(module))

#endif
