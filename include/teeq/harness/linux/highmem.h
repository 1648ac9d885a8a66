/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_HIGHMEM_H
#define TEEQ_LINUX_HIGHMEM_H

#include <linux/mm.h>

/* All memory has an address of the kernel's. */
#define kmap_local_page(page) page_address(page)
#define kunmap_local(address) ((void)(address))

#endif
