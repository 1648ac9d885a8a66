/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_XARRAY_H
#define TEEQ_LINUX_XARRAY_H

/* Only wanted for heaps of memory that devices share (CONFIG_TEE_DMABUF_HEAPS):
 * there are none here. */

#endif
