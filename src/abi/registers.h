/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ABI_REGISTERS_H
#define ABI_REGISTERS_H

#include <stdint.h>

#include "teeq/abi.h"

/* These are 32-bit calls: what the upper half of a register holds is an accident. */
static inline uint32_t register_low(const struct teeq_smc_regs *regs, unsigned int index)
{
	return (uint32_t)regs->a[index];
}

#endif
