/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HARNESS_COMPARE_H
#define HARNESS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

/* Whether each of so many bytes has that value. */
bool bytes_are_all(const void *bytes, size_t size, unsigned char value);

#endif
