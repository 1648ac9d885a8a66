/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_COMPILER_H
#define TEEQ_LINUX_COMPILER_H

#include <linux/types.h>
#include <teeq/harness/runtime.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/*
 * What is one step for others. Where tasks are fibers nobody comes in between; where they are
 * threads, which TEEQ_ON_THREADS says, the machine has to see to it.
 */
#ifndef TEEQ_ON_THREADS
#define TEEQ_ON_THREADS 0
#endif
#if TEEQ_ON_THREADS
#define teeq_load(at)	      __atomic_load_n(at, __ATOMIC_SEQ_CST)
#define teeq_store(at, value) __atomic_store_n(at, value, __ATOMIC_SEQ_CST)
#define teeq_swap(at, value)  __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST)
#define teeq_add(at, n)	      __atomic_add_fetch(at, n, __ATOMIC_SEQ_CST)
#define teeq_or(at, bits)     __atomic_fetch_or(at, bits, __ATOMIC_SEQ_CST)
#define teeq_and(at, bits)    __atomic_fetch_and(at, bits, __ATOMIC_SEQ_CST)
/* *@expected is what was there; stored is @value where that is what it had. */
#define teeq_replace(at, expected, value) \
	__atomic_compare_exchange_n(at, expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#else
#define teeq_load(at)	      (*(at))
#define teeq_store(at, value) ((void)(*(at) = (value)))
#define teeq_swap(at, value)                      \
	__extension__({                           \
		__typeof__(*(at)) teeq_was = *(at); \
		*(at) = (value);                  \
		teeq_was;                         \
	})
#define teeq_add(at, n) (*(at) += (n))
#define teeq_or(at, bits)                         \
	__extension__({                           \
		__typeof__(*(at)) teeq_was = *(at); \
		*(at) |= (bits);                  \
		teeq_was;                         \
	})
#define teeq_and(at, bits)                        \
	__extension__({                           \
		__typeof__(*(at)) teeq_was = *(at); \
		*(at) &= (bits);                  \
		teeq_was;                         \
	})
#define teeq_replace(at, expected, value)                  \
	__extension__({                                    \
		__typeof__(*(at)) teeq_was = *(at);        \
		_Bool teeq_same = teeq_was == *(expected); \
		if (teeq_same)                             \
			*(at) = (value);                   \
		*(expected) = teeq_was;                    \
		teeq_same;                                 \
	})
#endif

/* Loads and stores that happen once, of what others use at the same time: preemption points. */
#if TEEQ_ON_THREADS
#define TEEQ_READ(x)                                                     \
	__extension__({                                                  \
		__typeof__(x) teeq_read;                                 \
		__atomic_load(&(x), &teeq_read, __ATOMIC_RELAXED);       \
		teeq_read;                                               \
	})
#define TEEQ_WRITE(x, written) __atomic_store(&(x), &(written), __ATOMIC_RELAXED)
#else
#define TEEQ_READ(x)	       (*(const volatile __typeof__(x) *)&(x))
#define TEEQ_WRITE(x, written) (*(volatile __typeof__(x) *)&(x) = (written))
#endif
#define READ_ONCE(x) \
	(teeq_kernel_marked("READ_ONCE()", &(x), sizeof(x), TEEQ_MARKED_READ | TEEQ_MARKED_ONCE), \
	 TEEQ_READ(x))
#define WRITE_ONCE(x, value)                                                               \
	__extension__({                                                                    \
		__typeof__(x) teeq_written = (value);                                      \
		teeq_kernel_marked("WRITE_ONCE()", &(x), sizeof(x),                        \
				   TEEQ_MARKED_WRITE | TEEQ_MARKED_ONCE);                  \
		TEEQ_WRITE(x, teeq_written);                                               \
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
