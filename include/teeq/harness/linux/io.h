/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_IO_H
#define TEEQ_LINUX_IO_H

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/types.h>

enum {
	MEMREMAP_WB = 1,
	MEMREMAP_WT = 2,
};

/* Memory that the secure world has set aside lies where it says, see mm.h. */
#define IOMEM_ERR_PTR(error) ((void *)ERR_PTR(error))

static inline void *memremap(phys_addr_t offset, size_t size, unsigned long flags)
{
	(void)size;
	(void)flags;
	return phys_to_virt(offset);
}

static inline void memunmap(void *address)
{
	(void)address;
}

static inline void *ioremap(phys_addr_t offset, size_t size)
{
	return memremap(offset, size, MEMREMAP_WB);
}

static inline void iounmap(volatile void *address)
{
	(void)address;
}

#define devm_ioremap(dev, offset, size) ((void)(dev), ioremap(offset, size))

static inline void memcpy_fromio(void *to, const volatile void *from, size_t size)
{
	memcpy(to, (const void *)from, size);
}

static inline void memcpy_toio(volatile void *to, const void *from, size_t size)
{
	memcpy((void *)to, from, size);
}

/* @count words. */
#define __ioread32_copy(to, from, count)  memcpy_fromio(to, from, (count) * 4)
#define __iowrite32_copy(to, from, count) memcpy_toio(to, from, (count) * 4)

static inline u32 ioread32(const volatile void *from)
{
	return *(const volatile u32 *)from;
}

static inline void iowrite32(u32 value, volatile void *to)
{
	*(volatile u32 *)to = value;
}

#endif
