/* SPDX-License-Identifier: BSD-2-Clause */
#include "abi/registers.h"
#include "teeq/abi.h"

void teeq_ffa_from_call(const struct teeq_smc_regs *smc, struct teeq_smc_regs *ffa)
{
	if (!smc || !ffa)
		return;

	bool resume = register_low(smc, 0) == TEEQ_SMC_CALL_RETURN_FROM_RPC;
	struct teeq_smc_regs from = *smc;

	*ffa = (struct teeq_smc_regs){ .a = {
		TEEQ_FFA_MSG_SEND_DIRECT_REQ, TEEQ_FFA_ENDPOINTS, 0,
		resume ? TEEQ_FFA_CALL_RESUME : TEEQ_FFA_CALL_WITH_ARG,
	} };
	if (resume) {
		ffa->a[7] = register_low(&from, 3);
	} else {
		ffa->a[4] = register_low(&from, 2);
		ffa->a[5] = register_low(&from, 1);
		ffa->a[6] = register_low(&from, 3);
	}
}

static uint32_t error_of(uint32_t a0)
{
	if (a0 == TEEQ_SMC_RETURN_OK || teeq_smc_is_rpc(a0))
		return TEEQ_FFA_SUCCESS;
	return a0 == TEEQ_SMC_RETURN_ETHREAD_LIMIT ? TEEQ_FFA_ERROR_BUSY :
						     TEEQ_FFA_ERROR_BAD_PARAMETERS;
}

void teeq_ffa_from_return(const struct teeq_smc_regs *smc, struct teeq_smc_regs *ffa)
{
	if (!smc || !ffa)
		return;

	uint32_t a0 = register_low(smc, 0), thread = register_low(smc, 3);

	*ffa = (struct teeq_smc_regs){ .a = {
		TEEQ_FFA_MSG_SEND_DIRECT_RESP, TEEQ_FFA_ENDPOINTS_BACK, 0, error_of(a0),
	} };
	if (!teeq_smc_is_rpc(a0))
		return;
	ffa->a[4] = teeq_smc_rpc_func(a0) == TEEQ_SMC_RPC_FOREIGN_INTR ?
			    TEEQ_FFA_RETURN_INTERRUPT : TEEQ_FFA_RETURN_RPC_CMD;
	ffa->a[7] = thread;
}

bool teeq_ffa_is_message(const struct teeq_smc_regs *regs)
{
	if (!regs)
		return false;
	return register_low(regs, 0) == TEEQ_FFA_MSG_SEND_DIRECT_REQ ||
	       register_low(regs, 0) == TEEQ_FFA_MSG_SEND_DIRECT_RESP;
}

static const char *answer_name(const struct teeq_smc_regs *regs)
{
	static const char *const returns[] = {
		[TEEQ_FFA_RETURN_DONE] = "DONE",
		[TEEQ_FFA_RETURN_RPC_CMD] = "RPC_CMD",
		[TEEQ_FFA_RETURN_INTERRUPT] = "INTERRUPT",
	};

	switch (register_low(regs, 3)) {
	case TEEQ_FFA_SUCCESS:
		return register_low(regs, 4) <= TEEQ_FFA_RETURN_INTERRUPT ?
			       returns[register_low(regs, 4)] :
			       NULL;
	case TEEQ_FFA_ERROR_BUSY:
		return "BUSY";
	case TEEQ_FFA_ERROR_BAD_PARAMETERS:
		return "BAD_PARAMETERS";
	default:
		return NULL;
	}
}

const char *teeq_ffa_message_name(const struct teeq_smc_regs *regs)
{
	if (!regs)
		return NULL;
	if (register_low(regs, 0) == TEEQ_FFA_MSG_SEND_DIRECT_RESP)
		return answer_name(regs);
	if (register_low(regs, 0) != TEEQ_FFA_MSG_SEND_DIRECT_REQ)
		return NULL;
	switch (register_low(regs, 3)) {
	case TEEQ_FFA_CALL_WITH_ARG:
		return "FFA_CALL_WITH_ARG";
	case TEEQ_FFA_CALL_RESUME:
		return "FFA_RESUME";
	default:
		return NULL;
	}
}
