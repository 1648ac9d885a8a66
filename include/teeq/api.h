/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TEEQ_API marks what libteeq and libteeq-scenario export. Both are compiled with hidden visibility,
 * so a function without the mark cannot be linked against from outside, not even by accident.
 */
#ifndef TEEQ_API_H
#define TEEQ_API_H

#if defined(__GNUC__)
#define TEEQ_API __attribute__((visibility("default")))
#else
#define TEEQ_API
#endif

#endif
