/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * User space, where a task may be killed or frozen: between two steps of its script, and where it waits
 * there. In the driver a signal ends what the driver lets it end. What a killed process has open stays
 * open here, as in the model.
 */
#include <string.h>

#include "driver/driver.h"

#include <linux/errno.h>
#include <linux/fs.h>

static struct harness_task *task_of(const struct actor *actor)
{
	return &actor->drive->h->tasks[actor->index];
}

/* A thread of tee-supplicant is in user space while it works for a request. */
static bool is_in_user_space(const struct actor *actor)
{
	unsigned int base = actor->drive->m->tasks[actor->index].kind == TEEQ_TASK_SUPPLICANT;

	return actor->depth <= base && task_of(actor)->lock_count == 0;
}

/* What a task waits for in user space, unless it is frozen. */
struct user_wait {
	const struct actor *actor;
	bool (*ready)(const void *object);
	const void *object;
};

static bool may_go_on(const void *object)
{
	const struct user_wait *wait = object;

	return !wait->actor->freezing && wait->ready(wait->object);
}

static bool always(const void *object)
{
	(void)object;
	return true;
}

bool user_wait(struct actor *actor, const char *action, bool (*ready)(const void *object),
	       const void *object, const char *what, int64_t ticks)
{
	struct user_wait wait = { actor, ready, object };
	bool in_user_space = is_in_user_space(actor);
	struct stand stand = { .kind = STAND_CONDITION,
			       .action = action,
			       .object = &wait,
			       .ready = may_go_on,
			       .site = { what, action, "", 0 },
			       .deadline = TEEQ_TIMEOUT_MAX };
	enum wakeup wakeup;

	if (in_user_space)
		stand.state = TASK_WAKEKILL;
	if (ticks > 0)
		stand.deadline = actor->drive->h->now + (uint64_t)ticks;
	actor->in_user_wait = in_user_space;
	wakeup = harness_sleep_at(&stand);
	actor->in_user_wait = false;
	return wakeup != WAKEUP_SIGNAL && !(in_user_space && task_of(actor)->fatal_signal);
}

/* False: it was killed, and its script is over. */
bool user_point(struct actor *actor)
{
	struct teeq_drive *d = actor->drive;

	if (!(d->m->uses & (USES_SIGNALS | USES_SUPPLICANT)) || !is_in_user_space(actor))
		return true;
	user_wait(actor, "user", always, NULL, "user space", 0);
	if (!task_of(actor)->fatal_signal)
		return true;
	actor->killed = true;
	return false;
}

/* ------------------------------------------- whose -------------------------------------------- */

static bool belongs_to(const struct teeq_drive *d, unsigned int task, const char *name)
{
	if (strcmp(name, TEEQ_SUPPLICANT_NAME) == 0)
		return d->m->tasks[task].kind == TEEQ_TASK_SUPPLICANT;
	return d->m->tasks[task].kind == TEEQ_TASK_CLIENT &&
	       strcmp(d->scenario->clients[d->actors[task].client].name, name) == 0;
}

static void send(struct actor *actor, bool fatal)
{
	struct harness_task *task = task_of(actor);

	task->signal = true;
	task->fatal_signal |= fatal;
}

/* ------------------------------------------- killing ------------------------------------------ */

static bool has_closed(const void *object)
{
	const struct teeq_drive *d = object;

	return d->supplicant_fd < 0;
}

/* It has come: where the device was released, or a thread ends that works, or where who asked goes on. */
static void note_kill(struct teeq_drive *d)
{
	if (d->killer > 0)
		drive_note(d, d->killer - 1, TEEQ_ACTION_KILL);
	d->killer = 0;
}

