/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_LIST_H
#define TEEQ_LINUX_LIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>
#include <teeq/harness/runtime.h>

/*
 * Doubly linked rings whose head is a struct list_head of its own. An entry that was deleted points
 * to two places that nothing may touch, so that using it again shows. Whoever adds or deletes where
 * the neighbours do not agree, as one of them is gone or was added twice, commits a violation.
 */
#define LIST_POISON1 ((struct list_head *)0x100)
#define LIST_POISON2 ((struct list_head *)0x122)

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name)	     struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void teeq_list_link(struct list_head *entry, struct list_head *before,
				  struct list_head *after)
{
	entry->prev = before;
	entry->next = after;
	before->next = entry;
	after->prev = entry;
}

static inline void teeq_list_add(struct list_head *entry, struct list_head *before,
				 struct list_head *after, const struct teeq_site *site)
{
	if (before->next != after || after->prev != before || entry == before || entry == after)
		teeq_kernel_warn(site, "the list is corrupt, or has the entry already");
	teeq_list_link(entry, before, after);
}

static inline void teeq_list_unlink(const struct list_head *entry, const struct teeq_site *site)
{
	if (entry->next == LIST_POISON1)
		teeq_kernel_warn(site, "the entry was deleted before");
	if (entry->prev->next != entry || entry->next->prev != entry)
		teeq_kernel_warn(site, "the list is corrupt: the entry's neighbours disagree");
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
}

static inline void teeq_list_del(struct list_head *entry, const struct teeq_site *site)
{
	teeq_list_unlink(entry, site);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void teeq_list_del_init(struct list_head *entry, const struct teeq_site *site)
{
	teeq_list_unlink(entry, site);
	INIT_LIST_HEAD(entry);
}

static inline void teeq_list_move(struct list_head *entry, struct list_head *head,
				  const struct teeq_site *site)
{
	teeq_list_unlink(entry, site);
	teeq_list_add(entry, head, head->next, site);
}

static inline void teeq_list_move_tail(struct list_head *entry, struct list_head *head,
				       const struct teeq_site *site)
{
	teeq_list_unlink(entry, site);
	teeq_list_add(entry, head->prev, head, site);
}

static inline void teeq_list_add_head(struct list_head *entry, struct list_head *head,
				      const struct teeq_site *site)
{
	teeq_list_add(entry, head, head->next, site);
}

static inline void teeq_list_add_tail(struct list_head *entry, struct list_head *head,
				      const struct teeq_site *site)
{
	teeq_list_add(entry, head->prev, head, site);
}

/* Behind @head, that is first in its list; list_add_tail(): last. */
#define list_add(entry, head)	    teeq_list_add_head(entry, head, TEEQ_SITE("list_add()"))
#define list_add_tail(entry, head)  teeq_list_add_tail(entry, head, TEEQ_SITE("list_add_tail()"))
#define list_del(entry)		    teeq_list_del(entry, TEEQ_SITE("list_del()"))
#define list_del_init(entry)	    teeq_list_del_init(entry, TEEQ_SITE("list_del_init()"))
#define list_move(entry, head)	    teeq_list_move(entry, head, TEEQ_SITE("list_move()"))
#define list_move_tail(entry, head) teeq_list_move_tail(entry, head, TEEQ_SITE("list_move_tail()"))

static inline void list_replace(struct list_head *old, struct list_head *entry)
{
	teeq_list_link(entry, old->prev, old->next);
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline int list_is_head(const struct list_head *entry, const struct list_head *head)
{
	return entry == head;
}

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/* All of @list between @head and what follows it; @list itself is left as it is. */
static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	list->next->prev = head;
	head->next = list->next;
}

static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head->prev);
	INIT_LIST_HEAD(list);
}

static inline size_t list_count_nodes(const struct list_head *head)
{
	size_t count = 0;

	for (const struct list_head *at = head->next; at != head; at = at->next)
		count++;
	return count;
}

#define list_entry(pointer, type, member)	container_of(pointer, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_last_entry(head, type, member)	list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) \
	(list_empty(head) ? NULL : list_first_entry(head, type, member))
#define list_next_entry(at, member) list_entry((at)->member.next, __typeof__(*(at)), member)
#define list_prev_entry(at, member) list_entry((at)->member.prev, __typeof__(*(at)), member)
#define list_entry_is_head(at, head, member) list_is_head(&(at)->member, (head))

#define list_for_each(at, head) for (at = (head)->next; !list_is_head(at, (head)); at = at->next)
#define list_for_each_prev(at, head) \
	for (at = (head)->prev; !list_is_head(at, (head)); at = at->prev)
#define list_for_each_safe(at, n, head) \
	for (at = (head)->next, n = at->next; !list_is_head(at, (head)); at = n, n = at->next)
#define list_for_each_entry(at, head, member)                              \
	for (at = list_first_entry(head, __typeof__(*at), member);         \
	     !list_entry_is_head(at, head, member); at = list_next_entry(at, member))
#define list_for_each_entry_reverse(at, head, member)                      \
	for (at = list_last_entry(head, __typeof__(*at), member);          \
	     !list_entry_is_head(at, head, member); at = list_prev_entry(at, member))
/* From the one behind @at; from @at itself. */
#define list_for_each_entry_continue(at, head, member)                     \
	for (at = list_next_entry(at, member);                             \
	     !list_entry_is_head(at, head, member); at = list_next_entry(at, member))
#define list_for_each_entry_from(at, head, member)                         \
	for (; !list_entry_is_head(at, head, member); at = list_next_entry(at, member))
/* @n is the next one, so that @at may be deleted meanwhile. */
#define list_for_each_entry_safe(at, n, head, member)                      \
	for (at = list_first_entry(head, __typeof__(*at), member),         \
	     n = list_next_entry(at, member);                              \
	     !list_entry_is_head(at, head, member); at = n, n = list_next_entry(n, member))

#endif
