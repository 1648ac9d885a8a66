/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What code that was compiled with -fsanitize=thread calls. Linked without that option, as the
 * compiler's own runtime is not wanted, it finds these. A member of the archive of its own: it is
 * brought along only by code that calls it, and not at all where the runtime is there.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "teeq/harness/runtime.h"

TEEQ_API extern const char teeq_kernel_hooks;
const char teeq_kernel_hooks = 1;

#define PLACE __builtin_return_address(0)

#define ACCESS(name, size, write)                                \
	TEEQ_API void __tsan_##name(const volatile void *object); \
	void __tsan_##name(const volatile void *object)          \
	{                                                        \
		teeq_kernel_access(object, size, write, PLACE);  \
	}

#define ACCESSES(size)                             \
	ACCESS(read##size, size, false)            \
	ACCESS(write##size, size, true)            \
	ACCESS(read_write##size, size, true)       \
	ACCESS(unaligned_read##size, size, false)  \
	ACCESS(unaligned_write##size, size, true)  \
	ACCESS(unaligned_read_write##size, size, true) \
	ACCESS(volatile_read##size, size, false)   \
	ACCESS(volatile_write##size, size, true)   \
	ACCESS(unaligned_volatile_read##size, size, false) \
	ACCESS(unaligned_volatile_write##size, size, true)

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)

TEEQ_API void __tsan_read_range(const volatile void *object, size_t size);
void __tsan_read_range(const volatile void *object, size_t size)
{
	teeq_kernel_access(object, size, false, PLACE);
}

TEEQ_API void __tsan_write_range(const volatile void *object, size_t size);
void __tsan_write_range(const volatile void *object, size_t size)
{
	teeq_kernel_access(object, size, true, PLACE);
}

TEEQ_API void __tsan_init(void);
void __tsan_init(void)
{
}

TEEQ_API void __tsan_func_entry(const void *caller);
void __tsan_func_entry(const void *caller)
{
	teeq_kernel_call(caller);
}

TEEQ_API void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
	teeq_kernel_call(NULL);
}

/* clang's names for what a struct assignment becomes. */
TEEQ_API void *__tsan_memcpy(void *to, const void *from, size_t size);
void *__tsan_memcpy(void *to, const void *from, size_t size)
{
	teeq_kernel_access(from, size, false, PLACE);
	teeq_kernel_access(to, size, true, PLACE);
	return memcpy(to, from, size);
}

TEEQ_API void *__tsan_memmove(void *to, const void *from, size_t size);
void *__tsan_memmove(void *to, const void *from, size_t size)
{
	teeq_kernel_access(from, size, false, PLACE);
	teeq_kernel_access(to, size, true, PLACE);
	return memmove(to, from, size);
}

TEEQ_API void *__tsan_memset(void *to, int byte, size_t size);
void *__tsan_memset(void *to, int byte, size_t size)
{
	teeq_kernel_access(to, size, true, PLACE);
	return memset(to, byte, size);
}

/* ------------------------------- the compiler's atomic operations ----------------------------- */

#define MARK(object, how) teeq_kernel_marked("an atomic operation", object, sizeof(*(object)), how)

#define FETCH(bits, name)                                                                        \
	TEEQ_API uint##bits##_t __tsan_atomic##bits##_fetch_##name(                              \
		volatile uint##bits##_t *object, uint##bits##_t value, int order);               \
	uint##bits##_t __tsan_atomic##bits##_fetch_##name(volatile uint##bits##_t *object,       \
							  uint##bits##_t value, int order)       \
	{                                                                                        \
		(void)order;                                                                     \
		MARK(object, TEEQ_MARKED_BOTH);                                                  \
		return __atomic_fetch_##name(object, value, __ATOMIC_SEQ_CST);                   \
	}

#define EXCHANGE(bits, kind)                                                                     \
	TEEQ_API int __tsan_atomic##bits##_compare_exchange_##kind(                              \
		volatile uint##bits##_t *object, uint##bits##_t *expected, uint##bits##_t value, \
		int order, int failed_order);                                                    \
	int __tsan_atomic##bits##_compare_exchange_##kind(                                       \
		volatile uint##bits##_t *object, uint##bits##_t *expected, uint##bits##_t value, \
		int order, int failed_order)                                                     \
	{                                                                                        \
		(void)order;                                                                     \
		(void)failed_order;                                                              \
		MARK(object, TEEQ_MARKED_BOTH);                                                  \
		return __atomic_compare_exchange_n(object, expected, value, false,               \
						   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);          \
	}

#define ATOMICS(bits)                                                                            \
	TEEQ_API uint##bits##_t __tsan_atomic##bits##_load(                                      \
		const volatile uint##bits##_t *object, int order);                               \
	uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *object,         \
						  int order)                                     \
	{                                                                                        \
		(void)order;                                                                     \
		MARK(object, TEEQ_MARKED_READ);                                                  \
		return __atomic_load_n(object, __ATOMIC_SEQ_CST);                                \
	}                                                                                        \
	TEEQ_API void __tsan_atomic##bits##_store(volatile uint##bits##_t *object,               \
						  uint##bits##_t value, int order);              \
	void __tsan_atomic##bits##_store(volatile uint##bits##_t *object, uint##bits##_t value,  \
					 int order)                                              \
	{                                                                                        \
		(void)order;                                                                     \
		MARK(object, TEEQ_MARKED_WRITE);                                                 \
		__atomic_store_n(object, value, __ATOMIC_SEQ_CST);                               \
	}                                                                                        \
	TEEQ_API uint##bits##_t __tsan_atomic##bits##_exchange(                                  \
		volatile uint##bits##_t *object, uint##bits##_t value, int order);               \
	uint##bits##_t __tsan_atomic##bits##_exchange(volatile uint##bits##_t *object,           \
						      uint##bits##_t value, int order)           \
	{                                                                                        \
		(void)order;                                                                     \
		MARK(object, TEEQ_MARKED_BOTH);                                                  \
		return __atomic_exchange_n(object, value, __ATOMIC_SEQ_CST);                     \
	}                                                                                        \
	TEEQ_API uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                      \
		volatile uint##bits##_t *object, uint##bits##_t expected, uint##bits##_t value,  \
		int order, int failed_order);                                                    \
	uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                               \
		volatile uint##bits##_t *object, uint##bits##_t expected, uint##bits##_t value,  \
		int order, int failed_order)                                                     \
	{                                                                                        \
		(void)order;                                                                     \
		(void)failed_order;                                                              \
		MARK(object, TEEQ_MARKED_BOTH);                                                  \
		__atomic_compare_exchange_n(object, &expected, value, false, __ATOMIC_SEQ_CST,   \
					    __ATOMIC_SEQ_CST);                                   \
		return expected;                                                                 \
	}                                                                                        \
	EXCHANGE(bits, strong)                                                                   \
	EXCHANGE(bits, weak)                                                                     \
	FETCH(bits, add)                                                                         \
	FETCH(bits, sub)                                                                         \
	FETCH(bits, and)                                                                         \
	FETCH(bits, or)                                                                          \
	FETCH(bits, xor)                                                                         \
	FETCH(bits, nand)

ATOMICS(8)
ATOMICS(16)
ATOMICS(32)
ATOMICS(64)

TEEQ_API void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
	(void)order;
}

TEEQ_API void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
	(void)order;
}
