/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_NOTIFIER_H
#define TEEQ_LINUX_NOTIFIER_H

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/types.h>

#define NOTIFY_DONE 0
#define NOTIFY_OK   1

struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};

/* Called in the order of their priorities, under the mutex. */
struct blocking_notifier_head {
	struct mutex lock;
	struct notifier_block *first;
};

#define BLOCKING_NOTIFIER_INIT(name) { __MUTEX_INITIALIZER((name).lock), NULL }
#define BLOCKING_NOTIFIER_HEAD(name) \
	struct blocking_notifier_head name = BLOCKING_NOTIFIER_INIT(name)

#define blocking_notifier_chain_register(head, block) \
	teeq_notifier_add(head, block, TEEQ_SITE("blocking_notifier_chain_register"))
#define blocking_notifier_chain_unregister(head, block) \
	teeq_notifier_del(head, block, TEEQ_SITE("blocking_notifier_chain_unregister"))

static inline int teeq_notifier_add(struct blocking_notifier_head *head,
				    struct notifier_block *block, const struct teeq_site *site)
{
	struct notifier_block **at = &head->first;

	teeq_kernel_take("a notifier", block, site);
	mutex_lock(&head->lock);
	while (*at && (*at)->priority >= block->priority)
		at = &(*at)->next;
	block->next = *at;
	*at = block;
	mutex_unlock(&head->lock);
	return 0;
}

static inline int teeq_notifier_del(struct blocking_notifier_head *head,
				    const struct notifier_block *block,
				    const struct teeq_site *site)
{
	struct notifier_block **at = &head->first;
	bool found;

	mutex_lock(&head->lock);
	while (*at && *at != block)
		at = &(*at)->next;
	found = *at != NULL;
	if (found)
		*at = block->next;
	mutex_unlock(&head->lock);
	if (found)
		teeq_kernel_give("a notifier", block, site);
	return found ? 0 : -ENOENT;
}

static inline int blocking_notifier_call_chain(struct blocking_notifier_head *head,
					       unsigned long action, void *data)
{
	int result = NOTIFY_DONE;

	mutex_lock(&head->lock);
	for (struct notifier_block *at = head->first; at; at = at->next)
		result = at->notifier_call(at, action, data);
	mutex_unlock(&head->lock);
	return result;
}

#endif
