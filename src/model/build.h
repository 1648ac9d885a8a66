/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_BUILD_H
#define MODEL_BUILD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "teeq/status.h"

/*
 * What the command being compiled holds, each hold with the one around it; the code that gives it
 * back; and the instructions that go there when they fail. SIZE_MAX: nothing.
 */
struct hold {
	size_t outer;
	uint16_t object;
	uint8_t unlock; /* enum op */
	uint8_t flags;
	uint16_t code;
};

/*
 * Of a hold: as often as the thread has it, be it
 * never; made for instructions of a repeat, and needed.
 */
enum { HOLD_ALL = 1, HOLD_MADE = 2, HOLD_NEEDED = 4 };

#define HELD_NONE SIZE_MAX

struct hold_patch {
	size_t at;
	size_t node;
};

struct holds {
	struct hold *nodes;
	struct hold_patch *patches;
	size_t node_count;
	size_t node_capacity;
	size_t patch_count;
	size_t patch_capacity;
	size_t innermost;
	unsigned int repeats; /* that are being compiled around here */
};

/* Whether a command lets anybody else move while it runs. */
enum pace { PACE_UNKNOWN, PACE_AT_ONCE, PACE_TAKES_TIME };

/*
 * Where what fails in a script of the normal world goes
 * on: in the innermost try, or at the script's end.
 * @chain: the instructions that are to lead there, each to the next; CODE_NONE: the end.
 */
struct catcher {
	struct catcher *outer;
	uint16_t chain;
};

/*
 * Building a model is one pass over the tables that checks everything it reads. @key is the path of
 * what is being read ("clients.app.do[0].call"), for messages; the first mistake wins.
 */
struct build {
	const struct teeq_scenario *scenario;
	struct teeq_model *model;
	struct teeq_error *error;
	bool for_driver; /* a driver's own code is run with it, not a policy */
	enum teeq_status status;
	size_t code_capacity;
	size_t name_size;
	char key[160];
	size_t key_length;
	struct holds holds;
	/* Steps may hold others: see emit_steps(). */
	bool (*compile_steps)(struct build *build, const struct teeq_step *steps, size_t count,
			      int place, unsigned int depth);
	size_t step_count; /* compiled so far, those of invoked commands each time */
	uint8_t pace[TEEQ_COMMAND_MAX]; /* enum pace, by command */
	struct catcher *catcher;
	unsigned int try_depth;
	unsigned int invoke_depth; /* commands that are being compiled into each other */
	bool loading; /* the steps being compiled load a TA */
	bool opening; /* the TA of the next command is entered to open a session */
	bool in_ta; /* the command being compiled is a mapping with a TA, its steps under `do` */
};

