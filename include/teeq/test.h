/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assertions about scenarios, for the tests of C programs:
 *
 *	TEEQ_ASSERT_NEVER_HANGS("board.yaml", "mainline");
 *	TEEQ_ASSERT_HANGS("board.yaml", "untracked", TEEQ_VERDICT_DEADLOCK);
 *	TEEQ_ASSERT_REPLAYS("board.yaml", "teeq:1:mainline:...", TEEQ_VERDICT_LOST_WAKEUP);
 *	TEEQ_ASSERT_DRIVER_NEVER_HANGS("optee.so", "board.yaml");
 *
 * In place of a file's path a pointer to a struct teeq_scenario may stand. A budget follows as
 * initialisers of struct teeq_test_budget:
 *
 *	TEEQ_ASSERT_NEVER_HANGS(&board, "mainline", .max_states = 100000, .max_seconds = 5);
 *
 * What does not hold prints why, with the shortest counterexample, who waits for whom, and the
 * command that replays it; then it fails at the line of the assertion. Where cmocka.h was included
 * before, it fails as cmocka's own assertions do; elsewhere the program is aborted, as by assert(),
 * but with NDEBUG as well. For another framework define TEEQ_TEST_FAIL(text, file, line) before
 * this header is included.
 *
 * The macros are for C11. The functions that they call can be called from anywhere. They belong to
 * libteeq-scenario.
 */
#ifndef TEEQ_TEST_H
#define TEEQ_TEST_H

#include <stdint.h>
#include <stdlib.h>

#include "teeq/model.h"
#include "teeq/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What is asked about: a file, or tables of the caller's where @path is NULL. Who needs one calls
 * teeq_test_file() or teeq_test_tables().
 */
struct teeq_test_scenario {
	const char *path;
	const struct teeq_scenario *tables;
};

/*
 * How much a search may cost; 0 and NULL stand for the default.
 *
 * @max_states        states; default TEEQ_DIAGNOSE_STATES
 * @max_memory_bytes  of the search's tables; default TEEQ_DIAGNOSE_BYTES
 * @max_seconds       of the wall clock; default: any number
 * @workers           threads, at most TEEQ_WORKER_MAX; default 1
 * @command           the path of teeq, which runs drivers; default: the one in PATH
 * @end               has no meaning
 */
struct teeq_test_budget {
	uint64_t max_states;
	uint64_t max_memory_bytes;
	double max_seconds;
	unsigned int workers;
	const char *command;
	int end;
};

/* How a question was answered. The numbers are the exit statuses of the command. */
enum teeq_test_outcome {
	TEEQ_TEST_HOLDS,
	TEEQ_TEST_FAILS,
	TEEQ_TEST_BAD, /* a file, a policy or an argument is not acceptable, or the host failed */
	TEEQ_TEST_LIMIT, /* a budget ran out: neither holds nor fails */
};

/*
 * The answer: unless it holds, @text says why, in lines, of which the first begins with the
 * outcome's word. NULL: there was no memory for it. To be freed with teeq_test_answer_free().
 */
struct teeq_test_answer {
	enum teeq_test_outcome outcome;
	char *text;
};

/* "holds", "fails", "bad input", "limit"; NULL out of range. Constant text. */
TEEQ_API const char *teeq_test_outcome_name(enum teeq_test_outcome outcome);
/* Give the text back. NULL is fine. */
TEEQ_API void teeq_test_answer_free(struct teeq_test_answer *answer);

/* The scenario in a file; the path must outlive the answer. */
TEEQ_API struct teeq_test_scenario teeq_test_file(const char *path);
/* The scenario that these tables say. */
TEEQ_API struct teeq_test_scenario teeq_test_tables(const struct teeq_scenario *tables);

/*
 * Whether every schedule of @scenario under @policy, a name as of teeq_policy_find(), finishes. It
 * holds where every state was visited. @budget may be NULL. Callable from several threads at once,
 * as all of these.
 */
TEEQ_API struct teeq_test_answer teeq_test_never_hangs(struct teeq_test_scenario scenario,
						       const char *policy,
						       const struct teeq_test_budget *budget);
/*
 * Whether some schedule ends in @verdict, which is a deadlock, a lost wake-up (a deadlock, too), a
 * livelock or a violation.
 */
TEEQ_API struct teeq_test_answer teeq_test_hangs(struct teeq_test_scenario scenario,
						 const char *policy, enum teeq_verdict verdict,
						 const struct teeq_test_budget *budget);
