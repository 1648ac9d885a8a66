/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "driver/message.h"
#include "harness/harness.h"
#include "harness/kernel/kernel.h"
#include "model/step.h"
#include "teeq/world.h"
#include "teeq/harness/driver/command.h"
#include "teeq/harness/driver/object.h"

#include <linux/mutex.h>

/* Statics of the driver, as they were when it was loaded: each run begins with that. */
struct segment {
	void *bytes;
	void *fresh;
	size_t size;
};
#define SEGMENT_MAX 8

/*
 * @twin   the same once more, for the next guest; NULL: nobody wanted it yet
 * @path   where it was loaded from
 * @fd     of a twin: the file that it was loaded from, which has no name; else -1
 */
struct teeq_driver {
	void *handle;
	const struct teeq_driver_object *object;
	struct segment segments[SEGMENT_MAX];
	size_t segment_count;
	struct teeq_driver *twin;
	char *path;
	int fd;
};

/*
 * What a call is about in the secure world. Session numbers are the scenario's sessions', from 1;
 * those of tasks' own sessions follow; the last ones are pseudo-TAs that the boot asks.
 */
enum {
	SESSION_OWN = 0x100,
	SESSION_SCMI = 0x1000,
	SESSION_DEVICES,
	SESSION_BOOT
};

/* What the secure world's own session is invoked for. */
enum {
	BOOT_ASK,
	BOOT_GIVE_BACK
};

/* What an RPC that a thread waits in was made for. */
enum asked {
	ASKED_NOTHING,
	ASKED_SERVICE, /* one of the scenario's: @object */
	ASKED_WAIT, /* a notification */
	ASKED_SEND,
	ASKED_SLEEP,
	ASKED_INTERRUPT,
	ASKED_ARGUMENT, /* memory for RPC arguments, where there is none behind the call's own */
	ASKED_FREE, /* to let memory of tee-supplicant go, at the end of the call */
	ASKED_MEMORY, /* the boot: memory that RPCs pass around */
	ASKED_NO_MEMORY, /* the end: it is given back */
	ASKED_RPMB_RESET,
	ASKED_RPMB_NEXT,
};

/*
 * A thread of the secure world that runs or waits.
 *
 * @task, @level   who made the call, and how many calls of that task are around it
 * @rpc            where the arguments of its RPCs lie; NULL: it has none yet
 * @rpc_cookie     of that memory, where the thread asked for it
 * @stop           what it stopped for, while it gets memory for the arguments
 */
struct running {
	bool in_use;
	bool in_model;
	unsigned int task;
	unsigned int level;
	struct message *message;
	struct message *rpc;
	uint64_t rpc_cookie;
	uint64_t allocated; /* memory that its last service gave it */
	bool interrupted;   /* by a fault, and has done nothing yet */
	unsigned int fails; /* before it begins, by a fault: enum teeq_failure */
	enum asked asked;
	unsigned int object;
	struct secure_result stop;
};

/* A session that clients know. */
struct live_session {
	bool open;
	bool in_kernel;
	void *context; /* in the kernel */
	int fd; /* of a process */
	uint32_t id;
};

/*
 * A task of the scenario.
 *
 * @channel      what it sets up or frees now, plus 1
 * @depth        services and kernel functions that it is inside of: kernel code
 * @tries        of its script, those around what it does now
 * @command      what its next message over a channel runs
 */
struct actor {
	struct teeq_drive *drive;
	unsigned int index;
	unsigned int client;
	struct live_session own;
	unsigned int channel;
	unsigned int command;
	unsigned int depth;
	unsigned int tries;
	bool uses_own;
	bool removes; /* it takes the driver away in a step */
	bool ended;
	bool killed; /* and its script is to end */
	bool freezing; /* frozen, where it comes to user space */
	bool in_user_wait; /* it stands in user space */
	bool serves; /* of tee-supplicant: it runs; @works: for a request */
	bool works;
};

#define REGISTERED_MAX 256
struct registered {
	uint64_t cookie;
	uint64_t address;
};

