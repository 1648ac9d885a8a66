/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a fuzz target does with its bytes: choices for a scenario, a scenario, or reservations,
 * calls and RPCs in whatever order. Each function makes one experiment of any bytes, and judges it
 * by what must hold then; the targets of teeq itself are made of them. A whole target of libFuzzer:
 *
 *	#include <teeq/fuzz.h>
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *	{
 *		TEEQ_FUZZ_SCHEDULE("board.yaml", "mainline", TEEQ_FUZZ_FINISHES, data, size);
 *		return 0;
 *	}
 *
 * What is found is told on stderr, with the command that replays it; then the program aborts, as
 * fuzzers want it, or fails as teeq/test.h says. The functions belong to libteeq-scenario. They may
 * be called from several threads, each with boards and tables of its own. The macros are for C11.
 */
#ifndef TEEQ_FUZZ_H
#define TEEQ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "teeq/model.h"
#include "teeq/policy.h"
#include "teeq/status.h"
#include "teeq/test.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------ schedules ----------------------------------------- */

/* How a schedule may end, where it ends. */
enum teeq_fuzz_end {
	TEEQ_FUZZ_ANY_END,
	TEEQ_FUZZ_NO_LOST_WAKEUP, /* done, or a deadlock in which nobody sleeps in vain */
	TEEQ_FUZZ_FINISHES, /* done */
};

/* A scenario under a policy, and the worlds that schedules are tried in. */
struct teeq_fuzz_board;

/*
 * A board of @scenario, whose path or tables must outlive it, under @policy, built in or the
 * caller's own; in *@to, to be freed with teeq_fuzz_board_free(). Where the answer is not
 * TEEQ_TEST_HOLDS there is none, and *@to is NULL.
 */
TEEQ_API struct teeq_test_answer teeq_fuzz_board_new(struct teeq_test_scenario scenario,
						     const struct teeq_policy *policy,
						     struct teeq_fuzz_board **to);
/* Give it back. NULL is fine. */
TEEQ_API void teeq_fuzz_board_free(struct teeq_fuzz_board *board);

/*
 * One schedule: each of the @count bytes of @choices says, modulo how many tasks can move, which of
 * them does; behind the last all move in turn. It ends after 1200 steps at the latest, and is then
 * judged by these alone.
 *
 * It holds where the invariants do after every step, unless the scenario itself breaks one; where
 * what the views say of tasks and threads agrees; where the end is as @end says; and where the
 * choices, printed and read again, lead to the same bytes, of which a report can be made.
 */
TEEQ_API struct teeq_test_answer teeq_fuzz_schedule(struct teeq_fuzz_board *board,
						    enum teeq_fuzz_end end, const uint8_t *choices,
						    size_t count);

/* ------------------------------------------ scenarios ----------------------------------------- */

/*
 * @text, of @size bytes, as a scenario file. It is refused in one line that names the file, or it
 * makes tables of which what teeq_fuzz_scenario() asks for holds.
 */
TEEQ_API struct teeq_test_answer teeq_fuzz_scenario_text(const char *text, size_t size);

/*
 * @scenario: refused with a text, or, printed and read again, the same model under every policy
 * that is built in, or the same refusal; some random steps of each model keep the invariants. What
 * expects something of a policy that is not built in cannot be a file, and is only validated.
 */
TEEQ_API struct teeq_test_answer teeq_fuzz_scenario(const struct teeq_scenario *scenario);

/* Tables that bytes were made into. */
struct teeq_fuzz_tables;

/*
 * Tables as a C program may hand them over, any mistake included: names that are missing or there
 * twice, numbers and kinds out of range, scripts that nest deeply. Any bytes will do, and the same
 * ones make the same tables in every release of one minor version. To be freed with
 * teeq_fuzz_tables_free(); NULL: no memory.
 */
TEEQ_API struct teeq_fuzz_tables *teeq_fuzz_tables_new(const uint8_t *data, size_t size);
/* Give them back. NULL is fine. */
TEEQ_API void teeq_fuzz_tables_free(struct teeq_fuzz_tables *tables);
/* What they are; it lives as long as @tables. */
TEEQ_API const struct teeq_scenario *
teeq_fuzz_tables_scenario(const struct teeq_fuzz_tables *tables);

/* ------------------------- reservations, calls and RPCs in any order -------------------------- */

/*
 * Up to eight tasks open sessions, reserve, call, serve RPCs, release, close, die and are
 * interrupted, in whatever order @data says; then everybody finishes what was begun. The bytes:
 *
 *	byte 0   policy (modulo how many there are), where @policy is NULL; the quotient modulo 4
 *	         being 3: over FF-A
 *	byte 1   bits 0-2 threads - 1, bits 3-5 set aside at build time (v1), bit 6: one is lost
 *	byte 2   bits 0-2 tasks - 1, bits 4-7: which of the four sessions are system sessions at
 *	         the start
 *	others   bits 0-2 the task, bits 3-7 what it does where it has a choice; at most 250
 *
 * @policy NULL is one of those that are built in. They must admit, wake, grant and count as
 * docs/policies.md says of each, after every step; no credit and no reservation may leak; and in
 * the end nobody may sleep beside a thread and a credit, but under the policies of which it is
 * known. A @policy of the caller's own is held to its own admission test and balance
 * (teeq_policy.set_aside) in place of that page.
 *
 * What does not hold is told as a scenario and a schedule of it.
 */
TEEQ_API struct teeq_test_answer teeq_fuzz_operations(const struct teeq_policy *policy,
						      const uint8_t *data, size_t size);

#ifdef __cplusplus
}
#endif

/* Any answer: where it does not hold, it is told, and the program ends. */
#define TEEQ_FUZZ_REQUIRE(answer_) TEEQ_TEST_REQUIRE_(answer_)
/* The board is made when the line is reached first, and kept; @policy_ is a name. */
#define TEEQ_FUZZ_SCHEDULE(scenario_, policy_, end_, data_, size_)                            \
	do {                                                                                  \
		static struct teeq_fuzz_board *teeq_board_;                                   \
                                                                                              \
		if (!teeq_board_)                                                             \
			TEEQ_FUZZ_REQUIRE(teeq_fuzz_board_new(TEEQ_TEST_SCENARIO_(scenario_), \
							      teeq_policy_find(policy_),      \
							      &teeq_board_));                 \
		TEEQ_FUZZ_REQUIRE(teeq_fuzz_schedule(teeq_board_, end_, data_, size_));       \
	} while (0)
#define TEEQ_FUZZ_SCENARIO_TEXT(data_, size_) \
	TEEQ_FUZZ_REQUIRE(teeq_fuzz_scenario_text((const char *)(data_), size_))
#define TEEQ_FUZZ_SCENARIO(scenario_) TEEQ_FUZZ_REQUIRE(teeq_fuzz_scenario(scenario_))
/* @policy_ is a pointer, or NULL. */
#define TEEQ_FUZZ_OPERATIONS(policy_, data_, size_) \
	TEEQ_FUZZ_REQUIRE(teeq_fuzz_operations(policy_, data_, size_))

#endif
