/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_TRACEPOINT_H
#define TEEQ_LINUX_TRACEPOINT_H

#include <linux/types.h>

/*
 * Trace points are calls that do nothing: nobody traces. What an event would store is told by the
 * harness's own trace.
 */
#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...)  __VA_ARGS__
#define TP_STRUCT__entry(...)
#define TP_fast_assign(...)
#define TP_printk(...)
#define TRACE_EVENT(name, proto, args, structure, assign, print) \
	static inline void trace_##name(proto)                  \
	{                                                       \
	}

#endif
