/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_KREF_H
#define TEEQ_LINUX_KREF_H

#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

/* A reference count inside an object. Whoever drops the last one calls @release. */
struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { REFCOUNT_INIT(n) }

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline int kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

/* 1 where @release was called. */
static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

/* As above; @release is called with @lock held and lets it go. */
#define kref_put_mutex(object, release, lock) \
	TEEQ_KREF_PUT_LOCKED(object, release, mutex_lock(lock), mutex_unlock(lock))
#define kref_put_lock(object, release, lock) \
	TEEQ_KREF_PUT_LOCKED(object, release, spin_lock(lock), spin_unlock(lock))
#define TEEQ_KREF_PUT_LOCKED(object, release, take, let_go)            \
	__extension__({                                              \
		struct kref *teeq_kref = (object);                    \
		int teeq_last = 0;                                   \
		if (!refcount_dec_not_one(&teeq_kref->refcount)) {   \
			take;                                        \
			teeq_last = kref_put(teeq_kref, release);    \
			if (!teeq_last)                              \
				let_go;                              \
		}                                                    \
		teeq_last;                                           \
	})

#endif
