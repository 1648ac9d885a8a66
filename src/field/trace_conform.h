/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_TRACE_CONFORM_H
#define FIELD_TRACE_CONFORM_H

#include "field/trace.h"
#include "teeq/policy.h"

/*
 * Whether each step of a recording is one that the model allows. An event is not the step: the
 * driver writes a begin before the SMC and an end behind it, and enters and leaves its queue before
 * and behind these. So a step is allowed where it could have happened at some instant in between:
 *
 * - a call enters where the policy admits it, with the credits of all that had come back by then;
 * - with a policy that counts every call the secure world refuses none; with another one it does so
 *   only where all threads may have been taken at some instant of the SMC;
 * - a call that was refused comes again only where somebody may have woken it: a call came back
 *   since it entered the queue or was last woken;
 * - a call gets the lowest-numbered thread that is free: of each lower one somebody may have had
 *   it.
 *
 * Two calls in one thread, resumes of nothing and the like are complaints without a model. Behind
 * lost events nothing is compared.
 */
#define TRACE_CONFORM_ATTEMPTS 1024u
#define TRACE_CONFORM_DOUBTS   8u

/*
 * @policy  NULL: that of the kernel which the file names; when the first call is seen it is chosen,
 *          and stays NULL where the file names none
 */
struct trace_conform {
	const struct teeq_policy *policy;
	const struct trace *trace;
	struct trace_calls *calls;
	bool started;
	struct teeq_callq *queue; /* its counters; the list stays empty */
	uint64_t epoch;
	uint64_t steps; /* compared */
	uint64_t not_compared; /* behind lost events, or of too many at once */
	uint64_t holders; /* calls that may have a thread */
	uint64_t unknown; /* of these, those whose thread is not known */
	uint64_t unknown_until; /* when the last of those came back */
	uint64_t last_done; /* when the last call came back */
	uint64_t before_done; /* and the last of another task than that one */
	const struct trace_task *done_by;
	uint64_t released[FIELD_THREADS_MAX]; /* 1 + when, or 0: not seen yet */
	struct {
		const struct trace_call *call;
		uint64_t most; /* that may have had a thread beside it, at once */
	} attempts[TRACE_CONFORM_ATTEMPTS];
	unsigned int attempt_count;
	/* Refusals that only a call could explain which was there before the recording. */
	struct {
		uint64_t line, time, most;
		struct trace_holder who;
	} doubts[TRACE_CONFORM_DOUBTS];
	uint64_t doubt_count;
};

/* @conform: {0} but for its policy. It listens from then on. TEEQ_ENOMEM. */
enum teeq_status trace_conform_start(struct trace_conform *conform, struct trace *trace);
/* Behind trace_read(): what could only be judged at the end is among the complaints then. */
void trace_conform_finish(struct trace_conform *conform);
void trace_conform_free(struct trace_conform *conform);

#endif
