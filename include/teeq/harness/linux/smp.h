/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_SMP_H
#define TEEQ_LINUX_SMP_H

#include <linux/cpumask.h>

#endif
