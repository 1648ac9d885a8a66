/* SPDX-License-Identifier: BSD-2-Clause */
/* What code has of the kernel besides memory: who took it, and whether it was given back. */
#include "harness/kernel/kernel.h"

enum {
	TAKEN_MAX = 128
};

struct taken {
	const char *what;
	const volatile void *object;
	const char *function;
	const char *file;
	int line;
};

struct all_taken {
	struct taken taken[TAKEN_MAX];
	size_t count;
};

static _Thread_local struct all_taken all_taken_here[TEEQ_GUEST_MAX];
#define taken_in(guest) kernel_of(all_taken_here, guest)
#define our_taken	taken_in(kernel_guest())
static _Thread_local uint64_t taken_run_here[TEEQ_GUEST_MAX];
#define taken_run_in(guest) kernel_of(taken_run_here, guest)
#define taken_run	    taken_run_in(kernel_guest())

static struct all_taken *taken_of_this_run(void)
{
	if (kernel_is_stale(&taken_run))
		memset(&our_taken, 0, sizeof(our_taken));
	return &our_taken;
}

void teeq_kernel_take(const char *what, const volatile void *object, const struct teeq_site *site)
{
	struct all_taken *all = taken_of_this_run();

	size_t i = all->count;

	if (all->count == TAKEN_MAX)
		teeq_harness_violation("more than %d things are taken at a time", TAKEN_MAX);
	/* In the order of their addresses, so that it does not matter who came first. */
	for (; i > 0 && all->taken[i - 1].object > object; i--)
		all->taken[i] = all->taken[i - 1];
	all->taken[i] = (struct taken){ what, object, site->function, site->file, site->line };
	all->count++;
}

/* The last that was taken of its kind, where there are more of one object. */
void teeq_kernel_give(const char *what, const volatile void *object, const struct teeq_site *site)
{
	struct all_taken *all = taken_of_this_run();

	for (size_t i = all->count; i-- > 0;)
		if (all->taken[i].object == object && strcmp(all->taken[i].what, what) == 0) {
			memmove(&all->taken[i], &all->taken[i + 1],
				(all->count - i - 1) * sizeof(all->taken[0]));
			all->taken[--all->count] = (struct taken){ .line = 0 };
			return;
		}
	teeq_harness_violation("%s in %s() at %s:%d gives back %s that it has not", site->object,
			       site->function, site->file, site->line, what);
}

bool teeq_kernel_taken(const char *what, const volatile void *object)
{
	const struct all_taken *all = taken_of_this_run();

	for (size_t i = 0; i < all->count; i++)
		if (all->taken[i].object == object && strcmp(all->taken[i].what, what) == 0)
			return true;
	return false;
}

static int taken_tell(const struct taken *taken, char *text, size_t size)
{
	if (taken->line == 0)
		return snprintf(text, size, "%s, since %s", taken->what, taken->function);
	return snprintf(text, size, "%s, since %s() at %s:%d", taken->what, taken->function,
			taken->file, taken->line);
}

bool kernel_taken_inside(const void *bytes, size_t size, char *text, size_t text_size)
{
	const struct all_taken *all = taken_of_this_run();

	for (size_t i = 0; i < all->count; i++)
		if ((uintptr_t)all->taken[i].object - (uintptr_t)bytes < size) {
			taken_tell(&all->taken[i], text, text_size);
			return true;
		}
	return false;
}

void kernel_check_taken(void)
{
	const struct all_taken *all = taken_of_this_run();
	char text[1024];
	size_t length = 0;

	for (size_t i = 0; i < all->count && length < sizeof(text) - 1; i++) {
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s",
					   i > 0 ? "; " : "");
		if (length < sizeof(text) - 1)
			length += (size_t)taken_tell(&all->taken[i], text + length,
					       sizeof(text) - length);
	}
	if (all->count > 0)
		teeq_harness_violation("the driver is gone, and %zu thing%s left: %s", all->count,
				       all->count > 1 ? "s are" : " is", text);
}

void kernel_watch_taken(struct teeq_harness *h, unsigned int guest)
{
	harness_watch_used(h, taken_in(guest).taken, sizeof(taken_in(guest).taken),
			   &taken_in(guest).count, sizeof(taken_in(guest).taken[0]));
	harness_watch(h, &taken_in(guest).count, sizeof(taken_in(guest).count));
	harness_watch(h, &taken_run_in(guest), sizeof(taken_run_in(guest)));
}
