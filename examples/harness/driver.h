/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_H
#define DRIVER_H

#include <teeq/harness.h>

/*
 * A harness around the call queue that is linked in: two secure threads; task `k`, whose system call
 * asks by an RPC for one more system call; and @normal_count tasks `n0`, `n1`, ... with one plain
 * call each. NULL, after a line on stderr, if the host failed.
 */
struct teeq_harness *driver_harness(unsigned int normal_count);

#endif