/*
 * Whether @schedule, a text as of teeq_schedule_print() that names its policy, can still be made,
 * and ends in @verdict. Of a livelock it is enough that the schedule ends with its loop.
 */
TEEQ_API struct teeq_test_answer teeq_test_replays(struct teeq_test_scenario scenario,
						   const char *schedule, enum teeq_verdict verdict);
/*
 * Whether no state that the driver of @object, made by `teeq driver build`, reaches under the
 * scenario of @path is stuck or broken. The command runs it, as `teeq explore --driver`, and what
 * that says is the text.
 */
TEEQ_API struct teeq_test_answer
teeq_test_driver_never_hangs(const char *object, const char *path,
			     const struct teeq_test_budget *budget);

/* Print "file:line: " and the text of @answer on stderr. */
TEEQ_API void teeq_test_print(const struct teeq_test_answer *answer, const char *file, int line);

#ifdef __cplusplus
}
#endif

#define TEEQ_ASSERT_NEVER_HANGS(...) TEEQ_TEST_NEVER_HANGS_(__VA_ARGS__, .end = 0)
#define TEEQ_ASSERT_HANGS(...)	     TEEQ_TEST_HANGS_(__VA_ARGS__, .end = 0)
#define TEEQ_ASSERT_REPLAYS(scenario_, schedule_, verdict_) \
	TEEQ_TEST_REQUIRE_(teeq_test_replays(TEEQ_TEST_SCENARIO_(scenario_), schedule_, verdict_))
#define TEEQ_ASSERT_DRIVER_NEVER_HANGS(...) TEEQ_TEST_DRIVER_(__VA_ARGS__, .end = 0)

/* What is below is only part of the macros above. */
#define TEEQ_TEST_SCENARIO_(scenario_) \
	_Generic((scenario_),                              \
		char *: teeq_test_file,                    \
		const char *: teeq_test_file,              \
		struct teeq_scenario *: teeq_test_tables,  \
		const struct teeq_scenario *: teeq_test_tables)(scenario_)
#define TEEQ_TEST_BUDGET_(...) (&(struct teeq_test_budget){ __VA_ARGS__ })
#define TEEQ_TEST_NEVER_HANGS_(scenario_, policy_, ...)                                   \
	TEEQ_TEST_REQUIRE_(teeq_test_never_hangs(TEEQ_TEST_SCENARIO_(scenario_), policy_, \
						 TEEQ_TEST_BUDGET_(__VA_ARGS__)))
#define TEEQ_TEST_HANGS_(scenario_, policy_, verdict_, ...)                                   \
	TEEQ_TEST_REQUIRE_(teeq_test_hangs(TEEQ_TEST_SCENARIO_(scenario_), policy_, verdict_, \
					   TEEQ_TEST_BUDGET_(__VA_ARGS__)))
#define TEEQ_TEST_DRIVER_(object_, path_, ...) \
	TEEQ_TEST_REQUIRE_(                    \
		teeq_test_driver_never_hangs(object_, path_, TEEQ_TEST_BUDGET_(__VA_ARGS__)))
#define TEEQ_TEST_REQUIRE_(call_)                                          \
	do {                                                               \
		struct teeq_test_answer teeq_answer_ = call_;              \
                                                                           \
		if (teeq_answer_.outcome != TEEQ_TEST_HOLDS)               \
			TEEQ_TEST_FAIL_(teeq_answer_, __FILE__, __LINE__); \
	} while (0)
#ifdef TEEQ_TEST_FAIL
#define TEEQ_TEST_FAIL_(answer_, file_, line_)                                               \
	do {                                                                                 \
		TEEQ_TEST_FAIL((answer_).text ? (answer_).text : "out of memory\n", (file_), \
			       (line_));                                                     \
		teeq_test_answer_free(&(answer_));                                           \
	} while (0)
#elif defined(CMOCKA_H_)
#define TEEQ_TEST_FAIL_(answer_, file_, line_)                 \
	do {                                                   \
		teeq_test_print(&(answer_), (file_), (line_)); \
		teeq_test_answer_free(&(answer_));             \
		_fail((file_), (line_));                       \
	} while (0)
#else
#define TEEQ_TEST_FAIL_(answer_, file_, line_)                 \
	do {                                                   \
		teeq_test_print(&(answer_), (file_), (line_)); \
		abort();                                       \
	} while (0)
#endif

#endif