#define MODULE_CALL_MAX 32

#define SUPPLICANT_MEMORY_MAX 32
enum {
	PIECE_BYTES = 4096
};

/*
 * What a task does inside of a step, and which is one of its own in the model. @fault: FAULT only,
 * the one that @task meets, or 0: @task is the fault itself, and meets nobody.
 */
#define NOTED_MAX 16
struct noted {
	unsigned int task;
	enum teeq_action action;
	unsigned int fault;
};

/* A fault of the scenario, for its task. */
struct struck {
	struct teeq_drive *drive;
	unsigned int index;
};

/*
 * What the driver of one guest, its kernel and its tee-supplicant have; where the scenario declares
 * no guests there is one.
 */
struct guest_state {
	const struct teeq_driver_object *object;
	unsigned int number;
	bool module_begun[MODULE_CALL_MAX]; /* by its place in the table */
	bool is_found; /* what the driver has may be looked at */
	int bottom_half_value; /* over FF-A: the notification that asks for one */
	uint64_t memory_cookie; /* that RPCs pass around */
	void *boot_context; /* in which the secure world got it, and gives it back */
	uint32_t boot_session;
	struct message *cached[TEEQ_CONTEXT_MAX]; /* arguments of RPCs that a thread keeps */
	uint64_t cookies[TEEQ_CONTEXT_MAX];
	void *shared_context;
	int supplicant_fd;
	struct {
		int id;
		int fd;
	} supplicant_memory[SUPPLICANT_MEMORY_MAX]; /* that it allocated, and has open */
	unsigned int supplicant_memory_count;
	unsigned int supplicant_threads; /* that run */
	bool supplicant_dies;
	unsigned int killer; /* who waits for its end, plus 1 */
	unsigned int closer; /* the thread that closes what it has open, plus 1 */
};

struct teeq_drive {
	struct teeq_driver *driver;
	const struct teeq_driver_object *object;
	const struct teeq_scenario *scenario;
	struct teeq_model *m;
	struct teeq_world *w;
	struct teeq_harness *h;
	struct kernel_machine machine;
	struct teeq_drive_options options;
	unsigned int rpc_param_count;
	bool has_caller_services;
	bool closes; /* what clients have open is closed when they end: the driver is removed */
	bool has_driver_steps;
	unsigned int user_tasks; /* of clients, but those that take the driver away */
	unsigned int client_tasks;
	const struct teeq_driver_object *objects[TEEQ_GUEST_MAX]; /* one for each guest */
	size_t guest_count; /* at least 1 */
	struct struck faults[TEEQ_FAULT_MAX];
	struct noted noted[NOTED_MAX]; /* since the last step, see agree.c */
	unsigned int noted_count;
	/* tee-supplicant's, which nobody writes to. */
	unsigned char user_memory[SUPPLICANT_MEMORY_MAX][PIECE_BYTES];

	/* Of the run that goes on: what a copy of it has, from here to the end. */
	unsigned int stage;
	bool boot_is_over;
	bool is_booted; /* and everything is there that the scenario wants */
	unsigned int clients_gone, users_gone;
	bool rest_is_closed; /* that no client has for itself */
	struct mutex binding; /* the device is given to the driver, or taken from it */
	size_t registered_count;
	bool open_fails; /* by a fault: the next that is over of those that have a thread by now */
	struct mutex locks[TEEQ_LOCK_MAX];
	struct mutex device_locks[TEEQ_DEVICE_MAX];
	unsigned int device_users[TEEQ_DEVICE_MAX];
	unsigned int arrived[TEEQ_BARRIER_MAX];
	unsigned int released[TEEQ_BARRIER_MAX];
	bool channel_ready[TEEQ_CHANNEL_MAX];
	/* Of these only as many as there are. */
	size_t actor_count;
	struct actor actors[TEEQ_TASK_MAX];
	struct running threads[TEEQ_CONTEXT_MAX];
	struct live_session sessions[TEEQ_SESSION_MAX];
	void *contexts[TEEQ_TEE_CONTEXT_MAX]; /* of the kernel */
	struct registered registered[REGISTERED_MAX];
	struct guest_state guests[TEEQ_GUEST_MAX];
};

