/* SPDX-License-Identifier: BSD-2-Clause */
/* Killing, freezing and thawing, of clients and of tee-supplicant. */
#include <string.h>

#include "driver/driver.h"

/* ------------------------------------------- whose -------------------------------------------- */

/* tee-supplicant is that of @guest. */
static bool signals_belongs_to(const struct teeq_drive *d, unsigned int guest, unsigned int task,
			       const char *name)
{
	if (strcmp(name, TEEQ_SUPPLICANT_NAME) == 0)
		return d->m->tasks[task].kind == TEEQ_TASK_SUPPLICANT &&
		       model_guest(d->m, task) == guest;
	return d->m->tasks[task].kind == TEEQ_TASK_CLIENT &&
	       strcmp(d->scenario->clients[d->actors[task].client].name, name) == 0;
}

void signals_send(struct actor *actor, bool fatal)
{
	struct harness_task *task = user_task(actor);

	task->signal = true;
	task->fatal_signal |= fatal;
}

/* ------------------------------------------- killing ------------------------------------------ */

bool supplicant_is_gone(const void *object)
{
	const struct guest_state *guest = object;

	return guest->supplicant_fd < 0;
}

bool supplicant_end(struct teeq_drive *d)
{
	if (supplicant_is_gone(drive_guest(d)))
		return false;
	drive_guest(d)->supplicant_dies = true;
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (signals_belongs_to(d, kernel_guest(), i, TEEQ_SUPPLICANT_NAME))
			signals_send(&d->actors[i], true);
	return true;
}

void signals_kill_supplicant(struct teeq_drive *d, unsigned int killer)
{
	bool ends = supplicant_end(d), works = false;

	for (unsigned int i = 0; i < d->m->first_fault; i++)
		works |= d->actors[i].works && model_guest(d->m, i) == kernel_guest();
	drive_guest(d)->killer = killer + 1;
	if (ends && !works)
		kernel_wait("point", supplicant_is_gone, drive_guest(d),
			    "the end of tee-supplicant");
	supplicant_note_kill(d);
}

unsigned int signals_kill(struct teeq_drive *d, struct actor *actor, const char *name)
{
	if (strcmp(name, TEEQ_SUPPLICANT_NAME) == 0) {
		user_wait(actor, "point", user_always, NULL, "kill", 0);
		signals_kill_supplicant(d, actor->index);
		return TEEQ_FAILURE_NONE;
	}
	user_wait(actor, "kill", user_always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (signals_belongs_to(d, kernel_guest(), i, name) && !d->actors[i].ended)
			signals_send(&d->actors[i], true);
	return TEEQ_FAILURE_NONE;
}

/* ------------------------------------------- freezing ----------------------------------------- */

struct frozen {
	const struct teeq_drive *d;
	unsigned int guest;
	const char *name;
};

static bool are_frozen(const void *object)
{
	const struct frozen *frozen = object;
	const struct teeq_drive *d = frozen->d;

	for (unsigned int i = 0; i < d->m->first_fault; i++) {
		const struct actor *actor = &d->actors[i];
		bool idle = d->m->tasks[i].kind == TEEQ_TASK_SUPPLICANT && !actor->serves;

		if (signals_belongs_to(d, frozen->guest, i, frozen->name) && !actor->in_user_wait &&
		    !actor->ended && !idle)
			return false;
	}
	return true;
}

unsigned int signals_freeze(struct teeq_drive *d, struct actor *actor, const char *name)
{
	struct frozen frozen = { d, kernel_guest(), name };

	user_wait(actor, "freeze", user_always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (signals_belongs_to(d, kernel_guest(), i, name)) {
			d->actors[i].freezing = true;
			signals_send(&d->actors[i], false);
		}
	user_wait(actor, "freeze", are_frozen, &frozen, name, 0);
	return TEEQ_FAILURE_NONE;
}

unsigned int signals_thaw(struct teeq_drive *d, struct actor *actor, const char *name)
{
	user_wait(actor, "thaw", user_always, NULL, name, 0);
	for (unsigned int i = 0; i < d->m->first_fault; i++)
		if (signals_belongs_to(d, kernel_guest(), i, name)) {
			d->actors[i].freezing = false;
			user_task(&d->actors[i])->signal = user_task(&d->actors[i])->fatal_signal;
		}
	return TEEQ_FAILURE_NONE;
}
