/* SPDX-License-Identifier: BSD-2-Clause */
/* What is defined once for each trace point, of which there is nothing: see linux/tracepoint.h. */