/* That of the guest in which the task that runs is. */
static inline struct guest_state *drive_guest(const struct teeq_drive *d)
{
	return (struct guest_state *)(uintptr_t)&d->guests[kernel_guest()];
}

/* Whether the session is one of the guest's in which the task that runs is. */
static inline bool drive_is_here(const struct teeq_drive *d, unsigned int session)
{
	return d->m->session_guest[session] == kernel_guest();
}

/* The threads that guests share who have none of their own. */
static inline struct pool *drive_shared_pool(const struct teeq_drive *d)
{
	return d->m->has_guests ? world_part(d->w, d->m->pool_at[0]) : d->h->pool;
}

/* The threads of the secure world that calls of @guest take; @first: the number of the first. */
static inline struct pool *drive_pool(const struct teeq_drive *d, unsigned int guest,
				      unsigned int *first)
{
	*first = d->m->has_guests ? d->m->guest_at[guest].first_context : 0;
	return d->m->has_guests ? world_guest_pool(d->m, d->w, guest) : d->h->pool;
}

/* Threads keep memory for the arguments of RPCs, all of them from the boot on. */
static inline bool drive_keeps_cache(const struct teeq_drive *d)
{
	return d->scenario->lacks_rpc_arg;
}

/* The secure world notifies the normal one. */
static inline bool drive_has_async(const struct teeq_drive *d)
{
	return (d->m->uses & USES_ASYNC) != 0;
}

/* Not everybody may move who could: see moves.c. */
static inline bool drive_is_limited(const struct teeq_drive *d)
{
	return d->m->polls || d->m->cpu_count > 0 || d->m->fault_count > 0;
}

/* ---- object.c ---- */
/* @driver once more, with statics of its own; it belongs to @driver. */
enum teeq_status driver_twin(struct teeq_driver *driver, struct teeq_driver **twin,
			     struct teeq_error *error);

/* ---- secure.c ---- */
void secure_reset(struct teeq_drive *d);
int secure_thread(void *drive, const struct teeq_harness_secure_call *call,
		  struct teeq_smc_regs *regs);
/* A thread has taken a new call. */
void secure_taken(void *drive, const struct teeq_harness_secure_call *call);
/* How many calls of @task are in the secure world, one in the RPC of another. */
unsigned int secure_depth(const struct teeq_drive *d, unsigned int task);
/*
 * The innermost call of the task that runs: the service that its RPC asks for, or TEEQ_NO_OBJECT.
 */
unsigned int secure_service(const struct teeq_drive *d);

/* ---- calls.c ---- */
/* Memory that the secure world is told of by a handle, and no longer. */
void secure_remember(struct teeq_drive *d, uint64_t cookie, uint64_t address);
void secure_forget(struct teeq_drive *d, uint64_t cookie);

/* ---- ffa.c ---- */
int ffa_direct(void *drive, struct ffa_send_direct_data *data);
void ffa_shared(void *drive, u64 handle, phys_addr_t address);
void ffa_reclaimed(void *drive, u64 handle);
void ffa_notification_task(void *drive);

/* ---- points.c ---- */
/* Whether it is the wait of somebody in the call queue, as that was seen. */
bool point_is_queue_wait(const struct teeq_harness_view *view, const struct point *point);

/* ---- note.c ---- */
/* The end of tee-supplicant is a step of @killer's, which may be a fault. */
static inline enum teeq_action drive_kill_action(const struct teeq_drive *d, unsigned int killer)
{
	return killer < d->m->first_fault ? TEEQ_ACTION_KILL : TEEQ_ACTION_FAULT;
}
/* What @task does inside of a step, and is a step of its own in the model: for agree.c. */
void drive_note(struct teeq_drive *d, unsigned int task, enum teeq_action action);
/* @task meets @fault, a task of the model. */
void drive_note_met(struct teeq_drive *d, unsigned int task, unsigned int fault);

