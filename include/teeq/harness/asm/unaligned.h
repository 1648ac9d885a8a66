/* SPDX-License-Identifier: BSD-2-Clause */
/* Where it was before Linux 6.12. */
#include <linux/unaligned.h>
