/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_MM_H
#define TEEQ_LINUX_MM_H

/* All memory is the kernel's own and mapped where it lies: a page is known by its address. */
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

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

/* A page is its own memory, so that those of one block follow each other. */
struct page {
	unsigned char bytes[PAGE_SIZE];
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long vm_pgoff;
	unsigned long vm_flags;
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
#define vma_pages(vma)			 (((vma)->vm_end - (vma)->vm_start) >> PAGE_SHIFT)
#define virt_addr_valid(address)	 ((void)(address), true)
#define is_vmalloc_addr(address)	 ((void)(address), false)
#define untagged_addr(address)		 (address)

static inline struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long address)
{
	(void)mm;
	(void)address;
	return NULL;
}

/*
 * What was mapped is seen at the address that it has in the kernel: the mapping is noted, not made.
 */
static inline int remap_pfn_range(struct vm_area_struct *area, unsigned long address,
				  unsigned long pfn, unsigned long size, pgprot_t protection)
{
	(void)protection;
	(void)size;
	area->vm_start = (pfn << PAGE_SHIFT) | (address & ~PAGE_MASK);
	return 0;
}

/* ------------------------------------------- addresses ---------------------------------------- */

static inline phys_addr_t virt_to_phys(const volatile void *address)
{
	return (phys_addr_t)(uintptr_t)address;
}

static inline void *phys_to_virt(phys_addr_t address)
{
	return (void *)(uintptr_t)address;
}

static inline struct page *virt_to_page(const void *address)
{
	return (struct page *)((uintptr_t)address & PAGE_MASK);
}

static inline struct page *vmalloc_to_page(const void *address)
{
	return virt_to_page(address);
}

static inline void *page_address(const struct page *page)
{
	return (void *)(uintptr_t)page;
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
	return (phys_addr_t)(uintptr_t)page;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)((uintptr_t)page >> PAGE_SHIFT);
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return (struct page *)((uintptr_t)pfn << PAGE_SHIFT);
}

#define PHYS_PFN(address) ((unsigned long)((address) >> PAGE_SHIFT))

/* All memory that there is is the kernel's; at 0 there is none. */
static inline bool pfn_valid(unsigned long pfn)
{
	return pfn != 0;
}

static inline struct page *phys_to_page(phys_addr_t address)
{
	return pfn_to_page((unsigned long)(address >> PAGE_SHIFT));
}

/*
 * A reference to a page of a block keeps the page, not the block: freeing a block while somebody
 * has its page is no mistake of the block's owner. Pages have no counts here; the block is what is
 * watched.
 */
static inline void get_page(struct page *page)
{
	(void)page;
}

static inline void put_page(struct page *page)
{
	(void)page;
}

static inline void unpin_user_pages(struct page **pages, unsigned long count)
{
	(void)pages;
	(void)count;
}

/* ------------------------------------------ allocation ---------------------------------------- */

/* Whole pages, at an address that is a multiple of their size. NULL: no memory. */
#define alloc_pages_exact(size, flags) \
	teeq_kernel_alloc_pages(PAGE_ALIGN(size), flags, TEEQ_SITE("alloc_pages_exact"))
#define free_pages_exact(address, size) \
	((void)(size), teeq_kernel_free(address, TEEQ_SITE("free_pages_exact")))
#define alloc_pages(flags, order) \
	((struct page *)teeq_kernel_alloc_pages(PAGE_SIZE << (order), flags, \
						TEEQ_SITE("alloc_pages")))
#define __free_pages(page, order) \
	((void)(order), teeq_kernel_free(page_address(page), TEEQ_SITE("__free_pages")))
#define __get_free_pages(flags, order) \
	((unsigned long)teeq_kernel_alloc_pages(PAGE_SIZE << (order), flags, \
						TEEQ_SITE("__get_free_pages")))
#define free_pages(address, order) \
	((void)(order), teeq_kernel_free((void *)(address), TEEQ_SITE("free_pages")))

static inline int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

#endif
