/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_CLI_OTHER_ERRNO_H
#define TESTS_CLI_OTHER_ERRNO_H

/*
 * A machine whose <errno.h> has other numbers, as some have. Only the names that the simulated
 * driver's answers have too; what this machine's files are asked for keeps its own.
 */
#include <errno.h>

#undef EPERM
#define EPERM 163
#undef EINTR
#define EINTR 127
#undef EIO
#define EIO 129
#undef ENOMEM
#define ENOMEM 148
#undef EBUSY
#define EBUSY 110
#undef ENODEV
#define ENODEV 143
#undef EINVAL
#define EINVAL 128
#undef ECOMM
#define ECOMM 170
#undef ETIMEDOUT
#define ETIMEDOUT 173

#endif
