/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_ARM_SMCCC_H
#define TEEQ_LINUX_ARM_SMCCC_H

#include <linux/types.h>
#include <teeq/harness.h>

/* The registers a0 to a3 of the answer; an OP-TEE driver needs no more. */
struct arm_smccc_res {
	unsigned long a0, a1, a2, a3;
};

static inline void arm_smccc_smc(unsigned long a0, unsigned long a1, unsigned long a2,
				 unsigned long a3, unsigned long a4, unsigned long a5,
				 unsigned long a6, unsigned long a7, struct arm_smccc_res *res)
{
	struct teeq_smc_regs call = { { a0, a1, a2, a3, a4, a5, a6, a7 } };
	struct teeq_smc_regs ret;

	teeq_harness_smc(&call, &ret);
	res->a0 = (unsigned long)ret.a[0];
	res->a1 = (unsigned long)ret.a[1];
	res->a2 = (unsigned long)ret.a[2];
	res->a3 = (unsigned long)ret.a[3];
}

/* The fields of a function's number. */
#define ARM_SMCCC_STD_CALL 0UL
#define ARM_SMCCC_FAST_CALL 1UL
#define ARM_SMCCC_TYPE_SHIFT 31
#define ARM_SMCCC_SMC_32 0
#define ARM_SMCCC_SMC_64 1
#define ARM_SMCCC_CALL_CONV_SHIFT 30
#define ARM_SMCCC_OWNER_MASK 0x3f
#define ARM_SMCCC_OWNER_SHIFT 24
#define ARM_SMCCC_FUNC_MASK 0xffff
#define ARM_SMCCC_OWNER_TRUSTED_APP 48
#define ARM_SMCCC_OWNER_TRUSTED_APP_END 49
#define ARM_SMCCC_OWNER_TRUSTED_OS 50
#define ARM_SMCCC_OWNER_TRUSTED_OS_END 63
#define ARM_SMCCC_CALL_VAL(type, convention, owner, function)                        \
	(((type) << ARM_SMCCC_TYPE_SHIFT) | ((convention) << ARM_SMCCC_CALL_CONV_SHIFT) | \
	 (((owner) & ARM_SMCCC_OWNER_MASK) << ARM_SMCCC_OWNER_SHIFT) |               \
	 ((function) & ARM_SMCCC_FUNC_MASK))
#define ARM_SMCCC_IS_FAST_CALL(number) ((number) >> ARM_SMCCC_TYPE_SHIFT & 1)

/* Which instruction it is makes no difference here. */
#define arm_smccc_hvc arm_smccc_smc

#endif
