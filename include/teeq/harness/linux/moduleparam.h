/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MODULEPARAM_H
#define TEEQ_LINUX_MODULEPARAM_H

#include <linux/compiler.h>

/* Parameters keep the values that they are compiled with. */
#define module_param(name, type, mode)		      _Static_assert(sizeof(name), "")
#define module_param_named(shown, name, type, mode) _Static_assert(sizeof(name), "")
#define MODULE_PARM_DESC(name, text)		      _Static_assert(sizeof(text), "")

#endif
