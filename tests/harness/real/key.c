/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The largest key that the driver lets pass, where the secure world's largest is the number of bits
 * in a word: notif.c as it is.
 */
#ifdef REPAIRED
#include <linux/bitmap.h>
/* The smallest repair: a bit more. */
#undef bitmap_zalloc
#define bitmap_zalloc(count, flags) \
	((unsigned long *)kcalloc(BITS_TO_LONGS((count) + 1), sizeof(unsigned long), flags))
#endif
#include "notif.c"

#include "real.h"

#include <linux/bug.h>

static struct optee optee;

static void setup(void *argument)
{
	(void)argument;
	memset(&optee, 0, sizeof(optee));
	BUG_ON(optee_notif_init(&optee, BITS_PER_LONG));
}

static void teardown(void *argument)
{
	(void)argument;
	optee_notif_uninit(&optee);
}

static void send_last(void *argument)
{
	(void)argument;
	WARN_ON(optee_notif_send(&optee, BITS_PER_LONG) != 0);
	WARN_ON(optee_notif_send(&optee, BITS_PER_LONG + 1) != -EINVAL);
}

int main(int argc, char **argv)
{
	struct teeq_harness_options options = { .name = "key",
						.setup = setup,
						.teardown = teardown };
	static const char *const names[] = { "send", NULL };
	void (*const functions[])(void *) = { send_last };

	return real_main(&options, names, functions, argc, argv);
}
