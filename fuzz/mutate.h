/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Inputs that are a header and a sequence of records of one size. A mutation inserts, drops, swaps,
 * duplicates or changes whole records, or changes the header, and leaves such a sequence behind;
 * the same @seed makes the same changes. @data has room for @size_max bytes; returned is the new
 * size.
 */
struct record_format {
	size_t header_size;
	size_t record_size;
	size_t count_max;
};

size_t mutate_records(const struct record_format *format, uint8_t *data, size_t size,
		      size_t size_max, unsigned int seed);
/* @data becomes @one with a piece or the end of @other in it. */
size_t splice_records(const struct record_format *format, const uint8_t *one, size_t one_size,
		      const uint8_t *other, size_t other_size, uint8_t *data, size_t size_max,
		      unsigned int seed);

/* What libFuzzer calls, for a target of @format_; other drivers never do. */
#define FUZZ_RECORDS(format_)                                                                     \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max,               \
				       unsigned int seed);                                        \
	size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t size_max,               \
				       unsigned int seed)                                         \
	{                                                                                         \
		return mutate_records(&(format_), data, size, size_max, seed);                    \
	}                                                                                         \
	size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size,                     \
					 const uint8_t *other, size_t other_size, uint8_t *data,  \
					 size_t size_max, unsigned int seed);                     \
	size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size,                     \
					 const uint8_t *other, size_t other_size, uint8_t *data,  \
					 size_t size_max, unsigned int seed)                      \
	{                                                                                         \
		return splice_records(&(format_), one, one_size, other, other_size, data,         \
				      size_max, seed);                                            \
	}

#endif
