/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DMA_MAPPING_H
#define TEEQ_LINUX_DMA_MAPPING_H

#include <linux/types.h>

#define DMA_BIT_MASK(bits) ((bits) >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << (bits)) - 1)

/* A device reaches all memory that there is, whatever mask it is given. */
#define dma_coerce_mask_and_coherent(dev, mask) ((void)(dev), (void)(mask), 0)

#endif
