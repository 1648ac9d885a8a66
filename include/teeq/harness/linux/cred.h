/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CRED_H
#define TEEQ_LINUX_CRED_H

#include <linux/types.h>

/* Every task is root, in the only user namespace. */
typedef struct {
	unsigned int val;
} kuid_t;

typedef struct {
	unsigned int val;
} kgid_t;

struct user_namespace;

#define INVALID_GID	   ((kgid_t){ (unsigned int)-1 })
#define current_euid()	   ((kuid_t){ 0 })
#define current_user_ns()  ((struct user_namespace *)NULL)

static inline kgid_t make_kgid(struct user_namespace *ns, gid_t gid)
{
	(void)ns;
	return (kgid_t){ gid };
}

static inline bool gid_valid(kgid_t gid)
{
	return gid.val != (unsigned int)-1;
}

static inline int in_egroup_p(kgid_t gid)
{
	return gid.val == 0;
}

#endif