/* Extend the path; the value returned goes to key_pop() afterwards. */
size_t key_push(struct build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
void key_pop(struct build *build, size_t length);

/*
 * build_names.c: record the first mistake, at the current
 * path. Returns false, for `return build_fail(...)`.
 */
bool build_fail(struct build *build, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* No memory; likewise. */
bool build_fail_nomem(struct build *build);

/* The pieces that tables are read with; false, and a message, where something is wrong. */
bool build_check_name(struct build *build, const char *name);
bool build_check_count(struct build *build, const char *what, size_t count, size_t most);
bool build_in_range(struct build *build, const char *key, uint32_t value, uint32_t least,
		    uint32_t most);
const char *build_keep_name(struct build *build, const char *name, int number);
bool build_add_name(struct build *build, const char **names, size_t count, const char *name,
		    int number);
bool build_names(struct build *build, const char *key, const char *const *from, size_t count,
		 size_t most, const char **to, uint8_t *to_count);

/* cpus.c: the CPU and the priority of @client's tasks. */
bool build_cpus(struct build *build);
bool build_cpu_of(struct build *build, const struct teeq_client_spec *client);

/* guests.c; and that a TEE context belongs to one guest. */
bool build_shared_threads(struct build *build);
bool build_guests(struct build *build);
bool build_find_guest(struct build *build, const char *name, uint8_t *guest);
bool build_guest_of_context(struct build *build, unsigned int context, unsigned int guest);

/*
 * build_secure.c: threads and message arguments; and what else the secure world has, with its keys.
 */
bool build_threads(struct build *build);
bool build_secure(struct build *build);

/*
 * build_normal.c: tee-supplicant, TEE contexts, channels
 * and devices; and sessions, which may name those.
 */
bool build_normal(struct build *build);
bool build_sessions(struct build *build);
bool build_find_context(struct build *build, const char *name, unsigned int *context);
bool build_find_command(struct build *build, const char *key, const char *name, uint16_t *command);
/* Channels and devices that no step uses name what there is all the same. */
bool build_check_names(struct build *build);

/* build_tasks.c: faults; clients; and once they are compiled all other tasks. */
bool build_faults(struct build *build);
bool build_clients(struct build *build);
bool build_other_tasks(struct build *build);

/* compile.c: the scripts of commands, services and clients become code. */
bool build_code(struct build *build);
/* depth.c: how deep calls nest; refuses services that never end. */
bool build_depths(struct build *build);
/* sharing.c: which sessions two calls can be in; and the code that lets one in at a time. */
bool build_sharing(struct build *build);
/* Where two may release the reservations of one TEE context at once, see model_counts_late(). */
bool build_late_counts(struct build *build);
/* layout.c: where everything lives in a world; and the digest. */
bool build_layout(struct build *build);
uint64_t model_compute_digest(const struct teeq_model *model);
/* Whether some step does that. */
bool model_has_op(const struct teeq_model *model, unsigned int op);

/* emit.c: what all that compiles works with. */
enum { IN_COMMAND = 1, IN_SCRIPT = 2 };
bool emit(struct build *build, struct instruction instruction);
bool emit_steps(struct build *build, const struct teeq_step *steps, size_t count, int place,
		unsigned int depth);
/* Where the next instruction goes; and let the one at @from go there. */
uint16_t code_here(const struct build *build);
void code_patch(struct build *build, size_t from);
bool find_name(struct build *build, const char *kind, const char *const *names, size_t count,
	       const char *name, uint16_t *index);
bool find_script(struct build *build, const char *kind, const struct script *scripts, size_t count,
		 const char *name, uint16_t *index);
bool find_session(struct build *build, const char *name, uint16_t *index);
/* An error by name. */
bool find_result(struct build *build, const char *key, const char *name, uint8_t *result);

/* Steps that become several instructions, or that the common way does not cover. */
bool emit_normal(struct build *build, const struct teeq_step *step);
bool emit_secure(struct build *build, const struct teeq_step *step, unsigned int depth);
/*
 * compile_results.c: what a step that may fail is followed by; instructions that are to lead here;
 * and the steps that are about failing.
 */
bool emit_on_fail(struct build *build);
void chain_patch(struct build *build, uint16_t chain);
bool emit_result_step(struct build *build, const struct teeq_step *step, int place,
		      unsigned int depth);
/*
 * compile_holds.c: the innermost hold of @object is given back; an instruction that may fail; what
 * gives a lock back, and behind it, or wherever the thread learned that it may have one, the two
 * instructions that wake who waits for it next: see UNLOCK_WAKE.
 */
bool pop_held(struct build *build, uint16_t object);
bool emit_failing(struct build *build, struct instruction instruction);
bool emit_unlock(struct build *build, struct instruction unlock);
bool emit_wakes(struct build *build, unsigned int lock);
/* Locks taken from here on are given back where something fails, up to @handler. */
bool holds_begin(struct build *build, size_t *mark);
bool holds_end(struct build *build, size_t mark);
/* What is held now is what was held at the beginning. */
bool holds_balanced(struct build *build, size_t innermost);
/* The body of command @command, with its TA around it. */
bool emit_command_body(struct build *build, unsigned int command, unsigned int depth);
/* The same of a call in a session with a lock; @command: TEEQ_NO_OBJECT: an empty one. */
bool emit_in_session(struct build *build, unsigned int lock, unsigned int command);
/* The steps that load a TA, by themselves: for those who ask what an open may lead to. */
bool emit_load_steps(struct build *build, unsigned int ta, unsigned int depth);
/*
 * Of one that closes @session; @lock: -1: that has
 * none; @command: TEEQ_NO_OBJECT: the TA does nothing.
 */
bool emit_closing(struct build *build, int lock, unsigned int session, unsigned int command);
/* Of one that opens a session; @lock: -1: that has none. */
bool emit_opening(struct build *build, int lock, unsigned int command);
/* The end of a command, and behind it what its failing steps go on with. */
bool emit_end(struct build *build);
/* One more hold, inside of those that there are. */
bool push_held(struct build *build, enum op unlock, uint16_t object, unsigned int flags);
/*
 * A repeat ends here, in which the instructions of patches from number @first on stand;
 * @before: what was held where it began. What earlier turns may have left is given back, too.
 */
bool holds_repeat(struct build *build, size_t before, size_t first);
/* Mark what the patches need of what was made for them. */
void holds_mark_needed(struct holds *holds);
/* What a killed task of @client goes on with. */
bool emit_exit(struct build *build, size_t client);

/* The index of @name in a table of names, or -1. */
int name_index(const char *const *names, size_t count, const char *name);

#endif
