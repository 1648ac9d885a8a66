/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trace_page.h"

#include <inttypes.h>

void trace_page_fact_text(const struct trace_page_fact *fact, char *text, size_t size)
{
	char thread[32] = "", key[32] = "";

	if (fact->thread != TRACE_NO_THREAD)
		snprintf(thread, sizeof(thread), ", thread %" PRIu32, fact->thread);
	if (fact->has_key)
		snprintf(key, sizeof(key), ", key %" PRIu32, fact->key);
	switch (fact->fact) {
	case TRACE_FACT_CALL:
		snprintf(text, size, "%s begins",
			 fact->purpose ? trace_purpose_word(fact->purpose) : "call");
		break;
	case TRACE_FACT_REFUSED:
		snprintf(text, size, "refused: no thread is free");
		break;
	case TRACE_FACT_RETRY:
		snprintf(text, size, "tries again (%" PRIu32 ")", fact->retries);
		break;
	case TRACE_FACT_RPC:
		snprintf(text, size, "RPC %s%s%s", trace_rpc_text(fact->rpc), thread, key);
		break;
	case TRACE_FACT_RESUME:
		snprintf(text, size, "resumed from RPC %s%s%s", trace_rpc_text(fact->rpc), thread,
			 key);
		break;
	case TRACE_FACT_NOTIFY:
		snprintf(text, size, "sends a notification%s", key);
		break;
	case TRACE_FACT_TAKEN:
		snprintf(text, size, "its thread is seen with another call");
		break;
	case TRACE_FACT_DONE:
		snprintf(text, size, "done%s", thread);
		break;
	case TRACE_FACT_GONE:
		snprintf(text, size, "how it went on was not seen");
		break;
	}
}