/* Who asks for it goes on when the process is gone, or works on, for a request that it has. */
static unsigned int kill_supplicant(struct teeq_drive *d, struct actor *actor)
{
	bool works = false;

	if (d->supplicant_fd >= 0) {
		d->supplicant_dies = true;
		for (unsigned int i = 0; i < d->m->first_fault; i++) {
			if (!belongs_to(d, i, TEEQ_SUPPLICANT_NAME))
				continue;
			send(&d->actors[i], true);
			works |= d->actors[i].works;
		}
	}
	d->killer = actor->index + 1;
	if (!works && d->supplicant_fd >= 0)
		kernel_wait("point", has_closed, d, "the end of tee-supplicant");
	note_kill(d);
	return TEEQ_FAILURE_NONE;
}

unsigned int signals_kill(struct teeq_drive *d, struct actor *actor, const char *name)
{
	if (strcmp(name, TEEQ_SUPPLICANT_NAME) == 0) {
		user_wait(actor, "point", always, NULL, "kill", 0);
		return kill_supplicant(d, actor);
	}
	user_wait(actor, "kill", always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (belongs_to(d, i, name) && !d->actors[i].ended)
			send(&d->actors[i], true);
	return TEEQ_FAILURE_NONE;
}

/* ------------------------------------------- freezing ----------------------------------------- */

struct frozen {
	const struct teeq_drive *d;
	const char *name;
};

static bool are_frozen(const void *object)
{
	const struct frozen *frozen = object;
	const struct teeq_drive *d = frozen->d;

	for (unsigned int i = 0; i < d->m->first_fault; i++) {
		const struct actor *actor = &d->actors[i];
		bool idle = d->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && !actor->serves;

		if (belongs_to(d, i, frozen->name) && !actor->in_user_wait && !actor->ended &&
		    !idle)
			return false;
	}
	return true;
}

unsigned int signals_freeze(struct teeq_drive *d, struct actor *actor, const char *name)
{
	struct frozen frozen = { d, name };

	user_wait(actor, "freeze", always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (belongs_to(d, i, name)) {
			d->actors[i].freezing = true;
			send(&d->actors[i], false);
		}
	user_wait(actor, "freeze", are_frozen, &frozen, name, 0);
	return TEEQ_FAILURE_NONE;
}

unsigned int signals_thaw(struct teeq_drive *d, struct actor *actor, const char *name)
{
	user_wait(actor, "thaw", always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (belongs_to(d, i, name)) {
			d->actors[i].freezing = false;
			task_of(&d->actors[i])->signal = task_of(&d->actors[i])->fatal_signal;
		}
	return TEEQ_FAILURE_NONE;
}

/* -------------------------------------- tee-supplicant's life --------------------------------- */

static bool can_be_opened(const void *object)
{
	const struct teeq_drive *d = object;

	return d->supplicant_fd < 0 && d->supplicant_threads == 0 &&
	       d->object->is_supplicant_absent();
}

unsigned int signals_start(struct teeq_drive *d, struct actor *actor)
{
	do {
		user_wait(actor, "start-supplicant", can_be_opened, d, TEEQ_SUPPLICANT_NAME, 0);
		d->supplicant_fd = teeq_kernel_open("teepriv0");
	} while (d->supplicant_fd == -EBUSY);
	supplicant_begin(d);
	return TEEQ_FAILURE_NONE;
}

void supplicant_begin(struct teeq_drive *d)
{
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (d->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT) {
			d->supplicant_threads++;
			d->actors[i].serves = true;
		}
}

/* The last thread of a process closes what it has open. */
void supplicant_leave(struct actor *actor)
{
	struct teeq_drive *d = actor->drive;
	struct harness_task *task = task_of(actor);
	bool worked = actor->works;
	int fd = d->supplicant_fd;

	actor->works = actor->serves = actor->killed = false;
	if (--d->supplicant_threads == 0) {
		d->supplicant_dies = false;
		d->closer = actor->index + 1;
		supplicant_close_memory(d, -1);
		teeq_kernel_fd_close(fd);
		d->closer = 0;
		d->supplicant_fd = -1;
	}
	task->signal = actor->freezing;
	task->fatal_signal = false;
	if (worked) {
		note_kill(d);
		drive_note(d, actor->index, TEEQ_ACTION_EXIT);
	}
}