/* ---- moves.c ---- */
/* Who of @enabled may move; and whether somebody polls in vain. */
uint64_t drive_allow(void *drive, uint64_t enabled);
bool drive_spins(const void *drive);

/* ---- faults.c ---- */
/* What the task of a fault does: struct struck. */
void fault_task(void *fault);
/*
 * @task meets a fault of @kind that is armed, and which
 * is not any more: its error; NONE: there is none.
 */
unsigned int drive_meets(struct teeq_drive *d, unsigned int task, enum teeq_fault_kind kind);
/*
 * A call has a thread that opens a session of the
 * scenario's: it, or another one, is to fail at its end.
 */
void drive_meets_open(struct teeq_drive *d, unsigned int task);

/* ---- hooks.c ---- */
extern const struct harness_hooks drive_hooks;

/* ---- fast.c ---- */
bool secure_fast(void *drive, const struct teeq_smc_regs *call, struct teeq_smc_regs *ret);
/*
 * The notification that is fetched, by index. TEEQ_NO_OBJECT: it is for the bottom half, which is a
 * step of its own in the model.
 */
unsigned int secure_fetch(struct teeq_drive *d);
/* The secure world raises its interrupt, where there is something to be fetched. */
void secure_interrupt(struct teeq_drive *d);

/* ---- find.c ---- */
/* The instruction that makes such a call somewhere in the model, or NULL. */
const struct instruction *drive_instruction(const struct teeq_model *m, enum op op,
					    unsigned int session, unsigned int command);
/* The first of the steps, and of those inside of them, that @is_it says it is; NULL: none. */
const struct teeq_step *drive_find_step(const struct teeq_step *steps, size_t count,
					bool (*is_it)(const void *argument,
						      const struct teeq_step *step),
					const void *argument);
unsigned int drive_name(const char *const *names, size_t count, const char *name);
unsigned int drive_command(const struct teeq_drive *d, const char *name);
unsigned int drive_service(const struct teeq_drive *d, const char *name);
unsigned int drive_session(const struct teeq_drive *d, const char *name);
unsigned int drive_channel(const struct teeq_drive *d, const char *name);
unsigned int drive_context(const struct teeq_drive *d, const char *name);
unsigned int drive_device(const struct teeq_drive *d, const char *name);
unsigned int drive_barrier(const struct teeq_drive *d, const char *name);
/*
 * The error of the client interface that has the value @ret, or a driver's for the errno @result.
 */
unsigned int failure_of(int result, uint32_t ret);

/* ---- refuse.c ---- */
/*
 * How many parameters RPCs have to have that a page has so many slots; 0: there is no such number.
 */
unsigned int drive_rpc_params(uint32_t slots);
enum teeq_status drive_refuse(const struct teeq_drive *d, struct teeq_error *error);

