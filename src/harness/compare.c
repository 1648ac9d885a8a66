/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What bytes are, and where live ones and their copy differ. Nearly all of what a search costs
 * beside the code under test is here, so the processor's wide registers are used where it has them.
 */
#include "harness/compare.h"

#include <string.h>

#include "harness/area.h"

static uint64_t compare_word(const unsigned char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2 __attribute__((target("avx2")))
enum { STRIDE = 128, VECTOR = 32 };

static bool has_wide(void)
{
	return __builtin_cpu_supports("avx2");
}

WITH_AVX2 static __m256i vector_at(const unsigned char *bytes)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)bytes);
}

WITH_AVX2 static __m256i either(__m256i a, __m256i b, __m256i c, __m256i d)
{
	return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

WITH_AVX2 static __m256i difference(const unsigned char *a, const unsigned char *b)
{
	return _mm256_xor_si256(vector_at(a), vector_at(b));
}

/* Some strides further, where all is as it should be. */
WITH_AVX2 static size_t skip_equal(const unsigned char *a, const unsigned char *b, size_t at,
				   size_t end)
{
	for (; end - at >= STRIDE; at += STRIDE) {
		__m256i all = either(difference(a + at, b + at),
				     difference(a + at + VECTOR, b + at + VECTOR),
				     difference(a + at + 2 * VECTOR, b + at + 2 * VECTOR),
				     difference(a + at + 3 * VECTOR, b + at + 3 * VECTOR));

		if (!_mm256_testz_si256(all, all))
			break;
	}
	return at;
}

WITH_AVX2 static size_t skip_value(const unsigned char *bytes, size_t size, unsigned char value)
{
	__m256i wanted = _mm256_set1_epi8((char)value);
	size_t at = 0;

	for (; size - at >= STRIDE; at += STRIDE) {
		const unsigned char *b = bytes + at;
		__m256i all = either(_mm256_xor_si256(vector_at(b), wanted),
				     _mm256_xor_si256(vector_at(b + VECTOR), wanted),
				     _mm256_xor_si256(vector_at(b + 2 * VECTOR), wanted),
				     _mm256_xor_si256(vector_at(b + 3 * VECTOR), wanted));

		if (!_mm256_testz_si256(all, all))
			break;
	}
	return at;
}
#else
static bool has_wide(void)
{
	return false;
}

static size_t skip_equal(const unsigned char *a, const unsigned char *b, size_t at, size_t end)
{
	(void)a;
	(void)b;
	(void)end;
	return at;
}

static size_t skip_value(const unsigned char *bytes, size_t size, unsigned char value)
{
	(void)bytes;
	(void)size;
	(void)value;
	return 0;
}
#endif

bool bytes_are_all(const void *bytes, size_t size, unsigned char value)
{
	size_t at = has_wide() ? skip_value(bytes, size, value) : 0;
	uint64_t all = value * UINT64_C(0x0101010101010101);
	const unsigned char *b = bytes;

	while (size - at >= sizeof(all) && compare_word(b + at) == all)
		at += sizeof(all);
	while (at < size && b[at] == value)
		at++;
	return at == size;
}

/* They differ from @at to @end, in whole chunks but for the last: where first, or @end. */
static size_t next_change(const unsigned char *live, const unsigned char *copy, size_t at,
			  size_t end)
{
	if (has_wide())
		at = skip_equal(live, copy, at, end);
	for (; at < end; at += STATE_CHUNK) {
		uint64_t differs = 0;

		if (end - at < STATE_CHUNK)
			return memcmp(live + at, copy + at, end - at) != 0 ? at : end;
		for (size_t i = at; i < at + STATE_CHUNK; i += sizeof(differs))
			differs |= compare_word(live + i) ^ compare_word(copy + i);
		if (differs)
			return at;
	}
	return end;
}

size_t area_next_change(const struct area *area, size_t at, size_t end)
{
	while (at < end) {
		size_t page = at / AREA_PAGE, stop = end, found;

		if (area->cold && end > (page + 1) * AREA_PAGE)
			stop = (page + 1) * AREA_PAGE;
		if (!area->cold || !area->cold[page]) {
			found = next_change(area->live, area->copy, at, stop);
			if (found < stop)
				return found;
		}
		at = stop;
	}
	return end;
}
