/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_COMPILER_H
#define TEEQ_LINUX_COMPILER_H

#include <linux/types.h>
#include <teeq/harness/runtime.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Loads and stores that happen once, of what others use at the same time: preemption points. */
#define READ_ONCE(x) \
	(teeq_kernel_marked("READ_ONCE()", &(x), sizeof(x), TEEQ_MARKED_READ | TEEQ_MARKED_ONCE), \
	 *(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)                                                               \
	__extension__({                                                                    \
		__typeof__(x) teeq_written = (value);                                      \
		teeq_kernel_marked("WRITE_ONCE()", &(x), sizeof(x),                        \
				   TEEQ_MARKED_WRITE | TEEQ_MARKED_ONCE);                  \
		*(volatile __typeof__(x) *)&(x) = teeq_written;                            \
		(void)0;                                                                   \
	})

#define barrier() __asm__ __volatile__("" ::: "memory")
#define smp_mb()  barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#define smp_load_acquire(p)	    READ_ONCE(*(p))
/* Nothing behind it comes before it. */
#define smp_store_mb(x, value) WRITE_ONCE(x, value)
/* What was stored before it is handed to others. */
#define smp_store_release(p, value) \
	(WRITE_ONCE(*(p), value), teeq_kernel_shared("smp_store_release()"))

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef noinline
#define noinline __attribute__((noinline))
#endif
#define __must_check	 __attribute__((warn_unused_result))
#define __maybe_unused	 __attribute__((unused))
#define __always_unused	 __attribute__((unused))
#define __packed	 __attribute__((packed))
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define __printf(format, first) __attribute__((format(printf, format, first)))
#define __read_mostly
/* What lockdep and sparse are told about locks. */
#define __acquires(lock)
#define __releases(lock)
#define __must_hold(lock)
#if defined(__has_attribute)
#if __has_attribute(fallthrough)
#define fallthrough __attribute__((fallthrough))
#endif
#endif
#ifndef fallthrough
#define fallthrough do { } while (0)
#endif

#endif