/* ---- boot.c ---- */
/* The beginning of a run: all is as new, and the machine has its devices. */
void drive_prepare(void *drive);
/* That, and the boot, where it is no task. */
void drive_boot(void *drive);
/* The boot as a task. */
void drive_boot_task(void *drive);
/* @format happened in the boot: that is a violation, unless something was refused. */
void drive_boot_failed(const struct teeq_drive *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Something was refused in this run. */
bool drive_was_refused(const struct teeq_drive *d);
int drive_transfer(void *drive, int adapter, const struct i2c_msg *message);

/* ---- sessions.c ---- */
struct live_session *live_of(struct teeq_drive *d, struct actor *actor, const char *name);
unsigned int live_call(struct teeq_drive *d, struct actor *actor, struct live_session *session,
		       const char *command, unsigned int buffers);
unsigned int live_open(struct teeq_drive *d, struct actor *actor, const char *name,
		       const char *command);
unsigned int live_close(struct teeq_drive *d, struct actor *actor, const char *name);
unsigned int live_cancel(struct teeq_drive *d, struct actor *actor, const char *name);
unsigned int live_reserve(struct teeq_drive *d, struct actor *actor, const char *name);
/* Those that are open when the run begins. */
bool sessions_begin(struct teeq_drive *d);
/* A task's own, by /dev/tee0 or in the kernel. */
bool sessions_begin_own(struct teeq_drive *d, struct actor *actor);
/* It is closed with all that its process had open, where it is. */
void sessions_end_own(struct teeq_drive *d, struct actor *actor);

/* ---- devices.c ---- */
unsigned int step_setup(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step);
unsigned int step_teardown(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step);
unsigned int step_message(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step);
unsigned int step_power(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step);
void close_context(struct teeq_drive *d, const char *name);

/* ---- steps.c ---- */
/* The steps, up to the first that fails: its error, enum teeq_failure. */
unsigned int steps_run(struct teeq_drive *d, struct actor *actor, const struct teeq_step *steps,
		       size_t count);
/* What serves an RPC: its error. */
unsigned int service_run(struct teeq_drive *d, struct actor *actor, unsigned int service);
void client_task(void *actor);

/* ---- user.c ---- */
struct harness_task *user_task(const struct actor *actor);
/*
 * Wait until @ready says so, or for so many ticks, if not 0; in user space a fatal signal ends it,
 * and it does not end while the task is frozen. False: a signal came. @action as of kernel_wait().
 */
bool user_wait(struct actor *actor, const char *action, bool (*ready)(const void *object),
	       const void *object, const char *what, int64_t ticks);
/* A condition that holds: for a point at which nothing is waited for. */
bool user_always(const void *object);
/* Between two steps of a script. False: the task was killed, and the script is over. */
bool user_point(struct actor *actor);

/* ---- signals.c ---- */
void signals_send(struct actor *actor, bool fatal);
/* Who asks for it goes on when the process is gone, or works on, for a request that it has. */
void signals_kill_supplicant(struct teeq_drive *d, unsigned int killer);
unsigned int signals_kill(struct teeq_drive *d, struct actor *actor, const char *name);
unsigned int signals_freeze(struct teeq_drive *d, struct actor *actor, const char *name);
unsigned int signals_thaw(struct teeq_drive *d, struct actor *actor, const char *name);

/* ---- supplicant_process.c ---- */
unsigned int supplicant_start(struct teeq_drive *d, struct actor *actor);
/* All threads of tee-supplicant begin; and one ends. */
void supplicant_begin(struct teeq_drive *d);
void supplicant_leave(struct actor *actor);
/*
 * A kill of tee-supplicant has come: the device was released, or a thread that works ends, or who
 * asked goes on.
 */
void supplicant_note_kill(struct teeq_drive *d);
/* All threads of tee-supplicant are killed. False: there are none. */
bool supplicant_end(struct teeq_drive *d);
/* It has closed its device. */
bool supplicant_is_gone(const void *guest);

/* ---- leave.c ---- */
/* A client's task has come to its end: it, and the last one for all, closes what is open. */
void client_leaves(struct teeq_drive *d, struct actor *actor);
/* What no client has for itself, where none is left that uses it, is closed. */
void clients_close_rest(struct teeq_drive *d, struct actor *actor);
/* All have, and what was left is closed. */
bool clients_are_gone(const void *drive);
/* False: there is no driver to be used. Waits for the boot, where that is a task. */
bool client_waits_for_boot(struct teeq_drive *d, struct actor *actor);
/* It is over, whatever came of it. */
bool drive_is_booted(const void *drive);

/* ---- rebind.c ---- */
/* A step that is done to the driver itself. */
unsigned int rebind_step(struct teeq_drive *d, struct actor *actor, const struct teeq_step *step);

/* ---- remove.c ---- */
/* The tasks that boot and remove, as the options say. */
enum teeq_status remove_add_tasks(struct teeq_drive *d, struct teeq_error *error);
/* At the end of a run in which it was removed: nothing of it is left. */
void remove_check(void *drive);

/* ---- supplicant.c ---- */
/* It lets go of the memory of that number; negative: of all. */
void supplicant_close_memory(struct teeq_drive *d, int id);

/* ---- supplicant.c ---- */
void supplicant_task(void *actor);

#endif
