/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_STRING_H
#define TEEQ_LINUX_STRING_H

#include <string.h>

#endif
