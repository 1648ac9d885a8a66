/* SPDX-License-Identifier: BSD-2-Clause */
/* signal_pending() and fatal_signal_pending(). */
#include <linux/sched.h>
