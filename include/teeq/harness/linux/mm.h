/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MM_H
#define TEEQ_LINUX_MM_H

/* Of pages there is only the arithmetic, and all memory is the kernel's own, mapped as usual. */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/* A program may say that pages are smaller, to have what fills them with fewer tasks. */
#ifndef PAGE_SHIFT
#define PAGE_SHIFT	 12
#endif
#define PAGE_SIZE	 (1UL << PAGE_SHIFT)
#define PAGE_MASK	 (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(n)	 ALIGN(n, PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)

typedef struct {
	unsigned long pgprot;
} pgprot_t;

#define pgprot_val(p)	      ((p).pgprot)
#define PTE_ATTRINDX(type)    ((unsigned long)(type) << 2)
#define PTE_ATTRINDX_MASK     PTE_ATTRINDX(7)
#define MT_NORMAL	      0
#define MT_NORMAL_TAGGED      1

struct page;

struct vm_area_struct {
	pgprot_t vm_page_prot;
};

struct mm_struct {
	struct vm_area_struct *areas;
};

/* Areas of a user space, of which there is none. */
#define VMA_ITERATOR(name, mm, start)	 unsigned long name = ((void)(mm), (start))
#define for_each_vma_range(name, vma, end) for ((vma) = NULL, (void)(name); (vma) && (end);)
#define mmap_read_lock(mm)		 ((void)(mm))
#define mmap_read_unlock(mm)		 ((void)(mm))
#define virt_addr_valid(address)	 ((void)(address), true)
#define is_vmalloc_addr(address)	 ((void)(address), false)

#endif
