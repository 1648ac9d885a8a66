/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_INIT_H
#define TEEQ_LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Where code and data of a module's init and exit lie makes no difference here. */
#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __ro_after_init

#endif
