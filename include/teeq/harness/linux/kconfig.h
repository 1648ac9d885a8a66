/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_KCONFIG_H
#define TEEQ_LINUX_KCONFIG_H

/*
 * Included before everything else, as kbuild does: how the kernel is configured that a driver is
 * compiled for here, and what a configuration symbol is asked with.
 *
 * TEEQ_LINUX is the version of the kernel tree, 0x0601 for 6.1: a few signatures of the kernel's
 * API differ between versions. What is not said to be compiled from a tree has the newest.
 */
#ifndef TEEQ_LINUX
#define TEEQ_LINUX 0xffff
#endif

#define CONFIG_ARM64			 1
#define CONFIG_64BIT			 1
#define CONFIG_SMP			 1
#define CONFIG_OF			 1
#define CONFIG_TEE			 1
#define CONFIG_OPTEE			 1
#define CONFIG_RPMB			 1
#define CONFIG_I2C			 1
#define CONFIG_ARM_FFA_TRANSPORT	 1
#define CONFIG_ARM_SCMI_TRANSPORT_OPTEE 1

/* 1 where the symbol is defined as 1, 0 where it is not defined: "0, 1" is one argument more. */
#define TEEQ_CONFIG_1		      0,
#define TEEQ_SECOND(first, second, ...) second
#define TEEQ_IS_SET2(shifted)	      TEEQ_SECOND(shifted 1, 0)
#define TEEQ_IS_SET1(value)	      TEEQ_IS_SET2(TEEQ_CONFIG_##value)
#define TEEQ_IS_SET(value)	      TEEQ_IS_SET1(value)
#define IS_ENABLED(option)   TEEQ_IS_SET(option)
#define IS_BUILTIN(option)   TEEQ_IS_SET(option)
#define IS_REACHABLE(option) TEEQ_IS_SET(option)
#define IS_MODULE(option)    0

#endif
