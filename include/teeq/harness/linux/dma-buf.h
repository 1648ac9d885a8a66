/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_DMA_BUF_H
#define TEEQ_LINUX_DMA_BUF_H

#include <linux/types.h>

/* The type alone: nobody here shares memory between devices. */
struct dma_buf;

#endif
